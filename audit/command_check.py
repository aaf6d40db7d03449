"""What a partner signed held against what its entry did.

A signature shows who asked; that the operator did what was asked, and to whom, the request itself
shows once it is laid open: its mutation, and the fields of its input that name members, points,
amounts, holds and transfers. What an entry cannot show is left, and said: a member named by a
partner's own reference, and mutations that move no points.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from audit.entry import Fields
from audit.errors import LeafError
from audit.http_signature import Signed
from audit.replay.arithmetic import Ratio, conversion, ratio
from audit.replay.fields import MalformedError, Texts, number
from audit.signed_request import Asked, Json, asked
from audit.times import parse_time

_GLOBAL_ID_MAX: Final = 256  # of two ids of 32 digits and a type, in base64
_AMOUNT: Final = re.compile("-?(?:0|[1-9][0-9]{0,17})")
_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?Z")
_SCALE_MAX: Final = 18

# A field of the input, what was asked for, and what was done; "" for a thing that is absent.
Difference = tuple[str, str, str]
# Contract version and source points, to target points; None where that is not known.
Given = Callable[[str, int], int | None]


class Compared(NamedTuple):
    """What a comparison came to: what differs, and what could not be compared."""

    differences: tuple[Difference, ...]
    left: tuple[str, ...]


def compare(fields: Fields, signed: Signed, given: Given = lambda _cite, _amount: None) -> Compared:
    """Hold an entry against the signed request for it, which its `cmd` binds.

    Args:
        fields: the entry.
        signed: the request.
        given: what a contract version gives for source points, where the contracts are known.
    """
    wanted = asked(signed.body, signed.parameters.nonce)
    if wanted is None:
        return Compared((), ("request",))
    kind = str(fields["kind"])
    kinds = _KINDS.get(wanted.mutation)
    if kinds is None:
        if kind in _MOVING:
            return Compared((("mutation", wanted.mutation, kind),), ())
        return Compared((), (wanted.mutation,))
    if kind not in kinds:
        return Compared((("mutation", wanted.mutation, kind),), ())
    texts = {name: str(value) for name, value in fields.items()}
    try:
        found = tuple(_FIELDS[wanted.mutation](wanted, _Entry(texts, given)))
    except (MalformedError, IndexError):
        return Compared((), (wanted.mutation,))  # the replay tells of such an entry
    left = ("memberReference",) if wanted.input.get("memberReference") is not None else ()
    return Compared(tuple(one for one in found if one[1] != one[2]), left)


class Rates:
    """Conversions and units so far, as the log has them: what a contract version gives."""

    def __init__(self) -> None:
        self._terms: dict[str, tuple[Ratio, Ratio, str, str]] = {}
        self._scales: dict[str, int] = {}

    def see(self, fields: Fields) -> None:
        """Take what the next entry says of units and conversions."""
        texts = {name: str(value) for name, value in fields.items()}
        try:
            if fields["kind"] in ("unit.created", "unit.terms"):
                self._scales[texts["unit"]] = number(texts, "scale")
            elif fields["kind"] == "contract.proposed" and fields["type"] == "conversion":
                rate, fee = (ratio(texts[name], name) for name in ("rate", "fee_points"))
                cite = f"{texts['contract']}.{texts['version']}"
                self._terms[cite] = (rate, fee, texts["source"], texts["target"])
        except MalformedError:
            return  # the warrants tell

    def given(self, cite: str, amount: int) -> int | None:
        """Return what a version gives for source points; None for one that is not known."""
        terms = self._terms.get(cite)
        if terms is None:
            return None
        rate, fee, *units = terms
        scales = [self._scales.get(unit, _SCALE_MAX + 1) for unit in units]
        return None if max(scales) > _SCALE_MAX else conversion(rate, fee, *scales).given(amount)


class _Entry:
    """An entry's effects, as far as requests name them."""

    def __init__(self, fields: Texts, given: Given) -> None:
        self.fields = fields
        self.given = given
        self._legs = [leg.split(",") for leg in fields.get("legs", "").split(";")]

    def leg(self, place: int, name: str) -> str:
        """A part of a leg; raises IndexError where there is none."""
        return self._legs[place][("book", "unit", "debit", "credit", "phase", "amount").index(name)]

    def amount(self, place: int) -> int:
        """A leg's amount; raises MalformedError."""
        return number({"legs": self.leg(place, "amount")}, "legs")

    def phase(self, phase: str) -> int:
        """What all legs of a phase move; raises MalformedError."""
        places = range(len(self._legs))
        return sum(self.amount(place) for place in places if self.leg(place, "phase") == phase)


Pairs = Iterator[Difference]


def _wallet(want: Asked, entry: _Entry) -> Pairs:
    """Member, unit and amount of the first leg."""
    if want.input.get("memberId") is not None:
        yield "memberId", _id(want.input["memberId"], "Member"), entry.leg(0, "book")
    yield "unit", _text(want.input.get("unit")), entry.leg(0, "unit")
    yield "amount", _amount(want.input.get("amount")), str(entry.amount(0))


def _issue(want: Asked, entry: _Entry) -> Pairs:
    yield from _wallet(want, entry)
    funding = entry.fields["lots"].split(",")
    yield "funding", _text(want.input.get("funding")) or "FREE", funding[4]
    yield from _dated(want, entry)


def _dated(want: Asked, entry: _Entry) -> Pairs:
    if want.input.get("effectiveAt") is not None:
        yield "effectiveAt", _moment(want.input["effectiveAt"]), entry.fields["effective"]


