"""The tree over the leaves: RFC 6962 §2 and RFC 9162 §2.1.

A tree of any size is a row of complete subtrees, the largest first, one for each bit of its size:
the *frontier*. It is all that appending needs. `nodes(level, index)` names the complete subtree
over leaves `index << level` to `(index + 1) << level`; whoever can answer for those, from memory or
from tiles, can have every proof made here.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

from audit.errors import ProofError

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

# A leaf's number is an integer that JSON keeps exact, below 2^53; so no tree is larger.
TREE_SIZE_MAX = 2**53

_SIZE_BYTES = 8

# The hash of the complete subtree of 2^level leaves at that place of its level.
Nodes = Callable[[int, int], bytes]


def leaf_hash(leaf: bytes) -> bytes:
    """Hash a leaf: SHA-256(00 || leaf) (RFC 6962 §2.1)."""
    return sha256(b"\x00" + leaf).digest()


def leaf_hashes(leaves: Sequence[bytes]) -> list[bytes]:
    """Hash leaves, each as `leaf_hash` does, in one go."""
    return [sha256(b"\x00" + leaf).digest() for leaf in leaves]


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash an inner node: SHA-256(01 || left || right) (RFC 6962 §2.1)."""
    return sha256(b"\x01" + left + right).digest()


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes in their order; of none, SHA-256 of nothing."""
    row = list(leaf_hashes)
    while len(row) > 1:
        # The last of an odd row rises as it is: RFC 6962's split, seen from below.
        rest = row[-1:] if len(row) & 1 else []
        row = [
            sha256(b"\x01" + left + right).digest()
            for left, right in zip(row[::2], row[1::2], strict=False)
        ]
        row += rest
    return row[0] if row else EMPTY_ROOT


class Frontier:
    """The complete subtrees of a tree, largest first, one for each bit of its size.

    Attributes:
        size: number of leaves, 0 to `TREE_SIZE_MAX`.
        hashes: their hashes, as many as `size` has bits that are 1.
    """

    __slots__ = ("hashes", "size")

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if not 0 <= size <= TREE_SIZE_MAX:
            raise ProofError("FRONTIER_SIZE", size=size)
        if len(hashes) != size.bit_count() or any(len(h) != HASH_BYTES for h in hashes):
            raise ProofError("FRONTIER_LENGTH", size=size, hashes=len(hashes))
        self.size = size
        self.hashes = list(hashes)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Frontier):
            return NotImplemented
        return self.size == other.size and self.hashes == other.hashes

    __hash__ = None  # type: ignore[assignment]  # it grows

    def copy(self) -> "Frontier":
        """Return one that grows apart from this one."""
        return Frontier(self.size, self.hashes)

    def append(self, leaf_hash_: bytes) -> None:
        """Add a leaf at the end."""
        carried = leaf_hash_
        size = self.size
        while size & 1:
            carried = sha256(b"\x01" + self.hashes.pop() + carried).digest()
            size >>= 1
        self.hashes.append(carried)
        self.size += 1

    def extend(self, leaf_hashes: Sequence[bytes]) -> None:
        """Add leaves at the end, in their order."""
        for one in leaf_hashes:
            self.append(one)

    def node(self, level: int, index: int) -> bytes:
        """Return a complete subtree that this frontier holds.

        Raises:
            ProofError: `NODE_UNKNOWN` if it is not one of them.
        """
        if not (self.size >> level) & 1 or index != (self.size >> level) - 1:
            raise ProofError("NODE_UNKNOWN", level=level, index=index)
        return self.hashes[(self.size >> (level + 1)).bit_count()]

    def root(self) -> bytes:
        """Return the tree's root; of an empty tree, SHA-256 of nothing."""
        if not self.hashes:
            return EMPTY_ROOT
        *rest, folded = self.hashes
        for one in reversed(rest):
            folded = node_hash(one, folded)
        return folded

    def to_bytes(self) -> bytes:
        """Write the size in eight bytes, then the hashes."""
        return self.size.to_bytes(_SIZE_BYTES, "big") + b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Frontier":
        """Read what `to_bytes` wrote.

        Raises:
            ProofError: `FRONTIER_SIZE` or `FRONTIER_LENGTH`.
        """
        head, body = data[:_SIZE_BYTES], data[_SIZE_BYTES:]
        if len(head) != _SIZE_BYTES or len(body) % HASH_BYTES:
            raise ProofError("FRONTIER_LENGTH", length=len(data))
        hashes = [body[at : at + HASH_BYTES] for at in range(0, len(body), HASH_BYTES)]
        return cls(int.from_bytes(head, "big"), hashes)


def range_hash(nodes: Nodes, start: int, end: int) -> bytes:
    """Return the root over leaves `start` to `end`, where start is where a subtree may begin.

    The range is one subtree of a proof: `start` is a multiple of a power of two that is at least
    `end - start`.
    """
    length = end - start
    folded = b""
    for level in range(length.bit_length()):
        if length >> level & 1:
            # The lower bits of the length are the smaller subtrees to the right of this one.
            one = nodes(level, (start >> level) + (length >> level) - 1)
            folded = node_hash(one, folded) if folded else one
    return folded


def _split(length: int) -> int:
    """Return the greatest power of two below a length of at least 2 (RFC 6962 §2.1)."""
    return 1 << ((length - 1).bit_length() - 1)


