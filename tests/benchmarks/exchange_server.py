"""The server of `over_http`: the product's application with one empty mutation more."""

import asyncio
import json
import socket
import sys
from pathlib import Path

import strawberry
import uvicorn

from api import asgi
from api.auth.scopes import Scope
from api.bootstrap import Network, open_network
from api.config import read_settings
from api.schema.audit.receipt import Receipt
from api.schema.core.context import Info
from api.schema.core.leaf import read_leaf
from api.schema.core.mutation import mutation
from api.schema.core.scalars import Sequence
from api.schema.mutations import Mutation
from api.schema.points.points_exchange import PointsExchangeInput, PointsExchangeSuccess
from api.schema.points.transfer import transfer_of
from api.schema.root import DureSchema, build_schema
from domain.exchange.rules import EXCHANGE_CODES
from domain.ledger.commands import Actor, Command, EnrollMember, ExchangePoints, IssuePoints
from tests.acceptance.stage import Json, open_stage

MEMBERS = 10_000
BATCH = 250


async def prepare(folder: Path) -> Json:
    """Found the network; return what the client must know, and a sample exchange."""
    async with open_stage(folder / "home", f"sqlite:///{folder / 'dure.sqlite3'}") as stage:
        member = await stage.member("AIRLINE", AIR="100000")
        token = stage.tokens["AIRLINE"]
        sample = await stage.done(
            token, "pointsExchange", memberId=member, fromUnit="AIR", toUnit="HOTEL", amount="200"
        )
        checkpoint = await stage.ask(None, "{ auditCheckpoint { text } }")
        return {
            "token": token,
            "spender": stage.tokens["GRAND"],
            "leaf": sample["receipt"]["leaf"],
            "checkpoint": checkpoint["auditCheckpoint"]["text"],
        }


def enroll(network: Network, count: int = MEMBERS) -> list[str]:
    """Make members with points, so many that a wallet has few lots however long it takes."""
    actor = Actor("AIRLINE", "partner:AIRLINE/benchmark")
    members = [network.ids.member() for _ in range(count)]
    for start in range(0, count, BATCH):
        commands: list[Command] = []
        for place, owner in enumerate(members[start : start + BATCH], start):
            wrapped, commitment = network.vault.new_member_key()
            commands += (
                EnrollMember(
                    actor=actor, id=network.ids.entity(), owner=owner, partner="AIRLINE",
                    reference=f"card {place}", wrapped_key=wrapped, commitment=commitment,
                    reference_index=network.vault.reference_index("AIRLINE", f"card {place}"),
                ),
                IssuePoints(
                    actor=actor, id=network.ids.entity(), owner=owner, unit="AIR", amount=10**8
                ),
            )  # fmt: skip
        assert all(answer.seq >= 0 for answer in network.runner.run(commands))
    return members


def with_empty(prepared: Json) -> DureSchema:
    """Return the product's schema and `pointsExchangeEmpty`."""
    leaf: str = prepared["leaf"]
    fields = read_leaf(leaf.encode())

    async def empty(info: Info, input: PointsExchangeInput) -> object:  # noqa: A002
        receipt = Receipt(
            sequence=Sequence(int(fields["seq"])),
            leaf=leaf,
            checkpoint=prepared["checkpoint"],
            cosigned=False,
            hashes=list,
        )
        return PointsExchangeSuccess(
            transfer=transfer_of(fields, receipt), receipt=receipt, replayed=False
        )

    @strawberry.type
    class WithEmpty(Mutation):
        points_exchange_empty = mutation(
            empty,
            scope=Scope.POINTS_EXCHANGE,
            success=PointsExchangeSuccess,
            errors=EXCHANGE_CODES,
            commands=(ExchangePoints,),
            description="Nothing.",
        )

    return build_schema(mutation=WithEmpty)


def main() -> None:
    """Prepare, tell the client, and serve until terminated."""
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    prepared = asyncio.run(prepare(folder))
    settings = read_settings(
        home=folder / "home",
        database_url=f"sqlite:///{folder / 'dure.sqlite3'}",
        passphrase="a pass phrase",
    )
    network = open_network(settings.home, settings)
    prepared["members"] = enroll(network)
    app = asgi.create_app(network, schema=with_empty(prepared))
    server = uvicorn.Server(
        uvicorn.Config(app, loop="uvloop", http="httptools", log_level="warning", access_log=False)
    )
    with socket.create_server(("127.0.0.1", port), backlog=256) as listener:
        # Whoever connects from now on waits in the backlog until the loop runs.
        (folder / "partly.json").write_text(json.dumps(prepared))
        (folder / "partly.json").rename(folder / "ready.json")
        server.run(sockets=[listener])


if __name__ == "__main__":
    main()
