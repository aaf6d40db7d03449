"""The surface as a whole: described, guarded, complete, and as committed."""

from collections.abc import Iterator

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
)

from api.log_ports import AuditSignatures
from api.schema.core.errors import ERROR_TYPES, error_of, type_name
from api.schema.core.mutation import Change
from api.schema.core.permission import Allow
from api.schema.export import SDL_PATH, sdl
from api.schema.root import build_schema
from domain.errors import Refusal
from domain.ledger.bounds import message
from domain.ledger.codes import CODES
from domain.ledger.commands import ExpireWallet, MergeLots
from domain.ledger.rules import Rules
from settlement import registry
from settlement.commands import CloseDueWindow

BACKREF = "strawberry-definition"


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    """The schema as graphql-core sees it."""
    return build_schema()._schema  # noqa: SLF001 -- Strawberry keeps it there


def changes(schema: GraphQLSchema) -> dict[str, Change]:
    """Every mutation's declaration, by the field's name."""
    assert schema.mutation_type is not None
    found: dict[str, Change] = {}
    for name, field in schema.mutation_type.fields.items():
        for extension in field.extensions[BACKREF].extensions:
            if isinstance(extension, Change):
                found[name] = extension
    return found


def test_the_committed_sdl_is_the_schemas() -> None:
    """`python -m api.schema.export` would change nothing."""
    assert SDL_PATH.read_text(encoding="utf-8") == sdl()


Described = dict[str, str | None]


def parts(type_: GraphQLNamedType) -> Described:
    """The descriptions of a type's fields, arguments and values, by their path."""
    found: Described = {}
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in type_.fields.items():
            found[name] = field.description
            found |= {
                f"{name}({one})": argument.description
                for one, argument in field.args.items()
                if one != "input"
            }
    elif isinstance(type_, GraphQLInputObjectType):
        found = {name: given.description for name, given in type_.fields.items()}
    elif isinstance(type_, GraphQLEnumType):
        found = {name: value.description for name, value in type_.values.items()}
    return found


def undescribed(schema: GraphQLSchema) -> Iterator[str]:
    """Name every type, field, argument and enum value that says nothing of itself."""
    for name, type_ in schema.type_map.items():
        if not name.startswith("__"):
            described = {"": type_.description, **parts(type_)}
            yield from (f"{name}.{part}" for part, text in described.items() if not text)


def test_everything_is_described(schema: GraphQLSchema) -> None:
    """No type, field, argument or enum value is without a description; `input` has its type's."""
    assert list(undescribed(schema)) == []


def test_every_root_field_declares_who_may_pass(schema: GraphQLSchema) -> None:
    """A field of Query or Mutation without a permission does not exist."""
    assert schema.query_type is not None
    assert schema.mutation_type is not None
    bare = [
        name
        for root in (schema.query_type, schema.mutation_type)
        for name, field in root.fields.items()
        if not any(isinstance(one, Allow) for one in field.extensions[BACKREF].extensions)
    ]
    assert bare == []


def test_only_the_log_is_public(schema: GraphQLSchema) -> None:
    """Without credentials one reads checkpoint and proofs, which show no content."""
    assert schema.query_type is not None
    public = {
        name
        for name, field in schema.query_type.fields.items()
        for one in field.extensions[BACKREF].extensions
        if isinstance(one, Allow) and one.public
    }
    assert public == {"auditCheckpoint", "auditInclusionProof", "auditConsistencyProof"}


def test_every_refusal_has_a_type_in_its_mutations_payload(schema: GraphQLSchema) -> None:
    """What a rule may answer, its mutation's union can say."""
    rules = Rules(AuditSignatures(), registry.DECIDE, registry.APPLIERS)
    assert schema.mutation_type is not None
    for name, change in changes(schema).items():
        payload = schema.mutation_type.fields[name].type.of_type
        assert isinstance(payload, GraphQLUnionType)
        offered = {member.name for member in payload.types}
        for command in change.commands:
            missing = [c for c in rules.codes(command) if type_name(c) not in offered]
            assert (name, missing) == (name, [])


def test_every_command_has_a_mutation(schema: GraphQLSchema) -> None:
    """What the ledger can do, a caller can ask for; only housekeeping has commands of its own."""
    rules = Rules(AuditSignatures(), registry.DECIDE, registry.APPLIERS)
    asked = {command for change in changes(schema).values() for command in change.commands}
    assert asked | {ExpireWallet, MergeLots, CloseDueWindow} == set(rules.commands())


@pytest.mark.parametrize("code", sorted(CODES))
@pytest.mark.parametrize("locale", ["en", "ko"])
def test_each_code_becomes_its_type_with_all_facts(code: str, locale: str) -> None:
    """A refusal's code, message, path and facts come through, typed."""
    row = CODES[code]
    facts: dict[str, str | int] = dict.fromkeys(row.facts, 1)
    made = error_of(Refusal(code, ("input", "amount"), facts), locale)
    assert type(made) is ERROR_TYPES[code]
    assert made.code == code
    assert made.message == message(code, facts, korean=locale == "ko")
    assert made.message.startswith(row.korean if locale == "ko" else row.english)
    assert made.path == ["input", "amount"]
    assert {str(getattr(made, fact)) for fact in row.facts} <= {"1"}


def test_inputs_that_change_something_have_an_idempotency_key(schema: GraphQLSchema) -> None:
    """Every mutation takes one `input`, and that has an `idempotencyKey: String!`."""
    assert schema.mutation_type is not None
    for field in schema.mutation_type.fields.values():
        assert list(field.args) == ["input"]
        given = field.args["input"].type.of_type
        assert isinstance(given, GraphQLInputObjectType)
        assert str(given.fields["idempotencyKey"].type) == "String!"
