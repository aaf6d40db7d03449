"""One network with something of every kind in every state, each thing under a name.

The names are those of the table: a row says ``$hold_expired`` and means the id that stands here.
"""

import base64
import contextlib
import json
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from api.auth.credentials import mint, minted_of
from api.registers import ACCOUNTS
from domain.clock import DAY, MINUTE, SECOND, format_instant
from domain.contracts.terms import SIGNATURE_CONTEXT
from tests.acceptance.stage import (
    PARTNER_SCOPES,
    Json,
    Stage,
    canonical_terms,
    open_stage,
    stop_housekeeping,
)
from tests.security.matrix.bank import BANK_ACCOUNTS, bank_statement

OPERATOR_SCOPES = [
    "network:admin", "members:write", "members:erase", "settlement:propose",
    "settlement:decide",
]  # fmt: skip
USED_KEY = "used"  # an idempotency key that every caller has used for something


@dataclass
class Furnished:
    """A stage, the tokens of those who call, and the things by name."""

    stage: Stage
    callers: dict[str, str] = field(default_factory=dict)
    things: dict[str, object] = field(default_factory=dict)

    def resolve(self, value: object) -> object:
        """Return a value of the table with its names replaced; nulls at the top are left out."""
        if isinstance(value, str) and value.startswith("$id:"):
            return base64.b64encode(value.removeprefix("$id:").encode()).decode()
        if isinstance(value, str) and value.startswith("$") and value[1:] in self.things:
            return self.things[value[1:]]
        if isinstance(value, dict):
            return {name: self.resolve(item) for name, item in value.items() if item is not None}
        return value


@contextlib.asynccontextmanager
async def furnished(home: Path, database_url: str) -> AsyncIterator[Furnished]:
    """Found a network and furnish it."""
    async with open_stage(home, database_url) as stage:
        here = Furnished(stage)
        await stage.admit("OTHER", "OTHR", 0)
        await stage.done(
            stage.operators[0], "partnerCreate", code="DOLLAR", nameEn="Dollar", nameKo="달러",
            currency="USD",
        )  # fmt: skip
        here.callers = {
            "operator": stage.operators[0],
            "second": stage.operators[1],
            "service": await stage.hire(OPERATOR_SCOPES, person=False),
            "undated": await stage.key("AIRLINE", ["points:issue", "points:adjust"]),
            **stage.tokens,
        }
        stop_housekeeping()  # a hold past its deadline is to be found as it is
        await _members(here)
        await _expired(here)
        await _transfers(here)
        await _settlements(here)
        await _disputes(here)
        await _bank_lines(here)
        await _holds_and_quotes(here)
        await _contracts(here)
        await _administration(here)
        await _used_keys(here)
        yield here


async def _members(here: Furnished) -> None:
    stage, things = here.stage, here.things
    things["mina"] = mina = await stage.member("AIRLINE", AIR="100000")
    things["idle"] = await stage.member("AIRLINE", AIR="100")
    things["leaving"] = await stage.member("AIRLINE", AIR="100")
    things["erased"] = erased = await stage.member("AIRLINE")
    issued = await stage.done(
        stage.tokens["AIRLINE"], "pointsIssue", memberId=erased, unit="AIR", amount="100"
    )
    things["erased_issued"] = issued["transfer"]["id"]
    await stage.done(stage.operators[0], "memberErase", memberId=erased)
    things["juno"] = await stage.member("AIRLINE")
    await stage.done(stage.tokens["GRAND"], "memberLink", memberId=mina, reference="mina-grand")
    for name, partner, action, limit in (
        ("consent", "OTHER", "REDEEM", None),
        ("consent_revoked", "OTHER", "REDEEM", None),
        ("consent_limited", "GRAND", "REDEEM", "5000"),
        ("consent_exchange", "GRAND", "EXCHANGE", "5000"),
    ):
        granted = await stage.done(
            stage.tokens["AIRLINE"], "consentGrant", memberId=mina, partner=partner, unit="AIR",
            action=action, evidence="cd" * 32, **({} if limit is None else {"limit": limit}),
        )  # fmt: skip
        things[name] = granted["consent"]["id"]
    revoked = things["consent_revoked"]
    await stage.done(stage.tokens["AIRLINE"], "consentRevoke", consentId=revoked)


async def _hold(here: Furnished, name: str, member: str, partner: str, seconds: int) -> None:
    held = await here.stage.done(
        here.stage.tokens[partner], "pointsHold", memberId=here.things[member], unit="AIR",
        amount="100", expiresInSeconds=seconds,
    )  # fmt: skip
    here.things[name] = held["hold"]["id"]


async def _quote(here: Furnished, name: str) -> None:
    given = await here.stage.done(
        here.stage.tokens["AIRLINE"], "pointsQuote", memberId=here.things["mina"], fromUnit="AIR",
        toUnit="HOTEL", amount="200",
    )  # fmt: skip
    here.things[name] = given["quote"]["id"]


