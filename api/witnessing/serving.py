"""Which checkpoint is served never goes back, whatever becomes of the policy.

With a policy the published checkpoint is served, alone; without one, the newest. So each server
leaves a mark at its start: one without a policy withdraws what was published, one with a policy
publishes the newest checkpoint bare where nothing published satisfies it. Cosigned is then only
what is as large.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.witnessing.policy import quorum_of
from audit.note import SIGNATURES_MAX, Note, parse_note
from domain.store.engine import reading
from domain.store.published import publish, withdraw
from domain.store.queries import log

if TYPE_CHECKING:
    from api.bootstrap import Network
    from audit.policy import Policy


def joined(kept: str, note: str) -> str:
    """Return a checkpoint with the lines of both; of two different ones, the second.

    Of two lines under one key the kept one stays: it is the earlier.
    """
    first, second = parse_note(kept), parse_note(note)
    if first.body != second.body:
        return note
    known = {(line.name, line.key_id) for line in first.signatures}
    more = tuple(one for one in second.signatures if (one.name, one.key_id) not in known)
    if len(first.signatures) + len(more) > SIGNATURES_MAX:
        return note
    return Note(first.body, (*first.signatures, *more)).text()


def begin_serving(network: Network, policy: Policy | None) -> None:
    """Leave the mark from which the served checkpoint only grows.

    Raises StoreError where the database cannot be read or written.
    """
    with reading(network.engine) as connection:
        found, published = log.network(connection), log.published(connection)
    assert found is not None  # an opened network has a head
    head = found.head
    if policy is None:
        if published is not None:
            withdraw(network.engine, head.size, head.checkpoint)
    elif published is None or not quorum_of(policy)(published.note):
        publish(network.engine, head.size, head.checkpoint, joined)
