"""The walk from the key that an auditor trusts to the key that signs a log today.

A bundle names its keys in their order (`keys`) and holds the handover checkpoints
(`handovers/SIZE`), each with its entry (`handovers/SIZE.entry`). None of it is believed. The
entries `key.rotated` say the same under both keys' signatures; each handover checkpoint is of the
very tree that the log had then, and both keys have signed it, so each key vouches for the log up to
where the next one takes over. In place of a compromised key's line stands the auditor's own quorum
of witnesses.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from audit.bundle import (
    ENTRY_SUFFIX,
    HANDOVER_FOLDER,
    HANDOVER_INDEX,
    KEYS,
    BundleError,
    parse_index,
)
from audit.checkpoint import Checkpoint
from audit.cosignature import cosignatures
from audit.entry import Fields, encode
from audit.errors import AuditError, NoteError
from audit.findings import Findings
from audit.kinds import KEY_ROTATED, LEAF_BYTES_MAX
from audit.marks import Marks
from audit.note import NOTE_BYTES_MAX, Note, VerifierKey, parse_note
from audit.policy import NONE, Policy, PolicyLog
from audit.rotation import HANDOVERS_MAX, KEY_LINE_MAX, Handover, KeyHistory, read_handover
from audit.verify_log import Shelf

KEYS_BYTES_MAX: Final = (HANDOVERS_MAX + 1) * KEY_LINE_MAX
INDEX_BYTES_MAX: Final = HANDOVERS_MAX * 17  # sixteen digits and a line feed
_HANDOVER: Final = re.compile(
    f"{re.escape(HANDOVER_FOLDER)}([1-9][0-9]{{0,15}})({re.escape(ENTRY_SUFFIX)})?"
)

MISSING: Final = "KEY_HANDOVER_MISSING"
INVALID: Final = "KEY_HANDOVER_INVALID"
REVOKED: Final = "KEY_REVOKED"


def is_handover(path: str) -> bool:
    """Tell whether a bundle's file is one of a handover by its name."""
    return path == HANDOVER_INDEX or _HANDOVER.fullmatch(path) is not None


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint that somebody holds against the log: what it is called, and its note."""

    name: str
    size: int
    note: Note


class Custody:
    """The keys of one bundle, or of a log at an address.

    Attributes:
        trusted: the auditor's key.
        keys: every key that the bundle names, the first one first; the trusted one alone where it
            is not among them.
        history: what the entries say, once `finish` was called.
    """

    def __init__(
        self, trusted: VerifierKey, keys: tuple[VerifierKey, ...], findings: Findings
    ) -> None:
        """Take the log's own word on its keys."""
        self.trusted = trusted
        self._findings = findings
        self.keys = keys
        self._notes: dict[int, Note] = {}
        self._entries: dict[int, bytes] = {}
        self._index: tuple[int, ...] | None = None
        self._rotated: list[Fields] = []
        self.history = KeyHistory(self.keys[0])

    @property
    def today(self) -> VerifierKey:
        """The key that must have signed the bundle's checkpoint."""
        return self.keys[-1]

    @property
    def sizes(self) -> tuple[int, ...]:
        """The sizes at which the tree is to be held against a handover."""
        return tuple(self._notes)

    def see(self, fields: Fields) -> None:
        """Take note of an entry that hands over."""
        if fields["kind"] == KEY_ROTATED and len(self._rotated) <= HANDOVERS_MAX:
            self._rotated.append(fields)

    def policy(self, policy: Policy) -> Policy:
        """Return the auditor's policy; who lists a key lists those that it led to."""
        listed = [log.key for log in policy.logs]
        first = next((at for at, key in enumerate(self.keys) if key in listed), len(self.keys))
        more = [PolicyLog(key, "") for key in self.keys[first:] if key not in listed]
        return replace(policy, logs=[*policy.logs, *more])

    def finish(self, checkpoint: Checkpoint, marks: Marks, policy: Policy | None) -> None:
        """Hold the bundle's keys and handovers against the entries that were seen."""
        notes = dict(self._notes)
        self._check_files()
        for fields in self._rotated:
            try:
                handover = read_handover(fields)
                self.history = self.history.followed_by(handover)
            except AuditError as error:
                self._findings.add_error(error, INVALID, seq=fields["seq"])
                continue
            note = notes.pop(handover.size, None)
            if note is None:
                self._findings.add(MISSING, size=handover.size, key=handover.key.text())
            else:
                self._check(handover, note, marks, policy)
        for size in notes:
            if size <= checkpoint.size:
                self._findings.add(INVALID, size=size, reason="NO_ENTRY")
            else:
                self._findings.add("FILE_EXTRA", path=f"{HANDOVER_FOLDER}{size}")
        if self.history.keys != self.keys:
            expected = self.history.current.text()
            self._findings.add(INVALID, path=KEYS, reason="KEYS", expected=expected)

    def _check_files(self) -> None:
        """Hold copies of entries, and the list of sizes, against the entries themselves."""
        rotated = {int(fields["seq"]) + 1: fields for fields in self._rotated}
        if self._index not in {None, tuple(rotated)}:
            self._findings.add(INVALID, path=HANDOVER_INDEX, reason="INDEX")
        for size, entry in self._entries.items():
            fields = rotated.get(size)
            if fields is None or encode(fields) != entry:
                path = f"{HANDOVER_FOLDER}{size}{ENTRY_SUFFIX}"
                self._findings.add(INVALID, path=path, reason="OTHER_ENTRY")

    def refuse_revoked(self, signed: Sequence[Signed]) -> None:
        """Refuse checkpoints for which no key but a revoked one speaks, above its cut-off."""
        for one in signed:
            try:
                keys = one.note.verify(self.keys)
            except NoteError:
                continue  # told where it was opened
            if not self.believed(one.size, one.note):
                self._findings.add(REVOKED, name=one.name, size=one.size, key=keys[0].text())

    def believed(self, size: int, note: Note) -> bool:
        """Whether a key speaks for a checkpoint that was not revoked below its size."""
        try:
            keys = note.verify(self.keys)
        except NoteError:
            return False
        return any(self.history.believes(key, size) for key in keys)

    def _check(self, handover: Handover, note: Note, marks: Marks, policy: Policy | None) -> None:
        size = handover.size
        try:
            checkpoint = Checkpoint.parse(note.body)
            signed = note.verify([handover.old, handover.key])
        except AuditError as error:
            self._findings.add_error(error, INVALID, size=size)
            return
        reason = ""
        if (checkpoint.origin, checkpoint.size) != (self.trusted.name, size):
            reason = "OTHER_CHECKPOINT"
        elif checkpoint.root != marks.roots.get(size):
            reason = "OTHER_TREE"
        elif handover.key not in signed:
            reason = "NEW_KEY_UNSIGNED"
        elif handover.revoked:
            reason = self._unwitnessed(handover, note, policy)
        elif handover.old not in signed:
            reason = "OLD_KEY_UNSIGNED"
        if reason:
            self._findings.add(INVALID, size=size, reason=reason)

    def _unwitnessed(self, handover: Handover, note: Note, policy: Policy | None) -> str:
        """Why nobody vouches for what follows a compromised key; "" where a quorum does.

        Who trusts a later key by itself needs nobody's word for it.
        """
        later = [*self.keys].index(self.trusted)
        if handover.key in self.keys[: later + 1]:
            return ""
        if policy is None or policy.quorum == NONE:
            return "QUORUM_NOT_ASKED"
        try:
            found = cosignatures(note, policy.keys())
        except NoteError as error:
            return error.code
        enough = policy.satisfied({one.witness.public_key for one in found})
        return "" if enough else "QUORUM_MISSING"

    @property
    def named(self) -> tuple[str, ...]:
        """The paths of the handovers that the entries seen tell of."""
        return tuple(f"{HANDOVER_FOLDER}{int(fields['seq']) + 1}" for fields in self._rotated)

    def read_handovers(self, reader: Shelf, files: Iterable[str]) -> None:
        """Read the files of handovers among these paths."""
        paths = [path for path in files if is_handover(path)]
        for path in sorted(paths, key=lambda path: (len(path), path))[: 2 * HANDOVERS_MAX + 2]:
            try:
                self._read_handover(reader, path)
            except (NoteError, BundleError) as error:
                invalid = isinstance(error, NoteError) or error.code == "INDEX_FORM"
                if invalid:
                    self._findings.add_error(error, INVALID, path=path)
                else:
                    self._findings.add_error(error)

    def _read_handover(self, reader: Shelf, path: str) -> None:
        if path == HANDOVER_INDEX:
            self._index = parse_index(reader.read(path, INDEX_BYTES_MAX))
            return
        match = _HANDOVER.fullmatch(path)
        assert match is not None  # by its name it is one
        size = int(match[1])
        if match[2]:
            self._entries[size] = reader.read(path, LEAF_BYTES_MAX)
        else:
            self._notes[size] = parse_note(reader.read(path, NOTE_BYTES_MAX))


def read_keys(reader: Shelf, trusted: VerifierKey, findings: Findings) -> tuple[VerifierKey, ...]:
    """Return the keys that a log names, the first one first.

    Where the trusted one is not among them, that is told, and it stands alone.
    """
    try:
        found = reader.read(KEYS, KEYS_BYTES_MAX).decode("ascii", "replace")
    except BundleError as error:
        findings.add_error(error)
        return (trusted,)
    keys = _parse_keys(found)
    if trusted not in keys:
        findings.add("KEY_MISMATCH", path=KEYS, expected=trusted.text(), found=found)
        return (trusted,)
    return keys


def _parse_keys(text: str) -> tuple[VerifierKey, ...]:
    """The keys of a bundle's file, a line each in one spelling; none where it is no such file."""
    try:
        keys = tuple(VerifierKey.parse(line) for line in text.removesuffix("\n").split("\n"))
    except AuditError:
        return ()
    once = len({key.public_key for key in keys}) == len(keys)
    one_log = len({key.name for key in keys}) == 1
    spelled = "".join(f"{key.text()}\n" for key in keys) == text
    return keys if once and one_log and spelled else ()
