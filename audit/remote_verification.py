"""A log at an address, verified under one trusted key; with an API key, entry by entry.

Hashes are public: they show that the log only grew since it was last looked at, and that its tree
is the signed one. Entries ask for rights; with them every leaf is checked and replayed as in a
bundle. The ledger's rows are in bundles alone, so that nothing here is held against them.
"""

from dataclasses import dataclass, replace

from audit.checkpoint import Checkpoint
from audit.evidence import Anchors, Evidence, Saved, check_witnesses, witnesses_of
from audit.findings import Findings
from audit.memory import Memory
from audit.note import Note, VerifierKey
from audit.remote import RemoteLog
from audit.remote_tree import Progress, RemoteTree
from audit.replay import Replay
from audit.verdict import Report, Seen, report
from audit.verification import opened
from audit.verify_ledger import Again
from audit.verify_log import LogCheck
from audit.warrants import Warrants

REMEMBERED = "what was seen last"


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at a log gives.

    Attributes:
        report: the findings, and what was checked.
        memory: what to remember; None where something was found, so that what was seen before
            stays the yardstick.
    """

    report: Report
    memory: Memory | None


def verify_remote(
    log: RemoteLog,
    key: VerifierKey,
    evidence: Evidence,
    memory: Memory | None,
    progress: Progress,
) -> Looked:
    """Verify the log at an address.

    Args:
        log: the address, with or without the right to read entries.
        key: the verifier key, had from elsewhere.
        evidence: what else the auditor brings.
        memory: what the last look remembered.
        progress: told now and then how many entries, or hashes of entries, have been checked.

    Raises:
        TransportError: the log could not be asked to the end; nothing is concluded.
    """
    findings = Findings()
    saved = evidence.saved
    if memory is not None:
        saved = (Saved(REMEMBERED, memory.note.encode()), *saved)
    brought = replace(evidence, saved=saved)
    remote = "entries" if log.entries else "hashes"
    seen = Seen(key.text(), brought, bundle=False, remote=remote)
    anchors = Anchors(brought, (key,), findings)
    seen.receipts = [(one.name, one.index) for one in anchors.proved]
    found = opened(log.checkpoint(), key, findings)
    if found is None or findings.total:
        return Looked(report(seen, findings), None)
    seen.checkpoint, note = found
    if brought.policy is not None:
        check_witnesses(note, brought.policy, findings)
        seen.cosigned = witnesses_of(note, brought.policy)
    tree = RemoteTree(log, seen.checkpoint, findings)
    if not tree.stands():
        return Looked(report(seen, findings), None)
    continued = [one for one in anchors.anchors if tree.continues(one)]
    seen.consistent = [(one.name, one.checkpoint.size) for one in continued]
    if log.entries:
        _check_entries(log, seen, note, anchors, findings, progress)
    else:
        known = memory if REMEMBERED in {one.name for one in continued} else None
        seen.whole = tree.check_tiles(known, progress)
    told = report(seen, findings)
    if not told.clean:
        return Looked(told, None)
    return Looked(told, Memory(note.text(), seen.checkpoint, tree.frontier()))


def _check_entries(
    log: RemoteLog,
    seen: Seen,
    note: Note,
    anchors: Anchors,
    findings: Findings,
    progress: Progress,
) -> None:
    """Every leaf: its form and place, by what right it stands, and what it does."""
    checkpoint = seen.checkpoint or Checkpoint.parse(note.body)
    marks = anchors.marks(checkpoint.size)
    replay = Replay(findings)
    warrants = Warrants(findings)
    check = LogCheck(log, checkpoint, seen.key, marks, findings)

    def apply(fields: dict[str, str | int]) -> None:
        replay.apply(fields)
        warrants.check(fields)

    seen.passed = check.run(apply, progress)
    seen.whole = seen.passed.entries == checkpoint.size
    if not seen.whole:
        return
    replay.finish()
    warrants.finish(Again(log, checkpoint.size).entry)
    if seen.clock == "system":
        seen.bounds = anchors.check_times(checkpoint, note, marks)
