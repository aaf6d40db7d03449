"""Receipts as files: an entry, and the proof that it stands in the signed log."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from api.bootstrap import NetworkError
from api.keyring import read_keys
from api.schema.audit.evidence import prove_inclusion
from api.witnessing.policy import read_quorum
from audit.proof import verify_receipt, write_receipt
from domain.store.queries import log as log_queries

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from api.bootstrap import Network
    from api.schema.core.reading import Connection


class Proved(NamedTuple):
    """An entry, its receipt, the size of the log that this is of, and whether a quorum saw it."""

    leaf: bytes
    proof: str
    size: int
    cosigned: bool


def prove(network: Network, connection: Connection, seq: int) -> Proved:
    """Return an entry with its receipt, which verifies.

    Raises NetworkError ``ENTRY_UNKNOWN``, or where there is a policy that cannot be read.
    """
    quorum = read_quorum(network)
    entry = log_queries.entry(connection, seq)
    found = prove_inclusion(connection, seq, witnessed=quorum)
    if found is None or entry is None:
        head = log_queries.network(connection)
        size = head.head.size if head else 0
        raise NetworkError("ENTRY_UNKNOWN", seq=seq, size=size)
    proof = write_receipt(seq, found.hashes, found.checkpoint)
    # A receipt that does not verify is worth nothing to its holder, who would learn it too late.
    verify_receipt(entry.leaf, proof, *read_keys(connection).keys)
    return Proved(entry.leaf, proof, found.size, found.cosigned)


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
