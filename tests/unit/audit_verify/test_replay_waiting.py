"""Bank lines that wait, in the replay: what an honest log can show of them, and what none can."""

import pytest

from audit.findings import Findings
from tests.unit.audit_verify.logs import (
    HASH,
    SETTLEMENT,
    LogBuilder,
    closing,
    genesis,
    movements,
    replayed,
    setting,
)

LINE = {"statement": HASH, "line": "5"}
QUEUED = {**LINE, "reference": "e" * 64, "currency": "KRW", "amount": "-30",
          "reason": "RETURNED", "note": ""}  # fmt: skip
DISMISSED = {**LINE, "reason": "BANK_FEE"}
CARRIED = {**LINE, "settlement": SETTLEMENT, "reason": "RETURNED",
           "obls": "HOTELS,OPERATOR,KRW,2,30,,BANK"}  # fmt: skip
AGAIN = {**QUEUED, "statement": "d" * 64, "line": "8"}
QUEUE = ("bank.queued", QUEUED)
ROWS: list[tuple[str, list[tuple[str, dict[str, str]]]]] = [
    ("", [QUEUE]),
    ("", [QUEUE, ("bank.dismissed", DISMISSED)]),
    ("", [QUEUE, ("bank.carried", CARRIED)]),
    ("queues a bank line twice", [QUEUE, QUEUE]),
    ("queues a bank line twice", [QUEUE, ("bank.queued", AGAIN)]),
    ("or no money", [("bank.queued", {**QUEUED, "amount": "0"})]),
    ("does not wait", [("bank.dismissed", DISMISSED)]),
    ("does not wait", [QUEUE, ("bank.dismissed", DISMISSED), ("bank.carried", CARRIED)]),
    ("does not wait", [QUEUE, ("bank.carried", CARRIED), ("bank.carried", CARRIED)]),
    *(
        ("owes other than", [QUEUE, ("bank.carried", {**CARRIED, "obls": obls})])
        for obls in (
            "",
            "HOTELS,OPERATOR,KRW,2,31,,BANK",
            "HOTELS,OPERATOR,KRW,2,30,,CLAIM",
            "HOTELS,OPERATOR,KRW,2,30,,BANK;HOTELS,OPERATOR,KRW,2,30,,BANK",
        )
    ),
]


@pytest.mark.parametrize(("why", "entries"), ROWS)
def test_what_no_waiting_line_allows_is_told(
    why: str, entries: list[tuple[str, dict[str, str]]]
) -> None:
    """A line waits once, whatever file tells of it, ends once, and is owed for in full."""
    log = LogBuilder()
    genesis(log, "key")
    setting(log)
    movements(log)
    closing(log)
    for kind, fields in entries:
        log.add(kind, author="operator/op1", **fields)
    findings = Findings()
    replayed(log.leaves, findings)
    told = [str(dict(one.facts)["why"]) for one in findings.kept]
    assert any(why in one for one in told) if why else not told, told


def test_what_a_payment_leaves_over_waits() -> None:
    """An overpaid line waits with its excess, on the side on which its money moved."""
    log = LogBuilder()
    genesis(log, "key")
    setting(log)
    movements(log)
    closing(log)
    rows = {row[1]: row for row in replayed(log.leaves, Findings())["bank_waiting"]}
    told = {line: (row[4], row[5], row[7]) for line, row in rows.items()}
    (left,) = (one for line, one in told.items() if line not in (901, 902))
    assert left == (3, "OVERPAID", "WAITING")
    assert told[901] == (7, "NO_CANDIDATE", "DISMISSED")
    assert told[902] == (-11, "NO_CANDIDATE", "CARRIED")
