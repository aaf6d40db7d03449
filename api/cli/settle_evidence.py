"""`dure settle record-payment`: a document about a payment, or of a bank that rejected one."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path
from typing import Annotated

import typer

from api.cli.options import As, Home, Json
from api.cli.output import GOOD, Output
from domain.errors import StoreError


def run(
    settlement: Annotated[str, typer.Argument(help="The settlement's id.")],
    partner: Annotated[str, typer.Argument(help="Code of the partner whose payment it is about.")],
    *,
    document: Annotated[
        Path, typer.Option(help="The document; the log has its SHA-256, you keep the file.")
    ],
    rejected: Annotated[
        bool, typer.Option("--rejected", help="The bank rejected the payment file.")
    ] = False,
    note: Annotated[
        str, typer.Option(help="What it says, in words; kept beside the log, bound by it.")
    ] = "",
    home: Home = None,
    subject: As = None,
    json: Json = False,
) -> int:
    """Record a document about a payment: it makes nothing final, for only bank lines pay.

    After a rejection, as long as no line was counted, the settlement can be aborted.
    """
    from api.cli.settling import acting, opened, reference_of
    from api.cli.words import code, say
    from api.writing import written
    from domain.ledger.settling import PAYMENT, REJECTION
    from settlement.commands import RecordPayment
    from settlement.payments.approved import KEY_BYTES

    out, evidence = Output(as_json=json), _sha256(document)
    type_ = REJECTION if rejected else PAYMENT
    with opened(home, writes=True) as network:
        command = RecordPayment(
            actor=acting(network, subject), id=network.ids.entity(), settlement=settlement,
            partner=partner, type=type_, evidence=evidence, note=note,
            note_key=secrets.token_bytes(KEY_BYTES),
        )  # fmt: skip
        written(network, command)
        state = reference_of(network).settlements[settlement].state
    told = {"partner": partner, "settlement": settlement, "state": code(state)}
    out.say(say("record.done", what=code(type_), evidence=evidence, **told))
    if rejected and state == "SUBMITTED":
        out.say(say("record.abort", settlement=settlement))
    out.result(
        {
            "settlement": settlement,
            "partner": partner,
            "type": type_,
            "evidence": evidence,
            "entry": command.id,
            "now": state,
        }
    )
    return GOOD


def _sha256(path: Path) -> str:
    """Return a document's hash; raises StoreError ``FILE_NOT_READABLE``."""
    try:
        with path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no file's name"
        raise StoreError("FILE_NOT_READABLE", path=str(path), reason=reason) from None
