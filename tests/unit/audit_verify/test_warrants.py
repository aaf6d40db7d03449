"""Signed terms, and what they give: an operator that signs other amounts is found out."""

import re
from collections.abc import Callable

import pytest

from audit.entry import decode, encode
from audit.findings import Findings
from audit.replay.arithmetic import Ratio, conversion, money, split
from audit.warrants import Warrants
from tests.unit.audit_verify.bundles import KEY
from tests.unit.audit_verify.logs import (
    ACCEPTANCE,
    CONVERSION,
    DAY,
    FUNDING,
    HANA,
    MINA,
    SCHEDULE,
    at,
    every_kind,
    name,
)

Edit = Callable[[dict[str, str | int]], None]


def found(kind: str, edit: Edit, place: int = 0) -> list[str]:
    """What warrants find where the entry of a kind at a place among its like was edited."""
    leaves = [decode(leaf) for leaf in every_kind(KEY.text())]
    edit([fields for fields in leaves if fields["kind"] == kind][place])
    by_number = dict(enumerate(decode(encode(fields)) for fields in leaves))
    findings = Findings()
    warrants = Warrants(findings)
    for fields in by_number.values():
        warrants.check(fields)
    warrants.finish(by_number.get)
    return [finding.line().replace(r"\x20", " ") for finding in findings.kept]


def swap(field: str, old: str, new: str) -> Edit:
    """An edit that changes a part of one field."""

    def edit(fields: dict[str, str | int]) -> None:
        assert old in str(fields[field])
        fields[field] = str(fields[field]).replace(old, new)

    return edit


CITED = f"{CONVERSION}.1"

# What a schedule of `WEEKLY SUNDAY 10:16 Asia/Seoul KR NONE` never closes a window by.
NOT_DUE: list[tuple[str, dict[str, str | int]]] = [
    ("another schedule", {"proposal": name(0xA3)}),
    ("not its time", {"due": at(58)}),  # the schedule's own
    ("not its time", {"due": "2026-11-22T01:31:00.000000Z"}),
    ("no time of the zone", {"due": "2026-11-22T01:16:00.000001Z"}),
    ("no time of the zone", {"due": "2026-11-22T01:16:15.000000Z"}),
    ("no time of the zone", {"local": "2026-11-23T10:16"}),
    ("another time of day", {"local": f"{DAY}T10:15"}),
    ("another weekday", {"day": "2026-11-23"}),
    ("rolled another way", {"day": "2026-11-15"}),
]
# What is due, and not by these.
OTHER_SCHEDULES = [
    ("no schedule", "WEEKLY SUNDAY 10:16 Asia/Seoul KR NONE", "NONE"),
    ("another time of day", "10:16", "01:16"),
    ("no time of the zone", "Asia/Seoul", "UTC"),
    ("another weekday", "SUNDAY", "MONDAY"),
    ("another day of the month", "WEEKLY SUNDAY", "MONTHLY 21"),
    ("another day of the month", "WEEKLY SUNDAY", "MONTHLY LAST"),
    ("a schedule that cannot be read", "WEEKLY SUNDAY", "MONTHLY"),
    ("rolled another way", "KR NONE", "KR BACKWARD"),
]

