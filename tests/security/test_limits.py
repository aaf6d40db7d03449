"""Documents and searches that would cost everybody: each limit is passed once, and once just not.

A request that is past a limit is refused before anything runs; one within them still leaves the
threads of reading to others.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from graphql import get_introspection_query

from api.schema.core.limits import MUTATIONS_MAX, SEARCHES_MAX
from api.schema.core.reading import CHUNK, SCAN_MAX, SHARE_MAX, Reader, Share, begin_share
from api.schema.documents import DocumentError, operation_in
from api.schema.shape import DIGITS_MAX, FIELDS_MAX, NESTING_MAX, SAME_KEY_MAX, VARIABLES_MAX
from domain.store.engine import reading
from tests.acceptance.stage import Stage, open_stage


def play(home: Path, url: str, story: Callable[[Stage], Awaitable[None]]) -> None:
    """Run a story on a stage."""

    async def run() -> None:
        async with open_stage(home, url) as stage:
            await story(stage)

    asyncio.run(run())


def aliased(count: int, field: str) -> str:
    """Write a field that many times, under names of its own."""
    return " ".join(f"a{n}: {field}" for n in range(count))


async def refused(stage: Stage, query: str, reason: str, token: str | None = None) -> None:
    """Send a document that must be refused for this reason."""
    answer = await stage.post(token, {"query": query})
    assert (query[:40], answer.status_code) == (query[:40], 400)
    assert "data" not in answer.json()
    messages = [error["message"] for error in answer.json()["errors"]]
    assert any(reason in message for message in messages), messages


async def taken(stage: Stage, query: str, token: str) -> None:
    """Send a document that must be executed."""
    answer = await stage.post(token, {"query": query})
    assert answer.status_code == 200, answer.text
    assert "errors" not in answer.json()


def test_searches_and_proofs_are_charged_what_they_read(tmp_path: Path, sqlite_url: str) -> None:
    """A few searches are answered; more, or pages of receipts, are refused, whoever asks."""

    async def story(stage: Stage) -> None:
        air = stage.tokens["AIRLINE"]
        receipts = "transfers(first: 100) { edges { node { id receipt { proof leaf } } } }"
        mina = await stage.member("AIRLINE", AIR="5")
        for field in ("transfers(first: 1) { edges { node { id } } }",
                      "auditEntries(first: 1) { edges { node { id } } }",
                      f'walletAsOf(memberId: "{mina}", sequence: 9) {{ sequence }}'):  # fmt: skip
            await taken(stage, f"{{ {aliased(SEARCHES_MAX, field)} }}", air)
            await refused(stage, f"{{ {aliased(SEARCHES_MAX + 1, field)} }}", "searches", air)
            hidden = f"{{ ...F }} fragment F on Query {{ {aliased(SEARCHES_MAX + 1, field)} }}"
            await refused(stage, hidden, "searches", air)
        await taken(stage, f"{{ {receipts} }}", air)
        await taken(stage, f"{{ {aliased(2, receipts)} }}", air)
        await refused(stage, f"{{ {aliased(3, receipts)} }}", "cost", air)
        await refused(stage, f"{{ {aliased(30, receipts)} }}", "cost", air)

    play(tmp_path / "home", sqlite_url, story)


def test_fragments_hide_neither_mutations_nor_pages(tmp_path: Path, sqlite_url: str) -> None:
    """What stands in a fragment counts as if it stood in its place."""

    async def story(stage: Stage) -> None:
        revoke = 'apiKeyRevoke(input: {key: "aaaaaaaa", idempotencyKey: "k"}) { __typename }'
        many = aliased(MUTATIONS_MAX + 1, revoke)
        await refused(stage, f"mutation {{ {many} }}", "mutations 11")
        await refused(
            stage, f"mutation {{ ...F }} fragment F on Mutation {{ {many} }}", "mutations 11"
        )
        await refused(stage, f"mutation {{ ... {{ {many} }} }}", "mutations 11")
        split = f"mutation {{ ...F ... {{ {aliased(6, revoke)} }} }}"
        split += " fragment F on Mutation { " + aliased(6, revoke).replace("a", "b", 1) + " }"
        await refused(stage, split, "mutations 12")
        dear = "fragment F on PartnerConnection { ... { edges { node { " + "code " * 25 + "} } } }"
        await refused(stage, f"{{ {aliased(30, 'partners { ...F }')} }} {dear}", "cost")

    play(tmp_path / "home", sqlite_url, story)


def test_what_is_asked_of_the_schema_is_counted(tmp_path: Path, sqlite_url: str) -> None:
    """Aliases, depth and long lists of lists count under __schema and __type as anywhere."""

    async def story(stage: Stage) -> None:
        under = "{ __schema { types { %s } } }"
        inner = "fields { type { ofType { fields { %s } } } }"
        await refused(stage, under % aliased(31, "name"), "aliases 31")
        await refused(stage, under % (inner % aliased(30, "description")), "cost of introspection")
        await refused(
            stage,
            under % "interfaces { possibleTypes { name kind description } }",
            "cost of introspection",
        )
        deep = "ofType { " * 16 + "name" + " }" * 16
        await refused(stage, under % f"fields {{ type {{ {deep} }} }}", "depth of introspection")
        many = aliased(30, '__type(name: "Node") { possibleTypes { ' + inner % "name" + " } }")
        await refused(stage, f"{{ {many} }}", "introspection")
        every = get_introspection_query(
            specified_by_url=True, directive_is_repeatable=True, schema_description=True,
            input_value_deprecation=True,
        )  # fmt: skip
        for query in (get_introspection_query(), every):
            assert (await stage.post(None, {"query": query})).status_code == 200

    play(tmp_path / "home", sqlite_url, story)


def nested(levels: int) -> str:
    """Write that many levels of fields."""
    return "{ a " * levels + "}" * levels


def distinct(count: int, text: str) -> str:
    """Write a text that many times, ``%d`` being the place."""
    return " ".join(text % n for n in range(count))


def chosen(text: str) -> str:
    """Write a query of these fields."""
    return "{ " + text + " }"


MULTIPLYING = " ".join(
    f"fragment F{n} on Q {chosen(' '.join(f'a{k} {{ ...F{n + 1} }}' for k in range(6)))}"
    for n in range(8)
)
F = " fragment F on A "

# What is written at a limit, and past it.
SHAPES: dict[str, tuple[str, str]] = {
    "fields": (
        chosen(distinct(FIELDS_MAX, "a%d")),
        chosen(distinct(FIELDS_MAX + 1, "a%d")),
    ),
    "same name": (
        chosen("a { b } " * SAME_KEY_MAX),
        chosen("a { b } " * (SAME_KEY_MAX + 1)),
    ),
    "same name in parts": (
        chosen("... { a } " * SAME_KEY_MAX),
        chosen("...F" + " ... { a } " * SAME_KEY_MAX) + F + "{ a }",
    ),
    "same name below": (
        chosen("a { b } a { b b }"),
        chosen("a { " + "b " * SAME_KEY_MAX + "} a { b }"),
    ),
    "levels": (nested(NESTING_MAX), nested(NESTING_MAX + 1)),
    "circle": (
        chosen("a { ...F }") + F + "{ b }",
        chosen("a { ...F }") + F + "{ b { ...F } }",
    ),
    "integer": (
        chosen(f"a(b: {'9' * DIGITS_MAX})"),
        chosen(f"a(b: {'9' * (DIGITS_MAX + 1)})"),
    ),
    "integer in a list": (chosen("a(b: [{c: -1}])"), chosen(f"a(b: [{{c: -{'9' * 5000}}}])")),
    "integer by default": ("query($a: Int = 1) { a }", f"query($a: Int = {'9' * 5000}) {{ a }}"),
    "float": (chosen("a(b: 1.5e3)"), chosen(f"a(b: 1.{'5' * DIGITS_MAX})")),
    "variables": (
        f"query({distinct(VARIABLES_MAX, '$v%d: Int')}) {{ a }}",
        f"query({distinct(VARIABLES_MAX + 1, '$v%d: Int')}) {{ a }}",
    ),
    "fragments in fragments": (
        chosen("...F") + F + "{ a b }",
        chosen("...F0") + " fragment F8 on Q { a } " + MULTIPLYING,
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_documents_shape_is_bounded_before_validation(name: str) -> None:
    """A document at the limit is passed on to validation, one past it is not."""
    within, past = SHAPES[name]
    assert operation_in(within, None).kind == "query"
    with pytest.raises(DocumentError) as caught:
        operation_in(past, None)
    assert "more than" in caught.value.errors[0].message


def test_a_stranger_to_most_of_the_log_looks_at_so_much_and_goes_on(
    tmp_path: Path, database_url: str
) -> None:
    """A search ends with a cursor to go on from; the pages together hold all that may be seen."""

    async def story(stage: Stage) -> None:
        await stage.admit("BOOKSHOP", "BOOK", 0)
        air, book = stage.tokens["AIRLINE"], stage.tokens["BOOKSHOP"]
        member = await stage.member("BOOKSHOP", BOOK="5")
        await asyncio.gather(*(stage.member("AIRLINE", AIR="1") for _ in range(CHUNK // 2)))
        await stage.done(air, "memberLink", memberId=member, reference="b")
        await stage.done(book, "pointsIssue", memberId=member, unit="BOOK", amount="7")
        for field, wanted in (("transfers", 2), ("auditEntries", None)):
            seen: list[int] = []
            after, pages = None, 0
            while True:
                query = (
                    f"query($a: String) {{ a: {field}(first: 1, after: $a) {{ ...P }}"
                    f" b: {field}(first: 1, after: $a) {{ ...P }} }} fragment P on"
                    f" {'Transfer' if field == 'transfers' else 'AuditEntry'}Connection"
                    " { edges { node { sequence } } pageInfo { hasNextPage endCursor } }"
                )
                data = await stage.ask(book, query, a=after)
                assert data["a"] == data["b"]
                seen += [edge["node"]["sequence"] for edge in data["a"]["edges"]]
                pages += 1
                if not data["a"]["pageInfo"]["hasNextPage"]:
                    break
                assert after != data["a"]["pageInfo"]["endCursor"]
                after = data["a"]["pageInfo"]["endCursor"]
            assert len(seen) == len(set(seen))
            assert wanted is None or len(seen) == wanted
            assert pages <= len(seen) + 1

    play(tmp_path / "home", database_url, story)


def test_one_request_leaves_threads_to_others(tmp_path: Path, sqlite_url: str) -> None:
    """Ten slow reads of one request hold two threads at a time; another request's read passes."""

    async def story(stage: Stage) -> None:
        reader = Reader(lambda: reading(stage.network.engine))
        go_on = threading.Event()
        lock = threading.Lock()
        counts = {"running": 0, "most": 0}

        def slow(_: object) -> None:
            with lock:
                counts["running"] += 1
                counts["most"] = max(counts["most"], counts["running"])
            go_on.wait(20)
            with lock:
                counts["running"] -= 1

        async def greedy() -> None:
            begin_share()
            await asyncio.gather(*(reader.read(slow) for _ in range(10)))

        async def modest() -> str:
            begin_share()
            return await reader.read(lambda _: "answered")

        held = asyncio.create_task(greedy())
        try:
            await asyncio.sleep(0.05)
            assert await asyncio.wait_for(modest(), 10) == "answered"
        finally:
            go_on.set()
            await held
            reader.close()
        assert counts["most"] == SHARE_MAX

    play(tmp_path / "home", sqlite_url, story)


def test_a_requests_searches_share_one_allowance() -> None:
    """What one search has looked at, the next of the same request cannot look at again."""
    share = Share()
    looks = 0
    while share.look(CHUNK):
        looks += 1
    assert looks == SCAN_MAX // CHUNK - 1
    assert not share.look(CHUNK)
    assert Share().look(CHUNK)
