"""A real fault under a served network: it is named as one, and nothing of the inside is told."""

import asyncio
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import text

from api.schema.core.errors import FAULTS
from tests.acceptance.stage import DOCUMENTS, Stage, open_stage, stop_housekeeping
from tests.security.matrix.judge import INSIDE

# What is asked, of a table that is gone.
READS: dict[str, str] = {
    "wallet": "account",
    "walletAsOf": "leg",
    "transfers": "transfer",
    "holds": "hold",
    "auditEntries": "log_entry",
    "partners": "credit_line",
}


def document(name: str, member: str) -> str:
    """Return a query of that name."""
    named = f'memberId: "{member}"'
    return {
        "wallet": f"{{ wallet({named}) {{ member }} }}",
        "walletAsOf": f"{{ walletAsOf({named}, sequence: 9) {{ member }} }}",
        "transfers": "{ transfers { edges { node { id } } } }",
        "holds": f"{{ holds({named}) {{ edges {{ node {{ id }} }} }} }}",
        "auditEntries": "{ auditEntries { edges { node { id } } } }",
        "partners": "{ partners { edges { node { id } } } }",
    }[name]


def drop(stage: Stage, table: str) -> None:
    """Take a table away under the server."""
    with stage.network.engine.begin() as connection:
        connection.execute(text(f"DROP TABLE {table}"))


def judge(answer: httpx2.Response, *codes: str) -> None:
    """Hold an answer to telling of the fault alone; data is null or absent."""
    body = answer.json()
    assert set((body.get("data") or {}).values()) <= {None}
    (error,) = body["errors"]
    code = error["extensions"]["code"]
    assert code in codes, answer.text
    assert error["message"] == FAULTS[code]
    assert set(error) <= {"message", "extensions", "locations", "path"}
    assert set(error["extensions"]) == {"code"}
    assert INSIDE.search(answer.text) is None


@pytest.mark.parametrize("name", READS)
def test_a_fault_in_a_resolver_tells_nothing_of_the_inside(
    tmp_path: Path, database_url: str, name: str
) -> None:
    """A query whose table is gone is INTERNAL: no statement, table, path or traceback."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", database_url) as stage:
            mina = await stage.member("AIRLINE", AIR="5")
            stop_housekeeping()
            query = {"query": document(name, mina)}
            assert (await stage.post(stage.tokens["AIRLINE"], query)).status_code == 200
            drop(stage, READS[name])
            answer = await stage.post(stage.tokens["AIRLINE"], query)
            judge(answer, "INTERNAL")
            assert READS[name] not in answer.text.replace(name, "")

    asyncio.run(story())


def test_a_fault_in_the_writer_tells_nothing_of_the_inside(
    tmp_path: Path, database_url: str
) -> None:
    """A change whose table is gone is a fault, and is not kept under its key."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", database_url) as stage:
            mina = await stage.member("AIRLINE", AIR="5")
            stop_housekeeping()
            with stage.network.engine.begin() as connection:
                connection.execute(text("ALTER TABLE leg RENAME TO elsewhere"))
            given = {"memberId": mina, "unit": "AIR", "amount": "1", "idempotencyKey": "k"}
            body = {"query": DOCUMENTS["pointsIssue"], "variables": {"input": given}}
            # SQLite calls a table that is missing what it calls a disk that is full.
            answer = await stage.post(stage.tokens["AIRLINE"], body)
            judge(answer, "INTERNAL", "UNAVAILABLE")
            with stage.network.engine.begin() as connection:
                connection.execute(text("ALTER TABLE elsewhere RENAME TO leg"))
            again = await stage.post(stage.tokens["AIRLINE"], body)
            assert again.json()["data"]["pointsIssue"]["replayed"] is False

    asyncio.run(story())
