"""A bundle held against one trusted key and what its auditor brought; nothing else is believed.

The signed checkpoint says how many entries there are and what they hash to. So the leaves are
what the operator signed; the ledger's rows are a function of the leaves; each leaf was somebody's
to write, on terms that both parties signed; and what in the bundle is none of that is a finding. No
network is asked, and nothing of the operator's software is run.

What the log alone cannot show: that its operator did not write it anew and sign it again. Witnesses
that the auditor trusts, an older checkpoint or a receipt that somebody kept show that.
"""

import gc
import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Final

from audit.bundle import (
    CHECKPOINT,
    ENTRIES_LAID_OPEN,
    KEYS,
    POLICY,
    STAMP_FOLDER,
    TILE_FOLDER,
    BundleError,
    BundleReader,
    ledger_path,
)
from audit.checkpoint import Checkpoint, open_checkpoint
from audit.custody import Custody, Signed, is_handover, read_keys
from audit.disclosure import check_disclosure
from audit.disclosures import DisclosuresCheck
from audit.entry import Fields
from audit.errors import CheckpointError, NoteError
from audit.evidence import Anchors, Evidence, check_witnesses, witnesses_of
from audit.findings import Findings
from audit.marks import Marks
from audit.note import NOTE_BYTES_MAX, Note, VerifierKey, parse_note
from audit.replay import TABLES
from audit.stamps import Stamps, bundle_stamps
from audit.statement_check import StatementCheck, open_statements
from audit.verdict import Report, Seen, report
from audit.verify_ledger import Again, LedgerCheck, check_ledger
from audit.verify_log import LogCheck, Passed, check_tile_names
from audit.warrants import Warrants

_SIGNATURE_CODES: Final = frozenset({"NOTE_SIGNATURE_INVALID", "NOTE_UNSIGNED"})

# Below this a second process's start costs more than it saves.
APART_ENTRIES_MIN: Final = 20_000

Progress = Callable[[int], None]
Watchers = Sequence[Callable[[Fields], None]]  # what else looks at every entry


def verify_bundle(
    folder: Path,
    key: VerifierKey,
    progress: Progress | None = None,
    evidence: Evidence | None = None,
    *,
    processes: int | None = None,
) -> Report:
    """Verify a bundle under a trusted key.

    Args:
        folder: the bundle.
        key: the verifier key, had from elsewhere than the bundle.
        progress: told now and then how many entries have been checked.
        evidence: what else the auditor brings.
        processes: 1, or 2 to replay the ledger beside the log; by default 2 for a long log where
            there is more than one core. The findings are the same.

    Returns:
        The report. Whatever the bytes are, the answer is findings, not an exception.
    """
    findings, progress = Findings(), progress or _silent
    brought = evidence or Evidence()
    seen = Seen(key.text(), brought, bundle=True)
    seen.shown = [check_disclosure(one, findings) for one in brought.disclosures]
    try:
        reader = BundleReader(folder)
    except BundleError as error:
        findings.add_error(error)
        seen.receipts = _proved(Anchors(brought, (key,), findings))
        return report(seen, findings)
    _check_names(reader, findings)
    custody = Custody(key, read_keys(reader, key, findings), findings)
    custody.read_handovers(reader, reader.files)
    anchors = Anchors(brought, custody.keys, findings)
    seen.receipts = _proved(anchors)
    found = _checkpoint(reader, custody.today, findings)
    if found is None:
        return report(seen, findings)
    seen.checkpoint, note = found
    if brought.policy is not None:
        check_witnesses(note, custody.policy(brought.policy), findings)
        seen.cosigned = witnesses_of(note, brought.policy)
    check_tile_names(reader, seen.checkpoint.size, findings)
    stamps = Stamps(reader, bundle_stamps(reader, findings), custody.keys, brought, findings)
    statements = open_statements(brought.statements, findings)
    cited = (one.claim.size for one in statements)
    marks = anchors.marks(seen.checkpoint.size, (*custody.sizes, *stamps.sizes(), *cited))
    log = LogCheck(reader, seen.checkpoint, custody.keys[0].text(), marks, findings)
    contents = _check_contents if (processes or _processes(log.size)) == 1 else _check_apart
    laid_open = DisclosuresCheck(reader, seen.checkpoint.origin, brought.must_sign, findings)
    watchers = (custody.see, *laid_open.watchers, *(one.see for one in statements))
    seen.passed = contents(reader, log, watchers, findings, progress)
    seen.whole = seen.passed.entries == seen.checkpoint.size
    seen.opened = laid_open.finish(whole=seen.whole)
    if seen.whole:
        custody.finish(seen.checkpoint, marks, brought.policy)
        custody.refuse_revoked([Signed(CHECKPOINT, seen.checkpoint.size, note), *_kept(anchors)])
        stamps.keep(custody.believed)
        seen.handovers = len(custody.history.handovers)
        seen.statements = _made_again(statements, seen.checkpoint, marks)
    seen.today = custody.today.text()
    anchors.check(seen.checkpoint, marks)
    seen.consistent = _consistent(anchors, marks)
    if seen.whole and seen.clock == "system":
        seen.bounds = anchors.check_times(seen.checkpoint, note, marks)
        seen.disputed = anchors.disputed
    stamps.hold(seen, seen.checkpoint, marks)
    return report(seen, findings)