WRONG: list[tuple[str, int, Edit, str]] = [
    ("points.issued", 0, swap("lots", ",2400,", ",2401,"), "PRICE_MISMATCH.*what=cost"),
    ("points.issued", 0, swap("lots", ",KRW,", ",USD,"), "PRICE_MISMATCH.*what=currency"),
    ("points.issued", 0, swap("lots", "0,AIRLINE", "0,HOTELS"), "PRICE_MISMATCH.*what=obligor"),
    ("points.issued", 0, swap("obls", "", f"CAFE,AIRLINE,KRW,1,5,{FUNDING}.1,FUNDING"),
     "PRICE_MISMATCH.*what=CAFE,AIRLINE,FUNDING expected=0 found=5"),
    ("quote.given", 0, swap("target", "50", "51"), "RATE_MISMATCH.*what=target"),
    ("points.exchanged", 0, swap("legs", "posted,50", "posted,51"), "RATE_MISMATCH.*what=target"),
    ("points.exchanged", 0, swap("legs", "posted,10000", "posted,10001"), "RATE_MISMATCH.*what=so"),
    ("points.exchanged", 0, swap("obls", ",350,", ",349,"), "PRICE_MISMATCH.*expected=350"),
    ("points.exchanged", 0, swap("obls", "KRW", "USD"), "PRICE_MISMATCH.*what=currency"),
    ("points.exchanged", 0, swap("contract", CITED, f"{ACCEPTANCE}.1"), "RATE_MISMATCH.*type"),
    ("points.exchanged", 0, swap("contract", CITED, f"{name(9)}.1"), "RATE_MISMATCH.*proposed"),
    ("quote.given", 0, swap("contract", CITED, f"{ACCEPTANCE}.1"), "CONTRACT_NOT_IN_F.*expected"),
    ("points.exchanged", 0, swap("lots", "KRW,350", "KRW,351"), "PRICE_MISMATCH.*what=cost"),
    ("points.redeemed", 0, swap("obls", ",35,", ",36,"), "PRICE_MISMATCH.*expected=35 found=36"),
    ("points.redeemed", 0, swap("contract", f"{ACCEPTANCE}.1", ""), "PRICE_MISMATCH.*obligors"),
    ("hold.placed", 0, swap("reserve", ",21", ",20"), "PRICE_MISMATCH.*what=reserve"),
    ("hold.captured", 0, swap("obls", ",14,", ",21,"), "PRICE_MISMATCH.*expected=14 found=21"),
    ("points.gifted", 0, swap("obls", "", f"AIRLINE,HOTELS,KRW,1,5,{CITED},GIFT"),
     "PRICE_MISMATCH.*expected=0 found=5"),
    ("transfer.reversed", 0, swap("obls", ",70,", ",69,"), "PRICE_MISMATCH.*expected=70 found=69"),
    ("transfer.reversed", 0, swap("legs", "posted,10;", "posted,9;"), "RATE_MISMATCH.*what=target"),
    ("transfer.reversed", 0, swap("legs", "posted,2000", "posted,2001"), "RATE_MISMATCH.*what=so"),
    ("transfer.reversed", 0, swap("part", "2000", "10001"), "REVERSAL_INVALID.*more"),
    ("transfer.reversed", 0, swap("original", name(1)[:8], "f" * 8), "REVERSAL_INVALID.*names"),
    ("transfer.reversed", 0, swap("author", "AIRLINE/k1", "HOTELS/k9"), "AUTHOR_NOT_PERMITTED"),
    ("contract.proposed", 0, swap("rate", "1/2", "1/1"), "CONTRACT_SIGNATURE.*AIRLINE"),
    ("contract.proposed", 1, swap("price", "350/100", "35/10"), "CONTRACT_SIGNATURE.*HOTELS"),
    ("contract.accepted", 2, swap("signature", "", "0"), "CONTRACT_SIGNATURE.*party=HOTELS"),
    ("unit.terms", 0, swap("owner", "AIRLINE", "CAFE"), "CONTRACT_PARTIES.*expected=CAFE,HOTELS"),
    ("unit.created", 1, swap("owner", "HOTELS", "CAFE"), "CONTRACT_PARTIES.*expected=AIRLINE,CAFE"),
    ("contract.proposed", 1, swap("partner", "HOTELS", "CAFE"), "CONTRACT_PARTIES.*AIRLINE,CAFE"),
    ("contract.proposed", 0, swap("valid_from", at(0), at(400)), "CONTRACT_NOT_IN_FORCE"),
    ("contract.proposed", 1, swap("valid_to", "2027", "2026"), "CONTRACT_NOT_IN_FORCE"),
    ("contract.ended", 0, lambda f: f.update(contract=ACCEPTANCE, ends=at(0)),
     "CONTRACT_NOT_IN_FORCE"),
    ("partner.updated", 0, lambda f: f.update(signing_key=""), "CONTRACT_SIGNATURE.*NO_KEY"),
    ("partner.updated", 0, lambda f: f.update(signing_key="01" + "00" * 31), ".*KEY_SMALL_ORDER"),
    ("dispute.opened", 0, swap("amount", "50", "51"), "DISPUTE_INVALID.*otherwise"),
    ("dispute.opened", 0, swap("debtor", "HOTELS", "CAFE"), "DISPUTE_INVALID.*otherwise"),
    ("dispute.opened", 0, swap("window", "1", "2"), "DISPUTE_INVALID.*otherwise"),
    ("dispute.opened", 1, swap("line", ".0", ".2"), "DISPUTE_INVALID.*why=no"),
    ("dispute.opened", 1, lambda f: f.update(line=f"{f['seq']}.0"), "DISPUTE_INVALID.*why=no"),
    ("dispute.opened", 1, lambda f: f.update(line=f"{int(f['seq']) - 1}.0"),
     "DISPUTE_INVALID.*correction"),
    ("proposal.made", 0, swap("window", "1", "2"), "APPROVAL_MISSING.*kind=window.closed"),
    ("proposal.decided", 0, swap("decision", "APPROVED", "REJECTED"), "APPROVAL_MISSING.*KRW"),
    ("window.closed", 0, swap("author", "op2", "op1"), "APPROVAL_MISSING.*currency=KRW"),
    ("obligation.charged", 0, swap("author", "op2", "op1"), "APPROVAL_MISSING.*window.closed"),
    ("policy.set", 2, swap("value", "WEEKLY", "DAILY"), "APPROVAL_MISSING.*kind=policy.set"),
    ("policy.set", 3, swap("value", "BY_NET", "OPERATOR"), "APPROVAL_MISSING.*kind=policy.set"),
    ("window.due", 0, swap("window", "1", "2"), "APPROVAL_MISSING.*currency=USD"),
    ("window.due", 0, swap("currency", "USD", "KRW"), "DUE_INVALID.*why=no schedule"),
    ("window.due", 0, swap("author", "schedule", "expiry"), "AUTHOR_NOT_PERMITTED"),
    *(("window.due", 0, lambda f, change=change: f.update(change), f"DUE_INVALID.*why={why}")
      for why, change in NOT_DUE),
    ("log.genesis", 0, lambda f: f.update(origin="dure.example/x"), "CONTRACT_SIGNATURE.*NOT_SIGN"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "place", "edit", "line"), WRONG)
