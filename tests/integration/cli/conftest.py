"""A command line to run in this process, and a network of one brand on each database."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.bootstrap import INIT_ACTOR, Network, open_network
from api.cli.app import run
from api.cli.settling import acting
from api.config import read_settings
from api.demo.admit import must
from api.writing import written
from domain.money import Ratio
from domain.partners.commands import CreatePartner, CreateUnit
from settlement.commands import DecideProposal, ProposePolicy


@dataclass(frozen=True)
class Said:
    """What a verb said: its exit status, and both of its voices."""

    status: int
    out: str
    err: str

    @property
    def result(self) -> dict[str, object]:
        """The one JSON object that is the last line."""
        found: dict[str, object] = json.loads(self.out.splitlines()[-1])
        return found


Dure = Callable[..., Said]
SETTINGS = ("HOME", "PASSPHRASE", "PASSPHRASE_FILE", "ORIGIN", "HOST", "PORT")


@pytest.fixture
def dure(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Dure:
    """The `dure` command, in this process, with nothing of the machine's own settings."""
    for name in SETTINGS:
        monkeypatch.delenv(f"DURE_{name}", raising=False)

    def call(*arguments: str | Path | int) -> Said:
        capsys.readouterr()
        status = run([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Said(status, said.out, said.err)

    return call


@pytest.fixture
def home(dure: Dure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str) -> Path:
    """A network made by `dure init` on each kind of database."""
    monkeypatch.setenv("DURE_DATABASE_URL", database_url)
    path = tmp_path / "home"
    assert dure("init", "--home", path, "--origin", "dure.example/test").status == 0
    return path


@pytest.fixture(scope="session")
def first_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `dure init` makes with nothing named but its origin; to be copied, never opened."""
    path = tmp_path_factory.mktemp("first") / "home"
    with pytest.MonkeyPatch.context() as environment:
        for name in (*SETTINGS, "DATABASE_URL"):
            environment.delenv(f"DURE_{name}", raising=False)
        assert run(["init", "--home", str(path), "--origin", "dure.example/test", "--json"]) == 0
    return path


@pytest.fixture
def sqlite_home(
    first_home: Path, dure: Dure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A network made by `dure init` with no database named: a file in the home."""
    monkeypatch.delenv("DURE_DATABASE_URL", raising=False)
    return shutil.copytree(first_home, tmp_path / "home")


@pytest.fixture
def network(home: Path) -> Iterator[Network]:
    """The home, opened."""
    opened = open_network(home, read_settings(home=home))
    yield opened
    opened.close()


@pytest.fixture
def shop(network: Network) -> Network:
    """A network with the brand SHOP and its unit COIN: one coin for ten cents."""
    return open_shop(network)


@pytest.fixture
def sqlite_shop(sqlite_home: Path) -> Iterator[Network]:
    """The same, in a file alone."""
    opened = open_network(sqlite_home, read_settings(home=sqlite_home))
    yield open_shop(opened)
    opened.close()


def open_shop(network: Network) -> Network:
    """Admit SHOP and open COIN."""
    partner = CreatePartner(
        actor=INIT_ACTOR, id=network.ids.entity(), partner="SHOP", currency="USD"
    )
    unit = CreateUnit(
        actor=INIT_ACTOR,
        id=network.ids.entity(),
        unit="COIN",
        owner="SHOP",
        scale=0,
        nominal=Ratio(10, 1),
        currency="USD",
        expiry="NEVER",
        earn=Ratio(1, 10),
    )
    must(network.runner.run([partner, unit]), "opening the shop")
    return network


@pytest.fixture
def people(shop: Network) -> tuple[str, str]:
    """The operator's two people; SHOP pays a fee of 700 at each closing."""
    first, second = json.loads((shop.home / "operator-keys.json").read_text())
    proposal = ProposePolicy(
        actor=acting(shop, first["subject"]), id=shop.ids.entity(), name="PERIODIC_FEE",
        partner="SHOP", currency="USD", value="700 0/1", reason="AGREED",
    )  # fmt: skip
    written(shop, proposal)
    written(
        shop,
        DecideProposal(
            actor=acting(shop, second["subject"]),
            id=shop.ids.entity(),
            proposal=proposal.id,
            approve=True,
        ),
    )
    return first["subject"], second["subject"]
