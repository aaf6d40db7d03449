"""Settings come from `DURE_*` variables, flags win, and a bad one is named."""

import pytest

from api.config import Settings, read_settings, setting_rows, settings_table
from domain.errors import InvalidValueError


def test_a_variable_wins_over_the_default_and_a_flag_over_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`DURE_PORT` sets the port, and `--port` overrules it."""
    monkeypatch.delenv("DURE_PORT", raising=False)
    assert read_settings().port == 8000
    monkeypatch.setenv("DURE_PORT", "9001")
    assert read_settings().port == 9001
    assert read_settings(port=9002).port == 9002


@pytest.mark.parametrize("value", ["0", "65536", "http", ""])
def test_a_bad_variable_is_named(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """A port that is none is an error that names its variable."""
    monkeypatch.setenv("DURE_PORT", value)
    with pytest.raises(InvalidValueError) as caught:
        read_settings()
    assert caught.value.facts["setting"] == "DURE_PORT"


def test_a_bad_flag_is_named() -> None:
    """A flag out of range is refused as its variable would be."""
    with pytest.raises(InvalidValueError, match="SETTING_INVALID"):
        read_settings(port=70_000)


def test_secrets_do_not_show_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Printing the settings shows neither the pass phrase nor a database's password."""
    monkeypatch.setenv("DURE_PASSPHRASE", "open sesame")
    monkeypatch.setenv("DURE_DATABASE_URL", "postgresql+psycopg://dure:open%20sesame@db/dure")
    monkeypatch.setenv("DURE_METRICS_TOKEN", "sesame sesame sesame")
    assert "sesame" not in repr(read_settings())


def test_the_table_has_every_setting_once() -> None:
    """Each field of the settings is one row of the table, with a meaning."""
    rows = setting_rows()
    assert [row.variable for row in rows] == [
        f"DURE_{name.upper()}" for name in Settings.model_fields
    ]
    assert all(row.meaning.endswith(".") for row in rows)
    assert len(settings_table().splitlines()) == len(rows) + 2
