"""The log's own bonds: canonical leaves, sequence, chain, time, root, signature.

It reads nothing but leaves, which never change, so it may run beside whatever reads the rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.breach import Breach
from audit.bundle import TileStream
from audit.checkpoint import open_checkpoint
from audit.entry import PREV_NONE, decode
from audit.errors import AuditError
from audit.merkle import EMPTY_ROOT, leaf_hash, range_hash
from audit.tiles import TILE_WIDTH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from audit.entry import Fields
    from audit.merkle import Nodes
    from audit.note import VerifierKey


CODES = (
    "NOT_CANONICAL",
    "CHAIN_BROKEN",
    "TIME_NOT_INCREASING",
    "SIGNATURE_INVALID",
    "SIZE_MISMATCH",
    "ROOT_MISMATCH",
    "PUBLISHED_INVALID",
)


def check_chain(
    checkpoint: str,
    leaves: Iterable[bytes],
    key: VerifierKey,
    look: Callable[[Fields], None],
) -> list[Breach]:
    """Hold the leaves against one another and against the signed checkpoint.

    Args:
        checkpoint: the signed note that the database has.
        leaves: every leaf that it covers, in order.
        key: the key that must have signed it.
        look: shown each entry in passing, while no bond is broken.

    Returns:
        The first breach, alone: what follows a broken bond tells nothing.
    """
    tree = TileStream()
    hashes: list[bytes] = []  # not in the tree yet
    prev, time, size = PREV_NONE, "", 0
    for leaf in leaves:
        try:
            fields = decode(leaf)
        except AuditError as error:
            return [Breach("NOT_CANONICAL", {"seq": size, "why": error.code})]
        if fields["seq"] != size or fields["prev"] != prev:
            return [Breach("CHAIN_BROKEN", {"seq": size})]
        last, time = time, str(fields["time"])  # RFC 3339 of one length: ordered as their moments
        if time <= last:
            return [Breach("TIME_NOT_INCREASING", {"seq": size, "last": last, "found": time})]
        hash_ = leaf_hash(leaf)
        prev = hash_.hex()
        look(fields)
        size += 1
        hashes.append(hash_)
        if len(hashes) == TILE_WIDTH:
            tree.extend(hashes)
            hashes.clear()
    tree.extend(hashes)
    return _signed(checkpoint, size, tree.root(), key)


def check_published(
    published: tuple[int, str] | None, size: int, nodes: Nodes, key: VerifierKey
) -> list[Breach]:
    """Hold the checkpoint that witnesses cosigned against the log; it is served and exported.

    Args:
        published: its size as the row has it, and the note; None where there is none.
        size: of the log.
        nodes: the log's tree.
        key: the key that must have signed it.
    """
    if published is None:
        return []
    found, note = published
    try:
        checkpoint = open_checkpoint(note, key)
    except AuditError as error:
        return [Breach("PUBLISHED_INVALID", {"why": error.code})]
    if checkpoint.size != found or found > size:
        return [Breach("PUBLISHED_INVALID", {"why": "SIZE", "found": found, "size": size})]
    try:
        root = range_hash(nodes, 0, found) if found else EMPTY_ROOT
    except AuditError as error:
        return [Breach("PUBLISHED_INVALID", {"why": error.code, "found": found})]
    if root != checkpoint.root:
        return [Breach("PUBLISHED_INVALID", {"why": "ROOT", "found": found})]
    return []


def _signed(note: str, size: int, root: bytes, key: VerifierKey) -> list[Breach]:
    """Hold size and root against the signed checkpoint."""
    try:
        checkpoint = open_checkpoint(note, key)
    except AuditError as error:
        return [Breach("SIGNATURE_INVALID", {"why": error.code})]
    facts: dict[str, str | int]
    if checkpoint.size != size:
        facts = {"expected": checkpoint.size, "found": size}
        return [Breach("SIZE_MISMATCH", facts)]
    if checkpoint.root != root:
        facts = {"expected": checkpoint.root.hex(), "found": root.hex()}
        return [Breach("ROOT_MISMATCH", facts)]
    return []
