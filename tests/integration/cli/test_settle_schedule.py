"""`dure settle schedule` and `close --due`: windows that close without a server."""

from pathlib import Path

import pytest

from tests.faults.stand import found_stand
from tests.faults.test_schedules import schedule
from tests.integration.cli.conftest import Dure

MONTHLY = "MONTHLY LAST 18:00 Asia/Seoul KR FOLLOWING"


def test_a_schedule_is_agreed_on_shown_and_acted_on(
    dure: Dure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two people change it; a window that it left open for months is late, and closes once."""
    stand = found_stand(tmp_path / "home", f"sqlite:///{tmp_path / 'dure.db'}")
    schedule(stand)
    for name, value in stand.environment.items():
        monkeypatch.setenv(name, value)
    status = dure("settle", "status")
    assert "Window 1 of KRW closes at 2026-" in status.out
    assert "which has passed: is a server running?" in status.out

    close = ("settle", "close", "--due", "--json")
    assert dure(*close, "--currency", "EUR").result["error"] == "CURRENCY_UNKNOWN"
    said = dure(*close)
    assert said.status == 0
    assert isinstance(said.result["closed"], list)
    assert [(one["currency"], one["period"]) for one in said.result["closed"]] == [("KRW", 1)]
    again = dure(*close, "--currency", "KRW")
    assert (again.result["closed"], again.result["next"]) == ([], said.result["next"])

    declare = ("settle", "schedule", MONTHLY, "--currency", "KRW", "--json", "--as")
    assert dure(*declare, "ann").result["state"] == "PENDING"
    assert dure(*declare, "ann").result["error"] == "SAME_SUBJECT"
    agreed = dure(*declare, "bob").result
    assert isinstance(agreed["next"], list)
    assert len(agreed["next"]) == 3
    assert dure("settle", "status", "--json").result["schedules"] == [
        {
            "currency": "KRW", "period": 2, "schedule": MONTHLY, "next": agreed["next"],
            "late": False,
        }
    ]  # fmt: skip

    end = ("settle", "schedule", "NONE", "--currency", "KRW", "--as")
    assert [dure(*end, name).status for name in ("ann", "bob")] == [0, 0]
    assert dure(*close, "--currency", "KRW").result["error"] == "SCHEDULE_NONE"
    assert dure("settle", "status", "--json").result["schedules"] == []
    assert "No schedule closes windows here" in dure("settle", "close", "--due").out
    assert dure("doctor").status == 0
