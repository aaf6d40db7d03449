"""Scalars: amounts and instants never pass through a float, nor through a 32-bit Int."""

from __future__ import annotations

import re
from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from api.schema.core.words import WordedError, Words
from domain.clock import NEVER, format_instant, parse_instant
from domain.errors import InvalidValueError
from domain.money import Ratio

MinorUnits = NewType("MinorUnits", int)
DateTime = NewType("DateTime", int)
Sequence = NewType("Sequence", int)
# The same scalars as a leaf spells them: they leave as they stand there.
LeafUnits = NewType("LeafUnits", str)
LeafTime = NewType("LeafTime", str)

_NO_UNITS = Words(
    'MinorUnits is a decimal string of minor units, such as "1250"',
    'MinorUnits는 최소 단위의 십진수 문자열입니다(예: "1250")',
)
_NO_INSTANT = Words(
    "DateTime is RFC 3339 in UTC after 1970, such as 2026-11-22T01:15:00Z",
    "DateTime은 1970년 이후의 UTC 시각(RFC 3339)입니다(예: 2026-11-22T01:15:00Z)",
)
_NO_FRACTION = Words(
    'Fraction is num/den in integers, such as "3/2"', 'Fraction은 정수의 분자/분모입니다(예: "3/2")'
)
_NO_SEQUENCE = Words("Sequence is a non-negative integer", "Sequence는 0 이상의 정수입니다")
_MINOR_UNITS = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\Z")  # 18 digits stay below 2^62
_SEQUENCE = re.compile(r"(?:0|[1-9][0-9]{0,14})\Z")
_SEQUENCE_MAX = 2**53 - 1  # what every JSON reader keeps exact


def _parse_minor_units(value: object) -> int:
    if not isinstance(value, str) or _MINOR_UNITS.match(value) is None or value == "-0":
        raise WordedError(_NO_UNITS)
    return int(value)


def _parse_instant(value: object) -> int:
    try:
        instant = parse_instant(value) if isinstance(value, str) else NEVER
    except InvalidValueError:
        instant = NEVER
    # Before 1970 nothing of ours happened, and in a command 0 stands for a time not given.
    if not 0 < instant < NEVER:
        raise WordedError(_NO_INSTANT)
    return instant


def _parse_fraction(value: object) -> Ratio:
    try:
        return Ratio.parse(value if isinstance(value, str) else "")
    except InvalidValueError:
        raise WordedError(_NO_FRACTION) from None


def _parse_sequence(value: object) -> int:
    if isinstance(value, str) and _SEQUENCE.match(value) is not None:
        return int(value)
    if type(value) is int and 0 <= value <= _SEQUENCE_MAX:
        return value
    raise WordedError(_NO_SEQUENCE)


def _write_instant(value: int | str) -> str:
    return value if isinstance(value, str) else format_instant(value)


_MINOR_UNITS_SCALAR = strawberry.scalar(
    name="MinorUnits",
    description='An amount in minor units, as a decimal string: "1250" is 12.50 at scale 2.',
    serialize=str,
    parse_value=_parse_minor_units,
)
_DATE_TIME_SCALAR = strawberry.scalar(
    name="DateTime",
    description="An instant: RFC 3339 in UTC with `Z`, up to six decimals.",
    specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
    serialize=_write_instant,
    parse_value=_parse_instant,
)

# Without a `serialize`, a sequence is a JSON number on the wire, exact below 2^53.
SCALARS: dict[object, ScalarDefinition] = {
    MinorUnits: _MINOR_UNITS_SCALAR,
    LeafUnits: _MINOR_UNITS_SCALAR,
    DateTime: _DATE_TIME_SCALAR,
    LeafTime: _DATE_TIME_SCALAR,
    Ratio: strawberry.scalar(
        name="Fraction",
        description="An exact non-negative fraction of integers, `num/den`.",
        serialize=str,
        parse_value=_parse_fraction,
    ),
    Sequence: strawberry.scalar(
        name="Sequence",
        description="The number of an entry in the audit log, from 0: a JSON integer below 2^53.",
        parse_value=_parse_sequence,
    ),
}


def time_or_none(instant: int) -> DateTime | None:
    """Return an instant of a row; never and none are null on the surface."""
    return DateTime(instant) if 0 < instant < NEVER else None
