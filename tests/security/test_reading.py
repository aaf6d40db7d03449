"""Who may see what: unknown and foreign look the same; another brand's movements are its own."""

import asyncio
from pathlib import Path

from tests.acceptance.stage import PARTNER_SCOPES, Json, Stage, open_stage

NODE = "query($id: ID!) { node(id: $id) { __typename id } }"
WALLET = "query($m: ID!) { wallet(memberId: $m) { balances { unit available } } }"
TRANSFERS = (
    "query($first: Int!, $after: String) { transfers(first: $first, after: $after)"
    " { edges { node { id sequence legs { unit } } } pageInfo { hasNextPage endCursor } } }"
)
ENTRIES = (
    "query($first: Int!, $after: String) { auditEntries(first: $first, after: $after)"
    " { edges { node { sequence leaf } } pageInfo { hasNextPage endCursor } } }"
)


async def pages(stage: Stage, token: str, query: str, field: str, first: int) -> list[Json]:
    """Read all pages; return the nodes."""
    nodes: list[Json] = []
    after: str | None = None
    for _ in range(200):
        data = (await stage.ask(token, query, first=first, after=after))[field]
        nodes += [edge["node"] for edge in data["edges"]]
        assert len(data["edges"]) <= first
        if not data["pageInfo"]["hasNextPage"]:
            return nodes
        after = data["pageInfo"]["endCursor"]
    raise AssertionError("the pages do not end")


async def third_brand(stage: Stage) -> str:
    """Admit a brand that has nothing to do with the others; return its token."""
    await stage.admit("BOOKSHOP", "BOOK", 0)
    return stage.tokens["BOOKSHOP"]


def test_a_stranger_sees_as_much_as_of_nothing(tmp_path: Path, sqlite_url: str) -> None:
    """A third brand's answers about others' members and transfers are those about made-up ones."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", sqlite_url) as stage:
            air, stranger = stage.tokens["AIRLINE"], await third_brand(stage)
            mina = await stage.member("AIRLINE", AIR="1000")
            got = await stage.done(
                air, "pointsExchange", memberId=mina, fromUnit="AIR", toUnit="HOTEL", amount="400"
            )
            held = await stage.done(
                air, "pointsHold", memberId=mina, unit="AIR", amount="10", expiresInSeconds=600
            )
            transfer, hold = got["transfer"]["id"], held["hold"]["id"]
            contract = got["transfer"]["contract"]
            for named in (mina, transfer, hold, contract):
                assert (await stage.ask(stranger, NODE, id=named))["node"] is None
                assert (await stage.ask(air, NODE, id=named))["node"]["id"] == named
            assert (await stage.ask(stranger, WALLET, m=mina))["wallet"] is None
            assert (await stage.ask(stranger, WALLET, m="0" * 32))["wallet"] is None
            sequence = got["transfer"]["sequence"]
            query = "query($s: Sequence!) { auditEntry(sequence: $s) { leaf } }"
            assert (await stage.ask(stranger, query, s=sequence))["auditEntry"] is None
            assert (await stage.ask(air, query, s=sequence))["auditEntry"] is not None
            contracts = "{ contracts { edges { node { id } } } }"
            assert (await stage.ask(stranger, contracts))["contracts"]["edges"] == []
            for name, refused, given in (
                ("transferReverse", "TRANSFER_UNKNOWN", {"transferId": transfer}),
                ("holdCapture", "HOLD_UNKNOWN", {"holdId": hold}),
                ("holdVoid", "HOLD_UNKNOWN", {"holdId": hold}),
            ):
                assert (await stage.do(stranger, name, **given))["code"] == refused

    asyncio.run(story())


def test_a_partner_reads_its_own_units_and_what_names_it(tmp_path: Path, database_url: str) -> None:
    """Pages over transfers and entries hold what names the caller, all of it, and nothing else."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", database_url) as stage:
            air, hotel, book = (
                stage.tokens["AIRLINE"],
                stage.tokens["GRAND"],
                await third_brand(stage),
            )
            for _ in range(4):
                mina = await stage.member("AIRLINE", AIR="1000")
                await stage.done(book, "memberLink", memberId=mina, reference=f"b-{mina}")
                await stage.done(book, "pointsIssue", memberId=mina, unit="BOOK", amount="3")
                await stage.done(
                    air, "pointsExchange", memberId=mina, fromUnit="AIR", toUnit="HOTEL",
                    amount="200",
                )  # fmt: skip
            everything = await pages(stage, stage.operators[0], TRANSFERS, "transfers", 5)
            assert len(everything) == 12
            for token, units, count in (
                (air, {"AIR", "HOTEL"}, 8), (hotel, {"AIR", "HOTEL"}, 4), (book, {"BOOK"}, 4),
            ):  # fmt: skip
                seen = await pages(stage, token, TRANSFERS, "transfers", 3)
                assert len(seen) == count
                assert {leg["unit"] for node in seen for leg in node["legs"]} == units
                order = [node["sequence"] for node in seen]
                assert order == sorted(order, reverse=True)
            wallet = (await stage.ask(book, WALLET, m=mina))["wallet"]
            assert wallet["balances"] == [{"unit": "BOOK", "available": "3"}]
            whole = await pages(stage, stage.operators[0], ENTRIES, "auditEntries", 7)
            assert [node["sequence"] for node in whole] == list(range(len(whole)))
            mine = await pages(stage, book, ENTRIES, "auditEntries", 7)
            assert 0 < len(mine) < len(whole)
            for node in mine:
                assert "AIRLINE" not in node["leaf"]

    asyncio.run(story())


