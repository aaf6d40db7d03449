"""Every mutation against bad input: each value of each field's kind, and things in every state."""

import asyncio
import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from graphql import GraphQLInputObjectType, GraphQLNonNull, Undefined, get_named_type
from sqlalchemy import Connection, text

from domain.store.engine import reading
from domain.store.tables import METADATA
from tests import postgres as pg
from tests.security.matrix.furniture import Furnished, furnished
from tests.security.matrix.judge import document, judge, mutations
from tests.security.matrix.kinds import KINDS, Bad
from tests.security.matrix.rows import ROWS, Given, Row
from tests.security.matrix.states import STATES


@dataclass
class Play:
    """The furnished network and the loop that it runs on."""

    runner: asyncio.Runner
    here: Furnished

    def send(self, caller: str, content: str, locale: str) -> httpx2.Response:
        """Send one body as it is."""
        headers = {
            "authorization": f"Bearer {self.here.callers[caller]}",
            "content-type": "application/json",
            "accept-language": locale,
        }
        post = self.here.stage.client.post
        return self.runner.run(post("/graphql", content=content.encode(), headers=headers))


# What PostgreSQL might take otherwise than SQLite; `make faults` has it answer all the others too.
OF_TEXTS = frozenset(
    {"nul", "nul_inside", "lone_surrogate", "megabyte", "right_to_left", "combining", "unknown"}
)
FULL = os.environ.get("DURE_FAULTS") == "full"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def play(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Play]:
    """One furnished network of each database for all tests of this module."""
    folder = tmp_path_factory.mktemp("matrix")
    with contextlib.ExitStack() as stack:
        url = f"sqlite:///{folder / 'dure.sqlite3'}"
        if request.param == "postgresql":
            server: pg.PostgresServer = request.getfixturevalue("postgres_server")
            url = stack.enter_context(pg.database(server))
        runner = stack.enter_context(asyncio.Runner())
        stage = furnished(folder / "home", url)
        here = runner.run(stage.__aenter__())
        stack.callback(lambda: runner.run(stage.__aexit__(None, None, None)))
        yield Play(runner, here)


def digest(here: Furnished) -> dict[str, str]:
    """Return SHA-256 of each table's rows, all but the answers that idempotency keeps."""
    with reading(here.stage.network.engine) as connection:
        return {
            name: _digest(connection, name) for name in sorted(METADATA.tables) if name != "command"
        }


def _digest(connection: Connection, table: str) -> str:
    rows = connection.execute(text(f'SELECT * FROM "{table}"')).all()
    return hashlib.sha256("\n".join(sorted(map(repr, rows))).encode()).hexdigest()


def kinds_of(name: str) -> dict[str, str]:
    """Return every field of a mutation's row and its kind; the key is every input's."""
    return {**ROWS[name].fields, "idempotencyKey": "idempotency_key"}


def without(name: str, path: str) -> tuple[Bad, ...]:
    """Return what leaves out a field that the schema asks for: null, and nothing at all."""
    type_: GraphQLInputObjectType = mutations()[name]
    *outer, last = path.split(".")
    for step in outer:
        inner = get_named_type(type_.fields[step].type)
        assert isinstance(inner, GraphQLInputObjectType)
        type_ = inner
    field = type_.fields[last]
    if not isinstance(field.type, GraphQLNonNull):
        return ()
    null = Bad("null", "null")
    return (null,) if field.default_value is not Undefined else (null, Bad("missing", ""))


def body_of(play: Play, name: str, path: str, bad: Bad, key: str) -> str:
    """Return a request's body: the row's good input, but for one field."""
    row: Row = ROWS[name]
    given = play.here.resolve({**row.good, **row.beside.get(path, {}), "idempotencyKey": key})
    assert isinstance(given, dict)
    head, _, rest = path.partition(".")
    value = bad.json
    if value.startswith('"$id:'):
        value = json.dumps(play.here.resolve(json.loads(value)))
    if rest:
        inner = given.get(head, {})
        many = isinstance(inner, list)
        value = put(inner[0] if many else inner, rest, value, twice=bad.name == "twice")
        value = f"[{value}]" if many else value
        given.pop(head, None)
        text_ = put(given, head, value, twice=False)
    else:
        text_ = put(given, head, value, twice=bad.name == "twice")
    return f'{{"query":{json.dumps(document(name))},"variables":{{"input":{text_}}}}}'


def put(given: dict[str, object], name: str, value: str, *, twice: bool) -> str:
    """Return an object's JSON with one member replaced by raw text, left out, or given twice."""
    members = [f"{json.dumps(n)}:{json.dumps(v)}" for n, v in given.items() if n != name]
    members += [f"{json.dumps(name)}:{value}"] * (2 if twice else 1) if value else []
    return "{" + ",".join(members) + "}"