async def _expired(here: Furnished) -> None:
    # Of a member whose wallet nobody draws on: any draw would end it by its own entry.
    await _hold(here, "hold_expired", "idle", "AIRLINE", 10)
    await _quote(here, "quote_expired")
    here.stage.clock.advance(2 * MINUTE)


async def _transfers(here: Furnished) -> None:
    stage, things = here.stage, here.things
    airline, grand, mina = stage.tokens["AIRLINE"], stage.tokens["GRAND"], things["mina"]
    given: Json = {"memberId": mina, "unit": "AIR", "amount": "100"}
    for name, token, change in (
        ("issued", airline, "pointsIssue"),
        ("reversed", airline, "pointsIssue"),
        ("redeemed", grand, "pointsRedeem"),
    ):
        moved = await stage.done(token, change, **given)
        things[name] = moved["transfer"]["id"]
    turned = await stage.done(airline, "transferReverse", transferId=things["reversed"])
    things["reversal"] = turned["transfer"]["id"]
    spent = await stage.done(
        airline, "pointsIssue", memberId=things["juno"], unit="AIR", amount="70"
    )
    things["spent"] = spent["transfer"]["id"]
    await stage.done(airline, "pointsRedeem", memberId=things["juno"], unit="AIR", amount="70")


SETTLEMENTS = ("unpaid", "draft", "approved", "approved_2", "submitted", "paid_in", "aborted")


async def _decided(here: Furnished, change: str, **given: object) -> None:
    """Have one person propose, another approve."""
    first, second = here.stage.operators
    made = await here.stage.done(first, change, **given)
    await here.stage.done(
        second, "proposalDecide", proposalId=made["proposal"]["id"], decision="APPROVE"
    )


async def _settlements(here: Furnished) -> None:
    """Close a window for each settlement, and bring each settlement into its state."""
    stage, things = here.stage, here.things
    (stage.network.home / ACCOUNTS).write_text(json.dumps(BANK_ACCOUNTS))
    first, mina = stage.operators[0], things["mina"]
    soon, later = (format_instant(stage.clock.now() + span) for span in (65 * SECOND, 10 * DAY))
    things["pay_by"] = later
    for number, name in enumerate(SETTLEMENTS):
        await stage.done(
            stage.tokens["GRAND"], "pointsRedeem", memberId=mina, unit="AIR", amount="100"
        )
        await _decided(here, "settlementWindowClose", currency="KRW")
        made = await stage.done(
            first, "settlementCreate", currency="KRW", payBy=soon if name == "unpaid" else later
        )
        things[name] = id_ = made["settlement"]["id"]
        if name == "aborted":
            await _decided(here, "settlementAbort", settlementId=id_)
        elif name != "draft":
            await _decided(here, "settlementApprove", settlementId=id_)
        if name in ("unpaid", "submitted", "paid_in"):
            message = "b" * 32 if name == "submitted" else f"{number:032x}"
            file = {"partner": "AIRLINE", "messageId": message, "hash": "ab" * 32}
            await stage.done(first, "settlementSubmit", settlementId=id_, files=[file])
        if name == "paid_in":
            nets = {net["partner"]: net["net"] for net in made["settlement"]["nets"]}
            await stage.done(
                first, "settlementMatch", settlementId=id_, partner="AIRLINE", leg="PAY_IN",
                amount=nets["AIRLINE"], statement="ab" * 32, line=1,
            )  # fmt: skip
    stage.clock.advance(2 * MINUTE)


async def _disputes(here: Furnished) -> None:
    """Let AIRLINE owe GRAND some lines, and dispute all but the first."""
    stage, things = here.stage, here.things
    for name in ("", "dispute", "dispute_own", "dispute_ended"):
        moved = await stage.done(
            stage.tokens["GRAND"], "pointsRedeem", memberId=things["mina"], unit="AIR", amount="100"
        )
        sequence = moved["transfer"]["sequence"]
        if not name:
            things["line"] = sequence
            continue
        opened = await stage.done(
            stage.tokens["AIRLINE"], "disputeOpen", sequence=sequence, reason="WRONG_PRICE"
        )
        things[name] = opened["dispute"]["id"]
        if name != "dispute_ended":
            things["line_disputed"] = sequence
        else:
            resolved = await stage.done(
                stage.operators[0], "disputeResolve", disputeId=things[name], outcome="UPHELD",
                amount="0",
            )  # fmt: skip
            upheld = await stage.done(
                stage.operators[1], "proposalDecide", proposalId=resolved["proposal"]["id"],
                decision="APPROVE",
            )  # fmt: skip
            things["line_corrected"] = upheld["receipt"]["sequence"]


async def _bank_lines(here: Furnished) -> None:
    """Let three lines of a statement wait, of which the third is dismissed."""
    stage = here.stage
    read = await stage.done(
        stage.operators[0], "bankStatementImport", content=bank_statement("S1", 10, 20, 30)
    )
    here.things["bank_file"] = read["statementHash"]
    await stage.done(
        stage.operators[0], "bankLineDismiss", statement=read["statementHash"], line=3,
        reason="BANK_FEE",
    )  # fmt: skip


