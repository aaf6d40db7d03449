"""A command run at once in this process, outside any request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import DureError, StoreError
from domain.store.answers import UNAUTHENTICATED

if TYPE_CHECKING:
    from api.bootstrap import Network
    from domain.ledger.commands import Command
    from domain.store.answers import Answer


def written(network: Network, command: Command) -> Answer:
    """Run a command and return its answer.

    Raises DureError by a refusal's or a fault's code; StoreError ``SUBJECT_REVOKED`` where the key
    of its author has ended meanwhile.
    """
    (answer,) = network.runner.run([command])
    if answer.refusal is not None:
        raise DureError(answer.refusal.code, **answer.refusal.facts)
    if answer.fault == UNAUTHENTICATED:
        raise StoreError("SUBJECT_REVOKED", subject=command.actor.subject)
    if answer.fault:
        raise DureError(answer.fault)
    return answer
