"""Before signing, and whenever a witness speaks of a larger log: hold the database against it.

What a witness keeps is a checkpoint that this log's own key has signed. So one of a larger tree, or
of another tree of the same size, is proof that the database was restored from an older copy, or
that another one stands under the log's name: whoever signed on would fork the log. A witness's bare
word is no such proof, and stops nothing.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from api.keyring import read_keys
from audit.checkpoint import Checkpoint, open_checkpoint
from audit.errors import AuditError, NoteError
from audit.merkle import EMPTY_ROOT, range_hash
from audit.note import NOTE_BYTES_MAX, parse_note
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
    from audit.rotation import KeyHistory

ASKED_AT_ONCE_MAX = 16  # each is a thread that waits; a policy has some few witnesses
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
    witnesses = policy.witnesses.values()
    history = log_keys(network)

    def ask(witness: PolicyWitness) -> Checkpoint | AuditError:
        try:
            return last_seen(witness, history)
        except AuditError as error:
            return error

    # All at once: what is down or slow costs its time once.
    with ThreadPoolExecutor(max_workers=ASKED_AT_ONCE_MAX) as pool:
        for witness, seen in zip(witnesses, pool.map(ask, witnesses), strict=True):
            if isinstance(seen, AuditError):
                compared.silent[witness.name] = seen.code
                continue
            judge(network, witness.name, seen)
            compared.sizes[witness.name] = seen.size
    return compared


def log_keys(network: Network) -> KeyHistory:
    """Return the keys that the network's log names by now; raises StoreError."""
    with reading(network.engine) as connection:
        return read_keys(connection)


def last_seen(witness: PolicyWitness, history: KeyHistory) -> Checkpoint:
    """Return the last checkpoint that a witness has of this log, verified under the log's keys.

    Raises:
        TransportError: nobody answered in time.
        WitnessError: ``WITNESS_NONSENSE`` where it shows what the log never signed.
    """
    origin = history.first.name
    url = f"{witness.url.rstrip('/')}/{origin_hash(origin)}/checkpoint"
    answer = request("GET", url, bytes_max=NOTE_BYTES_MAX, seconds=SECONDS)
    if answer.status == HTTPStatus.NOT_FOUND:
        return Checkpoint(origin, 0, EMPTY_ROOT)
    try:
        seen = open_checkpoint(answer.body, *history.keys)
        signed = parse_note(answer.body).verify(history.keys)
    except NoteError as error:
        raise WitnessError("WITNESS_NONSENSE", witness=witness.name, reason=error.code) from None
    if not any(history.believes(key, seen.size) for key in signed):
        # Whoever stole the key may have had it cosigned; it says nothing of this log.
        raise WitnessError("WITNESS_NONSENSE", witness=witness.name, reason="KEY_REVOKED")
    return seen


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
