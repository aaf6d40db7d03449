"""From nets to matched lines: what is ordered, and answered by the bank, proves every payment."""

import io
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from api.demo.bank import VERSIONS, Page, answer, booked
from domain.ids import OPERATOR
from settlement.bank.camt053 import read_camt053
from settlement.bank.matching import expected, match
from settlement.payments.accounts import BankAccount
from tests.unit.payments.papers import EUROPEAN, KOREAN, files_of

amounts = st.lists(st.integers(-(10**9), 10**9), min_size=3, max_size=3)


@given(
    amounts,
    st.sampled_from([(KOREAN, "KRW"), (EUROPEAN, "EUR"), (KOREAN, "JPY")]),
    st.sampled_from(VERSIONS),
    st.sampled_from(["as ordered", "no end-to-end ids", "no ids at all"]),
)
def test_what_the_bank_answers_settles_everything(
    drawn: list[int], network: tuple[dict[str, BankAccount], str], version: str, bears: str
) -> None:
    """Whatever ids the bank drops, every payment is proven to the unit, and no line waits."""
    accounts, currency = network
    partners = sorted(one for one in accounts if one != OPERATOR)
    nets = dict(zip(partners, drawn, strict=True))
    nets[OPERATOR] = -sum(drawn)
    payments, files = files_of(nets, currency, accounts)
    clearing = accounts[OPERATOR].number
    lines = booked([one.content for one in files], clearing)
    if bears != "as ordered":
        lines = [replace(one, end_to_end_id="") for one in lines]
    if bears == "no ids at all":
        lines = [replace(one, reference="") for one in lines]
    page = Page("S1", "2026-11-03T18:00:00Z", clearing, currency, version=version)
    read = read_camt053(io.BytesIO(answer(page, lines)))
    found = match(expected(payments, accounts, {}), read.lines)
    assert found.unmatched == ()
    assert found.paid == {one.end_to_end_id: one.amount for one in payments}