def test_what_no_contract_gives_is_told(kind: str, place: int, edit: Edit, line: str) -> None:
    """One amount, term, party or signature other than agreed is a finding that names it."""
    lines = found(kind, edit, place)
    assert any(re.match(line, one) for one in lines), lines


@pytest.mark.parametrize("value", ["DAILY", "WEEKLY SUNDAY", "MONTHLY 22"])
@pytest.mark.parametrize(
    ("day", "roll", "good"),
    [
        ("2026-11-22", "NONE", True),
        ("2026-11-22", "FOLLOWING", True),
        ("2026-11-15", "FOLLOWING", True),
        ("2026-11-15", "MODIFIED_FOLLOWING", True),
        ("2026-11-15", "PRECEDING", False),
        ("2026-11-29", "PRECEDING", True),
        ("2026-11-29", "FOLLOWING", False),
        ("2026-10-11", "FOLLOWING", False),
        ("2026-10-25", "MODIFIED_FOLLOWING", False),
    ],
)
def test_a_period_is_rolled_its_schedule_s_way(
    value: str, day: str, roll: str, *, good: bool
) -> None:
    """What is due on the 22nd was due then, or was rolled there the declared way and not far."""
    text = f"{value} 10:16 Asia/Seoul KR {roll}".replace("MONTHLY 22", f"MONTHLY {int(day[-2:])}")
    assert by_schedule(text, day) == ([] if good else ["rolled another way"])


