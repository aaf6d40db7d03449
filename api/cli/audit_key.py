"""`dure audit key`: the verifier key, alone on its line, to be handed to auditors."""

from __future__ import annotations

import sys

from api.cli.options import Home, Json
from api.cli.output import GOOD, Output


def run(*, home: Home = None, json: Json = False) -> int:
    """Print the key that the log's checkpoints are verified with."""
    from api.bootstrap import open_network
    from api.config import read_settings

    settings = read_settings(home=home)
    network = open_network(settings.home, settings)
    network.close()
    if json:
        Output(as_json=True).result({"origin": network.origin, "key": network.verifier_key})
    else:
        sys.stdout.write(f"{network.verifier_key}\n")
    return GOOD
