"""What the rule says, as commands; what follows on a later evening is kept until then.

A hold is captured or voided, and a deal reversed, at the earliest on the evening after.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple, TypedDict

import orjson

from api.demo.brands import BY_UNIT
from api.demo.rule import Act, HoldEnd, Kind
from domain.clock import DAY
from domain.ledger.checks import REDEEM
from domain.ledger.commands import (
    Actor,
    CaptureHold,
    Command,
    ExchangePoints,
    GiftPoints,
    GiveQuote,
    GrantConsent,
    IssuePoints,
    PlaceHold,
    RedeemPoints,
    ReverseTransfer,
    VoidHold,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from api.bootstrap import Network
    from api.demo.admit import People
    from domain.store.answers import Answer

HOLD_LIFE = 10 * DAY  # the next evening is at most a week away
CONSENT_LIFE = 365 * DAY
QUARTERS = 4  # a reversal gives back one to four quarters of a deal
REVERSIBLE = ("points.exchanged", "points.redeemed", "hold.captured")


class _Base(TypedDict):
    """What every command of a member's book has."""

    actor: Actor
    id: str
    key: str
    request: bytes
    received_at: int
    owner: str


class _Deal(NamedTuple):
    """A member's latest deal that may be reversed: who made it, and its source amount."""

    actor: Actor
    transfer: str
    amount: int


class Acts:
    """Turns acts into commands, evening by evening."""

    def __init__(self, network: Network, people: People) -> None:
        """Act in ``network`` as ``people``."""
        self._network = network
        self._people = people
        self._later: list[Command] = []
        self._deals: dict[str, _Deal] = {}
        self._deals_new: dict[str, _Deal] = {}
        self._made = 0

    def begin_evening(self) -> list[Command]:
        """Return what was left for this evening."""
        self._deals.update(self._deals_new)
        self._deals_new = {}
        due, self._later = self._later, []
        return due

    def commands(self, acts: Iterable[Act], owner: str, other: str) -> list[Command]:
        """Return the commands of one member's acts; ``other`` is whom it gives points to."""
        return [made for act in acts for made in self._commands(act, owner, other)]

    def learn(self, commands: Sequence[Command], answers: Sequence[Answer]) -> None:
        """Remember accepted deals: a later evening may reverse them."""
        for command, answer in zip(commands, answers, strict=True):
            if answer.effect is not None and answer.kind in REVERSIBLE:
                # A capture's first leg releases what was held, its last one posts what was taken.
                leg = answer.effect.legs[-1 if isinstance(command, CaptureHold) else 0]
                self._deals_new[command.member()] = _Deal(command.actor, answer.id, leg.amount)

    def _commands(self, act: Act, owner: str, other: str) -> list[Command]:
        base = self._base(self._people.brands[act.partner], act, owner)
        match act.kind:
            case Kind.ISSUE:
                return [IssuePoints(**base, unit=act.unit, amount=act.amount)]
            case Kind.EXCHANGE:
                return [
                    ExchangePoints(**base, source=act.unit, target=act.target, amount=act.amount)
                ]
            case Kind.QUOTED:
                return self._quoted(base, act)
            case Kind.REDEEM:
                return [RedeemPoints(**base, unit=act.unit, amount=act.amount)]
            case Kind.CONSENT:
                return [self._consent(act, owner)]
            case Kind.GIFT:
                if other in ("", owner):
                    return []
                return [GiftPoints(**base, recipient=other, unit=act.unit, amount=act.amount)]
            case Kind.HOLD:
                return [self._hold(base, act)]
            case Kind.REVERSE:
                return self._reversal(act, owner)

    def _base(self, actor: Actor, act: Act, owner: str) -> _Base:
        self._made += 1
        key = f"demo:{self._made}"
        given = {
            "amount": str(act.amount),
            "memberId": owner,
            "target": act.target,
            "unit": act.unit,
        }
        document = {"input": given, "key": key, "mutation": act.kind.value}
        return _Base(
            actor=actor,
            id=self._network.ids.entity(),
            key=key,
            # All keys and values are plain strings, so sorting makes it RFC 8785.
            request=orjson.dumps(document, option=orjson.OPT_SORT_KEYS),
            received_at=self._network.clock.now(),
            owner=owner,
        )

    def _quoted(self, base: _Base, act: Act) -> list[Command]:
        quote = GiveQuote(**base, source=act.unit, target=act.target, amount=act.amount)
        again = self._base(base["actor"], act, base["owner"])
        exchange = ExchangePoints(
            **again, source=act.unit, target=act.target, amount=act.amount, quote=quote.id
        )
        return [quote, exchange]

    def _consent(self, act: Act, owner: str) -> Command:
        vouching = self._people.brands[BY_UNIT[act.unit].code]
        base = self._base(vouching, act, owner)
        return GrantConsent(
            **base,
            partner=act.partner,
            unit=act.unit,
            action=REDEEM,
            max=act.amount,
            evidence=hashlib.sha256(base["request"]).hexdigest(),
            expires_at=self._network.clock.now() + CONSENT_LIFE,
        )

    def _hold(self, base: _Base, act: Act) -> Command:
        deadline = self._network.clock.now() + HOLD_LIFE
        hold = PlaceHold(**base, unit=act.unit, amount=act.amount, deadline=deadline)
        follow = self._base(base["actor"], act, base["owner"])
        if act.end is HoldEnd.CAPTURE:
            self._later.append(CaptureHold(**follow, hold=hold.id))
        elif act.end is HoldEnd.PART:
            part = act.amount // 2
            self._later.append(CaptureHold(**follow, hold=hold.id, amount=part))
        elif act.end is HoldEnd.VOID:
            self._later.append(VoidHold(**follow, hold=hold.id))
        return hold

    def _reversal(self, act: Act, owner: str) -> list[Command]:
        deal = self._deals.pop(owner, None)
        if deal is None:
            return []
        base = self._base(deal.actor, act, owner)
        amount = max(1, deal.amount * act.amount // QUARTERS)
        return [
            ReverseTransfer(**base, transfer=deal.transfer, amount=amount, reason="RETURNED_GOODS")
        ]
