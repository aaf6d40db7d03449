"""Each limit at the door, by its constant: a request at it passes, the next one is refused by name.

Not passing means here: refused for another reason than this limit, or answered. So a request may
ask without credentials, or for what is not there.
"""

import asyncio
import importlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import httpx2
import pytest
from graphql import GraphQLError

from api.http import requests as door
from api.schema import shape
from api.schema.core import connection, ids, limits, texts
from tests.acceptance.stage import Stage, open_stage

MODULES = (
    "api.http.requests",
    "api.schema.shape",
    "api.schema.core.limits",
    "api.schema.core.connection",
    "api.schema.core.ids",
    "api.schema.core.texts",
)
Make = Callable[[int], str]


class Limit(NamedTuple):
    """A limit: its value, what makes a document of so much, what the refusal says, its status."""

    value: int
    document: Make
    reason: str
    status: int = 400


def many(text: str) -> Make:
    """Return what writes a text so many times in a query, ``%d`` being the place."""
    return lambda count: f"{{ {' '.join(text.replace('%d', str(n)) for n in range(count))} }}"


def deep(count: int) -> str:
    """Nest a selection so deep."""
    return "{ " + "wallet { " * (count - 1) + "member" + " }" * count


def introspected(count: int) -> str:
    """Ask the schema for lists in lists, so deep."""
    return "{ __schema { queryType " + "{ ofType " * (count - 3) + "{ name }" + " }" * (count - 1)


def dear(cost: int) -> str:
    """Ask for so much: full pages, proofs, a page of the rest, and a value where it is odd."""
    full = f"partners(first: 100) {{ edges {{ node {{ {'code ' * 25} }} }} }}"  # 1 + 100 * 27
    pages, rest = divmod(cost, 2_701)
    proofs, rest = divmod(rest, 202)  # each is charged 200 and makes two values
    asked = [f"p{n}: {full}" for n in range(pages)]
    asked += [f"i{n}: auditInclusionProof(sequence: 1) {{ size }}" for n in range(proofs)]
    if rest > 2:
        asked.append(f"partners(first: {(rest - 1) // 2}) {{ edges {{ cursor }} }}")
        rest = (rest - 1) % 2
    return f"{{ {' '.join(asked)} {'__typename ' * rest} }}"


