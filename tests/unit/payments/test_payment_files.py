"""Payment files: valid, exact, one for each debtor, and the same again (FINANCE section 4)."""

import hashlib
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.clock import parse_instant
from domain.errors import InvalidValueError
from domain.ids import OPERATOR, is_id
from settlement.payments.accounts import BankAccount
from settlement.payments.identifiers import check_digits, end_to_end_id, message_id
from settlement.payments.orders import last_day, payment_files
from tests.schemas import PAIN_001, faults, value
from tests.unit.payments.papers import EUROPEAN, KOREAN, ORIGIN, SETTLEMENT, files_of, submission

NETS = {"AIR": 1_250_000, "HOTEL": -1_000_000, "CAFE": -250_000}
BLOCK = "CstmrCdtTrfInitn/PmtInf"
PAID = f"{BLOCK}/CdtTrfTxInf"


def test_each_debtor_moves_its_own_account_and_the_operator_pays_out() -> None:
    """A debtor's file draws on its account alone; the operator's pays every creditor."""
    _, files = files_of(NETS)
    assert [(one.leg, one.debtor) for one in files] == [("PAY_IN", "AIR"), ("PAY_OUT", OPERATOR)]
    pay_in, pay_out = (one.content for one in files)
    assert value(pay_in, f"{BLOCK}/DbtrAcct/Id/Othr/Id") == ["12345678901234"]
    assert value(pay_in, f"{PAID}/CdtrAcct/Id/Othr/Id") == ["100123456789"]
    assert value(pay_in, f"{PAID}/CdtrAgt/FinInstnId/ClrSysMmbId/MmbId") == ["088"]
    assert value(pay_in, f"{PAID}/Amt/InstdAmt") == ["1250000"]
    assert value(pay_out, f"{PAID}/Amt/InstdAmt") == ["250000", "1000000"]
    for level in ("CstmrCdtTrfInitn/GrpHdr", BLOCK):
        assert value(pay_out, f"{level}/CtrlSum") == ["1250000"]
        assert value(pay_out, f"{level}/NbOfTxs") == ["2"]


def test_ids_are_the_hashes_that_they_are_said_to_be() -> None:
    """Anyone can derive a message's and a payment's id from network, settlement, parties."""
    found, files = files_of(NETS)
    lines = f"dure-payment/v1\n{ORIGIN}\n{SETTLEMENT}\nAIR\n{OPERATOR}\nPAY_IN"
    wanted = hashlib.sha256(lines.encode()).digest()[:16].hex()
    assert (
        found[0].end_to_end_id == wanted == value(files[0].content, f"{PAID}/PmtId/EndToEndId")[0]
    )
    lines = f"dure-message/v1\n{ORIGIN}\n{SETTLEMENT}\nAIR\nPAY_IN"
    wanted = hashlib.sha256(lines.encode()).digest()[:16].hex()
    assert files[0].message_id == wanted
    assert value(files[0].content, "CstmrCdtTrfInitn/GrpHdr/MsgId") == [wanted]
    assert is_id(wanted)


def test_every_fact_of_an_id_tells() -> None:
    """Another network, settlement, payer, payee or leg is another id, and so is a message's."""
    facts = ("origin", "settlement", "payer", "payee", "leg")
    ids = {end_to_end_id(*facts), message_id("origin", "settlement", "payer", "leg")}
    for place in range(5):
        origin, settlement, payer, payee, leg = (
            "other" if i == place else fact for i, fact in enumerate(facts)
        )
        ids.add(end_to_end_id(origin, settlement, payer, payee, leg))
    assert len(ids) == 7


def test_a_reference_has_its_check_digits() -> None:
    """ISO 11649's own example has these digits; ours leave 1 modulo 97, as a reader checks them."""
    assert check_digits("539007547034", "RF") == "18"
    found, files = files_of(NETS)
    (reference,) = value(files[0].content, f"{PAID}/RmtInf/Strd/CdtrRefInf/Ref")
    assert reference == found[0].reference
    assert len(reference) == 25
    assert int("".join(str(int(one, 36)) for one in reference[4:] + reference[:4])) % 97 == 1


