"""Leaves against the reference writer of RFC 8785, and against any bytes at all."""

import json
import string
from functools import partial

import orjson
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from audit.entry import Fields, decode, encode, write
from audit.errors import AuditError, LeafError
from audit.kinds import COMMON_FIELDS, KINDS, SEQ_MAX
from audit.times import format_time, parse_time
from tests.unit.audit.samples import attempt, leaf_fields

PLAIN = "".join(set(string.printable[:95]) - set('"\\<>&'))
TIMES = st.integers(0, 253_402_300_799_999_999)


@st.composite
def entries(draw: st.DrawFn) -> Fields:
    """Any entry that the format allows."""
    kind = draw(st.sampled_from(sorted(KINDS)))
    fields = leaf_fields(kind, draw(st.integers(0, SEQ_MAX)))
    for name in KINDS[kind]:
        fields[name] = draw(st.text(PLAIN, max_size=40))
    fields["time"] = format_time(draw(TIMES))
    # The order in which fields were put together must not matter.
    return dict(draw(st.permutations(list(fields.items()))))


@given(entries())
def test_a_leaf_is_rfc_8785(fields: Fields) -> None:
    """The template's bytes equal those of the reference writer and of orjson with sorted keys."""
    leaf = encode(fields)
    assert leaf == rfc8785.dumps(fields) == orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)


def written(fields: Fields) -> bytes:
    """Write an entry from its kind's own fields and the common ones apart, as the append does."""
    own = {name: str(value) for name, value in fields.items() if name not in COMMON_FIELDS}
    prev, time_us = bytes.fromhex(str(fields["prev"])), parse_time(str(fields["time"]))
    id_, author, cmd, pd = (str(fields[name]) for name in ("id", "author", "cmd", "pd"))
    return write(str(fields["kind"]), own, int(fields["seq"]), prev, time_us, id_, author, cmd, pd)


@given(entries())
def test_an_entry_in_parts_is_the_same_leaf(fields: Fields) -> None:
    """Own and common fields given apart make the bytes of all of them together."""
    assert written(fields) == rfc8785.dumps(fields)


@given(entries(), st.data())
def test_an_entry_in_parts_is_refused_alike(fields: Fields, data: st.DataObject) -> None:
    """Whatever one value is, and whatever name is missing, both ways say the same of it."""
    name = data.draw(st.sampled_from(sorted(fields.keys() - {"v", "seq", "kind", "prev", "time"})))
    if name in COMMON_FIELDS or data.draw(st.booleans()):
        fields[name] = data.draw(st.text(max_size=64) | st.text("0123456789abcdef", max_size=64))
    else:
        del fields[name]
    told = [attempt(LeafError, partial(way, fields)) for way in (written, encode)]
    first, second = (one.diagnostics() if isinstance(one, LeafError) else one for one in told)
    assert first == second


@given(entries(), st.sampled_from(COMMON_FIELDS))
def test_a_common_field_is_no_kinds_own(fields: Fields, name: str) -> None:
    """A common field among the kind's own is refused, whether or not it takes another's place."""
    own = {each: str(value) for each, value in fields.items() if each not in COMMON_FIELDS}
    one = next(iter(own))
    for given_ in ({**own, name: "x"}, {**{k: v for k, v in own.items() if k != one}, name: "x"}):
        with pytest.raises(LeafError, match="LEAF_FIELDS"):
            write(str(fields["kind"]), given_, 1, bytes(32), 0, "", "", "", "")


@given(entries())
def test_a_leaf_reads_back(fields: Fields) -> None:
    """Decoding gives what was encoded, and what any JSON reader reads."""
    leaf = encode(fields)
    assert decode(leaf) == fields == json.loads(leaf)


@given(entries(), st.data())
def test_a_mutated_leaf_is_refused_or_is_another_entry(fields: Fields, data: st.DataObject) -> None:
    """Bytes that differ from a leaf never read as the same entry, and fail by name only."""
    leaf = encode(fields)
    start = data.draw(st.integers(0, len(leaf)))
    end = data.draw(st.integers(start, min(len(leaf), start + 8)))
    middle = data.draw(st.binary(max_size=8) | st.sampled_from([b'"', b'","', b"\\", b" ", b"0"]))
    mutated = leaf[:start] + middle + leaf[end:]
    read = attempt(LeafError, lambda: decode(mutated))
    if isinstance(read, AuditError):
        assert read.diagnostics().isprintable()
    else:
        assert encode(read) == mutated
        assert (read == fields) == (mutated == leaf)


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_by_name(data: bytes) -> None:
    """No bytes make `decode` raise anything but its own error."""
    with pytest.raises(LeafError, match=r"^LEAF_"):
        decode(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@given(entries(), st.data(), JSON)
def test_any_json_in_a_field_is_refused_by_name(
    fields: Fields, data: st.DataObject, value: object
) -> None:
    """Another type of value in any field, well-formed JSON though it is, is a named refusal."""
    name = data.draw(st.sampled_from(sorted(fields)))
    whole: dict[str, object] = {**fields, name: value}
    leaf = json.dumps(whole, sort_keys=True, separators=(",", ":")).encode()
    read = attempt(LeafError, lambda: decode(leaf))
    if isinstance(read, AuditError):
        assert read.diagnostics().isprintable()
    else:
        assert read == whole
        assert type(read[name]) is type(value)


@given(TIMES, TIMES)
def test_times_read_back_and_sort_as_text(one: int, other: int) -> None:
    """A time reads back as it was, and texts order as their moments do."""
    first, second = format_time(one), format_time(other)
    assert parse_time(first) == one
    assert (first < second) == (one < other)
