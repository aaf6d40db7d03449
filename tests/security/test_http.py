"""The door over HTTP: what is no request is refused by name, what is too much costs nothing."""

import asyncio
import re
from dataclasses import replace
from pathlib import Path

import pytest
from graphql import get_introspection_query
from pydantic import SecretStr
from starlette.types import Message, Scope

from api.asgi import create_app
from api.http.requests import BODY_MAX
from api.schema.core.context import Submits
from domain.errors import OverloadedError
from domain.ledger.commands import Command
from domain.store.answers import Answer
from tests.acceptance.stage import DOCUMENTS, Stage, play

GRAPHQL = "application/graphql-response+json"
PUBLIC = "{ auditCheckpoint { size } }"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The door is the same before either database."""
    return sqlite_url


def test_malformed_requests_are_refused_by_name(tmp_path: Path, database_url: str) -> None:
    """Each kind of malformed request has its status and an error with a code."""

    async def story(stage: Stage) -> None:
        post = stage.client.post
        json = {"content-type": "application/json"}
        nested = '{"query":' + "[" * 5000 + "]" * 5000 + "}"
        for content, headers, status in (
            (b"not json", json, 400),
            (b"[]", json, 400),
            (b'[{"query":"{ me { key } }"}]', json, 400),
            (b"{}", json, 400),
            (b'{"query":1}', json, 400),
            (b'{"query":"{ a }","\\u0071uery":"{ b }"}', json, 400),
            (b'{"query":"{ a }","variables":{"a":[' + b"{}," * 4000 + b"{}]}}", json, 400),
            (b'{"query":"{ a }","variables":[]}', json, 400),
            (b'{"query":"{ a }","operationName":1}', json, 400),
            (b'{"query":"{ a }","extensions":[]}', json, 400),
            (b'{"query":"{ a }","extensions":0}', json, 400),
            (b'{"query":"\\ud800"}', json, 400),
            (nested.encode(), json, 400),
            (b"{", {"content-type": "text/plain"}, 415),
            (b"{", {}, 415),
            (b"{}", {"content-type": "application/json; charset=utf-16"}, 415),
            (b"{}", {"content-type": "application/json; charset=latin1;x=utf-8"}, 415),
            (b"{}", {"content-type": 'application/json;Charset="UTF-16"'}, 415),
            (b"x" * (BODY_MAX + 1), json, 413),
        ):
            answer = await post("/graphql", content=content, headers=headers)
            assert (content[:40], answer.status_code) == (content[:40], status)
            assert answer.headers["content-type"].startswith(GRAPHQL)
            assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
            assert "data" not in answer.json()

    play(tmp_path / "home", database_url, story)


def test_media_types_and_methods_follow_graphql_over_http(
    tmp_path: Path, database_url: str
) -> None:
    """Each media type gets its own status rules; GET reads and never writes."""

    async def story(stage: Stage) -> None:
        async def status(query: str, accept: str) -> tuple[int, str]:
            answer = await stage.post(None, {"query": query}, accept=accept)
            return answer.status_code, answer.headers["content-type"].partition(";")[0]

        assert await status(PUBLIC, GRAPHQL) == (200, GRAPHQL)
        assert await status(PUBLIC, "*/*") == (200, "application/json")
        assert await status(PUBLIC, "application/json") == (200, "application/json")
        assert await status(PUBLIC, f"application/json;q=0.5, {GRAPHQL}") == (200, GRAPHQL)
        assert await status("{ nothing }", GRAPHQL) == (400, GRAPHQL)
        assert await status("{ nothing }", "application/json") == (200, "application/json")
        assert await status("{", GRAPHQL) == (400, GRAPHQL)
        assert await status("{", "*/*") == (200, "application/json")
        assert (await status(PUBLIC, "image/png"))[0] == 406
        two = "query A { auditCheckpoint { size } } query B { auditCheckpoint { size } }"
        assert (await status(two, GRAPHQL))[0] == 400
        unnamed = await stage.client.get("/graphql", params={"query": PUBLIC})
        assert unnamed.json()["data"]["auditCheckpoint"]["size"] > 0
        written = await stage.client.get("/graphql", params={"query": DOCUMENTS["pointsIssue"]})
        assert (written.status_code, written.headers["allow"]) == (405, "POST")
        assert (await stage.client.put("/graphql")).status_code == 405
        page = await stage.client.get("/graphql", headers={"accept": "text/html,*/*;q=0.8"})
        assert page.headers["content-type"].startswith("text/html")
        assert "script-src 'self'" in page.headers["content-security-policy"]

    play(tmp_path / "home", database_url, story)


def test_documents_past_a_limit_are_refused_before_anything_runs(
    tmp_path: Path, database_url: str
) -> None:
    """Depth, aliases, cost, mutations, tokens, length and circles of fragments have an end."""

    async def story(stage: Stage) -> None:
        deep = "{ transfers { edges { node { receipt { " + "... on Receipt { leaf } " * 3
        wide = "{" + " ".join(f"a{n}: auditCheckpoint {{ size }}" for n in range(31)) + "}"
        page = f"transfers(first: 100) {{ edges {{ node {{ {'id ' * 60} }} }} }}"
        dear = "{" + " ".join(f"a{n}: {page}" for n in range(4)) + "}"
        many = "mutation {" + " ".join("apiKeyRevoke: __typename" for _ in range(11)) + "}"
        circle = "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }"
        doubling = "{ ...F0 } " + " ".join(
            f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(30)
        )
        doubling += " fragment F30 on Query { __typename }"
        nested = "{ __schema { types { " + "fields { type { " * 8 + "name" + " } }" * 8 + " } } }"
        for query in (
            wide, dear, many, circle, doubling, nested,
            "{" + "a " * 3000 + "}", "{" + " " * 30_000 + "a }", deep + "} } } } }" + " }",
        ):  # fmt: skip
            answer = await stage.post(None, {"query": query})
            assert (query[:30], answer.status_code) == (query[:30], 400)

    play(tmp_path / "home", database_url, story)


def test_introspection_is_open_and_within_the_limits(tmp_path: Path, database_url: str) -> None:
    """The query that every tool sends to learn a schema is answered."""

    async def story(stage: Stage) -> None:
        answer = await stage.post(None, {"query": get_introspection_query()})
        assert answer.status_code == 200
        assert answer.json()["data"]["__schema"]["queryType"]["name"] == "Query"

    play(tmp_path / "home", database_url, story)


class FullWriter:
    """A writer whose queue is full."""

    def submit(self, command: Command, loop: asyncio.AbstractEventLoop) -> "asyncio.Future[Answer]":
        """Take nothing."""
        raise OverloadedError("OVERLOADED", retry_after_ms=1000)


class FaultyWriter:
    """A writer that answers a fault."""

    def __init__(self, fault: str) -> None:
        """Answer this fault."""
        self.fault = fault

    def submit(self, command: Command, loop: asyncio.AbstractEventLoop) -> "asyncio.Future[Answer]":
        """Answer at once."""
        future = loop.create_future()
        future.set_result(Answer(-1, fault=self.fault))
        return future


class BrokenWriter:
    """A writer that fails as no writer should."""

    def submit(self, command: Command, loop: asyncio.AbstractEventLoop) -> "asyncio.Future[Answer]":
        """Fail with a secret in the message."""
        raise RuntimeError("the password is hunter2")


@pytest.mark.parametrize(
    ("writer", "code", "status"),
    [
        (FullWriter(), "OVERLOADED", 503),
        (FaultyWriter("UNAVAILABLE"), "UNAVAILABLE", 503),
        (FaultyWriter("CLOCK"), "CLOCK", 503),
        (FaultyWriter("INTERNAL"), "INTERNAL", 500),
        (BrokenWriter(), "INTERNAL", 500),
    ],
    ids=["overloaded", "unavailable", "clock", "internal", "broken"],
)
def test_what_nothing_came_of_has_its_own_status_and_tells_no_secret(
    tmp_path: Path, database_url: str, writer: Submits, code: str, status: int
) -> None:
    """A full queue says when to come back; a fault says that it is one, and no more."""

    async def story(stage: Stage) -> None:
        mina = await stage.member("AIRLINE")
        endpoint = stage.endpoint
        services = endpoint.services
        assert services is not None
        endpoint.services = replace(services, writer=writer)
        given = {"memberId": mina, "unit": "AIR", "amount": "1", "idempotencyKey": "k"}
        body = {"query": DOCUMENTS["pointsIssue"], "variables": {"input": given}}
        answer = await stage.post(stage.tokens["AIRLINE"], body)
        assert answer.status_code == status
        assert answer.json()["errors"][0]["extensions"] == {"code": code}
        assert ("retry-after" in answer.headers) == (status == 503)
        assert "hunter2" not in answer.text
        endpoint.services = services
        again = await stage.post(stage.tokens["AIRLINE"], body)
        assert again.json()["data"]["pointsIssue"]["replayed"] is False

    play(tmp_path / "home", database_url, story)


def test_the_logs_tiles_are_public_and_its_entries_are_not(
    tmp_path: Path, database_url: str
) -> None:
    """Checkpoint and hashes need no credentials; entries need the operator's or an auditor's."""

    async def story(stage: Stage) -> None:
        await stage.member("AIRLINE", AIR="5")
        get = stage.client.get
        checkpoint = (await get("/log/checkpoint")).text
        size = int(checkpoint.split("\n")[1])
        hashes = await get(f"/log/tile/0/000.p/{size}")
        assert (hashes.status_code, len(hashes.content)) == (200, 32 * size)
        assert "immutable" in hashes.headers["cache-control"]
        for path in (
            "tile/0/000",
            "tile/0/0",
            "tile/0/000.p/0",
            "tile/9/000",
            "../x",
            "tile/1/000.p/1",
        ):
            assert (await get(f"/log/{path}")).status_code == 404
        entries = f"/log/tile/entries/000.p/{size}"
        auditor = await stage.key(None, ["audit:read"], role="AUDITOR")
        for token, status in (
            (None, 401), ("dure_x", 401), (stage.tokens["AIRLINE"], 403),
            (auditor, 200), (stage.operators[0], 200),
        ):  # fmt: skip
            headers = {} if token is None else {"authorization": f"Bearer {token}"}
            assert (await get(entries, headers=headers)).status_code == status
        assert (await get("/healthz")).status_code == 200
        assert (await get("/readyz")).text == "ready\n"
        assert (await get("/metrics")).status_code == 403

    play(tmp_path / "home", database_url, story)


def test_figures_are_for_this_machine_or_for_the_token(tmp_path: Path, database_url: str) -> None:
    """/metrics asks for its token; this machine needs none only where that was set."""
    here, elsewhere = ("127.0.0.1", 1), ("192.0.2.7", 1)
    passed_on = (b"x-forwarded-for", b"192.0.2.7")
    right, wrong = ((b"authorization", b"Bearer " + text * 4) for text in (b"open", b"shut"))

    async def story(stage: Stage) -> None:
        for token, local, client, headers, status in (
            (None, True, here, [], 200),
            (None, True, ("::1", 1), [], 200),
            (None, True, here, [passed_on], 403),
            (None, True, elsewhere, [], 403),
            (None, True, None, [], 403),
            # A proxy on this machine may not say for whom it asks.
            (None, False, here, [], 403),
            ("open" * 4, False, here, [], 401),
            ("open" * 4, False, here, [right], 200),
            ("open" * 4, True, here, [], 200),
            (None, True, elsewhere, [(b"authorization", b"Bearer None")], 403),
            ("open" * 4, True, elsewhere, [], 401),
            ("open" * 4, True, elsewhere, [wrong], 401),
            ("open" * 4, True, elsewhere, [right], 200),
            ("open" * 4, True, here, [passed_on, right], 200),
        ):
            given = None if token is None else SecretStr(token)
            update = {"metrics_token": given, "metrics_local": local}
            settings = stage.network.settings.model_copy(update=update)
            app = create_app(replace(stage.network, settings=settings))
            sent: list[Message] = []

            async def send(message: Message, sent: list[Message] = sent) -> None:
                sent.append(message)

            async def receive() -> Message:
                return {"type": "http.request"}

            scope: Scope = {
                "type": "http", "method": "GET", "path": "/metrics", "headers": headers,
                "client": client, "query_string": b"", "root_path": "",
            }  # fmt: skip
            await app(scope, receive, send)
            assert (token, client, headers, sent[0]["status"]) == (token, client, headers, status)
            assert (b"dure_log_size" in sent[1]["body"]) == (status == 200)

    play(tmp_path / "home", database_url, story)


def test_no_redirect_repeats_the_callers_host(tmp_path: Path, database_url: str) -> None:
    """An address with a stroke too many or too few is not found, and nothing points elsewhere."""

    async def story(stage: Stage) -> None:
        for path in ("/graphql/", "/healthz/", "/log", "/assets"):
            answer = await stage.client.get(path, headers={"host": "evil.example"})
            assert (path, answer.status_code) == (path, 404)
            assert "location" not in answer.headers

    play(tmp_path / "home", database_url, story)


def test_the_root_says_where_things_are(tmp_path: Path, database_url: str) -> None:
    """A browser gets links and a program text, each to addresses that are there."""

    async def story(stage: Stage) -> None:
        page = await stage.client.get("/", headers={"accept": "text/html,*/*"})
        plain = await stage.client.get("/", headers={"accept": "*/*"})
        assert (page.status_code, plain.status_code) == (200, 200)
        linked = re.findall('href="([^"]+)"', page.text)
        assert len(linked) == 4
        assert [path for path in linked if path not in plain.text] == []
        for path in linked:
            followed = await stage.client.get(path, headers={"accept": "text/html,*/*;q=0.8"})
            assert followed.status_code == 200, path
        assert (await stage.client.post("/")).status_code == 405

    play(tmp_path / "home", database_url, story)


def test_a_websocket_is_refused_at_its_handshake(tmp_path: Path, database_url: str) -> None:
    """Every address closes a WebSocket instead of failing on it."""

    async def story(stage: Stage) -> None:
        async def receive() -> Message:
            return {"type": "websocket.connect"}

        for path in ("/graphql", "/log/checkpoint", "/assets/plain.js", "/elsewhere"):
            sent: list[Message] = []

            async def send(message: Message, sent: list[Message] = sent) -> None:
                sent.append(message)

            scope: Scope = {
                "type": "websocket", "path": path, "raw_path": path.encode(), "headers": [],
                "query_string": b"", "subprotocols": [], "scheme": "ws", "root_path": "",
            }  # fmt: skip
            await stage.app(scope, receive, send)
            assert [message["type"] for message in sent] == ["websocket.close"]

    play(tmp_path / "home", database_url, story)
