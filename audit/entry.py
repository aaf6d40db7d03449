r"""An entry is a flat set of named values; a leaf is its one possible spelling in bytes.

A leaf is RFC 8785 JSON: one object, keys sorted, no spaces, strings of printable ASCII without
`" \ < > &`, and two integers, `v` and `seq`. Nothing in it needs an escape, so for a given kind
everything but the values is constant. Writing a leaf is filling a template; reading one is matching
a pattern, and what the pattern matches is canonical, complete and free of duplicates at once.

The entry's hash is the leaf's hash in the tree, SHA-256(00 || bytes) (RFC 6962 §2.1):
`{ printf '\0'; cat leaf; } | sha256sum`.
"""

import json
import re
from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import NoReturn, cast

from audit.errors import LeafError
from audit.kinds import COMMON_FIELDS, KINDS, LEAF_BYTES_MAX, LEAF_VERSION, SEQ_MAX
from audit.merkle import HASH_BYTES, leaf_hash
from audit.times import TIME_SHAPE, check_seconds, format_time, parse_time

__all__ = [
    "PREV_NONE", "Fields", "decode", "encode", "format_time", "leaf_hash", "parse_time", "write",
]  # fmt: skip

Fields = dict[str, str | int]

# Entry 0 has no entry before it; its `prev` is the hex of thirty-two zero bytes.
PREV_NONE = "0" * 64

# Printable ASCII; quotes are counted apart, the other four would need escapes in JSON or HTML.
_PLAIN = bytes(c for c in range(0x20, 0x7F) if chr(c) not in '"\\<>&')

_INTEGERS = frozenset({"v", "seq"})
_COMMON = frozenset(COMMON_FIELDS)
_WORD = "[0-9A-Za-z._-]++"
_SHAPES: dict[str, str] = {
    "prev": "[0-9a-f]{64}",
    "time": TIME_SHAPE,
    "id": "[0-9a-f]{32}",
    "author": f"(?:partner:{_WORD}/|operator/|system/){_WORD}",
    "cmd": "(?:[0-9a-f]{64})?",
    "pd": "(?:[0-9a-f]{64})?",
}
# The plain characters again, so that what matches needs no second look.
_ANY_SHAPE = r'"([ !#-%\'-;=?-\[\]-~]*+)"'
_SEQ_SHAPE = "0|[1-9][0-9]{0,15}"

# The shapes of common fields in one pattern, so that the append pays for one match. What it writes
# itself, `prev` and `time`, has no other shape; of what it was given those two are matched apart.
_GIVEN = ("id", "author", "cmd", "pd")
_SHAPED = re.compile(" ".join(_SHAPES[name] for name in _GIVEN))
_CHAINED = re.compile(" ".join(_SHAPES[name] for name in ("prev", "time")))
_pick_shaped = cast("Callable[[Mapping[str, str | int]], tuple[str, ...]]", itemgetter(*_SHAPES))


class _Form:
    """The template and the pattern of one kind, built once."""

    __slots__ = ("fullmatch", "names", "order", "own", "parts", "pick", "quotes", "time")

    def __init__(self, kind: str, own: tuple[str, ...]) -> None:
        self.names = tuple(sorted(COMMON_FIELDS + own))
        shapes = {name: f'"({shape})"' for name, shape in _SHAPES.items()}
        shapes |= {"v": f"({LEAF_VERSION})", "seq": f"({_SEQ_SHAPE})"}
        shapes["kind"] = f'"({re.escape(kind)})"'
        pairs = [f'"{name}":{shapes.get(name, _ANY_SHAPE)}' for name in self.names]
        self.fullmatch = re.compile(r"\{" + ",".join(pairs) + r"\}").fullmatch
        self.time = self.names.index("time") + 1  # its group in the pattern
        # Odd places of `parts` are filled with the values, even places are constant.
        self.parts: list[str] = []
        constant = {"kind": f'"{kind}"', "v": str(LEAF_VERSION)}
        filled = [name for name in self.names if name not in constant]
        ahead = "{"
        for name in self.names:
            ahead += f'"{name}":'
            if name in constant:
                ahead += f"{constant[name]},"
                continue
            quote = "" if name in _INTEGERS else '"'
            self.parts += [ahead + quote, ""]
            ahead = f"{quote},"
        self.parts.append(ahead[:-1] + "}")
        self.quotes = b'"' * "".join(self.parts).count('"')
        self.own = len(own)
        # The first name twice, so that of one name too a tuple is picked; the last one counts.
        given = [*own[:1], *own, "seq", *_SHAPES]
        self.pick = cast(
            "Callable[[Mapping[str, str]], tuple[str, ...]]", itemgetter(*given[: 1 + len(own)])
        )
        places = {name: place for place, name in enumerate(given)}
        self.order = cast(
            "Callable[[tuple[str, ...]], tuple[str, ...]]",
            itemgetter(*[places[name] for name in filled]),
        )


