"""Flags that several verbs share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

Home: TypeAlias = Annotated[
    Path | None,
    typer.Option("--home", help="Folder of the network; DURE_HOME, or ./dure-home."),
]
Json: TypeAlias = Annotated[
    bool, typer.Option("--json", help="Print one JSON object as the last line, nothing else.")
]
As: TypeAlias = Annotated[
    str | None,
    typer.Option("--as", help="Subject who acts; it stands in the log as operator/SUBJECT."),
]
Reason: TypeAlias = Annotated[str, typer.Option(help="A reason code.")]
Accounts: TypeAlias = Annotated[
    Path | None,
    typer.Option(help="JSON: each partner's bank account; else bank-accounts.json of the home."),
]
