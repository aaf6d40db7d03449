"""A format's name to bytes: the one list of what a statement can be written as."""

from __future__ import annotations

from typing import TYPE_CHECKING

from settlement.statements.csv_form import as_csv
from settlement.statements.json_form import as_json
from settlement.statements.model import StatementError
from settlement.statements.words import LANGUAGES

if TYPE_CHECKING:
    from settlement.statements.model import Parties, Statement

FORMATS = ("pdf", "xlsx", "csv", "json")


def require(formats: tuple[str, ...], language: str) -> None:
    """Refuse what no statement is written as.

    Raises StatementError ``FORMAT_UNKNOWN`` or ``LANGUAGE_UNKNOWN``.
    """
    for name in formats or ("",):
        if name not in FORMATS:
            raise StatementError("FORMAT_UNKNOWN", format=name[:64], known=", ".join(FORMATS))
    if language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise StatementError("LANGUAGE_UNKNOWN", language=language[:64], known=known)


def rendered(statement: Statement, parties: Parties, name: str, language: str) -> bytes:
    """Return the statement in the format ``name``; the JSON form is the same in each language.

    Raises StatementError ``FORMAT_UNKNOWN``, and what a spreadsheet cannot hold.
    """
    if name == "json":
        return as_json(statement)
    if name == "csv":
        return as_csv(statement, language)
    # The libraries of these two take a moment to load, and most statements asked for are data.
    if name == "xlsx":
        from settlement.statements.xlsx_form import as_xlsx  # noqa: PLC0415

        return as_xlsx(statement, parties, language)
    if name == "pdf":
        from settlement.statements.pdf_form import as_pdf  # noqa: PLC0415

        return as_pdf(statement, parties, language)
    raise StatementError("FORMAT_UNKNOWN", format=name[:64], known=", ".join(FORMATS))
