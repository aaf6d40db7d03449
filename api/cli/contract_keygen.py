"""`dure contract keygen`: a partner's signing key."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import Json
from api.cli.output import GOOD, Output

PassphraseFile = Annotated[
    Path | None,
    typer.Option(help="File whose first line is the key's pass phrase; else DURE_PASSPHRASE."),
]


def run(
    *,
    out: Annotated[Path, typer.Argument(help="New key file, readable by its owner alone.")],
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> int:
    """Make a signing key, sealed under a pass phrase; the operator registers its public half."""
    from api.bootstrap import find_passphrase
    from api.config import read_settings
    from audit.keys import Ed25519Signer, write_key_file

    voice = Output(as_json=json)
    settings = read_settings(passphrase_file=passphrase_file)
    signer = Ed25519Signer.generate()
    write_key_file(out, signer, find_passphrase(out.parent, settings))
    voice.say(f"Key file: {out}")
    voice.say(f"Public key: {signer.public_key.hex()}")
    voice.result({"file": str(out), "public_key": signer.public_key.hex()})
    return GOOD
