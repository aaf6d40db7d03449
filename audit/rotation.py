"""Keys of a log in their order: who signed when, and how one key gave way to the next.

An entry `key.rotated` names the key that signed so far and the one that signs from now on. Both
sign the same message, so that neither can be named without its holder's will:

    dure/key.rotated/v1
    ORIGIN
    SEQ             the entry's own number
    PREV            the hash of the entry before it, hex
    OLD             the verifier key that gives way
    KEY             the verifier key that follows
    UNTIL           up to which instant the old key signs checkpoints too
    CUT_OFF         "" (see below)

Eight lines, each ended; a checkpoint has three, so that neither can be taken for the other. The
signatures are Ed25519, in hex. The handover is the checkpoint of size SEQ + 1: old and new key sign
it both.

Of a compromised key no signature is worth anything. Then CUT_OFF is the size up to which its
checkpoints are still believed, UNTIL and the old key's signature are "", and a quorum of witnesses
on the handover takes the place of its line.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from audit.entry import Fields, decode
from audit.errors import AuditError, NoteError
from audit.keys import SIGNATURE_BYTES, Signer
from audit.kinds import KEY_ROTATED, SEQ_MAX
from audit.note import VerifierKey, parse_note
from audit.times import format_time, parse_time

# A log that changes its key every week does so for ten years; each one costs two verifications.
HANDOVERS_MAX = 520

KEY_LINE_MAX = 320  # a name of 255 characters, and 54 more

_FORMAT = "dure/key.rotated/v1"
_SIZE = re.compile("0|[1-9][0-9]{0,15}")


class RotationError(AuditError):
    """An entry does not hand a log from one key to the next."""


@dataclass(frozen=True, slots=True)
class Handover:
    """One key gave way to another.

    Attributes:
        seq: the number of the entry `key.rotated`.
        prev: the hash of the entry before it, hex.
        old: the key that gives way.
        key: the key that follows.
        until: the last entry's time up to which the old key signs too, microseconds since 1970; -1
            of a revoked key.
        cut_off: of a revoked key, the size up to which its checkpoints are believed; else -1.
    """

    seq: int
    prev: str
    old: VerifierKey
    key: VerifierKey
    until: int
    cut_off: int = -1

    def __post_init__(self) -> None:
        """Refuse what no log may say.

        Raises:
            RotationError: `HANDOVER_ORIGIN`, `HANDOVER_SAME_KEY` or `HANDOVER_CUT_OFF`.
        """
        if self.old.name != self.key.name:
            raise RotationError("HANDOVER_ORIGIN", old=self.old.name, key=self.key.name)
        if self.old.public_key == self.key.public_key:
            raise RotationError("HANDOVER_SAME_KEY", key=self.key.text())
        if self.cut_off > self.seq or (self.cut_off < 0) == (self.until < 0):
            raise RotationError("HANDOVER_CUT_OFF", cut_off=self.cut_off, seq=self.seq)

    @property
    def size(self) -> int:
        """The size of the handover checkpoint."""
        return self.seq + 1

    @property
    def revoked(self) -> bool:
        """Whether the old key was compromised."""
        return self.cut_off >= 0

    def message(self) -> bytes:
        """Return what both keys sign."""
        lines = (
            *(_FORMAT, self.key.name, str(self.seq), self.prev, self.old.text(), self.key.text()),
            *(self._until(), self._cut_off()),
        )
        return "".join(f"{line}\n" for line in lines).encode()

    def fields(self, signer: Signer, old: Signer | None) -> dict[str, str]:
        """Return the entry's own fields, signed by the new key, and by the old one if it may."""
        assert (old is None) == self.revoked
        message = self.message()
        return {
            "key": self.key.text(),
            "old": self.old.text(),
            "until": self._until(),
            "cut_off": self._cut_off(),
            "key_signature": signer.sign(message).hex(),
            "old_signature": "" if old is None else old.sign(message).hex(),
        }

    def _until(self) -> str:
        return "" if self.revoked else format_time(self.until)

    def _cut_off(self) -> str:
        return str(self.cut_off) if self.revoked else ""


def read_handover(fields: Fields) -> Handover:
    """Read an entry `key.rotated` and verify its signatures.

    Raises:
        RotationError: `HANDOVER_KIND`; `HANDOVER_FORM`; `HANDOVER_UNSIGNED` where a signature that
            must be there does not verify, or one of a revoked key stands there; or what `Handover`
            raises.
        NoteError, KeyRejected: a key is none, or none to trust.
        LeafError: `LEAF_TIME`.
    """
    if fields["kind"] != KEY_ROTATED:
        raise RotationError("HANDOVER_KIND", kind=fields["kind"])
    text = {name: str(value) for name, value in fields.items()}
    cut_off = text["cut_off"]
    if cut_off and (_SIZE.fullmatch(cut_off) is None or int(cut_off) > SEQ_MAX):
        raise RotationError("HANDOVER_FORM", cut_off=cut_off)
    if bool(cut_off) == bool(text["until"]):
        raise RotationError("HANDOVER_FORM", cut_off=cut_off, until=text["until"])
    handover = Handover(
        seq=int(text["seq"]),
        prev=text["prev"],
        old=VerifierKey.parse(text["old"]),
        key=VerifierKey.parse(text["key"]),
        until=-1 if cut_off else parse_time(text["until"]),
        cut_off=int(cut_off) if cut_off else -1,
    )
    message = handover.message()
    if not _signed(handover.key, message, text["key_signature"]):
        raise RotationError("HANDOVER_UNSIGNED", key=handover.key.text())
    if handover.revoked and text["old_signature"]:
        raise RotationError("HANDOVER_FORM", old_signature=text["old_signature"])
    if not handover.revoked and not _signed(handover.old, message, text["old_signature"]):
        raise RotationError("HANDOVER_UNSIGNED", key=handover.old.text())
    return handover


