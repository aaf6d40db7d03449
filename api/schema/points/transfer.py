"""A transfer: legs that happened together, read from the leaf that recorded them."""

from __future__ import annotations

from enum import StrEnum

import strawberry
from strawberry import ID

from api.schema.audit.evidence import receipt_of
from api.schema.audit.receipt import Receipt
from api.schema.core.context import Info
from api.schema.core.enums import described
from api.schema.core.fields import computed
from api.schema.core.ids import global_id
from api.schema.core.leaf import Leaf, rows, sequence_of
from api.schema.core.node import Node
from api.schema.core.scalars import LeafTime, LeafUnits, Sequence
from api.schema.points import parts
from api.schema.points.points import Points

WALLET = "WALLET"


@described(
    "What a transfer did.",
    ISSUE="Points were given to a member.",
    REDEEM="Points were taken for goods.",
    EXCHANGE="Points of one unit were turned into points of another.",
    GIFT="Points went from one member to another.",
    EXPIRE="Points passed their time.",
    ADJUST="A wallet was corrected.",
    HOLD="Points were reserved.",
    CAPTURE="Reserved points were redeemed, all or part.",
    VOID="A reservation was released.",
    TIMEOUT="A reservation ended at its deadline.",
    MERGE="Like lots were merged.",
    REVERSE="An earlier transfer was reversed, all or part.",
)
class TransferKind(StrEnum):
    """Kinds of transfers."""

    ISSUE = "ISSUE"
    REDEEM = "REDEEM"
    EXCHANGE = "EXCHANGE"
    GIFT = "GIFT"
    EXPIRE = "EXPIRE"
    ADJUST = "ADJUST"
    HOLD = "HOLD"
    CAPTURE = "CAPTURE"
    VOID = "VOID"
    TIMEOUT = "TIMEOUT"
    MERGE = "MERGE"
    REVERSE = "REVERSE"


KIND_OF_ENTRY: dict[str, TransferKind] = {
    "points.issued": TransferKind.ISSUE,
    "points.redeemed": TransferKind.REDEEM,
    "points.exchanged": TransferKind.EXCHANGE,
    "points.gifted": TransferKind.GIFT,
    "points.expired": TransferKind.EXPIRE,
    "points.adjusted": TransferKind.ADJUST,
    "hold.placed": TransferKind.HOLD,
    "hold.captured": TransferKind.CAPTURE,
    "hold.voided": TransferKind.VOID,
    "hold.expired": TransferKind.TIMEOUT,
    "lots.merged": TransferKind.MERGE,
    "transfer.reversed": TransferKind.REVERSE,
}


@strawberry.type(description="Legs that happened together or not at all. A transfer never changes.")
class Transfer(Node):
    """A transfer, as its leaf says."""

    kind: TransferKind = strawberry.field(description="What it did.")
    sequence: Sequence = strawberry.field(description="Number of its entry in the audit log.")
    effective_at: LeafTime = strawberry.field(description="When it counts from.")
    received_at: LeafTime | None = strawberry.field(description="When its request arrived.")
    recorded_at: LeafTime = strawberry.field(description="When it was recorded.")
    author: str = strawberry.field(
        description="`partner:CODE/KEY`, `operator/SUBJECT` or `system/JOB`."
    )
    leaf: strawberry.Private[Leaf]
    owner: strawberry.Private[str]
    evidence: strawberry.Private[Receipt | None] = None

    @computed("The points that left a wallet, or are reserved to; null where none did.")
    def source(self) -> Points | None:
        """Sum what the wallet's debits say."""
        return _moved(self.leaf["legs"], 2)

    @computed("The points that came into a wallet; null where none did.")
    def target(self) -> Points | None:
        """Sum what the wallet's credits say."""
        return _moved(self.leaf["legs"], 3)

    @computed("The legs, in order.")
    def legs(self) -> list[parts.Leg]:
        """Read the legs."""
        return parts.legs(self.leaf["legs"])

    @computed("The lots it opened, in order.")
    def lots(self) -> list[parts.LotOpened]:
        """Read the lots."""
        return parts.lots(self.leaf["lots"])

    @computed("What it did with lots, in order.")
    def uses(self) -> list[parts.LotUse]:
        """Read the uses."""
        return parts.uses(self.leaf["uses"])

    @computed("What partners owe each other because of it.")
    def obligations(self) -> list[parts.Obligation]:
        """Read the obligations."""
        return parts.obligations(self.leaf["obls"])

    @computed("The contract version that it went by; null where none was needed.")
    def contract(self) -> ID | None:
        """Read the contract cited."""
        return parts.contract_id(self.leaf.get("contract", ""))

    @computed("The quote that it used.")
    def quote(self) -> ID | None:
        """Read the quote cited."""
        return self._cited("quote", "Quote")

    @computed("The member's consent that it counted against.")
    def consent(self) -> ID | None:
        """Read the consent cited."""
        return self._cited("consent", "Consent")

    @computed("The hold that it placed or ended.")
    def hold(self) -> ID | None:
        """Read the hold cited."""
        return self._cited("hold", "Hold")

    @computed("The transfer that it reversed.")
    def original(self) -> ID | None:
        """Read the original cited."""
        return self._cited("original", "Transfer")

    @computed("The reason code of an adjustment or reversal.")
    def reason(self) -> str | None:
        """Read the reason."""
        return self.leaf.get("reason") or None

    @computed("Proof that it stands in the signed log.")
    async def receipt(self, info: Info) -> Receipt:
        """Return the receipt at hand, or read the proof."""
        return self.evidence or await receipt_of(info, int(self.sequence))

    def _cited(self, field: str, type_: str) -> ID | None:
        cited = self.leaf.get(field, "")
        return global_id(type_, self.owner, cited) if cited else None


def _moved(legs: str, side: int) -> Points | None:
    """Sum posted and pending legs that debit (2) or credit (3) a wallet, all of one unit."""
    amounts = [
        (leg[1], leg[5]) for leg in rows(legs) if leg[side] == WALLET and leg[4] != "released"
    ]
    if not amounts:
        return None
    unit, amount = amounts[0]
    if len(amounts) > 1:
        amount = str(sum(int(part) for _, part in amounts))
    return Points(amount=LeafUnits(amount), unit=unit)


def transfer_of(leaf: Leaf, evidence: Receipt | None = None, book: str = "") -> Transfer:
    """Make a transfer from its leaf; its book is that of its first leg.

    Where nothing moved but lots, the leaf names none, and it is ``book``, which was searched.
    """
    owner = leaf["legs"].partition(",")[0] or book
    return Transfer(
        id=global_id("Transfer", owner, leaf["id"]),
        kind=KIND_OF_ENTRY[leaf["kind"]],
        sequence=Sequence(sequence_of(leaf)),
        effective_at=LeafTime(leaf["effective"]),
        received_at=LeafTime(leaf["received"]) if leaf["received"] else None,
        recorded_at=LeafTime(leaf["time"]),
        author=leaf["author"],
        leaf=leaf,
        owner=owner,
        evidence=evidence,
    )
