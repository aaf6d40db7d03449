"""`dure audit witness`: cosign a log's checkpoints as long as it only grows."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import Json
from api.cli.output import BAD_USE, GOOD, Output

if TYPE_CHECKING:
    from api.witnessing.home import WitnessHome
    from audit.witness.service import Witness

HOST = "127.0.0.1"
PORT = 8100  # beside the network's own 8000
PORT_MAX = 65_535
CONNECTIONS_MAX = 100  # a log asks once a second; each connection may keep 70 kB waiting


def run(  # noqa: PLR0913 -- one argument a flag
    *,
    home: Annotated[
        Path, typer.Option("--home", help="The witness's own folder: its key and its memory.")
    ] = Path("dure-witness"),
    init: Annotated[
        bool, typer.Option("--init", help="Make the folder and a key, then end.")
    ] = False,
    name: Annotated[
        str, typer.Option(help="With --init: the key's name, such as air.example/witness.")
    ] = "",
    log: Annotated[
        list[str] | None,
        typer.Option("--log", help="Verifier key of a log to witness; with --init it is kept."),
    ] = None,
    handover: Annotated[
        list[Path] | None,
        typer.Option(help="Entry by which a log that is known passed to another key, in order."),
    ] = None,
    begin_anew: Annotated[
        list[str] | None,
        typer.Option(help="Name of a log whose memory was lost: witness it as if never seen."),
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = HOST,
    port: Annotated[int, typer.Option(min=1, max=PORT_MAX, help="Port to listen on.")] = PORT,
    json: Json = False,
) -> int:
    """Run a witness (C2SP tlog-witness), or make one with --init."""
    from api.config import read_settings
    from api.witnessing.home import create_witness, follow, open_witness
    from audit.note import VerifierKey

    out = Output(as_json=json)
    settings = read_settings()
    if init:
        made = create_witness(home, settings, name, log or ())
        _greet_new(out, made)
        return GOOD
    opened = open_witness(home, settings)
    keys = [VerifierKey.parse(text) for text in log or ()]
    if not keys and not opened.logs:
        out.complain("WITNESS_LOGS_MISSING")
        return BAD_USE
    for path in handover or ():
        keys.append(follow(path, (*opened.logs, *keys)))
    witness, state = opened.witness(keys, begin_anew or ())
    origins = sorted({key.name for key in (*opened.logs, *keys)})
    try:
        return _serve(out, witness, origins, host, port)
    finally:
        state.close()


def _greet_new(out: Output, made: WitnessHome) -> None:
    out.say(f"A witness is in {made.path}. Give this line to the networks that it is to witness:")
    out.say(f"  witness NAME {made.key.text()} URL")
    more = "" if made.logs else " --log VKEY"
    out.say(f"Run it with: dure audit witness --home {made.path}{more}")
    out.result({"home": str(made.path), "key": made.key.text()})


def _serve(out: Output, witness: Witness, origins: list[str], host: str, port: int) -> int:
    from api.cli.serve import listen, run_server
    from api.witnessing.app import create_witness_app

    listener = listen(host, port)
    if listener is None:
        out.complain("PORT_TAKEN", host=host, port=port)
        return BAD_USE
    url = f"http://{host}:{port}"
    out.say(f"{witness.key.text()} witnesses at {url}  (Ctrl-C ends it)")
    for origin in origins:
        out.say(f"  {origin}")
    out.result({"url": url, "key": witness.key.text(), "logs": [*origins]})
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    run_server(create_witness_app(witness), listener, CONNECTIONS_MAX)
    return GOOD
