"""Partners, their point units and their API keys, administered by the operator."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from domain.clock import zone
from domain.errors import DureError, Refusal
from domain.ids import is_code
from domain.ledger.checks import not_permitted
from domain.ledger.model import Decision, Effect
from domain.ledger.records import REVERSAL_POLICIES
from domain.money import AMOUNT_MAX, SCALE_MAX
from domain.partners.expiry import GRACE_DAYS_MAX, RULES, check_rule
from domain.partners.people import (
    FOUNDER,
    FOUNDERS,
    PERSONS_MIN,
    is_person,
    living,
    people,
    takes_two,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.ledger.commands import Actor
    from domain.ledger.records import Partner
    from domain.ledger.state import State
    from domain.partners.commands import (
        CreatePartner,
        CreateUnit,
        GrantKey,
        RevokeKey,
        UpdatePartner,
    )
    from domain.ports import Signatures

PARTNER_CREATE_CODES = (
    "NOT_PERMITTED",
    "VALUE_INVALID",
    "AMOUNT_OUT_OF_RANGE",
    "PUBLIC_KEY_INVALID",
    "PARTNER_EXISTS",
)
PARTNER_UPDATE_CODES = (
    "NOT_PERMITTED",
    "PARTNER_UNKNOWN",
    "VALUE_INVALID",
    "AMOUNT_OUT_OF_RANGE",
    "PUBLIC_KEY_INVALID",
    "CAP_RAISE_NEEDS_PROPOSAL",
)
UNIT_CODES = (
    "NOT_PERMITTED",
    "VALUE_INVALID",
    "PARTNER_UNKNOWN",
    "CURRENCY_UNKNOWN",
    "UNIT_EXISTS",
)
KEY_GRANT_CODES = (
    "NOT_PERMITTED",
    "PERSON_REQUIRED",
    "KEY_NEEDS_PROPOSAL",
    "PARTNER_UNKNOWN",
    "API_KEY_EXISTS",
)
KEY_REVOKE_CODES = ("NOT_PERMITTED", "API_KEY_UNKNOWN", "API_KEY_REVOKED", "PERSONS_TOO_FEW")

_CURRENCY = re.compile(r"[A-Z]{3}\Z")


def _invalid(field: str, value: str, reason: str) -> Refusal:
    return Refusal("VALUE_INVALID", ("input", field), {"value": value[:64], "reason": reason})


def _bad_money(field: str, amount: int) -> Refusal | None:
    if 0 <= amount <= AMOUNT_MAX:
        return None
    facts: dict[str, str | int] = {"amount": amount, "minimum": 0, "maximum": AMOUNT_MAX}
    return Refusal("AMOUNT_OUT_OF_RANGE", ("input", field), facts)


def _bad_key(
    signatures: Signatures, partners: Mapping[str, Partner], partner: str, key: str
) -> Refusal | None:
    """Refuse a key that proves nothing: malformed, of small order, or another partner's."""
    others = {other.signing_key for other in partners.values() if other.code != partner}
    if not key or (signatures.acceptable(key) and key not in others):
        return None
    return Refusal("PUBLIC_KEY_INVALID", ("input", "signingKey"), {})


def _yes(flag: bool) -> str:  # noqa: FBT001 -- a plain conversion
    return "yes" if flag else "no"


