"""The committed SDL as a document: how it names and shapes things, and what it may not take back.

The last landed surface stands beside this file. Whoever breaks it says so in `ACCEPTED`, with the
reason that the changelog gives, and exports it anew when the change has landed.
"""

import re
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    find_breaking_changes,
    get_named_type,
    validate_schema,
)

from api.schema.export import SDL_PATH

LANDED_PATH = Path(__file__).with_name("landed.graphql")
# What is taken back on purpose, and why.
ACCEPTED: dict[str, str] = {
    "MemberUnknown was removed from union type ConsentRevokePayload.": (
        "It told whether a member exists to whoever guessed an id."
    ),
}
TYPE_NAME = re.compile(r"[A-Z][A-Za-z0-9]*\Z")
FIELD_NAME = re.compile(r"[a-z][A-Za-z0-9]*\Z")
VALUE_NAME = re.compile(r"[A-Z][A-Z0-9_]*\Z")
# As the log spells them: an auditor compares the two.
_AS_IN_LEAVES = frozenset({"LegPhase", "LotAction"})
_PAGE_INFO = {
    "hasNextPage": "Boolean!", "hasPreviousPage": "Boolean!", "startCursor": "String",
    "endCursor": "String",
}  # fmt: skip


def linted(schema: GraphQLSchema) -> list[str]:
    """Return what is wrong with a schema, a line each."""
    found: list[str] = [error.message for error in validate_schema(schema)]
    for name, type_ in schema.type_map.items():
        if name.startswith("__"):
            continue
        if type_.ast_node is not None:
            found += [f"{name}: type's name"] * (TYPE_NAME.match(name) is None)
            found += [f"{name}: not described"] * (not _sentence(type_.description))
            found += _fields(type_)
        if name.endswith("Connection"):
            found += _connection(schema, type_)
    return found + _mutations(schema)


def _sentence(text: str | None) -> bool:
    """Tell whether a description is a sentence: it begins as one and ends as one."""
    return text is not None and re.fullmatch(r"[^a-z].*[.:]", text, re.DOTALL) is not None


def _fields(type_: GraphQLNamedType) -> list[str]:
    parts: list[tuple[str, str | None, str | None, re.Pattern[str]]] = []
    if isinstance(type_, GraphQLEnumType):
        names = FIELD_NAME if type_.name in _AS_IN_LEAVES else VALUE_NAME
        parts = [(n, v.description, v.deprecation_reason, names) for n, v in type_.values.items()]
    elif isinstance(type_, GraphQLInputObjectType):
        parts = [
            (n, f.description, f.deprecation_reason, FIELD_NAME) for n, f in type_.fields.items()
        ]
    elif isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in type_.fields.items():
            parts.append((name, field.description, field.deprecation_reason, FIELD_NAME))
            parts += [
                (f"{one}", given.description or (one == "input" and "As its type.") or None,
                 given.deprecation_reason, FIELD_NAME)
                for one, given in field.args.items()
            ]  # fmt: skip
    found: list[str] = []
    for name, description, deprecated, names in parts:
        found += [f"{type_.name}.{name}: name"] * (names.match(name) is None)
        found += [f"{type_.name}.{name}: not described"] * (not _sentence(description))
        if deprecated is not None and not re.search(r"[Uu]se `\w+`", deprecated):
            found.append(f"{type_.name}.{name}: deprecated without saying what to use")
    if isinstance(type_, GraphQLInputObjectType) and not type_.name.endswith("Input"):
        found.append(f"{type_.name}: an input's name ends in Input")
    return found


def _connection(schema: GraphQLSchema, type_: GraphQLNamedType) -> list[str]:
    """Hold a connection to Relay's form (its cursor connections specification, sections 2 to 5)."""
    node = type_.name.removesuffix("Connection")
    edge, info = schema.type_map.get(f"{node}Edge"), schema.type_map["PageInfo"]
    shapes = (
        (type_, {"edges": f"[{node}Edge!]!", "pageInfo": "PageInfo!"}),
        (edge, {"node": f"{node}!", "cursor": "String!"}),
        (info, _PAGE_INFO),
    )
    found = [
        f"{type_.name}: {one} is no page of Relay's"
        for one, wanted in shapes
        if not isinstance(one, GraphQLObjectType)
        or {name: str(field.type) for name, field in one.fields.items()} != wanted
    ]
    assert schema.query_type is not None
    for name, field in schema.query_type.fields.items():
        given = {one: str(argument.type) for one, argument in field.args.items()}
        if get_named_type(field.type) is type_ and (
            given.get("first"),
            given.get("after"),
        ) != ("Int!", "String"):
            found.append(f"{name}: a page is asked for by first and after")
    return found


