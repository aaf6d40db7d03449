"""A real fault under a served network: it is named as one, and nothing of the inside is told."""

import asyncio
from pathlib import Path

import httpx2
from sqlalchemy import text

from api.schema.core.words import FAULTS
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


def move(stage: Stage, table: str, name: str) -> None:
    """Give a table another name under the server."""
    with stage.network.engine.begin() as connection:
        # Another connection may have moved one since: SQLite looks at the names anew for a read.
        connection.execute(text("SELECT COUNT(*) FROM member")).one()
        connection.execute(text(f"ALTER TABLE {table} RENAME TO {name}"))


def judge(answer: httpx2.Response, *codes: str) -> None:
    """Hold an answer to telling of the fault alone; data is null or absent."""
    body = answer.json()
    assert set((body.get("data") or {}).values()) <= {None}
    (error,) = body["errors"]
    code = error["extensions"]["code"]
    assert code in codes, answer.text
    assert error["message"] == FAULTS[code].english
    assert set(error) <= {"message", "extensions", "locations", "path"}
    assert set(error["extensions"]) == {"code"}
    assert INSIDE.search(answer.text) is None


def test_a_fault_tells_nothing_of_the_inside(tmp_path: Path, database_url: str) -> None:
    """Whatever table is gone, no statement, table, path or traceback is told; nothing is kept."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", database_url) as stage:
            air, mina = stage.tokens["AIRLINE"], await stage.member("AIRLINE", AIR="5")
            stop_housekeeping()
            for name, table in READS.items():
                query = {"query": document(name, mina)}
                assert "errors" not in (await stage.post(air, query)).json()
                move(stage, table, "elsewhere")
                answer = await stage.post(air, query)
                move(stage, "elsewhere", table)
                # SQLite calls a table that is missing what it calls a disk that is full.
                judge(answer, "INTERNAL", "UNAVAILABLE")
                assert table not in answer.text.replace(name, "")
            given = {"memberId": mina, "unit": "AIR", "amount": "1", "idempotencyKey": "k"}
            body = {"query": DOCUMENTS["pointsIssue"], "variables": {"input": given}}
            move(stage, "leg", "elsewhere")
            judge(await stage.post(air, body), "INTERNAL", "UNAVAILABLE")
            move(stage, "elsewhere", "leg")
            again = await stage.post(air, body)
            assert again.json()["data"]["pointsIssue"]["replayed"] is False

    asyncio.run(story())
