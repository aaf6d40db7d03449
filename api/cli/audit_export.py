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
    from api.cli.words import say
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
        with voice.progress(say("export.exporting")) as advance:
            exported = export_bundle(network, out, advance, tree_only=tree_only, payloads=payloads)
    finally:
        network.close()
    size, laid_open = exported
    voice.say(say("export.done", size=f"{size:,}", out=str(out)))
    if laid_open is not None:
        _tell(voice, laid_open)
    if tree_only:
        voice.say(say("export.server", out=str(out)))
    where = "URL" if tree_only else out
    command = f"dure-verify {where} --key '{network.verifier_key}'"
    voice.say(say("export.verify", command=command))
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
    from api.cli.words import say

    payloads, commands = f"{laid_open.payloads:,}", f"{laid_open.commands:,}"
    voice.say(say("export.opened", payloads=payloads, commands=commands))
    if laid_open.unreadable:
        voice.say(say("export.unreadable", unreadable=f"{laid_open.unreadable:,}"))


def _offer(voice: Output, network: Network, policy: Policy) -> None:
    """Have the witnesses cosign what is exported; where too few answer, it is exported without."""
    from api.cli.words import say
    from api.witnessing.publish import Publisher

    round_ = asyncio.run(Publisher(network, policy).run_round())
    if round_ is not None and not round_.published:
        silent = ", ".join(f"{name} ({code})" for name, code in round_.failed.items())
        voice.say(say("export.silent", size=f"{round_.size:,}", silent=silent))
