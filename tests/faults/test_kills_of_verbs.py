"""`dure audit export`, `import` and `migrate` killed at chosen points: whole or absent."""

import json
import signal
from pathlib import Path

from sqlalchemy import make_url

from api.purchases.importer import ROWS_A_BATCH
from audit.note import VerifierKey
from audit.verification import verify_bundle
from domain.store.engine import open_engine, reading
from domain.store.migration import migrate
from domain.store.queries import members, wallets
from domain.store.revision import current, require
from tests import postgres as pg
from tests.faults.launch import ended, launch
from tests.faults.points import Point, export_points, import_points, migration_points
from tests.faults.report import FULL, Row
from tests.faults.stand import Stand, Stands
from tests.faults.work import dure

ROUNDS = 2 if FULL else 1  # at each point; the second dies at a later call where there is one
CUSTOMERS = 100
PURCHASES = ROWS_A_BATCH + 100  # two batches


def run(stand: Stand, output: Path, *arguments: str, point: Point | None = None) -> int:
    """Run `dure` on the stand's network and return its exit status."""
    process = launch(dure, *arguments, environment=stand.environment, output=output, point=point)
    return ended(process)


def said(output: Path) -> dict[str, object]:
    """Return the JSON object that a verb said last."""
    found: dict[str, object] = json.loads(output.read_text().splitlines()[-1])
    return found


def test_an_export_that_is_killed_leaves_no_bundle(stands: Stands) -> None:
    """Killed at any point an export's folder is absent; the next one is whole and verifies."""
    row = Row("kill -9 in audit export", stands.database)
    stand = stands.copy()
    root = stand.home.parent
    for point in export_points().values():
        for nth in range(1, ROUNDS + 1):
            out, output = root / f"out-{row.rounds}", root / f"said-{row.rounds}"
            later = point._replace(nth=nth) if point.name == "among the tiles" else point
            row.rounds += 1
            assert run(stand, output, "audit", "export", str(out), point=later) == -signal.SIGKILL
            assert not out.exists()
            assert run(stand, output, "audit", "export", str(out), "--json") == 0
            key = VerifierKey.parse(str(said(output)["key"]))
            assert list(verify_bundle(out, key).findings) == []
    stand.assert_sound()
    row.close()


def points_of(stand: Stand, customer: str) -> int:
    """Return what a customer of AIR holds."""
    with stand.opened() as network:
        index = network.vault.reference_index("AIR", customer)
        with reading(network.engine) as connection:
            owner = members.by_reference(connection, "AIR", index)
            found = wallets.balances(connection, owner or "", network.clock.now())
    return sum(balance.posted for balance in found)


def test_an_import_that_is_killed_goes_on(stands: Stands) -> None:
    """Killed at any point and repeated, an import gives each purchase its points once."""
    row = Row("kill -9 in import", stands.database)
    # The second batch brings customers of its own, so that it enrols too.
    customers = [n % CUSTOMERS if n < ROWS_A_BATCH else n for n in range(PURCHASES)]
    lines = [f"c{customer},2026-01-02,1,10.00\n" for customer in customers]
    for place, point in enumerate(import_points(stands.database).values()):
        if place % 2 and not FULL:
            continue
        for nth in range(1, ROUNDS + 1):
            stand = stands.copy()
            file, output = stand.home / "purchases.csv", stand.home / "said"
            file.write_text("customer,date,quantity,amount\n" + "".join(lines))
            # The first COMMIT is of the members; what comes after it is of their points.
            later = point._replace(nth=nth + point.name.endswith("COMMIT"))
            start = ("import", "purchases", str(file), "--partner", "AIR", "--rate", "1/10")
            verb = (*start, "--refused", str(stand.home / "refused"), "--json")
            row.rounds += 1
            killed = run(stand, output, *verb, point=later)
            assert killed == -signal.SIGKILL, output.read_text()
            assert run(stand, output, *verb) == 0
            report = said(output)
            assert (report["rows"], report["refused"]) == (PURCHASES, 0)
            row.acknowledged += int(str(report["replayed"]))
            row.retried += PURCHASES
            row.lost += PURCHASES - int(str(report["replayed"])) - int(str(report["issued"]))
            assert points_of(stand, "c7") == 100 * 100 * ROWS_A_BATCH // CUSTOMERS
            stand.assert_sound()
    assert row.acknowledged > 0
    row.close()


def empty(stands: Stands, server: pg.PostgresServer | None, place: int) -> Stand:
    """Return a home whose database is empty."""
    stand = stands.copy()
    home = stand.home
    if server is not None:
        return Stand(home, server.url(server.create_database()))
    url = f"sqlite:///{home / f'empty{place}.db'}"
    open_engine(url).dispose()
    assert Path(make_url(url).database or "").exists()
    return Stand(home, url)


def test_a_migration_that_is_killed_is_whole_or_absent(
    stands: Stands, postgres_server: pg.PostgresServer
) -> None:
    """Killed at any point a migration has happened or has not; the next one finishes."""
    row = Row("kill -9 in migrate", stands.database)
    server = postgres_server if stands.database == "postgresql" else None
    for point in migration_points().values():
        for nth in range(1, ROUNDS + 1):
            stand = empty(stands, server, row.rounds)
            row.rounds += 1
            chosen = point._replace(nth=5 * nth if "table" in point.name else 1)
            output = stand.home / "said"
            assert run(stand, output, "migrate", point=chosen) == -signal.SIGKILL
            engine = open_engine(stand.url)
            try:
                assert current(engine) in ("", migrate(engine))
                require(engine)
            finally:
                engine.dispose()
    row.close()
