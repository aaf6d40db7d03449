"""What closings and defaults charge, worked out anew: whoever charges otherwise is found out."""

import re
from collections.abc import Callable

import pytest

from audit.entry import decode
from audit.findings import Findings
from audit.replay.defaulting import Party, taken
from tests.unit.audit_verify.bundles import KEY
from tests.unit.audit_verify.logs import LogBuilder, every_kind, genesis, name, replayed

Edit = Callable[[list[dict[str, str]]], None]

# Worked by hand. AIRLINE owes HOTELS 1,009 for exchanges and gets 10 back: an invoice of 999. It
# owes CAFE 350 for redemptions. Its fee is 100 and a thirtieth of 1,359, which is 45.3: 145.
OWED = "AIRLINE,HOTELS,KRW,1,1009,,EXCHANGE;HOTELS,AIRLINE,KRW,1,10,,EXCHANGE"
ALSO = "AIRLINE,CAFE,KRW,1,350,,REDEEM"
FEE = "AIRLINE,OPERATOR,KRW,1,145,,PERIODIC_FEE"
# Ten per cent of 999 is 99.9 and of 145 is 14.5, both floored; CAFE's redemptions bear none.
TAXES = ("AIRLINE,HOTELS,KRW,1,99,,TAX", "AIRLINE,OPERATOR,KRW,1,14,,TAX")
POLICIES = {
    ("PERIODIC_FEE", "AIRLINE"): "100 1/30",
    ("PERIODIC_FEE", "CAFE"): "0 1/30",
    ("TAX", "HOTELS"): "EXCHANGE,KR,1/10;REDEEM,KR,1/5",
    ("TAX", "OPERATOR"): "PERIODIC_FEE,KR,1/10",
    ("TAX", "AIRLINE"): "EXCHANGE,KR,1/2",
}


def closed(*charged: str, currency: str = "KRW", late: str = "") -> list[str]:
    """What replay finds where a window of these debts closes with these charges before it."""
    log = LogBuilder()
    genesis(log, "key")
    for code in ("AIRLINE", "HOTELS", "CAFE"):
        log.partner(code)
    for (policy, partner), value in POLICIES.items():
        log.declare(policy, partner=partner, currency=currency, value=value)
    log.add("points.redeemed", obls=f"{OWED};{ALSO}")
    log.close("KRW", "CLOSED", *charged)
    if late:
        log.add("obligation.charged", author="operator/op2", obls=late)
    findings = Findings()
    replayed(log.leaves, findings)
    return [one.line() for one in findings.kept]


def test_fees_and_taxes_by_hand() -> None:
    """The charges worked out by hand are found right, in whatever order they stand."""
    assert closed(FEE, *TAXES) == []
    assert closed(*TAXES, FEE) == []
    cited = TAXES[0].replace(",,", ",KRW-1-HOTELS-AIRLINE-EXCHANGE,")
    assert closed(FEE, cited, TAXES[1]) == []


CHARGES: list[tuple[tuple[str, ...], str]] = [
    ((FEE, TAXES[0]), "CHARGE_MISSING.*debtor=AIRLINE creditor=OPERATOR of=TAX expected=14"),
    (TAXES, "CHARGE_MISSING.*of=PERIODIC_FEE expected=145"),
    ((), "CHARGE_MISSING"),
    ((FEE.replace("145", "146"), *TAXES), "CHARGE_AMOUNT.*expected=145 found=146"),
    ((FEE, TAXES[0].replace("99", "100"), TAXES[1]), "CHARGE_AMOUNT.*expected=99 found=100"),
    ((FEE.replace("AIRLINE", "HOTELS"), *TAXES),
     "CHARGE_PARTNER.*of=PERIODIC_FEE expected=AIRLINE,OPERATOR found=HOTELS,OPERATOR"),
    ((FEE, "AIRLINE,CAFE,KRW,1,99,,TAX", TAXES[1]), "CHARGE_PARTNER.*found=AIRLINE,CAFE"),
    ((FEE, *TAXES, "CAFE,OPERATOR,KRW,1,5,,PERIODIC_FEE"), "CHARGE_INVENTED.*debtor=CAFE"),
    ((FEE, *TAXES, TAXES[0]), "CHARGE_INVENTED.*of=TAX found=99"),
    ((FEE, *TAXES, "CAFE,OPERATOR,KRW,1,5,,FEE"), "CHARGE_INVENTED.*of=FEE found=5"),
    ((FEE, *TAXES, "CAFE,HOTELS,KRW,1,5,,CLAIM"), "CHARGE_INVENTED.*of=CLAIM found=5"),
    # The first tax cites the other invoice, or one of another window.
    *(((FEE, TAXES[0].replace(",,", f",{cited},"), TAXES[1]), "CHARGE_PARTNER.*of=TAX")
      for cited in ("KRW-1-OPERATOR-AIRLINE-PERIODIC_FEE", "KRW-2-HOTELS-AIRLINE-EXCHANGE")),
    ((FEE, *TAXES, f"AIRLINE,HOTELS,KRW,1,99,{name(1)}.1,TAX"), "CHARGE_INVENTED.*of=TAX"),
    ((FEE, ";".join(TAXES)), "EFFECT_IMPOSSIBLE.*charged=2"),
]  # fmt: skip