def test_credentials_and_scopes_decide_before_anything_else(
    tmp_path: Path, sqlite_url: str
) -> None:
    """Nobody is 401, somebody without the scope is 403, and neither uses up a key."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", sqlite_url) as stage:
            mina = await stage.member("AIRLINE", AIR="1000")
            few = await stage.key("AIRLINE", [s for s in PARTNER_SCOPES if s != "points:issue"])
            auditor = await stage.key(None, ["audit:read", "members:read"], role="AUDITOR")
            issue = {"memberId": mina, "unit": "AIR", "amount": "1", "idempotencyKey": "one"}
            document = (
                "mutation($i: PointsIssueInput!) { pointsIssue(input: $i)"
                " { __typename ... on PointsIssueSuccess { replayed } } }"
            )
            body = {"query": document, "variables": {"i": issue}}
            for token, status, code in (
                (None, 401, "UNAUTHENTICATED"),
                ("dure_aaaaaaaa_" + "A" * 43, 401, "UNAUTHENTICATED"),
                (few, 403, "FORBIDDEN"),
                (auditor, 403, "FORBIDDEN"),
            ):
                answer = await stage.post(token, body)
                assert answer.status_code == status
                assert answer.json()["errors"][0]["extensions"]["code"] == code
                assert ("www-authenticate" in answer.headers) == (status == 401)
            done = await stage.post(stage.tokens["AIRLINE"], body)
            assert done.json()["data"]["pointsIssue"]["replayed"] is False
            data = await stage.ask(auditor, WALLET, m=mina)
            assert data["wallet"]["balances"] == [{"unit": "AIR", "available": "1001"}]
            revoked = stage.tokens["AIRLINE"].split("_")[1]
            await stage.done(stage.operators[0], "apiKeyRevoke", key=revoked)
            assert (await stage.post(stage.tokens["AIRLINE"], body)).status_code == 401

    asyncio.run(story())


def test_hostile_texts_are_values_that_are_not_valid(tmp_path: Path, database_url: str) -> None:
    """NUL, control characters, quotes and over-long texts never reach a leaf or a column."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", database_url) as stage:
            air = stage.tokens["AIRLINE"]
            mina = await stage.member("AIRLINE", AIR="1000")
            hostile = ("", "\0", "a\0b", 'A"', "A\\", "A;B", "A,B", "가", "A" * 5000, "<A>", "\n")
            for text in hostile:
                for name, given in (
                    ("pointsIssue", {"memberId": mina, "unit": text, "amount": "1"}),
                    ("pointsIssue", {"memberId": text, "unit": "AIR", "amount": "1"}),
                    ("transferReverse", {"transferId": text}),
                    ("holdVoid", {"holdId": text}),
                    ("consentRevoke", {"consentId": text}),
                ):
                    refused = await stage.do(air, name, **given)
                    assert (name, text[:9], refused["code"]) == (name, text[:9], "VALUE_INVALID")
                reason = await stage.do(
                    air, "pointsAdjust", memberId=mina, unit="AIR", amount="1", reason=text
                )
                assert reason["code"] == "VALUE_INVALID"
            for text in ("", "\0", "a\nb", "r" * 129):
                refused = await stage.do(air, "memberEnroll", reference=text)
                assert refused["code"] == "VALUE_INVALID"
            for key in ("", "\0", "é", "k" * 256):
                given = {"unit": "AIR", "amount": "1", "idempotencyKey": key, "memberId": mina}
                document = (
                    "mutation($i: PointsIssueInput!) { pointsIssue(input: $i)"
                    " { ... on UserError { code path } } }"
                )
                data = await stage.ask(air, document, i=given)
                assert data["pointsIssue"] == {
                    "code": "VALUE_INVALID", "path": ["input", "idempotencyKey"],
                }  # fmt: skip
            enrolled = await stage.done(air, "memberEnroll", reference="김민아 <\"';-- 🙂")
            found = await stage.ask(
                air,
                "query($r: String!) { member(memberReference: $r) { id } }",
                r="김민아 <\"';-- 🙂",
            )
            assert found["member"]["id"] == enrolled["member"]["id"]

    asyncio.run(story())


