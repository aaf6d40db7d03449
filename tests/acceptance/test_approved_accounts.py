"""Bank accounts approved over HTTP: those of the server's home, brought, shown and compared."""

import asyncio
import json
from pathlib import Path

from api.checkup import check_up
from domain.clock import DAY, format_instant
from tests.acceptance.paying import ACCOUNTS
from tests.acceptance.stage import Stage, open_stage
from tests.acceptance.test_settlement import HASH, decided
from tests.acceptance.test_story import earn_exchange_redeem

SHOWN = "{ proposals { edges { node { id value accounts { partner holder bank number } } } } }"
NODE = "query($id: ID!) { node(id: $id) { ... on Proposal { accounts { number } } } }"


def keep(stage: Stage, listed: object) -> None:
    """Put a list of bank accounts into the server's home."""
    (stage.network.home / "bank-accounts.json").write_text(json.dumps(listed))


def test_a_server_holds_its_list_against_what_was_approved(tmp_path: Path) -> None:
    """Decision and files are refused while the list is another; who may read sees it masked."""
    moved = {**ACCOUNTS, "AIRLINE": ACCOUNTS["GRAND"]}

    async def story() -> None:
        async with open_stage(tmp_path / "home", f"sqlite:///{tmp_path}/network.db") as stage:
            await earn_exchange_redeem(stage)
            first, second = stage.operators
            await decided(stage, "settlementWindowClose", currency="KRW")
            made = await stage.done(
                first, "settlementCreate", currency="KRW",
                payBy=format_instant(stage.clock.now() + DAY),
            )  # fmt: skip
            one = {"settlementId": made["settlement"]["id"]}
            keep(stage, {"OPERATOR": ACCOUNTS["OPERATOR"]})
            refused = await stage.do(first, "settlementApprove", **one)
            assert refused["__typename"] == "ValueInvalid"
            keep(stage, ACCOUNTS)
            wanted = await stage.done(first, "settlementApprove", **one)
            approve = {"proposalId": wanted["proposal"]["id"], "decision": "APPROVE"}
            keep(stage, moved)
            refused = await stage.do(second, "proposalDecide", "again", **approve)
            assert refused["__typename"] == "AccountsChanged"
            keep(stage, ACCOUNTS)
            await stage.done(second, "proposalDecide", **approve)

            told = await stage.ask(second, SHOWN)
            node = told["proposals"]["edges"][0]["node"]
            assert [(row["partner"], row["number"]) for row in node["accounts"]] == [
                ("AIRLINE", "****3000"), ("GRAND", "****6789"), ("OPERATOR", "****3456"),
            ]  # fmt: skip
            partner = await stage.key("GRAND", ["audit:read"], role="FINANCE")
            assert (await stage.ask(second, NODE, id=node["id"]))["node"]["accounts"]
            assert (await stage.ask(partner, NODE, id=node["id"]))["node"] is None

            nets = {net["partner"]: int(net["net"]) for net in made["settlement"]["nets"]}
            files = [
                {"partner": code, "messageId": f"{n:032x}", "hash": HASH}
                for n, code in enumerate(sorted(nets)) if nets[code] > 0
            ]  # fmt: skip
            keep(stage, moved)
            refused = await stage.do(first, "settlementSubmit", **one, files=files)
            assert refused["__typename"] == "AccountsChanged"
            keep(stage, ACCOUNTS)
            done = await stage.done(first, "settlementSubmit", **one, files=files)
            assert done["settlement"]["state"] == "SUBMITTED"
            assert check_up(stage.network, lambda _: None).breaches == []

    asyncio.run(story())