def test_a_file_written_again_is_the_same_byte_for_byte() -> None:
    """Whatever order payments and accounts come in; a minute later it is another file."""
    found, files = files_of(NETS)
    again = payment_files(submission(), reversed(found), dict(reversed(KOREAN.items())))
    assert [one.content for one in again] == [one.content for one in files]
    assert [(one.name, one.sha256) for one in again] == [(one.name, one.sha256) for one in files]
    later = replace(submission(), created_at=submission().created_at + 60_000_000)
    assert payment_files(later, found, KOREAN)[0].sha256 != files[0].sha256


@pytest.mark.parametrize(
    ("currency", "written"),
    [("KRW", "123456"), ("JPY", "123456"), ("EUR", "1234.56"), ("USD", "1234.56"),
     ("KWD", "123.456"), ("CLF", "12.3456")],
)  # fmt: skip
def test_amounts_have_the_decimals_of_their_currency(currency: str, written: str) -> None:
    """The same number of minor units is written with each currency's own decimals (ISO 4217)."""
    _, files = files_of({"AIR": 123_456, "HOTEL": -123_456}, currency)
    for one in files:
        assert value(one.content, f"{PAID}/Amt/InstdAmt") == [written]
        assert value(one.content, f"{BLOCK}/CtrlSum") == [written]
        assert f'Ccy="{currency}"'.encode() in one.content
        assert faults(one.content, PAIN_001) == []


def test_names_stay_korean_in_korea_and_are_latin_elsewhere() -> None:
    """Hangul goes from Korean bank to Korean bank; whoever is abroad gets letters it can keep."""
    _, at_home = files_of({"AIR": 5, "HOTEL": -5})
    assert value(at_home[0].content, f"{BLOCK}/Dbtr/Nm") == ["하늘항공 주식회사"]
    assert value(at_home[1].content, f"{PAID}/Cdtr/Nm") == ["㈜한강호텔"]
    _, abroad = files_of({"AIR": 9, "HOTEL": -4, "CAFE": -5}, "EUR", EUROPEAN)
    assert value(abroad[0].content, f"{BLOCK}/Dbtr/Nm") == ["Societe Aerienne + Fils"]
    assert value(abroad[1].content, f"{PAID}/Cdtr/Nm") == ["DABANG", "HANGANG HOTEL CO LTD"]
    assert value(abroad[0].content, "CstmrCdtTrfInitn/GrpHdr/InitgPty/Nm") == ["Dure DURE"]


def test_sepa_is_asked_for_between_ibans_up_to_its_bound() -> None:
    """999,999,999.99 EUR between IBANs is SEPA's; a cent more is not, nor what goes abroad."""
    wanted = {99_999_999_999: ["SEPA"], 100_000_000_000: []}
    for amount, level in wanted.items():
        _, files = files_of({"AIR": amount, "HOTEL": -amount}, "EUR", EUROPEAN)
        assert value(files[0].content, f"{PAID}/PmtTpInf/SvcLvl/Cd") == level
        assert value(files[0].content, f"{PAID}/ChrgBr") == ["SLEV" if level else "SHAR"]
        assert value(files[1].content, f"{PAID}/PmtTpInf/SvcLvl/Cd") == []
        assert value(files[0].content, f"{BLOCK}/DbtrAgt/FinInstnId/Othr/Id") == ["NOTPROVIDED"]
        assert value(files[1].content, f"{BLOCK}/DbtrAgt/FinInstnId/BICFI") == ["COBADEFFXXX"]
        assert all(faults(one.content, PAIN_001) == [] for one in files)


@given(
    st.lists(st.integers(1, 10**15), min_size=2, max_size=4, unique=True),
    st.sampled_from(["KRW", "EUR", "KWD"]),
    st.sampled_from([KOREAN, EUROPEAN]),
    st.booleans(),
)
def test_every_file_is_valid_and_adds_up(
    amounts: list[int], currency: str, accounts: dict[str, BankAccount], clearing: bool
) -> None:
    """Whatever is paid, libxml2 has nothing against it by the official schema."""
    partners = [one for one in accounts if one != OPERATOR]
    nets = dict(zip(partners, amounts[1:], strict=False))
    nets[OPERATOR] = -sum(nets.values())
    found, files = files_of(nets, currency, accounts, clearing=clearing)
    assert sorted(one.end_to_end_id for file in files for one in file.payments) == sorted(
        one.end_to_end_id for one in found
    )
    for file in files:
        assert faults(file.content, PAIN_001) == []
        assert {one.payer for one in file.payments} == {file.debtor}


