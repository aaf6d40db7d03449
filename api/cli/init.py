"""`dure init`: make a network."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.options import Home, Json
from api.cli.output import GOOD, Output


def run(
    *,
    home: Home = None,
    origin: Annotated[
        str | None, typer.Option(help="Name of the log, such as dure.example/seoul.")
    ] = None,
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="Say in the log that its points are play.")
    ] = False,
    json: Json = False,
) -> int:
    """Make a network: keys, database, the log's first entry, API keys for the operator."""
    from api.bootstrap import create_network
    from api.config import read_settings

    out = Output(as_json=json)
    settings = read_settings(home=home, origin=origin)
    network = create_network(
        settings.home, settings, origin=settings.origin, sandbox=sandbox, simulated=False
    )
    try:
        keys = settings.home / "operator-keys.json"
        out.say(f"Network {network.origin} is in {settings.home}.")
        out.say(f"Verifier key: {network.verifier_key}")
        out.say(f"The operator's API keys: {keys} (keep it; the keys are not shown again)")
        if (settings.home / "passphrase").exists():
            out.say(f"The key files' pass phrase: {settings.home / 'passphrase'}")
        out.say(f"Serve it with: dure serve --home {settings.home}")
        out.result(
            {
                "home": str(settings.home),
                "origin": network.origin,
                "verifier_key": network.verifier_key,
                "operator_keys": str(keys),
                "sandbox": sandbox,
            }
        )
    finally:
        network.close()
    return GOOD
