"""Issue and adjust: points come into a wallet as one lot (LEDGER sections 2 and 3).

An issue first repays what the wallet owes in the unit: the part is taken from the new lot at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.errors import Refusal
from domain.ledger.checks import (
    absent_member,
    amount_out_of_range,
    costly,
    counter_limit,
    misdated,
    not_permitted,
    unknown_unit,
)
from domain.ledger.inactivity import lapse
from domain.ledger.lots import draw, open_wallet, oversized, preceding, short, times, uses
from domain.ledger.merging import gathered
from domain.ledger.model import (
    ADJUSTED,
    DEBT,
    FREE,
    ISSUED,
    PAID,
    POSTED,
    TAKE,
    WALLET,
    Decision,
    Effect,
    Leg,
    LotOpened,
    LotUse,
    Obligation,
)
from domain.ledger.records import FUNDING
from domain.money import money_for
from domain.obligations.exposure import over_cap
from domain.obligations.pricing import funding_debts, obligations
from domain.partners.expiry import expires_at

if TYPE_CHECKING:
    from domain.ledger.commands import AdjustPoints, IssuePoints
    from domain.ledger.records import Contract, Unit
    from domain.ledger.state import State

ISSUE_CODES = (
    "AMOUNT_OUT_OF_RANGE",
    "UNIT_UNKNOWN",
    "MEMBER_UNKNOWN",
    "MEMBER_ERASED",
    "VALUE_INVALID",
    "NOT_PERMITTED",
    "EFFECTIVE_IN_FUTURE",
    "BACKDATE_NOT_PERMITTED",
    "CONTRACT_MISSING",
    "COUNTER_LIMIT",
    "NET_DEBIT_CAP_EXCEEDED",
)
ADJUST_CODES = (
    "AMOUNT_OUT_OF_RANGE",
    "UNIT_UNKNOWN",
    "MEMBER_UNKNOWN",
    "MEMBER_ERASED",
    "VALUE_INVALID",
    "NOT_PERMITTED",
    "EFFECTIVE_IN_FUTURE",
    "BACKDATE_NOT_PERMITTED",
    "COUNTER_LIMIT",
    "INSUFFICIENT_POINTS",
    "TOO_MANY_LOTS",
)
ADJUST_REASONS = ("CORRECTION", "GOODWILL", "FRAUD", "MIGRATION", "COMPLAINT")


class _Source(NamedTuple):
    """Who stands behind the points, and what they cost at issue."""

    obligor: str
    contract: Contract | None
    currency: str
    cost: int


def decide_issue(state: State, command: IssuePoints, now: int) -> Decision | Refusal:
    """Decide an issue; refusals come in the order of ``ISSUE_CODES``."""
    effective = command.effective_at or now
    refusal = (
        amount_out_of_range(command.amount)
        or unknown_unit(state, command.unit)
        or absent_member(state, command.owner)
    )
    if refusal is None and command.funding not in (FREE, PAID):
        refusal = Refusal(
            "VALUE_INVALID",
            ("input", "funding"),
            {"value": command.funding, "reason": "FREE or PAID"},
        )
    if refusal is None:
        partner = state.reference.partners.get(command.actor.partner)
        if partner is None or not partner.issuer:
            refusal = not_permitted(command.actor, "input", "unit")
    refusal = refusal or misdated(effective, now, command.backdate_max)
    if refusal is not None:
        return refusal
    unit = state.reference.units[command.unit]
    source = _source(state, command, unit, effective)
    if isinstance(source, Refusal):
        return source
    refusal = costly(source.cost) or counter_limit(
        state, command.owner, unit.code, WALLET, command.amount
    )
    owed: tuple[Obligation, ...] = ()
    if source.contract is not None:
        debts = funding_debts(command.amount, unit, source.contract, command.actor.partner)
        owed = obligations(state, debts, source.contract)
    lapsed = lapse(state, command, command.owner, unit.code, now)
    refusal = refusal or over_cap(state, command.actor, owed, ended=lapsed.overdue)
    if refusal is not None:
        return refusal
    lot = LotOpened(
        0,
        source.obligor,
        command.actor.partner,
        command.funding,
        expires_at(unit.expiry, unit.zone, effective),
        source.currency,
        source.cost,
        command.amount,
    )
    legs = [Leg(command.owner, unit.code, ISSUED, WALLET, POSTED, command.amount)]
    repaid: tuple[LotUse, ...] = ()
    debt = debt_of(state, command.owner, unit.code)
    if debt:
        part = min(debt, command.amount)
        legs.append(Leg(command.owner, unit.code, WALLET, DEBT, POSTED, part))
        seq = state.size + len(lapsed.effects)
        repaid = (LotUse(command.owner, unit.code, seq, 0, TAKE, part),)
    fields = {
        **times(command, effective),
        "contract": source.contract.cite if source.contract else "",
    }
    effect = Effect(
        "points.issued",
        command.id,
        fields,
        legs=tuple(legs),
        lots=(lot,),
        uses=repaid,
        obligations=owed,
    )
    return Decision((*lapsed.effects, effect))


def debt_of(state: State, owner: str, unit: str) -> int:
    """Return what the book owes in the unit: points once given, spent, and then taken back."""
    account = state.accounts.get((owner, unit, DEBT))
    return account.debits_posted - account.credits_posted if account else 0


def _source(state: State, command: IssuePoints, unit: Unit, effective: int) -> _Source | Refusal:
    issuer = command.actor.partner
    if issuer == unit.owner:
        cost = money_for(command.amount, unit.scale, unit.nominal)
        return _Source(unit.owner, None, unit.currency, cost)
    contract = state.reference.contract_at(FUNDING, unit.code, issuer, effective)
    if contract is None:
        return Refusal(
            "CONTRACT_MISSING",
            ("input", "unit"),
            {"type": FUNDING, "source": unit.code, "other": issuer},
        )
    cost = money_for(command.amount, unit.scale, contract.price)
    return _Source(unit.owner if unit.prepaid else issuer, contract, contract.currency, cost)


def decide_adjust(state: State, command: AdjustPoints, now: int) -> Decision | Refusal:
    """Decide a correction by the unit's owner; refusals come in the order of ``ADJUST_CODES``."""
    effective = command.effective_at or now
    refusal = (
        amount_out_of_range(abs(command.amount))
        or unknown_unit(state, command.unit)
        or absent_member(state, command.owner)
    )
    if refusal is None and command.reason not in ADJUST_REASONS:
        facts: dict[str, str | int] = {
            "value": command.reason[:64],
            "reason": " ".join(ADJUST_REASONS),
        }
        refusal = Refusal("VALUE_INVALID", ("input", "reason"), facts)
    if refusal is None and state.reference.units[command.unit].owner != command.actor.partner:
        refusal = not_permitted(command.actor, "input", "unit")
    refusal = refusal or misdated(effective, now, command.backdate_max)
    refusal = refusal or counter_limit(
        state, command.owner, command.unit, WALLET, abs(command.amount)
    )
    if refusal is not None:
        return refusal
    unit = state.reference.units[command.unit]
    fields = {**times(command, effective), "reason": command.reason}
    if command.amount > 0:
        cost = money_for(command.amount, unit.scale, unit.nominal)
        refusal = costly(cost)
        if refusal is not None:
            return refusal
        leg = Leg(command.owner, unit.code, ADJUSTED, WALLET, POSTED, command.amount)
        expiry = expires_at(unit.expiry, unit.zone, effective)
        lot = LotOpened(
            0, unit.owner, unit.owner, FREE, expiry, unit.currency, cost, command.amount
        )
        effect = Effect("points.adjusted", command.id, fields, legs=(leg,), lots=(lot,))
        return Decision((*lapse(state, command, command.owner, unit.code, now).effects, effect))
    return _adjust_down(state, command, now, fields)


def _adjust_down(
    state: State, command: AdjustPoints, now: int, fields: dict[str, str]
) -> Decision | Refusal:
    amount = -command.amount
    wallet = open_wallet(state, command.owner, command.unit, now)
    wallet = gathered(state, wallet, amount, command, now)
    refusal = short(wallet, amount)
    if refusal is not None:
        return refusal
    leg = Leg(command.owner, command.unit, WALLET, ADJUSTED, POSTED, amount)
    effect = Effect(
        "points.adjusted",
        command.id,
        fields,
        legs=(leg,),
        uses=uses(draw(wallet.free, amount), TAKE),
    )
    return oversized(effect) or Decision((*preceding(wallet, command, now), effect))
