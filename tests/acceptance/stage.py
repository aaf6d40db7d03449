"""A whole network behind its HTTP application: two brands, contracts, members.

AIR (scale 2) is exchanged into HOTEL (scale 0) at 1/2 for 7 KRW a hotel point, and redeemed at the
hotel for 3 KRW a point. Its clock is simulated and moves when told to.
"""

import asyncio
import contextlib
import itertools
import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from starlette.applications import Starlette

from api.asgi import create_app
from api.auth.credentials import mint
from api.bootstrap import OPERATOR_KEYS, Network
from api.http.graphql import GraphQLEndpoint
from audit.keys import Ed25519Signer
from domain.clock import DAY, MINUTE, SimulatedClock, format_instant
from domain.contracts.terms import SIGNATURE_CONTEXT
from tests.founding import ORIGIN, START, found_network

PARTNER_SCOPES = [
    "points:issue", "points:redeem", "points:exchange", "points:gift", "points:adjust",
    "points:hold", "points:reverse", "backdate", "members:write", "members:read",
    "contracts:write", "audit:read", "disputes:write",
]  # fmt: skip

Json = dict[str, Any]
# As a GraphQL client names it; a client that names nothing gets the older type's status, 200.
ACCEPT = {"accept": "application/graphql-response+json"}
ERRORS = "... on UserError { code path message }"
TRANSFER = """
fragment T on Transfer {
  id kind sequence effectiveAt receivedAt recordedAt author reason
  contract quote consent hold original
  source { amount unit } target { amount unit }
  legs { book unit debit credit phase amount }
  lots { id amount expiresAt funding obligor issuer cost currency }
  uses { lot action amount }
  obligations { debtor creditor amount currency kind window contract }
}
"""
MOVED = "transfer { ...T } receipt { sequence leaf leafHash cosigned } replayed"
RECORDED = "receipt { sequence } replayed"
SETTLED = (
    "settlement { id state windows gross net nets { partner net paid drawn shared due }"
    f" changes {{ state reason }} shares {{ debtor creditor amount }} }} {RECORDED}"
)


def change(name: str, selected: str) -> str:
    """Return the document of one mutation: its success and its errors."""
    kind = name[0].upper() + name[1:]
    fragment = TRANSFER if "...T" in selected else ""
    return (
        f"mutation M($input: {kind}Input!) {{ {name}(input: $input) {{ __typename"
        f" ... on {kind}Success {{ {selected} }} {ERRORS} }} }} {fragment}"
    )


DOCUMENTS: dict[str, str] = {
    name: change(name, selected)
    for name, selected in {
        "pointsIssue": MOVED,
        "pointsRedeem": MOVED,
        "pointsExchange": MOVED,
        "pointsGift": MOVED,
        "pointsAdjust": MOVED,
        "transferReverse": MOVED,
        "pointsHold": f"hold {{ id state captured points {{ amount }} }} {MOVED}",
        "holdCapture": f"hold {{ id state captured points {{ amount }} }} {MOVED}",
        "holdVoid": f"hold {{ id state captured points {{ amount }} }} {MOVED}",
        "pointsQuote": f"quote {{ id target {{ amount unit }} }} {RECORDED}",
        "memberEnroll": f"member {{ id }} {RECORDED}",
        "memberErase": f"member {{ id }} {RECORDED}",
        "memberLink": f"member {{ id }} {RECORDED}",
        "consentGrant": f"consent {{ id partner unit action limit expiresAt }} {RECORDED}",
        "consentRevoke": f"consentId {RECORDED}",
        "partnerCreate": f"partner {{ id code nameKo limits {{ prefund }} }} {RECORDED}",
        "partnerUpdate": f"partner {{ id code nameEn signingKey }} {RECORDED}",
        "pointUnitCreate": f"pointUnit {{ id code owner {{ code }} scale }} {RECORDED}",
        "apiKeyCreate": f"apiKey {{ key scopes }} token {RECORDED}",
        "apiKeyPropose": f"proposal {{ id state value }} {RECORDED}",
        "apiKeyRevoke": f"key {RECORDED}",
        "contractPropose": f"contract {{ id state termsCanonical }} {RECORDED}",
        "contractAccept": f"contract {{ id state }} {RECORDED}",
        "contractEnd": f"contract {{ id state }} {RECORDED}",
        "settlementWindowClose": f"proposal {{ id state period }} {RECORDED}",
        "settlementCreate": SETTLED,
        "settlementApprove": f"proposal {{ id state }} {RECORDED}",
        "settlementAbort": f"proposal {{ id state }} {RECORDED}",
        "settlementDefault": f"proposal {{ id state }} {RECORDED}",
        "fundsPropose": f"proposal {{ id state }} {RECORDED}",
        "policyPropose": f"proposal {{ id state }} {RECORDED}",
        "settlementSubmit": SETTLED,
        "settlementRelease": SETTLED,
        "settlementMatch": SETTLED,
        "settlementRecordPayment": SETTLED,
        "bankStatementImport": "statementHash counted known repeated queued { line amount reason }",
        "bankLineDismiss": RECORDED,
        "bankLineCarry": f"proposal {{ id state value }} {RECORDED}",
        "disputeOpen": f"dispute {{ id state disputedBy note }} {RECORDED}",
        "disputeResolve": f"dispute {{ id state }} proposal {{ id state dispute }} {RECORDED}",
        "disputeWithdraw": f"dispute {{ id state }} {RECORDED}",
        "proposalDecide": f"proposal {{ id state decider }} {RECORDED}",
    }.items()
}


