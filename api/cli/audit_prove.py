"""`dure audit prove`: a receipt for one entry, to be kept by whom it concerns."""

from __future__ import annotations

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
    """Write an entry and its proof that it stands in the signed log.

    The proof leads to the checkpoint that witnesses have cosigned, where that covers the entry.
    """
    from api.bootstrap import open_network
    from api.config import read_settings
    from api.receipts import prove, write_files
    from domain.store.engine import reading

    voice = Output(as_json=json)
    settings = read_settings(home=home)
    network = open_network(settings.home, settings)
    try:
        with reading(network.engine) as connection:
            leaf, proof, size, cosigned = prove(network, connection, seq)
    finally:
        network.close()
    write_files(out, {ENTRY_FILE: leaf, PROOF_FILE: proof.encode()}, force=force)
    by = ", cosigned by witnesses" if cosigned else ""
    voice.say(f"Entry {seq} of {size:,}{by}: {out / ENTRY_FILE}, {out / PROOF_FILE}")
    voice.result(
        {
            "seq": seq,
            "size": size,
            "cosigned": cosigned,
            "entry": str(out / ENTRY_FILE),
            "proof": str(out / PROOF_FILE),
        }
    )
    return GOOD
