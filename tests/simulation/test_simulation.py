"""Seeds of the simulation, short ones: always the same few, and one that nobody has seen."""

import logging
import os
import secrets
import sqlite3
from contextlib import closing
from importlib import import_module
from pkgutil import walk_packages

import pytest

import domain
import settlement
from domain.ledger.commands import Command
from tests.simulation.answers import BreachError
from tests.simulation.coverage import DRAWN, LEFT_OUT, missing
from tests.simulation.desk import Desk
from tests.simulation.figures import Figures
from tests.simulation.process import DATABASE
from tests.simulation.simulation import Simulation, in_memory, simulate

STEPS = 120
FIXED = (5, 9, 15)
NOT_MET_MAX = 4  # in so short a run; one of minutes must meet everything
# One row of each, changed behind the ledger's back.
CHANGES = (
    "UPDATE account SET active_at = active_at + 1 WHERE purpose = 'WALLET'",
    "UPDATE lot SET remaining = remaining - 1 WHERE remaining > 0",
    "UPDATE consent SET used = used + 1",
    "UPDATE credit_line SET cap = cap + 1",
    "UPDATE contract SET ended_at = ended_at - 1",
    "DELETE FROM membership",
    "DELETE FROM member_reference",
    "DELETE FROM erasure",
    "UPDATE settlement_window SET state = 'SETTLED'",
    "UPDATE settlement SET state = 'SETTLED'",
    "UPDATE settlement_net SET paid = paid + 1",
    "UPDATE dispute SET corrected = corrected + 1",
    "UPDATE policy SET value = '0'",
    "DELETE FROM payment_file",
    "UPDATE api_key SET revoked_seq = 1 - revoked_seq",
    "UPDATE bank_waiting SET amount = amount + 1",
)
# A failing fresh seed is named in the failure; it replays by `python -m tests.simulation --seed`.
FRESH = int(os.environ.get("DURE_SIMULATION_SEED") or secrets.randbelow(10**9))


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    """The product tells of each fault that we make; that is its duty, and noise here."""
    caplog.set_level(logging.CRITICAL + 1, logger="dure.store")


def commands() -> set[type[Command]]:
    """The commands of all modules of the product; what others only build upon is none."""
    found: set[type[Command]] = set()
    for package in (domain, settlement):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in module.name:
                names = vars(import_module(module.name)).values()
                found.update(
                    one for one in names if isinstance(one, type) and issubclass(one, Command)
                )
    return {one for one in found if not any(one in other.__bases__ for other in found)}


def test_every_command_is_drawn_or_says_why_not() -> None:
    """A new command stands in one of the two tables, or this fails; the model knows all drawn."""
    assert set(LEFT_OUT).isdisjoint(DRAWN)
    assert DRAWN | set(LEFT_OUT) == commands()
    assert Desk(0).rules() == DRAWN
    assert all(LEFT_OUT.values())


def test_fixed_seeds_hold() -> None:
    """Always the same seeds find nothing, and meet nearly all commands and troubles there are."""
    figures = Figures()
    for seed in FIXED:
        with in_memory() as folder:
            simulate(seed, STEPS, folder, figures)
    assert len(missing(figures)) <= NOT_MET_MAX, missing(figures)
    sent = figures.accepted.keys() | figures.refused.keys()
    assert {one.__name__ for one in DRAWN} == sent


def test_a_fresh_seed_holds() -> None:
    """A seed drawn for this run finds nothing; a breach names it."""
    with in_memory() as folder:
        simulate(FRESH, STEPS, folder, Figures())


def test_a_seed_decides_everything() -> None:
    """Two runs of one seed send the same commands, meet the same faults, and end the same."""
    told: list[object] = []
    for _ in range(2):
        figures = Figures()
        with in_memory() as folder, closing(Simulation(7, folder, figures)) as simulation:
            for _ in range(40):
                simulation.advance()
            last, size = list(simulation.last), simulation.desk.book.size
        told.append((last, figures, size, simulation.time))
    assert told[0] == told[1]


def test_a_changed_row_is_a_breach() -> None:
    """Whatever row is changed behind the ledger's back, the next look at the database tells."""
    with in_memory() as folder, closing(Simulation(5, folder, Figures())) as simulation:
        for _ in range(90):
            simulation.advance()
        simulation.check(replay=True)
        saved = folder / "saved.db"
        with closing(sqlite3.connect(simulation.home / DATABASE)) as live:
            with closing(sqlite3.connect(saved)) as copy:
                live.backup(copy)
            for change in CHANGES:
                assert live.execute(change).rowcount, change
                live.commit()
                with pytest.raises(BreachError):
                    simulation.check(replay=False)
                with closing(sqlite3.connect(saved)) as copy:
                    copy.backup(live)
        simulation.check(replay=True)
