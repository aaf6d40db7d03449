"""Members, memberships and consents (LEDGER section 7).

Enrolling makes a new pseudonym known; linking adds a partner's membership to a member already
known. Two existing members are never joined. A consent is vouched for by the unit's owner with a
hash of its evidence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from domain.clock import format_instant
from domain.errors import Refusal
from domain.ledger.checks import (
    CONSENT_ACTIONS,
    absent_member,
    erased_member,
    not_permitted,
    unknown_unit,
)
from domain.ledger.model import Decision, Effect
from domain.money import AMOUNT_MAX

if TYPE_CHECKING:
    from domain.ledger.commands import EnrollMember, GrantConsent, LinkMember, RevokeConsent
    from domain.ledger.state import State

ENROLL_CODES = ("PARTNER_UNKNOWN", "NOT_PERMITTED", "MEMBER_EXISTS", "REFERENCE_TAKEN")
LINK_CODES = (
    "PARTNER_UNKNOWN",
    "NOT_PERMITTED",
    "MEMBER_UNKNOWN",
    "MEMBER_ERASED",
    "ALREADY_LINKED",
    "REFERENCE_TAKEN",
)
CONSENT_GRANT_CODES = (
    "UNIT_UNKNOWN",
    "PARTNER_UNKNOWN",
    "MEMBER_UNKNOWN",
    "MEMBER_ERASED",
    "NOT_PERMITTED",
    "VALUE_INVALID",
    "AMOUNT_OUT_OF_RANGE",
)
CONSENT_REVOKE_CODES = ("CONSENT_UNKNOWN", "CONSENT_REVOKED", "MEMBER_ERASED")

_SHA256 = re.compile(r"[0-9a-f]{64}\Z")


def decide_enroll(state: State, command: EnrollMember, now: int) -> Decision | Refusal:
    """Decide an enrolment; refusals come in the order of ``ENROLL_CODES``."""
    del now
    refusal = _acts_for(state, command)
    if refusal is not None:
        return refusal
    if command.owner in state.members:
        return Refusal("MEMBER_EXISTS", ("input",), {"member": command.owner})
    if (command.partner, command.reference_index) in state.references:
        return Refusal("REFERENCE_TAKEN", ("input", "reference"), {"partner": command.partner})
    fields = {"member": command.owner, "partner": command.partner, "commitment": command.commitment}
    return Decision(
        (Effect("member.enrolled", command.id, fields),), {"reference": command.reference}
    )


def decide_link(state: State, command: LinkMember, now: int) -> Decision | Refusal:
    """Decide a link; refusals come in the order of ``LINK_CODES``."""
    del now
    refusal = _acts_for(state, command) or absent_member(state, command.owner)
    if refusal is not None:
        return refusal
    if (command.owner, command.partner) in state.memberships:
        return Refusal("ALREADY_LINKED", ("input", "memberId"), {"partner": command.partner})
    if (command.partner, command.reference_index) in state.references:
        return Refusal("REFERENCE_TAKEN", ("input", "reference"), {"partner": command.partner})
    fields = {"member": command.owner, "partner": command.partner}
    return Decision(
        (Effect("member.linked", command.id, fields),), {"reference": command.reference}
    )


def _acts_for(state: State, command: EnrollMember | LinkMember) -> Refusal | None:
    if command.partner not in state.reference.partners:
        return Refusal("PARTNER_UNKNOWN", ("input", "partner"), {"partner": command.partner})
    if command.actor.partner != command.partner and not command.actor.is_operator:
        return not_permitted(command.actor, "input", "partner")
    return None


def decide_consent_grant(state: State, command: GrantConsent, now: int) -> Decision | Refusal:
    """Decide a consent; refusals come in the order of ``CONSENT_GRANT_CODES``."""
    refusal = unknown_unit(state, command.unit)
    if refusal is None and command.partner not in state.reference.partners:
        refusal = Refusal("PARTNER_UNKNOWN", ("input", "partner"), {"partner": command.partner})
    refusal = refusal or absent_member(state, command.owner)
    if refusal is None and state.reference.units[command.unit].owner != command.actor.partner:
        refusal = not_permitted(command.actor, "input", "unit")
    if refusal is not None:
        return refusal
    invalid = _invalid_consent(command, now)
    if invalid is not None:
        return invalid
    fields = {
        "consent": command.id,
        "member": command.owner,
        "partner": command.partner,
        "unit": command.unit,
        "action": command.action,
        "limit": str(command.max) if command.max else "",
        "vouched": command.actor.partner,
        "evidence": command.evidence,
        "expires": format_instant(command.expires_at),
    }
    return Decision((Effect("consent.granted", command.id, fields),))


def _invalid_consent(command: GrantConsent, now: int) -> Refusal | None:
    if command.action not in CONSENT_ACTIONS:
        facts: dict[str, str | int] = {
            "value": command.action[:64],
            "reason": " or ".join(CONSENT_ACTIONS),
        }
        return Refusal("VALUE_INVALID", ("input", "action"), facts)
    if _SHA256.match(command.evidence) is None:
        facts = {"value": command.evidence[:64], "reason": "SHA-256 of the evidence, 64 hex digits"}
        return Refusal("VALUE_INVALID", ("input", "evidence"), facts)
    if command.expires_at <= now:
        facts = {"value": format_instant(command.expires_at), "reason": "not after now"}
        return Refusal("VALUE_INVALID", ("input", "expiresAt"), facts)
    if not 0 <= command.max <= AMOUNT_MAX:
        facts = {"amount": command.max, "minimum": 0, "maximum": AMOUNT_MAX}
        return Refusal("AMOUNT_OUT_OF_RANGE", ("input", "limit"), facts)
    return None


def decide_consent_revoke(state: State, command: RevokeConsent, now: int) -> Decision | Refusal:
    """Decide a revocation by the unit's owner or the partner it was given to.

    To all others a consent that stands, one that does not, and one of nobody look the same.
    """
    del now
    path = ("input", "consentId")
    consent = state.consents.get(command.owner, {}).get(command.consent)
    actor = command.actor
    if consent is None or actor.partner not in (
        consent.partner,
        state.reference.units[consent.unit].owner,
    ):
        return Refusal("CONSENT_UNKNOWN", path, {"consent": command.consent})
    if consent.revoked_seq:
        return Refusal("CONSENT_REVOKED", path, {"consent": consent.id})
    refusal = erased_member(state, command.owner, "consentId")
    if refusal is not None:
        return refusal
    fields = {"consent": consent.id, "member": command.owner}
    return Decision((Effect("consent.revoked", command.id, fields),))