def _mutations(schema: GraphQLSchema) -> list[str]:
    """Hold each mutation to one input, named after it, and a union of a success and refusals."""
    found: list[str] = []
    assert schema.mutation_type is not None
    for name, field in schema.mutation_type.fields.items():
        kind = name[0].upper() + name[1:]
        arguments = {one: str(argument.type) for one, argument in field.args.items()}
        if arguments != {"input": f"{kind}Input!"}:
            found.append(f"{name}: one input, of a type named after it")
        payload = get_named_type(field.type)
        if str(field.type) != f"{kind}Payload!" or not isinstance(payload, GraphQLUnionType):
            found.append(f"{name}: a union named after it")
            continue
        other = [member for member in payload.types if member.name != f"{kind}Success"]
        if len(other) != len(payload.types) - 1:
            found.append(f"{name}: one success named after it")
        found += [
            f"{name}: {member.name} is no UserError"
            for member in other
            if "UserError" not in {interface.name for interface in member.interfaces}
        ]
    return found


def committed() -> GraphQLSchema:
    """The committed SDL, read as any tool reads it."""
    return build_schema(SDL_PATH.read_text(encoding="utf-8"))


def test_the_sdl_passes_the_lint() -> None:
    """Everything is described in a sentence, named and shaped alike; the SDL itself is valid."""
    assert linted(committed()) == []


GOOD = """
"A page." type PageInfo { "A." hasNextPage: Boolean! "A." hasPreviousPage: Boolean! "A."
  startCursor: String "A." endCursor: String }
"A thing." type Thing { "A." id: ID! }
"An edge." type ThingEdge { "A." node: Thing! "A." cursor: String! }
"A page." type ThingConnection { "A." edges: [ThingEdge!]! "A." pageInfo: PageInfo! }
"Why." interface UserError { "A." code: String! }
"No." type Refused implements UserError { "A." code: String! }
"Yes." type ThingMakeSuccess { "A." id: ID! }
"What." union ThingMakePayload = ThingMakeSuccess | Refused
"In." input ThingMakeInput { "A." name: String! }
"Colours." enum Colour { "A." RED }
"Reads." type Query { "A." things("A." first: Int! = 1, "A." after: String): ThingConnection! }
"Writes." type Mutation { "A." thingMake(input: ThingMakeInput!): ThingMakePayload! }
"""


@pytest.mark.parametrize(
    ("right", "wrong", "finding"),
    [
        ('"A thing." type', "type", "Thing: not described"),
        ('"A thing."', '"a thing"', "Thing: not described"),
        ('"A." RED', "RED", "Colour.RED: not described"),
        ('"A." RED', '"A." red', "Colour.red: name"),
        ('"A." name:', "name:", "ThingMakeInput.name: not described"),
        ('"A." name:', '"A." Name:', "ThingMakeInput.Name: name"),
        ('"A." first', "first", "Query.first: not described"),
        ("first: Int! = 1", "limit: Int! = 1", "things: a page is asked for by first and after"),
        ("node: Thing!", "node: Thing", "ThingConnection: ThingEdge is no page of Relay's"),
        ('id: ID! }\n"An', 'id: ID! @deprecated(reason: "Old.") }\n"An',
         "Thing.id: deprecated without saying what to use"),
        ("input: ThingMakeInput!", "given: ThingMakeInput!",
         "thingMake: one input, of a type named after it"),
        ("ThingMakeSuccess | Refused", "Refused", "thingMake: one success named after it"),
        ("ThingMakeSuccess | Refused", "ThingMakeSuccess | Thing",
         "thingMake: Thing is no UserError"),
        ("): ThingMakePayload!", "): ThingMakeSuccess!", "thingMake: a union named after it"),
    ],
)  # fmt: skip
def test_the_lint_finds_what_it_looks_for(right: str, wrong: str, finding: str) -> None:
    """A small schema passes, and each fault put into it is found."""
    assert linted(build_schema(GOOD)) == []
    assert right in GOOD
    assert finding in linted(build_schema(GOOD.replace(right, wrong, 1)))


def broken(new: GraphQLSchema) -> set[str]:
    """Return how a schema breaks callers of the landed one."""
    landed = build_schema(LANDED_PATH.read_text(encoding="utf-8"))
    return {change.description for change in find_breaking_changes(landed, new)}


def test_nothing_that_has_landed_is_taken_back() -> None:
    """The surface breaks no caller of the landed one, but for what is accepted by name."""
    assert broken(committed()) == set(ACCEPTED)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("  balances: [Balance!]!\n", "  units: [Balance!]!\n"),
        ("  wallet(", "  purse("),
        ("\n  APPROVE\n", "\n  AGREE\n"),
        ("  expiresInSeconds: Int = null\n", "  expiresInSeconds: Int!\n"),
    ],
)
def test_what_breaks_callers_is_found(right: str, wrong: str) -> None:
    """A field, a query or an enum value taken away, or an input made compulsory, is a finding."""
    text = SDL_PATH.read_text(encoding="utf-8")
    assert right in text
    assert broken(build_schema(text.replace(right, wrong))) > set(ACCEPTED)
