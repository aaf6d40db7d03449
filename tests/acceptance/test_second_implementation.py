"""Trees, proofs, tiles and notes agree with a second derivation in another language."""

import json
import os
import random
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from audit.bundle import TileStream
from audit.checkpoint import Checkpoint, open_checkpoint
from audit.errors import AuditError
from audit.keys import Ed25519Signer
from audit.merkle import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root,
    verify_consistency,
    verify_inclusion,
)
from audit.note import VerifierKey
from audit.tiles import encode_entries, entry_tiles

NODE_WANTED = "DURE_TEST_NODE"
SCRIPT = Path(__file__).parent / "second" / "second.mjs"
TREES = 1_000
SMALL_MAX = 300  # past a full tile; most of what can differ differs in small trees
LARGE = (65_535, 65_536, 65_537)  # where a second level of tiles begins
NOTES = 200
SECONDS_MAX = 300  # it takes some; a loaded machine takes its time
ORIGIN = "dure.example/second"


def second(asked: dict[str, object]) -> Any:  # noqa: ANN401 -- JSON of our own making
    """Ask the other implementation."""
    if shutil.which("node") is None:
        if os.environ.get(NODE_WANTED) == "required":
            pytest.fail(f"{NODE_WANTED}=required, but there is no node")
        pytest.skip("there is no node")
    done = subprocess.run(
        ["node", str(SCRIPT)],
        input=json.dumps(asked).encode(),
        capture_output=True,
        check=True,
        timeout=SECONDS_MAX,
    )
    return json.loads(done.stdout)


def test_a_thousand_trees() -> None:
    """Roots, inclusion and consistency proofs, and every tile's name and bytes are the same."""
    chance = random.Random(6962)
    sizes = [*LARGE, *(chance.randint(1, SMALL_MAX) for _ in range(TREES - len(LARGE)))]
    asked = [
        {"seed": n, "size": size, "index": chance.randrange(size), "old": chance.randint(0, size)}
        for n, size in enumerate(sizes)
    ]
    answers = second({"trees": asked, "notes": [], "texts": []})["trees"]
    assert len(answers) == TREES
    for question, answer in zip(asked, answers, strict=True):
        size, index, old = question["size"], question["index"], question["old"]
        leaves = [f"{question['seed']}/{n}".encode() for n in range(size)]
        hashes = [leaf_hash(leaf) for leaf in leaves]

        def node(level: int, at: int, hashes: list[bytes] = hashes) -> bytes:
            return root(hashes[at << level : (at + 1) << level])

        tree = root(hashes)
        included = inclusion_proof(index, size, node)
        continued = consistency_proof(old, size, node)
        assert tree.hex() == answer["root"]
        assert [one.hex() for one in included] == answer["inclusion"]
        assert [one.hex() for one in continued] == answer["consistency"]
        verify_inclusion(hashes[index], index, size, included, tree)
        verify_consistency(old, root(hashes[:old]), size, tree, continued)
        assert tiles(leaves) == answer["tiles"]


def tiles(leaves: list[bytes]) -> dict[str, str]:
    """Every tile's path, with the SHA-256 of its bytes."""
    stream = TileStream()
    made = stream.extend(map(leaf_hash, leaves)) + stream.partial()
    for tile in entry_tiles(len(leaves)):
        start = tile.index * 256
        made.append((tile, encode_entries(leaves[start : start + tile.width])))
    return {tile.path(): sha256(data).hexdigest() for tile, data in made}


def test_notes_in_both_directions() -> None:
    """Each opens what the other signed, and neither opens what was changed by a character."""
    chance = random.Random(8032)
    seeds = [chance.randbytes(32) for _ in range(NOTES)]
    keys = [VerifierKey(ORIGIN, Ed25519Signer(seed).public_key) for seed in seeds]
    points = [Checkpoint(ORIGIN, n + 1, chance.randbytes(32)) for n in range(NOTES)]
    notes = [point.sign(Ed25519Signer(seed)) for point, seed in zip(points, seeds, strict=True)]
    changed: list[str] = []
    for note in notes:
        at = chance.randrange(len(note) - 1)
        other = chance.choice([c for c in "Ab0 +=\n" if c != note[at]])
        changed.append(note[:at] + other + note[at + 1 :])
    vkeys = [key.text() for key in keys]
    answer = second(
        {
            "trees": [],
            "notes": [
                {"note": note, "vkey": vkey}
                for note, vkey in zip(notes + changed, vkeys * 2, strict=True)
            ],
            "texts": [
                {"text": point.text(), "name": ORIGIN, "seed": seed.hex()}
                for point, seed in zip(points, seeds, strict=True)
            ],
        }
    )
    assert answer["notes"][:NOTES] == [point.text() for point in points]
    for note, key, theirs in zip(changed, keys, answer["notes"][NOTES:], strict=True):
        try:
            opened = open_checkpoint(note, key).text()
        except AuditError:
            opened = None
        assert opened is None
        assert theirs is None
    assert answer["written"] == notes
