"""Admits the four brands to a new network: partners, units, API keys, contracts signed by both.

Everything is what an operator and its partners would send; nothing is written past the rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from api.auth.scopes import ROLE_SCOPES, Role
from api.bootstrap import (
    INIT_ACTOR,
    GivenKey,
    grant_key,
    write_keys,
)
from api.demo import brands
from api.first_keys import read_operator_keys
from audit.keys import Ed25519Signer
from domain.clock import MINUTE
from domain.contracts.commands import AcceptContract, ProposeContract
from domain.contracts.terms import Terms
from domain.errors import StoreError
from domain.ids import OPERATOR
from domain.ledger.commands import Actor
from domain.ledger.records import ACCEPTANCE, CONVERSION, MIN_OF_BOTH, WITHIN_BALANCE
from domain.money import Ratio
from domain.partners.commands import CreatePartner, CreateUnit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.bootstrap import Network
    from domain.ledger.commands import Command
    from domain.store.answers import Answer

DEMO_KEYS = "demo-keys.json"
NOTICE = 2 * MINUTE  # terms begin a minute after acceptance at the earliest


class People(NamedTuple):
    """Who acts in the demonstration: brands by code, and two people of the operator."""

    brands: dict[str, Actor]
    maker: Actor
    checker: Actor


def must(answers: Sequence[Answer], step: str) -> None:
    """Raise StoreError ``WRITE_REFUSED`` or ``WRITER_FAULT`` where a step was not accepted."""
    for answer in answers:
        if answer.fault:
            raise StoreError("WRITER_FAULT", step=step, fault=answer.fault)
        if answer.refusal is not None:
            facts = " ".join(f"{name}={fact}" for name, fact in answer.refusal.facts.items())
            raise StoreError("WRITE_REFUSED", step=step, refusal=answer.refusal.code, facts=facts)


def admit(network: Network) -> People:
    """Admit the brands and write their keys to ``demo-keys.json``; return who acts.

    Raises StoreError where the network takes a step no further.
    """
    signers = {brand.code: Ed25519Signer.generate() for brand in brands.BRANDS}
    must(network.runner.run(_partners(network, signers)), "admitting the brands")
    people = _people(network)
    proposals = [_proposal(network, people, signers, terms) for terms in _terms(network)]
    must(network.runner.run(proposals), "proposing the contracts")
    acceptances = [
        AcceptContract(
            actor=people.brands[proposal.terms.counterparty],
            id=network.ids.entity(),
            key=f"accept:{proposal.terms.contract}",
            received_at=network.clock.now(),
            contract=proposal.terms.contract,
            version=proposal.terms.version,
            signature=signers[proposal.terms.counterparty]
            .sign(proposal.terms.to_be_signed())
            .hex(),
        )
        for proposal in proposals
    ]
    must(network.runner.run(acceptances), "accepting the contracts")
    return people


def _partners(network: Network, signers: dict[str, Ed25519Signer]) -> list[Command]:
    commands: list[Command] = []
    for brand in brands.BRANDS:
        commands.append(
            CreatePartner(
                actor=INIT_ACTOR,
                id=network.ids.entity(),
                key=f"partner:{brand.code}",
                received_at=network.clock.now(),
                partner=brand.code,
                currency=brands.CURRENCY,
                prefund=brands.PREFUND,
                cap=brands.CAP,
                reversal=WITHIN_BALANCE,
                signing_key=signers[brand.code].public_key.hex(),
                name_en=brand.name_en,
                name_ko=brand.name_ko,
            )
        )
        commands.append(
            CreateUnit(
                actor=INIT_ACTOR,
                id=network.ids.entity(),
                key=f"unit:{brand.unit}",
                received_at=network.clock.now(),
                unit=brand.unit,
                owner=brand.code,
                scale=brand.scale,
                nominal=Ratio(brand.worth, 1),
                currency=brands.CURRENCY,
                expiry=brand.expiry,
                zone=brands.ZONE,
                earn=brand.earn,
                name_en=brand.unit_en,
                name_ko=brand.unit_ko,
            )
        )
    return commands


def _people(network: Network) -> People:
    """Give each brand a key and the network an auditor; keep their keys and the operator's."""
    kept: list[GivenKey] = []
    actors: dict[str, Actor] = {}
    for brand in brands.BRANDS:
        given = _give(network, brand.code, brand.code, Role.PARTNER)
        kept.append(given)
        prefix = given.token.split("_")[1]
        actors[brand.code] = Actor(
            brand.code, f"partner:{brand.code}/{prefix}", given.subject, person=True
        )
    staff = read_operator_keys(network.home)
    kept += [*staff, _give(network, "auditor", "", Role.AUDITOR)]
    write_keys(network.home / DEMO_KEYS, kept)
    maker, checker = [
        Actor(OPERATOR, f"operator/{one.subject}", one.subject, person=True) for one in staff
    ]
    return People(actors, maker, checker)


def _give(network: Network, who: str, partner: str, role: Role) -> GivenKey:
    subject = network.ids.member()
    token = grant_key(network, INIT_ACTOR, partner, subject, role, ROLE_SCOPES[role])
    return GivenKey(who, role.value, subject, token)


def _terms(network: Network) -> list[Terms]:
    valid_from = network.clock.now() + NOTICE
    conversions = [
        Terms(
            origin=network.origin,
            contract=network.ids.entity(),
            version=1,
            type=CONVERSION,
            proposer=brands.BY_UNIT[item.source].code,
            counterparty=brands.BY_UNIT[item.target].code,
            source=item.source,
            target=item.target,
            currency=brands.CURRENCY,
            rate=brands.rate(item),
            price=brands.price(item),
            fee_points=brands.FEE_POINTS,
            fee_money=item.fee_money,
            expiry=MIN_OF_BOTH,
            member_cap=item.member_cap,
            zone=brands.ZONE,
            valid_from=valid_from,
        )
        for item in brands.CONVERSIONS
    ]
    acceptances = [
        Terms(
            origin=network.origin,
            contract=network.ids.entity(),
            version=1,
            type=ACCEPTANCE,
            proposer=brands.BY_UNIT[item.unit].code,
            counterparty=item.partner,
            source=item.unit,
            partner=item.partner,
            currency=brands.CURRENCY,
            price=item.price,
            zone=brands.ZONE,
            valid_from=valid_from,
        )
        for item in brands.ACCEPTANCES
    ]
    return conversions + acceptances


def _proposal(
    network: Network, people: People, signers: dict[str, Ed25519Signer], terms: Terms
) -> ProposeContract:
    return ProposeContract(
        actor=people.brands[terms.proposer],
        id=network.ids.entity(),
        key=f"propose:{terms.contract}",
        received_at=network.clock.now(),
        terms=terms,
        signature=signers[terms.proposer].sign(terms.to_be_signed()).hex(),
    )