async def _holds_and_quotes(here: Furnished) -> None:
    stage, things = here.stage, here.things
    for name in ("hold", "hold_2", "hold_ended"):
        await _hold(here, name, "mina", "GRAND", 86_400)
    await stage.done(stage.tokens["GRAND"], "holdVoid", holdId=things["hold_ended"])
    for name in ("quote", "quote_used"):
        await _quote(here, name)
    await stage.done(
        stage.tokens["AIRLINE"], "pointsExchange", memberId=things["mina"], fromUnit="AIR",
        toUnit="HOTEL", amount="200", quoteId=things["quote_used"],
    )  # fmt: skip


def _terms(here: Furnished, counterparty: str, **terms: object) -> Json:
    begins = here.stage.clock.now() + DAY
    return {
        "contractId": uuid.uuid4().hex, "counterparty": counterparty, "currency": "KRW",
        "validFrom": format_instant(begins), **terms,
    }  # fmt: skip


def _signed(here: Furnished, party: str, text: str) -> str:
    return here.stage.signers[party].sign(SIGNATURE_CONTEXT + text.encode()).hex()


async def _offer(here: Furnished, name: str, **more: object) -> None:
    stage, things = here.stage, here.things
    terms = _terms(here, "OTHER", type="ACCEPTANCE", source="AIR", partner="OTHER", price="2/1")
    text = canonical_terms("AIRLINE", {**terms, **more})
    offered = await stage.done(
        stage.tokens["AIRLINE"], "contractPropose", terms={**terms, **more},
        signature=_signed(here, "AIRLINE", text),
    )  # fmt: skip
    things[name] = offered["contract"]["id"]
    things[f"{name}_digits"] = terms["contractId"]
    things[f"{name}_signed"] = _signed(here, "OTHER", text)


async def _contracts(here: Furnished) -> None:
    stage, things = here.stage, here.things
    for name in ("offered", "running", "accepted", "withdrawn"):
        await _offer(here, name)
    await _offer(here, "too_late", validFrom=format_instant(stage.clock.now() + MINUTE + SECOND))
    stage.clock.advance(2 * SECOND)
    for name in ("running", "accepted"):
        await stage.done(
            stage.tokens["OTHER"], "contractAccept", contractId=things[name],
            signature=things[f"{name}_signed"],
        )  # fmt: skip
    await stage.done(stage.tokens["AIRLINE"], "contractEnd", contractId=things["withdrawn"])
    terms = _terms(
        here, "OTHER", type="CONVERSION", source="AIR", target="OTHR", rate="1/1", price="1/1"
    )
    things["air_key"] = stage.signers["AIRLINE"].public_key.hex()
    things["terms"] = terms
    things["terms_signed"] = _signed(here, "AIRLINE", canonical_terms("AIRLINE", terms))
    things["terms_known"] = {**terms, "contractId": things["accepted_digits"]}
    things["terms_skipping"] = {**terms, "version": 3}
    things["terms_with_self"] = {**terms, "counterparty": "AIRLINE"}
    things["terms_over"] = {**terms, "validTo": "2026-01-01T00:00:00Z"}
    things["terms_other"] = {**terms, "price": "3/1"}
    things["terms_begun"] = {**terms, "validFrom": "2026-01-01T00:00:00Z"}


async def _administration(here: Furnished) -> None:
    stage, things = here.stage, here.things
    first, second = stage.operators
    for name in ("key", "key_revoked"):
        token = await stage.key("AIRLINE", PARTNER_SCOPES)
        things[name] = token.split("_")[1]
    await stage.done(first, "apiKeyRevoke", key=things["key_revoked"])
    things["operator_key"] = first.split("_")[1]
    things["fingerprint"] = mint().fingerprint
    known = minted_of(first)
    assert known is not None
    things["fingerprint_known"] = known.fingerprint
    things["fingerprint_proposed"] = mint().fingerprint
    await stage.done(
        first, "apiKeyPropose", fingerprint=things["fingerprint_proposed"], subject="carol",
        role="FINANCE", scopes=["settlement:decide"],
    )  # fmt: skip
    for name in ("proposal_decided", "proposal"):
        closing = await stage.done(first, "settlementWindowClose", currency="KRW")
        things[name] = closing["proposal"]["id"]
        if name == "proposal_decided":
            await stage.done(second, "proposalDecide", proposalId=things[name], decision="APPROVE")


async def _used_keys(here: Furnished) -> None:
    """Let every caller have used one idempotency key, for something that was refused."""
    for caller, token in here.callers.items():
        given: Json = {"partner": "NOBODY", "reference": "nobody"}
        name = "memberEnroll"
        if caller == "undated":  # whose scopes are few
            given = {"memberId": here.things["mina"], "unit": "AIR", "amount": "0"}
            name = "pointsIssue"
        payload = await here.stage.do(token, name, USED_KEY, **given)
        assert not payload["__typename"].endswith("Success"), payload
