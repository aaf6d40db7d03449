"""A dispute over HTTP, on both databases: who may see it, what it moves, and its proof."""

import asyncio
from pathlib import Path

from api.bundles import export_bundle
from api.checkup import check_up
from audit.note import VerifierKey
from audit.verification import verify_bundle
from tests.acceptance.stage import Json, Stage, open_stage, stop_housekeeping
from tests.acceptance.test_settlement import decided

DISPUTES = (
    "query($first: Int!, $after: String) { disputes(first: $first, after: $after) {"
    " edges { node { id state stands corrected note lineSequence } }"
    " pageInfo { hasNextPage endCursor } } }"
)
ONE = "query($id: ID!) { dispute(id: $id) { note } node(id: $id) { id } }"
SUMS = (
    'query($partner: String!) { statement(partner: $partner, currency: "KRW", windows: [1])'
    " { sums { kind counterparty payable receivable } } }"
)


async def exchanged(stage: Stage) -> str:
    """AIRLINE owes GRAND 7 won for each of 10 points; the line's entry."""
    mina = await stage.member("AIRLINE", AIR="100000")
    moved = await stage.done(
        stage.tokens["AIRLINE"], "pointsExchange", memberId=mina, fromUnit="AIR", toUnit="HOTEL",
        amount="2000",
    )  # fmt: skip
    sequence: str = moved["transfer"]["sequence"]
    return sequence


async def seen(stage: Stage, token: str) -> list[Json]:
    """All disputes that a caller sees, page by page."""
    found: list[Json] = []
    after: str | None = None
    while True:
        page = (await stage.ask(token, DISPUTES, first=1, after=after))["disputes"]
        found += [edge["node"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def test_a_dispute_is_seen_by_its_parties_upheld_and_proven(
    tmp_path: Path, database_url: str
) -> None:
    """The correction stands in both statements; an auditor reads it, a third brand does not."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", database_url) as stage:
            await stage.admit("BOOKSHOP", "BOOK", 0)
            first, air, grand = stage.operators[0], stage.tokens["AIRLINE"], stage.tokens["GRAND"]
            lines = [await exchanged(stage), await exchanged(stage)]
            opened = await stage.done(
                air, "disputeOpen", sequence=lines[0], reason="WRONG_PRICE", note="see our letter"
            )
            dispute = opened["dispute"]["id"]
            other = await stage.done(grand, "disputeOpen", sequence=lines[1], reason="UNKNOWN_SALE")
            refused = await stage.do(grand, "disputeWithdraw", disputeId=dispute)
            assert refused["code"] == "NOT_PERMITTED"
            await decided(stage, "disputeResolve", disputeId=dispute, outcome="UPHELD", amount="50")
            await stage.done(grand, "disputeWithdraw", disputeId=other["dispute"]["id"])
            auditor = await stage.key(None, ["audit:read"], role="AUDITOR")
            for token in (air, grand, auditor, first):
                found = await seen(stage, token)
                assert [(one["state"], one["stands"], one["corrected"]) for one in found] == [
                    ("WITHDRAWN", "70", "70"), ("UPHELD", "70", "50"),
                ]  # fmt: skip
                assert [one["note"] for one in found] == [None, "see our letter"]
            stranger = stage.tokens["BOOKSHOP"]
            assert await seen(stage, stranger) == []
            assert await stage.ask(stranger, ONE, id=dispute) == {"dispute": None, "node": None}
            assert (await stage.ask(grand, ONE, id=dispute))["node"] == {"id": dispute}
            await decided(stage, "settlementWindowClose", currency="KRW")
            for partner, side in (("AIRLINE", "receivable"), ("GRAND", "payable")):
                told = (await stage.ask(first, SUMS, partner=partner))["statement"]["sums"]
                assert [one[side] for one in told if one["kind"] == "CORRECTION"] == ["20"]
            stop_housekeeping()
            await asyncio.to_thread(proven, stage, tmp_path / "bundle")

    asyncio.run(story())


def proven(stage: Stage, folder: Path) -> None:
    """The check-up and the verifier find nothing; of an outcome altered in the bundle, one does."""
    assert check_up(stage.network, lambda _: None).breaches == []
    export_bundle(stage.network, folder, lambda _: None)
    key = VerifierKey.parse(stage.network.verifier_key)
    assert verify_bundle(folder, key).findings == ()
    rows = folder / "ledger" / "dispute.ndjson"
    rows.write_text(rows.read_text().replace('"corrected":50', '"corrected":49'))
    assert {finding.code for finding in verify_bundle(folder, key).findings} == {"ROW_CHANGED"}
