"""Which line proves which payment: a table of decisions, one run of lines each.

Payments of the table, in KRW: AIR pays 100 in, CAFE pays 40 in, and HOTEL is paid 140 out. A line
is an amount, negative where money went out, and what it bears; `x@AIR` is x with AIR's account on
the other side.
"""

import pytest

from domain.ids import OPERATOR
from settlement.bank.lines import BankLine, placed
from settlement.bank.matching import Expected, Matching, expected, match
from tests.unit.payments.papers import KOREAN, files_of

PAYMENTS = files_of({"AIR": 100, "CAFE": 40, "HOTEL": -140})[0]
IDS = {"air": PAYMENTS[0], "cafe": PAYMENTS[1], "hotel": PAYMENTS[2]}
NAMES = {one.end_to_end_id: name for name, one in IDS.items()}
OURS = KOREAN[OPERATOR].number

# lines | what is matched | what waits
TABLE = """
100 id=air                                   | air 100             |
100 ID=air                                   | air 100             |
100 ref=air                                  | air 100             |
100@AIR                                      | air 100             |
-140 id=hotel                                | hotel 140           |
-140@HOTEL                                   | hotel 140           |
100 id=air; 40 id=cafe; -140 id=hotel        | air 100, cafe 40, hotel 140 |
60 id=air                                    | air 60              |
60 id=air; 40 ref=air                        | air 40, air 60      |
130 id=air                                   | air 100             | 30 OVERPAID
60 id=air; 60 id=air day=4                   | air 40, air 60      | 20 OVERPAID
100 id=air; 100 id=air day=4                 | air 100             | 100 OVERPAID
100 id=air; 100@AIR                          | air 100             | 100 NO_CANDIDATE
60 id=air; 40@AIR                            | air 40, air 60      |
100@AIR; 100@AIR day=4                       |                     | 100 AMBIGUOUS, 100 AMBIGUOUS
99@AIR                                       |                     | 99 NO_CANDIDATE
100@CAFE                                     |                     | 100 NO_CANDIDATE
100                                          |                     | 100 NO_CANDIDATE
-100@AIR                                     |                     | 100 NO_CANDIDATE
100@AIR id=their-own-id                      | air 100             |
100@AIR id=unknown                           |                     | 100 END_TO_END_ID_UNKNOWN
100@AIR ref=unknown                          |                     | 100 REFERENCE_UNKNOWN
100 id=air ref=unknown                       | air 100             |
100 id=air ref=cafe                          |                     | 100 REFERENCES_DIFFER
100 id=air ref=air                           | air 100             |
100 id=air in=USD                            |                     | 100 CURRENCY_WRONG
100@AIR in=USD                               |                     | 100 NO_CANDIDATE
100 id=air on=elsewhere                      |                     | 100 ACCOUNT_WRONG
100 id=air; -100 id=air day=4                | air -100, air 100   |
100 id=air; -100 id=air day=4 back           | air -100, air 100   |
100 id=air; -30 ref=air day=4 back           | air -30, air 100    |
-100 id=air                                  |                     | 100 RETURN_EXCEEDS_PAID
60 id=air; -100 id=air                       | air 60              | 100 RETURN_EXCEEDS_PAID
100 id=air; 100 id=air day=4; -100 id=air day=5 | air -100, air 100, air 100 |
130 id=air; -30 id=air day=4                 | air -30, air 130    |
-140 id=hotel; 140 id=hotel back             | hotel -140, hotel 140 |
100 id=air back                              |                     | 100 REVERSAL_UNCLEAR
100@AIR back                                 |                     | 100 NO_CANDIDATE
"""


def line_of(text: str) -> BankLine:
    """Read one line of the table."""
    amount, *marks = text.split()
    digits, _, other = amount.partition("@")
    given = dict(mark.partition("=")[::2] for mark in marks)
    id_ = given.get("id", given.get("ID", ""))
    reference = given.get("ref", "")
    named = IDS[id_].end_to_end_id if id_ in IDS else "0" * 32 if id_ == "unknown" else id_
    return BankLine(
        given.get("on", OURS), f"2026-11-{given.get('day', '3'):0>2}", int(digits),
        given.get("in", "KRW"),
        end_to_end_id=named.upper() if "ID" in given else named,
        reference=IDS[reference].reference if reference in IDS else reference,
        counterparty=KOREAN[other].number if other else "", returned="back" in given,
    )  # fmt: skip


def told(found: Matching) -> tuple[str, str]:
    """Write an outcome as the table does."""
    matched = sorted(f"{NAMES[one.end_to_end_id]} {one.amount}" for one in found.matches)
    waiting = sorted(f"{one.amount} {one.reason}" for one in found.unmatched)
    return ", ".join(matched), ", ".join(waiting)


def due(paid: dict[str, int] | None = None) -> list[Expected]:
    """Return the table's payments as they would show."""
    return expected(PAYMENTS, KOREAN, paid or {})


@pytest.mark.parametrize(
    "row", TABLE.strip().splitlines(), ids=lambda row: row.split("|")[0].strip()
)
def test_the_table_of_decisions(row: str) -> None:
    """Each row's lines prove what it says and leave waiting what it says, in either order."""
    lines, matched, waiting = (cell.strip() for cell in row.split("|"))
    given = placed(map(line_of, lines.split(";")), "f" * 64)
    assert told(match(due(), given)) == (matched, waiting)
    assert match(due(), reversed(given)) == match(due(), given)


