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
    from api.bootstrap import NetworkError, open_network
    from api.config import read_settings
    from api.schema.audit.evidence import prove_inclusion
    from audit.note import VerifierKey
    from audit.proof import verify_receipt, write_receipt
    from domain.store.engine import reading
    from domain.store.queries import log as log_queries

    voice = Output(as_json=json)
    settings = read_settings(home=home)
    network = open_network(settings.home, settings)
    try:
        with reading(network.engine) as connection:
            head = log_queries.network(connection)
            entry = log_queries.entry(connection, seq)
            found = prove_inclusion(connection, seq, witnessed=True)
            if entry is None or found is None:
                size = head.head.size if head else 0
                raise NetworkError("ENTRY_UNKNOWN", seq=seq, size=size)
    finally:
        network.close()
    proof = write_receipt(seq, found.hashes, found.checkpoint)
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
    by = ", cosigned by witnesses" if found.cosigned else ""
    voice.say(f"Entry {seq} of {found.size:,}{by}: {out / ENTRY_FILE}, {out / PROOF_FILE}")
    voice.result(
        {
            "seq": seq,
            "size": found.size,
            "cosigned": found.cosigned,
            "entry": str(out / ENTRY_FILE),
            "proof": str(out / PROOF_FILE),
        }
    )
    return GOOD
