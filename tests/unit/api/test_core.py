"""Scalars, ids, cursors, leaves: exact in, exact out."""

import contextlib

import orjson
import pytest
from graphql import GraphQLError
from hypothesis import given
from hypothesis import strategies as st

from api.http.answers import GRAPHQL_JSON, JSON
from api.http.negotiation import HTML, NotAcceptableError, accepted, locale_of
from api.schema.core import texts
from api.schema.core.connection import page_of, read_cursor, write_cursor
from api.schema.core.errors import RefusedError
from api.schema.core.ids import entity_key, global_id, key_of, member_key, read_global_id
from api.schema.core.record import EXACT_MAX, _canonical
from api.schema.core.scalars import SCALARS, DateTime, MinorUnits, Sequence
from api.schema.documents import DocumentError, operation_in
from domain.clock import NEVER
from domain.money import Ratio

HEX = st.text("0123456789abcdef", min_size=32, max_size=32)


@given(HEX, HEX)
def test_a_global_id_leads_back_to_its_book(owner: str, id_: str) -> None:
    """Owner and id come out of a global id as they went in, under their own type only."""
    text = global_id("Transfer", owner, id_)
    assert entity_key(text, "Transfer") == (owner, id_)
    assert entity_key(text, "Hold") is None
    assert key_of(text, "Transfer") is None
    assert member_key(global_id("Member", owner)) == owner


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading_of_ids_and_cursors(text: str) -> None:
    """Arbitrary text is an id or is none; as a cursor it is one or is refused by name."""
    read_global_id(text)
    key = entity_key(text, "Transfer")
    assert key is None or entity_key(global_id("Transfer", *key), "Transfer") == key
    refused: GraphQLError | None = None
    meant: str | None = None
    try:
        meant = read_cursor(text)
    except GraphQLError as error:
        refused = error
    if refused is None:
        assert meant is not None
        assert read_cursor(write_cursor(meant)) == meant
    else:
        assert refused.extensions == {"code": "BAD_REQUEST"}


@given(st.text(max_size=40))
def test_cursors_come_back(key: str) -> None:
    """What a cursor was made of is what it is read as."""
    assert read_cursor(write_cursor(key)) == key


@given(st.integers(0, 30), st.integers(0, 10), st.data())
def test_pages_neither_skip_nor_repeat(count: int, first: int, data: st.DataObject) -> None:
    """Reading on from each page's end gives every item once, in order."""
    first = data.draw(st.just(max(first, 1)))
    items = [f"item {n}" for n in range(count)]
    seen: list[str] = []
    after: str | None = None
    while True:
        page = page_of(items, str, first, after)
        seen += [edge.node for edge in page.edges]
        if not page.page_info.has_next_page:
            break
        after = page.page_info.end_cursor
    assert seen == items


@given(st.integers(-(10**18) + 1, 10**18 - 1))
def test_amounts_are_read_as_they_are_written(amount: int) -> None:
    """An amount's decimal string is read back exactly."""
    scalar = SCALARS[MinorUnits]
    assert scalar.parse_value is not None
    assert scalar.serialize is not None
    assert scalar.parse_value(scalar.serialize(amount)) == amount


@given(st.integers(1, NEVER - 1))
def test_instants_are_read_as_they_are_written(instant: int) -> None:
    """An instant's RFC 3339 text is read back to the microsecond."""
    scalar = SCALARS[DateTime]
    assert scalar.parse_value is not None
    assert scalar.serialize is not None
    assert scalar.parse_value(scalar.serialize(instant)) == instant


@pytest.mark.parametrize("scalar", [MinorUnits, DateTime, Ratio, Sequence])
@pytest.mark.parametrize("value", ["", "x", "1/0", "-", "١", 1.5, [], {}, None, "2026-02-30"])
def test_other_values_are_refused_by_a_graphql_error(scalar: object, value: object) -> None:
    """A scalar answers what it cannot read with an error that may be shown."""
    parse = SCALARS[scalar].parse_value
    assert parse is not None
    with pytest.raises(GraphQLError):
        parse(value)


def test_absent_and_null_inputs_are_one_request() -> None:
    """Nulls are dropped at every depth, and 2.0 is 2 (RFC 8785)."""
    sent = {"b": None, "a": {"c": None, "d": [{"e": None}, 2.0]}}
    assert _canonical(sent) == {"a": {"d": [{}, 2]}}


