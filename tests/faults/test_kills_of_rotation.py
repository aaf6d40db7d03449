"""`dure audit rotate-key` killed at every step: the log goes on under the key that it names."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.auth.scopes import Role, Scope
from api.bootstrap import INIT_ACTOR, KEYS, Network, grant_key
from api.checkup import check_up
from audit.note import VerifierKey
from audit.verdict import OK
from audit.verification import verify_bundle
from tests.faults.points import rotation_points
from tests.faults.report import FULL, Row
from tests.faults.stand import Stand, Stands
from tests.faults.test_kills_of_verbs import run, said

COMMITTED = ("after COMMIT", "before the names", "the old file linked", "the new file named")
STORED = ("before COMMIT", "after COMMIT")  # all that differs from database to database


def key_now(stand: Stand, output: Path) -> str:
    """Return the key that the home says it signs with."""
    assert run(stand, output, "audit", "key", "--json") == 0
    return str(said(output)["key"])


def files(stand: Stand) -> set[str]:
    """Return the names of the log's key files."""
    return {path.name for path in (stand.home / KEYS).glob("log*.key")}


@pytest.fixture
def counted(stands: Stands) -> Iterator[Row]:
    """A row of the report."""
    row = Row("kill -9 in audit rotate-key", stands.database)
    yield row
    row.close()


def test_a_rotation_that_is_killed_leaves_one_key_that_signs(
    stands: Stands, counted: Row, tmp_path: Path
) -> None:
    """Killed before COMMIT the old key signs, after it the new; a next run ends what was begun."""
    points = rotation_points(stands.database)
    assert set(COMMITTED) <= points.keys()
    for name, point in points.items():
        if not FULL and (stands.database == "postgresql") != (name in STORED):
            continue
        stand, output = stands.copy(), tmp_path / f"said {name}"
        counted.rounds += 1
        old = key_now(stand, output)
        killed = run(stand, output, "audit", "rotate-key", "--overlap", "0", point=point)
        assert killed == -signal.SIGKILL, name
        now = key_now(stand, output)
        assert (now != old) == (name in COMMITTED), name
        with stand.opened() as network:
            write(network)
        assert run(stand, output, "audit", "rotate-key", "--overlap", "0", "--json") == 0
        told = said(output)
        # Only file names were missing, or the rotation was never begun, or it was over.
        renamed = name in COMMITTED and name != "the new file named"
        assert told["finished"] == renamed, name
        assert (told["key"] == now) == renamed, name
        assert "log-next.key" not in files(stand)
        out = tmp_path / f"bundle {name}"
        assert run(stand, output, "audit", "export", str(out), "--json") == 0
        report = verify_bundle(out, VerifierKey.parse(old))
        held = {check.name for check in report.checks if check.status == OK}
        assert {"checkpoint", "keys", "files", "entries", "tree"} <= held, (name, report.counts)
        with stand.opened() as network:
            assert check_up(network, lambda _: None).breaches == [], name


def write(network: Network) -> None:
    """Append an entry by a batch, as a server does."""
    subject = network.ids.member()
    assert grant_key(network, INIT_ACTOR, "", subject, Role.AUDITOR, frozenset({Scope.AUDIT_READ}))
