"""The tree at random sizes, against a definition written as RFC 6962 §2.1 states it."""

from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import AuditError, ProofError
from audit.growth import Growth
from audit.merkle import (
    Frontier,
    consistency_proof,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
)
from audit.tiles import TILE_HEIGHT, Tile, TileNodes, hash_tile, hash_tiles
from tests.unit.audit.samples import attempt

SIZE_MAX = 700
HASHES = [sha256(n.to_bytes(2, "big")).digest() for n in range(SIZE_MAX)]
SIZES = st.integers(1, SIZE_MAX)


@cache
def defined_root(start: int, end: int) -> bytes:
    """Hash leaves `start` to `end` by the recursive definition."""
    if end - start == 1:
        return HASHES[start]
    half = 1
    while half * 2 < end - start:
        half *= 2
    left, right = defined_root(start, start + half), defined_root(start + half, end)
    return sha256(b"\1" + left + right).digest()


def nodes(level: int, index: int) -> bytes:
    """Answer for complete subtrees by the definition."""
    return defined_root(index << level, (index + 1) << level)


@given(SIZES)
def test_the_frontier_has_the_defined_root(size: int) -> None:
    """Appending leaf by leaf gives the root of the definition, also through bytes and back."""
    frontier = Frontier()
    frontier.extend(HASHES[:size])
    assert frontier.root() == defined_root(0, size)
    assert Frontier.from_bytes(frontier.to_bytes()) == frontier


@given(SIZES, st.data())
def test_inclusion_proofs_verify(size: int, data: st.DataObject) -> None:
    """Every leaf of every tree has a proof, which verifies for that leaf, place and size alone."""
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, nodes)
    verify_inclusion(HASHES[index], index, size, proof, defined_root(0, size))
    other = data.draw(st.integers(0, size - 1).filter(lambda n: n != index) | st.just(size))
    for place in (other, -1):
        with pytest.raises(ProofError):
            verify_inclusion(HASHES[index], place, size, proof, defined_root(0, size))


@given(SIZES, SIZES)
def test_consistency_proofs_verify(one: int, other: int) -> None:
    """Every tree begins every larger one, and the proof says so."""
    old, new = sorted((one, other))
    proof = consistency_proof(old, new, nodes)
    verify_consistency(old, defined_root(0, old), new, defined_root(0, new), proof)


def mutated(proof: list[bytes], data: st.DataObject) -> list[bytes]:
    """Change a proof: a bit, a hash more, one fewer, or two swapped."""
    choices = ["add"] + (["bit", "drop", "swap"] if proof else [])
    how = data.draw(st.sampled_from(choices))
    at = data.draw(st.integers(0, max(len(proof) - 1, 0)))
    changed = list(proof)
    if how == "add":
        changed.insert(at, data.draw(st.sampled_from([HASHES[0], *proof])))
    elif how == "drop":
        del changed[at]
    elif how == "bit":
        bit = data.draw(st.integers(0, 255))
        number = int.from_bytes(changed[at], "big") ^ 1 << bit
        changed[at] = number.to_bytes(32, "big")
    else:
        changed[at], changed[-1] = changed[-1], changed[at]
    return changed


@given(SIZES, st.data())
def test_mutated_inclusion_proofs_are_refused(size: int, data: st.DataObject) -> None:
    """No change to an inclusion proof leaves it good."""
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, nodes)
    changed = mutated(proof, data)
    whole = defined_root(0, size)
    error = attempt(
        ProofError, lambda: verify_inclusion(HASHES[index], index, size, changed, whole)
    )
    assert (error is None) == (changed == proof)
    assert error is None or error.code in {"PROOF_LENGTH", "PROOF_ROOT"}


@given(SIZES, SIZES, st.data())
def test_mutated_consistency_proofs_are_refused(one: int, other: int, data: st.DataObject) -> None:
    """No change to a consistency proof, nor another old root, leaves it good."""
    old, new = sorted((one, other))
    proof = consistency_proof(old, new, nodes)
    changed = mutated(proof, data)
    root_old = data.draw(st.sampled_from([defined_root(0, old), HASHES[5]]))
    root_new = defined_root(0, new)
    error = attempt(ProofError, lambda: verify_consistency(old, root_old, new, root_new, changed))
    assert (error is None) == ((changed, root_old) == (proof, defined_root(0, old)))
    assert error is None or error.code in {"PROOF_LENGTH", "PROOF_ROOT", "PROOF_ROOT_OLD"}


@given(st.lists(st.integers(0, 300), min_size=1, max_size=5))
def test_growing_by_batches_is_growing_at_once(lengths: list[int]) -> None:
    """Frontier, upper tiles and every new leaf's proof are the whole tree's, batch by batch."""
    frontier = Frontier()
    rows: dict[tuple[int, int], bytes] = {}
    for length in lengths:
        start = frontier.size
        batch = HASHES[start : start + length]
        growth = Growth(frontier, batch)
        frontier = growth.frontier()
        size = frontier.size
        for tile in growth.tiles():
            row = rows.get((tile.level, tile.index), b"")
            assert len(row) == 32 * tile.offset
            rows[tile.level, tile.index] = row + tile.hashes
        assert size == start + len(batch)
        assert frontier.root() == (defined_root(0, size) if size else Frontier().root())
        for index in range(start, size):
            assert growth.inclusion(index) == inclusion_proof(index, size, nodes)
    upper = {(t.level, t.index): hash_tile(t, nodes) for t in hash_tiles(frontier.size) if t.level}
    assert rows == upper


def read_tile(level: int, index: int) -> bytes:
    """Return a tile of the tree of `SIZE_MAX` leaves, as wide as it is by now."""
    have = (SIZE_MAX >> (TILE_HEIGHT * level)) - 256 * index
    return hash_tile(Tile(level, index, min(have, 256)), nodes) if have > 0 else b""


@given(SIZES, SIZES, st.data())
def test_tiles_of_a_larger_tree_serve_every_proof(
    one: int, other: int, data: st.DataObject
) -> None:
    """Proofs made from tiles equal those made from the definition, at every size up to theirs."""
    old, new = sorted((one, other))
    index = data.draw(st.integers(0, new - 1))
    tiles = TileNodes(read_tile)
    assert inclusion_proof(index, new, tiles) == inclusion_proof(index, new, nodes)
    assert consistency_proof(old, new, tiles) == consistency_proof(old, new, nodes)


@given(st.integers(0, 3), st.integers(0, 300), st.binary(max_size=80))
def test_growth_answers_for_no_node_that_it_does_not_have(
    level: int, index: int, data: bytes
) -> None:
    """A place beyond the batch, or before the frontier's subtrees, is refused by name."""
    before = Frontier()
    before.extend(HASHES[:5])
    growth = Growth(before, HASHES[5 : 5 + len(data)])
    size = growth.size
    found = attempt(ProofError, lambda: growth.node(level, index))
    if isinstance(found, AuditError):
        assert found.code == "NODE_UNKNOWN"
        before_batch = (index + 1) << level <= 5
        assert before_batch or (index + 1) << level > size
    else:
        assert found == nodes(level, index)
