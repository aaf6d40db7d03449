"""A settlement over HTTP, on both databases: who may do what, who sees what, and its proof."""

import asyncio
from pathlib import Path

import pytest

from api.bundles import export_bundle
from api.checkup import check_up
from audit.note import VerifierKey
from audit.verification import verify_bundle
from domain.clock import DAY, format_instant
from tests.acceptance.stage import Json, Stage, open_stage, stop_housekeeping
from tests.acceptance.test_story import earn_exchange_redeem

SEEN = (
    "{ settlements { edges { node {"
    " state gross net nets { partner net } payments { partner } } } } }"
)
HASH = "ab" * 32


async def decided(stage: Stage, change: str, **given: object) -> None:
    """Propose by one person, approve by another."""
    first, second = stage.operators
    made = await stage.done(first, change, **given)
    await stage.done(
        second, "proposalDecide", proposalId=made["proposal"]["id"], decision="APPROVE"
    )


async def settled(stage: Stage) -> Json:
    """Close the window, net it, and match what the bank moved; the settlement."""
    first = stage.operators[0]
    await decided(stage, "settlementWindowClose", currency="KRW")
    made = await stage.done(
        first, "settlementCreate", currency="KRW", payBy=format_instant(stage.clock.now() + DAY)
    )
    id_ = made["settlement"]["id"]
    await decided(stage, "settlementApprove", settlementId=id_)
    nets = {net["partner"]: int(net["net"]) for net in made["settlement"]["nets"]}
    files = [
        {"partner": partner, "messageId": f"{n:032x}", "hash": HASH}
        for n, (partner, net) in enumerate(sorted(nets.items()))
        if net > 0
    ]
    await stage.done(first, "settlementSubmit", settlementId=id_, files=files)
    done: Json = {}
    for line, (partner, net) in enumerate(sorted(nets.items(), key=lambda item: -item[1]), 1):
        done = await stage.done(
            first, "settlementMatch", settlementId=id_, partner=partner, line=line,
            leg="PAY_IN" if net > 0 else "PAY_OUT", amount=str(abs(net)), statement=HASH,
        )  # fmt: skip
    settlement: Json = done["settlement"]
    return settlement


def test_a_settlement_is_settled_seen_in_part_and_proven(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Partners see their own part, auditors all of it and change nothing; the log proves it."""
    monkeypatch.setenv("DURE_METRICS_LOCAL", "true")

    async def story() -> None:
        async with open_stage(tmp_path / "home", database_url) as stage:
            await earn_exchange_redeem(stage)
            settlement = await settled(stage)
            assert settlement["state"] == "SETTLED"
            assert [one["state"] for one in settlement["changes"]] == [
                "DRAFT", "APPROVED", "SUBMITTED", "PARTIALLY_PAID", "SETTLED",
            ]  # fmt: skip
            await alert(stage)
            finance = await stage.key("GRAND", ["audit:read"], role="FINANCE")
            auditor = await stage.key(None, ["audit:read"], role="AUDITOR")
            nets = {one["partner"]: one["net"] for one in settlement["nets"]}
            for token, partners in ((finance, ["GRAND"]), (auditor, sorted(nets))):
                data = await stage.ask(token, SEEN)
                (seen,) = (edge["node"] for edge in data["settlements"]["edges"])
                assert [one["partner"] for one in seen["nets"]] == partners
                assert sorted(one["partner"] for one in seen["payments"]) == partners
                assert (seen["gross"] is None) == (token == finance)
            refused = await stage.post(
                auditor,
                {"query": 'mutation { settlementApprove(input: {settlementId: "x",'
                 ' idempotencyKey: "k"}) { __typename } }'},
            )  # fmt: skip
            assert refused.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
            stop_housekeeping()
            await asyncio.to_thread(proven, stage, tmp_path / "bundle")

    asyncio.run(story())


async def alert(stage: Stage) -> None:
    """What AIRLINE owes after the settlement is above an alert of 1, and the figures say so."""
    assert "dure_exposure_alerts 0.0" in await figures(stage)
    mina = await stage.member("AIRLINE", AIR="20000")
    await stage.done(
        stage.tokens["AIRLINE"], "pointsExchange", memberId=mina, fromUnit="AIR",
        toUnit="HOTEL", amount="2000",
    )  # fmt: skip
    await decided(
        stage, "policyPropose", name="EXPOSURE_ALERT", partner="AIRLINE", currency="KRW", value="1"
    )
    assert "dure_exposure_alerts 1.0" in await figures(stage)


async def figures(stage: Stage) -> str:
    """What the operator's monitoring reads."""
    return (await stage.client.get("/metrics")).text


def proven(stage: Stage, folder: Path) -> None:
    """The check-up and the verifier find nothing; of a settlement altered in the bundle, both."""
    assert check_up(stage.network, lambda _: None).breaches == []
    export_bundle(stage.network, folder, lambda _: None)
    key = VerifierKey.parse(stage.network.verifier_key)
    assert verify_bundle(folder, key).findings == ()
    rows = folder / "ledger" / "settlement_net.ndjson"
    assert '"drawn":0' in rows.read_text()
    rows.write_text(rows.read_text().replace('"drawn":0', '"drawn":7', 1))
    found = {finding.code for finding in verify_bundle(folder, key).findings}
    assert found == {"ROW_CHANGED"}
