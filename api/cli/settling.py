"""What the verbs of `dure settle` share: who acts, and the two steps of four eyes.

A step that takes two people is the same verb run twice: the first subject proposes, the second, who
runs it with the same arguments, approves.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from api.bootstrap import Network
    from api.cli.output import JsonValue, Output
    from domain.ledger.commands import Actor, Command
    from domain.ledger.records import Proposal
    from domain.ledger.state import Reference


@contextmanager
def opened(home: Path | None, *, writes: bool) -> Iterator[Network]:
    """Open the network of a home for one verb; raises as ``open_network``."""
    from api.bootstrap import open_network
    from api.config import read_settings

    settings = read_settings(home=home)
    network = open_network(settings.home, settings, writes=writes)
    try:
        yield network
    finally:
        network.close()


def reference_of(network: Network) -> Reference:
    """Return the small tables as they stand."""
    from domain.store.engine import reading
    from domain.store.queries import reference

    with reading(network.engine) as connection:
        return reference.load(connection)


def acting(network: Network, subject: str | None) -> Actor:
    """Return who acts: a person of the operator's who has a live key.

    Raises InvalidValueError ``SUBJECT_MISSING`` where nobody is named, ``SUBJECT_UNKNOWN`` where
    nobody of that name may write.
    """
    from api.auth.scopes import Role
    from domain.errors import InvalidValueError
    from domain.ids import OPERATOR
    from domain.ledger.commands import Actor

    if subject is None:
        raise InvalidValueError("SUBJECT_MISSING")
    live = [
        key
        for key in reference_of(network).keys.values()
        if key.subject == subject and not key.partner and not key.revoked_seq
        and key.role != Role.AUDITOR
    ]  # fmt: skip
    if not live:
        raise InvalidValueError("SUBJECT_UNKNOWN", subject=subject[:64])
    person = any(key.person for key in live)
    return Actor(OPERATOR, f"operator/{subject}", subject, person=person)


def by_four_eyes(network: Network, actor: Actor, wanted: Proposal, command: Command) -> Proposal:
    """Propose what is ``wanted`` by ``command``; where another subject has, approve it instead.

    What waits with another amount or value is not what is wanted, and ``command`` is refused.
    Returns the proposal as it stands then; raises as ``written``.
    """
    from api.writing import written
    from domain.ledger.records import PENDING_STATE
    from settlement.checks import subject
    from settlement.commands import DecideProposal

    waiting = [
        one
        for one in reference_of(network).proposals.values()
        if one.state == PENDING_STATE
        and subject(one) == subject(wanted)
        and (one.amount, one.value) == (wanted.amount, wanted.value)
    ]
    proposal = waiting[0].id if waiting else command.id
    if waiting:
        command = DecideProposal(
            actor=actor, id=network.ids.entity(), proposal=proposal, approve=True
        )
    written(network, command)
    return reference_of(network).proposals[proposal]


def tell(out: Output, proposal: Proposal, what: str, **more: JsonValue) -> None:
    """Say where a proposal stands."""
    from api.cli.words import say
    from domain.ledger.records import APPROVED

    if proposal.state == APPROVED:
        out.say(say("four.approved", what=what, decider=proposal.decider))
    else:
        out.say(say("four.proposed", what=what))
    out.result(
        {
            "proposal": proposal.id,
            "type": proposal.type,
            "state": proposal.state,
            "maker": proposal.maker,
            "decider": proposal.decider,
            **more,
        }
    )
