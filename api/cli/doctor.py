"""`dure doctor`: do the rows agree with themselves, and with the log?"""

from __future__ import annotations

import gc
import time

from api.cli.options import Home, Json
from api.cli.output import FOUND, GOOD, Output

PATIENCE = 2  # seconds that nobody minds waiting without being told


def run(*, home: Home = None, json: Json = False) -> int:
    """Check the database against its invariants and against the log, and name each breach."""
    # Neither loading the program nor a replay makes cycles to speak of; collecting would only walk
    # all of it again and again.
    gc.disable()
    from api.bootstrap import open_network
    from api.checkup import check_up, log_size
    from api.config import read_settings

    out = Output(as_json=json)
    settings = read_settings(home=home)
    network = open_network(settings.home, settings)
    begun = time.monotonic()
    try:
        with out.progress("Replaying the log", log_size(network), after=PATIENCE) as advance:
            seen = check_up(network, advance)
    finally:
        network.close()
    rows = [
        [breach.code, " ".join(f"{name}={fact}" for name, fact in breach.facts.items())]
        for breach in seen.breaches
    ]
    if rows:
        out.table("Breaches", ["code", "where"], rows)
    else:
        out.say(f"Good: {seen.entries:,} entries, every row as the log makes it, sums agree.")
    if network.erased_again:
        out.say(
            f"Destroyed again: what a restored table had brought back of {network.erased_again:,}"
            " erased members."
        )
    out.result(
        {
            "seconds": round(time.monotonic() - begun, 1),
            "entries": seen.entries,
            "good": not rows,
            "erased_again": network.erased_again,
            "kinds": dict(sorted(seen.kinds.items())),
            "rows": dict(seen.rows),
            "checks": dict(seen.checks),
            "breaches": [{"code": b.code, "facts": dict(b.facts)} for b in seen.breaches],
        }
    )
    return FOUND if rows else GOOD
