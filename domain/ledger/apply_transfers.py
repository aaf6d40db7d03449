"""What transfers change besides accounts and lots: consents, quotes, caps, holds, reserves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.clock import parse_instant
from domain.ids import split_cite
from domain.ledger.model import POSTED, Hold
from domain.ledger.records import CAPTURED, EXPIRED_STATE, PENDING_STATE, VOIDED, Quote

if TYPE_CHECKING:
    from domain.ledger.apply import Stamp
    from domain.ledger.model import Effect
    from domain.ledger.state import State

_ENDS = {"hold.captured": CAPTURED, "hold.voided": VOIDED, "hold.expired": EXPIRED_STATE}


def apply_spend(state: State, effect: Effect, stamp: Stamp) -> None:
    """Count a redemption or an exchange towards its consent, its quote and its daily caps."""
    fields = effect.fields
    source = effect.legs[0]
    if fields["consent"]:
        _use_consent(state, source.book, fields["consent"], source.amount)
    if fields["day"]:
        _count(state, source.book, split_cite(fields["contract"])[0], fields["day"], source.amount)
    quote = fields.get("quote")
    if quote:
        key = (source.book, quote)
        state.quotes[key] = replace(state.quotes[key], used_seq=stamp.seq)
        state.touch("quote", *key)


def _use_consent(state: State, owner: str, consent: str, amount: int) -> None:
    consents = state.consents[owner]
    consents[consent] = replace(consents[consent], used=consents[consent].used + amount)
    state.touch("consent", owner, consent)


def _count(state: State, owner: str, contract: str, day: str, amount: int) -> None:
    for holder in (owner, ""):
        key = (holder, contract, day)
        state.usage[key] = state.usage.get(key, 0) + amount
        state.touch("cap_usage", *key)


def apply_hold_placed(state: State, effect: Effect, stamp: Stamp) -> None:
    """Make the hold known and keep its part of its debtors' caps."""
    fields, leg = effect.fields, effect.legs[0]
    apply_spend(state, effect, stamp)
    state.add_hold(
        Hold(
            leg.book,
            fields["hold"],
            leg.unit,
            leg.amount,
            fields["acceptor"],
            fields["contract"],
            fields["consent"],
            parse_instant(fields["deadline"]),
            effect.reserve,
            PENDING_STATE,
            0,
            stamp.seq,
            0,
            [(use.seq, use.n, use.amount) for use in effect.uses],
        )
    )
    state.touch("hold", leg.book, fields["hold"])
    _reserve(state, effect, 1)


def apply_hold_ended(state: State, effect: Effect, stamp: Stamp) -> None:
    """End a hold: captured, voided or timed out; what was not captured goes back to its consent."""
    hold = state.holds[effect.legs[0].book, effect.fields["hold"]]
    captured = sum(leg.amount for leg in effect.legs if leg.phase == POSTED)
    hold.state = _ENDS[effect.kind]
    hold.captured = captured
    hold.ended_seq = stamp.seq
    state.touch("hold", hold.owner, hold.id)
    if hold.consent:
        _use_consent(state, hold.owner, hold.consent, captured - hold.amount)
    _reserve(state, effect, -1)


def _reserve(state: State, effect: Effect, sign: int) -> None:
    for part in effect.reserve:
        state.credit_line(part.debtor, part.currency).reserved += sign * part.amount
        state.touch("credit_line", part.debtor, part.currency)


def apply_quote(state: State, effect: Effect, stamp: Stamp) -> None:
    """Make a quote known."""
    fields = effect.fields
    key = (fields["member"], fields["quote"])
    state.quotes[key] = Quote(
        *key,
        fields["partner"],
        fields["contract"],
        int(fields["source"]),
        int(fields["target"]),
        parse_instant(fields["expires"]),
        stamp.seq,
        0,
    )
    state.touch("quote", *key)


def apply_merged(state: State, effect: Effect, stamp: Stamp) -> None:
    """Remember which lots the merged one stands for: a reversal may look for them."""
    owner, unit = effect.wallet_of(effect.lots[0])
    sources = tuple((use.owner, use.unit, use.seq, use.n) for use in effect.uses)
    state.merges[owner, unit, stamp.seq, 0] = sources


def apply_reversed(state: State, effect: Effect, stamp: Stamp) -> None:
    """Add the part to what is reversed of its original, in every book that the original touched."""
    del stamp
    original, part, of = effect.fields["original"], int(effect.fields["part"]), -1
    for book in {leg.book for leg in effect.legs}:
        known = state.originals.get((book, original))
        if known is not None:
            state.originals[book, original] = known._replace(reversed=known.reversed + part)
            of = known.seq
    for owed in effect.obligations:
        state.give_back(of, owed.debtor, owed.creditor, owed.amount)
