"""Two processes started at once: on a fresh home, on an empty database, on a home that is there."""

from pathlib import Path

from domain.store.engine import open_engine
from domain.store.revision import require
from tests import postgres as pg
from tests.faults.client import issue, ready, send
from tests.faults.launch import ended, launch, until
from tests.faults.report import Row
from tests.faults.server import served
from tests.faults.stand import Stand, Stands
from tests.faults.work import dure

REQUESTS = 60


def both(stands: tuple[Stand, Stand], outputs: tuple[Path, Path], *verb: str) -> list[int]:
    """Run a verb on two stands at once; return both statuses, the better first."""
    processes = [
        launch(dure, *verb, environment=stand.environment, output=output)
        for stand, output in zip(stands, outputs, strict=True)
    ]
    return sorted(ended(process) for process in processes)


def url_of(root: Path, server: pg.PostgresServer | None, name: str) -> str:
    """Return the address of an empty database."""
    return f"sqlite:///{root / name}.db" if server is None else server.url(server.create_database())


def test_two_inits_at_once_make_one_network(
    stands: Stands, postgres_server: pg.PostgresServer, tmp_path: Path
) -> None:
    """On one home, and with two homes on one database: one succeeds, the other is told by name."""
    server = postgres_server if stands.database == "postgresql" else None
    for name, homes in (("one", ("home", "home")), ("two", ("left", "right"))):
        url = url_of(tmp_path, server, name)
        left, right = (Stand(tmp_path / f"{name}-{home}", url) for home in homes)
        outputs = (tmp_path / f"{name}-1", tmp_path / f"{name}-2")
        said = both((left, right), outputs, "init", "--origin", "dure.example/race")
        text = "".join(output.read_text() for output in outputs)
        assert said == [0, 2], text
        assert "HOME_NOT_EMPTY" in text or "ALREADY_FOUNDED" in text, text
        assert "Traceback" not in text
        winner = left if outputs[0].read_text().startswith("Network") else right
        winner.assert_sound()
    Row("two inits at once", stands.database, 2).close()


def test_two_migrations_at_once_are_one(
    stands: Stands, postgres_server: pg.PostgresServer, tmp_path: Path
) -> None:
    """Both end well, and the schema is there."""
    server = postgres_server if stands.database == "postgresql" else None
    url = url_of(tmp_path, server, "empty")
    open_engine(url).dispose()
    stand = Stand(tmp_path, url)
    outputs = (tmp_path / "1", tmp_path / "2")
    assert both((stand, stand), outputs, "migrate") == [0, 0], outputs[0].read_text()
    engine = open_engine(url)
    require(engine)
    engine.dispose()
    Row("two migrations at once", stands.database, 1).close()


def test_two_servers_started_at_once_both_serve(stands: Stands) -> None:
    """Each key sent to both at the same time is one transfer, whoever books it."""
    stand = stands.copy()
    row = Row("two servers started at once", stands.database, 1)
    token = stand.tokens[0]
    with served(stand, started=False) as left, served(stand, started=False) as right:
        for server in (left, right):
            until(lambda seen=server: ready(seen.port)[0] == 200, "it serves")  # type: ignore[misc]
        bodies = [(token, issue(stand, f"together-{n}")) for n in range(REQUESTS)]
        answers = [send(server.port, bodies, 8) for server in (left, right)]
    for first, second in zip(*answers, strict=True):
        assert first.facts[0]
        row.lost += first.facts != second.facts or not second.payload["replayed"]
    row.acknowledged, row.retried = 2 * REQUESTS, REQUESTS
    stand.assert_sound()
    row.close()
