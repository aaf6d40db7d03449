"""Contracts: proposed by one party, accepted by the other, ended by either (LEDGER section 7).

Both sign the same terms. A version takes effect at the earliest a minute after it is accepted, so
that no command already under way is decided by terms its caller could not have seen.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.clock import MINUTE, format_instant, zone
from domain.contracts.arbitrage import find_loop
from domain.contracts.terms import Terms
from domain.errors import DureError, Refusal
from domain.ids import is_id
from domain.ledger.checks import not_permitted
from domain.ledger.model import Decision, Effect
from domain.ledger.records import (
    ACCEPTANCE,
    CONTRACT_TYPES,
    CONVERSION,
    EXPIRY_POLICIES,
    Contract,
)
from domain.money import AMOUNT_MAX

if TYPE_CHECKING:
    from domain.contracts.commands import AcceptContract, EndContract, ProposeContract
    from domain.ledger.state import Reference, State
    from domain.ports import Signatures

NOTICE = MINUTE  # between acceptance and effect
VERSION_MAX = 9_999  # fits a leaf's cite; a pair that renegotiates daily needs 27 years

PROPOSE_CODES = (
    "NOT_PERMITTED",
    "TERMS_INVALID",
    "CURRENCY_UNKNOWN",
    "CONTRACT_EXISTS",
    "SIGNING_KEY_MISSING",
    "SIGNATURE_INVALID",
)
ACCEPT_CODES = (
    "CONTRACT_UNKNOWN",
    "NOT_PERMITTED",
    "CONTRACT_STATE",
    "VALIDITY_TOO_SOON",
    "SIGNING_KEY_MISSING",
    "SIGNATURE_INVALID",
    "ARBITRAGE_LOOP",
)
END_CODES = ("CONTRACT_UNKNOWN", "CONTRACT_STATE", "VALIDITY_TOO_SOON")


def _bad(field: str, reason: str) -> Refusal:
    return Refusal("TERMS_INVALID", ("input", "terms", field), {"field": field, "reason": reason})


def invalid_terms(reference: Reference, terms: Terms) -> Refusal | None:
    """Refuse terms that no two partners of this network could agree on."""
    if terms.origin != reference.origin:
        return _bad("origin", "another network")
    if not is_id(terms.contract):
        return _bad("contractId", "32 hex digits")
    if not 1 <= terms.version <= VERSION_MAX:
        return _bad("version", f"1 to {VERSION_MAX}")
    if terms.type not in CONTRACT_TYPES:
        return _bad("type", " ".join(CONTRACT_TYPES))
    if terms.counterparty not in reference.partners or terms.counterparty == terms.proposer:
        return _bad("counterparty", "another partner of the network")
    if terms.source not in reference.units:
        return _bad("source", "a point unit of the network")
    return _invalid_parties(reference, terms) or _invalid_values(terms)


def _invalid_parties(reference: Reference, terms: Terms) -> Refusal | None:
    owner = reference.units[terms.source].owner
    if terms.type == CONVERSION:
        if terms.target not in reference.units or terms.target == terms.source:
            return _bad("target", "another point unit of the network")
        if terms.partner:
            return _bad("partner", "empty for a conversion")
        other = reference.units[terms.target].owner
    else:
        if terms.target:
            return _bad("target", "empty but for a conversion")
        if terms.partner not in reference.partners:
            return _bad("partner", "the acceptor or the issuer")
        other = terms.partner
    if {owner, other} != {terms.proposer, terms.counterparty}:
        return _bad(
            "counterparty",
            "the two parties are the unit's owner and the other unit's owner or partner",
        )
    return None


def _invalid_values(terms: Terms) -> Refusal | None:
    conversion = terms.type == CONVERSION
    if conversion and terms.rate.num == 0:
        return _bad("rate", "more than 0")
    if conversion and terms.expiry not in EXPIRY_POLICIES:
        return _bad("expiry", " ".join(EXPIRY_POLICIES))
    if not conversion and (
        terms.expiry or terms.rate.num or terms.fee_points.num or terms.fee_money.num
    ):
        return _bad("type", "only a conversion has a rate, fees and an expiry policy")
    if terms.fee_points.num >= terms.fee_points.den:
        return _bad("feePoints", "below 1")
    for field, cap in (("memberDailyCap", terms.member_cap), ("pairDailyCap", terms.pair_cap)):
        if not 0 <= cap <= AMOUNT_MAX:
            return _bad(field, f"0 to {AMOUNT_MAX}")
    if terms.type not in (CONVERSION, ACCEPTANCE) and (terms.member_cap or terms.pair_cap):
        return _bad("memberDailyCap", "a funding contract has no daily caps")
    if terms.valid_from >= terms.valid_to:
        return _bad("validTo", "after validFrom")
    try:
        zone(terms.zone)
    except DureError:
        return _bad("zone", "an IANA time zone")
    return None


def _begun(terms: Terms, now: int) -> Refusal | None:
    """Refuse terms that nobody could accept any more, for an acceptance has its notice."""
    if terms.valid_from >= now + NOTICE:
        return None
    return _bad("validFrom", f"{format_instant(now + NOTICE)} or later")


def terms_of(contract: Contract, origin: str) -> Terms:
    """Return the terms that both parties of a contract version signed."""
    return Terms(
        origin=origin,
        contract=contract.id,
        version=contract.version,
        type=contract.type,
        proposer=contract.proposer,
        counterparty=contract.counterparty,
        source=contract.source,
        target=contract.target,
        partner=contract.partner,
        rate=contract.rate,
        price=contract.price,
        currency=contract.currency,
        fee_points=contract.fee_points,
        fee_money=contract.fee_money,
        expiry=contract.expiry,
        member_cap=contract.member_cap,
        pair_cap=contract.pair_cap,
        zone=contract.zone,
        valid_from=contract.valid_from,
        valid_to=contract.valid_to,
    )


class ContractRules:
    """The rules that need to verify signatures."""

    def __init__(self, signatures: Signatures) -> None:
        """Keep the port that verifies Ed25519."""
        self._signatures = signatures

    def _unsigned(
        self, reference: Reference, party: str, terms: Terms, signature: str
    ) -> Refusal | None:
        key = reference.partners[party].signing_key
        if not key:
            return Refusal("SIGNING_KEY_MISSING", ("input", "signature"), {"partner": party})
        if not self._signatures.verify(key, signature, terms.to_be_signed()):
            return Refusal("SIGNATURE_INVALID", ("input", "signature"), {"partner": party})
        return None

    def _withdrawn(self, reference: Reference, contract: Contract, terms: Terms) -> Refusal | None:
        """Refuse an offer whose proposer no longer stands by the key that signed it.

        Whoever replaces a signing key may do so because another has it: an offer under the old one
        may be that other's. It is proposed anew, as the next version.
        """
        given = contract.proposer_signature
        refusal = self._unsigned(reference, contract.proposer, terms, given)
        return None if refusal is None else refusal._replace(path=("input", "contractId"))

    def decide_propose(
        self, state: State, command: ProposeContract, now: int
    ) -> Decision | Refusal:
        """Decide an offer; refusals come in the order of ``PROPOSE_CODES``."""
        terms, reference = command.terms, state.reference
        if command.actor.partner != terms.proposer or terms.proposer not in reference.partners:
            return not_permitted(command.actor)
        refusal = invalid_terms(reference, terms) or _begun(terms, now)
        if refusal is None and terms.currency not in reference.open_periods:
            refusal = Refusal(
                "CURRENCY_UNKNOWN",
                ("input", "terms", "currency"),
                {"currency": terms.currency[:64]},
            )
        refusal = (
            refusal
            or _out_of_turn(reference, terms)
            or self._unsigned(reference, terms.proposer, terms, command.signature)
        )
        if refusal is not None:
            return refusal
        fields = {**terms.fields(), "signature": command.signature}
        return Decision((Effect("contract.proposed", command.id, fields),))

    def decide_accept(self, state: State, command: AcceptContract, now: int) -> Decision | Refusal:
        """Decide an acceptance; refusals come in the order of ``ACCEPT_CODES``."""
        reference = state.reference
        contract = _party_to(reference, command)
        if isinstance(contract, Refusal):
            return contract
        if command.actor.partner != contract.counterparty:
            return not_permitted(command.actor, "input", "contractId")
        if contract.accepted_seq or contract.until <= now:
            return _wrong_state(contract, now)
        if contract.valid_from < now + NOTICE:
            return Refusal("VALIDITY_TOO_SOON", ("input", "contractId"), {"minimum": now + NOTICE})
        terms = terms_of(contract, reference.origin)
        refusal = self._unsigned(reference, contract.counterparty, terms, command.signature)
        if refusal is None:
            refusal = self._withdrawn(reference, contract, terms)
        if refusal is not None:
            return refusal
        if contract.type == CONVERSION:
            loop = find_loop(reference, replace(contract, accepted_seq=state.size))
            if loop is not None:
                product = f"{loop.product.numerator}/{loop.product.denominator}"
                return Refusal(
                    "ARBITRAGE_LOOP",
                    ("input", "contractId"),
                    {"loop": str(loop), "product": product},
                )
        fields = {
            "contract": contract.id,
            "version": str(contract.version),
            "signature": command.signature,
        }
        return Decision((Effect("contract.accepted", command.id, fields),))


def decide_end(state: State, command: EndContract, now: int) -> Decision | Refusal:
    """Decide an end, or a withdrawal before acceptance, in the order of ``END_CODES``."""
    contract = _party_to(state.reference, command)
    if isinstance(contract, Refusal):
        return contract
    ends_at = command.ends_at or now
    if contract.until <= now or ends_at >= contract.until:
        # Nobody may put off an end alone: others have signed what begins after it.
        return _wrong_state(contract, now)
    if ends_at < now:
        return Refusal("VALIDITY_TOO_SOON", ("input", "endsAt"), {"minimum": now})
    fields = {
        "contract": contract.id,
        "version": str(contract.version),
        "ends": format_instant(ends_at),
    }
    return Decision((Effect("contract.ended", command.id, fields),))


def _out_of_turn(reference: Reference, terms: Terms) -> Refusal | None:
    """Refuse a version that exists, skips one, or changes what the contract is between."""
    if (terms.contract, terms.version) in reference.contracts:
        return Refusal(
            "CONTRACT_EXISTS", ("input", "terms", "version"), {"contract": terms.contract}
        )
    if terms.version == 1:
        return None
    before = reference.contracts.get((terms.contract, terms.version - 1))
    if before is None:
        return _bad("version", "the version before it is missing")
    if (before.type, before.source, before.target, before.partner) != (
        terms.type,
        terms.source,
        terms.target,
        terms.partner,
    ):
        return _bad("source", "a new version keeps type, units and partner")
    return None


def _party_to(reference: Reference, command: AcceptContract | EndContract) -> Contract | Refusal:
    contract = reference.contracts.get((command.contract, command.version))
    actor = command.actor
    if contract is None or (
        actor.partner not in (contract.proposer, contract.counterparty) and not actor.is_operator
    ):
        return Refusal(
            "CONTRACT_UNKNOWN", ("input", "contractId"), {"contract": command.contract[:64]}
        )
    return contract


def _wrong_state(contract: Contract, now: int) -> Refusal:
    if contract.until <= now:
        state = "ENDED"
    elif contract.ended_at < contract.valid_to:
        state = "ENDING"
    else:
        state = "ACCEPTED" if contract.accepted_seq else "PROPOSED"
    return Refusal(
        "CONTRACT_STATE", ("input", "contractId"), {"contract": contract.id, "state": state}
    )
