"""Which role may change what: every mutation of the schema, asked by a key of every role.

Each key has all scopes that its role may have. What is sent is well formed and means nothing, so
whoever may ask is refused for it by name, and whoever may not is refused before it is looked at.
"""

import asyncio
from pathlib import Path

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    Undefined,
)

from api.auth.scopes import OPERATOR_ONLY, ROLE_SCOPES, Role
from tests.acceptance.stage import Json, Stage, open_stage, stop_housekeeping
from tests.security.matrix.judge import document, mutations

DISPUTES = {"disputeOpen", "disputeWithdraw"}
SETTLEMENT = {
    "bankLineCarry", "bankLineDismiss", "bankStatementImport",
    "disputeResolve", "fundsPropose", "policyPropose", "proposalDecide",
    "settlementAbort", "settlementApprove", "settlementCreate", "settlementDefault",
    "settlementMatch", "settlementRecordPayment", "settlementRelease", "settlementSubmit",
    "settlementWindowClose",
}  # fmt: skip
# Who changes anything by these roles; what stands nowhere here is for the other two.
MAY: dict[tuple[Role, str | None], set[str]] = {
    (Role.AUDITOR, None): set(),
    (Role.AUDITOR, "AIRLINE"): set(),
    (Role.FINANCE, "AIRLINE"): DISPUTES,
    (Role.FINANCE, None): DISPUTES | SETTLEMENT,
}
VALUES = {
    "ID": "VHJhbnNmZXI6YTpi", "String": "NOTHING", "Int": 1, "Boolean": True, "MinorUnits": "1",
    "DateTime": "2026-01-01T00:00:00Z", "Sequence": "1", "Fraction": "1/2",
}  # fmt: skip
PARTS = (
    "query($o: String) { settlements(first: 9) { edges { node { gross nets { partner }"
    " payments { partner } } } }"
    ' own: statement(currency: "KRW", windows: [1]) { number }'
    ' other: statement(partner: $o, currency: "KRW", windows: [1]) { number }'
    " disputes { edges { node { id debtor creditor } } } }"
)


def given(type_: GraphQLInputType) -> object:
    """A value that the type takes: all that must stand there, and nothing else."""
    if isinstance(type_, GraphQLNonNull):
        return given(type_.of_type)
    if isinstance(type_, GraphQLList):
        return [given(type_.of_type)]
    if isinstance(type_, GraphQLEnumType):
        return next(iter(type_.values))
    if isinstance(type_, GraphQLInputObjectType):
        return {
            name: given(field.type)
            for name, field in type_.fields.items()
            if isinstance(field.type, GraphQLNonNull) and field.default_value is Undefined
        }
    return VALUES[type_.name]


async def key_of(stage: Stage, role: Role, partner: str | None) -> str:
    """A key with every scope that the role may have."""
    scopes = ROLE_SCOPES[role] - (OPERATOR_ONLY if partner else frozenset())
    if partner is None and role is not Role.AUDITOR:
        return await stage.hire(sorted(scopes), role.value)
    return await stage.key(partner, sorted(scopes), role=role.value)


async def permitted(stage: Stage, token: str) -> set[str]:
    """The mutations that a key is not kept from, each asked for."""
    found: set[str] = set()
    for name, input_ in mutations().items():
        body = {"query": document(name), "variables": {"input": given(input_)}}
        answer = (await stage.post(token, body)).json()
        codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
        assert codes <= {"FORBIDDEN", "BAD_REQUEST"}, (name, answer)
        if not codes:
            assert not answer["data"][name]["__typename"].endswith("Success"), name
        if "FORBIDDEN" not in codes:
            found.add(name)
    return found


def test_each_role_is_kept_from_every_mutation_that_is_not_its_own(tmp_path: Path) -> None:
    """Auditors change nothing, a partner's finance disputes, the operator's finance settles."""

    async def story() -> dict[tuple[Role, str | None], set[str]]:
        async with open_stage(tmp_path / "home", f"sqlite:///{tmp_path / 'd.sqlite3'}") as stage:
            stop_housekeeping()
            return {who: await permitted(stage, await key_of(stage, *who)) for who in MAY}

    assert asyncio.run(story()) == MAY


async def owing(stage: Stage) -> tuple[Json, Json]:
    """AIRLINE owes GRAND, and OTHER owes GRAND, each by one line; the window is netted."""
    await stage.admit("OTHER", "OTHR", 0)
    await stage.agree(
        "OTHER", "GRAND", type="ACCEPTANCE", source="OTHR", partner="GRAND", price="3/1"
    )
    stage.clock.advance(86_400_000_000)
    made: list[Json] = []
    for issuer, unit in (("AIRLINE", "AIR"), ("OTHER", "OTHR")):
        member = await stage.member(issuer, **{unit: "500"})
        await stage.done(
            stage.tokens[issuer], "consentGrant", memberId=member, partner="GRAND", unit=unit,
            action="REDEEM", evidence="0" * 64,
        )  # fmt: skip
        moved = await stage.done(
            stage.tokens["GRAND"], "pointsRedeem", memberId=member, unit=unit, amount="100"
        )
        made.append({"sequence": moved["transfer"]["sequence"], "reason": "WRONG_PRICE"})
    close = await stage.done(stage.operators[0], "settlementWindowClose", currency="KRW")
    await stage.done(
        stage.operators[1], "proposalDecide", decision="APPROVE", proposalId=close["proposal"]["id"]
    )
    await stage.done(
        stage.operators[0], "settlementCreate", currency="KRW", payBy="2027-01-01T00:00:00Z"
    )
    return made[0], made[1]


def test_a_partner_s_finance_sees_and_disputes_its_own_lines_alone(tmp_path: Path) -> None:
    """Its part of a settlement, its statement, its disputes; others' are as good as none."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", f"sqlite:///{tmp_path / 'd.sqlite3'}") as stage:
            own, foreign = await owing(stage)
            finance = await key_of(stage, Role.FINANCE, "AIRLINE")
            opened = await stage.done(finance, "disputeOpen", **own)
            hidden = await stage.done(stage.tokens["OTHER"], "disputeOpen", **foreign)
            refused = await stage.do(finance, "disputeOpen", **foreign)
            assert refused["code"] == "LINE_UNKNOWN"
            refused = await stage.do(finance, "disputeWithdraw", disputeId=hidden["dispute"]["id"])
            assert refused["code"] == "DISPUTE_UNKNOWN"
            shown = await stage.ask(finance, PARTS, o="OTHER")
            (settlement,) = (edge["node"] for edge in shown["settlements"]["edges"])
            assert settlement["nets"] == [{"partner": "AIRLINE"}]
            assert settlement["gross"] is None
            assert (shown["own"]["number"], shown["other"]) == ("AIRLINE-KRW-1", None)
            assert [edge["node"]["debtor"] for edge in shown["disputes"]["edges"]] == ["AIRLINE"]
            answer = await stage.post(finance, {"query": "{ proposals { edges { cursor } } }"})
            assert answer.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
            await stage.done(finance, "disputeWithdraw", disputeId=opened["dispute"]["id"])
            auditor = await key_of(stage, Role.AUDITOR, None)
            everything = await stage.ask(auditor, PARTS, o="OTHER")
            (settlement,) = (edge["node"] for edge in everything["settlements"]["edges"])
            assert len(settlement["nets"]) == 3
            assert everything["other"]["number"] == "OTHER-KRW-1"
            assert len(everything["disputes"]["edges"]) == 2

    asyncio.run(story())
