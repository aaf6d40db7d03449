"""Partners sign their requests (RFC 9421): what fits is bound into the log, nothing else passes."""

import asyncio
import hashlib
import hmac
import json
from dataclasses import replace
from pathlib import Path

from sqlalchemy import text

from api.checkup import check_up
from audit.http_signature import sign, unpack, verify
from audit.keys import Ed25519Signer
from domain.clock import DAY, SECOND, format_instant
from domain.contracts.terms import SIGNATURE_CONTEXT
from domain.store.engine import reading
from domain.store.queries import log, members
from tests.acceptance.stage import (
    ACCEPT,
    DOCUMENTS,
    Json,
    Stage,
    canonical_terms,
    open_stage,
)
from tests.founding import ORIGIN

JSON = {"content-type": "application/json", **ACCEPT}


async def send(
    stage: Stage,
    partner: str,
    name: str,
    key: str,
    given: Json,
    *,
    signer: Ed25519Signer | None = None,
    nonce: str | None = None,
    tag: str = ORIGIN,
    late: int = 0,
    extra: bytes = b"",
) -> tuple[int, Json]:
    """Send one signed mutation; the status and the answer."""
    asked = {"query": DOCUMENTS[name], "variables": {"input": {**given, "idempotencyKey": key}}}
    body = json.dumps(asked).encode()
    made = sign(
        signer or stage.signers[partner],
        "/graphql",
        body,
        created=stage.clock.now() // SECOND - late,
        nonce=key if nonce is None else nonce,
        tag=tag,
    )
    headers = {**JSON, **made, "authorization": f"Bearer {stage.tokens[partner]}"}
    answer = await stage.client.post("/graphql", content=body + extra, headers=headers)
    found: Json = answer.json()
    return answer.status_code, found


def kept(stage: Stage, owner: str, seq: int) -> bytes:
    """The bytes that are kept of a signed command, as the table has them."""
    with reading(stage.network.engine) as connection:
        statement = text("SELECT packed FROM signed_command WHERE owner = :o AND seq = :s")
        return bytes(connection.execute(statement, {"o": owner, "s": seq}).scalar_one())


def test_a_signed_command_is_bound_and_kept(tmp_path: Path, database_url: str) -> None:
    """``cmd`` is over base, body and signature; they open under the member's key, and verify."""

    async def play() -> None:
        async with open_stage(tmp_path / "home", database_url) as stage:
            mina = await stage.member("AIRLINE")
            given: Json = {"memberId": mina, "unit": "AIR", "amount": "700"}
            status, answer = await send(stage, "AIRLINE", "pointsIssue", "s1", given)
            assert (status, "errors" in answer) == (200, False), answer
            receipt = answer["data"]["pointsIssue"]["receipt"]
            seq = int(receipt["sequence"])
            network = stage.network
            with reading(network.engine) as connection:
                found = log.entry(connection, seq)
                assert found is not None
                leaf = json.loads(found.leaf)
                owner = leaf["legs"].split(",")[0]
                wrapped = members.wrapped_key(connection, owner)
            assert wrapped is not None
            member_key = network.vault.unwrap(wrapped)
            context = f"{owner}/{seq}/command".encode()
            packed = network.vault.decrypt(member_key, context, kept(stage, owner, seq))
            entry_key = hmac.digest(member_key, seq.to_bytes(8, "big"), "sha256")
            assert leaf["cmd"] == hmac.digest(entry_key, packed, "sha256").hex()
            signed = unpack(packed)
            verify(signed, stage.signers["AIRLINE"].public_key.hex())
            assert json.loads(signed.body)["variables"]["input"]["amount"] == "700"
            # A repeated request is signed anew and has the first answer.
            stage.clock.advance(10 * SECOND)
            _, again = await send(stage, "AIRLINE", "pointsIssue", "s1", given)
            assert again["data"]["pointsIssue"]["replayed"]
            assert again["data"]["pointsIssue"]["receipt"]["leaf"] == receipt["leaf"]
            await stage.done(stage.operators[0], "memberErase", memberId=mina)
            with reading(network.engine) as connection:
                left = connection.execute(text("SELECT COUNT(*) FROM signed_command")).scalar_one()
            assert left == 0

    asyncio.run(play())


