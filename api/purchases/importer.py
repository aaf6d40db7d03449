"""Purchases to points: members found or enrolled, issues written in bulk, refusals reported.

Each row has an idempotency key of its own, `purchases:BATCH:ROW`, so that a file that stopped half
way is simply imported again. A purchase is dated at the start of its day in the unit's time zone.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import orjson

from api.purchases.rows import BadRow, Purchase
from domain.clock import NEVER, from_datetime, zone
from domain.errors import StoreError
from domain.ledger.commands import Actor, EnrollMember, IssuePoints
from domain.money import AMOUNT_MAX
from domain.store.answers import UNAUTHENTICATED
from domain.store.engine import reading
from domain.store.queries.reader import Reader
from domain.store.statements import REFERENCES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from api.bootstrap import Network
    from domain.ledger.records import Unit
    from domain.money import Ratio
    from domain.store.answers import Answer

# Four of the writer's own batches: a quarter of the commits, and a wallet that the file names again
# is written once. A server beside it waits some tenths of a second for the lock, not longer.
ROWS_A_BATCH = 2_000
KNOWN_MAX = (
    100_000  # members remembered between batches, about 20 MiB; the rest are looked up again
)


class ImportOptions(NamedTuple):
    """What is imported, and by whom.

    ``rate`` is whole points per minor unit of the file's money; ``batch`` names the file in the
    rows' idempotency keys; ``enroll`` makes unknown customers members.
    """

    unit: Unit
    rate: Ratio
    batch: str
    enroll: bool
    actor: Actor


class RefusedRow(NamedTuple):
    """A row that gave no points, and why."""

    row: int
    customer: str
    code: str
    reason: str


class Outcome(NamedTuple):
    """What became of one purchase: ``points`` in minor units, 0 where it earned none."""

    purchase: Purchase
    owner: str
    points: int
    answer: Answer | None


@dataclass(slots=True)
class ImportReport:
    """Counts of one import; ``reasons`` counts refused rows by code."""

    rows: int = 0
    issued: int = 0
    replayed: int = 0
    zero_earning: int = 0
    refused: int = 0
    enrolled: int = 0
    points: int = 0
    reasons: dict[str, int] = field(default_factory=dict)


class PurchaseImporter:
    """Issues points for purchases, batch by batch."""

    def __init__(
        self, network: Network, options: ImportOptions, refused: Callable[[RefusedRow], None]
    ) -> None:
        """Import into ``network``; ``refused`` is told each row that gave no points."""
        self.report = ImportReport()
        self._network = network
        self._options = options
        self._refused = refused
        self._known: OrderedDict[str, str] = OrderedDict()
        self._key = f"purchases:{options.batch}:"
        self._rate = str(options.rate)

    def write(self, rows: Sequence[Purchase | BadRow]) -> list[Outcome]:
        """Write up to ``ROWS_A_BATCH`` rows; return what became of the purchases among them.

        Raises StoreError ``WRITER_FAULT`` where the database takes no more, ``SUBJECT_REVOKED``
        where the key that its author stands on was revoked meanwhile; what was written stays, and
        importing the same file again goes on from there.
        """
        self.report.rows += len(rows)
        purchases: list[Purchase] = []
        for given in rows:
            if isinstance(given, BadRow):
                self._refuse(given.row, given.customer, "ROW_MALFORMED", given.reason)
            else:
                purchases.append(given)
        owners = self._owners(purchases)
        now = self._network.clock.now()  # the rows came together
        issues: list[EnrollMember | IssuePoints] = []
        earning: list[tuple[Purchase, str, int]] = []
        rate, scale = self._options.rate, self._options.unit.scale
        for purchase in purchases:
            row, customer, _, _, amount = purchase
            owner = owners.get(customer)
            points = points_for(amount, rate, scale)
            if owner is None:
                self._refuse(row, customer, "MEMBER_UNKNOWN", "not enrolled")
            elif points > AMOUNT_MAX:
                self._refuse(row, customer, "AMOUNT_OUT_OF_RANGE", str(points))
            else:
                earning.append((purchase, owner, points))
                if points:
                    issues.append(self._issue(purchase, owner, points, now))
        answers = iter(self._run(issues, "issuing"))
        outcomes: list[Outcome] = []
        for purchase, owner, points in earning:
            answer = next(answers) if points else None
            outcomes.append(Outcome(purchase, owner, points, answer))
            self._account(purchase, points, answer)
        return outcomes

    def _account(self, purchase: Purchase, points: int, answer: Answer | None) -> None:
        report = self.report
        if answer is None:
            report.zero_earning += 1
            return
        refusal = answer.refusal
        if refusal is not None:
            facts = " ".join(f"{name}={fact}" for name, fact in refusal.facts.items())
            self._refuse(purchase.row, purchase.customer, refusal.code, facts)
        elif answer.replayed:
            report.replayed += 1
        else:
            report.issued += 1
            report.points += points

    def _refuse(self, row: int, customer: str, code: str, reason: str) -> None:
        self.report.refused += 1
        self.report.reasons[code] = self.report.reasons.get(code, 0) + 1
        self._refused(RefusedRow(row, customer, code, reason))

    def _owners(self, purchases: Sequence[Purchase]) -> dict[str, str]:
        """Return the member of each customer, after enrolling those not yet known."""
        first_rows: dict[str, Purchase] = {}
        for purchase in purchases:
            first_rows.setdefault(purchase.customer, purchase)
        self._look_up([name for name in first_rows if name not in self._known])
        strangers = [row for name, row in first_rows.items() if name not in self._known]
        if strangers and self._options.enroll:
            self._enroll(strangers)
        owners = {name: self._known[name] for name in first_rows if name in self._known}
        for name in owners:
            self._known.move_to_end(name)
        while len(self._known) > KNOWN_MAX:
            self._known.popitem(last=False)
        return owners

    def _enroll(self, strangers: Sequence[Purchase]) -> None:
        commands = [self._enrolment(purchase) for purchase in strangers]
        raced: list[str] = []
        for command, answer in zip(commands, self._run(commands, "enrolling"), strict=True):
            if answer.refusal is None:
                self._known[command.reference] = command.owner
                self.report.enrolled += 1
            else:
                raced.append(command.reference)
        # Another process enrolled them since the look-up, or an earlier run of this very batch.
        self._look_up(raced)

    def _look_up(self, references: Sequence[str]) -> None:
        if not references:
            return
        partner = self._options.actor.partner
        by_index = {self._network.vault.reference_index(partner, r): r for r in references}
        with reading(self._network.engine) as connection:
            keys = [(partner, index) for index in by_index]
            for _, index, owner in Reader(connection).read(REFERENCES, keys):
                self._known[by_index[index]] = owner

    def _run(self, commands: Sequence[EnrollMember | IssuePoints], step: str) -> list[Answer]:
        if not commands:
            return []
        answers = self._network.runner.run(commands)
        for answer in answers:
            if answer.fault == UNAUTHENTICATED:
                raise StoreError("SUBJECT_REVOKED", subject=self._options.actor.subject)
            if answer.fault:
                raise StoreError("WRITER_FAULT", step=step, fault=answer.fault)
        return answers

    def _enrolment(self, purchase: Purchase) -> EnrollMember:
        options, network = self._options, self._network
        partner = options.actor.partner
        wrapped, commitment = network.vault.new_member_key()
        key = f"purchases:{options.batch}:{purchase.row}:enroll"
        return EnrollMember(
            actor=options.actor,
            id=network.ids.entity(),
            key=key,
            request=_request("enrollCustomer", key, {"reference": purchase.customer}),
            received_at=network.clock.now(),
            owner=network.ids.member(),
            partner=partner,
            reference=purchase.customer,
            reference_index=network.vault.reference_index(partner, purchase.customer),
            wrapped_key=wrapped,
            commitment=commitment,
        )

    def _issue(self, purchase: Purchase, owner: str, points: int, now: int) -> IssuePoints:
        row, customer, day, quantity, amount = purchase
        options = self._options
        unit, key = options.unit, f"{self._key}{row}"
        return IssuePoints(
            actor=options.actor,
            id=self._network.ids.entity(),
            key=key,
            request=_request(
                "importPurchase",
                key,
                {
                    "amount": str(amount),
                    "customer": customer,
                    "date": day.isoformat(),
                    "quantity": str(quantity),
                    "rate": self._rate,
                    "unit": unit.code,
                },
            ),
            received_at=now,
            owner=owner,
            unit=unit.code,
            amount=points,
            effective_at=_day_start(day, unit.zone),
            # What the operator brings in from before the network began may lie any time back.
            backdate_max=NEVER,
        )


@lru_cache(maxsize=1024)
def _day_start(day: date, zone_name: str) -> int:
    """Return the instant at which a day begins in a time zone."""
    return from_datetime(datetime.combine(day, time(), tzinfo=zone(zone_name)))


def points_for(amount: int, rate: Ratio, scale: int) -> int:
    """Return floor(amount x rate) in minor units of points; ``rate`` gives whole points."""
    # 10**scale is an integer as long as the scale, 0 to 4, is not negative.
    scaled: int = amount * rate.num * 10**scale
    return scaled // rate.den


def _request(mutation: str, key: str, given: dict[str, str]) -> bytes:
    """Return the RFC 8785 form of what was asked; all values are strings, so sorting is enough."""
    document = {"input": given, "key": key, "mutation": mutation}
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def import_purchases(
    importer: PurchaseImporter, rows: Iterable[Purchase | BadRow], advance: Callable[[int], None]
) -> ImportReport:
    """Import all rows in their order, ``advance`` being told how many are done."""
    for batch in _batches(iter(rows)):
        importer.write(batch)
        advance(importer.report.rows)
    return importer.report


def _batches(rows: Iterator[Purchase | BadRow]) -> Iterator[list[Purchase | BadRow]]:
    while batch := list(islice(rows, ROWS_A_BATCH)):
        yield batch
