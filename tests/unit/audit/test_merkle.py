"""The tree, held against the known answers of RFC 6962's reference and against its definition."""

import pytest

from audit.errors import ProofError
from audit.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
HASHES = [leaf_hash(leaf) for leaf in LEAVES]
ROOT_OF_8 = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def nodes(level: int, index: int) -> bytes:
    """Answer for complete subtrees over `HASHES`."""
    if level == 0:
        return HASHES[index]
    return node_hash(nodes(level - 1, 2 * index), nodes(level - 1, 2 * index + 1))


def test_known_roots() -> None:
    """The roots over the eight known leaves, over seven and over none are the published ones."""
    assert root(HASHES).hex() == ROOT_OF_8
    assert root(HASHES[:7]).hex().startswith("ddb89be4")
    assert root([]) == EMPTY_ROOT
    assert EMPTY_ROOT.hex().startswith("e3b0c44298fc1c14")


def test_a_known_inclusion_path() -> None:
    """Leaf 5 of 8 is proved by leaf 4, the pair before it and the first half."""
    assert inclusion_proof(5, 8, nodes) == [HASHES[4], nodes(1, 3), nodes(2, 0)]


def test_the_consistency_paths_of_rfc_6962() -> None:
    """For seven leaves the proofs from 3, 4 and 6 are those of RFC 6962 §2.1.3."""
    assert consistency_proof(3, 7, nodes) == [
        HASHES[2], HASHES[3], nodes(1, 0), node_hash(nodes(1, 2), HASHES[6]),
    ]  # fmt: skip
    assert consistency_proof(4, 7, nodes) == [node_hash(nodes(1, 2), HASHES[6])]
    assert consistency_proof(6, 7, nodes) == [nodes(1, 2), HASHES[6], nodes(2, 0)]


@pytest.mark.parametrize(
    ("index", "size", "code"),
    [(-1, 8, "PROOF_INDEX"), (8, 8, "PROOF_INDEX"), (0, 0, "PROOF_INDEX")],
)
def test_a_leaf_outside_the_tree_has_no_proof(index: int, size: int, code: str) -> None:
    """Neither making nor verifying a proof accepts an index that the tree does not have."""
    with pytest.raises(ProofError) as made:
        inclusion_proof(index, size, nodes)
    with pytest.raises(ProofError) as verified:
        verify_inclusion(HASHES[0], index, size, [], HASHES[0])
    assert made.value.code == verified.value.code == code


def test_a_padded_proof_is_refused() -> None:
    """One hash more or one fewer than the path has is refused for its length."""
    whole = bytes.fromhex(ROOT_OF_8)
    proof = inclusion_proof(5, 8, nodes)
    for wrong in ([*proof, HASHES[0]], proof[:-1], [*proof[:-1], proof[-1][:31]], []):
        with pytest.raises(ProofError) as refused:
            verify_inclusion(HASHES[5], 5, 8, wrong, whole)
        assert refused.value.code == "PROOF_LENGTH"


def test_consistency_from_nothing_and_to_itself_takes_no_hash() -> None:
    """An empty tree begins every tree, a tree begins itself; both with an empty proof only."""
    whole = bytes.fromhex(ROOT_OF_8)
    verify_consistency(0, EMPTY_ROOT, 8, whole, [])
    verify_consistency(8, whole, 8, whole, [])
    for size, before in ((0, EMPTY_ROOT), (8, whole)):
        with pytest.raises(ProofError) as refused:
            verify_consistency(size, before, 8, whole, [HASHES[0]])
        assert refused.value.code == "PROOF_LENGTH"


def test_consistency_refuses_another_root_at_the_same_size() -> None:
    """Two roots of one size are a fork, and an empty tree has one root."""
    whole = bytes.fromhex(ROOT_OF_8)
    with pytest.raises(ProofError) as fork:
        verify_consistency(8, HASHES[0], 8, whole, [])
    with pytest.raises(ProofError) as nothing:
        verify_consistency(0, HASHES[0], 8, whole, [])
    assert (fork.value.code, nothing.value.code) == ("PROOF_ROOT", "PROOF_ROOT_OLD")


@pytest.mark.parametrize("old", range(1, 7))
def test_a_good_proof_does_not_serve_a_false_old_root(old: int) -> None:
    """The hashes of a true proof, with another old root than they lead to, are refused."""
    proof, whole = consistency_proof(old, 7, nodes), root(HASHES[:7])
    verify_consistency(old, root(HASHES[:old]), 7, whole, proof)
    with pytest.raises(ProofError) as refused:
        verify_consistency(old, root(HASHES[1 : old + 1]), 7, whole, proof)
    # An old tree of 2^n leaves is itself the first hash of the path, so there both roots fail.
    assert refused.value.code == ("PROOF_ROOT" if old in (1, 2, 4) else "PROOF_ROOT_OLD")


@pytest.mark.parametrize("old", range(1, 7))
def test_a_good_proof_does_not_serve_a_false_new_root(old: int) -> None:
    """The hashes of a true proof, with another new root than they lead to, are refused."""
    proof = consistency_proof(old, 7, nodes)
    with pytest.raises(ProofError) as refused:
        verify_consistency(old, root(HASHES[:old]), 7, HASHES[0], proof)
    assert refused.value.code == "PROOF_ROOT"


def test_consistency_does_not_run_backwards() -> None:
    """A tree that shrank has no proof."""
    for attempt in (
        lambda: consistency_proof(8, 7, nodes),
        lambda: verify_consistency(8, HASHES[0], 7, HASHES[0], []),
    ):
        with pytest.raises(ProofError) as refused:
            attempt()
        assert refused.value.code == "PROOF_SIZES"


@pytest.mark.parametrize(
    "data",
    [b"", b"\0" * 7, b"\0" * 7 + b"\1", b"\0" * 8 + b"x" * 32, b"\xff" * 8 + b"x" * 64 * 32],
)
def test_a_frontier_of_other_length_is_refused(data: bytes) -> None:
    """Bytes whose hashes do not match the bits of the size are no frontier."""
    with pytest.raises(ProofError):
        Frontier.from_bytes(data)