def _signed(key: VerifierKey, message: bytes, text: str) -> bool:
    try:
        signature = bytes.fromhex(text)
    except ValueError:
        return False
    # One spelling: lower case, no blanks.
    return (
        len(signature) == SIGNATURE_BYTES
        and signature.hex() == text
        and key.verifies(message, signature)
    )


def is_revocation(leaf: bytes) -> bool:
    """Tell whether an entry `key.rotated` says that the old key was compromised.

    Raises LeafError.
    """
    return bool(decode(leaf)["cut_off"])


@dataclass(frozen=True, slots=True)
class KeyHistory:
    """All keys that a log ever had.

    Attributes:
        first: the key that its genesis names.
        handovers: in their order, each from the key that the one before it led to.
    """

    first: VerifierKey
    handovers: tuple[Handover, ...] = ()

    def __post_init__(self) -> None:
        """Refuse handovers that do not follow one another.

        Raises:
            RotationError: `HANDOVER_ORDER`, `HANDOVER_OLD` where the key that gives way is not the
                one that signed, `HANDOVER_KEY_AGAIN` where a key comes back, `HANDOVERS_TOO_MANY`.
        """
        if len(self.handovers) > HANDOVERS_MAX:
            raise RotationError("HANDOVERS_TOO_MANY", handovers=len(self.handovers))
        known = {self.first.public_key}
        current, last = self.first, 0
        for one in self.handovers:
            if one.seq <= last:
                raise RotationError("HANDOVER_ORDER", seq=one.seq, last=last)
            if one.old != current:
                raise RotationError("HANDOVER_OLD", seq=one.seq, expected=current.text())
            if one.key.public_key in known:
                raise RotationError("HANDOVER_KEY_AGAIN", seq=one.seq, key=one.key.text())
            known.add(one.key.public_key)
            current, last = one.key, one.seq

    @property
    def current(self) -> VerifierKey:
        """The key that signs today."""
        return self.handovers[-1].key if self.handovers else self.first

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        """Every key, the first one first."""
        return (self.first, *(one.key for one in self.handovers))

    @property
    def text(self) -> str:
        """Every key as text, a line each, the first one first."""
        return "".join(f"{key.text()}\n" for key in self.keys)

    def up_to(self, size: int) -> "KeyHistory":
        """Return the history as a log of a smaller size shows it."""
        return KeyHistory(self.first, tuple(one for one in self.handovers if one.size <= size))

    def followed_by(self, handover: Handover) -> "KeyHistory":
        """Return the history with one more handover; raises as the class does."""
        return KeyHistory(self.first, (*self.handovers, handover))

    def overlapping(self, time_us: int) -> tuple[tuple[VerifierKey, int], ...]:
        """Return the keys that sign beside today's at this time or later, with their last time.

        The one that gave way last comes first.
        """
        return tuple(
            (one.old, one.until) for one in reversed(self.handovers) if one.until >= time_us
        )

    def leading(self, note: str) -> VerifierKey:
        """Return the key of a checkpoint's first line: the one that signed when it was made.

        Raises:
            NoteError: no note, or `NOTE_UNSIGNED` where no key of this log leads it.
        """
        first = parse_note(note).signatures[0]
        for key in self.keys:
            if (key.name, key.id) == (first.name, first.key_id):
                return key
        raise NoteError("NOTE_UNSIGNED", keys=len(self.keys), lines=1)

    def believes(self, key: VerifierKey, size: int) -> bool:
        """Tell whether a checkpoint of a size is believed for this key's line.

        A key that gave way in peace is believed at any size, a revoked one up to its cut-off.
        """
        return not any(
            one.revoked and one.old == key and size > one.cut_off for one in self.handovers
        )


def read_history(genesis: Mapping[str, str | int], rotated: Sequence[Fields]) -> KeyHistory:
    """Make the history of a log from its genesis and its entries `key.rotated`, in their order.

    Raises as `read_handover` and `KeyHistory` do.
    """
    first = VerifierKey.parse(str(genesis["key"]))
    return KeyHistory(first, tuple(read_handover(fields) for fields in rotated))
