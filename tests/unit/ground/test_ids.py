"""Identities: forms of ids and codes, derived ids, citations of contracts."""

import pytest

from domain.errors import InvalidValueError
from domain.ids import contract_cite, derived_id, is_code, is_id, split_cite

ID = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("text", "good"),
    [(ID, True), (ID.upper(), False), (ID[1:], False), (ID + "0", False), (ID + "\n", False)],
)
def test_an_id_is_32_lower_case_hex_digits(text: str, good: bool) -> None:
    """Nothing shorter, longer, in capitals, or with a line's end."""
    assert is_id(text) is good


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("AIR", True), ("A1", True), ("AIR_KR", True), ("A" * 16, True),
        ("A", False), ("A" * 17, False), ("1A", False), ("_A", False), ("air", False),
        ("AIR\n", False), ("ÄIR", False), ("OPERATOR", False), ("SYSTEM", False),
    ],
)  # fmt: skip
def test_a_code_is_2_to_16_capitals_and_not_the_ledger_s_own(text: str, good: bool) -> None:
    """OPERATOR and SYSTEM are parties of their own and name no partner."""
    assert is_code(text) is good


def test_derived_ids_are_ids_and_differ() -> None:
    """Each further entry of a command has an id of its own, the same on every replay."""
    ids = {derived_id(ID, n) for n in range(100)} | {derived_id(ID[::-1], n) for n in range(100)}
    assert len(ids) == 200
    assert all(is_id(id_) for id_ in ids)
    assert derived_id(ID, 3) == derived_id(ID, 3)


def test_a_citation_is_read_as_it_is_written() -> None:
    """ID.VERSION gives the id and the number."""
    assert split_cite(contract_cite(ID, 12)) == (ID, 12)


@pytest.mark.parametrize("text", ["", ID, f"{ID}.", f"{ID}.x", f"{ID}.²", f"{ID[1:]}.1", "a.b.c"])
def test_other_texts_cite_nothing(text: str) -> None:
    """No id, no number, or neither: refused."""
    with pytest.raises(InvalidValueError):
        split_cite(text)
