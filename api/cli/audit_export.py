"""`dure audit export`: the log and the ledger in a folder, for `dure-verify`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import Home, Json
from api.cli.output import BAD_USE, GOOD, Output

if TYPE_CHECKING:
    from api.bootstrap import Network
    from api.disclosing import LaidOpen
    from audit.policy import Policy


def run(
    *,
    out: Annotated[Path, typer.Argument(help="Folder that does not exist yet, or is empty.")],
    tree_only: Annotated[
        bool,
        typer.Option("--tree-only", help="The tree alone, for a file server: it is what /log/ is."),
    ] = False,
    payloads: Annotated[
        bool,
        typer.Option(
            "--payloads",
            help="With what entries bind, opened: references of members, signed commands. It is "
            "for an auditor who may know the members; only you can read the folder.",
        ),
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
    if tree_only and payloads:
        voice.complain("USAGE_INVALID", reason="--tree-only has no --payloads: anyone may read it")
        return BAD_USE
    settings = read_settings(home=home)
    network = open_network(settings.home, settings)
    try:
        policy = read_policy(network)
        if policy is not None:
            _offer(voice, network, policy)
        with voice.progress("Exporting") as advance:
            exported = export_bundle(network, out, advance, tree_only=tree_only, payloads=payloads)
    finally:
        network.close()
    size, laid_open = exported
    voice.say(f"{size:,} entries are in {out}.")
    if laid_open is not None:
        _tell(voice, laid_open)
    if tree_only:
        voice.say(f"Any file server may show it; {out}/tile/entries is for auditors alone.")
    where = "URL" if tree_only else out
    voice.say(f"Verify it with: dure-verify {where} --key '{network.verifier_key}'")
    voice.result(
        {
            "out": str(out),
            "size": size,
            "key": network.verifier_key,
            "laid_open": laid_open and laid_open._asdict(),
        }
    )
    return GOOD


def _tell(voice: Output, laid_open: LaidOpen) -> None:
    """Say what was laid open, and what could not be."""
    voice.say(
        f"Laid open: {laid_open.payloads:,} payloads and {laid_open.commands:,} signed commands."
        " They name persons: give the folder to nobody who may not know them."
    )
    if laid_open.unreadable:
        voice.say(
            f"{laid_open.unreadable:,} could not be opened and were left out;"
            " `dure-verify` will name the payloads among them as missing."
        )


def _offer(voice: Output, network: Network, policy: Policy) -> None:
    """Have the witnesses cosign what is exported; where too few answer, it is exported without."""
    from api.witnessing.publish import Publisher

    round_ = asyncio.run(Publisher(network, policy).run_round())
    if round_ is not None and not round_.published:
        silent = ", ".join(f"{name} ({code})" for name, code in round_.failed.items())
        voice.say(f"Too few witnesses cosigned {round_.size:,} entries: {silent}.")