MUTATIONS = [
    ("a message without an id", rb"<MsgId>[0-9a-f]+</MsgId>", b""),
    ("an id of 36 characters", rb"<MsgId>[0-9a-f]{32}", b"<MsgId>" + b"0" * 36),
    ("an IBAN in lower case", rb"<IBAN>DE", b"<IBAN>de"),
    ("a comma in an amount", rb"1234\.56</Inst", b"1234,56</Inst"),
    ("six decimals", rb"1234\.56</Inst", b"1234.560001</Inst"),
    ("a currency of two letters", rb'Ccy="EUR"', b'Ccy="EU"'),
    ("an amount without a currency", rb'InstdAmt Ccy="EUR"', b"InstdAmt"),
    ("a method that is none", rb"<PmtMtd>TRF", b"<PmtMtd>CASH"),
    ("a day that is none", rb"<Dt>2026-11-03", b"<Dt>2026-02-30"),
    ("elements in another order", rb"(<Amt>.*?</Amt>)(<ChrgBr>.*?</ChrgBr>)", rb"\2\1"),
    ("another message's namespace", rb"pain\.001\.001\.09", b"pain.001.001.03"),
    ("half of a file", rb"</PmtInf>.*", b""),
]


@pytest.mark.parametrize(
    ("pattern", "by"), [row[1:] for row in MUTATIONS], ids=[r[0] for r in MUTATIONS]
)
def test_a_file_that_is_changed_is_told_from_a_valid_one(pattern: bytes, by: bytes) -> None:
    """The schema finds each of these faults in a file that it has nothing against otherwise."""
    _, files = files_of({"AIR": 123_456, "HOTEL": -123_456}, "EUR", EUROPEAN)
    content = files[0].content
    assert faults(content, PAIN_001) == []
    changed = re.sub(pattern, by, content, count=1, flags=re.DOTALL)
    assert changed != content
    assert faults(changed, PAIN_001) != []


def test_what_cannot_be_paid_is_refused_before_a_byte_is_written() -> None:
    """No account, no amount, too many digits, no such day or currency: each by its name."""
    found, _ = files_of(NETS)
    huge = replace(found[0], amount=10**18)
    missing = {one: account for one, account in KOREAN.items() if one != "HOTEL"}
    on_no_day = replace(submission(), execute_on="2026-02-30")
    for order, one, accounts, code in [
        (submission(), found[2], missing, "ACCOUNT_MISSING path=accounts.HOTEL"),
        (submission(), huge, KOREAN, "PAYMENT_AMOUNT_INVALID sum=10+ digits=18"),
        (submission(), replace(huge, amount=0), KOREAN, "PAYMENT_AMOUNT_INVALID"),
        (submission(), replace(huge, amount=-1), KOREAN, "PAYMENT_AMOUNT_INVALID"),
        (on_no_day, found[0], KOREAN, "DATE_INVALID path=executeOn"),
        (submission(), replace(found[0], currency="KRX"), KOREAN, "CURRENCY_UNKNOWN"),
    ]:
        with pytest.raises(InvalidValueError, match=code):
            payment_files(order, [one], accounts)
    assert payment_files(submission(), [], KOREAN) == ()


@pytest.mark.parametrize(
    ("pay_by", "day"),
    [
        ("2026-12-31T00:00:00Z", "2026-12-30"),
        ("2026-12-31T00:00:00.000001Z", "2026-12-31"),
        ("2026-12-31T15:00:00Z", "2026-12-31"),
        ("2027-01-01T00:00:00Z", "2026-12-31"),
    ],
)
def test_banks_are_asked_to_pay_before_it_is_a_default(pay_by: str, day: str) -> None:
    """A deadline at midnight is over before any bank of that day has opened."""
    assert last_day(parse_instant(pay_by)) == day
