"""Leaves: one spelling for an entry, and every other spelling refused by name."""

from hashlib import sha256

import pytest

from audit.entry import decode, encode, leaf_hash, write
from audit.errors import LeafError
from audit.kinds import KINDS, LEAF_BYTES_MAX, SEQ_MAX
from tests.unit.audit.samples import leaf_fields


def code_of(leaf: bytes) -> str:
    """Return the code that `decode` refuses a leaf with."""
    with pytest.raises(LeafError) as refused:
        decode(leaf)
    return refused.value.code


def test_a_leaf_is_the_json_that_the_format_names() -> None:
    """A leaf has sorted keys, no spaces, and its two integers bare."""
    fields = leaf_fields("key.revoked")
    fields["key"] = "dk_4fT9"
    assert encode(fields) == (
        b'{"author":"partner:AIR/dk_4fT9","cmd":"' + b"cd" * 32 + b'",'
        b'"id":"0123456789abcdef0123456789abcdef","key":"dk_4fT9","kind":"key.revoked","pd":"",'
        b'"prev":"' + b"ab" * 32 + b'","seq":7,"time":"2026-11-22T01:15:00.000001Z","v":1}'
    )


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_reads_back_as_written(kind: str) -> None:
    """Decoding what was encoded gives the same fields, whatever the kind."""
    fields = leaf_fields(kind)
    assert decode(encode(fields)) == fields


def test_the_entry_hash_is_the_tree_leaf_hash() -> None:
    """An entry's hash is SHA-256 of a zero byte and the leaf."""
    assert leaf_hash(b"leaf") == sha256(b"\0leaf").digest()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "points.stolen"}, "LEAF_KIND"),
        ({"extra": ""}, "LEAF_FIELDS"),
        ({"contract": 'a"b'}, "LEAF_CHARACTER"),
        ({"contract": "a\\b"}, "LEAF_CHARACTER"),
        ({"contract": "<b>"}, "LEAF_CHARACTER"),
        ({"contract": "a&b"}, "LEAF_CHARACTER"),
        ({"contract": "a\nb"}, "LEAF_CHARACTER"),
        ({"contract": "\x7f"}, "LEAF_CHARACTER"),
        ({"contract": "민아"}, "LEAF_CHARACTER"),
        ({"contract": "\ud800"}, "LEAF_CHARACTER"),
        ({"contract": 5}, "LEAF_VALUE"),
        ({"seq": "7"}, "LEAF_VALUE"),
        ({"seq": -1}, "LEAF_VALUE"),
        ({"seq": True}, "LEAF_VALUE"),
        ({"seq": SEQ_MAX + 1}, "LEAF_VALUE"),
        ({"v": 2}, "LEAF_VALUE"),
        ({"id": "01234567"}, "LEAF_VALUE"),
        ({"id": "0123456789ABCDEF0123456789ABCDEF"}, "LEAF_VALUE"),
        ({"prev": ""}, "LEAF_VALUE"),
        ({"cmd": "ab"}, "LEAF_VALUE"),
        ({"author": "mina"}, "LEAF_VALUE"),
        ({"author": "partner:AIR"}, "LEAF_VALUE"),
        ({"author": "operator/a b"}, "LEAF_VALUE"),
        ({"time": "2026-11-22T01:15:00Z"}, "LEAF_VALUE"),
        ({"time": "2026-02-30T01:15:00.000000Z"}, "LEAF_TIME"),
        ({"time": "2026-02-20T24:00:00.000000Z"}, "LEAF_TIME"),
        ({"contract": "x" * LEAF_BYTES_MAX}, "LEAF_TOO_LONG"),
    ],
)
def test_what_no_leaf_may_hold_is_refused(change: dict[str, str | int], code: str) -> None:
    """Fields that would make another kind of bytes are refused with the code that says why."""
    with pytest.raises(LeafError) as refused:
        encode(leaf_fields() | change)
    assert refused.value.code == code


def test_a_missing_field_is_named() -> None:
    """A field that the kind demands and that is absent is named in the refusal."""
    fields = leaf_fields()
    del fields["legs"]
    with pytest.raises(LeafError) as refused:
        encode(fields)
    assert refused.value.facts["field"] == "legs"


