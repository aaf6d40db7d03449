"""`dure audit consistency`: the proof that the log of today begins with the log of then."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from api.cli.options import Home, Json
from api.cli.output import GOOD, Output

if TYPE_CHECKING:
    from api.schema.core.context import Quorum
    from api.schema.core.reading import Connection

SIZE_MAX = 2**53  # the largest tree


class _Proved(NamedTuple):
    new: int
    root_old: bytes
    root_new: bytes
    hashes: list[bytes]
    checkpoint: str


def run(
    *,
    old_size: Annotated[int, typer.Argument(min=0, max=SIZE_MAX, help="Size of the older tree.")],
    new_size: Annotated[
        int | None,
        typer.Argument(min=0, max=SIZE_MAX, help="Size of the newer; without it, the one served."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="File for the proof with its checkpoint, as tlog-witness has it."),
    ] = None,
    home: Home = None,
    json: Json = False,
) -> int:
    """Prove that the tree of one size begins with the tree of another.

    The file is the body of C2SP tlog-witness's add-checkpoint: `old SIZE`, the hashes in base64, a
    blank line, the signed checkpoint of the newer size.
    """
    from api.bootstrap import NetworkError, open_network
    from api.config import read_settings
    from api.witnessing.policy import read_quorum
    from audit.base64text import to_base64
    from audit.witness.request import AddCheckpoint
    from domain.store.engine import reading

    voice = Output(as_json=json)
    settings = read_settings(home=home)
    network = open_network(settings.home, settings)
    try:
        with reading(network.engine) as connection:
            proved = _prove(connection, old_size, new_size, read_quorum(network))
    finally:
        network.close()
    if out is not None:
        if not proved.checkpoint:
            raise NetworkError("CHECKPOINT_UNKNOWN", size=proved.new)
        body = AddCheckpoint(old_size, tuple(proved.hashes), proved.checkpoint).body()
        try:
            out.write_bytes(body)
        except OSError as error:
            reason = error.strerror or ""
            raise NetworkError("FILE_NOT_WRITTEN", path=str(out), reason=reason) from None
    hashes = [to_base64(one) for one in proved.hashes]
    voice.say(f"old {old_size} {to_base64(proved.root_old)}")
    voice.say(f"new {proved.new} {to_base64(proved.root_new)}")
    for one in hashes:
        voice.say(one)
    voice.result(
        {
            "old": {"size": old_size, "root": to_base64(proved.root_old)},
            "new": {"size": proved.new, "root": to_base64(proved.root_new)},
            "hashes": [*hashes],
            "checkpoint": proved.checkpoint,
            "out": "" if out is None else str(out),
        }
    )
    return GOOD


def _prove(connection: Connection, old: int, new: int | None, quorum: Quorum | None) -> _Proved:
    """Make the proof, and verify it before anybody else has to.

    Raises NetworkError ``SIZES_UNKNOWN``.
    """
    from api.bootstrap import NetworkError
    from api.schema.audit.evidence import prove_consistency, served_checkpoint
    from audit.merkle import EMPTY_ROOT, range_hash, verify_consistency
    from audit.tiles import TileNodes
    from domain.store.queries import log as log_queries

    signed = {
        one.size: one.note
        for witnessed in (None, quorum)
        if (one := served_checkpoint(connection, witnessed=witnessed)) is not None
    }
    served = served_checkpoint(connection, witnessed=quorum)
    size = served.size if new is None and served is not None else new or 0
    hashes = prove_consistency(connection, old, size)
    if hashes is None:
        raise NetworkError("SIZES_UNKNOWN", old=old, new=size, size=max(signed, default=0))
    nodes = TileNodes(partial(log_queries.tile, connection))
    root_old, root_new = (range_hash(nodes, 0, n) if n else EMPTY_ROOT for n in (old, size))
    verify_consistency(old, root_old, size, root_new, hashes)
    return _Proved(size, root_old, root_new, hashes, signed.get(size, ""))
