"""Random months over a real network: paid in part, too much, back or not at all, and disputed.

Whatever happened, the check-up and an auditor's verifier find nothing, and the books of a network
whose settlements are all over hold no money for anybody.
"""

from collections import Counter
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text

from api.books import Balance, export_books
from api.bundles import export_bundle
from api.checkup import check_up
from audit.note import VerifierKey
from audit.verification import verify_bundle
from domain.clock import DAY, SimulatedClock
from domain.ids import OPERATOR
from domain.ledger.commands import Command, ReverseTransfer
from domain.ledger.settling import OVER, PAY_IN, PAY_OUT, Net, Settlement
from domain.ledger.waiting import WAITING
from domain.store.engine import reading
from domain.store.queries import reference, settlements, waiting
from settlement import commands as c
from settlement.books.chart import NAMES, Account
from tests.founding import START, found_network
from tests.integration.store.settling import HASH, ask, dispute, lines, step, upheld
from tests.integration.store.world import (
    SECOND_ACTOR,
    World,
    actor,
    advance,
    furnish,
    grant,
    new_id,
)

MONTHS = 3
BETWEEN = (
    Account.CLEARING_PAYABLE,
    Account.CLEARING_RECEIVABLE,
    Account.CLAIMS_PAYABLE,
    Account.CLAIMS_RECEIVABLE,
)


class Months:
    """A network's months, drawn by one seed; what the rules refuse is left undone."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.rng = world, Random(seed)
        self.line = 0
        self.moved: list[str] = []

    def run(self, command: Command) -> bool:
        """Run a command; say whether it was accepted. No fault is."""
        (answer,) = self.world.run(command)
        assert not answer.fault, (command, answer.fault)
        return answer.refusal is None

    def two(self, command: Command) -> bool:
        """Propose, and have another decide; what can be no more is rejected."""
        if not self.run(command):
            return False
        decide = {"actor": SECOND_ACTOR, "proposal": command.id}
        if self.run(ask(c.DecideProposal, **decide, approve=True)):
            return True
        assert self.run(ask(c.DecideProposal, **decide, approve=False))
        return False

    def live(self) -> None:
        """Exchanges, some reversed in part, and disputes of their lines, some upheld."""
        rng, world = self.rng, self.world
        for _ in range(rng.randrange(2, 6)):
            made = world.exchange(rng.choice(world.members), 2 * rng.randrange(50, 400))
            if self.run(made):
                self.moved.append(made.id)
        for transfer in rng.sample(self.moved, min(2, len(self.moved))):
            for owner in world.members:
                part = rng.choice((None, 20, 100))
                self.run(
                    ReverseTransfer(
                        actor=actor("AIR"), id=new_id(), key=new_id(), owner=owner,
                        transfer=transfer, amount=part,
                    )
                )  # fmt: skip
        of, (debtor, creditor, amount) = rng.choice(list(lines(world).items()))
        party = rng.choice([one for one in (debtor, creditor) if one != OPERATOR])
        opened = dispute(of, party)
        if self.run(opened) and rng.random() < 0.8:
            self.two(upheld(opened.id, rng.randrange(2 * amount + 1)))

    def nets(self, id_: str) -> list[Net]:
        """Return the nets of a settlement as they stand."""
        with reading(self.world.engine) as connection:
            return settlements.details(connection, [id_]).nets

    def of(self, id_: str) -> Settlement:
        """Return a settlement as it stands."""
        with reading(self.world.engine) as connection:
            return reference.load(connection).settlements[id_]

    def settle(self) -> None:
        """Close, net, approve and submit; then let the banks do their best and worst."""
        world, rng = self.world, self.rng
        with reading(world.engine) as connection:
            period = reference.load(connection).open_periods["KRW"]
        self.two(ask(c.ProposeWindowClose, period=period, currency="KRW"))
        made = ask(
            c.CreateSettlement, currency="KRW", method=rng.choice(("CLEARING", "DIRECT")),
            pay_by=world.clock.now() + DAY,
        )  # fmt: skip
        if not self.run(made):
            return
        self.two(step(made.id, "APPROVE"))
        owing = [net for net in self.nets(made.id) if net.net > 0]
        method = self.of(made.id).method
        files = tuple(
            c.WrittenFile(net.partner, new_id(), HASH)
            for net in owing
            if method == "DIRECT" or net.partner != OPERATOR
        )
        self.run(ask(c.SubmitSettlement, settlement=made.id, files=files))
        if rng.random() < 0.8:
            self.pay(made.id, rng.choice((1.0, 1.0, 0.6, 1.3)))
        self.end(made.id)
        self.tidy(made.id)

    def match(self, id_: str, amount: int, partner: str, leg: str, other: str = "") -> None:
        """Match a new line of the bank's."""
        self.line += 1
        if amount:
            self.run(
                ask(
                    c.MatchBankLine, settlement=id_, partner=partner, leg=leg, counterparty=other,
                    amount=amount, statement=HASH, line=self.line, reference=f"{self.line:064x}",
                )
            )  # fmt: skip

    def pay(self, id_: str, part: float) -> None:
        """Let each debtor pay a part of what it owes, or more than that."""
        nets, direct = self.nets(id_), self.of(id_).method == "DIRECT"
        for net in nets:
            for other in nets if direct and net.net > 0 else []:
                if other.net < 0:
                    amount = int(min(net.due, other.due) * part)
                    self.match(id_, amount, net.partner, "DIRECT", other.partner)
            if not direct and net.net > 0:
                self.match(id_, int(net.due * part), net.partner, PAY_IN)
                if self.rng.random() < 0.4:
                    self.come_back(id_, net)

    def come_back(self, id_: str, net: Net) -> None:
        """Let what a debtor paid come back, and perhaps be paid anew; both are carried."""
        for amount in (-net.net, net.net)[: self.rng.randrange(1, 3)]:
            self.line += 1
            queued = self.queue(amount)
            carry = {"statement": HASH, "line": queued, "partner": net.partner}
            carry |= {"settlement": id_, "reason": "RETURNED"}
            assert self.two(ask(c.ProposeCarry, **carry))
            assert not self.run(ask(c.ProposeCarry, **carry)), "carried twice"

    def queue(self, amount: int) -> int:
        """Let a line wait; return its number."""
        self.line += 1
        queued = ask(
            c.QueueBankLine, statement=HASH, line=self.line, currency="KRW", amount=amount,
            reason="RETURNED", reference=f"{self.line:064x}", detail="Kim", detail_key=b"q" * 32,
        )  # fmt: skip
        assert self.run(queued)
        return self.line

    def end(self, id_: str) -> None:
        """Pay the creditors, after a default where somebody has not paid."""
        advance(self.world, 2 * DAY)
        self.two(step(id_, "DEFAULT"))
        self.run(ask(c.ReleasePayouts, settlement=id_, message=new_id(), hash=HASH))
        for net in self.nets(id_):
            if net.net < 0 and self.of(id_).state not in OVER:
                self.match(id_, net.due, net.partner, PAY_OUT)
        assert self.of(id_).state == "SETTLED"

    def tidy(self, id_: str) -> None:
        """Carry or dismiss what waits still."""
        with reading(self.world.engine) as connection:
            rows = [one.line for one in waiting.page(connection, 100, -1)]
        for line in rows:
            assert line.state == WAITING
            where = {"statement": line.statement, "line": line.line}
            self.two(ask(c.ProposeCarry, **where, partner="AIR", reason="PAID_TOO_MUCH"))
            assert not self.run(ask(c.DismissBankLine, **where, reason="BANK_FEE"))
        assert not self.run(step(id_, "ABORT"))


