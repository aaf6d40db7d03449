"""Disputes in the replay: what an honest log can show of them, and what none can."""

import pytest

from audit.findings import Findings
from tests.unit.audit_verify.logs import (
    LogBuilder,
    closing,
    genesis,
    movements,
    name,
    replayed,
    setting,
)

FEE = {"line": "53.0", "debtor": "HOTELS", "creditor": "OPERATOR", "party": "HOTELS"}
DISPUTE = {**FEE, "dispute": name(1), "currency": "KRW", "window": "1", "amount": "50",
           "stands": "20", "reason": "WRONG_PRICE"}  # fmt: skip
UPHELD = {"dispute": name(1), "line": "53.0", "corrected": "30", "reason": "CHECKED",
          "obls": "HOTELS,OPERATOR,KRW,2,10,,CORRECTION"}  # fmt: skip
END = {**{key: FEE[key] for key in ("debtor", "creditor", "party")}, "dispute": name(1),
       "state": "REJECTED", "reason": "CHECKED"}  # fmt: skip
DISPUTES: list[tuple[str, list[tuple[str, dict[str, str]]]]] = [
    ("", [("dispute.opened", DISPUTE), ("obligation.corrected", UPHELD)]),
    ("", [("dispute.opened", DISPUTE), ("dispute.closed", END)]),
    ("disputes a line twice", [("dispute.opened", DISPUTE)] * 2),
    ("other than it comes to", [("dispute.opened", {**DISPUTE, "stands": "50"})]),
    ("no party of", [("dispute.opened", {**DISPUTE, "party": "AIRLINE"})]),
    ("not open", [("dispute.closed", END)]),
    ("not open", [("obligation.corrected", UPHELD)]),
    ("not open", [("dispute.opened", DISPUTE), ("dispute.closed", END),
                  ("obligation.corrected", UPHELD)]),
    ("other partners", [("dispute.opened", DISPUTE),
                        ("dispute.closed", {**END, "party": "OPERATOR"})]),
    *(
        (why, [("dispute.opened", DISPUTE), ("obligation.corrected", {**UPHELD, **own})])
        for why, own in (
            ("another line", {"line": "53.1"}),
            ("by more than it is",
             {"corrected": "101", "obls": "HOTELS,OPERATOR,KRW,2,81,,CORRECTION"}),
            ("the difference", {"corrected": "20"}),
            ("the difference", {"corrected": "31"}),
            ("the difference", {"obls": ""}),
            ("the difference", {"obls": "OPERATOR,HOTELS,KRW,2,10,,CORRECTION"}),
            ("the difference", {"obls": "HOTELS,OPERATOR,KRW,2,10,,FEE"}),
            ("the difference", {"obls": ";".join([UPHELD["obls"]] * 2)}),
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize(("why", "entries"), DISPUTES)
def test_what_no_dispute_allows_is_told(
    why: str, entries: list[tuple[str, dict[str, str]]]
) -> None:
    """A line has one open dispute, which begins where the last ended and moves the difference."""
    log = LogBuilder()
    genesis(log, "key")
    setting(log)
    movements(log)
    closing(log)
    for kind, own in entries:
        log.add(kind, **own)
    findings = Findings()
    replayed(log.leaves, findings)
    told = [str(dict(one.facts).get("why")) for one in findings.kept]
    assert any(why in one for one in told) if why else not told, told
