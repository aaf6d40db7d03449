"""What the music shop's customers do at the other brands: a rule, seeded, the same on every run.

For each purchase, SHA-512 of the seed, the row and the customer gives the dice. Nothing else is
random, so the same seed and the same purchases give the same acts. ``STATEMENT`` says the rule in
words; the demonstration prints it.
"""

from __future__ import annotations

import hashlib
import struct
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from api.demo.brands import AIR, BEAN, BOOKS, CAFE, MILE, MUSIC, NOTE, PAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = "dure-demo-1"

STATEMENT = (
    f"What customers do beyond buying music is made up by a seeded rule (seed {SEED}): dice from "
    "SHA-512 of seed, row and customer. After a purchase, 1 customer in 24 also buys coffee, 1 in "
    "32 a book, 1 in 60 flies, and 1 in 3 of these exchanges it for notes; 1 in 8 exchanges "
    "notes, a tenth of these by quote; 1 in 11 redeems, else 1 in 50 has points held first, else 1 "
    "in 200 gives some away; 1 in 50 has an earlier deal reversed. Some ask for more than they "
    "have, some forget the consent they need: these are refused."
)


class Kind(Enum):
    """What is done."""

    ISSUE = "issue"
    EXCHANGE = "exchange"
    QUOTED = "quoted exchange"
    REDEEM = "redeem"
    HOLD = "hold"
    GIFT = "gift"
    CONSENT = "consent"
    REVERSE = "reverse"


class HoldEnd(Enum):
    """How a hold ends; a hold that is left alone times out."""

    CAPTURE = "capture"
    PART = "part"
    VOID = "void"
    LEFT = "left"


class Act(NamedTuple):
    """One thing that a member does, or that a brand does for one.

    ``partner`` acts, on ``amount`` minor units of ``unit``; ``target`` is an exchange's other unit.
    """

    kind: Kind
    partner: str
    unit: str
    amount: int
    target: str = ""
    end: HoldEnd = HoldEnd.LEFT


_EXCHANGES = (BEAN, BEAN, MILE, MILE, PAGE)
# Where notes are redeemed: mostly at home; the others need a contract and the member's consent.
_REDEEMERS = (MUSIC, MUSIC, MUSIC, CAFE, BOOKS)
_ENDS = (
    HoldEnd.CAPTURE,
    HoldEnd.CAPTURE,
    HoldEnd.CAPTURE,
    HoldEnd.PART,
    HoldEnd.VOID,
    HoldEnd.LEFT,
)


_THROWS = struct.Struct(">32H")
_ONE = 1 << 16


class Dice:
    """Throws that depend on nothing but the seed, the row and the customer."""

    def __init__(self, row: int, customer: str) -> None:
        """Shake: 32 bytes, two for each throw."""
        self._throws: Iterator[int] = iter(
            _THROWS.unpack(hashlib.sha512(f"{SEED}|{row}|{customer}".encode()).digest())
        )

    def below(self, sides: int) -> int:
        """Return 0 to ``sides`` - 1, for up to 32 throws."""
        return next(self._throws) * sides >> 16

    def one_in(self, sides: int) -> bool:
        """Tell whether a chance of one in ``sides`` came true."""
        return next(self._throws) * sides < _ONE


def acts_after(row: int, customer: str, points: int) -> list[Act]:
    """Return what follows a purchase that earned ``points`` notes, in order."""
    dice = Dice(row, customer)
    acts: list[Act] = []
    if dice.one_in(24):
        acts += _elsewhere(dice, CAFE, BEAN, 15 + dice.below(85))
    if dice.one_in(32):
        acts += _elsewhere(dice, BOOKS, PAGE, 80 + dice.below(520))
    if dice.one_in(60):
        acts += _elsewhere(dice, AIR, MILE, 30_000 + dice.below(60_000))
    if points < 10:  # noqa: PLR2004 -- too few notes to give a bean for half of them
        return acts
    if dice.one_in(8):
        # One in twelve asks for more than the purchase earned, which may be more than there is.
        amount = points * 3 if dice.one_in(12) else points // 2
        kind = Kind.QUOTED if dice.one_in(10) else Kind.EXCHANGE
        acts.append(Act(kind, MUSIC, NOTE, amount, target=_EXCHANGES[dice.below(5)]))
    if dice.one_in(11):
        acts.extend(_redemption(dice, points))
    elif dice.one_in(50):
        end = _ENDS[dice.below(6)]
        acts.append(Act(Kind.HOLD, MUSIC, NOTE, max(1, points // 3), end=end))
    elif dice.one_in(200):
        acts.append(Act(Kind.GIFT, MUSIC, NOTE, max(1, points // 4)))
    if dice.one_in(50):
        acts.append(Act(Kind.REVERSE, MUSIC, NOTE, 1 + dice.below(4)))
    return acts


def _elsewhere(dice: Dice, partner: str, unit: str, amount: int) -> list[Act]:
    """A visit to another brand; one in three exchanges for notes what it earned."""
    visit = Act(Kind.ISSUE, partner, unit, amount)
    if dice.one_in(3):
        return [visit, Act(Kind.EXCHANGE, partner, unit, amount, target=NOTE)]
    return [visit]


def _redemption(dice: Dice, points: int) -> list[Act]:
    """Redeem some of the notes; one in four at another brand forgets to ask for consent."""
    partner = _REDEEMERS[dice.below(5)]
    amount = points * 2 if dice.one_in(10) else max(1, points // 3)
    redeem = Act(Kind.REDEEM, partner, NOTE, amount)
    if partner == MUSIC or dice.one_in(4):
        return [redeem]
    return [Act(Kind.CONSENT, partner, NOTE, amount * 2), redeem]
