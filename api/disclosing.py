"""What can be shown of one entry, or of all: payload and signed command, under the entry's own key.

Of an erased member nothing can be, and nobody is asked to: its rows and its key are gone.
"""

from __future__ import annotations

from functools import lru_cache
from heapq import merge
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from api.receipts import prove
from audit import disclosure as files
from audit.disclosures import Line
from audit.entry import decode
from domain.errors import StoreError
from domain.keyed_hash import hmac_sha256
from domain.store.engine import reading
from domain.store.queries import members, outside
from domain.store.queries.outside import KeptCommand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from api.bootstrap import Network
    from api.schema.core.reading import Connection
    from domain.store.queries.outside import KeptPayload

MEMBER_KEYS_MAX = 4_096  # unwrapped at once; members' entries stand near one another
PROGRESS_EVERY = 2_000  # lines; some tens of milliseconds


def disclose(network: Network, seq: int) -> dict[str, bytes]:
    """Return the files of an entry's disclosure; of an erased member, the erasure's receipt.

    Raises NetworkError ``ENTRY_UNKNOWN``; StoreError where what is kept was altered.
    """
    with reading(network.engine) as connection:
        proved = prove(network, connection, seq)
        found = {files.ENTRY: proved.leaf, files.PROOF: proved.proof.encode()}
        lines: list[str] = []
        for owner in files.books(decode(proved.leaf)):
            erased = members.erased_seq(connection, owner)
            wrapped = members.wrapped_key(connection, owner)
            if erased is not None:
                erasure = prove(network, connection, erased)
                found[files.ERASED_ENTRY] = erasure.leaf
                found[files.ERASED_PROOF] = erasure.proof.encode()
            elif wrapped is not None:
                key = network.vault.unwrap(wrapped)
                lines.append(f"{owner} {hmac_sha256(key, seq.to_bytes(8, 'big')).hex()}\n")
                _open(network, connection, owner, seq, key, found)
        command = members.signed_command(connection, "", seq)
        if command is not None:
            found[files.COMMAND] = command
    if lines:
        found[files.ENTRY_KEYS] = "".join(lines).encode()
    return found


def _open(
    network: Network,
    connection: Connection,
    owner: str,
    seq: int,
    key: bytes,
    found: dict[str, bytes],
) -> None:
    payload = members.payload(connection, owner, seq)
    if payload is not None:
        found[files.PAYLOAD] = network.vault.decrypt(key, f"{owner}/{seq}".encode(), payload)
    command = members.signed_command(connection, owner, seq)
    if command is not None:
        context = f"{owner}/{seq}/command".encode()
        found[files.COMMAND] = network.vault.decrypt(key, context, command)


class LaidOpen(NamedTuple):
    """What was laid open of a log, and what could not be: rows that their key does not open."""

    payloads: int
    commands: int
    unreadable: int


class Opening:
    """All of a log laid open, as of one snapshot; a page of rows is held at a time.

    Attributes:
        counted: what was laid open so far.
    """

    def __init__(
        self, network: Network, connection: Connection, advance: Callable[[int], None]
    ) -> None:
        """Open the rows that ``connection`` sees; ``advance`` hears how many entries are done."""
        self._vault = network.vault
        self._connection = connection
        self._advance = advance
        self._unwrap = lru_cache(maxsize=MEMBER_KEYS_MAX)(network.vault.unwrap)
        self.counted = LaidOpen(0, 0, 0)

    def lines(self) -> Iterator[bytes]:
        """Yield the line of each entry of which there is anything to show, in the log's order.

        What cannot be opened is left out, and counted: a verifier names it as missing.
        """
        kept: list[Iterator[KeptPayload | KeptCommand]] = [
            outside.payloads(self._connection),
            outside.signed_commands(self._connection),
        ]
        by_entry = groupby(merge(*kept, key=attrgetter("seq")), attrgetter("seq"))
        for done, (seq, rows) in enumerate(by_entry):
            if done % PROGRESS_EVERY == 0:
                self._advance(done)
            line = Line(seq, "", b"", b"", b"")
            for row in rows:
                line = self._opened(line, row)
            if line.payload or line.command:
                yield line.data()

    def _opened(self, line: Line, row: KeptPayload | KeptCommand) -> Line:
        """Add to an entry's line what one row has of it."""
        payloads, commands, unreadable = self.counted
        signed = isinstance(row, KeptCommand)
        try:
            if isinstance(row, KeptCommand) and not row.owner:
                line = line._replace(command=row.packed)
            else:
                line = self._decrypted(line, row)
        except StoreError:
            self.counted = LaidOpen(payloads, commands, unreadable + 1)
        else:
            self.counted = LaidOpen(payloads + (not signed), commands + signed, unreadable)
        return line

    def _decrypted(self, line: Line, row: KeptPayload | KeptCommand) -> Line:
        """The same of a row that lies encrypted; raises StoreError where its key does not fit."""
        member_key = self._unwrap(row.wrapped)
        entry_key = hmac_sha256(member_key, row.seq.to_bytes(8, "big"))
        line = line._replace(owner=row.owner, key=entry_key)
        context = f"{row.owner}/{row.seq}"
        if isinstance(row, KeptCommand):
            command = self._vault.decrypt(member_key, f"{context}/command".encode(), row.packed)
            return line._replace(command=command)
        return line._replace(
            payload=self._vault.decrypt(member_key, context.encode(), row.ciphertext)
        )
