"""Erasure: a member's key is destroyed, and its book closed for good (LEDGER section 9).

What the log says of the member stays, under a pseudonym that leads nowhere any more: the payloads
that said who it was cannot be read, and no commitment to them can be guessed at. So nothing may be
open: what the member holds expires, what it consented to ends, and nothing touches the book again.

A hold must have ended first: the acceptor was promised its points. A debt stays where it is. It is
the issuer's loss, no later issue will repay it, and a right that waits for its payment is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import Refusal
from domain.ids import derived_id
from domain.ledger.checks import absent_member, not_permitted
from domain.ledger.inactivity import expiry_of
from domain.ledger.lots import time_outs, unpinned
from domain.ledger.model import LOT_USES_MAX, Decision, Effect, spending_order
from domain.ledger.records import PENDING_STATE

if TYPE_CHECKING:
    from domain.ledger.commands import EraseMember
    from domain.ledger.model import Hold
    from domain.ledger.state import State

ERASE_CODES = (
    "NOT_PERMITTED",
    "PERSON_REQUIRED",
    "MEMBER_UNKNOWN",
    "MEMBER_ERASED",
    "MEMBER_HAS_HOLD",
)


def decide_erase(state: State, command: EraseMember, now: int) -> Decision | Refusal:
    """Decide an erasure by one of the operator's people, in the order of ``ERASE_CODES``.

    Before its own entry stand those that end overdue holds, expire what each wallet holds, past its
    time or not, and revoke live consents. Quotes need no entry: none can be used any more.
    """
    if not command.actor.is_operator:
        return not_permitted(command.actor)
    if not command.actor.person:
        return Refusal("PERSON_REQUIRED", ("input",), {})
    owner = command.owner
    refusal = absent_member(state, owner)
    if refusal is not None:
        return refusal
    units = sorted(unit for unit in state.reference.units if (owner, unit) in state.lots)
    for unit in units:
        hold = _open_hold(state, owner, unit, now)
        if hold is not None:
            facts: dict[str, str | int] = {"hold": hold.id, "deadline": hold.deadline}
            return Refusal("MEMBER_HAS_HOLD", ("input", "memberId"), facts)
    effects: list[Effect] = []
    for unit in units:
        effects += _emptied(state, command, unit, now, len(effects))
    for consent in sorted(state.consents.get(owner, {}).values(), key=lambda one: one.seq):
        if not consent.revoked_seq and consent.expires_at > now:
            id_ = derived_id(command.id, len(effects))
            fields = {"consent": consent.id, "member": owner}
            effects.append(Effect("consent.revoked", id_, fields))
    fields = {"member": owner, "commitment": state.commitments[owner]}
    return Decision((*effects, Effect("subject.erased", command.id, fields)))


def _open_hold(state: State, owner: str, unit: str, now: int) -> Hold | None:
    """Return a hold that has neither ended nor passed its deadline."""
    for hold in state.holds_by_wallet.get((owner, unit), ()):
        if hold.state == PENDING_STATE and hold.deadline > now:
            return hold
    return None


def _emptied(
    state: State, command: EraseMember, unit: str, now: int, before: int
) -> tuple[Effect, ...]:
    """Return what ends a wallet's overdue holds and expires all that it then holds."""
    free, overdue = unpinned(state, command.owner, unit, now)
    effects = time_outs(overdue, command, now, before)
    free.sort(key=lambda draw: spending_order(draw.lot))
    for start in range(0, len(free), LOT_USES_MAX):
        id_ = derived_id(command.id, before + len(effects))
        draws = free[start : start + LOT_USES_MAX]
        effects += (expiry_of(draws, command, command.owner, unit, now, id_),)
    return effects