class PartnerRules:
    """The rules that need to know which public keys may enter."""

    def __init__(self, signatures: Signatures) -> None:
        """Keep the port that screens keys."""
        self._signatures = signatures

    def decide_create(self, state: State, command: CreatePartner, now: int) -> Decision | Refusal:
        """Decide an admission; refusals come in the order of ``PARTNER_CREATE_CODES``."""
        del now
        if not command.actor.is_operator:
            return not_permitted(command.actor)
        refusal: Refusal | None = None
        if not is_code(command.partner):
            refusal = _invalid(
                "code", command.partner, "2 to 16 of A-Z, 0-9, _; a letter first; not reserved"
            )
        elif _CURRENCY.match(command.currency) is None:
            refusal = _invalid("currency", command.currency, "ISO 4217, three capital letters")
        elif command.reversal not in REVERSAL_POLICIES:
            refusal = _invalid("reversalPolicy", command.reversal, " ".join(REVERSAL_POLICIES))
        refusal = (
            refusal
            or _bad_money("prefund", command.prefund)
            or _bad_money("netDebitCap", command.cap)
            or _bad_key(
                self._signatures, state.reference.partners, command.partner, command.signing_key
            )
        )
        if refusal is None and command.partner in state.reference.partners:
            refusal = Refusal("PARTNER_EXISTS", ("input", "code"), {"partner": command.partner})
        if refusal is not None:
            return refusal
        fields = {
            "partner": command.partner,
            "currency": command.currency,
            "issuer": _yes(command.issuer),
            "acceptor": _yes(command.acceptor),
            "prefund": str(command.prefund),
            "cap": str(command.cap),
            "reversal": command.reversal,
            "signing_key": command.signing_key,
        }
        return Decision((Effect("partner.created", command.id, fields),))

    def decide_update(self, state: State, command: UpdatePartner, now: int) -> Decision | Refusal:
        """Decide a change; refusals come in the order of ``PARTNER_UPDATE_CODES``."""
        del now
        if not command.actor.is_operator:
            return not_permitted(command.actor)
        partner = state.reference.partners.get(command.partner)
        if partner is None:
            return Refusal("PARTNER_UNKNOWN", ("input", "partner"), {"partner": command.partner})
        reversal = partner.reversal if command.reversal is None else command.reversal
        if reversal not in REVERSAL_POLICIES:
            return _invalid("reversalPolicy", reversal, " ".join(REVERSAL_POLICIES))
        line = state.credit_lines.get((partner.code, partner.currency))
        prefund, held = (line.prefund, line.cap) if line else (0, 0)
        cap = held if command.cap is None else command.cap
        key = partner.signing_key if command.signing_key is None else command.signing_key
        refusal = _bad_money("netDebitCap", cap) or _bad_key(
            self._signatures, state.reference.partners, partner.code, key
        )
        if refusal is None and cap > held:
            refusal = Refusal(
                "CAP_RAISE_NEEDS_PROPOSAL",
                ("input", "netDebitCap"),
                {"available": held, "required": cap},
            )
        if refusal is not None:
            return refusal
        fields = {
            "partner": partner.code,
            "currency": partner.currency,
            "issuer": _yes(partner.issuer if command.issuer is None else command.issuer),
            "acceptor": _yes(partner.acceptor if command.acceptor is None else command.acceptor),
            "prefund": str(prefund),
            "cap": str(cap),
            "reversal": reversal,
            "signing_key": key,
        }
        return Decision((Effect("partner.updated", command.id, fields),))


def decide_unit(state: State, command: CreateUnit, now: int) -> Decision | Refusal:
    """Decide a new point unit; refusals come in the order of ``UNIT_CODES``."""
    del now
    if not command.actor.is_operator and command.actor.partner != command.owner:
        return not_permitted(command.actor)
    refusal = _invalid_unit(command)
    if refusal is None and command.owner not in state.reference.partners:
        refusal = Refusal("PARTNER_UNKNOWN", ("input", "owner"), {"partner": command.owner})
    if refusal is None and command.currency not in state.reference.open_periods:
        refusal = Refusal(
            "CURRENCY_UNKNOWN", ("input", "currency"), {"currency": command.currency[:64]}
        )
    if refusal is None and command.unit in state.reference.units:
        refusal = Refusal("UNIT_EXISTS", ("input", "code"), {"unit": command.unit})
    if refusal is not None:
        return refusal
    fields = {
        "unit": command.unit,
        "owner": command.owner,
        "scale": str(command.scale),
        "nominal": str(command.nominal),
        "currency": command.currency,
        "expiry": command.expiry,
        "grace": str(command.grace),
        "zone": command.zone,
        "prepaid": _yes(command.prepaid),
        "earn": str(command.earn),
        "version": "1",
    }
    return Decision((Effect("unit.created", command.id, fields),))


