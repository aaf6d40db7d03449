"""Checks that several rules share; each gives a refusal or None and reads only the state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.clock import DAY, local_day
from domain.errors import Refusal
from domain.money import AMOUNT_MAX, COUNTER_MAX

if TYPE_CHECKING:
    from domain.ledger.commands import Actor
    from domain.ledger.records import Consent, Contract
    from domain.ledger.state import State

REDEEM = "REDEEM"
EXCHANGE = "EXCHANGE"
CONSENT_ACTIONS = (REDEEM, EXCHANGE)
BACKDATE_PARTNER_MAX = 90 * DAY  # LEDGER section 6: what the scope `backdate` allows a partner


def amount_out_of_range(amount: int, *path: str) -> Refusal | None:
    """Refuse amounts outside 1 to ``AMOUNT_MAX``."""
    if 1 <= amount <= AMOUNT_MAX:
        return None
    return Refusal(
        "AMOUNT_OUT_OF_RANGE",
        path or ("input", "amount"),
        {"amount": amount, "minimum": 1, "maximum": AMOUNT_MAX},
    )


def unknown_unit(state: State, unit: str, field: str = "unit") -> Refusal | None:
    """Refuse a unit that the network does not have."""
    return (
        None
        if unit in state.reference.units
        else Refusal("UNIT_UNKNOWN", ("input", field), {"unit": unit})
    )


def unknown_member(state: State, member: str, field: str = "memberId") -> Refusal | None:
    """Refuse a member that the network does not have."""
    return (
        None
        if member in state.members
        else Refusal("MEMBER_UNKNOWN", ("input", field), {"member": member})
    )


def erased_member(state: State, member: str, field: str = "memberId") -> Refusal | None:
    """Refuse a member that was erased: nothing touches its book any more (LEDGER section 9)."""
    return (
        Refusal("MEMBER_ERASED", ("input", field), {"member": member})
        if state.members.get(member)
        else None
    )


def absent_member(state: State, member: str) -> Refusal | None:
    """Refuse a member that is not there: never enrolled, or erased."""
    if state.members.get(member) == 0:
        return None
    return unknown_member(state, member) or erased_member(state, member)


def not_permitted(actor: Actor, *path: str) -> Refusal:
    """Return the refusal of someone who may not do that; it names nobody but the caller."""
    return Refusal("NOT_PERMITTED", path or ("input",), {"partner": actor.partner})


def counter_limit(state: State, owner: str, unit: str, purpose: str, amount: int) -> Refusal | None:
    """Refuse what would lift a counter of an account above ``COUNTER_MAX``."""
    account = state.accounts.get((owner, unit, purpose))
    if account is None:
        return None
    room = COUNTER_MAX - amount
    if (
        account.debits_posted + account.debits_pending > room
        or account.credits_posted + account.credits_pending > room
    ):
        return Refusal("COUNTER_LIMIT", ("input", "amount"), {"maximum": COUNTER_MAX})
    return None


def costly(cost: int) -> Refusal | None:
    """Refuse a lot whose cost no column could hold: a price can be 10^12 a point."""
    if cost <= COUNTER_MAX:
        return None
    return Refusal("COUNTER_LIMIT", ("input", "amount"), {"maximum": COUNTER_MAX})


def misdated(effective: int, now: int, backdate_max: int) -> Refusal | None:
    """Refuse an effective time ahead of now, or further back than the caller may date."""
    path = ("input", "effectiveAt")
    if effective > now:
        return Refusal("EFFECTIVE_IN_FUTURE", path, {"maximum": now})
    if effective < now - backdate_max:
        return Refusal("BACKDATE_NOT_PERMITTED", path, {"minimum": now - backdate_max})
    return None


def find_consent(
    state: State, owner: str, actor: Actor, unit: str, action: str, amount: int, now: int
) -> Consent | Refusal:
    """Return the live consent that covers ``amount``, the one that ends first; else the refusal."""
    live = [
        consent
        for consent in state.consents.get(owner, {}).values()
        if consent.partner == actor.partner
        and consent.unit == unit
        and consent.action == action
        and not consent.revoked_seq
        and consent.expires_at > now
    ]
    if not live:
        return Refusal(
            "CONSENT_REQUIRED",
            ("input", "memberId"),
            {"partner": actor.partner, "unit": unit, "action": action},
        )
    # An overdue hold has ended, and gives back what it used, before its time-out entry stands.
    back: dict[str, int] = {}
    for hold in state.overdue_holds(owner, unit, now):
        back[hold.consent] = back.get(hold.consent, 0) + hold.amount
    left = max(consent.max - consent.used + back.get(consent.id, 0) for consent in live)
    covering = [
        consent
        for consent in live
        if not consent.max or consent.used - back.get(consent.id, 0) + amount <= consent.max
    ]
    if not covering:
        return Refusal(
            "CONSENT_LIMIT_EXCEEDED", ("input", "amount"), {"available": left, "required": amount}
        )
    return min(covering, key=lambda consent: (consent.expires_at, consent.seq))


def cap_day(contract: Contract | None, now: int) -> str:
    """Return the day on which a use of the contract counts, empty where it has no daily cap."""
    return local_day(now, contract.zone) if contract is not None and contract.capped else ""


def over_daily_cap(
    state: State, owner: str, contract: Contract, day: str, amount: int
) -> Refusal | None:
    """Refuse what would pass the member's, then the pair's, daily cap (source minor units)."""
    for code, holder, cap in (
        ("MEMBER_CAP_EXCEEDED", owner, contract.member_cap),
        ("PAIR_CAP_EXCEEDED", "", contract.pair_cap),
    ):
        if cap:
            left = cap - state.used(holder, contract.id, day)
            if amount > left:
                return Refusal(
                    code, ("input", "amount"), {"available": left, "required": amount, "day": day}
                )
    return None
