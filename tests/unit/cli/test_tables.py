"""A table for people keeps every word whole, so that its ids can be given to the next verb."""

import pytest

from api.cli.output import Output


def test_no_word_of_a_table_is_cut(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a terminal of 40 columns an id of 32 letters stands whole beside others."""
    monkeypatch.setenv("COLUMNS", "40")
    ids = ["0123456789abcdef" * 2, "fedcba9876543210" * 2]
    Output(as_json=False).table(
        "Title",
        ["first", "a longer heading", "reason"],
        [[*ids, "many words that may stand in many lines of one column"]],
    )
    said = capsys.readouterr().out
    assert all(one in said for one in ids)
    assert "…" not in said
    assert max(len(line) for line in said.splitlines()) < 120


def test_a_table_that_fits_is_as_wide_as_its_cells(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A short table takes no more than it needs."""
    monkeypatch.setenv("COLUMNS", "80")
    Output(as_json=False).table("Title", ["one", "two"], [["a", 1]])
    assert max(len(line) for line in capsys.readouterr().out.splitlines()) < 20
