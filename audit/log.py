"""The append: a batch of entries becomes leaves, one signed checkpoint, and their proofs.

Each entry bears the hash of the one before it and a later time. A batch changes nothing until it is
committed, and then hands back all there is to store: leaves, the rows that upper tiles gain, and
the new head. It holds no lock and reads nothing; whoever calls it does so under the log's lock, in
the transaction that writes the ledger's rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from audit.checkpoint import Checkpoint
from audit.entry import PREV_NONE, write
from audit.errors import AppendError
from audit.growth import Growth, TileGrowth
from audit.keys import Signer
from audit.kinds import GENESIS, KEY_ROTATED
from audit.merkle import Frontier, leaf_hash
from audit.note import SignatureLine, VerifierKey
from audit.rotation import Handover

# Before the first entry no time has passed: any time from 1970 on is later.
TIME_NONE = -1

# Four bytes of key id are five letters of base64 and a part of the sixth; and the line's end.
_ID_REST = 4


@dataclass(frozen=True, slots=True)
class Head:
    """Where the log stands; all that the next batch needs.

    Attributes:
        size: number of entries.
        last_hash: the last entry's hash; thirty-two zero bytes before the first.
        last_time: the last entry's time, microseconds since 1970; `TIME_NONE` before the first.
        frontier: the tree's complete subtrees.
        checkpoint: the signed note over this size; "" before the first batch.
    """

    size: int
    last_hash: bytes
    last_time: int
    frontier: Frontier
    checkpoint: str

    def __post_init__(self) -> None:
        """Refuse a head whose parts are of different trees."""
        if self.size != self.frontier.size:
            raise AppendError("HEAD_SIZE", size=self.size, frontier=self.frontier.size)


def empty_head() -> Head:
    """Return the head of a log that has no entry yet."""
    return Head(0, bytes.fromhex(PREV_NONE), TIME_NONE, Frontier(), "")


class BatchProofs:
    """The inclusion proofs of one batch's entries in the tree that its checkpoint signs."""

    __slots__ = ("_growth", "checkpoint")

    def __init__(self, growth: Growth, checkpoint: str) -> None:
        self._growth = growth
        self.checkpoint = checkpoint

    def inclusion(self, seq: int) -> list[bytes]:
        """Return an entry's proof, leaf first.

        Raises:
            ProofError: `PROOF_INDEX` if the entry is not of this batch.
        """
        return self._growth.inclusion(seq)


@dataclass(frozen=True, slots=True)
class Appended:
    """What a committed batch hands back to be stored.

    Attributes:
        head: where the log stands now, with one signed checkpoint.
        leaves: (sequence, entry hash, leaf) of each entry.
        tiles: what rows of upper tiles gain, by level and number.
        proofs: the entries' inclusion proofs, made when asked for.
    """

    head: Head
    leaves: list[tuple[int, bytes, bytes]]
    tiles: list[TileGrowth]
    proofs: BatchProofs


class Turn(NamedTuple):
    """How one key gives way to another.

    Attributes:
        signer: the new key.
        until: the last entry's time up to which the old key signs too, microseconds since 1970.
        cut_off: of a compromised key, the size up to which it is believed; else -1.
        time_us: the entry's time, microseconds since 1970.
        id: 32 hex digits.
        author: as in `Batch.add`.
    """

    signer: Signer
    until: int
    cut_off: int
    time_us: int
    id: str
    author: str


