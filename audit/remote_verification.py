"""A log at an address, verified under one trusted key; with an API key, entry by entry.

Hashes are public: they show that the log only grew since it was last looked at, and that its tree
is the signed one. Entries ask for rights; with them every leaf is checked and replayed as in a
bundle. The ledger's rows are in bundles alone, so that nothing here is held against them.
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
    seen.shown = [check_disclosure(one, findings) for one in brought.disclosures]
    custody = Custody(log, key, findings) if log.entries else None
    keys = custody.keys if custody else (key,)
    anchors = Anchors(brought, keys, findings)
    seen.receipts = [(one.name, one.index) for one in anchors.proved]
    found = opened(log.checkpoint(), keys[-1], findings)
    if found is None or findings.total:
        return Looked(report(seen, findings), None)
    seen.checkpoint, note = found
    if brought.policy is not None:
        policy = custody.policy(brought.policy) if custody else brought.policy
        check_witnesses(note, policy, findings)
        seen.cosigned = witnesses_of(note, brought.policy)
    tree = RemoteTree(log, seen.checkpoint, findings)
    if not tree.stands():
        return Looked(report(seen, findings), None)
    continued = [one for one in anchors.anchors if tree.continues(one)]
    seen.consistent = [(one.name, one.checkpoint.size) for one in continued]
    if custody:
        passing = _Passing(log, tree, custody, anchors, findings)
        passing.check(seen, note, progress)
    else:
        known = memory if REMEMBERED in {one.name for one in continued} else None
        seen.whole = tree.check_tiles(known, progress)
    told = report(seen, findings)
    if not told.clean:
        return Looked(told, None)
    return Looked(told, Memory(note.text(), seen.checkpoint, tree.frontier()))


@dataclass(frozen=True, slots=True)
class _Passing:
    """What a pass over a remote log's entries is made with."""

    log: RemoteLog
    tree: RemoteTree
    custody: Custody
    anchors: Anchors
    findings: Findings

    def check(self, seen: Seen, note: Note, progress: Progress) -> None:
        """Every leaf: its form and place, by what right it stands, and what it does."""
        checkpoint = seen.checkpoint or Checkpoint.parse(note.body)
        marks = self.anchors.marks(checkpoint.size)
        replay = Replay(self.findings)
        warrants = Warrants(self.findings)
        first = self.custody.keys[0].text()
        log = LogCheck(self.log, checkpoint, first, marks, self.findings)

        def apply(fields: Fields) -> None:
            replay.apply(fields)
            warrants.check(fields)
            self.custody.see(fields)

        seen.passed = log.run(apply, progress)
        seen.whole = seen.passed.entries == checkpoint.size
        seen.today = self.custody.today.text()
        if not seen.whole:
            return
        replay.finish()
        warrants.finish(Again(self.log, checkpoint.size).entry)
        self._check_keys(seen, Signed(CHECKPOINT, checkpoint.size, note), marks)
        if seen.clock == "system":
            seen.bounds = self.anchors.check_times(checkpoint, note, marks)

    def _check_keys(self, seen: Seen, served: Signed, marks: Marks) -> None:
        """Walk from the trusted key to today's, by the handovers that the entries name."""
        custody = self.custody
        custody.read_handovers(self.log, custody.named)
        marks.roots.update(self.tree.roots(custody.sizes))
        custody.finish(Checkpoint.parse(served.note.body), marks, seen.brought.policy)
        kept = [Signed(one.name, one.checkpoint.size, one.note) for one in self.anchors.anchors]
        custody.refuse_revoked([served, *kept])
        seen.handovers = len(custody.history.handovers)
