"""`dure settle`: a month closed from the command line, by two people, as far as the approval."""

import json
from pathlib import Path

from tests.integration.cli.conftest import Dure


def subjects(home: Path) -> tuple[str, str]:
    """The operator's two people."""
    first, second = json.loads((home / "operator-keys.json").read_text())
    return first["subject"], second["subject"]


def test_a_subject_is_asked_for_and_has_to_be_known(dure: Dure, home: Path) -> None:
    """What two people decide is never done by a job, nor by somebody without a live key."""
    said = dure("settle", "close", "--currency", "KRW", "--home", home)
    assert (said.status, said.err.split(":")[1].strip()) == (2, "SUBJECT_MISSING")
    said = dure("settle", "close", "--currency", "KRW", "--home", home, "--as", "nobody")
    assert "SUBJECT_UNKNOWN" in said.err


def test_a_window_is_closed_netted_and_approved_by_two(shop: "object") -> None:
    """Placeholder that is replaced below."""