@dataclass
class Stage:
    """A network, its clock, a client, and the keys of whoever plays."""

    network: Network
    clock: SimulatedClock
    app: Starlette
    client: httpx2.AsyncClient
    operators: list[str]
    tokens: dict[str, str] = field(default_factory=dict)
    signers: dict[str, Ed25519Signer] = field(default_factory=dict)
    keys: "itertools.count[int]" = field(default_factory=itertools.count)

    @property
    def endpoint(self) -> GraphQLEndpoint:
        """What answers /graphql; its services are the network's."""
        route = next(one for one in self.app.routes if getattr(one, "path", "") == "/graphql")
        endpoint: GraphQLEndpoint = route.endpoint  # type: ignore[attr-defined]  # a Route's own
        return endpoint

    async def post(self, token: str | None, body: object, **headers: str) -> httpx2.Response:
        """Send one request as it is."""
        if token is not None:
            headers["authorization"] = f"Bearer {token}"
        return await self.client.post("/graphql", json=body, headers=headers)

    async def ask(self, token: str | None, query: str, **variables: object) -> Json:
        """Send a query that must succeed; return its data."""
        answer = (await self.post(token, {"query": query, "variables": variables})).json()
        assert "errors" not in answer, answer
        data: Json = answer["data"]
        return data

    async def do(self, token: str, name: str, key: str | None = None, /, **given: object) -> Json:
        """Send a mutation; return its payload, success or refusal."""
        sent = {**given, "idempotencyKey": key or f"k{next(self.keys)}"}
        payload: Json = (await self.ask(token, DOCUMENTS[name], input=sent))[name]
        return payload

    async def done(self, token: str, name: str, key: str | None = None, /, **given: object) -> Json:
        """Send a mutation that must succeed."""
        payload = await self.do(token, name, key, **given)
        assert payload["__typename"].endswith("Success"), payload
        return payload

    async def member(self, partner: str, **points: str) -> str:
        """Enrol a member and issue points of the partner's units; return the member's id."""
        token = self.tokens[partner]
        reference = f"card-{next(self.keys)}"
        enrolled = await self.done(token, "memberEnroll", reference=reference)
        member: str = enrolled["member"]["id"]
        for unit, amount in points.items():
            await self.done(token, "pointsIssue", memberId=member, unit=unit, amount=amount)
        return member

    async def available(self, token: str, member: str, unit: str) -> int:
        """Return what a member can spend of a unit."""
        data = await self.ask(
            token,
            "query($m: ID!, $u: String) { wallet(memberId: $m, unit: $u)"
            " { balances { available } } }",
            m=member,
            u=unit,
        )
        balances = data["wallet"]["balances"]
        return int(balances[0]["available"]) if balances else 0

    async def admit(self, code: str, unit: str, scale: int) -> None:
        """Admit a brand with a unit, a signing key and an API key."""
        operator = self.operators[0]
        signer = self.signers[code] = Ed25519Signer.generate()
        await self.done(
            operator, "partnerCreate", code=code, nameEn=f"{code} Inc.", nameKo=f"{code} 주식회사",
            currency="KRW", prefund="1000000000", netDebitCap="1000000000",
            signingKey=signer.public_key.hex(),
        )  # fmt: skip
        await self.done(
            operator, "pointUnitCreate", code=unit, owner=code, nameEn=unit, nameKo=unit,
            scale=scale, nominal="10/1", currency="KRW", expiry="DAYS 365",
        )  # fmt: skip
        self.tokens[code] = await self.key(code, PARTNER_SCOPES)

    async def key(self, partner: str | None, scopes: list[str], role: str = "PARTNER") -> str:
        """Give an API key; return its token."""
        made = await self.done(
            self.operators[0], "apiKeyCreate", partner=partner, subject=uuid.uuid4().hex,
            role=role, scopes=scopes,
        )  # fmt: skip
        token: str = made["token"]
        return token

    async def hire(self, scopes: list[str], role: str = "OPERATOR", **given: object) -> str:
        """Let the first two people agree on a key of the operator's; return its token."""
        first, second = self.operators
        minted = mint()
        asked = {
            "subject": uuid.uuid4().hex, "fingerprint": minted.fingerprint, "role": role,
            "scopes": scopes, **given,
        }  # fmt: skip
        proposed = await self.done(first, "apiKeyPropose", **asked)
        await self.done(
            second, "proposalDecide", proposalId=proposed["proposal"]["id"], decision="APPROVE"
        )
        return minted.token

    async def agree(self, proposer: str, counterparty: str, **terms: object) -> str:
        """Propose terms, accept them, and let them begin; return the version's global id."""
        begins = self.clock.now() + 2 * MINUTE
        given = {
            "contractId": uuid.uuid4().hex,
            "counterparty": counterparty,
            "currency": "KRW",
            "validFrom": format_instant(begins),
            **terms,
        }
        text = canonical_terms(proposer, given)
        signature = self.signers[proposer].sign(SIGNATURE_CONTEXT + text.encode()).hex()
        proposed = await self.done(
            self.tokens[proposer], "contractPropose", terms=given, signature=signature
        )
        assert proposed["contract"]["termsCanonical"] == text
        contract: str = proposed["contract"]["id"]
        signed = SIGNATURE_CONTEXT + proposed["contract"]["termsCanonical"].encode()
        accepted = await self.done(
            self.tokens[counterparty], "contractAccept", contractId=contract,
            signature=self.signers[counterparty].sign(signed).hex(),
        )  # fmt: skip
        assert accepted["contract"]["state"] == "ACCEPTED"
        self.clock.advance_to(begins + 1)
        return contract


