"""What a query asks of the database: as many statements for a full page as for a small one.

Statements are counted by SQLAlchemy's own event on the database that is served. Each query asks
for every field of the schema below it, so that a field which reads once a node shows here.
"""

import asyncio
import contextlib
import functools
import itertools
import uuid
from collections.abc import Iterator
from pathlib import Path

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
)
from sqlalchemy import Engine, event

from api.schema.core.connection import FIRST_MAX
from api.schema.core.ids import global_id
from api.schema.root import build_schema
from domain.clock import DAY, format_instant
from domain.contracts.terms import SIGNATURE_CONTEXT
from domain.store.engine import writing
from tests.acceptance.stage import Json, Stage, canonical_terms, open_stage, stop_housekeeping

FEW, MANY = 10, FIRST_MAX
Things = dict[str, str]

# How each connection is asked for: its arguments beside `first`.
CONNECTIONS: dict[str, str] = {
    "auditEntries": "",
    "bankLinesWaiting": "",
    "contracts": "",
    "disputes": "",
    "holds": 'memberId: "{mina}"',
    "partners": "",
    "pointUnits": "",
    "policies": "",
    "proposals": "",
    "settlementWindows": "",
    "statementLines": 'partner: "AIRLINE", currency: "KRW", windows: [1]',
    "settlements": "",
    "transfers": "",
}
# How everything else is asked for: about something small, then about something large.
SINGLES: dict[str, tuple[str, str]] = {
    "auditCheckpoint": ("", ""),
    "auditConsistencyProof": ("fromSize: 1, toSize: {last}", "fromSize: 3, toSize: {last}"),
    "auditEntry": ("sequence: 1", "sequence: {last}"),
    "auditInclusionProof": ("sequence: 1", "sequence: {last}"),
    "dispute": ('id: "{dispute}"', 'id: "{dispute_2}"'),
    "me": ("", ""),
    "member": ('memberId: "{juno}"', 'memberId: "{mina}"'),
    "node": ('id: "{small}"', 'id: "{large}"'),
    "partner": ('code: "AIRLINE"', 'code: "BRAND42"'),
    "quote": ('id: "{quote}"', 'id: "{quote_2}"'),
    "statement": (
        'partner: "BRAND1", currency: "KRW", windows: [1]',
        'partner: "AIRLINE", currency: "KRW", windows: [1]',
    ),
    "settlementSchedule": ('currency: "KRW"', 'currency: "KRW"'),
    "settlement": ('id: "{few_nets}"', 'id: "{many_nets}"'),
    "transfer": ('id: "{small}"', 'id: "{large}"'),
    "wallet": ('memberId: "{juno}"', 'memberId: "{mina}"'),
    "walletAsOf": ('memberId: "{juno}", sequence: {last}', 'memberId: "{mina}", sequence: {last}'),
}


@functools.cache
def schema() -> GraphQLSchema:
    """The schema as graphql-core sees it."""
    return build_schema()._schema  # noqa: SLF001 -- Strawberry keeps it there


def queries() -> dict[str, GraphQLField]:
    """The fields of Query."""
    root = schema().query_type
    assert root is not None
    return dict(root.fields)


def is_connection(field: GraphQLField) -> bool:
    """Tell whether a field answers pages."""
    return get_named_type(field.type).name.endswith("Connection")


def selection(field: GraphQLField, *above: str) -> str:
    """Return a selection of everything below a field; "" where it is a value."""
    type_ = get_named_type(field.type)
    if isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
        made = schema().get_possible_types(type_)
        kinds: dict[str, set[str]] = {}
        for name, one in itertools.chain(*(member.fields.items() for member in made)):
            kinds.setdefault(name, set()).add(str(one.type))
        # Two types of one name cannot stand in one answer.
        twice = frozenset(name for name, types in kinds.items() if len(types) > 1)
        parts = (f"... on {one.name} {selected(one, twice)}" for one in made)
        return f"{{ __typename {' '.join(parts)} }}"
    if not isinstance(type_, GraphQLObjectType):
        return ""
    return selected(type_, frozenset(), *above)


