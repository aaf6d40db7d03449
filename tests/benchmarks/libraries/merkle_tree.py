"""pymerkle: leaves appended to its tree in memory, and inclusion proofs out of it.

    python -m tests.benchmarks.libraries.merkle_tree append LEAF_BYTES BATCH
    python -m tests.benchmarks.libraries.merkle_tree prove|extend LEAVES

`append` has a turn of so many leaves, in batches, each with its root, as our log has one root a
batch. It stores the leaf and hashes it; it has no chain, no form to fill in and no signature.
`prove` has a turn of so many inclusion proofs out of a tree of that many leaves, `extend` of
consistency proofs.
"""

import random
import sys

from pymerkle import InmemoryTree

from tests.benchmarks.libraries.turns import serve


def main() -> None:
    """Make a tree and serve."""
    tree = InmemoryTree(algorithm="sha256")
    if sys.argv[1] == "append":
        leaf, batch = b"l" * int(sys.argv[2]), int(sys.argv[3])

        def turn(count: int) -> None:
            for start in range(0, count, batch):
                tree.append_entries([leaf] * min(batch, count - start))
                tree.get_root()
    else:
        size = int(sys.argv[2])
        prove = tree.prove_inclusion if sys.argv[1] == "prove" else tree.prove_consistency
        tree.append_entries([b"%d" % number for number in range(size)])

        def turn(count: int) -> None:
            for _ in range(count):
                prove(random.randrange(1, size), size)

    serve(turn)


if __name__ == "__main__":
    main()
