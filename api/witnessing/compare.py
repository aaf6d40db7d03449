"""Before signing, and whenever a witness speaks of a larger log: hold the database against it.

What a witness keeps is a checkpoint that this log's own key has signed. So one of a larger tree, or
of another tree of the same size, is proof that the database was restored from an older copy, or
that another one stands under the log's name: whoever signed on would fork the log. A witness's bare
word is no such proof, and stops nothing.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from audit.checkpoint import Checkpoint, open_checkpoint
from audit.errors import AuditError, NoteError
from audit.merkle import EMPTY_ROOT, range_hash
from audit.note import NOTE_BYTES_MAX, VerifierKey
from audit.tiles import TileNodes
from audit.transport import request
from audit.witness.client import WitnessError
from audit.witness.state import origin_hash
from domain.errors import StoreError
from domain.store.engine import reading
from domain.store.queries import log

if TYPE_CHECKING:
    from api.bootstrap import Network
    from audit.policy import Policy, PolicyWitness

SECONDS = 3.0  # a witness that does not answer in this time is not waited for

BEHIND = "LOG_BEHIND_WITNESS"
FORKED = "LOG_FORKED_WITNESS"


class Compared(NamedTuple):
    """What the witnesses said at the start: sizes by name, and why the others said nothing."""

    sizes: dict[str, int]
    silent: dict[str, str]


def compare(network: Network, policy: Policy) -> Compared:
    """Ask every witness what it has seen, and hold the database against it.

    A witness that cannot be asked is passed over: the log must not depend on all of them.

    Raises StoreError ``LOG_BEHIND_WITNESS`` or ``LOG_FORKED_WITNESS``.
    """
    compared = Compared({}, {})
    for witness in policy.witnesses.values():
        try:
            seen = last_seen(witness, VerifierKey.parse(network.verifier_key))
        except AuditError as error:
            compared.silent[witness.name] = error.code
            continue
        judge(network, witness.name, seen)
        compared.sizes[witness.name] = seen.size
    return compared


def last_seen(witness: PolicyWitness, key: VerifierKey) -> Checkpoint:
    """Return the last checkpoint that a witness has of this log, verified under the log's key.

    Raises:
        TransportError: nobody answered in time.
        WitnessError: ``WITNESS_NONSENSE`` where it shows what the log never signed.
    """
    url = f"{witness.url.rstrip('/')}/{origin_hash(key.name)}/checkpoint"
    answer = request("GET", url, bytes_max=NOTE_BYTES_MAX, seconds=SECONDS)
    if answer.status == HTTPStatus.NOT_FOUND:
        return Checkpoint(key.name, 0, EMPTY_ROOT)
    try:
        return open_checkpoint(answer.body, key)
    except NoteError as error:
        raise WitnessError("WITNESS_NONSENSE", witness=witness.name, reason=error.code) from None


def judge(network: Network, name: str, seen: Checkpoint) -> None:
    """Hold the database against a checkpoint of its own log.

    Raises StoreError ``LOG_BEHIND_WITNESS`` or ``LOG_FORKED_WITNESS``.
    """
    with reading(network.engine) as connection:
        found = log.network(connection)
        size = 0 if found is None else found.head.size
        if seen.size > size:
            raise StoreError(BEHIND, size=size, witness=name, remembered=seen.size)
        nodes = TileNodes(lambda level, index: log.tile(connection, level, index))
        root = range_hash(nodes, 0, seen.size) if seen.size else EMPTY_ROOT
    if root != seen.root:
        raise StoreError(FORKED, size=size, witness=name, remembered=seen.size)