def stands(balances: list[Balance]) -> Counter[str]:
    """What each partner is still owed, less what it owes, by its books."""
    names = {NAMES[account] for account in BETWEEN}
    found: Counter[str] = Counter()
    for one in balances:
        if one.account in names:
            found[one.partner] += one.amount
    return Counter({partner: amount for partner, amount in found.items() if amount})


def unsettled(world: World) -> Counter[str]:
    """The same by the obligations of windows that are not settled."""
    sql = (
        "SELECT o.debtor, o.creditor, o.amount FROM obligation o JOIN settlement_window w"
        " ON w.period = o.period AND w.currency = o.currency WHERE w.state <> 'SETTLED'"
    )
    found: Counter[str] = Counter()
    with world.engine.connect() as connection:
        for debtor, creditor, amount in connection.execute(text(sql)):
            found[debtor] -= amount
            found[creditor] += amount
    return Counter({partner: amount for partner, amount in found.items() if amount})


@pytest.mark.parametrize("seed", range(3))
def test_whatever_a_month_brings_books_and_auditors_are_content(tmp_path: Path, seed: int) -> None:
    """Nets sum to zero, nothing is held for anybody, and neither check finds anything."""
    clock = SimulatedClock(START)
    network = found_network(tmp_path / "home", f"sqlite:///{tmp_path / 'd.sqlite3'}", clock)
    try:
        world = World(network.engine, clock, network.runner, network.vault)
        furnish(world, 3)
        grant(world, "", SECOND_ACTOR.subject, "secondop")
        months = Months(world, seed)
        funds = {"partner": "AIR", "currency": "KRW", "type": "PREFUND_IN", "reason": "AGREED"}
        assert months.two(ask(c.ProposeFunds, **funds, amount=500))
        for partner in ("AIR", "HOTEL"):
            fee = {"name": "PERIODIC_FEE", "partner": partner, "currency": "KRW"}
            assert months.two(ask(c.ProposePolicy, **fee, value="70 1/100", reason="AGREED"))
        for _ in range(MONTHS):
            months.live()
            months.settle()
        with reading(network.engine) as connection:
            ids = list(reference.load(connection).settlements)
            nets = settlements.details(connection, ids).nets
        assert ids
        for id_ in ids:
            assert sum(net.net for net in nets if net.settlement == id_) == 0
        assert check_up(network, lambda _: None).breaches == []
        export_bundle(network, tmp_path / "bundle", lambda _: None)
        key = VerifierKey.parse(network.verifier_key)
        assert verify_bundle(tmp_path / "bundle", key).findings == ()
        books = export_books(network, tmp_path / "books", {}, "Asia/Seoul", lambda _: None)
        held = [one for one in books.balances if one.account == NAMES[Account.CLEARING_HELD]]
        assert [one for one in held if one.amount] == []
        assert stands(books.balances) == unsettled(world)
    finally:
        network.close()
