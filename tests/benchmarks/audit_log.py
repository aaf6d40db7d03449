"""The log alone, in memory: append, root, proofs and signature, beside bare hashes and pymerkle.

Our append fills in a leaf's form, chains it to the one before, hashes it, grows the tree and signs
one checkpoint a batch; the tree alone is measured too. A proof of ours is made from stored tiles,
read anew for each; pymerkle's from a tree that keeps its subtrees in memory, which a server that
forgets cannot have. So the entries of a batch, whose proofs are asked for most, keep theirs.
"""

import random
import secrets
import time
from collections.abc import Callable
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import merkle
from audit.growth import Growth
from audit.keys import Ed25519Signer
from audit.kinds import KINDS
from audit.log import Appender
from audit.merkle import Frontier
from audit.tiles import TILE_HEIGHT, TileNodes
from tests.benchmarks.library import LibraryMissingError, started
from tests.benchmarks.measurement import NONE, Group, Line, Measurement, Options, Say
from tests.benchmarks.networks import BATCH
from tests.integration.store.world import LOG_SEED, ORIGIN

ROUNDS = 7
LEAVES = 1 << 16
LEAF_BYTES = 700  # an exchange's, about
LEGS_BYTES = 250  # its own part
ENTRY_ID = "0" * 32
APPENDED = 5_000  # leaves a turn
PROOFS = 400  # a turn
SIGNATURES = 500  # a turn
PYMERKLE = "pymerkle"

APPEND = Line("log: append, chain, sign a batch", PYMERKLE, NONE, "leaves/s", 0.25, 0.5)
GROW = Line("log: grow the tree by a batch", PYMERKLE, NONE, "leaves/s", 0.5, 1.0)
HASHES = Line(
    "log: grow the tree by a batch", "as many SHA-256 by hashlib", NONE, "leaves/s", 0.3, 0.5
)
ROOT = Line("log: root over all leaves", "as many SHA-256 by hashlib", NONE, "leaves/s", 0.3, 0.5)
INCLUSION = Line("log: inclusion proof out of tiles", PYMERKLE, NONE, "proofs/s")
BATCH_PROOF = Line(
    "log: inclusion proof of a batch's own entry", PYMERKLE, NONE, "proofs/s", 1.0, 2.0
)
CONSISTENCY = Line("log: consistency proof out of tiles", PYMERKLE, NONE, "proofs/s")
SIGN = Line("log: sign a checkpoint", "bare Ed25519", NONE, "signatures/s", 0.5, 0.8)

Turn = Callable[[], float]


def timed(work: Callable[[], object]) -> float:
    """Return how long it takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def alternate(ours: Turn, theirs: Turn) -> list[tuple[float, float]]:
    """Let both have their turns."""
    return [(ours(), theirs()) for _ in range(ROUNDS)]


def grow() -> None:
    """Append leaves in batches, with one root a batch; nothing is stored."""
    frontier, leaf = Frontier(), b"l" * LEAF_BYTES
    for _ in range(APPENDED // BATCH):
        growth = Growth(frontier, [merkle.leaf_hash(leaf) for _ in range(BATCH)])
        frontier = growth.frontier()
        frontier.root()


def append() -> None:
    """Append entries in batches, with one signed checkpoint a batch; nothing is stored."""
    appender = Appender(ORIGIN, Ed25519Signer(LOG_SEED))
    head = appender.genesis(
        clock="simulated", sandbox=True, time_us=0, id=ENTRY_ID, author="system/genesis"
    ).head
    fields = dict.fromkeys(KINDS["points.exchanged"], "") | {"legs": "l" * LEGS_BYTES}
    for _ in range(APPENDED // BATCH):
        batch = appender.begin(head)
        for number in range(1, BATCH + 1):
            time_us = head.last_time + number
            batch.add("points.exchanged", fields, ENTRY_ID, "system/bench", time_us, "", "")
        head = batch.commit().head


def hash_leaves() -> None:
    """Hash as many leaves, and as many pairs of hashes, as a tree of them has."""
    leaf, pair = b"\x00" + b"l" * LEAF_BYTES, b"\x01" * 65
    for _ in range(APPENDED):
        sha256(leaf).digest()
        sha256(pair).digest()


def hash_pairs(count: int) -> None:
    """Hash so many pairs of hashes."""
    pair = b"\x01" * 65
    for _ in range(count):
        sha256(pair).digest()


def tiles(leaf_hashes: list[bytes]) -> dict[tuple[int, int], bytes]:
    """Return the tiles of a tree whose size is a power of the tile's width, as a store has them."""
    found: dict[tuple[int, int], bytes] = {}
    row, level = leaf_hashes, 0
    while row:
        for start in range(0, len(row), 1 << TILE_HEIGHT):
            found[level, start >> TILE_HEIGHT] = b"".join(row[start : start + (1 << TILE_HEIGHT)])
        for _ in range(TILE_HEIGHT):
            row = [merkle.node_hash(a, b) for a, b in zip(row[::2], row[1::2], strict=False)]
        level += 1
    return found


