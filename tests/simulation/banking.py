"""What becomes of a bank's lines in a simulation: queued, assigned, dismissed, carried over."""

from typing import Any

from domain.ids import OPERATOR
from domain.ledger.commands import Command
from settlement import commands as c
from tests.model.queueing import CURRENCY
from tests.model.register import Net, Netted, Place
from tests.simulation.settlements import HASH, UNKNOWN, UNPAID, SettlementTraffic

REASONS = ("NO_CANDIDATE", "RETURNED", "DUPLICATE_SUSPECTED", "AMBIGUOUS")
DETAIL_KEYS = (b"q" * 32, b"r" * 32)
AMOUNTS = (1, 40, -40, 5_000, -999_999)
ODD_AMOUNTS = (0, 10**15 + 1, -(10**15) - 1)


class BankTraffic:
    """Commands on the queue of bank lines."""

    def __init__(self, settling: SettlementTraffic) -> None:
        self.rng, self.book, self.callers = settling.rng, settling.book, settling.callers
        self._settling = settling

    def _nets(self) -> tuple[Netted | None, list[tuple[str, Net]]]:
        found = self._settling.one(*UNPAID)
        return found, [*found.banked.items()] if found else []

    def queue(self) -> Command:
        """A line that no payment takes: like one that is due, or one that came back, or neither."""
        rng = self.rng
        _, nets = self._nets()
        amount = rng.choice(AMOUNTS if rng.random() < 0.97 else ODD_AMOUNTS)
        if nets and rng.random() < 0.7:
            net = rng.choice(nets)[1]
            way = 1 if net.net > 0 else -1
            amount = way * rng.choice((net.due, net.due, net.due + 40, -net.paid)) or amount
        line, reference = self._settling.place()
        return c.QueueBankLine(
            **self._settling.who(),
            statement=HASH,
            line=line if rng.random() < 0.98 else 0,
            currency=rng.choice((CURRENCY,) * 20 + ("USD", "WON?")),
            amount=amount,
            reason=rng.choice(REASONS),
            reference=reference,
            detail=rng.choice(("", "Kim, thank you")),
            detail_key=rng.choice(DETAIL_KEYS),
        )

    def _waiting(self) -> Place:
        """A line that waits, mostly; or one that waited, was counted, or was never told."""
        rng, queue = self.rng, self.book.queue
        waiting = [place for place, one in queue.items() if one.state == "WAITING"]
        if waiting and rng.random() < 0.85:
            return rng.choice(waiting[-8:])
        return rng.choice([*queue, *self.book.papers, (HASH, 0), (HASH, 10**7)])

    def dismiss(self) -> Command:
        """A line concerns nobody here."""
        statement, line = self._waiting()
        return c.DismissBankLine(
            **self._settling.who(), statement=statement, line=line, reason="BANK_FEE"
        )

    def assign(self) -> Command:
        """Somebody says which payment a waiting line is; rarely told otherwise than it waits."""
        rng, place = self.rng, self._waiting()
        waits = self.book.queue.get(place)
        amount, reference = (abs(waits.amount), waits.reference) if waits else (40, "")
        out = waits is not None and waits.amount < 0
        found, nets = self._nets()
        fitting = [code for code, one in nets if (one.net < 0) == out and one.due]
        partner, told = rng.choice(fitting or [self.callers.brand()]), rng.random()
        if told < 0.05:
            amount += 1
        elif told < 0.15:
            reference = rng.choice(["", *sorted(self.book.places)])
        elif told < 0.2:
            place = (HASH, self._settling.place()[0])  # another file tells of it too
        more: dict[str, Any] = {}
        if found is not None and found.method == "DIRECT" and found.state != "DEFAULTED":
            owed = [code for code, one in nets if one.net < 0 and one.due]
            more = {"counterparty": rng.choice(owed or [self.callers.brand()])}
        leg = "DIRECT" if more else "PAY_OUT" if out else "PAY_IN"
        return c.MatchBankLine(
            **self._settling.who(), settlement=found.id if found else UNKNOWN, partner=partner,
            leg=leg, amount=amount, statement=place[0], line=place[1], reference=reference, **more,
        )  # fmt: skip

    def carry(self) -> Command:
        """A line is to be owed back, mostly between the operator and a partner."""
        rng = self.rng
        statement, line = self._waiting()
        known = list(self.book.settlements)
        settlement = rng.choice(known[-3:]) if known and rng.random() < 0.6 else ""
        return c.ProposeCarry(
            **self._settling.who(),
            statement=statement,
            line=line,
            partner=self.callers.brand() if rng.random() < 0.97 else "NOSUCH",
            holder=OPERATOR if rng.random() < 0.9 else self.callers.brand(),
            settlement=settlement if rng.random() < 0.97 else UNKNOWN,
            reason="RETURNED",
        )

    def close_due(self) -> Command:
        """Somebody would close a window by its schedule, which is the job's alone to do."""
        return c.CloseDueWindow(**self._settling.who(), currency=CURRENCY)