def canonical_terms(proposer: str, given: Json) -> str:
    """Write RFC 8785 of the terms, as a party's own tool would, from the manual alone."""
    conversion = given["type"] == "CONVERSION"
    document = {
        "contract": given["contractId"],
        "version": str(given.get("version", 1)),
        "type": str(given["type"]).lower(),
        "proposer": proposer,
        "counterparty": given["counterparty"],
        "source": given["source"],
        "target": given.get("target", ""),
        "partner": given.get("partner", ""),
        "rate": given.get("rate", "") if conversion else "",
        "price": given["price"],
        "currency": given["currency"],
        "fee_points": given.get("feePoints", "0/1") if conversion else "",
        "fee_money": given.get("feeMoney", "0/1") if conversion else "",
        "expiry": given.get("expiry", "MIN_OF_BOTH") if conversion else "",
        "member_cap": given.get("memberDailyCap", ""),
        "pair_cap": given.get("pairDailyCap", ""),
        "zone": given.get("zone", "UTC"),
        "valid_from": given["validFrom"],
        "valid_to": given.get("validTo", ""),
        "origin": ORIGIN,
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


@contextlib.asynccontextmanager
async def open_stage(home: Path, database_url: str) -> AsyncIterator[Stage]:
    """Found a network on an empty database and serve it in this process."""
    clock = SimulatedClock(START)
    network = found_network(home, database_url, clock)
    operators = [key["token"] for key in json.loads((home / OPERATOR_KEYS).read_text())]
    app = create_app(network)
    transport = httpx2.ASGITransport(app)
    try:
        async with (
            app.router.lifespan_context(app),
            httpx2.AsyncClient(
                transport=transport, base_url="http://dure", headers=ACCEPT, timeout=60
            ) as client,
        ):
            stage = Stage(network, clock, app, client, operators)
            await stage.admit("AIRLINE", "AIR", 2)
            await stage.admit("GRAND", "HOTEL", 0)
            await stage.agree(
                "AIRLINE", "GRAND", type="CONVERSION", source="AIR", target="HOTEL",
                rate="1/2", price="7/1",
            )  # fmt: skip
            await stage.agree(
                "AIRLINE", "GRAND", type="ACCEPTANCE", source="AIR", partner="GRAND", price="3/1"
            )
            clock.advance(DAY)
            yield stage
    finally:
        network.close()


def stop_housekeeping() -> None:
    """End the job that would do, in its own time, what a test wants undone or uncounted."""
    for task in asyncio.all_tasks():
        coroutine = task.get_coro()
        if getattr(coroutine, "__qualname__", "") == "run_forever":
            task.cancel()


def play(home: Path, url: str, story: Callable[[Stage], Awaitable[None]]) -> None:
    """Run a story on a stage."""

    async def run() -> None:
        async with open_stage(home, url) as stage:
            await story(stage)

    asyncio.run(run())
