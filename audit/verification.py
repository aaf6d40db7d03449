"""A bundle held against one trusted key and what its auditor brought; nothing else is believed.

The signed checkpoint says how many entries there are and what they hash to. So the leaves are
what the operator signed; the ledger's rows are a function of the leaves; each leaf was somebody's
to write, on terms that both parties signed; and what in the bundle is none of that is a finding. No
network is asked, and nothing of the operator's software is run.

What the log alone cannot show: that its operator did not write it anew and sign it again. Witnesses
that the auditor trusts, an older checkpoint or a receipt that somebody kept show that.
"""

from collections.abc import Callable
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Final

from audit.bundle import (
    CHECKPOINT,
    ENTRIES_BYTES_MAX,
    KEYS,
    POLICY,
    STAMP_FOLDER,
    TILE_FOLDER,
    BundleError,
    BundleReader,
    ledger_path,
)
from audit.checkpoint import Checkpoint, open_checkpoint
from audit.entry import Fields, decode
from audit.errors import AuditError, CheckpointError, NoteError
from audit.evidence import Anchors, Evidence, check_witnesses, witnesses_of
from audit.findings import Findings
from audit.note import NOTE_BYTES_MAX, Note, VerifierKey, parse_note
from audit.replay import TABLES, Made, Replay
from audit.stamps import Stamps
from audit.tiles import TILE_WIDTH, Tile, decode_entries
from audit.verdict import Report, Seen, report
from audit.verify_log import LogCheck, Passed, Shelf, check_tile_names
from audit.verify_rows import ROWS_AT_ONCE, TableCheck
from audit.warrants import Warrants

_SIGNATURE_CODES: Final = frozenset({"NOTE_SIGNATURE_INVALID", "NOTE_UNSIGNED"})

# Entry bundles kept while entries are looked at again; reversals stand near one another.
_BUNDLES_KEPT: Final = 16

Progress = Callable[[int], None]


def verify_bundle(
    folder: Path,
    key: VerifierKey,
    progress: Progress | None = None,
    evidence: Evidence | None = None,
) -> Report:
    """Verify a bundle under a trusted key.

    Args:
        folder: the bundle.
        key: the verifier key, had from elsewhere than the bundle.
        progress: told now and then how many entries have been checked.
        evidence: what else the auditor brings.

    Returns:
        The report. Whatever the bytes are, the answer is findings, not an exception.
    """
    findings = Findings()
    brought = evidence or Evidence()
    seen = Seen(key.text(), brought, bundle=True)
    anchors = Anchors(brought, key, findings)
    seen.receipts = [(one.name, one.index) for one in anchors.proved]
    try:
        reader = BundleReader(folder)
    except BundleError as error:
        findings.add_error(error)
        return report(seen, findings)
    _check_names(reader, findings)
    _check_key_file(reader, key, findings)
    found = _checkpoint(reader, key, findings)
    if found is None:
        return report(seen, findings)
    seen.checkpoint, note = found
    if brought.policy is not None:
        check_witnesses(note, brought.policy, findings)
        seen.cosigned = witnesses_of(note, brought.policy)
    check_tile_names(reader, seen.checkpoint.size, findings)
    stamps = Stamps(reader, key, brought, findings)
    marks = anchors.marks(seen.checkpoint.size, stamps.sizes())
    log = LogCheck(reader, seen.checkpoint, key.text(), marks, findings)
    seen.passed = _check_contents(reader, log, findings, progress or _silent)
    seen.whole = seen.passed.entries == seen.checkpoint.size
    anchors.check(seen.checkpoint, marks)
    seen.consistent = [
        (one.name, one.checkpoint.size)
        for one in anchors.anchors
        if marks.roots.get(one.checkpoint.size) == one.checkpoint.root
    ]
    if seen.whole and seen.clock == "system":
        seen.bounds = anchors.check_times(seen.checkpoint, note, marks)
    stamps.check(seen.checkpoint, marks, times=seen.whole and seen.clock == "system")
    seen.bounds += stamps.bounds
    seen.stamps = [one.told() for one in stamps.good]
    seen.stamped = stamps.present
    return report(seen, findings)


def verify_receipts(key: VerifierKey, evidence: Evidence) -> Report:
    """Verify receipts by themselves, without the log that they are of."""
    findings = Findings()
    seen = Seen(key.text(), evidence, bundle=False)
    anchors = Anchors(evidence, key, findings)
    seen.receipts = [(one.name, one.index) for one in anchors.proved]
    for one in anchors.anchors:
        if evidence.policy is not None:
            check_witnesses(one.note, evidence.policy, findings)
        seen.cosigned += witnesses_of(one.note, evidence.policy)
        if seen.checkpoint is None or one.checkpoint.size > seen.checkpoint.size:
            seen.checkpoint = one.checkpoint
    return report(seen, findings)


