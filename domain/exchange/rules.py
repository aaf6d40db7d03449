"""Quote and exchange: points of one brand become points of another at a contracted rate.

An exchange is started by the source unit's owner, or by the target's with the member's consent.
Without a quote the version in force now decides; a quote keeps its version and its rate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.clock import MINUTE, format_instant
from domain.errors import Refusal
from domain.exchange.conversion import conversion, target_lots
from domain.ids import split_cite
from domain.ledger.checks import (
    EXCHANGE,
    absent_member,
    amount_out_of_range,
    cap_day,
    counter_limit,
    find_consent,
    not_permitted,
    over_daily_cap,
    unknown_unit,
)
from domain.ledger.inactivity import lapse
from domain.ledger.lots import draw, open_wallet, oversized, preceding, short, times, uses
from domain.ledger.merging import gathered
from domain.ledger.model import EXCHANGED, POSTED, TAKE, WALLET, Decision, Effect, Leg
from domain.ledger.records import CONVERSION
from domain.money import AMOUNT_MAX
from domain.obligations.exposure import over_cap
from domain.obligations.pricing import obligations, price_exchange

if TYPE_CHECKING:
    from domain.ledger.commands import ExchangePoints, GiveQuote
    from domain.ledger.records import Contract, Unit
    from domain.ledger.state import State

QUOTE_LIFE = MINUTE  # long enough for a person to press a button, short enough to promise a rate

QUOTE_CODES = (
    "AMOUNT_OUT_OF_RANGE",
    "UNIT_UNKNOWN",
    "SAME_UNIT",
    "MEMBER_UNKNOWN",
    "MEMBER_ERASED",
    "NOT_PERMITTED",
    "CONTRACT_MISSING",
    "AMOUNT_TOO_SMALL",
)
EXCHANGE_CODES = (
    "AMOUNT_OUT_OF_RANGE",
    "UNIT_UNKNOWN",
    "SAME_UNIT",
    "MEMBER_UNKNOWN",
    "MEMBER_ERASED",
    "NOT_PERMITTED",
    "QUOTE_UNKNOWN",
    "QUOTE_USED",
    "QUOTE_EXPIRED",
    "QUOTE_MISMATCH",
    "CONTRACT_MISSING",
    "AMOUNT_TOO_SMALL",
    "CONSENT_REQUIRED",
    "CONSENT_LIMIT_EXCEEDED",
    "INSUFFICIENT_POINTS",
    "TOO_MANY_LOTS",
    "MEMBER_CAP_EXCEEDED",
    "PAIR_CAP_EXCEEDED",
    "COUNTER_LIMIT",
    "NET_DEBIT_CAP_EXCEEDED",
)


class Deal(NamedTuple):
    """An exchange priced: ``debited`` source minor units give ``given`` target minor units."""

    source: Unit
    target: Unit
    contract: Contract
    debited: int
    given: int


def _units(state: State, command: ExchangePoints | GiveQuote) -> Refusal | tuple[Unit, Unit]:
    refusal = (
        amount_out_of_range(command.amount)
        or unknown_unit(state, command.source, "fromUnit")
        or unknown_unit(state, command.target, "toUnit")
    )
    if refusal is None and command.source == command.target:
        refusal = Refusal("SAME_UNIT", ("input", "toUnit"), {"unit": command.target})
    refusal = refusal or absent_member(state, command.owner)
    if refusal is not None:
        return refusal
    units = state.reference.units
    source, target = units[command.source], units[command.target]
    if command.actor.partner not in (source.owner, target.owner):
        return not_permitted(command.actor)
    return source, target


def _deal(
    state: State, command: ExchangePoints | GiveQuote, contract: Contract | None
) -> Deal | Refusal:
    source, target = state.reference.units[command.source], state.reference.units[command.target]
    if contract is None:
        facts: dict[str, str | int] = {
            "type": CONVERSION,
            "source": source.code,
            "other": target.code,
        }
        return Refusal("CONTRACT_MISSING", ("input", "toUnit"), facts)
    rule = conversion(contract, source, target)
    given = rule.target_for(command.amount)
    if given == 0:
        return Refusal("AMOUNT_TOO_SMALL", ("input", "amount"), {"amount": command.amount})
    if given > AMOUNT_MAX:
        return Refusal(
            "AMOUNT_OUT_OF_RANGE",
            ("input", "amount"),
            {"amount": command.amount, "minimum": 1, "maximum": rule.least_source(AMOUNT_MAX)},
        )
    return Deal(source, target, contract, rule.least_source(given), given)


def decide_quote(state: State, command: GiveQuote, now: int) -> Decision | Refusal:
    """Decide a quote; refusals come in the order of ``QUOTE_CODES``."""
    units = _units(state, command)
    if isinstance(units, Refusal):
        return units
    contract = state.reference.contract_at(CONVERSION, command.source, command.target, now)
    deal = _deal(state, command, contract)
    if isinstance(deal, Refusal):
        return deal
    fields = {
        "quote": command.id,
        "member": command.owner,
        "partner": command.actor.partner,
        "contract": deal.contract.cite,
        "source": str(command.amount),
        "target": str(deal.given),
        "expires": format_instant(now + QUOTE_LIFE),
    }
    return Decision((Effect("quote.given", command.id, fields),))


def _quoted(state: State, command: ExchangePoints, now: int) -> Contract | Refusal:
    """Return the version that the quote keeps; the quote lives while received_at < expires_at."""
    path = ("input", "quoteId")
    quote = state.quotes.get((command.owner, command.quote))
    if quote is None or quote.partner != command.actor.partner:
        return Refusal("QUOTE_UNKNOWN", path, {"quote": command.quote})
    if quote.used_seq:
        return Refusal("QUOTE_USED", path, {"quote": quote.id})
    if (command.received_at or now) >= quote.expires_at:
        return Refusal("QUOTE_EXPIRED", path, {"quote": quote.id, "expires_at": quote.expires_at})
    contract = state.reference.contracts[split_cite(quote.contract)]
    if (contract.source, contract.target) != (command.source, command.target):
        return Refusal("QUOTE_MISMATCH", path, {"quote": quote.id, "reason": "units"})
    if quote.source != command.amount:
        return Refusal("QUOTE_MISMATCH", path, {"quote": quote.id, "reason": "amount"})
    return contract


def decide_exchange(state: State, command: ExchangePoints, now: int) -> Decision | Refusal:
    """Decide an exchange; refusals come in the order of ``EXCHANGE_CODES``."""
    units = _units(state, command)
    if isinstance(units, Refusal):
        return units
    found: Contract | Refusal | None
    if command.quote:
        found = _quoted(state, command, now)
        if isinstance(found, Refusal):
            return found
    else:
        found = state.reference.contract_at(CONVERSION, command.source, command.target, now)
    deal = _deal(state, command, found)
    if isinstance(deal, Refusal):
        return deal
    consent = ""
    if command.actor.partner != deal.source.owner:
        given = find_consent(
            state, command.owner, command.actor, deal.source.code, EXCHANGE, deal.debited, now
        )
        if isinstance(given, Refusal):
            return given
        consent = given.id
    return _carry_out(state, command, now, deal, consent)


def _carry_out(
    state: State, command: ExchangePoints, now: int, deal: Deal, consent: str
) -> Decision | Refusal:
    owner, source, target, contract = command.owner, deal.source, deal.target, deal.contract
    wallet = open_wallet(state, owner, source.code, now)
    wallet = gathered(state, wallet, deal.debited, command, now)
    refusal = short(wallet, deal.debited)
    if refusal is not None:
        return refusal
    day = cap_day(contract, now)
    draws = draw(wallet.free, deal.debited)
    parts = [(lot.obligor, amount) for lot, amount in draws]
    priced = price_exchange(parts, deal.given, source, target, contract)
    owed = obligations(state, priced.debts, contract)
    effect = Effect(
        "points.exchanged",
        command.id,
        {
            **times(command, now),
            "quote": command.quote,
            "contract": contract.cite,
            "consent": consent,
            "day": day,
        },
        legs=(
            Leg(owner, source.code, WALLET, EXCHANGED, POSTED, deal.debited),
            Leg(owner, target.code, EXCHANGED, WALLET, POSTED, deal.given),
        ),
        lots=target_lots(draws, priced, target, contract, (wallet.lapses_at, now)),
        uses=uses(draws, TAKE),
        obligations=owed,
    )
    before = preceding(wallet, command, now)
    lapsed = lapse(state, command, owner, target.code, now, len(before))
    refusal = oversized(effect)
    if day:
        refusal = refusal or over_daily_cap(state, owner, contract, day, deal.debited)
    refusal = (
        refusal
        or counter_limit(state, owner, source.code, EXCHANGED, deal.debited)
        or counter_limit(state, owner, target.code, WALLET, deal.given)
        or over_cap(state, command.actor, owed, ended=wallet.overdue + lapsed.overdue)
    )
    return refusal or Decision((*before, *lapsed.effects, effect))
