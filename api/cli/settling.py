"""What the verbs of `dure settle` share: who acts, and the two steps of four eyes.

A step that takes two people is the same verb run twice: the first subject proposes, the second, who
runs it with the same arguments, approves.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import TypeAlias

    from api.bootstrap import Network
    from api.cli.output import JsonValue, Output
    from domain.ledger.commands import Actor, Command
    from domain.ledger.records import Proposal
    from domain.ledger.state import Reference
    from settlement.payments.accounts import BankAccount

    Accounts: TypeAlias = Mapping[str, BankAccount]


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
    """Return who acts: a person of the operator's who has a live key, which the writer asks again.

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
    # Named, so that nothing is written once it has ended, whoever ended it meanwhile.
    key = max(live, key=lambda one: (one.person, one.key))
    return Actor(OPERATOR, f"operator/{subject}", subject, key.person, key.key)


def wanted(
    command: Command,
    type_: str,
    reason: str,
    *,
    currency: str,
    settlement: str = "",
    partner: str = "",
    amount: int = 0,
    value: str = "",
) -> Proposal:
    """Return the proposal that a command would make, as far as who proposes knows it."""
    from domain.ledger.records import PENDING_STATE, Proposal

    return Proposal(
        command.id, type_, 0, currency, "", PENDING_STATE, "", reason, 0, 0, settlement, partner,
        amount, value,
    )  # fmt: skip


def by_four_eyes(
    network: Network,
    actor: Actor,
    wanted: Proposal,
    command: Command,
    listed: Accounts | None = None,
) -> Proposal:
    """Propose what is ``wanted`` by ``command``; where another subject has, approve it instead.

    What waits with another amount or value is not what is wanted, and ``command`` is refused. Which
    accounts an approval is of ``listed`` is held against.
    Returns the proposal as it stands then; raises as ``written``.
    """
    from api.writing import written
    from domain.ledger.records import PENDING_STATE
    from settlement.checks import subject
    from settlement.settlements.accounts import OF_ACCOUNTS

    for one in reference_of(network).proposals.values():
        if one.state != PENDING_STATE or subject(one) != subject(wanted):
            continue
        same_value = wanted.type in OF_ACCOUNTS or one.value == wanted.value
        if same_value and one.amount == wanted.amount:
            return decided(network, actor, one, listed or {})
    written(network, command)
    return reference_of(network).proposals[command.id]


def decided(
    network: Network,
    actor: Actor,
    proposal: Proposal,
    listed: Accounts,
    *,
    approve: bool = True,
    reason: str = "REVIEWED",
) -> Proposal:
    """Decide what another subject proposed, and return it as it stands then.

    Raises as ``written``; ``ACCOUNTS_CHANGED`` names the partners whose account is another.
    """
    from api.approving import as_seen, unlike
    from api.writing import written
    from domain.errors import DureError
    from domain.store.engine import reading
    from settlement.commands import DecideProposal

    with reading(network.engine) as connection:
        seen = as_seen(connection, proposal, listed)
        others = unlike(connection, proposal, listed)
    command = DecideProposal(
        actor=actor, id=network.ids.entity(), proposal=proposal.id, approve=approve, reason=reason,
        accounts=seen,
    )  # fmt: skip
    try:
        written(network, command)
    except DureError as error:
        if error.code == "ACCOUNTS_CHANGED" and others:
            error.facts |= {"partners": " ".join(others)}
        raise
    return reference_of(network).proposals[proposal.id]


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
