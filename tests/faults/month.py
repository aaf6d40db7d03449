"""A month to be closed while somebody kills the verbs: three brands, two of which owe money."""

import hashlib
import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from api.demo.bank import Page, answer, booked
from api.files import PARTIAL
from domain.clock import DAY, format_instant
from domain.ids import OPERATOR
from domain.ledger.commands import Actor, Command
from domain.ledger.settling import PAY_IN, PAY_OUT, SETTLED, Settlement
from domain.partners.commands import CreatePartner
from domain.partners.people import KEY
from domain.store.engine import reading
from domain.store.queries import reference, settlements
from domain.store.queries.settlements import Details
from settlement.bank.camt053 import read_camt053
from settlement.commands import DecideProposal, ProposePolicy
from tests.faults.points import (
    Point,
    books_points,
    decision_points,
    import_bank_points,
    payments_points,
    statement_points,
)
from tests.faults.stand import Stand, Stands
from tests.faults.work import dure
from tests.hiring import hire
from tests.integration.store.world import OPERATOR_ACTOR, World, new_id

CURRENCY = "KRW"
ANN = "0" * 32  # who proposes
FEE = 700  # what CAFE owes the operator for the month
NUMBERS = ("12345604123456", "1002123456789", "110123456789", "62012345678901")
ACCOUNTS = {
    code: {"holder": code.title(), "bank": bank, "number": number}
    for code, bank, number in zip(
        (OPERATOR, "AIR", "HOTEL", "CAFE"), ("004", "020", "088", "081"), NUMBERS, strict=True
    )
}


@dataclass(frozen=True)
class Month:
    """A stand whose open window is to be settled, and its operator's second person."""

    stand: Stand
    bob: str
    due: str
    tokens: tuple[str, ...]  # of the one and of the other

    @property
    def work(self) -> Path:
        """Where its papers lie: within the home, so that a copy has them too."""
        return self.stand.home / "work"

    def on(self, stand: Stand) -> "Month":
        """The same month on a copy of the stand."""
        return replace(self, stand=stand)

    def settled(self) -> tuple[Settlement, Details] | None:
        """Return the one settlement there is, and what belongs to it."""
        with self.stand.opened() as network, reading(network.engine) as connection:
            found = list(reference.load(connection).settlements.values())
            if not found:
                return None
            (one,) = found
            return one, settlements.details(connection, [one.id])


def prepared(stands: Stands) -> Month:
    """Let AIR owe HOTEL for exchanges, and CAFE the operator a fee; nothing is closed yet."""
    stand = stands.copy()
    with stand.opened() as network:
        bob = network.ids.member()
        tokens = tuple(hire(network, ANN, bob))
        world = World(network.engine, network.clock, network.runner, network.vault)
        cafe = CreatePartner(
            actor=OPERATOR_ACTOR, id=new_id(), key=new_id(), partner="CAFE", currency=CURRENCY,
            cap=10**6, signing_key="", name_en="Cafe",
        )  # fmt: skip
        fee = ProposePolicy(
            actor=OPERATOR_ACTOR, id=new_id(), name="PERIODIC_FEE", partner="CAFE",
            currency=CURRENCY, value=f"{FEE} 0/1", reason="AGREED",
        )  # fmt: skip
        second = Actor(OPERATOR, f"operator/{bob}", bob, person=True)
        agreed = DecideProposal(actor=second, id=new_id(), proposal=fee.id, approve=True)
        exchanges: list[Command] = [
            world.exchange(owner, 1_000 + 100 * n) for n, owner in enumerate(stand.members)
        ]
        world.must(cafe, fee, agreed, *exchanges)
        due = format_instant(network.clock.now() + 10 * DAY)
    (stand.home / "bank-accounts.json").write_text(json.dumps(ACCOUNTS))
    return Month(stand, bob, due, tokens)


class Step(NamedTuple):
    """A verb of the month, where it may be killed, and what a repeat of what was done says."""

    name: str
    verb: Callable[[Month], list[str]]
    points: Callable[[str], dict[str, Point]]
    said: str = ""  # the code; where there is none, a repeat succeeds

    @property
    def title(self) -> str:
        """The verb alone."""
        return self.name.split(",")[0]


def _only(month: Month) -> str:
    found = month.settled()
    assert found is not None
    return found[0].id


def _close(subject: str, month: Month) -> list[str]:
    start = ["settle", "close", "--currency", CURRENCY, "--window", "1"]
    return [*start, "--as", subject or month.bob]


def _create(month: Month) -> list[str]:
    return ["settle", "create", "--currency", CURRENCY, "--pay-by", month.due, "--as", ANN]


def _approve(subject: str, month: Month) -> list[str]:
    return ["settle", "approve", _only(month), "--as", subject or month.bob]


def _payments(month: Month) -> list[str]:
    return ["settle", "payments", _only(month), "--out", str(month.work / "files"), "--as", ANN]


def _import(leg: str, month: Month, me: str = ANN) -> list[str]:
    """Let the bank do what the files of a leg say, and read its statement."""
    file = month.stand.home / (f"{leg}.xml" if me == ANN else f"{leg}-copy.xml")
    files = sorted((month.work / "files").glob(f"{CURRENCY}-{leg}-*.xml"))
    page = Page(leg, "2026-01-02T00:00:00Z", NUMBERS[0], CURRENCY)
    file.write_bytes(answer(page, booked([one.read_bytes() for one in files], NUMBERS[0])))
    return ["settle", "import-bank", str(file), "--as", me]


