"""A leaf's texts read as numbers, times, lists: exactly one text for each value.

Every reader refuses with `MalformedError` rather than guess, so that one value never has two
spellings in the log. List fields are parted by `;`, their parts by `,`.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from audit.errors import LeafError
from audit.replay.tables import NEVER
from audit.times import parse_time, shaped_time

# An entry's fields without `v` and `seq`, which alone are no texts.
Texts = Mapping[str, str]

# Book, unit, debit purpose, credit purpose, phase and amount.
Leg = tuple[str, str, str, str, str, int]
# Lot, place of its leg, obligor, issuer, funding, expiry, currency, cost and amount.
NewLot = tuple[str, str, str, str, str, int, str, int, int]
# Lot, what is done with it, and the amount.
Use = tuple[str, str, int]
# Debtor, creditor, currency, window, amount, contract version and kind.
Obligation = tuple[str, str, str, int, int, str, str]

NUMBER_MAX: Final = 2**62  # a counter goes no further, and a lot may cost as much as one holds
PHASES: Final = frozenset({"posted", "pending", "released"})
ACTIONS: Final = frozenset({"take", "give", "pin", "unpin"})


# The one leg and the one lot of an issue, of the same amount; what is longer no issue has.
_AMOUNT: Final = "([1-9][0-9]{0,14})"
_ISSUE: Final = re.compile(
    f"([^,;]+),([^,;]+),ISSUED,WALLET,posted,{_AMOUNT};"
    r"([0-9]+)\.0,0,([^,;]*),([^,;]*),([^,;]*),([^,;]*),([^,;]*),(0|[1-9][0-9]{0,14}),\3"
)


class Issue(NamedTuple):
    """What a plain issue brings: one lot of what its one leg moves."""

    book: str
    unit: str
    obligor: str
    issuer: str
    funding: str
    expires_at: int
    currency: str
    cost: int
    amount: int


class MalformedError(Exception):
    """A field's text is not in its one permitted form."""

    def __init__(self, field: str, found: str) -> None:
        super().__init__(field, found)
        self.field = field
        self.found = found


def integer(value: str, field: str) -> int:
    """A decimal integer from 0 to NUMBER_MAX, without sign or leading zero."""
    try:
        found = int(value)
    except ValueError:
        raise MalformedError(field, value) from None
    # int() reads signs, blanks, underscores and leading zeros too; only one spelling comes back.
    if not 0 <= found <= NUMBER_MAX or str(found) != value:
        raise MalformedError(field, value)
    return found


def positive(value: str, field: str) -> int:
    """A decimal integer from 1 to NUMBER_MAX."""
    try:
        found = int(value)
    except ValueError:
        raise MalformedError(field, value) from None
    if not 0 < found <= NUMBER_MAX or str(found) != value:
        raise MalformedError(field, value)
    return found


def number(fields: Texts, name: str) -> int:
    """A field that holds a decimal integer."""
    return integer(fields[name], name)


def signed(fields: Texts, name: str) -> int:
    """A field that holds a decimal integer, below 0 behind a minus sign."""
    value = fields[name]
    if value.startswith("-"):
        return -positive(value[1:], name)
    return integer(value, name)


def numbers(fields: Texts, name: str) -> list[int]:
    """A list field of integers above 0."""
    return [positive(value, name) for value in fields[name].split(";")]


def line(fields: Texts, name: str) -> tuple[int, int]:
    """A field that names an obligation: its entry's number, a point, its place in the entry."""
    seq, point, n = fields[name].partition(".")
    if not point:
        raise MalformedError(name, fields[name])
    return integer(seq, name), integer(n, name)


def number_or_zero(fields: Texts, name: str) -> int:
    """A field that holds a decimal integer, or nothing, which is 0."""
    value = fields[name]
    return integer(value, name) if value else 0


def yes_no(fields: Texts, name: str) -> int:
    """A field that is `yes` (1) or `no` (0)."""
    value = fields[name]
    if value not in {"yes", "no"}:
        raise MalformedError(name, value)
    return 1 if value == "yes" else 0


@lru_cache(maxsize=8192)  # days of effect, expiries, one text in several fields
def _moment(text: str) -> int:
    moment = parse_time(text)
    if moment >= NEVER:
        raise LeafError("LEAF_TIME", time=text)
    return moment


def time_us(value: str, field: str) -> int:
    """A time of the log, as microseconds since 1970; before NEVER."""
    try:
        return _moment(value)
    except LeafError:
        raise MalformedError(field, value) from None


def day_us(value: str, field: str) -> int:
    """A calendar day, YYYY-MM-DD, as microseconds from 1970 to its beginning."""
    return wall_us(value + "T00:00", field)


