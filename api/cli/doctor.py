"""`dure doctor`: do the rows agree with themselves, and with the log?"""

from __future__ import annotations

import gc
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

from api.cli.options import Home, Json
from api.cli.output import FOUND, GOOD, Output

if TYPE_CHECKING:
    from api.config import Settings

# Of a database in the home: below some 20,000 entries, at about 1.5 kB each with their rows, a
# second process costs more than it saves. What is elsewhere is asked how large it is.
LARGE_BYTES_MIN = 30_000_000
PATIENCE = 2  # seconds that nobody minds waiting without being told


def _is_large(settings: Settings) -> bool:
    """Tell whether the home's own database is worth a second process from the start."""
    from api.config import DATABASE

    try:
        size = (settings.home / DATABASE).stat().st_size
    except OSError:
        return False
    return settings.database_url is None and size >= LARGE_BYTES_MIN


def run(*, home: Home = None, json: Json = False) -> int:
    """Check the database against its invariants and against the log, and name each breach."""
    # Neither loading the program nor a replay makes cycles to speak of; collecting would only walk
    # all of it again and again.
    gc.disable()
    from api.cli.words import heads, say
    from api.config import read_settings

    out = Output(as_json=json)
    settings = read_settings(home=home)
    begun = time.monotonic()
    with ExitStack() as closing_after:
        apart = None
        if _is_large(settings):
            from api.replay_apart import replay_apart

            apart = closing_after.enter_context(replay_apart())
        from api.bootstrap import open_network
        from api.checkup import check_up, log_size

        network = open_network(settings.home, settings)
        closing_after.callback(network.close)
        with out.progress(say("doctor.replaying"), log_size(network), after=PATIENCE) as advance:
            seen = check_up(network, advance, apart=apart)
    rows = [
        [breach.code, " ".join(f"{name}={fact}" for name, fact in breach.facts.items())]
        for breach in seen.breaches
    ]
    if rows:
        out.table(say("doctor.breaches"), heads("code", "where"), rows)
    else:
        out.say(say("doctor.good", entries=f"{seen.entries:,}"))
    if network.erased_again:
        out.say(say("doctor.erased", erased=f"{network.erased_again:,}"))
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