def test_a_signed_command_on_no_member_is_kept_as_it_is(tmp_path: Path, database_url: str) -> None:
    """Its ``cmd`` is SHA-256 of the same bytes; its answer stands, and the check-up is content."""

    async def play() -> None:
        async with open_stage(tmp_path / "home", database_url) as stage:
            terms: Json = {
                "contractId": "ab" * 16, "counterparty": "GRAND", "currency": "KRW",
                "validFrom": format_instant(stage.clock.now() + DAY), "type": "ACCEPTANCE",
                "source": "AIR", "partner": "GRAND", "price": "2/1",
            }  # fmt: skip
            canonical = SIGNATURE_CONTEXT + canonical_terms("AIRLINE", terms).encode()
            by_terms = stage.signers["AIRLINE"].sign(canonical).hex()
            given = {"terms": terms, "signature": by_terms}
            _, answer = await send(stage, "AIRLINE", "contractPropose", "c1", given)
            assert "errors" not in answer, answer
            seq = int(answer["data"]["contractPropose"]["receipt"]["sequence"])
            packed = kept(stage, "", seq)
            with reading(stage.network.engine) as connection:
                found = log.entry(connection, seq)
            assert found is not None
            assert json.loads(found.leaf)["cmd"] == hashlib.sha256(packed).hexdigest()
            _, again = await send(stage, "AIRLINE", "contractPropose", "c1", given, late=5)
            assert again["data"]["contractPropose"]["replayed"]
            assert check_up(stage.network, lambda _: None).breaches == []

    asyncio.run(play())


def test_what_does_not_fit_is_refused_at_the_door(tmp_path: Path, sqlite_url: str) -> None:
    """Another key, nonce, network, time or body: 401, and nothing is written."""

    async def play() -> None:
        async with open_stage(tmp_path / "home", sqlite_url) as stage:
            mina = await stage.member("AIRLINE")
            given: Json = {"memberId": mina, "unit": "AIR", "amount": "700"}
            other = stage.signers["GRAND"]
            for wrong in (
                {"signer": other}, {"nonce": "s2"}, {"tag": "dure.example/sandbox"},
                {"late": 301}, {"late": -301}, {"extra": b" "},
            ):  # fmt: skip
                status, answer = await send(stage, "AIRLINE", "pointsIssue", "s1", given, **wrong)
                assert status == 401, (wrong, answer)
                assert answer["errors"][0]["extensions"]["code"] == "SIGNATURE_INVALID", wrong
            assert await stage.available(stage.tokens["AIRLINE"], mina, "AIR") == 0
            # The same key was never used: with a signature that fits, it is answered.
            status, answer = await send(stage, "AIRLINE", "pointsIssue", "s1", given, late=299)
            assert (status, answer["data"]["pointsIssue"]["replayed"]) == (200, False)

    asyncio.run(play())


def test_who_has_to_sign_changes_nothing_without(tmp_path: Path, sqlite_url: str) -> None:
    """A partner that must sign may read unsigned, and is told to sign what it changes."""

    async def play() -> None:
        async with open_stage(tmp_path / "home", sqlite_url) as stage:
            mina = await stage.member("AIRLINE")
            services = stage.endpoint.services
            assert services is not None
            stage.endpoint.services = replace(services, signing=frozenset({"AIRLINE"}))
            given: Json = {"memberId": mina, "unit": "AIR", "amount": "700"}
            sent = {"query": DOCUMENTS["pointsIssue"],
                    "variables": {"input": {**given, "idempotencyKey": "s1"}}}  # fmt: skip
            answer = (await stage.post(stage.tokens["AIRLINE"], sent)).json()
            assert answer["errors"][0]["extensions"]["code"] == "SIGNATURE_REQUIRED"
            assert await stage.available(stage.tokens["AIRLINE"], mina, "AIR") == 0
            status, _ = await send(stage, "AIRLINE", "pointsIssue", "s1", given)
            assert status == 200
            assert await stage.available(stage.tokens["AIRLINE"], mina, "AIR") == 700

    asyncio.run(play())