@pytest.mark.parametrize(("why", "old", "new"), OTHER_SCHEDULES)
def test_what_another_schedule_says_is_not_due(why: str, old: str, new: str) -> None:
    """The same instant under a schedule that does not name it is a finding that tells why."""
    assert old in SCHEDULE
    assert by_schedule(SCHEDULE.replace(old, new)) == [why]


def by_schedule(text: str, day: str = DAY) -> list[str]:
    """Why warrants find the closing wrong where two had agreed on the schedule of this text."""
    leaves = [decode(leaf) for leaf in every_kind(KEY.text())]
    for fields in leaves:
        if fields.get("value") == SCHEDULE:
            fields["value"] = text
        if fields["kind"] == "window.due":
            fields["day"] = day
    findings = Findings()
    warrants = Warrants(findings)
    for fields in leaves:
        warrants.check(fields)
    return [str(dict(finding.facts)["why"]) for finding in findings.kept]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"due": "2026-11-22T02:16:00.000000Z"}, "a period twice"),
        ({"day": "2026-11-29"}, "not its time"),
    ],
)
def test_a_window_is_due_once(change: dict[str, str | int], why: str) -> None:
    """The next window is not due for the same Sunday, nor by an instant before its opening."""
    leaves = every_kind(KEY.text())
    findings = Findings()
    warrants = Warrants(findings)
    due, closed = (
        [fields for fields in map(decode, leaves) if fields["kind"] == kind][-1]
        for kind in ("window.due", "window.closed")
    )
    for leaf in leaves:
        warrants.check(decode(leaf))
    again: dict[str, str | int] = {"window": "2", "seq": len(leaves), "time": at(9_000)}
    warrants.check(due | again | change)
    warrants.check(closed | again | {"seq": len(leaves) + 1})
    (finding,) = findings.kept
    assert dict(finding.facts)["why"] == why


def test_the_honest_log_has_its_warrants() -> None:
    """Nothing is found where nothing was edited."""
    assert found("points.issued", lambda _: None) == []


@pytest.mark.parametrize(
    ("kind", "author", "permitted"),
    [
        ("member.enrolled", "partner:AIRLINE/k1", True),
        ("member.enrolled", "partner:HOTELS/k9", False),
        ("member.enrolled", "operator/op2", True),
        ("member.enrolled", "system/import", True),
        ("member.enrolled", "system/expiry", False),
        ("proposal.made", "partner:AIRLINE/k1", False),
        ("contract.proposed", "partner:HOTELS/k9", False),
        ("contract.accepted", "partner:AIRLINE/k1", False),
        ("contract.ended", "partner:HOTELS/k9", True),
        ("unit.created", "partner:HOTELS/k9", False),
        ("consent.granted", "partner:HOTELS/k9", False),
        ("points.issued", "partner:HOTELS/k9", False),
        ("points.redeemed", "partner:AIRLINE/k1", False),
        ("points.exchanged", "partner:HOTELS/k9", True),
        ("points.gifted", "partner:HOTELS/k9", False),
        ("hold.captured", "partner:AIRLINE/k1", False),
        ("hold.voided", "partner:AIRLINE/k1", True),
        ("window.closed", "partner:AIRLINE/k1", False),
        ("window.closed", "system/expiry", False),
        ("window.due", "operator/op2", True),
        ("obligation.charged", "partner:AIRLINE/k1", False),
        ("obligation.corrected", "partner:HOTELS/k9", False),
        ("dispute.opened", "partner:HOTELS/k9", True),
        ("dispute.opened", "partner:AIRLINE/k1", False),
        ("dispute.closed", "partner:HOTELS/k9", False),
        ("key.revoked", "system/init", False),
    ],
)  # fmt: skip
def test_an_entry_is_somebodys_to_write(kind: str, author: str, *, permitted: bool) -> None:
    """A partner writes what is its own, a job its kinds, the operator's people the rest."""
    lines = found(kind, lambda fields: fields.update(author=author))
    told = {
        line.partition(" ")[0]
        for line in lines
        if f"kind={kind}" in line and line.startswith("AUTHOR")
    }
    assert told == (set() if permitted else {"AUTHOR_NOT_PERMITTED"}), lines


