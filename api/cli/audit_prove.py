"""`dure audit prove`: a receipt for one entry, to be kept by whom it concerns."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import Home, Json
from api.cli.output import GOOD, Output

PROOF_FILE = "receipt.tlog-proof"
ENTRY_FILE = "receipt.entry"
SEQ_MAX = 2**53 - 1  # what every JSON reader keeps exact, as the surface has it


def run(
    *,
    seq: Annotated[int, typer.Argument(min=0, max=SEQ_MAX, help="Number of the entry, from 0.")],
    out: Annotated[Path, typer.Option(help="Folder for the two files of the receipt.")],
    force: Annotated[
        bool, typer.Option("--force", help="Replace a receipt that is there already.")
    ] = False,
    home: Home = None,
    json: Json = False,
) -> int:
    """Write an entry and its proof that it stands in the signed log."""
    from api.bootstrap import NetworkError, open_network
    from api.config import read_settings
    from audit.merkle import inclusion_proof
    from audit.note import VerifierKey
    from audit.proof import verify_receipt, write_receipt
    from audit.tiles import TileNodes
    from domain.store.engine import reading
    from domain.store.queries import log as log_queries

    voice = Output(as_json=json)
    settings = read_settings(home=home)
    network = open_network(settings.home, settings)
    try:
        with reading(network.engine) as connection:
            head = log_queries.network(connection)
            entry = log_queries.entry(connection, seq)
            size = head.head.size if head else 0
            if head is None or entry is None:
                raise NetworkError("ENTRY_UNKNOWN", seq=seq, size=size)
            nodes = TileNodes(partial(log_queries.tile, connection))
            proof = write_receipt(seq, inclusion_proof(seq, size, nodes), head.head.checkpoint)
    finally:
        network.close()
    # A receipt that does not verify is worth nothing to its holder, who would learn it too late.
    verify_receipt(entry.leaf, proof, VerifierKey.parse(network.verifier_key))
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name in (ENTRY_FILE, PROOF_FILE):
            # A link that leads nowhere is there too.
            if not force and ((out / name).exists() or (out / name).is_symlink()):
                raise NetworkError("RECEIPT_EXISTS", path=str(out / name))
        (out / ENTRY_FILE).write_bytes(entry.leaf)
        (out / PROOF_FILE).write_text(proof, encoding="utf-8")
    except OSError as error:
        reason = error.strerror or ""
        raise NetworkError("FILE_NOT_WRITTEN", path=str(out), reason=reason) from None
    voice.say(f"Entry {seq} of {size:,}: {out / ENTRY_FILE}, {out / PROOF_FILE}")
    voice.result(
        {
            "seq": seq,
            "size": size,
            "entry": str(out / ENTRY_FILE),
            "proof": str(out / PROOF_FILE),
        }
    )
    return GOOD