def wall_us(value: str, field: str) -> int:
    """What a wall clock shows, YYYY-MM-DDTHH:MM, as microseconds since 1970 on that clock."""
    return time_us(value + ":00.000000Z", field)


def times(fields: Texts) -> tuple[int, int, int]:
    """A transfer's three times: of its effect, of its command (0 for none), of its entry."""
    effective, received, recorded = fields["effective"], fields["received"], fields["time"]
    try:
        now = shaped_time(recorded)  # the leaf's form has seen to its shape
    except (LeafError, ValueError):
        raise MalformedError("time", recorded) from None
    if now >= NEVER:
        raise MalformedError("time", recorded)
    return (
        now if effective == recorded else time_us(effective, "effective"),
        now if received == recorded else time_or(received, "received", 0),
        now,
    )


def time_or(value: str, field: str, absent: int) -> int:
    """A time, or what its absence ("") means."""
    return time_us(value, field) if value else absent


def _parts(value: str, field: str, width: int) -> Iterator[list[str]]:
    """A list field's items, each split into exactly `width` parts."""
    for item in value.split(";") if value else ():
        parts = item.split(",")
        if len(parts) != width:
            raise MalformedError(field, item)
        yield parts


def plain_issue(fields: Texts, seq: int) -> Issue | None:
    """Read an issue that makes one lot of its one leg's amount, and nothing else.

    That is most of what a log has; None leaves any other to `legs`, `lots` and the rest.
    """
    if fields["uses"] or fields["obls"] or fields["expiries"] or fields["contract"]:
        return None
    match = _ISSUE.fullmatch(f"{fields['legs']};{fields['lots']}")
    if match is None:
        return None
    book, unit, amount, lot_seq, obligor, issuer, funding, expiry, currency, cost = match.groups()
    if lot_seq != str(seq):
        return None
    expires_at = time_us(expiry, "lots") if expiry else NEVER
    shared = (obligor, issuer, funding, expires_at, currency)
    return Issue(book, unit, *shared, int(cost), int(amount))


def legs(fields: Texts) -> list[Leg]:
    """The field `legs`: amounts moved from a debit to a credit purpose of one book and unit."""
    found: list[Leg] = []
    value = fields["legs"]
    for item in value.split(";") if value else ():
        try:
            book, unit, debit, credit, phase, amount = item.split(",")
        except ValueError:
            raise MalformedError("legs", item) from None
        if phase not in PHASES or debit == credit or not (book and unit and debit and credit):
            raise MalformedError("legs", item)
        found.append((book, unit, debit, credit, phase, positive(amount, "legs")))
    return found


def lots(fields: Texts) -> list[NewLot]:
    """The field `lots`: points that come in together."""
    found: list[NewLot] = []
    value = fields["lots"]
    for item in value.split(";") if value else ():
        try:
            lot, leg, obligor, issuer, funding, expiry, currency, cost, amount = item.split(",")
        except ValueError:
            raise MalformedError("lots", item) from None
        expires_at = time_us(expiry, "lots") if expiry else NEVER
        made = (integer(cost, "lots"), positive(amount, "lots"))
        found.append((lot, leg, obligor, issuer, funding, expires_at, currency, *made))
    return found


def uses(fields: Texts) -> list[Use]:
    """The field `uses`: what is taken from, given to, pinned in or unpinned in a lot."""
    found: list[Use] = []
    for lot, action, amount in _parts(fields["uses"], "uses", 3):
        if action not in ACTIONS:
            raise MalformedError("uses", action)
        found.append((lot, action, positive(amount, "uses")))
    return found


def expiries(fields: Texts) -> list[tuple[str, int]]:
    """The field `expiries`: lots whose expiry is set anew."""
    return [
        (lot, time_or(expiry, "expiries", NEVER))
        for lot, expiry in _parts(fields["expiries"], "expiries", 2)
    ]


def obligations(fields: Texts) -> list[Obligation]:
    """The field `obls`: what one partner now owes another in money."""
    return [
        (
            debtor,
            creditor,
            currency,
            positive(window, "obls"),
            positive(amount, "obls"),
            contract,
            kind,
        )
        for debtor, creditor, currency, window, amount, contract, kind in _parts(
            fields["obls"], "obls", 7
        )
    ]


def reserves(fields: Texts) -> list[tuple[str, str, int]]:
    """The field `reserve`: exposure that a hold keeps free (debtor, currency, amount)."""
    return [
        (debtor, currency, integer(amount, "reserve"))
        for debtor, currency, amount in _parts(fields["reserve"], "reserve", 3)
    ]
