"""What happens without being asked for, and what people may change about a network."""

import asyncio
from pathlib import Path

from api.checkup import check_up
from api.housekeeping import close_round, merge_round, run_round
from api.schema.core.ids import member_key
from domain.clock import DAY, parse_instant
from domain.ledger.commands import Actor, IssuePoints
from domain.ledger.model import LIKE_LOTS_MAX
from tests.acceptance.stage import Stage, open_stage, stop_housekeeping
from tests.acceptance.test_settlement import decided

HOLDS = "query($m: ID!) { holds(memberId: $m) { edges { node { state captured } } } }"
KINDS = "query($m: ID!) { transfers(memberId: $m) { edges { node { kind author } } } }"


def test_overdue_holds_end_and_old_points_expire(tmp_path: Path, database_url: str) -> None:
    """A round enters the end of a hold past its deadline, then of points past their year."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", database_url) as stage:
            air = stage.tokens["AIRLINE"]
            services = stage.endpoint.services
            assert services is not None
            mina = await stage.member("AIRLINE", AIR="1000")
            await stage.done(
                air, "pointsHold", memberId=mina, unit="AIR", amount="400", expiresInSeconds=60
            )
            assert await run_round(services) == 0
            stage.clock.advance(61_000_000)
            held = await stage.ask(air, HOLDS, m=mina)
            assert held["holds"]["edges"][0]["node"]["state"] == "EXPIRED"
            assert await run_round(services) == 1
            assert await stage.available(air, mina, "AIR") == 1000
            stage.clock.advance(366 * DAY)
            assert await stage.available(air, mina, "AIR") == 0
            assert await run_round(services) == 1
            assert await run_round(services) == 0
            edges = (await stage.ask(air, KINDS, m=mina))["transfers"]["edges"]
            assert [edge["node"]["kind"] for edge in edges] == [
                "EXPIRE",
                "TIMEOUT",
                "HOLD",
                "ISSUE",
            ]
            assert {edge["node"]["author"] for edge in edges[:2]} == {"system/expiry"}

    asyncio.run(story())


CHANGED = (
    "query($m: ID!) { transfers(memberId: $m, first: 1) { edges { node { id kind author } } } }"
)
NODE = "query($id: ID!) { node(id: $id) { ... on Transfer { kind } } }"


def test_a_wallet_of_many_like_lots_is_tidied(tmp_path: Path, sqlite_url: str) -> None:
    """A round merges them once; the transfer is the member's, has an id, and moved nothing."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", sqlite_url) as stage:
            operator, air = stage.operators[0], stage.tokens["AIRLINE"]
            services = stage.endpoint.services
            assert services is not None
            await stage.done(
                operator, "pointUnitCreate", code="PINE", owner="AIRLINE", scale=0,
                nameEn="Pine", nameKo="소나무", nominal="1/1", currency="KRW", expiry="NEVER",
            )  # fmt: skip
            mina = await stage.member("AIRLINE")
            looked = await merge_round(services, 0)
            loop = asyncio.get_running_loop()
            owner = member_key(mina) or ""
            actor, new_id = Actor("AIRLINE", "partner:AIRLINE/key"), services.ids.entity
            issues = [
                IssuePoints(actor=actor, id=new_id(), owner=owner, unit="PINE", amount=2)
                for _ in range(LIKE_LOTS_MAX)
            ]
            await asyncio.gather(*[services.writer.submit(each, loop) for each in issues])
            assert await merge_round(services, looked) == looked + LIKE_LOTS_MAX
            assert await merge_round(services, 0) == looked + LIKE_LOTS_MAX + 1
            assert await stage.available(air, mina, "PINE") == 2 * LIKE_LOTS_MAX
            (edge,) = (await stage.ask(air, CHANGED, m=mina))["transfers"]["edges"]
            assert (edge["node"]["kind"], edge["node"]["author"]) == (
                "MERGE",
                "system/housekeeping",
            )
            again = await stage.ask(air, NODE, id=edge["node"]["id"])
            assert again["node"]["kind"] == "MERGE"

    asyncio.run(story())


