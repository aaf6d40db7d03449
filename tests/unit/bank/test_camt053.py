"""Statements of ISO 20022: what the bank's answer says is read, and what is not one is refused."""

import io
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.demo.bank import VERSIONS, Booked, Page, answer, booked
from domain.errors import InvalidValueError
from domain.ids import OPERATOR
from settlement.bank.camt053 import read_camt053
from settlement.bank.lines import FILE_BYTES_MAX, BankFile, is_imported
from settlement.bank.xml_events import DEPTH_MAX, NAME_MAX, TEXT_MAX, read_xml
from tests.schemas import faults
from tests.unit.payments.papers import EUROPEAN, KOREAN, files_of

OURS = KOREAN[OPERATOR].number
NETS = {"AIR": 1_250_000, "HOTEL": -1_000_000, "CAFE": -250_000}
PAGE = Page("2026-11-03/1", "2026-11-03T18:00:00+09:00", OURS, "KRW", opening=77)


def read(content: bytes) -> BankFile:
    """Read a file from memory."""
    return read_camt053(io.BytesIO(content))


def good(version: str = "08") -> bytes:
    """Return the bank's answer to a small settlement."""
    _, files = files_of(NETS)
    lines = booked([one.content for one in files], OURS)
    return answer(replace(PAGE, version=version), lines)


