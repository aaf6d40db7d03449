"""The bank lines that commands name: what was counted of them, and what waits for a person."""

from domain.ledger.settling import BankLine
from domain.ledger.state import Needs, State
from domain.ledger.waiting import CARRY, WaitingLine, read_carried
from domain.store import statements
from domain.store.session import Session


def load_bank_lines(session: Session, state: State, needs: Needs) -> None:
    """Read them, by place and by the bank's own reference; proposals to carry name lines too."""
    proposals = map(state.reference.proposals.get, needs.proposals)
    places = needs.bank_lines | {
        read_carried(one.value)[0] for one in proposals if one and one.type == CARRY
    }
    for line in session.read(statements.BANK_LINES, list(places)):
        state.bank_lines[line[0], line[1]] = BankLine(*line)
    references = [(reference,) for reference in needs.bank_references]
    for reference, statement, place in session.read(statements.BANK_REFERENCES, references):
        state.references_of_bank[reference] = (statement, place)
    rows = session.read(statements.WAITING_LINES, list(places))
    for row in rows + session.read(statements.WAITING_REFERENCES, references):
        found = WaitingLine(*row)
        state.waiting[found.place] = found
        if found.reference:
            state.waiting_references[found.reference] = found.place
