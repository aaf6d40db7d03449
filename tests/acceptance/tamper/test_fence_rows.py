"""A database put back to an older state, or grown from it another way: row 19."""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import MetaData, insert

from api.bootstrap import HIGH_WATER, OPERATOR_KEYS, Network, create_network, open_network
from api.config import Settings, read_settings
from api.witnessing.policy import POLICY_FILE
from audit.witness.state import origin_hash
from domain.errors import StoreError
from domain.ledger.commands import Actor
from domain.partners.commands import CreatePartner
from domain.store.engine import open_engine, reading, writing
from domain.store.queries import log
from tests.acceptance.tamper.forging import WITNESS_KEYS
from tests.releases.homes import contents
from tests.unit.audit_verify.sites import serving

Rows = dict[str, list[dict[str, object]]]


@dataclass
class Home:
    """A network's home, opened and closed as a test goes on."""

    settings: Settings
    network: Network

    def enter(self, partner: str) -> str:
        """Have the network admit a partner; return the fault that its caller meets."""
        keys = json.loads((self.settings.home / OPERATOR_KEYS).read_text())
        subject = keys[0]["subject"]
        ann = Actor("OPERATOR", f"operator/{subject}", subject, person=True)
        command = CreatePartner(
            actor=ann, id=self.network.ids.entity(), partner=partner, currency="KRW"
        )
        (answer,) = self.network.runner.run([command])
        return answer.fault

    def checkpoint(self) -> str:
        """The signed head."""
        with reading(self.network.engine) as connection:
            found = log.network(connection)
        assert found is not None
        return found.head.checkpoint

    def restore(self, saved: Rows) -> None:
        """Stop, and put the rows of a backup in place of those that are there."""
        self.network.close()
        url = self.settings.database_url
        assert url is not None
        engine = open_engine(url.get_secret_value())
        tables = MetaData()
        tables.reflect(engine)
        with writing(engine) as connection:
            for name, rows in saved.items():
                connection.execute(tables.tables[name].delete())
                if rows:
                    connection.execute(insert(tables.tables[name]), rows)
        engine.dispose()

    def reopen(self) -> str:
        """Open the network again; "" or the code of what refuses."""
        try:
            self.network = open_network(self.settings.home, self.settings)
        except StoreError as error:
            return error.code
        return ""


@pytest.fixture
def home(tmp_path: Path, database_url: str) -> Iterator[Home]:
    """A new network."""
    settings = read_settings(
        home=tmp_path / "home", database_url=database_url, passphrase="a pass phrase"
    )
    founded = create_network(
        settings.home, settings, origin="dure.example/test", sandbox=True, simulated=False
    )
    made = Home(settings, founded)
    yield made
    made.network.close()


def test_19_a_database_restored_to_an_older_state(
    home: Home, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The high-water mark refuses an older database and one beside it; without it, a witness."""
    assert home.enter("FIRST") == ""
    saved = contents(home.network.engine)
    assert home.enter("SECOND") == ""
    newest = home.checkpoint()
    home.restore(saved)
    assert home.reopen() == "LOG_BEHIND"

    # Somebody takes the mark away, and goes on from the backup as if nothing had been.
    mark = home.settings.home / HIGH_WATER
    kept = mark.read_bytes()
    mark.unlink()
    assert home.reopen() == ""
    assert home.enter("OTHER") == ""
    forked = contents(home.network.engine)
    home.network.close()
    mark.write_bytes(kept)
    assert home.reopen() == "LOG_FORKED"

    # No mark at all: a witness shows the checkpoint that the log's own key signed.
    cosigned = tmp_path / "witness" / origin_hash("dure.example/test")
    cosigned.mkdir(parents=True)
    (cosigned / "checkpoint").write_text(newest)
    with serving(tmp_path / "witness") as witness:
        witness_key = WITNESS_KEYS["w1"].text()
        policy = f"witness w1 {witness_key} {witness.url}\nquorum w1\n"
        (home.settings.home / POLICY_FILE).write_text(policy)
        for rows, code in ((saved, "LOG_BEHIND_WITNESS"), (forked, "LOG_FORKED_WITNESS")):
            home.restore(rows)
            mark.unlink()
            assert home.reopen() == ""
            caplog.clear()
            with caplog.at_level(logging.ERROR):
                assert home.enter("THIRD") == "UNAVAILABLE"
            assert f"{code} " in caplog.text
            home.network.close()
            mark.write_bytes(kept)