def _gift(want: Asked, entry: _Entry) -> Pairs:
    yield from _wallet(want, entry)
    yield "recipientId", _id(want.input.get("recipientId"), "Member"), entry.leg(1, "book")


def _adjust(want: Asked, entry: _Entry) -> Pairs:
    amount = _amount(want.input.get("amount"))
    taken = "-" if entry.leg(0, "credit") == "ADJUSTED" else ""
    yield from (one for one in _wallet(want, entry) if one[0] != "amount")
    yield "amount", amount, f"{taken}{entry.amount(0)}"
    yield "reason", _text(want.input.get("reason")), entry.fields["reason"]
    yield from _dated(want, entry)


def _exchange(want: Asked, entry: _Entry) -> Pairs:
    """What gives nothing more stays, so less may be debited than was asked, but not given."""
    if want.input.get("memberId") is not None:
        yield "memberId", _id(want.input["memberId"], "Member"), entry.leg(0, "book")
    yield "fromUnit", _text(want.input.get("fromUnit")), entry.leg(0, "unit")
    yield "toUnit", _text(want.input.get("toUnit")), entry.leg(1, "unit")
    quote = want.input.get("quoteId")
    yield "quoteId", _id(quote, "Quote") if quote is not None else "", entry.fields["quote"]
    amount = _amount(want.input.get("amount"))
    most = int(amount) if amount else 0
    if entry.amount(0) > most:
        yield "amount", amount, str(entry.amount(0))
    target = entry.given(entry.fields["contract"], most)
    if target is not None:
        yield "amount", f"{amount} for {target}", f"{amount} for {entry.amount(1)}"


def _hold(want: Asked, entry: _Entry) -> Pairs:
    yield from _wallet(want, entry)
    if want.input.get("expiresAt") is not None:
        yield "expiresAt", _moment(want.input["expiresAt"]), entry.fields["deadline"]
    seconds = want.input.get("expiresInSeconds")
    if seconds is not None:
        lasts = _time(entry.fields["deadline"]) - _time(entry.fields["received"])
        yield "expiresInSeconds", f"{_text(seconds)}000000 us", f"{lasts} us"


def _end(want: Asked, entry: _Entry) -> Pairs:
    hold = want.input.get("holdId")
    yield "holdId", _id(hold, "Hold"), entry.fields["hold"]
    yield "holdId", _owner(hold, "Hold"), entry.leg(0, "book")


def _capture(want: Asked, entry: _Entry) -> Pairs:
    yield from _end(want, entry)
    asked_for, part = want.input.get("amount"), entry.phase("posted")
    whole = str(entry.phase("released"))
    yield "amount", whole if asked_for is None else _amount(asked_for), str(part)


def _reverse(want: Asked, entry: _Entry) -> Pairs:
    """A partner's policy may cut a reversal to what is there, so less may be turned round."""
    transfer = want.input.get("transferId")
    yield "transferId", _id(transfer, "Transfer"), entry.fields["original"]
    amount = want.input.get("amount")
    part = number(entry.fields, "part")
    if amount is not None and part > int(_amount(amount) or 0):
        yield "amount", _amount(amount), str(part)
    yield "reason", _text(want.input.get("reason")) or "REQUESTED", entry.fields["reason"]


_KINDS: Final[dict[str, tuple[str, ...]]] = {
    "pointsIssue": ("points.issued",),
    "pointsRedeem": ("points.redeemed",),
    "pointsExchange": ("points.exchanged",),
    "pointsGift": ("points.gifted",),
    "pointsAdjust": ("points.adjusted",),
    "pointsHold": ("hold.placed",),
    "holdCapture": ("hold.captured", "hold.voided"),  # a capture of nothing voids
    "holdVoid": ("hold.voided",),
    "transferReverse": ("transfer.reversed",),
}
_MOVING: Final = frozenset(kind for kinds in _KINDS.values() for kind in kinds)
_FIELDS: Final[Mapping[str, Callable[[Asked, _Entry], Pairs]]] = {
    "pointsIssue": _issue,
    "pointsRedeem": _wallet,
    "pointsExchange": _exchange,
    "pointsGift": _gift,
    "pointsAdjust": _adjust,
    "pointsHold": _hold,
    "holdCapture": _capture,
    "holdVoid": _end,
    "transferReverse": _reverse,
}


def _text(value: Json) -> str:
    """A value as text; a number may stand for an id, and a whole one be written as 5.0."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, str | int) else ""


def _amount(value: Json) -> str:
    """An amount in its one spelling; "" for what is none."""
    return value if isinstance(value, str) and _AMOUNT.fullmatch(value) else ""


def _key(value: Json, type_: str) -> list[str]:
    """The parts of a global id of a type."""
    text = _text(value)
    if len(text) > _GLOBAL_ID_MAX:
        return []
    try:
        found, *key = base64.b64decode(text.encode("ascii"), validate=True).decode().split(":")
    except (binascii.Error, ValueError):
        return []
    return key if found == type_ else []


def _id(value: Json, type_: str) -> str:
    """An id of 32 digits, given raw or in a global id, whose last part it is."""
    return (_key(value, type_) or [_text(value)])[-1]


def _owner(value: Json, type_: str) -> str:
    return (_key(value, type_) or [""])[0]


def _moment(value: Json) -> str:
    """An instant as the log spells it; "" for what is none."""
    match = _MOMENT.fullmatch(_text(value))
    return f"{match[1]}.{(match[2] or '').ljust(6, '0')}Z" if match else ""


def _time(text: str) -> int:
    try:
        return parse_time(text)
    except LeafError:
        raise MalformedError("deadline", text) from None
