"""`dure serve`: the network over HTTP."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import Home, Json
from api.cli.output import BAD_USE, GOOD, Output

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.types import ASGIApp

    from api.bootstrap import Network
    from audit.policy import Policy

BACKLOG = 2048  # connections that wait while a batch is written; uvicorn's own default
# Connections at once; one more is answered 503. Each may keep 128 KiB of a stranger's body waiting,
# so all of them together keep less than 128 MiB; a proxy before the server keeps some hundred.
CONNECTIONS_MAX = 1_000
DRAIN_SECONDS = 10  # what open requests get to finish before the process ends

QUERIES = (
    "{ me { subject role partner { code name } } }",
    "{ pointUnits(first: 4) { edges { node { code scale owner { code } } } } }",
    "{ auditCheckpoint { size root text } }",
)


def run(
    *,
    home: Home = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on; DURE_HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; DURE_PORT.")] = None,
    json: Json = False,
) -> int:
    """Serve the network until it is told to stop."""
    from api.allocator import bound_arenas

    bound_arenas()  # before a library starts its first thread
    from api.asgi import create_app
    from api.bootstrap import open_network
    from api.config import read_settings
    from api.witnessing.policy import read_policy

    out = Output(as_json=json)
    settings = read_settings(home=home, host=host, port=port)
    network = open_network(settings.home, settings)
    try:
        policy = read_policy(network)
        if policy is not None:
            _ask_witnesses(out, network, policy)
        listener = listen(settings.host, settings.port)
        if listener is None:
            out.complain("PORT_TAKEN", host=settings.host, port=settings.port)
            return BAD_USE
        url = f"http://{settings.host}:{settings.port}"
        _greet(out, network, url)
        out.result({"url": f"{url}/graphql", "origin": network.origin, "home": str(settings.home)})
        run_server(create_app(network, policy=policy), listener, CONNECTIONS_MAX)
    finally:
        network.close()
    return GOOD


def run_server(app: ASGIApp, listener: socket.socket, connections_max: int) -> None:
    """Serve an application on a listening socket until the process is told to stop."""
    import uvicorn

    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        log_level="warning",
        access_log=False,
        server_header=False,
        limit_concurrency=connections_max,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
    with listener:
        uvicorn.Server(config).run(sockets=[listener])


def _ask_witnesses(out: Output, network: Network, policy: Policy) -> None:
    """Let no database be served that a witness has seen further along; say who was asked."""
    from api.witnessing.compare import compare

    compared = compare(network, policy)
    for name, size in compared.sizes.items():
        out.say(f"Witness {name} has seen {size:,} entries.")
    for name, code in compared.silent.items():
        out.say(f"Witness {name} does not answer ({code}); it is asked again every second.")


def listen(host: str, port: int) -> socket.socket | None:
    """Return a listening socket, None where the port is taken; raises NetworkError for the rest."""
    import errno

    from api.bootstrap import NetworkError

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    # A port that lingers from a server just stopped is free; one in use is still refused.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            return None
        reason = error.strerror or str(error)
        raise NetworkError("ADDRESS_REFUSED", host=host, port=port, reason=reason) from None
    except (TypeError, ValueError):
        listener.close()
        reason = "it is no host's name"
        raise NetworkError("ADDRESS_REFUSED", host=host, port=port, reason=reason) from None
    return listener


def _greet(out: Output, network: Network, url: str) -> None:
    """Say where the network is, where its keys are, and what to ask it first."""
    keys = _keys(network.home)
    out.say(f"{network.origin} is served at {url}/graphql  (Ctrl-C ends it)")
    if keys is not None:
        out.say(f"API keys: {keys}  (send one as: Authorization: Bearer dure_...)")
    if (network.home / "passphrase").exists():
        out.say(f"Pass phrase of the signing key: {network.home / 'passphrase'}")
    out.say("Three queries to begin with:")
    for query in QUERIES:
        out.say(f"  {query}")


def _keys(home: Path) -> Path | None:
    for name in ("demo-keys.json", "operator-keys.json"):
        if (home / name).exists():
            return home / name
    return None
