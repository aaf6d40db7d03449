"""The disputes that commands name, and the lines that they would dispute."""

from domain.ledger.disputes import OPEN, UPHOLD, Dispute
from domain.ledger.model import Obligation
from domain.ledger.state import Needs, State
from domain.store import statements
from domain.store.session import Session


def load_disputes(session: Session, state: State, needs: Needs) -> None:
    """Read them beside the open ones, which the state has; those that earlier batches ended go.

    With a dispute comes what reversals of its line's transfer gave back.
    """
    if not (needs.lines or needs.disputes or needs.proposals):
        return
    for id_ in [one.id for one in state.disputes.values() if one.state != OPEN]:
        del state.disputes[id_]
    proposals = map(state.reference.proposals.get, needs.proposals)
    named = needs.disputes | {one.value for one in proposals if one and one.type == UPHOLD}
    rows = session.read(statements.DISPUTES, [(id_,) for id_ in named - state.disputes.keys()])
    rows += session.read(statements.DISPUTES_OF_LINE, list(needs.lines))
    for row in rows:
        state.disputes[row[0]] = Dispute(*row)
    entries = [(seq,) for seq in {seq for seq, _ in needs.lines}]
    disputes = filter(None, map(state.disputes.get, named))
    keys = {*entries, *((one.line_seq,) for one in disputes)}
    for seq, debtor, creditor, amount in session.read(statements.GIVEN_BACK, sorted(keys)):
        state.give_back(seq, debtor, creditor, amount)
    for line in session.read(statements.OWED, list(needs.lines)):
        state.lines[line[0], line[1]] = Obligation(*line[2:])
