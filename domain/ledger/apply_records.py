"""What entries about members, partners, units, keys and contracts change in the state."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.clock import parse_instant
from domain.ledger.records import OPEN, ApiKey, Consent, Contract, Partner, Unit, Window
from domain.money import ZERO, Ratio

if TYPE_CHECKING:
    from domain.ledger.apply import Stamp
    from domain.ledger.model import Effect
    from domain.ledger.state import State


def apply_member(state: State, effect: Effect, stamp: Stamp) -> None:
    """Make a member or a membership known; its reference stays outside the log."""
    member, partner = effect.fields["member"], effect.fields["partner"]
    if effect.kind == "member.enrolled":
        state.members[member] = 0
        state.commitments[member] = effect.fields["commitment"]
        state.touch("member", member)
    state.memberships[member, partner] = stamp.seq
    state.touch("membership", member, partner)


def apply_erased(state: State, effect: Effect, stamp: Stamp) -> None:
    """Close a member's book for good; the partners' references of it are free again."""
    member = effect.fields["member"]
    state.members[member] = stamp.seq
    for key in [key for key, owner in state.references.items() if owner == member]:
        del state.references[key]


def apply_consent_granted(state: State, effect: Effect, stamp: Stamp) -> None:
    """Make a consent known."""
    fields = effect.fields
    owner = fields["member"]
    state.consents.setdefault(owner, {})[fields["consent"]] = Consent(
        owner,
        fields["consent"],
        fields["partner"],
        fields["unit"],
        fields["action"],
        int(fields["limit"] or 0),
        0,
        fields["vouched"],
        fields["evidence"],
        parse_instant(fields["expires"]),
        stamp.seq,
        0,
    )
    state.touch("consent", owner, fields["consent"])


def apply_consent_revoked(state: State, effect: Effect, stamp: Stamp) -> None:
    """End a consent."""
    owner, consent = effect.fields["member"], effect.fields["consent"]
    consents = state.consents[owner]
    consents[consent] = replace(consents[consent], revoked_seq=stamp.seq)
    state.touch("consent", owner, consent)


def apply_partner(state: State, effect: Effect, stamp: Stamp) -> None:
    """Admit or change a partner; the first of a currency opens that currency's first window."""
    fields = effect.fields
    code, currency = fields["partner"], fields["currency"]
    reference = state.reference
    known = reference.partners.get(code)
    reference.partners[code] = Partner(
        code,
        currency,
        fields["issuer"] == "yes",
        fields["acceptor"] == "yes",
        fields["reversal"],
        fields["signing_key"],
        known.seq if known else stamp.seq,
    )
    state.touch("partner", code)
    line = state.credit_line(code, currency)
    line.prefund, line.cap = int(fields["prefund"]), int(fields["cap"])
    state.touch("credit_line", code, currency)
    if currency not in reference.open_periods:
        reference.put_window(Window(1, currency, OPEN, stamp.seq, 0))
        state.touch("settlement_window", 1, currency)


def apply_unit(state: State, effect: Effect, stamp: Stamp) -> None:
    """Open a point unit."""
    fields = effect.fields
    state.reference.units[fields["unit"]] = Unit(
        fields["unit"],
        fields["owner"],
        int(fields["scale"]),
        Ratio.parse(fields["nominal"]),
        fields["currency"],
        fields["expiry"],
        int(fields["grace"]),
        fields["zone"],
        fields["prepaid"] == "yes",
        Ratio.parse(fields["earn"]),
        int(fields["version"]),
        stamp.seq,
    )
    state.touch("unit", fields["unit"])


def apply_key(state: State, effect: Effect, stamp: Stamp) -> None:
    """Give or end an API key."""
    fields, keys = effect.fields, state.reference.keys
    if effect.kind != "key.revoked":
        keys[fields["key"]] = ApiKey(
            fields["key"],
            fields["partner"],
            fields["subject"],
            fields["person"] == "yes",
            fields["role"],
            tuple(fields["scopes"].split(";")) if fields["scopes"] else (),
            fields["hash"],
            stamp.seq,
            0,
        )
    else:
        keys[fields["key"]] = replace(keys[fields["key"]], revoked_seq=stamp.seq)
    state.touch("api_key", fields["key"])


def apply_contract_proposed(state: State, effect: Effect, stamp: Stamp) -> None:
    """Make an offered contract version known."""
    fields = effect.fields
    state.reference.put_contract(
        Contract(
            fields["contract"],
            int(fields["version"]),
            fields["type"],
            fields["proposer"],
            fields["counterparty"],
            fields["source"],
            fields["target"],
            fields["partner"],
            _ratio(fields["rate"]),
            _ratio(fields["price"]),
            fields["currency"],
            _ratio(fields["fee_points"]),
            _ratio(fields["fee_money"]),
            fields["expiry"],
            int(fields["member_cap"] or 0),
            int(fields["pair_cap"] or 0),
            fields["zone"],
            parse_instant(fields["valid_from"]),
            parse_instant(fields["valid_to"]),
            proposer_signature=fields["signature"],
            proposed_seq=stamp.seq,
        )
    )
    state.touch("contract", fields["contract"], int(fields["version"]))


def _ratio(text: str) -> Ratio:
    return Ratio.parse(text) if text else ZERO


def apply_contract_changed(state: State, effect: Effect, stamp: Stamp) -> None:
    """Accept or end a contract version."""
    fields = effect.fields
    key = (fields["contract"], int(fields["version"]))
    contract = state.reference.contracts[key]
    if effect.kind == "contract.accepted":
        contract = replace(
            contract, counterparty_signature=fields["signature"], accepted_seq=stamp.seq
        )
    else:
        contract = replace(contract, ended_at=parse_instant(fields["ends"]))
    state.reference.put_contract(contract)
    state.touch("contract", *key)
