"""What an auditor brings to a verification: nothing in it was had from the bundle.

Keys and policies say whom to believe. Older checkpoints and receipts are what somebody kept of this
log before: a log that was rewritten since cannot agree with them, however well it is signed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.x509 import Certificate

from audit.checkpoint import Checkpoint, open_checkpoint
from audit.cosignature import Cosigned, cosignatures
from audit.disclosure import Disclosure
from audit.entry import Fields, decode, parse_time
from audit.errors import AuditError, NoteError, ProofError
from audit.findings import Findings
from audit.marks import Marks
from audit.merkle import leaf_hash
from audit.note import Note, VerifierKey, parse_note
from audit.policy import Policy, PolicyError
from audit.proof import FIRST_LINE, Receipt, verify_receipt
from audit.times import format_time
from audit.witness_times import Word, is_quorum, word_of

# A checkpoint waits for its witnesses (seconds), and their clocks and the log's are not one. What
# came in meanwhile is dated before the cosignature of a tree without it, and is honest.
CLOCK_TOLERANCE_SECONDS: Final = 60

_MICROSECONDS: Final = 1_000_000

Keys = Sequence[VerifierKey]  # of one log, any of which may have signed


@dataclass(frozen=True, slots=True)
class Saved:
    """An older checkpoint, or a receipt of which only the checkpoint is looked at.

    Attributes:
        name: what findings call it, a path say.
        data: its bytes.
    """

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class SavedReceipt:
    """A receipt and the entry that was handed out with it.

    Attributes:
        name: what findings call it, a path say.
        data: the receipt's bytes.
        leaf: the entry's bytes.
    """

    name: str
    data: bytes
    leaf: bytes


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything an auditor brings but the key.

    Attributes:
        policy: which witnesses must have cosigned.
        saved: older checkpoints.
        receipts: receipts with their entries.
        authorities: certificates of time stamping authorities, or of whoever vouches for them.
        disclosures: single entries that somebody laid open.
        must_sign: partners of whom the auditor knows that they sign all that they ask for.
        statements: partners' statements, to be made again from the log.
    """

    policy: Policy | None = None
    saved: tuple[Saved, ...] = ()
    receipts: tuple[SavedReceipt, ...] = ()
    authorities: tuple[Certificate, ...] = ()
    disclosures: tuple[Disclosure, ...] = ()
    must_sign: frozenset[str] = frozenset()
    statements: tuple[Saved, ...] = ()


@dataclass(frozen=True, slots=True)
class Anchor:
    """A checkpoint that the trusted key signed and somebody kept."""

    name: str
    checkpoint: Checkpoint
    note: Note


@dataclass(frozen=True, slots=True)
class Proved:
    """A receipt whose proof leads to a checkpoint that the trusted key signed."""

    name: str
    index: int
    fields: Fields
    leaf: bytes


def check_witnesses(note: Note, policy: Policy, findings: Findings) -> None:
    """Hold a checkpoint against the auditor's policy."""
    try:
        policy.check(note)
    except PolicyError as error:
        findings.add_error(error, "QUORUM_MISSING" if error.code == "POLICY_QUORUM" else _LOG)
    except NoteError as error:
        findings.add_error(error, "" if error.code == "COSIGNATURE_INVALID" else _LOG)


_LOG: Final = "POLICY_LOG"


def witnesses_of(note: Note, policy: Policy | None) -> tuple[Cosigned, ...]:
    """Return the policy's witnesses that cosigned; of a spoiled note, none."""
    try:
        return cosignatures(note, policy.keys()) if policy else ()
    except NoteError:
        return ()


def open_saved(saved: Saved, keys: Keys, findings: Findings) -> Anchor | None:
    """Open a saved checkpoint; None, and told, where the trusted key did not sign it."""
    try:
        text = saved.data
        if text.startswith(FIRST_LINE.encode()):
            text = Receipt.parse(_decoded(text)).checkpoint.encode()
        return Anchor(saved.name, open_checkpoint(text, *keys), parse_note(text))
    except AuditError as error:
        findings.add_error(error, "SAVED_INVALID", saved=saved.name)
        return None


def open_receipt(
    receipt: SavedReceipt, keys: Keys, findings: Findings
) -> tuple[Proved, Anchor] | None:
    """Verify a receipt on its own; None, and told, where it proves nothing."""
    try:
        text = _decoded(receipt.data)
        verified = verify_receipt(receipt.leaf, text, *keys)
        note = parse_note(Receipt.parse(text).checkpoint)
    except AuditError as error:
        findings.add_error(error, "RECEIPT_INVALID", receipt=receipt.name)
        return None
    proved = Proved(receipt.name, verified.index, verified.fields, receipt.leaf)
    return proved, Anchor(receipt.name, verified.checkpoint, note)


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise ProofError("RECEIPT_FORM") from None