@pytest.mark.parametrize(("charged", "line"), CHARGES)
def test_a_charge_that_no_policy_gives(charged: tuple[str, ...], line: str) -> None:
    """A charge that is missing, another, another's or invented is told once, by its own code."""
    told = closed(*charged)
    assert any(re.match(line, one) for one in told), told
    assert len(told) == (3 if not charged else 1), told


def test_a_charge_outside_a_closing_is_invented() -> None:
    """After the closing no fee falls due, whatever it is called."""
    told = closed(FEE, *TAXES, late="AIRLINE,OPERATOR,KRW,2,145,,PERIODIC_FEE")
    assert [one.split()[0] for one in told] == ["CHARGE_INVENTED"]


def test_policies_of_another_currency_charge_nothing() -> None:
    """A policy is of one currency."""
    assert closed(currency="USD") == []


@pytest.mark.parametrize(("owed", "state"), [(True, "SETTLED"), (False, "CLOSED")])
def test_a_window_is_settled_at_once_where_it_is_empty(owed: bool, state: str) -> None:
    """Debts cannot be made to vanish by a window that counts as settled, nor wait without any."""
    log = LogBuilder()
    genesis(log, "key")
    log.partner("AIRLINE")
    if owed:
        log.add("points.redeemed", obls=ALSO)
    log.close("KRW", state)
    findings = Findings()
    replayed(log.leaves, findings)
    told = [str(dict(one.facts)["why"]) for one in findings.kept]
    assert [one.startswith("is settled at once") for one in told] == [True]


# Partner, net, still due, prefund; what is drawn; who bears what of whose loss. By hand.
DEFAULTS: list[tuple[str, str, str, str, str]] = [
    ("A 100 30 0, B -60 60 0, C -40 40 0", "", "", "", "A>B 18, A>C 12"),
    ("A 100 30 0, B -60 60 0, C -40 40 0", "", "OPERATOR", "", "A>OPERATOR 30"),
    ("A 100 30 30, B -100 30 0", "", "", "A 30", ""),
    ("A 100 30 20, B -60 60 0, C -40 40 0", "", "", "A 20", "A>B 6, A>C 4"),
    # B was paid all but 5, so the rest of its part falls to C.
    ("A 100 30 0, B -60 5 0, C -40 40 0", "", "", "", "A>B 5, A>C 25"),
    # Nobody awaits as much as is lost: the operator has paid it out already.
    ("A 100 30 0, B -60 5 0, C -40 10 0", "", "", "", "A>B 5, A>C 10, A>OPERATOR 15"),
    ("A 100 30 0, B -60 0 0, C -40 0 0", "", "", "", "A>OPERATOR 30"),
    # The operator is a creditor too, and then bears what is left besides.
    ("A 100 50 0, OPERATOR -40 10 0, C -60 20 0", "", "", "", "A>C 20, A>OPERATOR 30"),
    # Two defaulters: what the first cost B it does not await any more.
    ("A 50 50 0, B -100 60 0, D 50 50 10", "", "", "D 10", "A>B 50, D>B 10, D>OPERATOR 30"),
    # Through clearing the operator's own debt needs no bank; directly it defaults as others do.
    ("OPERATOR 100 100 0, B -100 100 0", "OPERATOR", "", "", ""),
    ("OPERATOR 100 100 0, B -100 100 0", "", "", "", "OPERATOR>B 100"),
    # Thirds of 10: the largest remainders are alike, so the earliest gets the odd unit.
    ("A 30 10 0, B -10 10 0, C -10 10 0, D -10 10 0", "", "", "", "A>B 4, A>C 3, A>D 3"),
]