async def _run_network(stage: Stage) -> None:
    operator, air = stage.operators[0], stage.tokens["AIRLINE"]
    updated = await stage.done(operator, "partnerUpdate", partner="GRAND", nameEn="Grand Hotel")
    assert updated["partner"]["nameEn"] == "Grand Hotel"
    raised = await stage.do(operator, "partnerUpdate", partner="GRAND", netDebitCap="2000000000")
    assert raised["code"] == "CAP_RAISE_NEEDS_PROPOSAL"
    again = await stage.do(
        operator, "partnerCreate", code="GRAND", nameEn="x", nameKo="x", currency="KRW"
    )
    assert again["code"] == "PARTNER_EXISTS"
    mina = await stage.member("AIRLINE", AIR="1000")
    linked = await stage.done(stage.tokens["GRAND"], "memberLink", memberId=mina, reference="g1")
    assert linked["member"]["id"] == mina
    twice = await stage.do(stage.tokens["GRAND"], "memberLink", memberId=mina, reference="g2")
    assert twice["code"] == "ALREADY_LINKED"
    data = await stage.ask(
        stage.tokens["GRAND"], '{ wallet(memberReference: "g1") { member } me { role } }'
    )
    assert data == {"wallet": {"member": mina}, "me": {"role": "PARTNER"}}
    granted = await stage.done(
        air, "consentGrant", memberId=mina, partner="GRAND", unit="AIR", action="EXCHANGE",
        evidence="cd" * 32,
    )  # fmt: skip
    await stage.done(air, "consentRevoke", consentId=granted["consent"]["id"])
    contracts = await stage.ask(air, "{ contracts { edges { node { id type state } } } }")
    first = contracts["contracts"]["edges"][0]["node"]
    ended = await stage.done(air, "contractEnd", contractId=first["id"])
    assert ended["contract"]["state"] == "ENDED"
    gone = await stage.do(air, "contractEnd", contractId=first["id"])
    assert gone["code"] == "CONTRACT_STATE"


def test_a_network_is_run_over_graphql(tmp_path: Path, database_url: str) -> None:
    """Partners, links, consents and contracts change as asked, and what cannot be says why."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", database_url) as stage:
            await _run_network(stage)
            listed = await stage.ask(None, "{ auditCheckpoint { text verifierKey } }")
            assert listed["auditCheckpoint"]["text"].startswith("dure.example/test\n")
            data = await stage.ask(None, "{ auditInclusionProof(sequence: 3) { proof } }")
            assert data["auditInclusionProof"]["proof"].startswith(
                "c2sp.org/tlog-proof@v1\nindex 3\n"
            )

    asyncio.run(story())


def test_a_partner_changes_no_other_and_no_network(tmp_path: Path, sqlite_url: str) -> None:
    """A partner's key cannot admit brands, give keys, or enrol for another brand."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", sqlite_url) as stage:
            hotel = stage.tokens["GRAND"]
            answer = await stage.post(
                hotel,
                {
                    "query": 'mutation { apiKeyRevoke(input: {key: "aaaaaaaa",'
                    ' idempotencyKey: "k"}) { __typename } }'
                },
            )
            assert answer.status_code == 403
            for name, given in (
                ("memberEnroll", {"partner": "AIRLINE", "reference": "x"}),
                ("pointsIssue", {"memberId": "0" * 32, "unit": "AIR", "amount": "1"}),
            ):
                refused = await stage.do(hotel, name, **given)
                assert refused["code"] in ("NOT_PERMITTED", "MEMBER_UNKNOWN")

    asyncio.run(story())


SCHEDULE = """{ settlementSchedule(currency: "KRW") {
  period description sequence nextClosings { at local day } } }"""
WINDOWS = "{ settlementWindows(first: 1) { edges { node { closedSequence } } } }"
ENTRY = "query($n: Sequence!) { auditEntry(sequence: $n) { kind } }"


async def _schedule_story(stage: Stage) -> None:
    operator, air = stage.operators[0], stage.tokens["AIRLINE"]
    services = stage.endpoint.services
    assert services is not None
    policy = {"name": "WINDOW_SCHEDULE", "currency": "KRW"}
    for value in ("MONTHLY 32 18:00 UTC KR NONE", "DAILY 25:00 UTC KR NONE", "D" * 1_000):
        refused = await stage.do(operator, "policyPropose", **policy, value=value)
        assert (refused["code"], refused["path"]) == ("VALUE_INVALID", ["input", "value"])
    await decided(stage, "policyPropose", **policy, value="DAILY 18:00 Asia/Seoul KR FOLLOWING")
    shown = (await stage.ask(air, SCHEDULE))["settlementSchedule"]
    assert shown["description"].startswith("Closes every day at 18:00 (Asia/Seoul).")
    closings = shown["nextClosings"]
    assert len(closings) == 3
    assert {one["local"][10:] for one in closings} == {"T18:00"}
    assert await close_round(services) == 0
    stage.clock.advance_to(parse_instant(closings[0]["at"]) - 1)
    assert await close_round(services) == 0
    stage.clock.advance(1)
    assert await close_round(services) == 1
    assert await close_round(services) == 0
    later = (await stage.ask(air, SCHEDULE))["settlementSchedule"]
    assert (later["period"], later["nextClosings"][:2]) == (shown["period"] + 1, closings[1:])
    (edge,) = (await stage.ask(air, WINDOWS))["settlementWindows"]["edges"]
    closed = int(edge["node"]["closedSequence"])
    seen = [await stage.ask(air, ENTRY, n=str(n)) for n in (closed - 1, closed)]
    assert [one["auditEntry"]["kind"] for one in seen] == ["window.due", "window.closed"]


def test_windows_close_by_a_schedule(tmp_path: Path, database_url: str) -> None:
    """To the microsecond, once, for all partners to see; the log proves by what right."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", database_url) as stage:
            await _schedule_story(stage)
            stop_housekeeping()
            assert check_up(stage.network, lambda _: None).breaches == []

    asyncio.run(story())