def wordy(count: int) -> str:
    """Write a document of so many tokens, its two braces among them."""
    return "{" + " a:a" * ((count - 2) // 3) + " a" * ((count - 2) % 3) + "}"


def padded(count: int) -> str:
    """Write a document of so many characters."""
    return "{ auditCheckpoint { size } }".ljust(count)


DOCUMENTS: dict[str, Limit] = {
    "DEPTH_MAX": Limit(limits.DEPTH_MAX, deep, "depth"),
    "ALIASES_MAX": Limit(
        limits.ALIASES_MAX, many("a%d: auditCheckpoint { size }"), "aliases",
    ),
    "COST_MAX": Limit(
        limits.COST_MAX,
        dear,
        "cost",
    ),
    "SEARCHES_MAX": Limit(
        limits.SEARCHES_MAX, many("a%d: transfers(first: 1) { edges { cursor } }"), "searches"
    ),
    "MUTATIONS_MAX": Limit(
        limits.MUTATIONS_MAX,
        lambda count: "mutation " + many(
            'a%d: apiKeyRevoke(input: {key: "aaaaaaaa", idempotencyKey: "k"}) { __typename }'
        )(count),
        "mutations",
    ),
    "TOKENS_MAX": Limit(
        limits.TOKENS_MAX, wordy, "oken",
    ),
    "INTROSPECTION_DEPTH_MAX": Limit(
        limits.INTROSPECTION_DEPTH_MAX, introspected, "depth of introspection"
    ),
    "FIELDS_MAX": Limit(shape.FIELDS_MAX, many("a%d"), "fields in a document"),
    "SAME_KEY_MAX": Limit(
        shape.SAME_KEY_MAX, many("auditCheckpoint { size }"), "fields under one name"
    ),
    "NESTING_MAX": Limit(shape.NESTING_MAX, deep, "levels of fields"),
    "DIGITS_MAX": Limit(
        shape.DIGITS_MAX,
        lambda count: f"{{ partners(first: {'9' * count}) {{ edges {{ cursor }} }} }}",
        "characters in a number",
    ),
    "VARIABLES_MAX": Limit(
        shape.VARIABLES_MAX,
        lambda count: f"query({' '.join(f'$v{n}: Int' for n in range(count))}) {{ me {{ key }} }}",
        "variables",
    ),
    "QUERY_MAX": Limit(door.QUERY_MAX, padded, "characters"),
}  # fmt: skip
# Limits that are no document's, and the test that exceeds each.
ELSEWHERE: dict[str, str] = {
    "MERGED_MAX": "test_limits.py fragments in fragments",
    "INTROSPECTION_MAX": "test_limits.py cost of introspection",
    "_SPREADS_MAX": "test_http.py doubling",
    "BODY_MAX": "here",
    "ANONYMOUS_BODY_MAX": "here",
    "ADDRESS_MAX": "here",
    "BRACES_MAX": "here",
    "_PARAMETERS_MAX": "here",
    "FIRST_MAX": "here",
    "CURSOR_MAX": "here",
    "GLOBAL_ID_MAX": "here",
    "NAME_MAX": "here",
    "REFERENCE_MAX": "here",
    "NOTE_MAX": "matrix/kinds.py free_text",
    "SHOWN_MAX": "here",
}


def test_every_limit_of_the_door_has_a_row() -> None:
    """A constant that is new in a module of limits stands in one of the tables, and in one only."""
    named = {
        name
        for module in MODULES
        for name, value in vars(importlib.import_module(module)).items()
        if re.fullmatch(r"_?[A-Z_]+_MAX", name) and type(value) is int
    }
    named -= {"KEY_MAX", "VERSION_MAX"}  # the ledger's own, in the matrix of bad input
    assert set(DOCUMENTS) | set(ELSEWHERE) == named
    assert not set(DOCUMENTS) & set(ELSEWHERE)


def told(answer: httpx2.Response) -> str:
    """Return what an answer's errors say, with the codes."""
    return " | ".join(
        f"{error['extensions']['code']} {error['message']}"
        for error in answer.json().get("errors", ())
    )


async def documents(stage: Stage) -> None:
    """Hold each limit of a document to its value."""
    for name, limit in DOCUMENTS.items():
        within = await stage.post(None, {"query": limit.document(limit.value)})
        past = await stage.post(None, {"query": limit.document(limit.value + 1)})
        assert (name, limit.reason in told(within)) == (name, False), told(within)
        assert (name, past.status_code) == (name, limit.status), told(past)
        assert "BAD_REQUEST" in told(past)
        assert limit.reason in told(past), (name, told(past))
        assert str(limit.value) in told(past), (name, told(past))


def test_documents(tmp_path: Path, sqlite_url: str) -> None:
    """A document at each limit passes, the next is refused with the limit's name and number."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", sqlite_url) as stage:
            await documents(stage)

    asyncio.run(story())


async def bodies(stage: Stage) -> None:
    """Hold bodies and addresses to their sizes."""
    query = json.dumps({"query": "{ auditCheckpoint { size } }"})

    async def status(content: str, token: str | None) -> tuple[int, str]:
        headers = {"content-type": "application/json"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        answer = await stage.client.post("/graphql", content=content, headers=headers)
        return answer.status_code, told(answer)

    air = stage.tokens["AIRLINE"]
    for longest, token in ((door.ANONYMOUS_BODY_MAX, None), (door.BODY_MAX, air)):
        assert await status(query.ljust(longest), token) == (200, "")
        found = await status(query.ljust(longest + 1), token)
        assert found == (413, f"BAD_REQUEST a body has at most {longest} bytes")
    inner = ",".join(["{}"] * (door.BRACES_MAX - 2))
    braces = '{"query":"X{ auditCheckpoint }","variables":{"a":[%s]}}'
    assert "braces" not in (await status(braces.replace("X{", "{", 1) % inner[3:], air))[1]
    found = await status(braces % (inner + ",{}"), air)
    assert found == (400, f"BAD_REQUEST at most {door.BRACES_MAX} braces are opened")
    base = "query=" + "%7B auditCheckpoint %7B size %7D %7D".replace(" ", "%20")
    padding = "%20" * 6_000
    at_limit = (base + padding)[: door.ADDRESS_MAX - (door.ADDRESS_MAX - len(base)) % 3]
    assert (await stage.client.get(f"/graphql?{at_limit}")).status_code == 200
    assert (
        await stage.client.get(f"/graphql?{(base + padding)[: door.ADDRESS_MAX + 3]}")
    ).status_code == 414
    eight = "&".join(f"p{n}=1" for n in range(7))
    assert (await stage.client.get(f"/graphql?{base}&{eight}")).status_code == 200
    assert (await stage.client.get(f"/graphql?{base}&{eight}&p8=1")).status_code == 400


async def values(stage: Stage) -> None:
    """Hold sizes of pages and lengths of values to theirs."""
    air, operator = stage.tokens["AIRLINE"], stage.operators[0]
    pages = "query($f: Int! = 1) { partners(first: $f) { edges { cursor } } }"

    async def asked(**variables: object) -> str:
        return told(await stage.post(air, {"query": pages, "variables": variables}))

    assert await asked(f=connection.FIRST_MAX) == ""
    assert (
        await asked(f=connection.FIRST_MAX + 1)
        == f"BAD_REQUEST first is 0 to {connection.FIRST_MAX}"
    )
    # No list of ours has keys so long, so only the reading of one tells where the limit is.
    cursor = "QUFB" * (connection.CURSOR_MAX // 4)
    assert connection.read_cursor(cursor) == "AAA" * (connection.CURSOR_MAX // 4)
    with pytest.raises(GraphQLError, match="after is not a cursor of this list"):
        connection.read_cursor(f"{cursor}QUFB")
    assert ids.read_global_id("QTpB" * (ids.GLOBAL_ID_MAX // 4)) is not None
    assert ids.read_global_id("QTpB" * (ids.GLOBAL_ID_MAX // 4 + 1)) is None
    longest = texts.REFERENCE_MAX
    await stage.done(air, "memberEnroll", reference="r" * longest)
    refused = await stage.do(air, "memberEnroll", reference="r" * (longest + 1))
    assert (refused["code"], refused["path"]) == ("VALUE_INVALID", ["input", "reference"])
    for length, type_ in ((texts.NAME_MAX, "Success"), (texts.NAME_MAX + 1, "ValueInvalid")):
        named = await stage.do(operator, "partnerUpdate", partner="GRAND", nameEn="n" * length)
        assert named["__typename"].endswith(type_)
    shown = texts.invalid("v" * 100, "too long", "field").refusal.facts["value"]
    assert shown == "v" * texts.SHOWN_MAX


def test_sizes(tmp_path: Path, sqlite_url: str) -> None:
    """Bodies, addresses, pages and values pass at their size, and are refused one beyond it."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", sqlite_url) as stage:
            await bodies(stage)
            await values(stage)

    asyncio.run(story())
