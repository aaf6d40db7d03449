"""`dure contract sign`: sign terms with a partner's key, on the partner's own machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.contract_keygen import PassphraseFile
from api.cli.options import Json
from api.cli.output import GOOD, Output


def run(
    *,
    terms: Annotated[Path, typer.Option(help="JSON file of ContractTermsInput.")],
    key: Annotated[Path, typer.Option(help="Key file made by `dure contract keygen`.")],
    passphrase_file: PassphraseFile = None,
    json: Json = False,
) -> int:
    """Sign contract terms; print their canonical form and the signature in hex."""
    from api.bootstrap import find_passphrase
    from api.cli.contract_terms import read_terms
    from api.config import read_settings
    from audit.keys import read_key_file

    out = Output(as_json=json)
    read = read_terms(terms)
    settings = read_settings(passphrase_file=passphrase_file)
    signer = read_key_file(key, find_passphrase(key.parent, settings))
    signature = signer.sign(read.to_be_signed()).hex()
    out.say(f"Terms: {read.canonical().decode()}")
    out.say(f"Public key: {signer.public_key.hex()}")
    out.say(f"Signature: {signature}")
    out.result(
        {
            "terms": read.canonical().decode(),
            "public_key": signer.public_key.hex(),
            "signature": signature,
        }
    )
    return GOOD