def test_amounts_are_exact_strings(tmp_path: Path, sqlite_url: str) -> None:
    """Numbers, signs, spaces, exponents and other spellings of an amount are no amounts."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", sqlite_url) as stage:
            mina = await stage.member("AIRLINE", AIR="1000")
            document = (
                "mutation($i: PointsRedeemInput!) { pointsRedeem(input: $i)"
                " { __typename ... on AmountOutOfRange { amount minimum maximum } } }"
            )
            for number, amount in enumerate(
                (1, 1.0, "1.0", "01", "+1", " 1", "1e3", "", "-0", "٣", "9" * 19, None, True)
            ):
                given = {
                    "memberId": mina, "unit": "AIR", "amount": amount, "idempotencyKey": str(number)
                }  # fmt: skip
                answer = await stage.post(
                    stage.tokens["AIRLINE"], {"query": document, "variables": {"i": given}}
                )
                assert (amount, answer.status_code) == (amount, 400)
            for number, amount in enumerate(("0", "-5", "1000000000000001")):
                given = {
                    "memberId": mina, "unit": "AIR", "amount": amount,
                    "idempotencyKey": f"range-{number}",
                }  # fmt: skip
                data = await stage.ask(stage.tokens["AIRLINE"], document, i=given)
                assert data["pointsRedeem"] == {
                    "__typename": "AmountOutOfRange", "amount": amount, "minimum": "1",
                    "maximum": "1000000000000000",
                }  # fmt: skip

    asyncio.run(story())


def test_messages_come_in_the_callers_language(tmp_path: Path, sqlite_url: str) -> None:
    """Korean for whoever prefers it, English for all others; the code is the same."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", sqlite_url) as stage:
            document = (
                'mutation { holdVoid(input: {holdId: "x", idempotencyKey: "k"})'
                " { ... on UserError { code message } } }"
            )
            messages = {}
            for language in ("ko-KR,ko;q=0.9,en;q=0.8", "en-US,en;q=0.9,ko;q=0.1", "fr"):
                answer = await stage.post(
                    stage.tokens["GRAND"], {"query": document}, **{"accept-language": language}
                )
                payload = answer.json()["data"]["holdVoid"]
                assert payload["code"] == "VALUE_INVALID"
                messages[language[:2]] = payload["message"]
            told = "The value is not valid. What is valid: a global id of a Hold."
            assert messages["en"] == messages["fr"] == told
            assert messages["ko"].startswith("올바르지 않은 값입니다. 가능한 값: ")

    asyncio.run(story())


def test_a_hold_lasts_five_seconds_or_more(tmp_path: Path, sqlite_url: str) -> None:
    """A shorter one is refused with the reason; the shortest is placed."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", sqlite_url) as stage:
            air, mina = stage.tokens["AIRLINE"], await stage.member("AIRLINE", AIR="1000")
            given = {"memberId": mina, "unit": "AIR", "amount": "10"}
            for seconds in (-1, 0, 1, 4):
                refused = await stage.do(air, "pointsHold", expiresInSeconds=seconds, **given)
                assert refused["code"] == "VALUE_INVALID"
                assert refused["path"] == ["input", "expiresInSeconds"]
            await stage.done(air, "pointsHold", expiresInSeconds=5, **given)

    asyncio.run(story())


def test_an_id_may_be_any_number_and_is_answered(tmp_path: Path, sqlite_url: str) -> None:
    """An integer as an ID is a wrong ID, however large, in the document or in a variable."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", sqlite_url) as stage:
            operator = stage.operators[0]
            document = (
                "mutation($id: ID!) { proposalDecide(input: {proposalId: $id, decision: APPROVE,"
                ' idempotencyKey: "k%d"}) { __typename } }'
            )
            for number, id_ in enumerate((2**53, 2**63, 2**64 - 1, 1e19)):
                data = await stage.ask(operator, document % number, id=id_)
                assert data["proposalDecide"]["__typename"] == "ValueInvalid"
                literal = document.replace("($id: ID!)", "").replace("$id", f"{id_:.0f}")
                written = await stage.ask(operator, literal % (number + 100))
                assert written["proposalDecide"]["__typename"] == "ValueInvalid"
            longer = document.replace("($id: ID!)", "").replace("$id", "9" * 32) % 200
            assert (await stage.post(operator, {"query": longer})).status_code == 400

    asyncio.run(story())


def test_a_reference_is_found_however_it_is_composed(tmp_path: Path, sqlite_url: str) -> None:
    """A member enrolled under a decomposed reference is found, and not enrolled twice."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", sqlite_url) as stage:
            air = stage.tokens["AIRLINE"]
            made = await stage.done(air, "memberEnroll", reference="cafe\u0301")
            query = "query($r: String) { member(memberReference: $r) { id } }"
            for spelled in ("cafe\u0301", "caf\u00e9"):
                assert (await stage.ask(air, query, r=spelled))["member"] == made["member"]
            again = await stage.do(air, "memberEnroll", reference="caf\u00e9")
            assert again["code"] == "REFERENCE_TAKEN"

    asyncio.run(story())
