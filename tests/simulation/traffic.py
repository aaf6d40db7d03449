"""Batches of commands in a simulation: new ones, late retries, duplicates, keys used otherwise."""

from collections.abc import Callable
from dataclasses import fields, replace
from random import Random

from api.housekeeping import EXPIRY, MERGING
from domain.ledger.commands import Command, EnrollMember, ExpireWallet, MergeLots
from settlement.commands import CloseDueWindow, QueueBankLine
from settlement.windows.due import SCHEDULER
from tests.simulation.banking import DETAIL_KEYS, BankTraffic
from tests.simulation.callers import Callers
from tests.simulation.desk import Desk
from tests.simulation.offices import OfficeTraffic
from tests.simulation.points import PointsTraffic
from tests.simulation.settlements import SettlementTraffic

RECENT = 40  # what callers retry is mostly as young as that many commands
# What varies between two sendings of one request.
_OF_THE_SENDING = {
    "actor",
    "id",
    "key",
    "request",
    "received_at",
    "wrapped_key",
    "commitment",
    "detail_key",
}


class Traffic:
    """Draws commands; everything it knows of the network is the model."""

    def __init__(self, rng: Random, desk: Desk) -> None:
        self._rng, self._book = rng, desk.book
        self.callers = Callers(rng, desk.book)
        self.points = points = PointsTraffic(rng, desk, self.callers)
        self.offices = offices = OfficeTraffic(rng, desk, self.callers)
        settling = SettlementTraffic(rng, desk, self.callers)
        bank = BankTraffic(settling)
        self._sent: list[Command] = []
        self._lost: list[Command] = []
        self._keys = 0
        weights: dict[Callable[[], Command], int] = {
            points.issue: 16,
            points.redeem: 10,
            points.exchange: 12,
            points.quote: 5,
            points.exchange_quoted: 5,
            points.gift: 7,
            points.adjust: 6,
            points.hold: 8,
            points.capture: 6,
            points.void: 3,
            points.reverse: 14,
            points.consent: 6,
            points.revoke: 2,
            offices.enrol: 3,
            offices.erase: 1,
            offices.link: 2,
            offices.admit: 1,
            offices.change: 2,
            offices.open_unit: 1,
            offices.give_key: 4,
            offices.suggest_key: 2,
            offices.end_key: 1,
            offices.propose: 3,
            offices.accept: 3,
            offices.end: 1,
            settling.go_on: 40,
            settling.close: 1,
            settling.decide: 4,
            settling.net: 1,
            settling.step: 2,
            settling.submit: 1,
            settling.release: 1,
            settling.pay: 3,
            settling.evidence: 2,
            settling.funds: 2,
            settling.policy: 3,
            settling.dispute: 3,
            settling.resolve: 3,
            settling.withdraw: 1,
            bank.queue: 4,
            bank.dismiss: 1,
            bank.assign: 2,
            bank.carry: 3,
            bank.close_due: 1,
        }
        self._kinds, self._weights = list(weights), list(weights.values())

    def batch(self, size: int) -> list[Command]:
        """Draw a batch of keyed commands."""
        made: list[Command] = []
        self.points.fresh = made
        while len(made) < size:
            made.append(self._draw(made))
        self._sent += made
        if self._rng.random() < 0.15:
            return self._among(made, self.due())
        return made

    def _among(self, made: list[Command], job: Command) -> list[Command]:
        """A job's command comes somewhere among them, which bears no key."""
        place = self._rng.randrange(len(made) + 1)
        return [*made[:place], job, *made[place:]]

    def lose(self, command: Command) -> None:
        """Remember that nobody heard what became of a command; it will be sent again."""
        self._lost.append(command)

    def expiries(self, wallets: list[tuple[str, str]]) -> list[Command]:
        """The job's commands, which bear no key."""
        return [
            ExpireWallet(actor=EXPIRY, id=self.callers.new_id(), owner=owner, unit=unit)
            for owner, unit in wallets
        ]

    def merges(self, wallets: list[tuple[str, str]]) -> list[Command]:
        """Another job's commands."""
        return [
            MergeLots(actor=MERGING, id=self.callers.new_id(), owner=owner, unit=unit)
            for owner, unit in wallets
        ]

    def due(self) -> Command:
        """The command of the job that closes windows by their schedules."""
        return CloseDueWindow(actor=SCHEDULER, id=self.callers.new_id(), currency="KRW")

    def keyed(self, command: Command, key: str = "") -> Command:
        """Give a command its idempotency key, a new one unless one is named, and its request."""
        self._keys += 1
        said = [
            (one.name, getattr(command, one.name))
            for one in fields(command)
            if one.name not in _OF_THE_SENDING
            and not (one.name == "owner" and isinstance(command, EnrollMember))
        ]
        key = key or f"key {self._keys}"
        request = repr((type(command).__name__, key, said)).encode()
        return replace(command, key=key, request=request)

    def _again(self, command: Command) -> Command:
        """The same request, sent again; what the server makes up for it is new."""
        actor = command.actor
        if actor.partner in self._book.brands and self._rng.random() < 0.2:
            actor = self.callers.partner(actor.partner)["actor"]  # by another of its API keys
        if isinstance(command, EnrollMember):
            command = self.offices.reborn(command)
        elif isinstance(command, QueueBankLine):
            command = replace(command, detail_key=self._rng.choice(DETAIL_KEYS))
        time = self.callers.time
        return replace(command, id=self.callers.new_id(), received_at=time, actor=actor)

    def _draw(self, made: list[Command]) -> Command:
        rng, way = self._rng, self._rng.random()
        if self._lost and way < 0.3:
            return self._again(self._lost.pop(rng.randrange(len(self._lost))))
        if self._sent and way > 0.88:
            recent = self._sent[-RECENT:] if rng.random() < 0.7 else self._sent
            old = rng.choice([*made, *made, *recent])
            if way > 0.92:
                return self._again(old)
            # Its key comes with another request, from the same partner or from another.
            return self.keyed(self._new(), old.key)
        return self.keyed(self._new())

    def _new(self) -> Command:
        return self._rng.choices(self._kinds, self._weights)[0]()