@pytest.mark.parametrize("version", VERSIONS)
def test_an_answer_tells_of_every_payment(version: str) -> None:
    """What was ordered comes back with its ids, amounts and accounts, in a schema-valid file."""
    payments, files = files_of(NETS)
    content = answer(replace(PAGE, version=version), booked([f.content for f in files], OURS))
    assert faults(content, f"camt.053.001.{version}") == []
    found = read(content)
    assert found.message_id == "MSG-2026-11-03/1"
    assert [(one.account, one.id) for one in found.statements] == [(OURS, "2026-11-03/1")]
    air, cafe, hotel = payments
    assert [
        (line.end_to_end_id, line.reference, line.amount, line.counterparty) for line in found.lines
    ] == [
        (air.end_to_end_id, air.reference, 1_250_000, KOREAN["AIR"].number),
        (cafe.end_to_end_id, cafe.reference, -250_000, KOREAN["CAFE"].number),
        (hotel.end_to_end_id, hotel.reference, -1_000_000, KOREAN["HOTEL"].number),
    ]
    assert {(line.value_date, line.currency, line.returned) for line in found.lines} == {
        ("2026-11-03", "KRW", False)
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_cents_and_ibans_come_back_exactly(version: str) -> None:
    """A cent of a large sum is not lost on the way there and back."""
    _, files = files_of({"AIR": 99_999_999_999, "HOTEL": -99_999_999_999}, "EUR", EUROPEAN)
    clearing = EUROPEAN[OPERATOR].number
    lines = booked([one.content for one in files], clearing)
    page = replace(PAGE, account=clearing, currency="EUR", version=version)
    assert faults(answer(page, lines), f"camt.053.001.{version}") == []
    found = read(answer(page, lines)).lines
    assert [line.amount for line in found] == [99_999_999_999, -99_999_999_999]
    assert found[0].counterparty == EUROPEAN["AIR"].number


def test_only_what_is_booked_is_a_line() -> None:
    """Pending and informational entries prove nothing and are not read."""
    line = Booked(5, "KRW", "2026-11-03", "1", bank_reference="A")
    lines = [line, replace(line, status="PDNG"), replace(line, status="INFO", amount=9)]
    assert [one.amount for one in read(answer(PAGE, lines)).lines] == [5]


def batch(*amounts: str, total: str) -> bytes:
    """Return a statement whose one entry holds several transactions."""
    details = b"".join(
        f"<TxDtls><Refs><EndToEndId>E{n}</EndToEndId></Refs>{amount}</TxDtls>".encode()
        for n, amount in enumerate(amounts)
    )
    content = answer(PAGE, [Booked(int(total), "KRW", "2026-11-03", "1", bank_reference="A")])
    return re.sub(rb"<TxDtls>.*</TxDtls>", details, content)


def amount_of(units: int, currency: str = "KRW") -> str:
    """Return a transaction's amount."""
    return f'<Amt Ccy="{currency}">{units}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'


@pytest.mark.parametrize(
    ("amounts", "lines"),
    [
        ([amount_of(30), amount_of(12)], [("E0", 30), ("E1", 12)]),
        ([amount_of(30), amount_of(11)], [("", 42)]),  # they do not add up
        ([amount_of(30), ""], [("", 42)]),  # one has none
        ([amount_of(30, "USD"), amount_of(12)], [("", 42)]),  # one is in another currency
    ],
)
def test_a_batch_is_taken_apart_only_where_it_adds_up(
    amounts: list[str], lines: list[tuple[str, int]]
) -> None:
    """Several transactions are several lines, or one that names no payment and waits."""
    content = batch(*amounts, total="42")
    assert faults(content, "camt.053.001.08") == []
    assert [(one.end_to_end_id, one.amount) for one in read(content).lines] == lines


def test_texts_where_none_belong_are_nothing() -> None:
    """Words between elements, and elements of another namespace, change nothing that is read."""
    content = good()
    strange = content.replace(
        b"</Stmt>", b'words<x xmlns="urn:x"><Amt Ccy="?">9</Amt></x>words</Stmt>'
    )
    assert strange != content
    assert [one.amount for one in read(strange).lines] == [
        one.amount for one in read(content).lines
    ]


@pytest.mark.parametrize("strange", [b"<TxDtlsX>9</TxDtlsX>", b'<TxDtlsX Ccy="X"/>', b"<T>9</T>"])
def test_an_element_named_almost_as_another_is_another(strange: bytes) -> None:
    """What begins with the name of what is read is not read, and breaks nothing."""
    content = good()
    changed = content.replace(b"<NtryDtls>", b"<NtryDtls>" + strange)
    changed = changed.replace(b"<Ntry>", b'<BalX><Amt Ccy="KRW">1</Amt></BalX><Ntry>')
    assert changed.count(strange) == 3
    assert [replace(one, file="") for one in read(changed).lines] == [
        replace(one, file="") for one in read(content).lines
    ]


def test_names_without_end_take_no_memory() -> None:
    """A path is no longer than the message's own may be, however long the names of a file are."""

    class Told:
        """Keeps the longest path."""

        longest = 0

        def start(self, path: str, attributes: dict[str, str]) -> None:
            """An element begins."""
            self.longest = max(self.longest, len(path) + len(attributes))

        def end(self, path: str, text: str) -> None:
            """An element ends."""

    name, told = "N" * 10_000, Told()
    inside = f"<{name}>" * (DEPTH_MAX - 1) + f"</{name}>" * (DEPTH_MAX - 1)
    namespace = "urn:x"
    content = f'<Document xmlns="{namespace}">{inside}</Document>'.encode()
    read_xml(io.BytesIO(content), {namespace}, told)
    assert 0 < told.longest <= DEPTH_MAX * (NAME_MAX + 1)


def test_a_reversal_and_a_return_are_told() -> None:
    """`RvslInd` of an entry and `RtrInf` of a transaction both mark the line, with its own way."""
    line = Booked(-5, "KRW", "2026-11-03", "1", "E", bank_reference="A", reversal=True)
    reversal = answer(PAGE, [line])
    returned = re.sub(
        rb"</TxDtls>", b"<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls>",
        answer(PAGE, [replace(line, reversal=False)]),
    )  # fmt: skip
    for content in (reversal, returned):
        assert faults(content, "camt.053.001.08") == []
        assert [(one.amount, one.returned) for one in read(content).lines] == [(-5, True)]


def cut(pattern: bytes, by: bytes = b"") -> Callable[[bytes], bytes]:
    """Return what replaces the first of a pattern, which must be there."""

    def change(content: bytes) -> bytes:
        found, count = re.subn(pattern, by, content, count=1, flags=re.DOTALL)
        assert count == 1
        return found

    return change


FIRST = r"path=Stmt\[1\]/Ntry\[1\]"
AMOUNT = rb">1250000</Amt>"
# What is done to a good file, and what the error says.
REFUSED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "half a file": (lambda c: c[: len(c) // 2], r"XML_MALFORMED line=\d+ reason="),
    "two roots": (lambda c: c + b"<a/>", "XML_MALFORMED"),
    "nothing": (lambda c: b"", "XML_MALFORMED"),
    "another message": (cut(rb"camt\.053", b"camt.052"), "XML_NAMESPACE"),
    "a newer version": (cut(rb"053\.001\.08", b"053.001.13"), "XML_NAMESPACE"),
    "no namespace": (cut(rb' xmlns="[^"]*"'), "XML_NAMESPACE"),
    "Latin-1": (cut(b"UTF-8", b"ISO-8859-1"), "XML_ENCODING line=1 encoding=ISO-8859-1"),
    "UTF-16": (lambda c: c.decode().replace("UTF-8", "UTF-16").encode("utf-16"), "XML_ENCODING"),
    "Hangul in CP949": (cut(b"MSG-", "두레".encode("cp949")), "XML_MALFORMED"),
    "no statement": (cut(rb"<Stmt>.*</Stmt>"), "STATEMENT_INCOMPLETE path=BkToCstmrStmt/Stmt"),
    "no id": (cut(rb"<Id>2026-11-03/1</Id>"), r"STATEMENT_INCOMPLETE path=Stmt\[1\]/Id"),
    "no account": (cut(rb"<Acct>.*?</Acct>"), r"STATEMENT_INCOMPLETE path=Stmt\[1\]/Acct/Id"),
    "no currency": (cut(rb'<Ntry><Amt Ccy="KRW"', b"<Ntry><Amt"), f"STATEMENT_INCOMPLETE {FIRST}"),
    "no such currency": (
        cut(rb'<Ntry><Amt Ccy="KRW"', b'<Ntry><Amt Ccy="KRX"'),
        f"CURRENCY_UNKNOWN {FIRST}/Amt",
    ),
    "a zero": (cut(AMOUNT, b">0</Amt>"), f"LINE_AMOUNT_INVALID {FIRST}/Amt amount=0"),
    "beyond all money": (
        cut(AMOUNT, b">1000000000000001</Amt>"),
        f"LINE_AMOUNT_INVALID {FIRST}/Amt amount=1000000000000001",
    ),
    "a negative": (cut(AMOUNT, b">-1250000</Amt>"), f"AMOUNT_MALFORMED {FIRST}/Amt"),
    "an exponent": (cut(AMOUNT, b">125E4</Amt>"), f"AMOUNT_MALFORMED {FIRST}/Amt"),
    "half a won": (cut(AMOUNT, b">1250000.50</Amt>"), f"AMOUNT_TOO_FINE {FIRST}/Amt"),
    "a third way": (
        cut(rb"<CdtDbtInd>CRDT</CdtDbtInd><Sts>", b"<CdtDbtInd>BOTH</CdtDbtInd><Sts>"),
        f"DIRECTION_INVALID {FIRST}/CdtDbtInd value=BOTH",
    ),
    "no such day": (
        cut(rb"<Dt>2026-11-03</Dt></ValDt>", b"<Dt>2026-11-31</Dt></ValDt>"),
        f"DATE_INVALID {FIRST}/ValDt value=2026-11-31",
    ),
    "a lost entry": (
        cut(rb"<Ntry>.*?</Ntry>"),
        r"BALANCE_MISMATCH path=Stmt\[1\] opening=77 booked=-1250000 closing=77",
    ),
}


@pytest.mark.parametrize(("change", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_whole_statement_is_refused(
    change: Callable[[bytes], bytes], message: str
) -> None:
    """Each is refused as a whole, by name and place; nothing of it is read."""
    content = good()
    assert len(read(content).lines) == 3
    with pytest.raises(InvalidValueError, match=message):
        read(change(content))


ENTITIES = b'<!ENTITY a "aaaaaaaaaa">' + b"".join(
    b'<!ENTITY %c "%s">' % (name, b"&%c;" % (name - 1) * 10) for name in range(ord("b"), ord("k"))
)


@pytest.mark.parametrize(
    "prolog",
    [
        b"<!DOCTYPE Document>",
        b"<!DOCTYPE Document [" + ENTITIES + b"]>",
        b'<!DOCTYPE Document [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE Document SYSTEM "http://127.0.0.1:9/a.dtd">',
        b'<!DOCTYPE Document [<!ENTITY % p SYSTEM "http://127.0.0.1:9/a.dtd"> %p;]>',
    ],
)
def test_a_document_type_is_refused_at_its_first_word(prolog: bytes) -> None:
    """Bombs of entities, files and addresses outside: none is as much as looked at."""
    content = good().replace(b"?>\n", b"?>" + prolog, 1).replace(b"MSG-", b"&j;")
    with pytest.raises(InvalidValueError, match="XML_DOCTYPE_FORBIDDEN line=1"):
        read(content)


class Endless(io.RawIOBase):
    """A file that opens a document and never ends."""

    def __init__(self) -> None:
        """Begin."""
        self.given = 0

    def read(self, size: int = -1) -> bytes:
        """Return the document's head and a foreign element, then blanks for ever."""
        head = b""
        if not self.given:
            head = good().partition(b"<GrpHdr>")[0] + b'<a xmlns="urn:another">'
        self.given += size
        return head + b" " * (size - len(head))


def test_size_depth_and_texts_are_bounded() -> None:
    """A file, a path and a text without end are each refused in time."""
    endless = Endless()
    with pytest.raises(InvalidValueError, match="FILE_TOO_LARGE"):
        read_camt053(endless)  # type: ignore[arg-type]  # it reads, and that is all that is asked of it
    assert endless.given < FILE_BYTES_MAX + 200_000
    deep = good().replace(b"<GrpHdr>", b"<a>" * DEPTH_MAX + b"<GrpHdr>")
    with pytest.raises(InvalidValueError, match="XML_TOO_DEEP"):
        read(deep)
    long = good().replace(b"MSG-", b"M" * (TEXT_MAX + 1))
    with pytest.raises(InvalidValueError, match="XML_TEXT_TOO_LONG"):
        read(long)


@given(st.binary(max_size=300), st.integers(0, 3_000), st.integers(0, 300))
def test_hostile_bytes_meet_a_named_error(rubbish: bytes, place: int, length: int) -> None:
    """Whatever is put in or cut out, it is read or refused by name; never a traceback."""
    content = good()
    try:
        found = read(content[:place] + rubbish + content[place + length :])
    except InvalidValueError:
        return
    assert found.statements


def test_the_same_file_is_known_and_another_of_its_name_is_refused() -> None:
    """A file again is nothing new; other bytes under its message or statement id are an error."""
    first = read(good())
    hashes, names = {first.sha256}, dict.fromkeys(first.names, first.sha256)
    assert not is_imported(first, set(), {})
    assert is_imported(read(good()), hashes, names)
    changed = read(good().replace(b"T18:00", b"T19:00"))
    assert changed.sha256 != first.sha256
    with pytest.raises(
        InvalidValueError, match=f"STATEMENT_ID_REUSED statement={OURS} message MSG-"
    ):
        is_imported(changed, hashes, names)
    other_message = read(good().replace(b"MSG-", b"GSM-"))
    with pytest.raises(
        InvalidValueError, match=f"STATEMENT_ID_REUSED statement={OURS} statement 2026"
    ):
        is_imported(other_message, hashes, names)
    next_day = read(good().replace(b"2026-11-03/1", b"2026-11-04/1"))
    assert not is_imported(next_day, hashes, names)


def test_two_statements_of_one_file_tell_of_a_day_once() -> None:
    """What both of them tell is the same line, as if they had come in two files."""
    content = good()
    inside = re.search(rb"<Stmt>.*</Stmt>", content, re.DOTALL)
    assert inside is not None
    again = inside[0].replace(b"<Id>2026-11-03/1</Id>", b"<Id>2026-11-03/2</Id>")
    first, second = read(content.replace(inside[0], inside[0] + again)).statements
    assert [one.identity for one in first.lines] == [one.identity for one in second.lines]
    assert [one.n for one in (*first.lines, *second.lines)] == list(range(6))
