"""The keys of a log at an address, walked without reading any other entry.

The log names its keys and the sizes at which they changed. Of each change two files are public: the
handover checkpoint, and the entry `key.rotated` itself, which stands in the tree by its hash. So
whoever may read hashes alone walks from the key they trust to the key of today as an auditor of
entries does: by both keys' signatures under the entry, and by both lines, or a quorum of witnesses
in place of a compromised key's, under the checkpoint of the very tree that the log had then.

What cannot be seen so is a change that the log keeps back. It shows by what was remembered: keys
that were seen once are asked for in every later look.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from audit.bundle import (
    ENTRY_SUFFIX,
    HANDOVER_FOLDER,
    HANDOVER_INDEX,
    KEYS,
    BundleError,
    parse_index,
)
from audit.checkpoint import Checkpoint
from audit.custody import INDEX_BYTES_MAX, INVALID, KEYS_BYTES_MAX, MISSING, Custody, read_keys
from audit.entry import decode
from audit.errors import AuditError, LeafError
from audit.findings import Findings
from audit.kinds import KEY_ROTATED, LEAF_BYTES_MAX
from audit.marks import Marks
from audit.memory import Memory
from audit.merkle import leaf_hash
from audit.note import VerifierKey, parse_note
from audit.policy import Policy
from audit.remote import RemoteLog
from audit.remote_tree import RemoteTree


@dataclass(frozen=True, slots=True)
class Named:
    """What a log says of its keys.

    Attributes:
        custody: its keys, up to the checkpoint that is looked at.
        sizes: where one gave way to the next, one less than there are keys; none where the log
            does not list them.
    """

    custody: Custody
    sizes: tuple[int, ...]


def named_keys(
    log: RemoteLog, trusted: VerifierKey, note: bytes, memory: Memory | None, findings: Findings
) -> Named:
    """Ask for the keys of a log up to a checkpoint that it served just before.

    A log that lists no keys has the trusted one. The lists may be newer than the checkpoint, which
    waited for its witnesses: what lies beyond its size is left out.

    Raises:
        TransportError: nobody answered in time.
    """
    keys, sizes = _listed(log, trusted, _size(note), findings)
    if memory is not None and not _holds(keys, memory.keys):
        expected = memory.keys[-1].text()
        findings.add(INVALID, path=KEYS, reason="KEYS_FORGOTTEN", expected=expected)
    return Named(Custody(trusted, keys, findings), sizes)


def _listed(
    log: RemoteLog, trusted: VerifierKey, size: int, findings: Findings
) -> tuple[tuple[VerifierKey, ...], tuple[int, ...]]:
    if not log.entries and not log.has(KEYS, KEYS_BYTES_MAX):
        return (trusted,), ()
    keys = read_keys(log, trusted, findings)
    if len(keys) == 1:
        return keys, ()
    if not log.has(HANDOVER_INDEX, INDEX_BYTES_MAX):
        # Entries tell by themselves; without them only a key that signs today is believed.
        return (keys if log.entries else (trusted,)), ()
    try:
        sizes = parse_index(log.read(HANDOVER_INDEX, INDEX_BYTES_MAX))
    except BundleError as error:
        findings.add_error(error, INVALID, path=HANDOVER_INDEX)
        return (trusted,), ()
    sizes = tuple(one for one in sizes if one <= size)
    if len(sizes) >= len(keys):
        findings.add(INVALID, path=HANDOVER_INDEX, reason="INDEX")
        return (trusted,), ()
    keys = keys[: len(sizes) + 1]
    return (keys, sizes) if trusted in keys else ((trusted,), ())


def _size(note: bytes) -> int:
    """What a checkpoint says of its size, on nobody's word yet; 0 where it is none."""
    try:
        return Checkpoint.parse(parse_note(note).body).size
    except AuditError:
        return 0


def _holds(keys: Sequence[VerifierKey], known: Sequence[VerifierKey]) -> bool:
    """Whether the known keys stand among these, one after the other, as they did."""
    if not known:
        return True
    if known[0] not in keys:
        return False
    at = keys.index(known[0])
    return tuple(keys[at : at + len(known)]) == tuple(known)


def walk(
    log: RemoteLog, tree: RemoteTree, named: Named, policy: Policy | None, findings: Findings
) -> None:
    """Walk over the handovers that the log lists, by their entries' hashes in the tree.

    Args:
        log: the address.
        tree: of the checkpoint that is looked at; it stands.
        named: what the log says of its keys.
        policy: whose quorum takes the place of a compromised key.
        findings: where it is told what does not hold.

    Raises:
        TransportError: nobody answered in time.
    """
    for size in named.sizes:
        _see_entry(log, tree, named.custody, size, findings)
    check_handovers(log, tree, named.custody, policy)


def check_handovers(
    log: RemoteLog, tree: RemoteTree, custody: Custody, policy: Policy | None
) -> None:
    """Hold the handover checkpoints against the entries that were seen, and against the tree.

    Raises:
        TransportError: nobody answered in time.
    """
    custody.read_handovers(log, custody.named)
    marks = Marks()
    marks.roots.update(tree.roots(custody.sizes))
    custody.finish(tree.checkpoint, marks, policy)


def _see_entry(
    log: RemoteLog, tree: RemoteTree, custody: Custody, size: int, findings: Findings
) -> None:
    path = f"{HANDOVER_FOLDER}{size}{ENTRY_SUFFIX}"
    try:
        leaf = log.read(path, LEAF_BYTES_MAX)
    except BundleError as error:
        findings.add_error(error, MISSING, path=path)
        return
    hashed = tree.leaf(size - 1)
    if hashed is None:
        return
    if hashed != leaf_hash(leaf):
        findings.add(INVALID, size=size, reason="OTHER_ENTRY")
        return
    try:
        fields = decode(leaf)
    except LeafError as error:
        findings.add_error(error, INVALID, size=size)
        return
    if fields["kind"] != KEY_ROTATED or fields["seq"] != size - 1:
        findings.add(INVALID, size=size, reason="NO_ENTRY")
    else:
        custody.see(fields)