def _statement(month: Month) -> list[str]:
    start = ["settle", "statement", "AIR", "--window", "1", "--currency", CURRENCY]
    return [*start, "--out", str(month.work / "statements")]


def _books(month: Month) -> list[str]:
    return ["settle", "books", "--out", str(month.work / "books")]


STEPS = (
    Step("close, proposed", partial(_close, ANN), decision_points, "SAME_SUBJECT"),
    Step("close, approved", partial(_close, ""), decision_points, "WINDOW_STATE"),
    Step("create", _create, decision_points),
    Step("approve, proposed", partial(_approve, ANN), decision_points, "SAME_SUBJECT"),
    Step("approve, approved", partial(_approve, ""), decision_points, "SETTLEMENT_UNCHANGED"),
    Step("payments, pay-ins", _payments, payments_points),
    Step("import-bank, pay-ins", partial(_import, "PAY_IN"), import_bank_points),
    Step("payments, pay-outs", _payments, payments_points),
    Step("import-bank, pay-outs", partial(_import, "PAY_OUT"), import_bank_points),
    Step("statement", _statement, statement_points),
    Step("books", _books, books_points, "BOOKS_EXIST"),
)  # fmt: skip


def papers(month: Month) -> dict[str, bytes]:
    """Return every file of the month by its place, and what is kept of the bank's statements."""
    home = month.stand.home
    folders = [folder for folder in (month.work, home / "bank") if folder.exists()]
    found = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(home)): path.read_bytes() for path in found}


def begun(month: Month) -> set[str]:
    """Return the names of what is there half written: they all begin with a dot."""
    found = [path.name for path in month.stand.home.rglob(".*")]
    return {name for name in found if name.endswith(PARTIAL) or ".lock" not in name}


def lines_of(month: Month, leg: str) -> list[tuple[str, int]]:
    """The lines of a statement that the bank gave, by its hash and their places from 1."""
    read = read_camt053(io.BytesIO((month.stand.home / f"{leg}.xml").read_bytes()))
    return [(read.sha256, line.n + 1) for line in read.lines]


def assert_paid_once(month: Month) -> None:
    """One closing, one settlement, a line for each net, each file the one that the log names."""
    found = month.settled()
    assert found is not None
    settlement, details = found
    assert settlement.state == SETTLED
    with month.stand.opened() as network, reading(network.engine) as connection:
        tables = reference.load(connection)
    states = {period: window.state for (period, _), window in tables.windows.items()}
    assert states == {1: "SETTLED", 2: "OPEN"}
    decided = sorted(one.type for one in tables.proposals.values() if one.type != KEY)
    assert decided == ["POLICY_PERIODIC_FEE", "SETTLEMENT_APPROVE", "WINDOW_CLOSE"]
    paid = {(one.partner, one.leg): one.amount for one in details.payments}
    nets = {net.partner: net.net for net in details.nets if net.partner != OPERATOR}
    assert set(nets) == {"AIR", "HOTEL", "CAFE"}
    assert nets["CAFE"] == FEE
    assert paid == {
        (partner, PAY_IN if net > 0 else PAY_OUT): abs(net) for partner, net in nets.items()
    }
    places = [(one.statement, one.line) for one in details.payments]
    assert sorted(places) == sorted(lines_of(month, PAY_IN) + lines_of(month, PAY_OUT))
    written = {path.name: path.read_bytes() for path in (month.work / "files").iterdir()}
    assert len(written) == len(details.files) == 3
    for file in details.files:
        (data,) = (data for name, data in written.items() if file.message in name)
        assert hashlib.sha256(data).hexdigest() == file.hash


PATIENCE = 60  # rounds of all verbs; what is not over by then hangs
FILES = {PAY_IN: 2, PAY_OUT: 1}
# What one of two who do the same at once may be told.
TOLD = {
    "PROPOSAL_PENDING", "PROPOSAL_DECIDED", "SAME_SUBJECT", "WINDOW_STATE", "NOTHING_TO_SETTLE",
    "SETTLEMENT_UNCHANGED", "SETTLEMENT_STATE",
}  # fmt: skip


def close_alone(month: Month, me: str, output: Path) -> int:
    """Run every verb again and again, as somebody who knows of nobody else, until it is over."""
    verbs: list[Callable[[], list[str]]] = [partial(_close, me, month), partial(_create, month)]
    later = [partial(_approve, me, month), partial(_payments, month)]
    banks = [(leg, partial(_import, leg, month, me)) for leg in FILES]
    for _ in range(PATIENCE):
        found = month.settled()
        if found is not None and found[0].state == SETTLED:
            return 0
        sent = [
            verb
            for leg, verb in banks
            if len(list((month.work / "files").glob(f"{CURRENCY}-{leg}-*"))) == FILES[leg]
        ]
        for verb in (*verbs, *(later if found else ()), *sent):
            before = output.stat().st_size
            status = dure(*verb(), "--json")
            sys.stdout.flush()
            if status and _error(output.read_text()[before:]) not in TOLD:
                return 3
    return 4


def _error(said: str) -> str:
    return str(json.loads(said.splitlines()[-1]).get("error", ""))
