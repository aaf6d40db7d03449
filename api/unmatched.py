"""The queue of bank lines as a person needs it: what the bank says, and what each line may be."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from api.bank_import import due_payments
from api.bank_standing import standing
from domain.store.queries import waiting
from settlement.bank.candidates import Candidate, candidates

if TYPE_CHECKING:
    from api.schema.core.reading import Connection
    from domain.ledger.waiting import Place, WaitingLine

STATEMENT_SHOWN = 8  # hex digits of a statement's hash; a year has some thousand files
PLACE_MIN = 6  # as few digits as still mean something
_NUMBER = re.compile(r"[1-9][0-9]{0,7}\Z", re.ASCII)


class Unmatched(NamedTuple):
    """A waiting line, what its bank says of it by name, and its candidates."""

    line: WaitingLine
    told: dict[str, str]
    candidates: tuple[Candidate, ...]


def unmatched(connection: Connection, origin: str, first: int, after: int) -> list[Unmatched]:
    """Return the ``first`` lines that wait since an entry above ``after``, oldest first."""
    rows = waiting.page(connection, first, after)
    if not rows:
        return []
    due, details = due_payments(connection, origin)
    paid, _ = standing(connection, due, details)
    left = [
        Candidate(settlement, payment, payment.amount - paid.get(payment.end_to_end_id, 0))
        for settlement, payment in due.values()
    ]
    found: list[Unmatched] = []
    for line, text in rows:
        told = read_told(text)
        found.append(Unmatched(line, told, candidates(line, told.get("endToEndId", ""), left)))
    return found


def read_told(text: str) -> dict[str, str]:
    """Read what a bank said of a line; nothing where it is not kept, or is no text of ours."""
    try:
        parsed: object = json.loads(text) if text else {}
    except ValueError:
        parsed = {}
    if not isinstance(parsed, dict):
        return {}
    return {str(name): str(value) for name, value in parsed.items()}


def place_text(place: Place, digits: int = 64) -> str:
    """Return a line's name, ``STATEMENT.LINE``."""
    return f"{place[0][:digits]}.{place[1]}"


def named_line(connection: Connection, text: str) -> WaitingLine | None:
    """Return the one waiting line that a name means, its statement shortened perhaps; else None."""
    digits, _, number = text.partition(".")
    if len(digits) < PLACE_MIN or not _NUMBER.match(number):
        return None
    found = waiting.begun(connection, digits, int(number))
    return found[0].line if len(found) == 1 else None
