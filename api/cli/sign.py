"""`dure sign`: sign a request with a partner's key, on the partner's own machine."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from api.cli.contract_keygen import PassphraseFile
from api.cli.options import Json
from api.cli.output import GOOD, Output


def run(
    *,
    request: Annotated[Path, typer.Argument(help="JSON file: the body of a POST to /graphql.")],
    key: Annotated[Path, typer.Option(help="Key file made by `dure contract keygen`.")],
    origin: Annotated[str, typer.Option(help="The network's log: the name in its key.")],
    idempotency_key: Annotated[
        str | None,
        typer.Option(help="That of the mutation; absent: `variables.input.idempotencyKey`."),
    ] = None,
    path: Annotated[str, typer.Option(help="Path of the address.")] = "/graphql",
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> int:
    """Sign a request (RFC 9421); print the three headers to send with exactly these bytes."""
    from api.bootstrap import find_passphrase
    from api.cli.request_file import read_request_file
    from api.config import read_settings
    from audit.http_signature import sign
    from audit.keys import read_key_file

    out = Output(as_json=json)
    body, found = read_request_file(request, idempotency_key)
    settings = read_settings(passphrase_file=passphrase_file)
    signer = read_key_file(key, find_passphrase(key.parent, settings))
    headers = sign(signer, path, body, created=int(time.time()), nonce=found, tag=origin)
    for name, value in headers.items():
        out.say(f"{name}: {value}")
    out.result({"headers": {**headers}, "public_key": signer.public_key.hex()})
    return GOOD
