"""`dure audit export`: the log and the ledger in a folder, for `dure-verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import Home, Json
from api.cli.output import GOOD, Output


def run(
    *,
    out: Annotated[Path, typer.Argument(help="Folder that does not exist yet, or is empty.")],
    home: Home = None,
    json: Json = False,
) -> int:
    """Export the log and every row it vouches for, as of one moment."""
    from api.bootstrap import open_network
    from api.bundles import export_bundle
    from api.config import read_settings

    voice = Output(as_json=json)
    settings = read_settings(home=home)
    network = open_network(settings.home, settings)
    try:
        with voice.progress("Exporting") as advance:
            size = export_bundle(network, out, advance)
    finally:
        network.close()
    voice.say(f"{size:,} entries are in {out}.")
    voice.say(f"Verify it with: dure-verify {out} --key '{network.verifier_key}'")
    voice.result({"out": str(out), "size": size, "key": network.verifier_key})
    return GOOD