def _invalid_unit(command: CreateUnit) -> Refusal | None:
    if not is_code(command.unit):
        return _invalid(
            "code", command.unit, "2 to 16 of A-Z, 0-9, _; a letter first; not reserved"
        )
    if not 0 <= command.scale <= SCALE_MAX:
        return _invalid("scale", str(command.scale), f"0 to {SCALE_MAX}")
    try:
        check_rule(command.expiry)
    except DureError:
        return _invalid("expiry", command.expiry, RULES)
    if not 0 <= command.grace <= GRACE_DAYS_MAX:
        return _invalid("graceDays", str(command.grace), f"0 to {GRACE_DAYS_MAX}")
    try:
        zone(command.zone)
    except DureError:
        return _invalid("zone", command.zone, "an IANA time zone")
    return None


def decide_key_grant(state: State, command: GrantKey, now: int) -> Decision | Refusal:
    """Decide a new API key; refusals come in the order of ``KEY_GRANT_CODES``.

    An operator's key gives operator's keys no scope that it has not itself, and only a person's key
    makes another person. Whoever may act for the operator is proposed (``domain.partners.people``);
    only a network that never had two people is given them by its founder.
    """
    del now
    actor = command.actor
    if not actor.is_operator:
        return not_permitted(actor)
    keys = state.reference.keys
    if not command.partner and unheld(state, actor, command.scopes):
        return not_permitted(actor, "input", "scopes")
    if command.person and actor.key and not actor.person:
        return Refusal("PERSON_REQUIRED", ("input", "person"), {})
    founds = takes_two(command.partner, command.role)
    if founds and not _may_found(state, command):
        return Refusal("KEY_NEEDS_PROPOSAL", ("input", "role"), {"role": command.role[:64]})
    if command.partner and command.partner not in state.reference.partners:
        return Refusal("PARTNER_UNKNOWN", ("input", "partner"), {"partner": command.partner})
    if command.prefix in keys:
        return Refusal("API_KEY_EXISTS", ("input",), {"key": command.prefix})
    fields = {
        "key": command.prefix,
        "partner": command.partner,
        "subject": command.subject,
        "person": _yes(command.person),
        "role": command.role,
        "scopes": ";".join(command.scopes),
        "hash": command.hash,
    }
    return Decision((Effect("key.founded" if founds else "key.granted", command.id, fields),))


def unheld(state: State, actor: Actor, scopes: tuple[str, ...]) -> bool:
    """Tell whether the actor's own key lacks one of the scopes that it would give."""
    granter = state.reference.keys.get(actor.key)
    return granter is not None and not {*scopes} <= {*granter.scopes}


def _may_found(state: State, command: GrantKey) -> bool:
    """Tell whether this is one of the first people: once there were two, never again."""
    founder = command.actor.author == FOUNDER and command.person
    return founder and len(people(state.reference.keys.values())) < FOUNDERS


def decide_key_revoke(state: State, command: RevokeKey, now: int) -> Decision | Refusal:
    """Decide the end of an API key; refusals come in the order of ``KEY_REVOKE_CODES``."""
    del now
    if not command.actor.is_operator:
        return not_permitted(command.actor)
    key = state.reference.keys.get(command.prefix)
    if key is None:
        return Refusal("API_KEY_UNKNOWN", ("input", "key"), {"key": command.prefix[:64]})
    if key.revoked_seq:
        return Refusal("API_KEY_REVOKED", ("input", "key"), {"key": key.key})
    left = living(one for one in state.reference.keys.values() if one.key != key.key)
    if is_person(key) and len(left) < PERSONS_MIN and key.subject.casefold() not in left:
        # One alone could agree with nobody, not even on somebody in the other's place.
        return Refusal("PERSONS_TOO_FEW", ("input", "key"), {"key": key.key})
    return Decision((Effect("key.revoked", command.id, {"key": key.key}),))
