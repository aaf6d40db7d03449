"""What a transfer's entry says of the transfer as a whole: its row in each book that it touches."""

from functools import lru_cache
from typing import Final

from audit.replay import fields as read
from audit.replay.fields import Texts
from audit.replay.tables import Row

TRANSFER_KINDS: Final[dict[str, str]] = {
    "points.issued": "ISSUE",
    "points.redeemed": "REDEEM",
    "points.exchanged": "EXCHANGE",
    "points.gifted": "GIFT",
    "points.expired": "EXPIRE",
    "points.adjusted": "ADJUST",
    "hold.placed": "HOLD",
    "hold.captured": "CAPTURE",
    "hold.voided": "VOID",
    "hold.expired": "TIMEOUT",
    "lots.merged": "MERGE",
    "transfer.reversed": "REVERSE",
}
_ACTORS: Final = {"operator": "OPERATOR", "system": "SYSTEM"}


@lru_cache(maxsize=1024)  # a log has few authors and many entries
def actor_of(author: str) -> str:
    """The partner's code, OPERATOR or SYSTEM."""
    room, _, rest = author.partition("/")
    return _ACTORS.get(room) or (room.removeprefix("partner:") if rest else author)


def header(kind: str, fields: Texts, seq: int) -> Row:
    """A row of the table `transfer` from its second column on: all but the owner."""
    return (
        fields["id"],
        seq,
        TRANSFER_KINDS[kind],
        actor_of(fields["author"]),
        fields.get("original", ""),
        read.number(fields, "part") if kind == "transfer.reversed" else 0,
        fields.get("hold", ""),
        fields.get("contract", ""),
        fields.get("quote", ""),
        fields.get("consent", ""),
        fields.get("acceptor", ""),
        fields.get("reason", ""),
        *read.times(fields),
    )
