"""Payment files name the bank accounts that two people approved, or are condemned."""

import pytest

from audit.entry import decode
from audit.findings import Findings
from audit.warrants import Warrants
from tests.unit.audit_verify.logs import HASH, LogBuilder, genesis, name

OTHER = "cd" * 32
ONE, TWO = name(0x51), name(0x52)


def approve(log: LogBuilder, accounts: str, settlement: str = ONE, again: bool = False) -> None:
    """Two people approve a settlement, or other accounts of it."""
    type_ = "SETTLEMENT_ACCOUNTS" if again else "SETTLEMENT_APPROVE"
    log.agree(type_, settlement=settlement, currency="KRW", value=accounts)


def write(log: LogBuilder, accounts: str, settlement: str = ONE) -> None:
    """A payment file is written, by accounts or by none."""
    kind, more = (
        ("payment.ordered", {"accounts": accounts}) if accounts else ("payment.written", {})
    )
    log.add(kind, author="operator/op1", settlement=settlement, partner="A", leg="PAY_IN",
            currency="KRW", message=name(0x60), hash=HASH, **more)  # fmt: skip


def told(log: LogBuilder) -> list[tuple[str, object, object]]:
    """What of accounts is found in a log: code, the file's accounts and the approved ones."""
    findings = Findings()
    warrants = Warrants(findings)
    for leaf in log.leaves:
        warrants.check(decode(leaf))
    warrants.finish(lambda _: None)
    return [
        (one.code, dict(one.facts)["accounts"], dict(one.facts)["approved"])
        for one in findings.kept
        if one.code == "ACCOUNTS_NOT_APPROVED"
    ]


@pytest.mark.parametrize(
    ("approved", "again", "written", "found"),
    [
        (HASH, None, HASH, False),
        ("", None, "", False),
        ("", HASH, HASH, False),
        (HASH, OTHER, OTHER, False),
        (HASH, None, OTHER, True),
        (HASH, None, "", True),
        ("", None, HASH, True),
        (HASH, OTHER, HASH, True),
    ],
)
def test_a_file_names_what_was_approved_last(
    approved: str,
    again: str | None,
    written: str,
    found: bool,
) -> None:
    """Other accounts, none in the place of some, and those of before are found."""
    log = LogBuilder()
    genesis(log, "key")
    approve(log, approved)
    if again is not None:
        approve(log, again, again=True)
    write(log, written)
    expected = [("ACCOUNTS_NOT_APPROVED", written, again or approved)]
    assert told(log) == (expected if found else [])


def test_only_the_approval_of_this_settlement_counts() -> None:
    """Another settlement's accounts, and those that were rejected, are nobody's approval."""
    log = LogBuilder()
    genesis(log, "key")
    approve(log, HASH)
    approve(log, OTHER, TWO)
    log.add("proposal.tabled", author="operator/op1", proposal=name(0x70), settlement=ONE,
            type="SETTLEMENT_ACCOUNTS", value=OTHER, currency="KRW", amount="0")  # fmt: skip
    log.add("proposal.decided", author="operator/op2", proposal=name(0x70), decision="REJECTED")
    write(log, HASH)
    assert told(log) == []
    write(log, OTHER)
    assert told(log) == [("ACCOUNTS_NOT_APPROVED", OTHER, HASH)]