@pytest.mark.parametrize(("parties", "needless", "rule", "drawn", "shared"), DEFAULTS)
def test_defaults_by_hand(parties: str, needless: str, rule: str, drawn: str, shared: str) -> None:
    """A default takes what was worked out by hand from each."""
    given = [Party(one.split()[0], *map(int, one.split()[1:])) for one in parties.split(", ")]
    found = taken(given, needless, rule)
    assert ", ".join(f"{code} {amount}" for code, amount in found.drawn.items()) == drawn
    told = [f"{debtor}>{creditor} {lost}" for (debtor, creditor), lost in found.shared.items()]
    assert sorted(told) == [one for one in shared.split(", ") if one]


def edited(edit: Callable[[dict[str, str]], None], kind: str, place: int = 0) -> list[str]:
    """What replay finds where one entry of the log of every kind was edited, or left out."""
    leaves = [decode(leaf) for leaf in every_kind(KEY.text())]
    one = [fields for fields in leaves if fields["kind"] == kind][place]
    edit(one)  # type: ignore[arg-type]  # its texts alone are edited
    log = LogBuilder()
    for fields in leaves:
        if fields["kind"] != "gone":
            own = {key: str(value) for key, value in fields.items()}
            for common in ("v", "seq", "prev", "time", "id", "cmd", "pd"):
                own.pop(common)
            log.add(own.pop("kind"), **own)
    findings = Findings()
    replayed(log.leaves, findings)
    return [finding.line() for finding in findings.kept]


TAKEN: list[tuple[str, int, dict[str, str], str]] = [
    ("settlement.drawn", 0, {"amount": "199"}, "DRAW_MISMATCH.*AIRLINE expected=200 found=199"),
    ("settlement.drawn", 0, {"kind": "gone"}, "DRAW_MISMATCH.*AIRLINE expected=200 found=0"),
    ("settlement.drawn", 0, {"partner": "HOTELS"}, "DRAW_MISMATCH.*HOTELS expected=0 found=200"),
    ("settlement.shared", 0, {"amount": "79"}, "LOSS_MISMATCH.*HOTELS expected=78 found=79"),
    ("settlement.shared", 1, {"kind": "gone"}, "LOSS_MISMATCH.*OPERATOR expected=22 found=0"),
    ("settlement.shared", 1, {"creditor": "CAFE"}, "LOSS_MISMATCH.*CAFE expected=0 found=22"),
    ("settlement.moved", 3, {"kind": "gone"}, "DRAW_MISMATCH.*AIRLINE expected=0 found=200"),
    ("policy.set", 1, {"name": "LOSS_SHARING", "partner": "", "currency": "", "value": "OPERATOR"},
     "LOSS_MISMATCH.*OPERATOR expected=100 found=22"),
    ("obligation.charged", 2, {"kind": "gone"}, "CHARGE_MISSING.*HOTELS of=CLAIM expected=78"),
    ("obligation.charged", 3, {"obls": "AIRLINE,OPERATOR,KRW,2,21,,CLAIM"},
     "CHARGE_AMOUNT.*of=CLAIM expected=22 found=21"),
    ("obligation.charged", 3, {"obls": "AIRLINE,CAFE,KRW,2,22,,CLAIM"},
     "CHARGE_PARTNER.*expected=AIRLINE,OPERATOR found=AIRLINE,CAFE"),
    ("partner.updated", 0, {"cap": "1"}, "APPROVAL_MISSING.*expected=0,0 found=0,1"),
    ("partner.updated", 0, {"prefund": "7"}, "APPROVAL_MISSING.*expected=0,0 found=7,0"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "place", "given", "line"), TAKEN)
def test_a_default_that_takes_otherwise(
    kind: str, place: int, given: dict[str, str], line: str
) -> None:
    """A draw, share or claim that is missing, another, another's or invented has its finding."""
    told = edited(lambda fields: fields.update(given), kind, place)
    assert any(re.match(line, one) for one in told), told
