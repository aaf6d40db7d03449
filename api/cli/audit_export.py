"""`dure audit export`: the log and the ledger in a folder, for `dure-verify`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import Home, Json
from api.cli.output import GOOD, Output

if TYPE_CHECKING:
    from api.bootstrap import Network
    from audit.policy import Policy


def run(
    *,
    out: Annotated[Path, typer.Argument(help="Folder that does not exist yet, or is empty.")],
    tree_only: Annotated[
        bool,
        typer.Option("--tree-only", help="The tree alone, for a file server: it is what /log/ is."),
    ] = False,
    home: Home = None,
    json: Json = False,
) -> int:
    """Export the log and every row it vouches for, as of one moment; or its tree alone."""
    from api.bootstrap import open_network
    from api.bundles import export_bundle
    from api.config import read_settings
    from api.witnessing.policy import read_policy

    voice = Output(as_json=json)
    settings = read_settings(home=home)
    network = open_network(settings.home, settings)
    try:
        policy = read_policy(network)
        if policy is not None:
            _offer(voice, network, policy)
        with voice.progress("Exporting") as advance:
            size = export_bundle(network, out, advance, tree_only=tree_only)
    finally:
        network.close()
    voice.say(f"{size:,} entries are in {out}.")
    if tree_only:
        voice.say(f"Any file server may show it; {out}/tile/entries is for auditors alone.")
    where = "URL" if tree_only else out
    voice.say(f"Verify it with: dure-verify {where} --key '{network.verifier_key}'")
    voice.result({"out": str(out), "size": size, "key": network.verifier_key})
    return GOOD


def _offer(voice: Output, network: Network, policy: Policy) -> None:
    """Have the witnesses cosign what is exported; where too few answer, it is exported without."""
    from api.witnessing.publish import Publisher

    round_ = asyncio.run(Publisher(network, policy).run_round())
    if round_ is not None and not round_.published:
        silent = ", ".join(f"{name} ({code})" for name, code in round_.failed.items())
        voice.say(f"Too few witnesses cosigned {round_.size:,} entries: {silent}.")
