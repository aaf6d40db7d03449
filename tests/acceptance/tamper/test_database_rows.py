"""Every logged table edited by hand: the check-up and the independent verifier both name it."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from api.bootstrap import OPERATOR_KEYS, Network, create_network
from api.bundles import export_bundle
from api.checkup import check_up
from api.config import read_settings
from api.demo.admit import admit
from api.demo.closing import close_window
from api.demo.story import Story, evening, shifted, shipped_purchases
from audit.note import VerifierKey
from audit.replay import TABLES, Table
from audit.verification import verify_bundle
from domain.clock import DAY, SimulatedClock
from domain.ledger.commands import Actor, EnrollMember, EraseMember
from domain.store.engine import writing
from settlement.commands import QueueBankLine
from tests.acceptance.tamper.settling import settle

PURCHASES = 1_200  # the first weeks: enough of everything that customers do to fill every table


@pytest.fixture
def network(tmp_path: Path, database_url: str) -> Iterator[Network]:
    """A network in which something stands in each logged table."""
    settings = read_settings(home=tmp_path / "home", database_url=database_url)
    purchases = shifted(shipped_purchases(), datetime.now(UTC).date())[:PURCHASES]
    clock = SimulatedClock(evening(purchases[0].day) - DAY)
    made = create_network(
        settings.home,
        settings,
        origin="dure.example/test",
        sandbox=True,
        simulated=True,
        clock=clock,
    )
    people = admit(made)
    Story(made, clock, people).play(purchases, lambda _: None)
    close_window(made, people)
    settle(made, people)
    come_and_gone(made)
    wait_for_a_person(made)
    yield made
    made.close()


def come_and_gone(network: Network) -> None:
    """Enrol somebody and erase them."""
    subject = json.loads((network.home / OPERATOR_KEYS).read_text())[0]["subject"]
    ann = Actor("OPERATOR", f"operator/{subject}", subject, person=True)
    wrapped, commitment = network.vault.new_member_key()
    enrolment = EnrollMember(
        actor=ann,
        id=network.ids.entity(),
        owner=network.ids.member(),
        partner="MUSIC",
        reference="came and went",
        reference_index="0" * 64,
        wrapped_key=wrapped,
        commitment=commitment,
    )
    erasure = EraseMember(actor=ann, id=network.ids.entity(), owner=enrolment.owner)
    assert [answer.seq < 0 for answer in network.runner.run([enrolment, erasure])] == [False] * 2


def wait_for_a_person(network: Network) -> None:
    """Queue a line of a bank's statement that no payment takes."""
    subject = json.loads((network.home / OPERATOR_KEYS).read_text())[0]["subject"]
    queued = QueueBankLine(
        actor=Actor("OPERATOR", f"operator/{subject}", subject, person=True),
        id=network.ids.entity(),
        statement="5" * 64,
        line=1,
        reference="",
        currency="KRW",
        amount=5,
        reason="NO_CANDIDATE",
    )
    assert [answer.seq < 0 for answer in network.runner.run([queued])] == [False]


def verified(network: Network, out: Path) -> set[tuple[str, str]]:
    """Export the network and return the verifier's findings: code and table."""
    export_bundle(network, out, lambda _: None)
    report = verify_bundle(out, VerifierKey.parse(network.verifier_key))
    found: set[tuple[str, str]] = set()
    for finding in report.findings:
        found.add((finding.code, str(dict(finding.facts).get("table", ""))))
    return found


def checked(network: Network) -> set[tuple[str, str]]:
    """Check the network up and return the breaches: code and table."""
    seen = check_up(network, lambda _: None)
    return {(breach.code, str(breach.facts.get("table", ""))) for breach in seen.breaches}


def first_key(connection: Connection, table: Table) -> str:
    """Return SQL that names the first row of a table; the table has one."""
    columns = ", ".join(f'"{name}"' for name in _key(table))
    row = connection.exec_driver_sql(
        f'SELECT {columns} FROM "{table.name}" ORDER BY {columns} LIMIT 1'
    ).one()
    return " AND ".join(
        f"\"{name}\" = '{value}'" for name, value in zip(_key(table), row, strict=True)
    )


def _key(table: Table) -> list[str]:
    return [table.columns[place] for place in table.key]


def edit(connection: Connection, table: Table) -> None:
    """Change the last number of a table's first row, which is no part of its key; else a text."""
    others = [c for c in table.columns if c not in _key(table)]
    numbers = [c for c in others if c in table.integers]
    value = f'"{numbers[-1]}" + 1' if numbers else f"\"{others[-1]}\" || 'X'"
    where = first_key(connection, table)
    changed = connection.exec_driver_sql(
        f'UPDATE "{table.name}" SET "{(numbers or others)[-1]}" = {value} WHERE {where}'
    )
    assert changed.rowcount == 1


def remove(connection: Connection, table: Table) -> None:
    """Delete a table's first row."""
    where = first_key(connection, table)
    assert connection.exec_driver_sql(f'DELETE FROM "{table.name}" WHERE {where}').rowcount == 1


@pytest.mark.parametrize(("tamper", "code"), [(edit, "ROW_CHANGED"), (remove, "ROW_MISSING")])
def test_every_logged_table_is_watched(
    tmp_path: Path,
    network: Network,
    tamper: Callable[[Connection, Table], None],
    code: str,
) -> None:
    """A row edited or deleted by hand in any logged table is named by doctor and by dure-verify."""
    assert checked(network) == set()
    assert verified(network, tmp_path / "honest") == set()
    with writing(network.engine) as connection:
        for table in TABLES.values():
            tamper(connection, table)
    everywhere = {(code, name) for name in TABLES}
    assert everywhere <= checked(network)
    # A second process that takes half of the work finds what one alone would.
    apart = check_up(network, lambda _: None, apart_entries_min=0)
    assert apart == check_up(network, lambda _: None)
    assert everywhere <= verified(network, tmp_path / "tampered")