def test_arithmetic_is_that_of_the_specification() -> None:
    """The worked examples: 100.00 AIR give 50 HOTEL, 101.99 give 50 and take 100.00."""
    rate = conversion(Ratio(1, 2), Ratio(0, 1), 2, 0)
    assert [rate.given(10_000), rate.given(10_199), rate.least(50)] == [50, 50, 10_000]
    assert money(1_000, 2, Ratio(350, 100)) == 35
    assert split(10, [1, 1, 1]) == [4, 3, 3]
    assert split(5, [60, 40]) == [3, 2]


def test_a_version_is_cited_only_while_in_force() -> None:
    """Redemptions and holds by a version that had ended are told; captures keep their hold's."""

    def edit(fields: dict[str, str | int]) -> None:
        fields |= {"contract": ACCEPTANCE, "ends": at(0)}

    told = [line.split(" contract=")[0] for line in found("contract.ended", edit)]
    assert told == [f"CONTRACT_NOT_IN_FORCE seq={seq}" for seq in (31, 34, 36, 38)]


def test_a_quote_keeps_the_version_that_it_was_given() -> None:
    """An exchange by a quote that cites another version than the quote is told."""
    lines = found("quote.given", swap("contract", CITED, f"{ACCEPTANCE}.1"))
    assert lines[1:] == [f"CONTRACT_NOT_IN_FORCE seq=30 contract={CITED} expected={ACCEPTANCE}.1"]


def test_a_capture_keeps_the_version_of_its_hold() -> None:
    """A capture that cites another version than its hold is told."""
    lines = found("hold.captured", swap("contract", f"{ACCEPTANCE}.1", CITED))
    assert any(line.startswith("CONTRACT_NOT_IN_FORCE") for line in lines)


@pytest.mark.parametrize(
    ("kind", "edit", "why"),
    [
        ("consent.revoked", swap("consent", "c2", "c1"), "none"),
        ("consent.granted", lambda fields: fields.update(expires=at(20)), "it"),
        ("consent.granted", swap("unit", "AIR", "HOTEL"), "none"),
        ("consent.granted", swap("member", MINA, HANA), "none"),
        ("consent.granted", swap("action", "REDEEM", "EXCHANGE"), "none"),
    ],
)
def test_a_debit_needs_a_consent_that_is_live(kind: str, edit: Edit, why: str) -> None:
    """A consent revoked, expired, or of another unit, member or action lets nobody debit."""
    told = [re.sub(r" consent=.* why=(\w+).*", r" \1", line) for line in found(kind, edit)]
    assert told == [f"CONSENT_MISSING seq={seq} {why}" for seq in (31, 34, 36, 38)]


def test_a_debit_without_a_consent_is_told() -> None:
    """Who is not the unit's owner needs a consent; an entry that cites none is found."""
    (line,) = found("points.redeemed", lambda fields: fields.update(consent=""))
    assert line.startswith("CONSENT_MISSING seq=31 consent= partner=HOTELS")


def test_a_consent_is_revoked_by_those_whom_it_concerns() -> None:
    """A revocation by the consent's partner is its right; one by a third partner is told."""
    revoked = "partner:AIRLINE/k1"
    assert found("consent.revoked", swap("author", revoked, "partner:HOTELS/k9")) == []
    lines = found("consent.revoked", swap("author", revoked, "partner:CAFE/k7"))
    assert lines[-1].startswith("AUTHOR_NOT_PERMITTED")
