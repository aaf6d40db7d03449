"""A network to be broken: a real home over a real database, copied from one that is made once."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from api.auth.scopes import Role, Scope
from api.bootstrap import INIT_ACTOR, Network, create_network, grant_key, open_network
from api.bundles import export_bundle
from api.checkup import check_up
from api.config import Settings, read_settings
from audit.note import VerifierKey
from audit.verification import verify_bundle
from domain.clock import SimulatedClock, SystemClock
from domain.ports import Clock
from domain.store.engine import reading
from domain.store.queries import log
from tests import postgres as pg
from tests.integration.store.world import ORIGIN, START, World, furnish

MEMBERS = 12
PASSPHRASE = "a pass phrase"
PARTNERS = ("AIR", "HOTEL")


def _no_progress(_: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Stand:
    """A home, its database, its members, and an API key of each partner."""

    home: Path
    url: str
    members: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()

    @property
    def database(self) -> str:
        """The kind of database."""
        return "sqlite" if self.url.startswith("sqlite") else "postgresql"

    @property
    def environment(self) -> dict[str, str]:
        """The variables under which `dure` finds the network."""
        return {
            "DURE_HOME": str(self.home),
            "DURE_DATABASE_URL": self.url,
            "DURE_PASSPHRASE": PASSPHRASE,
        }

    def settings(self) -> Settings:
        """The same, read."""
        return read_settings(home=self.home, database_url=self.url, passphrase=PASSPHRASE)

    def open(self, clock: Clock | None = None) -> Network:
        """Open the network in this process."""
        return open_network(self.home, self.settings(), clock=clock)

    @contextmanager
    def opened(self) -> Iterator[Network]:
        """Lend the network, opened."""
        network = self.open()
        try:
            yield network
        finally:
            network.close()

    def assert_sound(self) -> None:
        """Hold doctor, export and verifier against the network."""
        with self.opened() as network:
            assert_sound(network)


def assert_sound(network: Network) -> None:
    """Hold doctor, export and verifier against an opened network."""
    out = network.home.parent / f"bundle-{uuid.uuid4().hex}"
    assert check_up(network, _no_progress).breaches == []
    size = export_bundle(network, out, _no_progress).size
    report = verify_bundle(out, VerifierKey.parse(network.verifier_key))
    assert [finding.line() for finding in report.findings] == []
    assert report.size == size
    shutil.rmtree(out)


def last_time(network: Network) -> int:
    """Return the time of the log's last entry."""
    with reading(network.engine) as connection:
        found = log.network(connection)
    assert found is not None
    return found.head.last_time


def found_stand(home: Path, url: str, *, simulated: bool = True) -> Stand:
    """Found a network with two brands; one whose clock is the machine's has no contract."""
    stand = Stand(home, url)
    clock = SimulatedClock(START) if simulated else SystemClock()
    network = create_network(
        home, stand.settings(), origin=ORIGIN, sandbox=True, simulated=simulated,
        clock=clock,
    )  # fmt: skip
    world = World(network.engine, clock, network.runner, network.vault)
    try:
        furnish(world, MEMBERS)
        tokens = [
            grant_key(network, INIT_ACTOR, partner, "till", Role.PARTNER, frozenset(Scope))
            for partner in PARTNERS
        ]
    finally:
        network.close()
    return Stand(home, url, tuple(world.members), tuple(tokens))


class Stands:
    """Makes stands of one kind of database, each a copy of the first."""

    def __init__(self, root: Path, database: str, server: pg.PostgresServer | None) -> None:
        """Make the first, on SQLite or on ``server``."""
        self._root = root
        self._server = server
        self._database = "" if server is None else server.create_database()
        self._made = 0
        self.database = database
        self._first = found_stand(root / "first", self._url(root / "first", self._database))

    def copy(self) -> Stand:
        """Return a network that nobody has touched."""
        return self.copy_of(self._first)

    def copy_of(self, stand: Stand) -> Stand:
        """Return a copy of a network that nobody has open."""
        self._made += 1
        home = self._root / f"home{self._made}"
        shutil.copytree(stand.home, home)
        database = make_url(stand.url).database or ""
        copy = "" if self._server is None else self._server.copy_database(database)
        return Stand(home, self._url(home, copy), stand.members, stand.tokens)

    def _url(self, home: Path, database: str) -> str:
        if self._server is not None:
            return self._server.url(database)
        return f"sqlite:///{home / 'dure.db'}"
