"""Files of the operator's bank in a simulation: read, left off where a process dies, read again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random

from api.bank_import import plan_import, write_import
from domain.clock import DAY
from domain.ids import OPERATOR
from domain.ledger.commands import Command
from domain.money import AMOUNT_MAX
from domain.store.answers import Answer
from domain.store.engine import reading
from settlement.bank.lines import BankFile, BankLine, Statement, placed
from settlement.commands import MatchBankLine, QueueBankLine
from settlement.payments.accounts import BankAccount
from settlement.payments.identifiers import end_to_end_id
from tests.model import banking
from tests.model.banking import ACCOUNT, CURRENCY, Payment, Told
from tests.simulation.answers import hold
from tests.simulation.callers import Callers
from tests.simulation.desk import Desk
from tests.simulation.offices import BRANDS_MAX
from tests.simulation.process import ORIGIN, Process

EPOCH = datetime(1970, 1, 1, tzinfo=UTC).date()
ACCOUNTS = {
    code: BankAccount("BIC", f"{code} Ltd", ACCOUNT if code == OPERATOR else f"200{n}", "KOEXKRSE")
    for n, code in enumerate((OPERATOR, *(f"BRAND{n}" for n in range(BRANDS_MAX))))
}
AHEAD = (0, 0, 0, 1, 9, 30)  # days by which a line is valued after it is told
TOLD_AGAIN = (0, 0, 1, 7, 8)  # days by which a line is valued after another of its payment was told
RETOLD = 12  # lines of late that another file may tell again

Send = Callable[[Command], Answer | None]  # None where the process died of it


class BankFiles:
    """Draws files, has them read, and holds what comes of each line against the model."""

    def __init__(self, rng: Random, desk: Desk, callers: Callers) -> None:
        self._rng, self._book, self._callers = rng, desk.book, callers
        self._unread: list[BankFile] = []  # left off
        self._read: list[BankFile] = []
        self._told: list[BankLine] = []

    def entity(self) -> str:
        """An id of an entry, as every port of ids gives one."""
        return self._callers.new_id()

    def member(self) -> str:
        """An id of a member, which no bank has."""
        raise AssertionError

    def awaited(self) -> bool:
        """Tell whether a file could pay anything."""
        return bool(banking.payments(self._book))

    def read(self, process: Process, send: Send) -> str:
        """Have a file read; return what became of it."""
        rng, kind = self._rng, "bank's file"
        if self._unread and rng.random() < 0.6:
            file, kind = self._unread.pop(0), "bank's file left off before"
        elif self._read and rng.random() < 0.1:
            file, kind = rng.choice(self._read), "bank's file read again"
        else:
            file = self._file()
        due = self._due()
        expected = banking.read(self._book, due, [_told(line) for line in file.lines])
        with reading(process.network.engine) as connection:
            plan = plan_import(connection, ORIGIN, file, ACCOUNTS)
        steps = write_import(plan, self._callers.operator()["actor"], self)
        try:
            command = next(steps)
            while True:
                self._hold(command, expected, due)
                answer = send(command)
                if answer is None or answer.fault:
                    self._unread.append(file)
                    return f"{kind}, left off"
                if isinstance(command, MatchBankLine) and answer.refusal is not None:
                    code = answer.refusal.code
                    if code != "BANK_LINE_KNOWN":  # it waits then, and says why
                        expected[command.line] = ("QUEUE", code)
                command = steps.send(answer)
        except StopIteration:
            hold(not expected, "lines of a file were passed over", expected, file)
        self._read.append(file)
        return kind

    def _hold(
        self, command: Command, expected: dict[int, banking.Came], due: dict[str, Payment]
    ) -> None:
        assert isinstance(command, MatchBankLine | QueueBankLine)
        came: banking.Came | None = None
        if isinstance(command, QueueBankLine):
            came = ("QUEUE", command.reason)
        else:
            named = due.get(command.end_to_end)
            told = (command.settlement, command.partner, command.leg)
            if named is not None and told == (named.settlement, named.partner, named.leg):
                came = ("MATCH", command.amount, command.excess)
        model = expected.pop(command.line, None)
        hold(came == model, "a line of a file, model | plan", model, came, command)

    def _due(self) -> dict[str, Payment]:
        found: dict[str, Payment] = {}
        for one in banking.payments(self._book):
            parties = (one.partner, OPERATOR) if one.leg == "PAY_IN" else (OPERATOR, one.partner)
            found[end_to_end_id(ORIGIN, one.settlement, *parties, one.leg)] = one
        return found

    def _file(self) -> BankFile:
        """A file of a few lines; some stand in a file before."""
        rng, due = self._rng, self._due()
        lines = [self._line(due) for _ in range(rng.choice((1, 1, 2, 3, 5)))]
        if self._told and rng.random() < 0.3:
            again = rng.choice(self._told[-RETOLD:])
            # Another kind of file has no name of the bank's, or another: so nobody can tell.
            lines.append(again if rng.random() < 0.5 else replace(again, bank_reference="OTHER"))
        hash_ = sha256(f"file {self._callers.new_id()}".encode()).hexdigest()
        made = placed([replace(one, occurrence=0, n=0, file="") for one in lines], hash_)
        self._told += made
        return BankFile(hash_, "", (Statement(ACCOUNT, "", "", made),))

    def _line(self, due: dict[str, Payment]) -> BankLine:
        """A line: of a payment that is due, in part, too much or back; or of none that is."""
        rng, name, day = self._rng, "", self._callers.time // DAY + self._rng.choice(AHEAD)
        amount = rng.choice((40, -40, 999))
        if due and rng.random() < 0.8:
            name = rng.choice(sorted(due))
            one = due[name]
            left = one.amount - one.paid
            whole = rng.choice((left, left, left, left // 2, left + 40, one.amount, -one.paid))
            told = banking.told(self._book, one)
            if told and rng.random() < 0.4:
                whole, day = rng.choice(told)
                day += rng.choice(TOLD_AGAIN)
            whole = min(whole, AMOUNT_MAX) or 40
            amount = whole if one.leg == "PAY_IN" else -whole
        elif rng.random() < 0.6:
            name = rng.choice(["f" * 32, *sorted(self._book.named)])
        return BankLine(
            ACCOUNT if rng.random() < 0.97 else "1002",
            (EPOCH + timedelta(days=day)).isoformat(),
            amount,
            CURRENCY if rng.random() < 0.97 else "USD",
            end_to_end_id=name,
            bank_reference=rng.choice(("", f"B{rng.randrange(10**6)}")),
            returned=rng.random() < 0.04,
        )


def _told(line: BankLine) -> Told:
    day = (datetime.fromisoformat(line.value_date).date() - EPOCH).days
    return Told(
        (line.file, line.n + 1), line.identity, line.account, line.currency, line.amount, day,
        line.end_to_end_id, line.returned,
    )  # fmt: skip