def _silent(_entries: int) -> None:
    """Nobody watches."""


def _check_names(reader: BundleReader, findings: Findings) -> None:
    """The bundle has the files that every bundle has, and no other but tiles and what may be there.

    The policy in it is the operator's word: the auditor brings one of their own.
    """
    expected = {CHECKPOINT, KEYS, POLICY, *(ledger_path(table) for table in TABLES)}
    for path in reader.irregular:
        findings.add("FILE_NOT_REGULAR", path=path)
    for path in sorted(reader.files - expected):
        if not path.startswith((TILE_FOLDER, STAMP_FOLDER)):
            findings.add("FILE_EXTRA", path=path)


def _check_key_file(reader: BundleReader, key: VerifierKey, findings: Findings) -> None:
    """The bundle's own word on its key is not trusted, but may not differ either."""
    expected = f"{key.text()}\n".encode()
    try:
        found = reader.read(KEYS, NOTE_BYTES_MAX)
    except BundleError as error:
        findings.add_error(error)
        return
    if found != expected:
        findings.add(
            "KEY_MISMATCH", path=KEYS, expected=key.text(), found=found.decode("ascii", "replace")
        )


def _checkpoint(
    reader: BundleReader, key: VerifierKey, findings: Findings
) -> tuple[Checkpoint, Note] | None:
    """The bundle's checkpoint; not signed, it still shows what to look for."""
    try:
        data = reader.read(CHECKPOINT, NOTE_BYTES_MAX)
    except BundleError as error:
        findings.add_error(error)
        return None
    return opened(data, key, findings)


def opened(data: bytes, key: VerifierKey, findings: Findings) -> tuple[Checkpoint, Note] | None:
    """Read a checkpoint; one that is not signed is told, and returned all the same."""
    try:
        return open_checkpoint(data, key), parse_note(data)
    except (NoteError, CheckpointError) as error:
        if error.code in _SIGNATURE_CODES:
            findings.add_error(error, "SIGNATURE_INVALID")
        elif error.code == "CHECKPOINT_ORIGIN":
            findings.add_error(error, "ORIGIN_MISMATCH")
        else:
            findings.add_error(error, "CHECKPOINT_INVALID")
            return None
    note = parse_note(data)
    return Checkpoint.parse(note.body), note


def _check_contents(
    reader: BundleReader, log: LogCheck, findings: Findings, progress: Progress
) -> Passed:
    """The leaves, by what right they stand, and beside them the rows that they make."""
    replay = Replay(findings)
    warrants = Warrants(replay.obligor, findings)
    checks = {
        name: TableCheck(table, reader, findings)
        for name, table in TABLES.items()
        if table.streamed
    }
    made = Made()

    def apply(fields: Fields) -> None:
        made.add(replay.apply(fields))
        warrants.check(fields)

    def compare(entries: int) -> None:
        for name, rows in made.take().items():
            checks[name].expect(rows)
        progress(entries)

    passed = log.run(apply, compare)
    if passed.entries < log.size:
        # What the unread entries made cannot be told from what nobody made.
        for check in checks.values():
            check.close()
        return passed
    for check in checks.values():
        check.finish()
    replay.finish()
    warrants.finish(Again(reader, log.size).entry)
    for name, rows in replay.tables().items():
        check = TableCheck(TABLES[name], reader, findings)
        while chunk := list(islice(rows, ROWS_AT_ONCE)):
            check.expect(chunk)
        check.finish()
    return passed


class Again:
    """Entries looked at a second time, by number."""

    def __init__(self, reader: Shelf, size: int) -> None:
        self._reader = reader
        self._size = size
        self._leaves = lru_cache(maxsize=_BUNDLES_KEPT)(self._read)

    def _read(self, index: int) -> list[bytes]:
        width = min(TILE_WIDTH, self._size - index * TILE_WIDTH)
        data = self._reader.read(Tile(None, index, width).path(), ENTRIES_BYTES_MAX)
        return decode_entries(data, width)

    def entry(self, seq: int) -> Fields | None:
        """An entry's fields; None where there is none to read, which the first pass has told."""
        if seq >= self._size:
            return None
        try:
            return decode(self._leaves(seq // TILE_WIDTH)[seq % TILE_WIDTH])
        except AuditError:
            return None