def inclusion_proof(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """Make the proof that leaf `index` is in the tree of `size` (RFC 6962 §2.1.1), leaf first.

    Raises:
        ProofError: `PROOF_INDEX` if the tree has no such leaf.
    """
    if not 0 <= index < size <= TREE_SIZE_MAX:
        raise ProofError("PROOF_INDEX", index=index, size=size)
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(range_hash(nodes, middle, end))
            end = middle
        else:
            proof.append(range_hash(nodes, start, middle))
            start = middle
    proof.reverse()
    return proof


def consistency_proof(size_old: int, size_new: int, nodes: Nodes) -> list[bytes]:
    """Make the proof that the new tree begins with the old one (RFC 6962 §2.1.2).

    It is empty if the old tree is empty or the sizes are equal.

    Raises:
        ProofError: `PROOF_SIZES` unless 0 <= old <= new <= `TREE_SIZE_MAX`.
    """
    if not 0 <= size_old <= size_new <= TREE_SIZE_MAX:
        raise ProofError("PROOF_SIZES", size_old=size_old, size_new=size_new)
    if size_old in (0, size_new):
        return []
    proof: list[bytes] = []
    start, end = 0, size_new
    while end != size_old:
        middle = start + _split(end - start)
        if size_old <= middle:
            proof.append(range_hash(nodes, middle, end))
            end = middle
        else:
            proof.append(range_hash(nodes, start, middle))
            start = middle
    # Where the old tree is itself one subtree of the new, its root is known to who verifies.
    if start:
        proof.append(range_hash(nodes, start, end))
    proof.reverse()
    return proof


def _check_hashes(proof: Sequence[bytes]) -> None:
    if any(len(one) != HASH_BYTES for one in proof):
        raise ProofError("PROOF_LENGTH", hashes=len(proof))


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root_hash: bytes
) -> None:
    """Check that the leaf with this hash stands at `index` in the tree of `size` and root.

    RFC 9162 §2.1.3.2; the proof has exactly the hashes it needs.

    Args:
        leaf: the leaf's hash, not its bytes.
        index: its number, from 0.
        size: number of leaves in the tree.
        proof: the hashes beside its way to the root, lowest first.
        root_hash: the tree's root.

    Raises:
        ProofError: `PROOF_INDEX`, `PROOF_LENGTH` or `PROOF_ROOT`.
    """
    if not 0 <= index < size <= TREE_SIZE_MAX:
        raise ProofError("PROOF_INDEX", index=index, size=size)
    _check_hashes((leaf, *proof))
    place, last, folded = index, size - 1, leaf
    for one in proof:
        if last == 0:
            raise ProofError("PROOF_LENGTH", hashes=len(proof))
        if place & 1 or place == last:
            folded = node_hash(one, folded)
            # A leaf at the right edge has no sibling on the levels its subtree skips.
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            folded = node_hash(folded, one)
        place >>= 1
        last >>= 1
    if last != 0:
        raise ProofError("PROOF_LENGTH", hashes=len(proof))
    if folded != root_hash:
        raise ProofError("PROOF_ROOT", index=index, size=size)


def verify_consistency(
    size_old: int, root_old: bytes, size_new: int, root_new: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the tree of the new size and root begins with that of the old.

    RFC 9162 §2.1.4.2; an empty old tree begins every tree, and its proof is empty.

    Raises:
        ProofError: `PROOF_SIZES`, `PROOF_LENGTH`, `PROOF_ROOT_OLD` or `PROOF_ROOT`.
    """
    if not 0 <= size_old <= size_new <= TREE_SIZE_MAX:
        raise ProofError("PROOF_SIZES", size_old=size_old, size_new=size_new)
    _check_hashes(proof)
    if size_old == 0 and root_old != EMPTY_ROOT:
        raise ProofError("PROOF_ROOT_OLD", size=size_old)
    if size_old in (0, size_new):
        if proof:
            raise ProofError("PROOF_LENGTH", hashes=len(proof))
        if size_old == size_new and root_old != root_new:
            raise ProofError("PROOF_ROOT", size=size_new)
        return
    _fold_consistency(size_old, root_old, size_new, root_new, proof)


def _fold_consistency(
    size_old: int, root_old: bytes, size_new: int, root_new: bytes, proof: Sequence[bytes]
) -> None:
    """Fold the proof into both roots at once; 0 < old < new."""
    path = list(proof)
    if size_old & (size_old - 1) == 0:
        path.insert(0, root_old)
    if not path:
        raise ProofError("PROOF_LENGTH", hashes=0)
    place, last = size_old - 1, size_new - 1
    while place & 1:
        place >>= 1
        last >>= 1
    folded_old = folded_new = path[0]
    for one in path[1:]:
        if last == 0:
            raise ProofError("PROOF_LENGTH", hashes=len(proof))
        if place & 1 or place == last:
            folded_old = node_hash(one, folded_old)
            folded_new = node_hash(one, folded_new)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            folded_new = node_hash(folded_new, one)
        place >>= 1
        last >>= 1
    if last != 0:
        raise ProofError("PROOF_LENGTH", hashes=len(proof))
    if folded_old != root_old:
        raise ProofError("PROOF_ROOT_OLD", size=size_old)
    if folded_new != root_new:
        raise ProofError("PROOF_ROOT", size=size_new)