def selected(type_: GraphQLObjectType, twice: frozenset[str], *above: str) -> str:
    """Return a selection of everything that a type has; some names behind that of the type."""
    assert type_.name not in above, f"{type_.name} is reached from itself: say how far to go"
    inner = (
        f"{f'{type_.name}_{name}: ' if name in twice else ''}{name}"
        f" {selection(field, *above, type_.name)}"
        for name, field in type_.fields.items()
    )
    return f"{{ {' '.join(inner)} }}"


@contextlib.contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Collect the statements that an engine executes."""
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def statements(stage: Stage, query: str) -> tuple[list[str], Json]:
    """Ask once; return the statements that it took, and the data."""
    with counted(stage.network.engine) as found:
        data = await stage.ask(stage.operators[0], query)
    return found, data


VERSION = "SELECT reference_version FROM log_head WHERE id = 1"


def compare(name: str, few: list[str], many: list[str]) -> None:
    """Hold what much takes to what little takes, statement by statement.

    The directory of callers looks at the version once a while, so one look may be there or not.
    """
    looks = [one.count(VERSION) for one in (few, many)]
    assert (name, abs(looks[0] - looks[1]) <= 1) == (name, True), looks
    ours = [[text for text in one if text not in {VERSION, "BEGIN"}] for one in (few, many)]
    assert (name, len(ours[1])) == (name, len(ours[0])), ours


async def furnish(stage: Stage) -> Things:
    """Bring about more than a page of everything."""
    operator, air = stage.operators[0], stage.tokens["AIRLINE"]
    things = {"mina": await stage.member("AIRLINE"), "juno": await stage.member("AIRLINE")}
    issue = functools.partial(stage.done, air, "pointsIssue", unit="AIR")
    first = await issue(memberId=things["juno"], amount="500")
    await asyncio.gather(*(issue(memberId=things["mina"], amount="500") for _ in range(MANY)))
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    currencies = ["".join(three) for three in itertools.product("X", letters, letters)][:MANY]
    await asyncio.gather(
        *(
            stage.done(
                operator, "partnerCreate", code=f"BRAND{n}", nameEn=f"B{n}", nameKo=f"B{n}",
                currency=currency,
            )
            for n, currency in enumerate(currencies)
        )
    )  # fmt: skip
    await asyncio.gather(
        *(
            stage.done(
                operator, "pointUnitCreate", code=f"UNIT{n}", owner=f"BRAND{n}", nameEn=f"U{n}",
                nameKo=f"U{n}", scale=0, nominal="1/1", currency=currency,
            )
            for n, currency in enumerate(currencies)
        ),
        *(
            stage.done(operator, "settlementWindowClose", currency=currency)
            for currency in currencies
        ),
        *(propose(stage) for _ in range(MANY)),
        *(
            stage.done(
                air, "pointsHold", memberId=things["mina"], unit="AIR", amount="10",
                expiresInSeconds=3600,
            )
            for _ in range(MANY)
        ),
    )  # fmt: skip
    given = {"memberId": things["mina"], "fromUnit": "AIR", "toUnit": "HOTEL", "amount": "1000"}
    for name in ("quote", "quote_2"):
        things[name] = (await stage.done(air, "pointsQuote", **given))["quote"]["id"]
    large = await stage.done(air, "pointsExchange", **given)
    small = {**given, "amount": "200"}
    await asyncio.gather(*(stage.done(air, "pointsExchange", **small) for _ in range(MANY)))
    closing = await stage.done(operator, "settlementWindowClose", currency="KRW")
    await stage.done(
        stage.operators[1], "proposalDecide", proposalId=closing["proposal"]["id"],
        decision="APPROVE",
    )  # fmt: skip
    things |= {"small": first["transfer"]["id"], "large": large["transfer"]["id"]}
    things |= await asyncio.to_thread(settlements, stage)
    return things | {"last": str(large["transfer"]["sequence"])}


def settlements(stage: Stage) -> Things:
    """Put more than a page of settlements beside the log: what is read of them is counted here."""
    row = "'USD', '1', 'CLEARING', 1, 'ABORTED', 5, 5, 0, 1, 1"
    with writing(stage.network.engine) as connection:
        for n in range(MANY + 1):
            settlement = f"{n:032x}"
            connection.exec_driver_sql(f"INSERT INTO settlement VALUES ('{settlement}', {row})")
            for partner in range(n):
                connection.exec_driver_sql(
                    "INSERT INTO settlement_net VALUES"
                    f" ('{settlement}', 'P{partner}', 1, 1, 0, 0, 0)"
                )
            connection.exec_driver_sql(
                f"INSERT INTO dispute VALUES ('{settlement}', {n}, 0, 'AIRLINE', 'GRAND', 'KRW', 1,"
                f" 5, 5, 5, 'AIRLINE', 'X', '', 'OPEN', '', {n}, 0)"
            )
            connection.exec_driver_sql(
                f"INSERT INTO bank_waiting VALUES ('{n:064x}', 1, '', 'KRW', 5, 'NO_CANDIDATE', '',"
                f" 'WAITING', '', '', {n}, 0)"
            )
            connection.exec_driver_sql(
                f"INSERT INTO policy VALUES ('EXPOSURE_ALERT', 'P{n}', 'KRW', '1', 1)"
            )
        connection.exec_driver_sql(
            "INSERT INTO policy VALUES ('WINDOW_SCHEDULE', '', 'KRW',"
            " 'DAILY 18:00 Asia/Seoul KR FOLLOWING', 1)"
        )
        connection.exec_driver_sql("UPDATE log_head SET reference_version = reference_version + 1")
    return {"few_nets": global_id("Settlement", f"{1:032x}"),
            "dispute": global_id("Dispute", f"{1:032x}"),
            "dispute_2": global_id("Dispute", f"{2:032x}"),
            "many_nets": global_id("Settlement", f"{MANY:032x}")}  # fmt: skip


async def propose(stage: Stage) -> None:
    """Offer a contract."""
    terms = {
        "contractId": uuid.uuid4().hex, "counterparty": "GRAND", "currency": "KRW",
        "validFrom": format_instant(stage.clock.now() + DAY), "type": "ACCEPTANCE",
        "source": "AIR", "partner": "GRAND", "price": "2/1",
    }  # fmt: skip
    signed = SIGNATURE_CONTEXT + canonical_terms("AIRLINE", terms).encode()
    signature = stage.signers["AIRLINE"].sign(signed).hex()
    await stage.done(stage.tokens["AIRLINE"], "contractPropose", terms=terms, signature=signature)


def test_every_query_has_a_row() -> None:
    """A query that is new in the schema is counted; pages stand among the pages."""
    pages = {name for name, field in queries().items() if is_connection(field)}
    assert set(CONNECTIONS) == pages
    assert set(SINGLES) == set(queries()) - pages


def test_pages_lie_at_the_root() -> None:
    """No page lies within another thing: there it would be read once for each of them."""
    nested = [
        f"{type_.name}.{name}"
        for type_ in schema().type_map.values()
        if isinstance(type_, GraphQLObjectType) and type_ is not schema().query_type
        for name, field in type_.fields.items()
        if is_connection(field)
    ]
    assert nested == []


def test_a_full_page_takes_as_many_statements_as_a_small_one(
    tmp_path: Path, database_url: str
) -> None:
    """Of every page and of every other query, with everything below it, receipts included."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", database_url) as stage:
            things = await furnish(stage)
            stop_housekeeping()
            for name, arguments in CONNECTIONS.items():
                took: list[list[str]] = []
                for first in (FEW, FEW, MANY):  # the first may read small tables that are then kept
                    given = f"first: {first} {arguments.format_map(things)}"
                    query = f"{{ a: {name}({given}) {selection(queries()[name])} }}"
                    found, data = await statements(stage, query)
                    assert (name, len(data["a"]["edges"])) == (name, first)
                    took.append(found)
                compare(name, took[1], took[2])
            for name, rows in SINGLES.items():
                took = []
                for row in (rows[0], *rows):
                    given = f"({row.format_map(things)})" if row else ""
                    query = f"{{ a: {name}{given} {selection(queries()[name])} }}"
                    found, data = await statements(stage, query)
                    assert (name, data["a"] is None) == (name, False)
                    took.append(found)
                compare(name, took[1], took[2])

    asyncio.run(story())
