"""The time stamps of a log, in a bundle or at its address: what an authority saw, and when.

A stamp is over the exact bytes of a checkpoint that the log's key signed. So the log must begin
with that checkpoint, its last entry was there by the stamp's time, and the entry after it was not.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from audit.bundle import (
    STAMP_FOLDER,
    STAMP_INDEX,
    STAMP_SUFFIX,
    STAMPED_SUFFIX,
    STAMPS_LISTED_MAX,
    BundleError,
    BundleReader,
    parse_index,
)
from audit.checkpoint import Checkpoint, open_checkpoint
from audit.errors import AuditError
from audit.evidence import CLOCK_TOLERANCE_SECONDS, Evidence, Keys, entry_time
from audit.findings import Findings
from audit.marks import Marks
from audit.note import NOTE_BYTES_MAX, Note, parse_note
from audit.remote import RemoteLog
from audit.stamp import STAMP_BYTES_MAX, Stamped, verify_stamp
from audit.times import format_time
from audit.verdict import Seen
from audit.verify_log import Shelf

# Each costs two requests. From an address the newest are looked at, of four days of one an hour; a
# bundle shows all.
REMOTE_STAMPS_MAX: Final = 100
_INDEX_BYTES_MAX: Final = STAMPS_LISTED_MAX * 17  # sixteen digits and a line feed
_SIZE: Final = re.compile("0|[1-9][0-9]{0,15}")
_MICROSECONDS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class BundleStamp:
    """A verified stamp and the checkpoint it is over."""

    path: str
    checkpoint: Checkpoint
    note: Note
    stamped: Stamped

    def told(self) -> str:
        """Size and time, for the verdict."""
        return f"{self.checkpoint.size} {format_time(self.stamped.time)[:19]}Z"


class Stamps:
    """The stamps of one bundle, or of a log at an address.

    Attributes:
        present: whether there is any.
        unread: how many older ones were listed and not looked at.
        good: those that verified, by size.
        bounds: how many bounded entries' times.
    """

    def __init__(
        self,
        reader: Shelf,
        sizes: Sequence[int],
        keys: Keys,
        evidence: Evidence,
        findings: Findings,
    ) -> None:
        """Verify the stamps of checkpoints of these sizes, where the auditor trusts anybody."""
        self._findings = findings
        self.good: list[BundleStamp] = []
        self.bounds = 0
        self.unread = 0
        self.present = bool(sizes)
        if not evidence.authorities:
            return
        for size in sorted(sizes):
            self._open(size, reader, keys, evidence)

    def _open(self, size: int, reader: Shelf, keys: Keys, evidence: Evidence) -> None:
        path = f"{STAMP_FOLDER}{size}{STAMPED_SUFFIX}"
        try:
            note = reader.read(path, NOTE_BYTES_MAX)
            response = reader.read(f"{STAMP_FOLDER}{size}{STAMP_SUFFIX}", STAMP_BYTES_MAX)
        except BundleError as error:
            self._findings.add_error(error)
            return
        try:
            checkpoint = open_checkpoint(note, *keys)
            stamped = verify_stamp(response, note, evidence.authorities)
            format_time(stamped.time)
        except AuditError as error:
            self._findings.add_error(error, "STAMP_INVALID", path=path)
            return
        if size != checkpoint.size:
            self._findings.add("STAMP_INVALID", path=path, size=checkpoint.size, reason="SIZE")
            return
        self.good.append(BundleStamp(path, checkpoint, parse_note(note), stamped))

    def sizes(self) -> Iterator[int]:
        """The sizes whose root the pass over the log is to keep."""
        return (one.checkpoint.size for one in self.good)

    def keep(self, believed: Callable[[int, Note], bool]) -> None:
        """Leave out stamps of what a revoked key signed above its cut-off: they say nothing."""
        self.good = [one for one in self.good if believed(one.checkpoint.size, one.note)]

    def hold(self, seen: Seen, checkpoint: Checkpoint, marks: Marks) -> None:
        """Hold the log that was passed against its stamps, and tell of them."""
        self._check(checkpoint, marks, times=seen.whole and seen.clock == "system")
        seen.bounds += self.bounds
        seen.stamps = [one.told() for one in self.good]
        seen.stamped = self.present
        seen.stamps_unread = self.unread

    def _check(self, checkpoint: Checkpoint, marks: Marks, *, times: bool) -> None:
        for one in self.good:
            stamped = one.checkpoint
            if stamped.size > checkpoint.size:
                self._findings.add(
                    "REWOUND", saved=one.path, size=checkpoint.size, saved_size=stamped.size
                )
                continue
            root = marks.roots.get(stamped.size)
            if root is not None and root != stamped.root:
                self._findings.add(
                    "FORKED",
                    saved=one.path,
                    saved_size=stamped.size,
                    expected=stamped.root.hex(),
                    found=root.hex(),
                )
            elif root is not None and times:
                self._bound(one, marks)

    def _bound(self, one: BundleStamp, marks: Marks) -> None:
        self.bounds += 1
        size, stamped = one.checkpoint.size, one.stamped
        slack = stamped.accuracy + CLOCK_TOLERANCE_SECONDS * _MICROSECONDS
        last, following = (entry_time(marks.leaves.get(seq)) for seq in (size - 1, size))
        if following is not None and following < stamped.time - slack:
            self._tell("ENTRY_BACKDATED", size, following, one)
        if last is not None and last > stamped.time + slack:
            self._tell("ENTRY_AHEAD", size - 1, last, one)

    def _tell(self, code: str, seq: int, time: int, one: BundleStamp) -> None:
        self._findings.add(
            code,
            seq=seq,
            time=format_time(time),
            stamp=one.path,
            stamped=format_time(one.stamped.time),
        )


def bundle_stamps(reader: BundleReader, findings: Findings) -> tuple[int, ...]:
    """Return the sizes of a bundle's stamps; a file that is no half of one is told."""
    paths = sorted(path for path in reader.files if path.startswith(STAMP_FOLDER))
    for path in paths:
        if path != STAMP_INDEX and not _paired(path, reader):
            findings.add("FILE_EXTRA", path=path)
    sizes = tuple(
        sorted(
            int(path.removeprefix(STAMP_FOLDER).removesuffix(STAMPED_SUFFIX))
            for path in paths
            if path.endswith(STAMPED_SUFFIX) and _paired(path, reader)
        )
    )
    if STAMP_INDEX in reader.files:
        listed = _listed(reader, findings)
        if listed is not None and listed != sizes[-STAMPS_LISTED_MAX:]:
            findings.add("STAMP_INVALID", path=STAMP_INDEX, reason="INDEX")
    return sizes


def remote_stamps(log: RemoteLog, size: int, findings: Findings) -> tuple[int, ...]:
    """Return the sizes of stamps that a log at an address lists, up to its own, smallest first.

    Raises:
        TransportError: nobody answered in time.
    """
    if not log.has(STAMP_INDEX, _INDEX_BYTES_MAX):
        return ()
    listed = _listed(log, findings) or ()
    return tuple(one for one in listed if one <= size)


def _listed(reader: Shelf, findings: Findings) -> tuple[int, ...] | None:
    try:
        return parse_index(reader.read(STAMP_INDEX, _INDEX_BYTES_MAX))
    except BundleError as error:
        findings.add_error(error, "STAMP_INVALID", path=STAMP_INDEX)
        return None


def _paired(path: str, reader: BundleReader) -> bool:
    """Whether a file is named as a stamp's are, and its other half is there."""
    for suffix, other in ((STAMPED_SUFFIX, STAMP_SUFFIX), (STAMP_SUFFIX, STAMPED_SUFFIX)):
        if path.endswith(suffix):
            stem = path.removesuffix(suffix)
            known = _SIZE.fullmatch(stem.removeprefix(STAMP_FOLDER)) is not None
            return known and stem + other in reader.files
    return False
