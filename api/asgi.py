"""The HTTP application of one network: its routes, its writer, its housekeeping."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.routing import Mount, Route

from api.auth.directory import Directory
from api.housekeeping import run_forever
from api.http.answers import HttpOnly, Page
from api.http.assets import load
from api.http.figures import FiguresEndpoint
from api.http.files import FilesEndpoint
from api.http.graphql import GraphQLEndpoint
from api.http.log import LogEndpoint
from api.http.monitoring import Monitoring
from api.http.root import Root
from api.schema.core.catalogue import Catalogue
from api.schema.core.context import Services
from api.schema.core.reading import Reader
from api.schema.root import DureSchema, build_schema
from api.stamping import Stamper
from api.witnessing.policy import quorum_of
from api.witnessing.publish import Publisher
from api.witnessing.serving import begin_serving
from domain.store.engine import reading
from domain.store.writer import QUEUE_MAX, Writer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Iterator

    from api.bootstrap import Network
    from api.schema.core.context import Quorum
    from audit.policy import Policy

_log = logging.getLogger("dure.asgi")

YOUNG_MAX = 20_000  # objects between collections: some tens of requests', which leave few cycles


def services_of(
    network: Network, writer: Writer, reader: Reader, *, witnessed: Quorum | None = None
) -> Services:
    """Return what resolvers are given of a network."""
    catalogue = Catalogue(reader)
    return Services(
        origin=network.origin,
        sandbox=network.sandbox,
        home=network.home,
        witnessed=witnessed,
        clock=network.clock,
        ids=network.ids,
        vault=network.vault,
        writer=writer,
        reader=reader,
        catalogue=catalogue,
        directory=Directory(catalogue),
        signing=frozenset(filter(None, network.settings.signed_partners.split(","))),
    )


def _jobs(services: Services, monitoring: Monitoring) -> Iterator[Coroutine[None, None, None]]:
    """What runs unasked: housekeeping; publishing and time stamping where they are asked for."""
    yield run_forever(services)
    if monitoring.publisher is not None:
        yield monitoring.publisher.run_forever()
    if monitoring.stamper is not None:
        yield monitoring.stamper.run_forever()


def _stamper(network: Network, services: Services) -> Stamper | None:
    settings = network.settings
    if settings.tsa_url is None:
        return None
    witnessed = services.witnessed
    return Stamper(network, settings.tsa_url, settings.tsa_every, witnessed=witnessed)


def _figures(network: Network, monitoring: Monitoring) -> FiguresEndpoint:
    token = network.settings.metrics_token
    return FiguresEndpoint(
        monitoring.metrics,
        None if token is None else token.get_secret_value(),
        local=network.settings.metrics_local,
    )


async def _leave_mark(network: Network, policy: Policy | None) -> None:
    """See that what is served will not go back; that it fails keeps nobody from the ledger."""
    try:
        await asyncio.to_thread(begin_serving, network, policy)
    except Exception:  # noqa: BLE001 -- a database that goes away now is named by /readyz
        _log.exception("what is served may go back")


def create_app(
    network: Network,
    schema: DureSchema | None = None,
    policy: Policy | None = None,
    *,
    queue_max: int = QUEUE_MAX,
) -> Starlette:
    """Return the application; its lifespan starts and stops the writer and what runs unasked.

    ``schema`` takes the place of the usual one, for measurements; ``queue_max`` bounds the commands
    that wait for the writer. Where there is a ``policy``, its witnesses are offered every
    checkpoint.
    """
    assets = load()
    monitoring = Monitoring()
    graphql = GraphQLEndpoint(schema or build_schema(), assets, monitoring)
    log = LogEndpoint()

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await _leave_mark(network, policy)
        reader = Reader(lambda: reading(network.engine))
        writer = Writer(network.runner, queue_max=queue_max)
        thresholds = gc.get_threshold()
        # What stands at the start, the schema above all, stays: no collection looks at it again.
        gc.collect()
        gc.freeze()
        gc.set_threshold(YOUNG_MAX, *thresholds[1:])
        services = services_of(
            network, writer, reader, witnessed=None if policy is None else quorum_of(policy)
        )
        graphql.services = log.services = monitoring.services = services
        monitoring.writer = writer
        if policy is not None:
            monitoring.publisher = Publisher(network, policy)
        monitoring.stamper = _stamper(network, services)
        jobs = [asyncio.create_task(job) for job in _jobs(services, monitoring)]
        try:
            yield
        finally:
            for job in jobs:
                job.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await job
            graphql.services = log.services = monitoring.services = None
            monitoring.writer = None
            await asyncio.to_thread(writer.close)
            reader.close()
            gc.set_threshold(*thresholds)
            gc.unfreeze()

    app = Starlette(
        routes=[
            Route("/", Root(network.origin)),
            Route("/graphql", graphql),
            Mount("/log", HttpOnly(log)),
            Mount("/assets", HttpOnly(FilesEndpoint(assets))),
            Route("/healthz", Page(monitoring.healthz)),
            Route("/readyz", Page(monitoring.readyz)),
            Route("/metrics", _figures(network, monitoring)),
        ],
        lifespan=lifespan,
    )
    # A redirect would name whatever host the caller wrote into its request.
    app.router.redirect_slashes = False
    return app
