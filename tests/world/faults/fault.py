"""Faults: for each code of a rule, a way to deserve it; and what several rules' faults share.

A fault takes a world and a good command and gives back a bad one; it may spoil the world instead.
Two faults at once are one put upon the other.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from domain.clock import local_day
from domain.ledger.commands import Command
from domain.ledger.records import ALLOW_DEBT, Contract
from domain.money import COUNTER_MAX
from tests.world.network import World, named

Fault: TypeAlias = Callable[[World, Command], Command]


class Case(NamedTuple):
    """A good command in its world, and one fault for each of its rule's codes."""

    good: Callable[[], tuple[World, Command]]
    faults: dict[str, Fault]


def put(**changes: object) -> Fault:
    """The fault of having other values."""
    return lambda _, command: replace(command, **changes)  # type: ignore[arg-type]


def spoil(act: Callable[[World], object]) -> Fault:
    """The fault of standing in a world to which `act` was done."""

    def fault(world: World, command: Command) -> Command:
        act(world)
        return command

    return fault


def both(first: Fault, second: Fault) -> Fault:
    """Two faults of one kind, both needed for a code."""
    return lambda world, command: second(world, first(world, command))


def service_makes_a_person(_: World, command: Command) -> Command:
    """The fault of a service's API key that gives a person's."""
    service = command.actor._replace(key="svc", person=False)
    return replace(command, person=True, actor=service)  # type: ignore[call-arg]


def erased(name: str) -> Fault:
    """The fault of touching a member's book after its erasure."""
    return spoil(lambda world: world.state.members.update({named(name): 1}))


def contract(world: World, type_: str, source: str, other: str) -> Contract:
    """The first version of a contract."""
    return world.state.reference.contracts[named(f"{type_} {source} {other}"), 1]


def ended(type_: str, source: str, other: str) -> Fault:
    """The fault of coming after a contract's end."""
    return spoil(
        lambda world: world.state.reference.put_contract(
            replace(contract(world, type_, source, other), ended_at=1)
        )
    )


def full(member: str, unit: str, purpose: str) -> Fault:
    """The fault of an account whose counters have come to their limit."""

    def fill(world: World) -> None:
        account = world.state.account(named(member), unit, purpose)
        account.debits_posted = account.credits_posted = COUNTER_MAX

    return spoil(fill)


def empty(member: str, unit: str) -> Fault:
    """The fault of a wallet whose lots are all spent."""

    def drain(world: World) -> None:
        for lot in world.lots(member, unit):
            lot.remaining = 0

    return spoil(drain)


def crumbs(member: str, unit: str) -> Fault:
    """The fault of a wallet whose first 501 lots hold one minor unit each, no two alike."""

    def crumble(world: World) -> None:
        world.endow(member, unit, 1, count=501, apart=1, expires_at=world.now + 3_600_000_000)

    return spoil(crumble)


def no_credit(partner: str) -> Fault:
    """The fault of a debtor that may owe nothing."""

    def cut(world: World) -> None:
        line = world.state.credit_line(partner, "KRW")
        line.cap = line.prefund = 0

    return spoil(cut)


def used_up(holder: str, type_: str, source: str, other: str) -> Fault:
    """The fault of a daily cap that is reached."""

    def use(world: World) -> None:
        found = contract(world, type_, source, other)
        day = local_day(world.now, found.zone)
        owner = named(holder) if holder else ""
        world.state.usage[owner, found.id, day] = found.member_cap if holder else found.pair_cap

    return spoil(use)


def no_consent(member: str) -> Fault:
    """The fault of a member that consented to nothing."""
    return spoil(lambda world: world.state.consents.pop(named(member), None))


def consent_used(member: str) -> Fault:
    """The fault of consents whose limits are reached."""

    def use(world: World) -> None:
        consents = world.state.consents.get(named(member), {})
        for key, consent in consents.items():
            consents[key] = replace(consent, used=consent.max)

    return spoil(use)


def policy(partner: str, word: str = ALLOW_DEBT) -> Fault:
    """A partner's policy for what is spent."""

    def change(world: World) -> None:
        partners = world.state.reference.partners
        partners[partner] = replace(partners[partner], reversal=word)

    return spoil(change)


def no_signing_key(partner: str) -> Fault:
    """The fault of a partner that registered no key."""

    def forget(world: World) -> None:
        partners = world.state.reference.partners
        partners[partner] = replace(partners[partner], signing_key="")

    return spoil(forget)
