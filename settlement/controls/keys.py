"""Keys of whoever may act for the operator: agreed on by two people (FINANCE section 2).

``domain.partners.people`` says which keys these are. A proposal names its key by a fingerprint that
the key's holder made. So neither of the two who agree ever has the secret, else one of them would
be two people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import Refusal
from domain.ledger.checks import not_permitted
from domain.ledger.model import Decision, Effect
from domain.ledger.records import PENDING_STATE, Proposal
from domain.partners.people import KEY, Asked, is_person, read_asked
from domain.partners.rules import unheld
from settlement.checks import bad_reason, invalid, pending
from settlement.settlements.steps import tabled

if TYPE_CHECKING:
    from domain.ledger.state import State
    from domain.partners.commands import ProposeKey

KEY_PROPOSE_CODES = (
    "NOT_PERMITTED",
    "PERSON_REQUIRED",
    "VALUE_INVALID",
    "API_KEY_EXISTS",
    "PROPOSAL_PENDING",
)


def decide_key(state: State, command: ProposeKey, now: int) -> Decision | Refusal:
    """Decide a proposal of a key; refusals come in the order of ``KEY_PROPOSE_CODES``."""
    del now
    actor = command.actor
    if not actor.is_operator:
        return not_permitted(actor)
    if unheld(state, actor, command.scopes):
        return not_permitted(actor, "input", "scopes")
    if not actor.person:
        return Refusal("PERSON_REQUIRED", ("input",), {})
    scopes = tuple(dict.fromkeys(command.scopes))
    asked = Asked(command.fingerprint, command.subject, command.person, command.role, scopes)
    fault = asked.fault()
    refusal = invalid(*fault) if fault else bad_reason(command.reason)
    refusal = refusal or _taken(state, asked, ("input", "fingerprint"))
    if refusal is not None:
        return refusal
    wanted = Proposal(
        command.id, KEY, 0, "", "", PENDING_STATE, "", command.reason, 0, 0, value=asked.text()
    )
    return pending(state, wanted) or Decision((tabled(wanted),))


def _taken(state: State, asked: Asked, path: tuple[str, ...]) -> Refusal | None:
    """Refuse a key that is known, or whose secret is that of one under another name."""
    for key in state.reference.keys.values():
        if asked.prefix == key.key or asked.hash == key.hash:
            return Refusal("API_KEY_EXISTS", path, {"key": key.key})
    return None


def act(
    state: State, proposal: Proposal, now: int, path: tuple[str, ...]
) -> list[Effect] | Refusal:
    """Return the entry of an approved key, or why it can be given no more.

    What was proposed by somebody whose keys have all ended since is not to be approved: they may
    have ended because somebody else had them.
    """
    del now
    author = proposal.maker.casefold()
    if not any(
        is_person(key) and not key.revoked_seq and f"operator/{key.subject}".casefold() == author
        for key in state.reference.keys.values()
    ):
        return Refusal("MAKER_REVOKED", path, {"proposal": proposal.id})
    asked = read_asked(proposal.value)
    refusal = _taken(state, asked, path)
    if refusal is not None:
        return refusal
    fields = {
        "key": asked.prefix,
        "partner": "",
        "subject": asked.subject,
        "person": "yes" if asked.person else "no",
        "role": asked.role,
        "scopes": ";".join(asked.scopes),
        "hash": asked.hash,
    }
    return [Effect("key.granted", "", fields)]
