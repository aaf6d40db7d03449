"""The time stamps in a bundle: what an authority saw of the log, and what that says of its times.

A stamp is over the exact bytes of a checkpoint that the log's key signed. So the log must begin
with that checkpoint, its last entry was there by the stamp's time, and the entry after it was not.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from audit.bundle import (
    STAMP_FOLDER,
    STAMP_SUFFIX,
    STAMPED_SUFFIX,
    BundleError,
    BundleReader,
)
from audit.checkpoint import Checkpoint, open_checkpoint
from audit.errors import AuditError
from audit.evidence import CLOCK_TOLERANCE_SECONDS, Evidence, Keys, entry_time
from audit.findings import Findings
from audit.marks import Marks
from audit.note import NOTE_BYTES_MAX, Note, parse_note
from audit.stamp import STAMP_BYTES_MAX, Stamped, verify_stamp
from audit.times import format_time

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
    """The stamps of one bundle.

    Attributes:
        present: whether there is any.
        good: those that verified, by size.
        bounds: how many bounded entries' times.
    """

    def __init__(
        self, reader: BundleReader, keys: Keys, evidence: Evidence, findings: Findings
    ) -> None:
        self._findings = findings
        self.good: list[BundleStamp] = []
        self.bounds = 0
        paths = sorted(path for path in reader.files if path.startswith(STAMP_FOLDER))
        self.present = bool(paths)
        for path in paths:
            if not _paired(path, reader):
                findings.add("FILE_EXTRA", path=path)
        if not evidence.authorities:
            return
        for path in paths:
            if path.endswith(STAMPED_SUFFIX) and _paired(path, reader):
                self._open(path, reader, keys, evidence)
        self.good.sort(key=lambda one: one.checkpoint.size)

    def _open(self, path: str, reader: BundleReader, keys: Keys, evidence: Evidence) -> None:
        try:
            note = reader.read(path, NOTE_BYTES_MAX)
            response = reader.read(
                path.removesuffix(STAMPED_SUFFIX) + STAMP_SUFFIX, STAMP_BYTES_MAX
            )
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
        named = path.removeprefix(STAMP_FOLDER).removesuffix(STAMPED_SUFFIX)
        if named != str(checkpoint.size):
            self._findings.add("STAMP_INVALID", path=path, size=checkpoint.size, reason="SIZE")
            return
        self.good.append(BundleStamp(path, checkpoint, parse_note(note), stamped))

    def sizes(self) -> Iterator[int]:
        """The sizes whose root the pass over the log is to keep."""
        return (one.checkpoint.size for one in self.good)

    def keep(self, believed: Callable[[int, Note], bool]) -> None:
        """Leave out stamps of what a revoked key signed above its cut-off: they say nothing."""
        self.good = [one for one in self.good if believed(one.checkpoint.size, one.note)]

    def check(self, checkpoint: Checkpoint, marks: Marks, *, times: bool) -> None:
        """Hold the log that was passed against its stamps; ``times`` if its clock is a real one."""
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


def _paired(path: str, reader: BundleReader) -> bool:
    """Whether a file is named as a stamp's are, and its other half is there."""
    for suffix, other in ((STAMPED_SUFFIX, STAMP_SUFFIX), (STAMP_SUFFIX, STAMPED_SUFFIX)):
        if path.endswith(suffix):
            stem = path.removesuffix(suffix)
            known = _SIZE.fullmatch(stem.removeprefix(STAMP_FOLDER)) is not None
            return known and stem + other in reader.files
    return False
