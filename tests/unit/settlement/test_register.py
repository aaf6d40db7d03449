"""The operator's list of bank accounts: three kinds, and everything else refused with its place."""

import json

import pytest

from domain.errors import InvalidValueError
from settlement.payments.register import REGISTER_BYTES_MAX, read_register

GOOD = {
    "OPERATOR": {"holder": "두레", "bank": "004", "number": "123456-04-123456"},
    "AIR": {"holder": "Narae Air", "iban": "DE89 3704 0044 0532 0130 00", "bic": "COBADEFFXXX"},
    "CAFE": {"holder": "하루", "number": "12345678", "bic": "CHASUS33", "latin": "Haru Coffee"},
}

BAD = """
accounts                 | []
accounts                 | null
accounts                 | {"A": {"holder": "x"}, "A": {"holder": "x"}}
accounts                 | {"A": {"holder": "x", "holder": "y"}}
accounts                 | {"A": {
accounts.A               | {"A": 7}
accounts.A               | {"A": {}}
accounts.A               | {"A": {"holder": "x"}}
accounts.A               | {"A": {"holder": "x", "number": "12345678"}}
accounts.A               | {"A": {"holder": "x", "iban": "DE89370400440532013000", "number": "1"}}
accounts.A               | {"A": {"holder": "x", "number": "1", "bic": "CHASUS33", "note": "y"}}
accounts.A.bic           | {"A": {"holder": "x", "bank": "004", "number": "1", "bic": "CHASUS33"}}
accounts.A.holder        | {"A": {"holder": 7, "bank": "004", "number": "12345604123456"}}
accounts.A.holder        | {"A": {"holder": "a\\u0000b", "bank": "004", "number": "12345604123456"}}
accounts.A.iban          | {"A": {"holder": "x", "iban": "DE89370400440532013001"}}
accounts.A.bank          | {"A": {"holder": "x", "bank": "999", "number": "12345604123456"}}
accounts.A.number        | {"A": {"holder": "x", "bank": "004", "number": "123"}}
accounts.A.bic           | {"A": {"holder": "x", "number": "12345678", "bic": "CHAS"}}
"""


def test_an_account_is_read_by_what_stands_there() -> None:
    """An IBAN, a Korean account and a number with a BIC are told apart by their names."""
    found = read_register(("\ufeff" + json.dumps(GOOD)).encode())
    assert {code: (one.scheme, one.number, one.bank) for code, one in found.items()} == {
        "OPERATOR": ("KR", "12345604123456", "004"),
        "AIR": ("IBAN", "DE89370400440532013000", "COBADEFFXXX"),
        "CAFE": ("BIC", "12345678", "CHASUS33XXX"[:8]),
    }
    assert found["CAFE"].latin == "Haru Coffee"


@pytest.mark.parametrize("row", BAD.strip().splitlines())
def test_what_is_no_account_is_refused_with_its_place(row: str) -> None:
    """Each wrong list is refused by a name, and the place of what is wrong."""
    path, text = (part.strip() for part in row.split("|", 1))
    with pytest.raises(InvalidValueError) as caught:
        read_register(text.encode())
    assert caught.value.facts["path"] == path


def test_a_list_has_a_greatest_size() -> None:
    """One byte more than the bound is refused before it is read as JSON."""
    data = b"{}" + b" " * (REGISTER_BYTES_MAX - 2)
    assert read_register(data) == {}
    with pytest.raises(InvalidValueError, match="ACCOUNTS_INVALID"):
        read_register(data + b" ")
