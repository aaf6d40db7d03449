"""A strict reader of DER (X.690 section 10): one form for each value, and no byte that is not one.

As much of it as time stamps need: single-byte tags, definite lengths in their shortest form.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from audit.errors import AuditError

INTEGER: Final = 0x02
OCTETS: Final = 0x04
OID: Final = 0x06
GENERALIZED_TIME: Final = 0x18
BOOLEAN: Final = 0x01
SEQUENCE: Final = 0x30
SET: Final = 0x31

CHILDREN_MAX: Final = 256  # a chain of certificates has four, a token's attributes about six

_LONG_FORM: Final = 0x80
_MULTIBYTE_TAG: Final = 0x1F
_LENGTH_BYTES_MAX: Final = 4
_ARC_BITS: Final = 7
_MICROSECONDS: Final = 1_000_000
# RFC 5280 section 4.1.2.5.2, and RFC 3161 section 2.4.2: a fraction without trailing zeros.
_TIME: Final = re.compile(r"([0-9]{14})(?:\.([0-9]{0,5}[1-9]))?Z")


class DerError(AuditError):
    """Bytes are not the DER that was expected; the code is `DER`."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value.

    Attributes:
        tag: its identifier byte.
        content: its contents.
        encoded: all of its bytes.
    """

    tag: int
    content: bytes
    encoded: bytes

    def of(self, tag: int) -> "Value":
        """Return the value if it has this tag.

        Raises:
            DerError: it has another.
        """
        if self.tag != tag:
            raise DerError("DER", expected=f"{tag:#x}", found=f"{self.tag:#x}")
        return self

    def children(self) -> list["Value"]:
        """Return what a sequence, a set or an explicit tag holds.

        Raises:
            DerError: it holds something else than values.
        """
        found: list[Value] = []
        rest = self.content
        while rest:
            one, rest = _first(rest)
            found.append(one)
            if len(found) > CHILDREN_MAX:
                raise DerError("DER", reason="TOO_MANY")
        return found

    def only(self) -> "Value":
        """Return the one value that it holds; raises DerError for none, or several."""
        found = self.children()
        if len(found) != 1:
            raise DerError("DER", reason="NOT_ONE")
        return found[0]

    def integer(self) -> int:
        """Read an INTEGER in its shortest form; raises DerError."""
        data = self.of(INTEGER).content
        padded = len(data) > 1 and (data[:1], data[1] >> 7) in ((b"\x00", 0), (b"\xff", 1))
        if not data or padded:
            raise DerError("DER", reason="INTEGER")
        return int.from_bytes(data, "big", signed=True)

    def oid(self) -> str:
        """Read an OBJECT IDENTIFIER as dotted numbers; raises DerError."""
        arcs: list[int] = []
        arc, fresh = 0, True
        for byte in self.of(OID).content:
            if fresh and byte == _LONG_FORM:
                raise DerError("DER", reason="OID")
            arc = arc << _ARC_BITS | byte & ~_LONG_FORM
            fresh = byte < _LONG_FORM
            if fresh:
                arcs.append(arc)
                arc = 0
        if not arcs or not fresh:
            raise DerError("DER", reason="OID")
        first = min(arcs[0] // 40, 2)
        return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))

    def time(self) -> int:
        """Read a GeneralizedTime as microseconds since 1970; raises DerError."""
        match = _TIME.fullmatch(self.of(GENERALIZED_TIME).content.decode("ascii", "replace"))
        if match is None:
            raise DerError("DER", reason="TIME")
        digits = match[1]
        parts = [int(digits[:4]), *(int(digits[at : at + 2]) for at in range(4, 14, 2))]
        year, month, day, hour, minute, second = parts
        try:
            moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        except ValueError:
            raise DerError("DER", reason="TIME") from None
        return int(moment.timestamp()) * _MICROSECONDS + int((match[2] or "").ljust(6, "0"))


def read(data: bytes) -> Value:
    """Read the one value that the bytes are.

    Raises:
        DerError: they are not, or there is more.
    """
    value, rest = _first(data)
    if rest:
        raise DerError("DER", reason="TRAILING")
    return value


def _first(data: bytes) -> tuple[Value, bytes]:
    """The value that bytes begin with, and what follows it."""
    head = 2
    if len(data) < head or data[0] & _MULTIBYTE_TAG == _MULTIBYTE_TAG:
        raise DerError("DER", reason="TAG")
    length = data[1]
    if length >= _LONG_FORM:
        count = length & ~_LONG_FORM
        digits = data[head : head + count]
        length = int.from_bytes(digits, "big")
        head += count
        # The indefinite length (0x80), which BER has, is none; nor is one with leading zeros.
        shortest = count and digits[:1] != b"\x00" and length >= _LONG_FORM
        if count > _LENGTH_BYTES_MAX or len(digits) != count or not shortest:
            raise DerError("DER", reason="LENGTH")
    end = head + length
    if end > len(data):
        raise DerError("DER", reason="CUT")
    return Value(data[0], data[head:end], data[:end]), data[end:]
