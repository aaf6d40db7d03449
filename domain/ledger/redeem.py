"""Redeem: points leave a wallet for goods; their obligors owe the acceptor (LEDGER 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.errors import Refusal
from domain.ledger.checks import (
    REDEEM,
    absent_member,
    amount_out_of_range,
    cap_day,
    counter_limit,
    find_consent,
    not_permitted,
    over_daily_cap,
    unknown_unit,
)
from domain.ledger.lots import (
    Draw,
    Wallet,
    draw,
    open_wallet,
    oversized,
    preceding,
    short,
    times,
    uses,
)
from domain.ledger.merging import gathered
from domain.ledger.model import POSTED, REDEEMED, TAKE, WALLET, Decision, Effect, Leg
from domain.ledger.records import ACCEPTANCE
from domain.obligations.exposure import over_cap
from domain.obligations.pricing import Debts, obligations, redemption_debts

if TYPE_CHECKING:
    from domain.ledger.commands import PlaceHold, RedeemPoints
    from domain.ledger.records import Contract, Unit
    from domain.ledger.state import State

REDEEM_CODES = (
    "AMOUNT_OUT_OF_RANGE",
    "UNIT_UNKNOWN",
    "MEMBER_UNKNOWN",
    "MEMBER_ERASED",
    "NOT_PERMITTED",
    "CONTRACT_MISSING",
    "CONSENT_REQUIRED",
    "CONSENT_LIMIT_EXCEEDED",
    "INSUFFICIENT_POINTS",
    "TOO_MANY_LOTS",
    "MEMBER_CAP_EXCEEDED",
    "PAIR_CAP_EXCEEDED",
    "COUNTER_LIMIT",
    "NET_DEBIT_CAP_EXCEEDED",
)


class Spend(NamedTuple):
    """What a redemption or a hold may take, checked but for exposure."""

    unit: Unit
    contract: Contract | None
    consent: str
    day: str
    wallet: Wallet
    draws: list[Draw]
    debts: Debts

    @property
    def cites(self) -> dict[str, str]:
        """Return the entry's fields that name contract, consent and the day of the cap."""
        cite = self.contract.cite if self.contract else ""
        return {"contract": cite, "consent": self.consent, "day": self.day}


def prepare_spend(state: State, command: RedeemPoints | PlaceHold, now: int) -> Spend | Refusal:
    """Check all that a redemption and a hold have in common, in the order of ``REDEEM_CODES``."""
    amount, acceptor = command.amount, command.actor.partner
    refusal = (
        amount_out_of_range(amount)
        or unknown_unit(state, command.unit)
        or absent_member(state, command.owner)
    )
    if refusal is not None:
        return refusal
    partner = state.reference.partners.get(acceptor)
    if partner is None or not partner.acceptor:
        return not_permitted(command.actor)
    unit = state.reference.units[command.unit]
    contract = state.reference.contract_at(ACCEPTANCE, unit.code, acceptor, now)
    missing = Refusal(
        "CONTRACT_MISSING",
        ("input", "unit"),
        {"type": ACCEPTANCE, "source": unit.code, "other": acceptor},
    )
    consent = ""
    if acceptor != unit.owner:
        if contract is None:
            return missing
        found = find_consent(state, command.owner, command.actor, unit.code, REDEEM, amount, now)
        if isinstance(found, Refusal):
            return found
        consent = found.id
    wallet = open_wallet(state, command.owner, unit.code, now)
    wallet = gathered(state, wallet, amount, command, now)
    draws = draw(wallet.free, amount)
    if contract is None and any(lot.obligor != acceptor for lot, _ in draws):
        return missing
    refusal = short(wallet, amount)
    if refusal is not None:
        return refusal
    day = cap_day(contract, now)
    if contract is not None and day:
        refusal = over_daily_cap(state, command.owner, contract, day, amount)
    refusal = refusal or counter_limit(state, command.owner, unit.code, REDEEMED, amount)
    if refusal is not None:
        return refusal
    debts = redemption_debts(
        [(lot.obligor, taken) for lot, taken in draws], unit, contract, acceptor
    )
    return Spend(unit, contract, consent, day, wallet, draws, debts)


def decide_redeem(state: State, command: RedeemPoints, now: int) -> Decision | Refusal:
    """Decide a redemption; refusals come in the order of ``REDEEM_CODES``."""
    spend = prepare_spend(state, command, now)
    if isinstance(spend, Refusal):
        return spend
    owed = obligations(state, spend.debts, spend.contract)
    refusal = over_cap(state, command.actor, owed, ended=spend.wallet.overdue)
    if refusal is not None:
        return refusal
    effect = Effect(
        "points.redeemed",
        command.id,
        {**times(command, now), **spend.cites, "quote": "", "acceptor": command.actor.partner},
        legs=(Leg(command.owner, spend.unit.code, WALLET, REDEEMED, POSTED, command.amount),),
        uses=uses(spend.draws, TAKE),
        obligations=owed,
    )
    return oversized(effect) or Decision((*preceding(spend.wallet, command, now), effect))
