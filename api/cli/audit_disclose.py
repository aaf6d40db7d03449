"""`dure audit disclose`: show one entry to an auditor, and nothing of any other."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.audit_prove import SEQ_MAX
from api.cli.options import Home, Json
from api.cli.output import GOOD, Output


def run(
    *,
    seq: Annotated[int, typer.Argument(min=0, max=SEQ_MAX, help="Number of the entry, from 0.")],
    out: Annotated[Path, typer.Option(help="Folder for the files of the disclosure.")],
    force: Annotated[
        bool, typer.Option("--force", help="Replace a disclosure that is there already.")
    ] = False,
    home: Home = None,
    json: Json = False,
) -> int:
    """Write an entry, its receipt, its own key, its payload and the command that was signed."""
    from api.bootstrap import open_network
    from api.config import read_settings
    from api.disclosing import disclose
    from api.receipts import write_files
    from audit.disclosure import ERASED_ENTRY

    voice = Output(as_json=json)
    settings = read_settings(home=home)
    network = open_network(settings.home, settings)
    try:
        files = disclose(network, seq)
    finally:
        network.close()
    write_files(out, files, force=force)
    voice.say(f"Entry {seq}: {', '.join(sorted(files))} in {out}")
    if ERASED_ENTRY in files:
        voice.say("A member of it was erased: what it said of that person is gone.")
    voice.say(f"Verify it with: dure-verify --disclosure {out} --key '{network.verifier_key}'")
    voice.result(
        {"seq": seq, "out": str(out), "files": [*sorted(files)], "erased": ERASED_ENTRY in files}
    )
    return GOOD