_FORMS = {kind: _Form(kind, own) for kind, own in KINDS.items()}


def encode(fields: Mapping[str, str | int]) -> bytes:
    """Write an entry's fields as its leaf.

    Args:
        fields: exactly the common fields and the kind's own; `v` and `seq` integers, all others
            strings.

    Raises:
        LeafError: `LEAF_KIND`, `LEAF_FIELDS`, `LEAF_VALUE`, `LEAF_CHARACTER`, `LEAF_TIME` or
            `LEAF_TOO_LONG`.
    """
    kind = fields.get("kind", "")
    form = _FORMS.get(kind) if isinstance(kind, str) else None
    if form is None:
        raise LeafError("LEAF_KIND", kind=kind if isinstance(kind, str) else "")
    version, seq = fields.get("v"), fields.get("seq")
    if type(version) is not int or version != LEAF_VERSION or type(seq) is not int:
        _refuse(fields, form.names)
    try:
        prev, time, id_, author, cmd, pd = _pick_shaped(fields)
    except KeyError:
        _refuse(fields, form.names)
    own = {name: fields[name] for name in fields if name not in _COMMON}
    # A value of another type than a string is refused as it is written.
    shaped = (prev, time, id_, author, cmd, pd)
    leaf = _written(form, cast("dict[str, str]", own), seq, shaped)
    if leaf is None or _CHAINED.fullmatch(f"{prev} {time}") is None:
        _refuse_written(str(kind), cast("dict[str, str]", own), seq, shaped)
    check_seconds(time)
    if len(leaf) > LEAF_BYTES_MAX:
        raise LeafError("LEAF_TOO_LONG", length=len(leaf), length_max=LEAF_BYTES_MAX)
    return leaf


def write(  # noqa: PLR0913, PLR0917 -- the common fields, one argument each, in the append's one call
    kind: str,
    own: Mapping[str, str],
    seq: int,
    prev: bytes,
    time_us: int,
    id: str,
    author: str,
    cmd: str,
    pd: str,
) -> bytes:
    """Write a leaf as `encode` does, the kind's own fields and the common ones given apart.

    Args:
        kind: one of `audit.kinds.KINDS`.
        own: exactly the kind's own fields.
        seq: the entry's number.
        prev: the hash of the entry before it.
        time_us: microseconds since 1970.
        id: as the field of that name, and so are all after it.
        author: see there.
        cmd: see there.
        pd: see there.

    Raises:
        LeafError: as `encode`; `LEAF_FIELDS` also for a common field among the kind's own.
    """
    form = _FORMS.get(kind)
    if form is None:
        raise LeafError("LEAF_KIND", kind=kind)
    shaped = (prev.hex(), format_time(time_us), id, author, cmd, pd)
    leaf = _written(form, own, seq, shaped)
    if leaf is None or len(prev) != HASH_BYTES:
        _refuse_written(kind, own, seq, shaped)
    if len(leaf) > LEAF_BYTES_MAX:
        raise LeafError("LEAF_TOO_LONG", length=len(leaf), length_max=LEAF_BYTES_MAX)
    return leaf


def _written(
    form: _Form, own: Mapping[str, str], seq: int, shaped: tuple[str, ...]
) -> bytes | None:
    """Fill a kind's template; None where a value may not stand there.

    Of ``shaped``, the common fields in the order of `_SHAPES`, the first two are taken as shaped.
    """
    parts = form.parts.copy()
    try:
        parts[1::2] = form.order((*form.pick(own), str(seq), *shaped))
        leaf = "".join(parts).encode("ascii")
        given = " ".join(shaped[2:])
    except (KeyError, TypeError, UnicodeEncodeError):
        return None
    if (
        len(own) != form.own
        or not 0 <= seq <= SEQ_MAX
        # What is left without the plain characters is the template's own quotes, or it is not.
        or leaf.translate(None, _PLAIN) != form.quotes
        or _SHAPED.fullmatch(given) is None
    ):
        return None
    return leaf