LEAF = encode(leaf_fields())


@pytest.mark.parametrize(
    ("leaf", "code"),
    [
        (b"", "LEAF_NOT_JSON"),
        (b"[]", "LEAF_NOT_JSON"),
        (b"{" * 60_000, "LEAF_NOT_JSON"),
        (b"[" * 60_000, "LEAF_NOT_JSON"),
        (b"1" * 60_000, "LEAF_NOT_JSON"),
        (b"\xff\xfe" + LEAF, "LEAF_CHARACTER"),
        (LEAF + b" ", "LEAF_NOT_CANONICAL"),
        (LEAF + b"\n", "LEAF_NOT_CANONICAL"),
        (LEAF.replace(b'"seq":7', b'"seq": 7'), "LEAF_NOT_CANONICAL"),
        (LEAF.replace(b'"seq":7', b'"seq":7.0'), "LEAF_VALUE"),
        (LEAF.replace(b'"seq":7', b'"seq":null'), "LEAF_VALUE"),
        (LEAF.replace(b'"seq":7', b'"seq":9007199254740992'), "LEAF_VALUE"),
        (LEAF.replace(b'"seq":7', b'"seq":07'), "LEAF_NOT_JSON"),
        (LEAF.replace(b'"v":1', b'"v":2'), "LEAF_VALUE"),
        (LEAF.replace(b'"v":1', b'"v":1,"v":1'), "LEAF_DUPLICATE_KEY"),
        (LEAF.replace(b'"v":1', b'"w":1'), "LEAF_FIELDS"),
        (LEAF.replace(b'"pd":""', b'"pd":[""]'), "LEAF_VALUE"),
        (LEAF.replace(b'"pd":""', b'"pd":{"a":"b"}'), "LEAF_VALUE"),
        (LEAF.replace(b'"kind":"points.issued"', b'"kind":["points.issued"]'), "LEAF_KIND"),
        (LEAF.replace(b"points.issued", b"points.gifted"), "LEAF_FIELDS"),
        (LEAF.replace(b"posted", b"p\\u006fsted"), "LEAF_NOT_CANONICAL"),
        (LEAF.replace(b"posted", b"\\ud800"), "LEAF_CHARACTER"),
        (LEAF.replace(b"posted", b"<osted"), "LEAF_CHARACTER"),
        (LEAF.replace(b"11-22", b"13-22"), "LEAF_TIME"),
        (b" " * (LEAF_BYTES_MAX + 1), "LEAF_TOO_LONG"),
    ],
)
def test_other_spellings_are_refused(leaf: bytes, code: str) -> None:
    """Bytes that are not the one spelling of an entry are refused with the code that says why."""
    assert code_of(leaf).startswith(code)


def test_the_longest_leaf_reads_back_and_one_byte_more_is_refused() -> None:
    """A leaf may have 65,535 bytes and not 65,536."""
    fields = leaf_fields()
    fields["contract"] = "x" * (LEAF_BYTES_MAX - len(encode(fields)))
    leaf = encode(fields)
    assert len(leaf) == LEAF_BYTES_MAX
    assert decode(leaf) == fields
    fields["contract"] = f"{fields['contract']}x"
    with pytest.raises(LeafError):
        encode(fields)


def test_an_error_is_one_printable_line_whatever_the_bytes() -> None:
    """Facts from hostile bytes are escaped and cut."""
    error = LeafError("LEAF_CHARACTER", value="\x1b[2J\n 민" + "x" * 500, n=10**6000, raw=b"\n")
    line = error.diagnostics()
    assert line.isascii()
    assert line.isprintable()
    assert len(line) < 300


def test_what_is_no_hash_is_no_prev() -> None:
    """The append writes no entry after bytes that cannot be a hash."""
    with pytest.raises(LeafError, match="LEAF_VALUE"):
        write("key.revoked", {"key": "dk_4fT9"}, 7, bytes(31), 0, "01" * 16, "system/x", "", "")
