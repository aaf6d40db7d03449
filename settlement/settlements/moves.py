"""Which command may move a settlement where: the one table that all rules ask.

A row is a state, a column a command. A cell names the states that the command may lead to: `stays`
where it may leave the state as it is, `same` where it has been done already, which changes nothing
and is said so; `-` where it is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import Refusal
from domain.ledger.settling import STATES

if TYPE_CHECKING:
    from domain.ledger.settling import Settlement
    from domain.ledger.state import State

APPROVE = "APPROVE"
ABORT = "ABORT"
DEFAULT = "DEFAULT"
ACCOUNTS = "ACCOUNTS"
SUBMIT = "SUBMIT"
RELEASE = "RELEASE"
MATCH = "MATCH"
EVIDENCE = "EVIDENCE"

# From SUBMITTED an abort asks for a recorded rejection besides; a default for the time to pay to
# be over. An approval leads on to SETTLED where no partner owes anything. ACCOUNTS approves other
# bank accounts than were approved with the nets.
TABLE = """
state            APPROVE           ABORT    SUBMIT     RELEASE  MATCH                         EVIDENCE  DEFAULT            ACCOUNTS
DRAFT            APPROVED/SETTLED  ABORTED  -          -        -                             -         -                  -
APPROVED         same              ABORTED  SUBMITTED  -        -                             -         -                  stays
SUBMITTED        -                 ABORTED  same       stays    stays/PARTIALLY_PAID/SETTLED  stays     DEFAULTED/SETTLED  stays
PARTIALLY_PAID   -                 -        -          stays    stays/SETTLED                 stays     DEFAULTED/SETTLED  stays
DEFAULTED        -                 -        -          stays    stays/SETTLED                 stays     same               stays
SETTLED          -                 -        -          -        -                             -         -                  -
ABORTED          -                 same     -          -        -                             -         -                  -
"""  # noqa: E501 -- a table is read across


def _read(table: str) -> dict[tuple[str, str], tuple[str, ...]]:
    (_, *head), *rows = [line.split() for line in table.strip().splitlines()]
    cells: dict[tuple[str, str], tuple[str, ...]] = {}
    for state, *found in rows:
        assert state in STATES, state
        for command, cell in zip(head, found, strict=True):
            cells[state, command] = () if cell == "-" else tuple(cell.split("/"))
    return cells


MOVES = _read(TABLE)
SAME = "same"
STAYS = "stays"


def find(
    state: State, settlement: str, command: str, path: tuple[str, ...]
) -> Settlement | Refusal:
    """Return the settlement where the command may move it, or leave it; else the refusal.

    ``SETTLEMENT_UNKNOWN``, ``SETTLEMENT_UNCHANGED`` where the command has been done already, and
    ``SETTLEMENT_STATE``; the last two name the state.
    """
    found = state.reference.settlements.get(settlement)
    if found is None:
        return Refusal("SETTLEMENT_UNKNOWN", path, {"settlement": settlement[:64]})
    cell = MOVES[found.state, command]
    if cell and cell != (SAME,):
        return found
    code = "SETTLEMENT_UNCHANGED" if cell else "SETTLEMENT_STATE"
    return Refusal(code, path, {"settlement": found.id, "state": found.state})
