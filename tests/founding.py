"""A network founded once in each worker and copied: sealing its keys' files is slow on purpose.

A copy is a whole home over a database of its own; it shares the log's key, the operator's API keys
and the genesis with the others, and nothing that any of them does later.
"""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy import make_url

from api.bootstrap import Network, create_network, open_network
from api.config import read_settings
from domain.clock import SimulatedClock
from tests import postgres as pg

ORIGIN = "dure.example/test"
START = 1_767_225_600_000_000  # 2026-01-01
PASSPHRASE = "a pass phrase"


def found_network(home: Path, url: str, clock: SimulatedClock) -> Network:
    """Return a network just founded, in a home that is not there yet, over an empty database."""
    place = make_url(url)
    assert place.database is not None
    if place.get_backend_name() == "sqlite":
        first, database = _first("")
        shutil.copyfile(database, place.database)
    else:
        root = str(place.query["host"])
        first, database = _first(root)
        pg.PostgresServer(Path(root)).replace_database(place.database, database)
    shutil.copytree(first, home, dirs_exist_ok=True)
    settings = read_settings(home=home, database_url=url, passphrase=PASSPHRASE)
    return open_network(home, settings, clock=clock)


@cache
def _first(root: str) -> tuple[Path, str]:
    """Found the network that is copied, on SQLite or on the server under ``root``.

    Returns its home, and its database's path or name.
    """
    folder = Path(tempfile.mkdtemp(prefix="dure-first-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    home = folder / "home"
    if root:
        server = pg.PostgresServer(Path(root))
        database = server.create_database()
        url = server.url(database)
    else:
        database = str(folder / "dure.sqlite3")
        url = f"sqlite:///{database}"
    settings = read_settings(home=home, database_url=url, passphrase=PASSPHRASE)
    create_network(
        home, settings, origin=ORIGIN, sandbox=True, simulated=True, clock=SimulatedClock(START)
    ).close()
    return home, database
