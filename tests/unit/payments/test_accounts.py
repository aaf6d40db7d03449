"""Account data: what is wrong by itself is named, with its place, before anything is paid."""

import pytest

from domain.errors import InvalidValueError
from settlement.payments.accounts import BankAccount, bic_account, iban_account, korean_account
from settlement.payments.charset import LATIN, NAME_MAX, latin_name
from settlement.payments.korean_banks import KOREAN_BANKS

ACCEPTED = """
IBAN | DE89 3704 0044 0532 0130 00 | COBADEFFXXX
IBAN | GB82WEST12345698765432      |
IBAN | fr1420041010050500013M02606 | PSSTFRPPPAR
IBAN | NO93 8601 1117 947          |
KR   | 110-123-456789              | 088
KR   | 3333012345678               | 090
KR   | 1005 123 456789             | 020
BIC  | 0012-345678                 | SMBCJPJT
"""
REFUSED = """
IBAN | DE88 3704 0044 0532 0130 00 |             | IBAN_INVALID path=hotel.iban
IBAN | DE89 3704 0044 0532 0130 0  |             | IBAN_INVALID path=hotel.iban
IBAN | KR89 3704 0044 0532 0130 00 |             | IBAN_INVALID path=hotel.iban
IBAN | 110-123-456789              |             | IBAN_INVALID path=hotel.iban
IBAN |                             |             | IBAN_INVALID path=hotel.iban
IBAN | NO66 8601 1117 948          |             | IBAN_INVALID path=hotel.iban
IBAN | DE89 3704 0044 0532 0130 00 | COBADEFFXX  | BIC_INVALID path=hotel.bic
IBAN | DE89 3704 0044 0532 0130 00 | COBAXXFF    | BIC_INVALID path=hotel.bic
IBAN | DE89 3704 0044 0532 0130 00 | BNPAFRPP    | BIC_FOREIGN path=hotel.bic
KR   | 110-123-456789              | 999         | BANK_UNKNOWN path=hotel.bank value=999
KR   | 110-123-456789              | 88          | BANK_UNKNOWN path=hotel.bank
KR   | 110-123-45678               | 090         | ACCOUNT_NUMBER_INVALID path=hotel.number bank=Kakao Bank digits=11 expected=13
KR   | 110-123-45678X              | 088         | ACCOUNT_NUMBER_INVALID path=hotel.number
KR   | １１０１２３４５６７８９     | 088         | ACCOUNT_NUMBER_INVALID path=hotel.number
BIC  | 12/34                       | SMBCJPJT    | ACCOUNT_NUMBER_INVALID path=hotel.number
BIC  | 1234                        | SMBC        | BIC_INVALID path=hotel.bic
BIC  | 1234                        |             | BIC_INVALID path=hotel.bic
"""  # noqa: E501 -- a table's row is one line


def rows(table: str) -> list[list[str]]:
    """Read a table of text."""
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


def account(scheme: str, number: str, bank: str) -> BankAccount:
    """Make an account of a scheme."""
    if scheme == "IBAN":
        return iban_account("Hotel", number, bank, path="hotel")
    make = korean_account if scheme == "KR" else bic_account
    pair = (bank, number) if scheme == "KR" else (number, bank)
    return make("Hotel", *pair, path="hotel")


@pytest.mark.parametrize(("scheme", "number", "bank"), rows(ACCEPTED))
def test_a_good_account_is_kept_without_its_blanks(scheme: str, number: str, bank: str) -> None:
    """However a number was typed, it is kept as banks compare it."""
    found = account(scheme, number, bank)
    assert found.number == number.replace(" ", "").replace("-", "").upper()
    assert (found.scheme, found.bank) == (scheme, bank)


@pytest.mark.parametrize(("scheme", "number", "bank", "message"), rows(REFUSED))
def test_a_bad_account_is_refused_by_name_and_place(
    scheme: str, number: str, bank: str, message: str
) -> None:
    """Check digits, lengths, countries and codes: the error says which of them, and where."""
    with pytest.raises(InvalidValueError) as refused:
        account(scheme, number, bank)
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize(
    "name", ["", " ", " Hotel", "Ho\ntel", "Ho\u200btel", "호" * (NAME_MAX + 1)]
)
def test_a_name_that_no_bank_keeps_is_refused(name: str) -> None:
    """Empty, blank at an end, with invisible characters, or longer than 70: NAME_INVALID."""
    with pytest.raises(InvalidValueError, match=r"NAME_INVALID path=hotel\.holder"):
        korean_account(name, "088", "110123456789", path="hotel")


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("Société Générale", "Societe Generale"),
        ("Bäckerei Weiß & Søn", "Backerei Weiss + Son"),
        ("국민은행", "GUKMINEUNHAENG"),
        ("㈜두레", "(JU)DURE"),
        ("Ａir １", "Air 1"),
        ("닭값", "DAKGAP"),
    ],
)
def test_names_are_spelt_in_letters_that_every_bank_keeps(name: str, latin: str) -> None:
    """Accents fall away; Hangul is spelt by syllable, with no sound changed between them."""
    assert latin_name(name, "hotel") == latin
    assert LATIN.issuperset(latin)


def test_a_script_that_cannot_be_spelt_needs_a_declared_name() -> None:
    """Han characters are refused with the very character; a declared Latin name stands instead."""
    with pytest.raises(
        InvalidValueError, match=r"NAME_NOT_LATIN path=hotel.holder character=U\+6F22"
    ):
        korean_account("漢江", "088", "110123456789").latin_holder("hotel.holder")
    declared = korean_account("漢江", "088", "110123456789", latin="HANGANG")
    assert declared.latin_holder("hotel.holder") == "HANGANG"
    with pytest.raises(InvalidValueError, match=r"NAME_NOT_LATIN path=hotel\.latin"):
        korean_account("漢江", "088", "110123456789", latin="한강", path="hotel")


def test_the_banks_are_listed_once_and_their_digits_are_possible() -> None:
    """34 codes of three digits; every length lies between the shortest and the longest in use."""
    assert len(KOREAN_BANKS) == 34
    for code, bank in KOREAN_BANKS.items():
        assert code == bank.code
        assert len(code) == 3
        assert set(bank.digits) <= set(range(7, 17)) != set()
        assert bank.korean
        assert bank.english.isascii()
