"""What holds of any lines: none counts twice, no payment passes its amount, order is nothing."""

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from settlement.bank.lines import BankLine, placed
from settlement.bank.matching import Expected, Matching, expected, match
from tests.unit.payments.papers import KOREAN, files_of

PAYMENTS = files_of({"AIR": 5, "CAFE": 3, "HOTEL": -8})[0]
ACCOUNTS = [account.number for account in KOREAN.values()]
lines = st.lists(
    st.builds(
        BankLine,
        account=st.sampled_from([*ACCOUNTS[:1] * 4, "elsewhere"]),
        value_date=st.sampled_from(["2026-11-03", "2026-11-04"]),
        amount=st.integers(-8, 8).filter(bool),
        currency=st.sampled_from(["KRW", "KRW", "KRW", "USD"]),
        end_to_end_id=st.sampled_from(["", *(one.end_to_end_id for one in PAYMENTS)]),
        reference=st.sampled_from(["", "", *(one.reference for one in PAYMENTS)]),
        counterparty=st.sampled_from(["", *ACCOUNTS]),
        bank_reference=st.sampled_from(["", "A", "B"]),
        returned=st.booleans(),
    ),
    max_size=12,
)


def due(paid: dict[str, int] | None = None) -> list[Expected]:
    """Return the payments as they would show."""
    return expected(PAYMENTS, KOREAN, paid or {})


def check(found: Matching, before: dict[str, int], given_lines: tuple[BankLine, ...]) -> None:
    """Hold what holds of every outcome."""
    matched = Counter((one.line.file, one.line.n) for one in found.matches)
    assert set(matched.values()) <= {1}
    spent: Counter[tuple[str, int]] = Counter()
    for match_ in found.matches:
        assert 0 < abs(match_.amount) <= abs(match_.line.amount)
        spent[match_.line.file, match_.line.n] += abs(match_.amount)
    for waits in found.unmatched:
        spent[waits.line.file, waits.line.n] += waits.amount
    # Every unit of every line is somewhere, once.
    assert spent == Counter({(one.file, one.n): abs(one.amount) for one in given_lines})
    for payment in PAYMENTS:
        id_ = payment.end_to_end_id
        added = sum(one.amount for one in found.matches if one.end_to_end_id == id_)
        assert found.paid[id_] == before.get(id_, 0) + added
        assert 0 <= found.paid[id_] <= payment.amount


@given(lines, st.randoms(use_true_random=False), st.integers(0, 3))
def test_lines_in_any_order_prove_the_same_and_never_too_much(
    drawn: list[BankLine], shuffler: Random, paid: int
) -> None:
    """Each unit of each line is matched or waits; each payment ends between 0 and its amount."""
    given_lines = placed(drawn, "f" * 64)
    before = {PAYMENTS[0].end_to_end_id: paid}
    found = match(due(before), given_lines)
    check(found, before, given_lines)
    shuffled = list(given_lines)
    shuffler.shuffle(shuffled)
    assert match(due(before), shuffled) == found


@given(lines)
def test_the_same_file_again_proves_nothing_new(drawn: list[BankLine]) -> None:
    """Read a second time, in the same run or a later one, no line matches anything."""
    given_lines = placed(drawn, "f" * 64)
    once = match(due(), given_lines)
    known = {one.identity for one in given_lines}
    again = match(due(once.paid), given_lines, known)
    assert again.matches == ()
    assert again.paid == once.paid
    assert {one.reason for one in again.unmatched} <= {"LINE_KNOWN"}
    doubled = match(due(), (*given_lines, *given_lines))
    assert (doubled.matches, doubled.paid) == (once.matches, once.paid)


@given(lines, st.integers(0, 12))
def test_files_one_after_another_never_prove_too_much(drawn: list[BankLine], cut: int) -> None:
    """Split over two imports, with the first one's lines known, the bounds hold after each."""
    first, second = placed(drawn[:cut], "a" * 64), placed(drawn[cut:], "b" * 64)
    one = match(due(), first)
    check(one, {}, first)
    other = match(due(one.paid), second, {line.identity for line in first})
    check(other, one.paid, second)