def test_what_was_paid_before_counts() -> None:
    """A payment of which 70 are matched takes 30 more, by name as by amount; then no more."""
    air = PAYMENTS[0].end_to_end_id
    for text in ("50 id=air", "30@AIR"):
        found = match(due({air: 70}), placed([line_of(text)], "f" * 64))
        assert [one.amount for one in found.matches] == [30]
        assert found.paid[air] == 100
    assert match(due({air: 100}), [line_of("100@AIR")]).matches == ()


def test_a_direct_payment_shows_where_it_arrives() -> None:
    """The payer's own statement proves nothing; the payee's does."""
    (payment,), _ = files_of({"AIR": 100, "HOTEL": -100}, clearing=False)
    rows = expected([payment], KOREAN, {})
    sent = BankLine(KOREAN["AIR"].number, "2026-11-03", -100, "KRW", payment.end_to_end_id)
    arrived = BankLine(KOREAN["HOTEL"].number, "2026-11-03", 100, "KRW", payment.end_to_end_id)
    found = match(rows, placed([sent, arrived], "f" * 64))
    assert [(one.line.amount, one.amount) for one in found.matches] == [(100, 100)]
    assert [one.reason for one in found.unmatched] == ["ACCOUNT_WRONG"]


def test_two_payments_of_one_amount_between_two_accounts_are_never_guessed() -> None:
    """Two settlements owe the same sum; a line that names neither waits for a person."""
    other = due()[0]._replace(end_to_end_id="1" * 32, reference="RF00X")
    found = match([*due(), other], [line_of("100@AIR")])
    assert [one.reason for one in found.unmatched] == ["AMBIGUOUS"]
    assert found.matches == ()


def test_accounts_are_compared_without_hyphens() -> None:
    """A bank that writes numbers with hyphens names the same account."""
    line = BankLine("100-123-456789", "2026-11-03", 100, "KRW", counterparty="123456-78-901234")
    assert told(match(due(), [line])) == ("air 100", "")


def test_half_a_payment_told_twice_is_half_a_payment() -> None:
    """A line in two files pays once, also where the bank gives no name of its own to a line."""
    line = line_of("50 id=air")
    first, second = (placed([line], file) for file in ("a" * 64, "b" * 64))
    paid = match(due(), first).paid
    assert paid[IDS["air"].end_to_end_id] == 50
    again = match(due(paid), second, {one.identity for one in first})
    assert told(again) == ("", "50 LINE_KNOWN")
    assert again.paid == paid
    twice = match(due(), placed([line, line], "a" * 64))
    assert told(twice) == ("air 50, air 50", "")


def test_a_return_is_another_line_than_a_payment() -> None:
    """What the bank calls a reversal is not taken for the line that agrees in all else."""
    lines = placed([line_of("100 id=air"), line_of("100 id=air back")], "a" * 64)
    assert told(match(due(), lines)) == ("air 100", "100 REVERSAL_UNCLEAR")


def test_a_number_of_two_partners_names_neither() -> None:
    """Whoever has another's account number has not the other's money pay what it owes itself."""
    claimed = {**KOREAN, "CAFE": KOREAN["AIR"]}
    payments = expected(PAYMENTS, claimed, {})
    assert told(match(payments, placed([line_of("40@AIR")], "a" * 64))) == ("", "40 NO_CANDIDATE")
    named = match(payments, placed([line_of("40@AIR id=cafe"), line_of("100 id=air")], "a" * 64))
    assert told(named) == ("air 100, cafe 40", "")


def test_an_old_line_pays_nothing_by_its_amount() -> None:
    """Last month's equal sum is none of this month's; a line that names the payment is."""
    rows = expected(PAYMENTS, KOREAN, {}, {IDS["air"].end_to_end_id: "2026-11-04"})
    for text, outcome in (
        ("100@AIR day=3", ("", "100 NO_CANDIDATE")),
        ("100@AIR day=4", ("air 100", "")),
        ("100@AIR day=3 id=air", ("air 100", "")),
        ("100@AIR day=3; 100@AIR day=4", ("air 100", "100 NO_CANDIDATE")),
    ):
        found = match(rows, placed(map(line_of, text.split(";")), "a" * 64))
        assert told(found) == outcome, text


def test_as_much_out_of_another_file_may_be_the_same_money() -> None:
    """By name as by amount it waits for a person, until a day on which it must be other money."""
    air = IDS["air"].end_to_end_id
    rows = expected(PAYMENTS, KOREAN, {air: 50}, None, {air: ((50, "2026-11-10"),)})
    for text, outcome in (
        ("50 id=air day=3", ("", "50 DUPLICATE_SUSPECTED")),
        ("50 ref=air day=10", ("", "50 DUPLICATE_SUSPECTED")),
        ("50@AIR day=3", ("", "50 DUPLICATE_SUSPECTED")),
        ("50 id=air day=11", ("air 50", "")),
        ("49 id=air day=3", ("air 49", "")),
    ):
        assert told(match(rows, placed([line_of(text)], "b" * 64))) == outcome, text