def cases(play: Play, name: str) -> Iterator[tuple[str, Bad]]:
    """Yield every bad value of every field of a mutation; on PostgreSQL a share of them."""
    whole = FULL or play.here.stage.network.engine.dialect.name == "sqlite"
    for path, kind in kinds_of(name).items():
        for n, bad in enumerate((*KINDS[kind], *without(name, path), Bad("twice", '"twice"'))):
            if whole or n == 0 or bad.name in OF_TEXTS:
                yield path, bad


def fault(name: str, path: str, bad: Bad, told: tuple[str, ...], answer: str) -> str:
    """Return what is wrong with where an answer says the fault is, empty where it is right."""
    if bad.whole:
        return ""
    blamed = (path, ROWS[name].blamed.get(path, path))
    if told:
        right = any(told[: one.count(".") + 1] == tuple(one.split(".")) for one in blamed)
    else:
        right = path.rpartition(".")[2] in answer
    return "" if right else f"it names {told}: {answer[:300]}"


def test_every_field_of_every_mutation_has_a_row() -> None:
    """A mutation or field that is new in the schema is in the table; none stands there alone."""
    given = {name: set(fields(type_)) for name, type_ in mutations().items()}
    assert {name: set(kinds_of(name)) for name in ROWS} == given
    assert set(STATES) == set(given)


def fields(type_: GraphQLInputObjectType, *outer: str) -> Iterator[str]:
    """Yield the fields of an input, and of the inputs in it, by path."""
    for name, field in type_.fields.items():
        yield ".".join((*outer, name))
        inner = get_named_type(field.type)
        if isinstance(inner, GraphQLInputObjectType):
            yield from fields(inner, *outer, name)


@pytest.mark.parametrize("name", sorted(ROWS))
def test_each_bad_value_of_each_field_is_refused_by_name_and_changes_nothing(
    play: Play, name: str
) -> None:
    """Every value that a field cannot mean is refused, in English and in Korean."""
    before = digest(play.here)
    wrong: list[str] = []
    repeated: set[tuple[str, str]] = set()
    for n, (path, bad) in enumerate(cases(play, name)):
        body = body_of(play, name, path, bad, f"{name}-{n}")
        try:
            response = play.send(ROWS[name].caller, body, "en")
            code, told = judge(name, response, "en")
            found = fault(name, path, bad, told, response.text)
            # The same refusal of the same field is asked for in Korean once: it is the same words.
            if not found and (path, code) not in repeated:
                repeated.add((path, code))
                again = judge(name, play.send(ROWS[name].caller, body, "ko"), "ko")
                found = "" if again == (code, told) else f"then {again}"
        except AssertionError as error:
            found = str(error)
        if found:
            wrong.append(f"{path} {bad.name}: {found[:400]}")
    assert wrong == []
    assert digest(play.here) == before


def whole_body(play: Play, name: str, given: Given, key: str) -> str:
    """Return a request's body with an input of the table."""
    resolved = play.here.resolve({**given, "idempotencyKey": key})
    return json.dumps({"query": document(name), "variables": {"input": resolved}})


@pytest.mark.parametrize("name", sorted(STATES))
def test_what_things_are_in_no_state_for_is_refused_by_name_and_changes_nothing(
    play: Play, name: str
) -> None:
    """Each row of the states is refused with its code and its path, in English and in Korean."""
    before = digest(play.here)
    row = ROWS[name]
    for n, state in enumerate(STATES[name]):
        body = whole_body(play, name, {**row.good, **state.given}, f"{name}-state-{n}")
        path = tuple(state.path.split(".")) if state.path else ()
        for locale in ("en", "ko"):
            response = play.send(state.caller or row.caller, body, locale)
            code, place = judge(name, response, locale)
            assert (state.matter, code, place) == (state.matter, state.code, path)
    assert digest(play.here) == before


def test_the_good_input_of_every_row_is_accepted(tmp_path: Path) -> None:
    """What the bad values are put into is good without them, and shows in the digest."""

    async def story() -> None:
        async with furnished(tmp_path / "home", f"sqlite:///{tmp_path / 'dure.sqlite3'}") as here:
            before = digest(here)
            for name, row in ROWS.items():
                given = here.resolve(row.good)
                assert isinstance(given, dict)
                await here.stage.done(here.callers[row.caller], name, **given)
                after = digest(here)
                assert (name, after != before) == (name, True)
                before = after

    asyncio.run(story())
