"""Since when a wallet's inactivity counts, from leaves alone."""

from pathlib import Path

import pytest

from audit.findings import Findings
from tests.unit.audit_verify.bundles import KEY, Bundle, write
from tests.unit.audit_verify.logs import (
    HASH,
    MINA,
    START,
    LogBuilder,
    genesis,
    replayed,
)

FIRST = 7  # the first step's entry, after genesis, three keys, partner, unit and member
ISSUE = {
    "legs": f"{MINA},AIR,ISSUED,WALLET,posted,100",
    "lots": "*.0,0,AIRLINE,AIRLINE,FREE,,KRW,7,100",
}
ADJUST = {
    "legs": f"{MINA},AIR,ADJUSTED,WALLET,posted,100",
    "lots": "*.0,0,AIRLINE,AIRLINE,FREE,,KRW,7,100",
}
EMPTY = {"legs": f"{MINA},AIR,WALLET,ADJUSTED,posted,100", "uses": f"{FIRST}.0,take,100"}
REDEEM = {"legs": f"{MINA},AIR,WALLET,REDEEMED,posted,1", "uses": f"{FIRST}.0,take,1"}
GIVE = {
    "legs": f"{MINA},AIR,ADJUSTED,WALLET,posted,100",
    "uses": f"{FIRST}.0,give,100",
    "part": "100",
}
HOLD = {
    "legs": f"{MINA},AIR,WALLET,REDEEMED,pending,5",
    "uses": f"{FIRST}.0,pin,5",
    "hold": HASH[:32],
    "deadline": "2027-01-01T00:00:00.000000Z",
}
VOID = {
    "legs": f"{MINA},AIR,WALLET,REDEEMED,released,5",
    "uses": f"{FIRST}.0,unpin,5",
    "hold": HASH[:32],
    "deadline": "2027-01-01T00:00:00.000000Z",
}
BACK = {**ISSUE, "effective": "2026-11-01T00:00:00.000000Z"}


def log_of(rule: str, *steps: tuple[str, dict[str, str]]) -> LogBuilder:
    """A log of steps in one unit with an expiry rule; `*` stands for a step's own sequence."""
    log = LogBuilder()
    genesis(log, KEY.text())
    log.partner("AIRLINE")
    log.key("k1", "AIRLINE")
    log.unit("AIR", "AIRLINE", "2", rule)
    log.add("member.enrolled", member=MINA, partner="AIRLINE", commitment=HASH)
    assert log.seq == FIRST
    for kind, own in steps:
        log.add(kind, **{key: value.replace("*", str(log.seq)) for key, value in own.items()})
    return log


def counted(rule: str, *steps: tuple[str, dict[str, str]]) -> int:
    """The entry at whose time Mina's count begins, -1 for none."""
    findings = Findings()
    tables = replayed(log_of(rule, *steps).leaves, findings)
    assert findings.total == 0
    assert {row[7] for row in tables["account"] if row[2] != "WALLET"} == {0}
    (wallet,) = (row for row in tables["account"] if row[2] == "WALLET")
    time = int(wallet[7])
    return (time - START) // 1_000_000 if time else -1


IDLE = "INACTIVITY 31"
FIRST_ISSUE = ("points.issued", ISSUE)


@pytest.mark.parametrize(
    ("steps", "begins"),
    [
        ((FIRST_ISSUE,), 0),
        ((FIRST_ISSUE, FIRST_ISSUE), 1),
        ((FIRST_ISSUE, ("points.issued", BACK)), 0),
        ((FIRST_ISSUE, ("points.redeemed", REDEEM)), 1),
        ((FIRST_ISSUE, ("hold.placed", HOLD)), 1),
        ((FIRST_ISSUE, ("hold.placed", HOLD), ("hold.voided", VOID)), 1),
        ((FIRST_ISSUE, ("points.adjusted", ADJUST)), 0),
        ((("points.adjusted", ADJUST),), 0),
        ((FIRST_ISSUE, ("points.adjusted", EMPTY)), 0),
        ((FIRST_ISSUE, ("points.adjusted", EMPTY), ("points.adjusted", ADJUST)), 2),
        ((FIRST_ISSUE, ("points.adjusted", EMPTY), ("transfer.reversed", GIVE)), 0),
    ],
)  # fmt: skip
def test_a_count_begins_with_an_act_or_in_an_empty_wallet(
    steps: tuple[tuple[str, dict[str, str]], ...], begins: int
) -> None:
    """Issues, redeems and holds begin it anew, other arrivals do so only where nothing was."""
    assert counted(IDLE, *steps) == FIRST + begins
    assert counted("NEVER", *steps) == -1


def test_a_count_edited_by_hand_is_named(tmp_path: Path) -> None:
    """A later `active_at` would keep points alive that have ended: the verifier names the row."""
    write(tmp_path, log_of(IDLE, FIRST_ISSUE).leaves)
    bundle = Bundle(tmp_path)
    assert bundle.codes() == []

    def renew(rows: list[dict[str, str | int]]) -> None:
        for row in rows:
            if row["active_at"]:
                row["active_at"] = int(row["active_at"]) + 1

    bundle.rows("account", renew)
    (line,) = bundle.lines()
    assert line.startswith(f"ROW_CHANGED table=account key={MINA},AIR,WALLET column=active_at")
