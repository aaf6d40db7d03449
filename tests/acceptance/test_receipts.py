"""A receipt needs nobody: with the leaf and the log's key it is checked offline."""

import asyncio
import base64
from pathlib import Path

from audit.checkpoint import open_checkpoint
from audit.merkle import leaf_hash, root, verify_consistency
from audit.note import VerifierKey
from audit.proof import Receipt, verify_receipt
from audit.tiles import decode_entries
from tests.acceptance.stage import Json, Stage, open_stage

PROVED = """mutation($i: PointsIssueInput!) { pointsIssue(input: $i) {
  ... on PointsIssueSuccess { replayed receipt { sequence leaf inclusionProof proof checkpoint }
    transfer { id receipt { proof leaf } } } } }"""


async def issue(stage: Stage, member: str, key: str) -> Json:
    """Issue one minor unit; return the payload with its proofs."""
    given = {"memberId": member, "unit": "AIR", "amount": "1", "idempotencyKey": key}
    data = await stage.ask(stage.tokens["AIRLINE"], PROVED, i=given)
    payload: Json = data["pointsIssue"]
    return payload


def test_every_receipt_verifies_offline(tmp_path: Path, database_url: str) -> None:
    """Receipts of one busy moment, their replays, and later queries all lead to signed roots."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", database_url) as stage:
            key = VerifierKey.parse(stage.network.verifier_key)
            mina = await stage.member("AIRLINE")
            fresh = await asyncio.gather(*(issue(stage, mina, f"i{n}") for n in range(40)))
            again = await asyncio.gather(*(issue(stage, mina, f"i{n}") for n in range(40)))
            assert [one["replayed"] for one in fresh + again] == [False] * 40 + [True] * 40
            query = "query($id: ID!) { transfer(id: $id) { receipt { proof leaf } } }"
            for first, second in zip(fresh, again, strict=True):
                asked = await stage.ask(stage.tokens["AIRLINE"], query, id=first["transfer"]["id"])
                receipts = [
                    first["receipt"], second["receipt"], first["transfer"]["receipt"],
                    asked["transfer"]["receipt"],
                ]  # fmt: skip
                for receipt in receipts:
                    verify_receipt(receipt["leaf"].encode(), receipt["proof"], key)
                    assert receipt["leaf"] == first["receipt"]["leaf"]
                hashes = [base64.b64decode(one) for one in first["receipt"]["inclusionProof"]]
                assert tuple(hashes) == Receipt.parse(first["receipt"]["proof"]).hashes

    asyncio.run(story())


def test_the_log_over_http_is_one_growing_tree(tmp_path: Path, database_url: str) -> None:
    """Tiles rebuild the signed root; a later checkpoint extends an earlier one, provably."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", database_url) as stage:
            key = VerifierKey.parse(stage.network.verifier_key)
            old = open_checkpoint((await stage.client.get("/log/checkpoint")).text, key)
            mina = await stage.member("AIRLINE")
            await asyncio.gather(*(issue(stage, mina, f"i{n}") for n in range(300)))
            new = open_checkpoint((await stage.client.get("/log/checkpoint")).text, key)
            assert new.size == old.size + 301
            data = await stage.ask(
                None,
                "query($a: Sequence!, $b: Sequence!) {"
                " auditConsistencyProof(fromSize: $a, toSize: $b) { hashes } }",
                a=old.size,
                b=new.size,
            )
            proof = [base64.b64decode(one) for one in data["auditConsistencyProof"]["hashes"]]
            verify_consistency(old.size, old.root, new.size, new.root, proof)
            headers = {"authorization": f"Bearer {stage.operators[0]}"}
            rest = new.size - 256
            leaves: list[bytes] = []
            for path, width in (("000", 256), (f"001.p/{rest}", rest)):
                bundle = await stage.client.get(f"/log/tile/entries/{path}", headers=headers)
                leaves += decode_entries(bundle.content, width)
                hashes = (await stage.client.get(f"/log/tile/0/{path}")).content
                assert hashes == b"".join(leaf_hash(leaf) for leaf in leaves[-width:])
            upper = (await stage.client.get("/log/tile/1/000.p/1")).content
            assert upper == root([leaf_hash(leaf) for leaf in leaves[:256]])

    asyncio.run(story())
