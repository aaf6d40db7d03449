"""A member asks to be forgotten: the operator erases them, and the log still verifies."""

import asyncio
import json
from pathlib import Path

from api.bundles import export_bundle
from api.checkup import check_up
from audit.note import VerifierKey
from audit.verification import verify_bundle
from domain.store.engine import reading
from domain.store.queries import members
from tests.acceptance.stage import ACCEPT, DOCUMENTS, Stage, open_stage

MEMBER = "query($m: ID, $r: String) { member(memberId: $m, memberReference: $r) { id } }"
HISTORY = (
    "query($m: ID!) { transfers(memberId: $m, first: 20) { edges { node { kind sequence } } }"
    " wallet(memberId: $m) { balances { unit available } } }"
)
REFERENCE = "kim.minjun@example.com"


def _digits(stage: Stage, member: str) -> str:
    with reading(stage.network.engine) as connection:
        index = stage.network.vault.reference_index("AIRLINE", REFERENCE)
        found = members.by_reference(connection, "AIRLINE", index)
    assert found is not None, member
    return found


def test_who_is_erased_is_nobody_to_anybody(tmp_path: Path, database_url: str) -> None:
    """Names lead nowhere, points are gone, no change is taken, and all checks are clean."""

    async def play() -> None:
        async with open_stage(tmp_path / "home", database_url) as stage:
            air, operator = stage.tokens["AIRLINE"], stage.operators[0]
            enrolled = await stage.done(air, "memberEnroll", reference=REFERENCE)
            mina: str = enrolled["member"]["id"]
            given = {"memberId": mina, "unit": "AIR", "amount": "10000"}
            issued = await stage.done(air, "pointsIssue", **given)
            await stage.done(air, "pointsIssue", "kept", memberId=mina, unit="AIR", amount="5")
            owner = _digits(stage, mina)
            erased = await stage.done(operator, "memberErase", "erase-1", memberId=mina)
            assert (erased["member"]["id"], erased["replayed"]) == (mina, False)
            again = await stage.done(operator, "memberErase", "erase-1", memberId=mina)
            assert (again["receipt"], again["replayed"]) == (erased["receipt"], True)
            # An answer that was kept says the same as ever, and names nobody.
            kept = await stage.done(air, "pointsIssue", "kept", memberId=mina, unit="AIR",
                                    amount="5")  # fmt: skip
            assert kept["replayed"]
            assert (await stage.ask(air, MEMBER, r=REFERENCE))["member"] is None
            assert (await stage.ask(air, MEMBER, m=mina))["member"]["id"] == mina
            seen = await stage.ask(air, HISTORY, m=mina)
            assert [edge["node"]["kind"] for edge in seen["transfers"]["edges"]] == [
                "EXPIRE", "ISSUE", "ISSUE",
            ]  # fmt: skip
            assert all(int(one["available"]) == 0 for one in seen["wallet"]["balances"])
            refused = await stage.do(air, "pointsIssue", **given)
            assert (refused["code"], refused["message"]) == (
                "MEMBER_ERASED", "The member was erased.",
            )  # fmt: skip
            back = await stage.do(air, "transferReverse", transferId=issued["transfer"]["id"])
            assert back["code"] == "MEMBER_ERASED"
            sent = {**given, "idempotencyKey": "korean"}
            korean = await stage.client.post(
                "/graphql",
                json={"query": DOCUMENTS["pointsIssue"], "variables": {"input": sent}},
                headers={**ACCEPT, "authorization": f"Bearer {air}", "accept-language": "ko"},
            )
            assert korean.json()["data"]["pointsIssue"]["message"] == "삭제된 회원입니다."
            # Whoever comes again is a new member.
            anew = await stage.done(air, "memberEnroll", reference=REFERENCE)
            assert anew["member"]["id"] != mina
            _checks(stage, tmp_path / "out", owner)

    asyncio.run(play())


def _checks(stage: Stage, out: Path, owner: str) -> None:
    seen = check_up(stage.network, lambda _: None)
    assert seen.breaches == []
    assert seen.kinds["subject.erased"] == 1
    export_bundle(stage.network, out, lambda _: None)
    report = verify_bundle(out, VerifierKey.parse(stage.network.verifier_key))
    assert report.findings == ()
    (line,) = (out / "ledger" / "erasure.ndjson").read_text().splitlines()
    row = json.loads(line)
    assert row["owner"] == owner
    member = next(
        json.loads(each)
        for each in (out / "ledger" / "member.ndjson").read_text().splitlines()
        if owner in each
    )
    assert row["commitment"] == member["commitment"]
