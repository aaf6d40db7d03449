"""A refusal tells the bound that its caller ran into, where it has it, in both languages."""

import pytest

from domain.ledger.bounds import BOUNDS, LIMITS, facts_in, message
from domain.ledger.codes import CODES

TOLD = """
VALIDITY_TOO_SOON minimum=0        | en | The terms would begin too soon. The earliest is 1970-01-01T00:00:00.000000Z.
VALIDITY_TOO_SOON minimum=0        | ko | 계약 시작 시각이 너무 이릅니다. 가장 이른 시각은 1970-01-01T00:00:00.000000Z입니다.
VALIDITY_TOO_SOON                  | en | The terms would begin too soon.
TOO_MANY_DISPUTES partner=AIR maximum=100 | en | Too many disputes of this partner are open. The most is 100.
HOLD_ENDED hold=7 state=VOIDED     | ko | 이미 끝난 보류입니다. 현재 상태: VOIDED.
NET_DEBIT_CAP_EXCEEDED available=1 required=2 | en | A net debit cap is passed.
"""  # noqa: E501 -- a table is read across


@pytest.mark.parametrize("row", TOLD.strip().splitlines())
def test_the_bound_is_told_where_it_is_known(row: str) -> None:
    """Instants in UTC; without the facts, or where some may not know them, the sentence alone."""
    said, language, words = (cell.strip() for cell in row.split("|"))
    code, *told = said.split()
    facts: dict[str, str | int] = {}
    for one in told:
        name, _, value = one.partition("=")
        facts[name] = int(value) if value.isdigit() else value
    assert message(code, facts, korean=language == "ko") == words


def test_both_languages_tell_the_same_facts_and_none_that_is_withheld() -> None:
    """Every bound is of facts that the code has for everybody."""
    for code, (english, korean) in BOUNDS.items():
        assert sorted(facts_in(english)) == sorted(facts_in(korean)), code
        row = CODES[code]
        assert set(facts_in(english)) <= set(row.facts) - set(row.withheld), code


def test_no_code_keeps_its_bound_to_itself() -> None:
    """A code with a least, a most, or what there is and what it takes among its facts says it."""
    bounded = LIMITS | {"available", "required"}
    silent = {code for code, row in CODES.items()
              if bounded & (set(row.facts) - set(row.withheld)) and code not in BOUNDS}  # fmt: skip
    assert silent == set()