class Anchors:
    """What was brought, opened; and what the log must show in passing to be held against it.

    Attributes:
        anchors: checkpoints that somebody kept.
        proved: receipts that prove their entry.
        disputed: cosignatures that contradict an entry's time, where no quorum does: each with its
            witness, size and time.
    """

    def __init__(self, evidence: Evidence, keys: Keys, findings: Findings) -> None:
        self._policy = evidence.policy
        self._findings = findings
        self.anchors: list[Anchor] = []
        self.proved: list[Proved] = []
        self.disputed: list[str] = []
        for saved in evidence.saved:
            anchor = open_saved(saved, keys, findings)
            if anchor is not None:
                self.anchors.append(anchor)
        for receipt in evidence.receipts:
            found = open_receipt(receipt, keys, findings)
            if found is not None:
                self.proved.append(found[0])
                self.anchors.append(found[1])

    def marks(self, size: int, more: Iterable[int] = ()) -> Marks:
        """What to keep of a log of this size; ``more`` are sizes whose root is wanted too.

        The entries on either side of those are kept as well.
        """
        sizes = {anchor.checkpoint.size for anchor in self.anchors}.union(more)
        # An entry on either side of each size, whose times a cosignature bounds.
        seqs = {seq for one in (*sizes, size) for seq in (one - 1, one) if 0 <= seq < size}
        return Marks(sizes.union(more), seqs | {one.index for one in self.proved})

    def check(self, checkpoint: Checkpoint, marks: Marks) -> None:
        """Hold the log that was passed against what was kept of it before."""
        for anchor in self.anchors:
            self._extends(anchor, checkpoint, marks)
        for one in self.proved:
            leaf = marks.leaves.get(one.index)
            if leaf is not None and leaf != one.leaf:
                self._findings.add(
                    "RECEIPT_CONTRADICTED",
                    receipt=one.name,
                    seq=one.index,
                    expected=leaf_hash(one.leaf).hex(),
                    found=leaf_hash(leaf).hex(),
                )

    def _extends(self, anchor: Anchor, checkpoint: Checkpoint, marks: Marks) -> bool:
        """Whether the log begins with what was saved, by the entries themselves."""
        saved = anchor.checkpoint
        if saved.size > checkpoint.size:
            self._findings.add(
                "REWOUND", saved=anchor.name, size=checkpoint.size, saved_size=saved.size
            )
            return False
        root = marks.roots.get(saved.size)
        if root is not None and root != saved.root:
            self._findings.add(
                "FORKED",
                saved=anchor.name,
                saved_size=saved.size,
                expected=saved.root.hex(),
                found=root.hex(),
            )
        return root == saved.root

    def check_times(self, checkpoint: Checkpoint, note: Note, marks: Marks) -> int:
        """Hold entries' times against the times of cosignatures; returns how many bounded them.

        Of each cosigned tree, the last entry is there by the cosigning, and the next is not. What
        witnesses said of one tree counts together, in however many checkpoints it was kept.
        """
        if self._policy is None:
            return 0
        said: dict[int, dict[tuple[bytes, int], Cosigned]] = {}
        own = Anchor("", checkpoint, note)
        for anchor in (own, *self.anchors):
            if marks.roots.get(anchor.checkpoint.size, anchor.checkpoint.root) != (
                anchor.checkpoint.root
            ):
                continue
            found = said.setdefault(anchor.checkpoint.size, {})
            for one in witnesses_of(anchor.note, self._policy):
                found[one.witness.public_key, one.time] = one
        bounded = 0
        for size, lines in said.items():
            words = [*lines.values()]
            bounded += len(words) if is_quorum(self._policy, words) else 0
            self._bound(size, words, self._policy, marks)
        return bounded

    def _bound(self, size: int, found: Sequence[Cosigned], policy: Policy, marks: Marks) -> None:
        """Hold the entries on either side of a size against the clocks of its witnesses."""
        last, following = _time(marks.leaves.get(size - 1)), _time(marks.leaves.get(size))
        after = [one for one in found if _is_before(following, one)]
        before = [one for one in found if _is_after(last, one)]
        for code, seq, time, against in (
            ("ENTRY_BACKDATED", size, following, after),
            ("ENTRY_AHEAD", size - 1, last, before),
        ):
            contradicting = {one.witness.public_key for one in against}
            others = [one for one in found if one.witness.public_key not in contradicting]
            word = word_of(policy, against, others)
            if word is Word.MISDATED:
                one = min(against, key=lambda one: abs(one.time - (time or 0)))
                self._findings.add(
                    code, seq=seq, time=time or 0,
                    witness=one.witness.name, cosigned=one.time, size=size,
                )  # fmt: skip
            elif word is Word.DISPUTED:
                self.disputed += [
                    f"{one.witness.name} {size} {shown_seconds(one.time)}" for one in against
                ]


def _is_before(time: int | None, one: Cosigned) -> bool:
    return time is not None and time < one.time - CLOCK_TOLERANCE_SECONDS


def _is_after(time: int | None, one: Cosigned) -> bool:
    return time is not None and time > one.time + CLOCK_TOLERANCE_SECONDS


def shown_seconds(seconds: int) -> str:
    """A cosignature's time as text; one that no calendar has, as a number."""
    try:
        return format_time(seconds * _MICROSECONDS)
    except AuditError:
        return str(seconds)


def entry_time(leaf: bytes | None) -> int | None:
    """A leaf's time in microseconds since 1970; None where there is none to read."""
    if leaf is None:
        return None
    try:
        return parse_time(str(decode(leaf)["time"]))
    except AuditError:
        return None


def _time(leaf: bytes | None) -> int | None:
    """The same in whole seconds."""
    time = entry_time(leaf)
    return None if time is None else time // _MICROSECONDS