class Batch:
    """Entries on their way into the log, in their order."""

    __slots__ = ("_appender", "_before", "_hash", "_leaves", "_time", "size")

    def __init__(self, appender: "Appender", head: Head) -> None:
        self._appender = appender
        self._before = head.frontier
        self._hash = head.last_hash
        self._time = head.last_time
        self._leaves: list[tuple[int, bytes, bytes]] = []
        # The log's size if this batch were committed now: the sequence of the next entry.
        self.size = head.size

    def add(
        self,
        kind: str,
        fields: Mapping[str, str],
        id: str,
        author: str,
        time_us: int,
        cmd: str,
        pd: str,
    ) -> tuple[int, bytes]:
        """Add an entry; a refused one leaves the batch as it was.

        Args:
            kind: one of `audit.kinds.KINDS`.
            fields: exactly the kind's own fields.
            id: 32 hex digits.
            author: `partner:CODE/KEYPREFIX`, `operator/SUBJECT` or `system/JOB`.
            time_us: microseconds since 1970, later than the entry before.
            cmd: 64 hex digits of the command's digest, or "".
            pd: 64 hex digits of the payload's digest, or "".

        Returns:
            The entry's sequence and its leaf.

        Raises:
            AppendError: `TIME_NOT_INCREASING`, or `GENESIS_PLACE` for a genesis that is not the
                first entry or a first entry that is no genesis.
            LeafError: the fields cannot be a leaf (`audit.entry.write`).
        """
        seq = self.size
        if time_us <= self._time:
            raise AppendError("TIME_NOT_INCREASING", time=time_us, last=self._time)
        if (kind == GENESIS) != (seq == 0):
            raise AppendError("GENESIS_PLACE", kind=kind, seq=seq)
        leaf = write(kind, fields, seq, self._hash, time_us, id, author, cmd, pd)
        self._hash = leaf_hash(leaf)
        self._time = time_us
        self._leaves.append((seq, self._hash, leaf))
        self.size = seq + 1
        return seq, leaf

    def commit(self) -> Appended:
        """Close the batch: hash the tree's new part and sign one checkpoint.

        Raises:
            AppendError: `BATCH_EMPTY`, since a log without new entries has no new checkpoint.
        """
        if not self._leaves:
            raise AppendError("BATCH_EMPTY", size=self._before.size)
        growth = Growth(self._before, [hash_ for _, hash_, _ in self._leaves])
        frontier = growth.frontier()
        checkpoint = self._appender.sign(growth.size, frontier.root(), self._time)
        head = Head(growth.size, self._hash, self._time, frontier, checkpoint)
        return Appended(head, self._leaves, growth.tiles(), BatchProofs(growth, checkpoint))


class Retiring(NamedTuple):
    """A key that gave way and signs beside the new one for a while: up to the time ``until``."""

    signer: Signer
    until: int


class Appender:
    """Writes one log: its origin, the key that signs for it, and those that are retiring."""

    __slots__ = ("_lead", "_retiring", "_signer", "origin", "verifier_key")

    def __init__(self, origin: str, signer: Signer, retiring: Sequence[Retiring] = ()) -> None:
        self.origin = origin
        self.verifier_key = VerifierKey(origin, signer.public_key)
        self._signer = signer
        self._retiring = tuple(retiring)
        self._lead = SignatureLine(origin, self.verifier_key.id, bytes(2)).text()[:-_ID_REST]

    def leads(self, checkpoint: str) -> bool:
        """Tell whether a checkpoint's first line names this key; its signature is not verified."""
        return checkpoint.partition("\n\n")[2].startswith(self._lead)

    def begin(self, head: Head) -> Batch:
        """Begin a batch after this head."""
        return Batch(self, head)

    def genesis(self, *, clock: str, sandbox: bool, time_us: int, id: str, author: str) -> Appended:
        """Make the log's first entry and its first checkpoint.

        Args:
            clock: `system` or `simulated`.
            sandbox: whether this network's points are play.
            time_us: microseconds since 1970.
            id: 32 hex digits.
            author: as in `Batch.add`.

        Raises:
            LeafError: as `Batch.add`.
        """
        batch = self.begin(empty_head())
        fields = {
            "origin": self.origin,
            "key": self.verifier_key.text(),
            "clock": clock,
            "sandbox": "yes" if sandbox else "no",
        }
        batch.add(GENESIS, fields, id, author, time_us, "", "")
        return batch.commit()

    def rotate(self, head: Head, turn: Turn) -> tuple[Appended, "Appender"]:
        """Hand the log over to another key: the entry, the handover checkpoint, the next appender.

        Raises:
            RotationError: no log may say so (`audit.rotation.Handover`).
            AppendError, LeafError: as `Batch.add`.
        """
        key = VerifierKey(self.origin, turn.signer.public_key)
        revoked = turn.cut_off >= 0
        until = -1 if revoked else turn.until
        prev = head.last_hash.hex()
        handover = Handover(head.size, prev, self.verifier_key, key, until, turn.cut_off)
        own = () if revoked else (Retiring(self._signer, until),)
        follower = Appender(self.origin, turn.signer, (*own, *self._retiring))
        batch = follower.begin(head)
        fields = handover.fields(turn.signer, None if revoked else self._signer)
        batch.add(KEY_ROTATED, fields, turn.id, turn.author, turn.time_us, "", "")
        return batch.commit(), follower

    def sign(self, size: int, root: bytes, time_us: int) -> str:
        """Sign the checkpoint over a size and root; return the note, today's key first.

        Args:
            size: number of entries.
            root: of the tree over them.
            time_us: the last entry's time: a retiring key signs up to its own last one.
        """
        retiring = (one.signer for one in self._retiring if one.until >= time_us)
        return Checkpoint(self.origin, size, root).sign(self._signer, *retiring)


__all__ = [
    "Appended",
    "Appender",
    "Batch",
    "BatchProofs",
    "Head",
    "Retiring",
    "TileGrowth",
    "Turn",
    "empty_head",
]