def _beside_hashes() -> list[Measurement]:
    leaf_hashes = [secrets.token_bytes(32) for _ in range(LEAVES)]
    bare = Ed25519PrivateKey.from_private_bytes(LOG_SEED)
    appender = Appender(ORIGIN, Ed25519Signer(LOG_SEED))
    root = secrets.token_bytes(32)
    note = appender.sign(LEAVES, root, 0).encode()

    def sign() -> None:
        for _ in range(SIGNATURES):
            appender.sign(LEAVES, root, 0)

    def sign_bare() -> None:
        for _ in range(SIGNATURES):
            bare.sign(note)

    return [
        HASHES.speeds(alternate(lambda: timed(grow), lambda: timed(hash_leaves)), APPENDED),
        ROOT.speeds(
            alternate(
                lambda: timed(lambda: merkle.root(leaf_hashes)),
                lambda: timed(lambda: hash_pairs(LEAVES)),
            ),
            LEAVES,
        ),
        SIGN.speeds(alternate(lambda: timed(sign), lambda: timed(sign_bare)), SIGNATURES),
    ]


def _beside_pymerkle() -> list[Measurement]:
    leaf_hashes = [merkle.leaf_hash(b"%d" % number) for number in range(LEAVES)]
    stored = tiles(leaf_hashes)
    before = Frontier()
    before.extend(leaf_hashes[:-BATCH])
    growth = Growth(before, leaf_hashes[-BATCH:])

    def inclusion() -> None:
        for _ in range(PROOFS):
            nodes = TileNodes(lambda level, index: stored[level, index])
            merkle.inclusion_proof(random.randrange(LEAVES), LEAVES, nodes)

    def consistency() -> None:
        for _ in range(PROOFS):
            nodes = TileNodes(lambda level, index: stored[level, index])
            merkle.consistency_proof(random.randrange(1, LEAVES), LEAVES, nodes)

    def of_the_batch() -> None:
        for _ in range(PROOFS):
            growth.inclusion(random.randrange(LEAVES - BATCH, LEAVES))

    with started("merkle_tree", "append", LEAF_BYTES, BATCH) as library:
        appended = [(timed(append), timed(grow), library.seconds(APPENDED)) for _ in range(ROUNDS)]
    with started("merkle_tree", "prove", LEAVES) as library:
        proved = [
            (timed(inclusion), timed(of_the_batch), library.seconds(PROOFS)) for _ in range(ROUNDS)
        ]
    with started("merkle_tree", "extend", LEAVES) as library:
        extended = alternate(lambda: timed(consistency), lambda: library.seconds(PROOFS))
    return [
        APPEND.speeds([(ours, theirs) for ours, _, theirs in appended], APPENDED),
        GROW.speeds([(ours, theirs) for _, ours, theirs in appended], APPENDED),
        INCLUSION.speeds([(ours, theirs) for ours, _, theirs in proved], PROOFS),
        BATCH_PROOF.speeds([(ours, theirs) for _, ours, theirs in proved], PROOFS),
        CONSISTENCY.speeds(extended, PROOFS),
    ]


def measure(options: Options, say: Say) -> list[Measurement]:
    """Measure beside hashlib, and beside pymerkle where it is installed."""
    say("beside hashlib")
    found = _beside_hashes()
    say("beside pymerkle")
    try:
        return found + _beside_pymerkle()
    except LibraryMissingError as error:
        say(f"not measured: {error}")
        return found


GROUP = Group(
    "log", (APPEND, GROW, HASHES, ROOT, INCLUSION, BATCH_PROOF, CONSISTENCY, SIGN), measure
)
