"""Every change is evidenced: receipts of all mutations, proofs that need no code of ours."""

import asyncio
import base64
from hashlib import sha256
from pathlib import Path

from graphql import GraphQLNonNull, GraphQLUnionType, build_schema

from api.schema.export import SDL_PATH
from audit.note import VerifierKey
from audit.proof import verify_receipt
from tests.acceptance.stage import Json, Stage, open_stage

RECEIPT = "receipt { sequence leaf proof }"
# A statement that was read before has no line left to enter.
MAY_WRITE_NOTHING = {"bankStatementImport"}


def test_every_mutation_returns_a_receipt() -> None:
    """Each mutation's success has a receipt, beside its errors; null where it may write nothing."""
    schema = build_schema(SDL_PATH.read_text())
    assert schema.mutation_type is not None
    for name, mutation in schema.mutation_type.fields.items():
        payload = mutation.type
        payload = payload.of_type if isinstance(payload, GraphQLNonNull) else payload
        assert isinstance(payload, GraphQLUnionType), name
        successes = [one for one in payload.types if one.name.endswith("Success")]
        assert len(successes) == 1, name
        receipt = "Receipt" if name in MAY_WRITE_NOTHING else "Receipt!"
        assert str(successes[0].fields["receipt"].type) == receipt, name


def tree(leaves: list[bytes]) -> bytes:
    """The root by its definition (RFC 6962 section 2.1), and nothing of ours."""
    if len(leaves) < 2:
        return sha256(b"\x00" + leaves[0]).digest() if leaves else sha256().digest()
    half = split(len(leaves))
    return sha256(b"\x01" + tree(leaves[:half]) + tree(leaves[half:])).digest()


def split(size: int) -> int:
    """The largest power of two below a size."""
    half = 1
    while half * 2 < size:
        half *= 2
    return half


def path(index: int, leaves: list[bytes]) -> list[bytes]:
    """The inclusion proof by its definition (RFC 6962 section 2.1.1)."""
    if len(leaves) < 2:
        return []
    half = split(len(leaves))
    if index < half:
        return [*path(index, leaves[:half]), tree(leaves[half:])]
    return [*path(index - half, leaves[half:]), tree(leaves[:half])]


def proof(old: int, leaves: list[bytes], *, whole: bool = True) -> list[bytes]:
    """The consistency proof by its definition (RFC 6962 section 2.1.2)."""
    if old == len(leaves):
        return [] if whole else [tree(leaves)]
    half = split(len(leaves))
    if old <= half:
        return [*proof(old, leaves[:half], whole=whole), tree(leaves[half:])]
    return [*proof(old - half, leaves[half:], whole=False), tree(leaves[:half])]


async def all_leaves(stage: Stage) -> list[bytes]:
    """Every entry, as the operator reads them."""
    found: list[bytes] = []
    after: str | None = None
    while True:
        data = await stage.ask(
            stage.operators[0],
            "query($a: String) { auditEntries(first: 50, after: $a)"
            " { edges { node { leaf } } pageInfo { hasNextPage endCursor } } }",
            a=after,
        )
        page: Json = data["auditEntries"]
        found += [edge["node"]["leaf"].encode() for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def test_proofs_are_those_of_the_definition(tmp_path: Path, database_url: str) -> None:
    """Inclusion and consistency proofs over GraphQL are, hash by hash, RFC 6962's definitions."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", database_url) as stage:
            await stage.member("AIRLINE", AIR="5")
            leaves = await all_leaves(stage)
            size = len(leaves)
            served = (await stage.ask(None, "{ auditCheckpoint { size root } }"))["auditCheckpoint"]
            assert served["size"] == str(size) or served["size"] == size
            assert base64.b64decode(served["root"]) == tree(leaves)
            for seq in range(size):
                data = await stage.ask(
                    None,
                    "query($n: Sequence!) { auditInclusionProof(sequence: $n) { hashes } }",
                    n=str(seq),
                )
                hashes = data["auditInclusionProof"]["hashes"]
                assert [base64.b64decode(one) for one in hashes] == path(seq, leaves)
            for old in range(1, size):
                for new in {old, old + 1, (old + size) // 2, size}:
                    data = await stage.ask(
                        None,
                        "query($a: Sequence!, $b: Sequence!) {"
                        " auditConsistencyProof(fromSize: $a, toSize: $b) { hashes } }",
                        a=str(old),
                        b=str(new),
                    )
                    hashes = data["auditConsistencyProof"]["hashes"]
                    assert [base64.b64decode(one) for one in hashes] == proof(old, leaves[:new])
            nobody = await stage.ask(
                None,
                "query($n: Sequence!, $m: Sequence!) { auditInclusionProof(sequence: $n)"
                " { size } auditConsistencyProof(fromSize: 1, toSize: $m) { hashes } }",
                n=str(size),
                m=str(size + 1),
            )
            assert nobody == {"auditInclusionProof": None, "auditConsistencyProof": None}

    asyncio.run(story())


def test_a_refusal_has_no_receipt_and_a_success_one_that_verifies(
    tmp_path: Path, sqlite_url: str
) -> None:
    """What was entered is proved by what the mutation returned; a refusal enters nothing."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", sqlite_url) as stage:
            key = VerifierKey.parse(stage.network.verifier_key)
            mina = await stage.member("AIRLINE", AIR="500")
            before = len(await all_leaves(stage))
            document = (
                "mutation($i: PointsExchangeInput!) { pointsExchange(input: $i) { __typename"
                f" ... on PointsExchangeSuccess {{ {RECEIPT} }} }} }}"
            )
            given = {"memberId": mina, "fromUnit": "AIR", "toUnit": "HOTEL"}
            for amount, name in (("600", "InsufficientPoints"), ("400", "PointsExchangeSuccess")):
                said = await stage.ask(
                    stage.tokens["AIRLINE"],
                    document,
                    i={**given, "amount": amount, "idempotencyKey": f"x{amount}"},
                )
                payload = said["pointsExchange"]
                assert payload["__typename"] == name
                if "receipt" in payload:
                    receipt = payload["receipt"]
                    verify_receipt(receipt["leaf"].encode(), receipt["proof"], key)
                    assert int(receipt["sequence"]) == before
            assert len(await all_leaves(stage)) == before + 1

    asyncio.run(story())