@given(st.integers(-(2**200), 2**200) | st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_has_a_canonical_form(number: float) -> None:
    """An integer that every reader keeps exact stays one; a larger one is its digits."""
    canonical = _canonical([number])
    assert isinstance(canonical, list)
    written = orjson.loads(orjson.dumps(canonical))[0]
    if number == int(number) and abs(number) > EXACT_MAX:
        assert written == str(int(number))
    else:
        assert written == number


@pytest.mark.parametrize(
    "unseen", ["\u202e", "\u200b", "\ue000", "\ud800", "\x00", "\n", "\u2028", "\U000e0001"]
)
def test_texts_hold_nothing_that_is_not_seen(unseen: str) -> None:
    """Format, private, surrogate and control characters are refused wherever they stand."""
    for text in (unseen, f"{unseen}Mina", f"Mi{unseen}na"):
        for check in (texts.name, texts.reference):
            with pytest.raises(RefusedError):
                check(text, "nameEn")


def test_what_looks_the_same_is_the_same() -> None:
    """Composed and decomposed letters are one text, of the composed length."""
    for decomposed, composed in (("cafe\u0301", "caf\u00e9"), ("\u1112\u1161\u11ab", "\ud55c")):
        assert texts.name(decomposed) == texts.reference(decomposed) == composed
    assert len(texts.name("\u1112\u1161\u11ab" * 26)) == 26
    with pytest.raises(RefusedError):
        texts.name("\u0958" * texts.NAME_MAX)  # each is two characters in NFC


@pytest.mark.parametrize(
    ("header", "method", "expected"),
    [
        (b"", "POST", GRAPHQL_JSON),
        (b"*/*", "GET", JSON),
        (b"application/*;q=0.1", "POST", JSON),
        (b"*/*, application/graphql-response+json", "POST", GRAPHQL_JSON),
        (b"application/json, application/graphql-response+json", "POST", GRAPHQL_JSON),
        (b"application/graphql-response+json;q=0.5, */*", "POST", JSON),
        (b"application/json", "POST", JSON),
        (b"application/json, multipart/mixed", "POST", JSON),
        (b"application/json;q=0.1, application/graphql-response+json;q=0.2", "POST", GRAPHQL_JSON),
        (b"application/json, application/*;q=0.9", "POST", JSON),
        (b"text/html,application/xhtml+xml,*/*;q=0.8", "GET", HTML),
        (b"text/html,*/*;q=0.8", "POST", JSON),
        (b"x" * 2000, "GET", GRAPHQL_JSON),
    ],
)
def test_the_best_media_type_wins(header: bytes, method: str, expected: str) -> None:
    """Weight first, then what is named, then our preference (RFC 9110 section 12.5.1)."""
    assert accepted(header, method) == expected


@pytest.mark.parametrize(
    "header", [b"text/plain", b"*/*;q=0", b"application/json;q=x", b"text/html"]
)
def test_what_we_do_not_have_is_not_acceptable(header: bytes) -> None:
    """A caller that accepts none of ours is told so."""
    with pytest.raises(NotAcceptableError):
        accepted(header, "POST")


@given(st.binary(max_size=200))
def test_no_header_breaks_negotiation(header: bytes) -> None:
    """Arbitrary bytes give a language, and a media type or none."""
    assert locale_of(header) in ("en", "ko")
    with contextlib.suppress(NotAcceptableError):
        assert accepted(header, "GET") in (GRAPHQL_JSON, JSON, HTML)


@pytest.mark.parametrize(
    ("query", "name", "kind"),
    [
        ("{ a }", None, "query"),
        ("mutation M { a }", None, "mutation"),
        ("query A { a } mutation B { a }", "B", "mutation"),
        ("subscription { a }", None, "subscription"),
    ],
)
def test_the_operation_meant_is_found(query: str, name: str | None, kind: str) -> None:
    """One operation needs no name; of several the name decides."""
    assert operation_in(query, name).kind == kind


@pytest.mark.parametrize(
    ("query", "name"),
    [("{", None), ("{ a } { b }", None), ("query A { a }", "B"), ("fragment F on Q { a }", None)],
)
def test_an_operation_not_meant_is_not_guessed(query: str, name: str | None) -> None:
    """No document, no such operation, or several without a name: nothing runs."""
    with pytest.raises(DocumentError):
        operation_in(query, name)


def test_a_refusal_keeps_its_path_under_input() -> None:
    """What the door refuses says where, as the ledger does."""
    assert RefusedError("VALUE_INVALID", "amount").refusal.path == ("input", "amount")