def _kept(anchors: Anchors) -> list[Signed]:
    """Return the checkpoints brought along, as they were signed."""
    return [Signed(one.name, one.checkpoint.size, one.note) for one in anchors.anchors]


def _consistent(anchors: Anchors, marks: Marks) -> list[tuple[str, int]]:
    """Return the checkpoints brought along that this log grew from, by name and size."""
    return [
        (one.name, one.checkpoint.size)
        for one in anchors.anchors
        if marks.roots.get(one.checkpoint.size) == one.checkpoint.root
    ]


def _made_again(
    statements: list[StatementCheck], checkpoint: Checkpoint, marks: Marks
) -> list[tuple[str, int]]:
    """The statements that the entries make, with how many lines they have."""
    return [(one.name, one.lines) for one in statements if one.finish(checkpoint.origin, marks)]


def _processes(size: int) -> int:
    """How many processes a log of this size is worth."""
    return 2 if size >= APART_ENTRIES_MIN and (os.cpu_count() or 1) > 1 else 1


def verify_receipts(key: VerifierKey, evidence: Evidence) -> Report:
    """Verify receipts by themselves, without the log that they are of."""
    findings = Findings()
    seen = Seen(key.text(), evidence, bundle=False)
    anchors = Anchors(evidence, (key,), findings)
    seen.receipts = _proved(anchors)
    seen.shown = [check_disclosure(one, findings) for one in evidence.disclosures]
    for one in anchors.anchors:
        if evidence.policy is not None:
            check_witnesses(one.note, evidence.policy, findings)
        seen.cosigned += witnesses_of(one.note, evidence.policy)
        if seen.checkpoint is None or one.checkpoint.size > seen.checkpoint.size:
            seen.checkpoint = one.checkpoint
    return report(seen, findings)


def _proved(anchors: Anchors) -> list[tuple[str, int]]:
    return [(one.name, one.index) for one in anchors.proved]


def _silent(_entries: int) -> None:
    """Nobody watches."""


def _check_names(reader: BundleReader, findings: Findings) -> None:
    """The bundle has the files that every bundle has, and no other but what may be there.

    The policy in it is the operator's word: the auditor brings one of their own.
    """
    expected = {CHECKPOINT, KEYS, POLICY, *(ledger_path(table) for table in TABLES)}
    expected.add(ENTRIES_LAID_OPEN)
    for path in reader.irregular:
        findings.add("FILE_NOT_REGULAR", path=path)
    for path in sorted(reader.files - expected):
        if not path.startswith((TILE_FOLDER, STAMP_FOLDER)) and not is_handover(path):
            findings.add("FILE_EXTRA", path=path)


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
    reader: BundleReader,
    log: LogCheck,
    watchers: Watchers,
    findings: Findings,
    progress: Progress,
) -> Passed:
    """The leaves, by what right they stand, and beside them the rows that they make."""
    rows = LedgerCheck(reader, findings)
    warrants = Warrants(findings)

    def apply(fields: Fields) -> None:
        rows.apply(fields)
        warrants.check(fields)
        for watch in watchers:
            watch(fields)

    def compare(entries: int) -> None:
        rows.compare()
        progress(entries)

    passed = log.run(apply, compare)
    if passed.entries < log.size:
        rows.close()
        return passed
    rows.finish()
    warrants.finish(Again(reader, log.size).entry)
    return passed


def _check_apart(
    reader: BundleReader,
    log: LogCheck,
    watchers: Watchers,
    findings: Findings,
    progress: Progress,
) -> Passed:
    """The same, with the rows in a process of their own."""
    # A fork would take along whatever threads and files the caller has.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), gc.disable) as pool:
        begun = pool.submit(check_ledger, reader.folder, log.size)
        warrants = Warrants(findings)

        def apply(fields: Fields) -> None:
            warrants.check(fields)
            for watch in watchers:
                watch(fields)

        passed = log.run(apply, progress)
        if passed.entries == log.size:
            warrants.finish(Again(reader, log.size).entry)
        try:
            findings.extend(begun.result())
        except BrokenProcessPool:
            # Ended from outside, for want of memory perhaps: its half is done here.
            findings.extend(check_ledger(reader.folder, log.size))
    return passed
