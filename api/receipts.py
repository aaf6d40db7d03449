"""Receipts as files: an entry, and the proof that it stands in the signed log."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from api.bootstrap import NetworkError
from audit.merkle import inclusion_proof
from audit.note import VerifierKey
from audit.proof import verify_receipt, write_receipt
from audit.tiles import TileNodes
from domain.store.queries import log as log_queries

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from api.bootstrap import Network
    from api.schema.core.reading import Connection


class Proved(NamedTuple):
    """An entry, its receipt, and the size of the log that the receipt is of."""

    leaf: bytes
    proof: str
    size: int


def prove(network: Network, connection: Connection, seq: int) -> Proved:
    """Return an entry with its receipt, which verifies; raises NetworkError ``ENTRY_UNKNOWN``."""
    head = log_queries.network(connection)
    entry = log_queries.entry(connection, seq)
    size = head.head.size if head else 0
    if head is None or entry is None:
        raise NetworkError("ENTRY_UNKNOWN", seq=seq, size=size)
    nodes = TileNodes(partial(log_queries.tile, connection))
    proof = write_receipt(seq, inclusion_proof(seq, size, nodes), head.head.checkpoint)
    # A receipt that does not verify is worth nothing to its holder, who would learn it too late.
    verify_receipt(entry.leaf, proof, VerifierKey.parse(network.verifier_key))
    return Proved(entry.leaf, proof, size)


def write_files(out: Path, files: Mapping[str, bytes], *, force: bool) -> None:
    """Write files into a folder, which is made where there is none.

    Raises NetworkError ``RECEIPT_EXISTS`` unless ``force``, ``FILE_NOT_WRITTEN``.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name in files:
            # A link that leads nowhere is there too.
            if not force and ((out / name).exists() or (out / name).is_symlink()):
                raise NetworkError("RECEIPT_EXISTS", path=str(out / name))
        for name, data in files.items():
            (out / name).write_bytes(data)
    except OSError as error:
        reason = error.strerror or ""
        raise NetworkError("FILE_NOT_WRITTEN", path=str(out), reason=reason) from None
