"""A log at an address, verified under one trusted key; with an API key, entry by entry.

Hashes are public: they show that the log only grew since it was last looked at, that its tree is
the signed one, and which key gave way to which. Entries ask for rights; with them every leaf is
checked and replayed as in a bundle. The ledger's rows are in bundles alone, so that nothing here is
held against them.
"""

from dataclasses import dataclass, replace

from audit.bundle import CHECKPOINT
from audit.checkpoint import Checkpoint
from audit.custody import Custody, Signed
from audit.disclosure import check_disclosure
from audit.entry import Fields
from audit.evidence import Anchors, Evidence, Saved, check_witnesses, witnesses_of
from audit.findings import Findings
from audit.marks import Marks
from audit.memory import Memory
from audit.note import Note, VerifierKey
from audit.remote import RemoteLog
from audit.remote_keys import check_handovers, named_keys, walk
from audit.remote_tree import Progress, RemoteTree
from audit.replay import Replay
from audit.stamps import REMOTE_STAMPS_MAX, Stamps, remote_stamps
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
    seen.shown = [check_disclosure(one, findings) for one in brought.disclosures]
    served = log.checkpoint()
    named = named_keys(log, key, served, memory, findings)
    custody = named.custody
    anchors = Anchors(brought, custody.keys, findings)
    seen.receipts = [(one.name, one.index) for one in anchors.proved]
    found = opened(served, custody.today, findings)
    if found is None or findings.total:
        return Looked(report(seen, findings), None)
    seen.checkpoint, note = found
    if brought.policy is not None:
        check_witnesses(note, custody.policy(brought.policy), findings)
        seen.cosigned = witnesses_of(note, brought.policy)
    tree = RemoteTree(log, seen.checkpoint, findings)
    if not tree.stands():
        return Looked(report(seen, findings), None)
    continued = [one for one in anchors.anchors if tree.continues(one)]
    seen.consistent = [(one.name, one.checkpoint.size) for one in continued]
    listed = remote_stamps(log, seen.checkpoint.size, findings)
    stamps = Stamps(log, listed[-REMOTE_STAMPS_MAX:], custody.keys, brought, findings)
    stamps.unread = len(listed[:-REMOTE_STAMPS_MAX])
    marks = anchors.marks(seen.checkpoint.size, stamps.sizes())
    if log.entries:
        passing = _Passing(log, tree, custody, anchors, marks, findings)
        passing.check(seen, note, progress)
    else:
        known = memory if REMEMBERED in {one.name for one in continued} else None
        seen.whole = tree.check_tiles(known, progress)
        walk(log, tree, named, brought.policy, findings)
        marks.roots.update(tree.roots(stamps.sizes()))
    if seen.whole:
        _hold_keys(seen, Signed(CHECKPOINT, seen.checkpoint.size, note), custody, anchors)
        stamps.keep(custody.believed)
        stamps.hold(seen, seen.checkpoint, marks)
    told = report(seen, findings)
    if not told.clean:
        return Looked(told, None)
    return Looked(told, Memory(note.text(), seen.checkpoint, tree.frontier(), custody.keys))


def _hold_keys(seen: Seen, served: Signed, custody: Custody, anchors: Anchors) -> None:
    # What this verifier saw for itself needs no key's word: today's tree begins with it.
    kept = [
        Signed(one.name, one.checkpoint.size, one.note)
        for one in anchors.anchors
        if one.name != REMEMBERED
    ]
    custody.refuse_revoked([served, *kept])
    seen.handovers = len(custody.history.handovers)
    seen.today = custody.today.text()


@dataclass(frozen=True, slots=True)
class _Passing:
    """What a pass over a remote log's entries is made with."""

    log: RemoteLog
    tree: RemoteTree
    custody: Custody
    anchors: Anchors
    marks: Marks
    findings: Findings

    def check(self, seen: Seen, note: Note, progress: Progress) -> None:
        """Every leaf: its form and place, by what right it stands, and what it does."""
        checkpoint = seen.checkpoint or Checkpoint.parse(note.body)
        replay = Replay(self.findings)
        warrants = Warrants(self.findings)
        first = self.custody.keys[0].text()
        log = LogCheck(self.log, checkpoint, first, self.marks, self.findings)

        def apply(fields: Fields) -> None:
            replay.apply(fields)
            warrants.check(fields)
            self.custody.see(fields)

        seen.passed = log.run(apply, progress)
        seen.whole = seen.passed.entries == checkpoint.size
        if not seen.whole:
            return
        replay.finish()
        warrants.finish(Again(self.log, checkpoint.size).entry)
        check_handovers(self.log, self.tree, self.custody, seen.brought.policy)
        if seen.clock == "system":
            seen.bounds = self.anchors.check_times(checkpoint, note, self.marks)
            seen.disputed = self.anchors.disputed
