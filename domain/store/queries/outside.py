"""What lies outside the log and points into it: answers kept for ever, and personal data.

Both stream in the order of the entries they belong to, so that they pass beside the leaves.
"""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection

from domain.store.queries.reader import stream
from domain.store.statements import Read


class KeptAnswer(NamedTuple):
    """An accepted command's idempotency row."""

    seq: int
    partner: str
    key: str
    request_hash: str
    code: str


class KeptPayload(NamedTuple):
    """Personal data of one entry; ``wrapped`` is the member's key, empty where it is gone.

    ``commitment`` is what the log says of that key, empty where there is no such member.
    """

    seq: int
    owner: str
    ciphertext: bytes
    wrapped: bytes
    commitment: str


class KeptCommand(NamedTuple):
    """What a partner signed for an entry; ``wrapped`` is the member's key, where one is touched."""

    seq: int
    owner: str
    packed: bytes
    wrapped: bytes


# The pluses let the table be sorted rather than fetched row by row; see ``export``.
_ANSWERS: Read[tuple[int, str, str, str, str]] = Read(
    "",
    "SELECT seq, partner, key, request_hash, code FROM command WHERE seq >= 0"
    " ORDER BY +seq, partner, key",
)
# pk_member_key, pk_member
_PAYLOADS: Read[tuple[int, str, bytes, bytes, str]] = Read(
    "",
    "SELECT p.seq, p.owner, p.ciphertext, COALESCE(k.wrapped, ''), COALESCE(m.commitment, '')"
    " FROM payload p"
    " LEFT JOIN member_key k ON k.owner = p.owner LEFT JOIN member m ON m.id = p.owner"
    " ORDER BY +p.seq, p.owner",
)
# pk_member_key
_COMMANDS: Read[tuple[int, str, bytes, bytes]] = Read(
    "",
    "SELECT s.seq, s.owner, s.packed, COALESCE(k.wrapped, '') FROM signed_command s"
    " LEFT JOIN member_key k ON k.owner = s.owner ORDER BY +s.seq, s.owner",
)


def answers(connection: Connection) -> Iterator[KeptAnswer]:
    """Return what was answered to accepted commands, by the sequence of their entries."""
    return map(KeptAnswer._make, stream(connection, _ANSWERS))


def payloads(connection: Connection) -> Iterator[KeptPayload]:
    """Return every payload, by the sequence of its entry."""
    for seq, owner, ciphertext, wrapped, commitment in stream(connection, _PAYLOADS):
        # An absent key is SQLite's empty text.
        key = bytes(wrapped) if wrapped else b""
        yield KeptPayload(seq, owner, bytes(ciphertext), key, commitment)


def signed_commands(connection: Connection) -> Iterator[KeptCommand]:
    """Return every signed command, by the sequence of its entry."""
    for seq, owner, packed, wrapped in stream(connection, _COMMANDS):
        yield KeptCommand(seq, owner, bytes(packed), bytes(wrapped) if wrapped else b"")
