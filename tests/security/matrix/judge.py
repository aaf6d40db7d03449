"""What an answer to bad input may be, and what it may not say.

Either a value of the payload: a refusal with a code of the catalogue, its words, the path of the
field at fault and facts of their types. Or an error of the request, with a code and status 400.
"""

import functools
import json
import re
from typing import Any

import httpx2
from graphql import (
    GraphQLInputObjectType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
)

from api.schema.core.words import FAULTS
from api.schema.root import build_schema
from domain.ledger.codes import CODES

# A traceback, a statement of SQL, an address of a file: what tells of the inside.
INSIDE = re.compile(
    r"Traceback|File \\?\"|\.py\b|site-packages|sqlite|psycopg|sqlalchemy|orjson|"
    r"\b(SELECT|INSERT INTO|DELETE FROM|UPDATE \w+ SET)\b|/(home|tmp|usr|var|work|root|opt)/",
    re.IGNORECASE,
)
ANSWER_MAX = 4_000  # a refusal is some hundred characters; more would be the input come back
_TEXTS = {
    "String": re.compile(r".*", re.DOTALL),
    "MinorUnits": re.compile(r"-?\d{1,19}"),
    "DateTime": re.compile(r"[-0-9T:.]{26}Z"),
}
_OF_ALL = ("code", "message", "path")


@functools.cache
def schema() -> GraphQLSchema:
    """Return the schema as graphql-core sees it."""
    return build_schema()._schema  # noqa: SLF001 -- Strawberry keeps it there


def mutations() -> dict[str, GraphQLInputObjectType]:
    """Return the input of each mutation."""
    root = schema().mutation_type
    assert root is not None
    found: dict[str, GraphQLInputObjectType] = {}
    for name, field in root.fields.items():
        given = field.args["input"].type
        assert isinstance(given, GraphQLNonNull)
        assert isinstance(given.of_type, GraphQLInputObjectType)
        found[name] = given.of_type
    return found


@functools.cache
def refusals(name: str) -> dict[str, dict[str, str]]:
    """Return the refusals of a mutation's payload by type: each fact and its type as written."""
    root = schema().mutation_type
    assert root is not None
    payload = root.fields[name].type
    assert isinstance(payload, GraphQLNonNull)
    assert isinstance(payload.of_type, GraphQLUnionType)
    return {
        member.name: {
            fact: str(field.type) for fact, field in member.fields.items() if fact not in _OF_ALL
        }
        for member in payload.of_type.types
        if isinstance(member, GraphQLObjectType) and not member.name.endswith("Success")
    }


@functools.cache
def document(name: str) -> str:
    """Return a mutation's document, which asks for every fact of every refusal."""
    types: dict[str, set[str]] = {}
    for facts in refusals(name).values():
        for fact, type_ in facts.items():
            types.setdefault(fact, set()).add(type_)
    parts: list[str] = []
    for member, facts in refusals(name).items():
        # Two types of one name cannot stand in one answer; such a fact has its type's name before.
        asked = [fact if len(types[fact]) == 1 else f"{member}_{fact}: {fact}" for fact in facts]
        if asked:
            parts.append(f"... on {member} {{ {' '.join(asked)} }}")
    kind = name[0].upper() + name[1:]
    return (
        f"mutation M($input: {kind}Input!) {{ {name}(input: $input) {{ __typename"
        f" ... on UserError {{ code message path }} {' '.join(parts)} }} }}"
    )


def judge(name: str, response: httpx2.Response, locale: str) -> tuple[str, tuple[str, ...]]:
    """Return the code and the path of a refusal; an assertion fails for what is none.

    The path of an error of the request is empty: its message names the field.
    """
    text = response.text
    assert len(text) < ANSWER_MAX, text[:200]
    found = INSIDE.search(text.replace("../../etc/passwd", "").replace("/etc/localtime", ""))
    assert found is None, (found, text[:400])
    body = json.loads(text)
    if "errors" in body:
        return _error(response, body)
    payload = body["data"][name]
    assert not payload["__typename"].endswith("Success"), f"accepted: {payload}"
    code: str = payload["code"]
    row = CODES[code]
    assert payload["message"].startswith(row.korean if locale == "ko" else row.english)
    assert "{" not in payload["message"]
    path = payload["path"]
    assert path[:1] == ["input"], payload
    for fact, type_ in refusals(name)[payload["__typename"]].items():
        value = payload.get(fact, payload.get(f"{payload['__typename']}_{fact}"))
        if value is None:
            assert not type_.endswith("!"), (fact, payload)
        else:
            assert _typed(value, type_.removesuffix("!")), (fact, type_, payload)
    return code, tuple(path[1:])


def _typed(value: object, type_: str) -> bool:
    """Tell whether a fact is what the schema says that it is."""
    if type_ in ("Int", "Sequence"):
        return type(value) is int
    return isinstance(value, str) and _TEXTS[type_].fullmatch(value) is not None


def _error(response: httpx2.Response, body: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    assert response.status_code in (400, 401, 403), (response.status_code, response.text[:400])
    codes = {error["extensions"]["code"] for error in body["errors"]}
    assert codes <= {"BAD_REQUEST", "UNAUTHENTICATED", "FORBIDDEN"} & set(FAULTS), codes
    assert all(error["message"] for error in body["errors"])
    return codes.pop(), ()