def decode(leaf: bytes) -> Fields:
    """Read a leaf strictly: what `encode` could not have written is refused.

    Returns:
        All fields in the order of the bytes; `v` and `seq` integers, all others strings.

    Raises:
        LeafError: `LEAF_TOO_LONG`, `LEAF_CHARACTER`, `LEAF_NOT_JSON`, `LEAF_DUPLICATE_KEY`,
            `LEAF_KIND`, `LEAF_FIELDS`, `LEAF_VALUE`, `LEAF_TIME` or `LEAF_NOT_CANONICAL`.
    """
    if len(leaf) > LEAF_BYTES_MAX:
        raise LeafError("LEAF_TOO_LONG", length=len(leaf), length_max=LEAF_BYTES_MAX)
    # No value holds a quote, so a well-formed leaf has `"kind":"` at its own key only.
    text = leaf.decode("ascii", "replace")
    form = _FORMS.get(text.partition('"kind":"')[2].partition('"')[0])
    match = form.fullmatch(text) if form is not None else None
    if form is None or match is None:
        _explain(leaf)
    # The pattern has a group for each name: nothing to be strict about, a million times over.
    fields: Fields = dict(zip(form.names, match.groups()))  # noqa: B905
    seq = int(fields["seq"])
    if seq > SEQ_MAX:
        raise LeafError("LEAF_VALUE", field="seq")
    fields["seq"] = seq
    fields["v"] = LEAF_VERSION
    check_seconds(match[form.time])
    return fields


def _refuse_written(
    kind: str, own: Mapping[str, str], seq: int, shaped: tuple[str, ...]
) -> NoReturn:
    if not _COMMON.isdisjoint(own):
        # It would be lost without a word among those that stand for it.
        raise LeafError("LEAF_FIELDS", kind=kind)
    stamped = dict(zip(_SHAPES, shaped, strict=True))
    _refuse({**own, **stamped, "v": LEAF_VERSION, "seq": seq, "kind": kind}, _FORMS[kind].names)


def _refuse(fields: Mapping[str, str | int], names: tuple[str, ...]) -> NoReturn:
    """Find the first thing wrong with fields that `encode` could not write, and raise it."""
    wanted = set(names)
    for name in sorted(wanted ^ set(fields)):
        raise LeafError("LEAF_FIELDS", field=name, given="no" if name in wanted else "yes")
    for name in names:
        value = fields[name]
        if name in _INTEGERS:
            limits = (0, SEQ_MAX) if name == "seq" else (LEAF_VERSION, LEAF_VERSION)
            if type(value) is not int or not limits[0] <= value <= limits[1]:
                raise LeafError("LEAF_VALUE", field=name)
            continue
        if not isinstance(value, str):
            raise LeafError("LEAF_VALUE", field=name)
        if not value.isascii() or value.encode("ascii").translate(None, _PLAIN):
            raise LeafError("LEAF_CHARACTER", field=name, value=value)
        if name in _SHAPES and re.fullmatch(_SHAPES[name], value) is None:
            raise LeafError("LEAF_VALUE", field=name, value=value)
    raise AssertionError("fields that could be written were refused")


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise LeafError("LEAF_DUPLICATE_KEY")
    return found


def _explain(leaf: bytes) -> NoReturn:
    """Find out why bytes are not a leaf, at leisure, and raise it."""
    if not leaf.isascii():
        raise LeafError("LEAF_CHARACTER", field="")
    try:
        parsed: object = json.loads(leaf.decode("ascii"), object_pairs_hook=_pairs)
    except (ValueError, RecursionError):
        raise LeafError("LEAF_NOT_JSON") from None
    if not isinstance(parsed, dict):
        raise LeafError("LEAF_NOT_JSON")
    # What cannot be written raises here; what can, was not spelt the one way there is.
    encode(parsed)
    raise LeafError("LEAF_NOT_CANONICAL")
