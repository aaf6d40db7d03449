"""A bank's statement over GraphQL: read once under any key, its odd lines queued for people."""

import asyncio
import json
from pathlib import Path

from api.registers import ACCOUNTS
from tests.acceptance.stage import open_stage, stop_housekeeping
from tests.security.matrix.bank import BANK_ACCOUNTS, bank_statement

WAITING = (
    "{ bankLinesWaiting(first: 9) { edges { node { statementHash line amount currency reason"
    " counterparty candidates { partner due } } } } }"
)
CSV = "date,amount,from\n2026-03-02,12,999-111\n"
MAPPING = """
encoding = "utf-8"
account = "12345604123456"
currency = "KRW"
date_format = "YYYY-MM-DD"
[columns]
date = "date"
amount = "amount"
counterparty = "from"
"""


def test_a_statement_over_graphql_counts_and_waits_once(tmp_path: Path) -> None:
    """Repeated under its key or another it adds nothing; a key of other content is refused."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", f"sqlite:///{tmp_path / 'd.sqlite3'}") as stage:
            stop_housekeeping()
            (stage.network.home / ACCOUNTS).write_text(json.dumps(BANK_ACCOUNTS))
            first, second = stage.operators
            content = bank_statement("S1", 10, 20)
            made = await stage.done(first, "bankStatementImport", "month-1", content=content)
            assert (made["counted"], made["known"], made["repeated"]) == (0, 0, False)
            assert [one["reason"] for one in made["queued"]] == ["NO_CANDIDATE"] * 2
            for key in ("month-1", "month-2"):
                again = await stage.done(first, "bankStatementImport", key, content=content)
                assert (again["repeated"], again["queued"]) == (True, made["queued"])
            other = bank_statement("S2", 30)
            refused = await stage.do(first, "bankStatementImport", "month-1", content=other)
            assert refused["code"] == "IDEMPOTENCY_KEY_REUSED"

            shown = await stage.ask(second, WAITING)
            lines = [edge["node"] for edge in shown["bankLinesWaiting"]["edges"]]
            assert [(one["line"], one["amount"]) for one in lines] == [(1, "10"), (2, "20")]
            assert lines[0]["counterparty"] == "999-111"
            assert (await stage.ask(stage.tokens["AIRLINE"], WAITING))["bankLinesWaiting"][
                "edges"
            ] == []
            place = {"statement": made["statementHash"], "line": 1}
            proposed = await stage.done(first, "bankLineCarry", **place, partner="AIRLINE")
            assert proposed["proposal"]["value"] == f"{made['statementHash']}.1.OPERATOR"
            await stage.done(
                second, "proposalDecide", decision="APPROVE",
                proposalId=proposed["proposal"]["id"],
            )  # fmt: skip
            await stage.done(
                first, "bankLineDismiss", statement=made["statementHash"], line=2, reason="BANK_FEE"
            )
            assert (await stage.ask(first, WAITING))["bankLinesWaiting"]["edges"] == []
            late = await stage.done(first, "bankStatementImport", "month-3", content=content)
            assert (late["known"], late["queued"]) == (2, [])

            read = await stage.done(first, "bankStatementImport", content=CSV, mapping=MAPPING)
            assert [one["amount"] for one in read["queued"]] == ["12"]

    asyncio.run(story())
