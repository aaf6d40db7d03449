"""When windows opened and schedules were declared: the times of their entries."""

from domain.clock import parse_instant
from domain.ledger.records import OPEN
from domain.ledger.state import Needs, State
from domain.store import statements
from domain.store.reference import Reader
from domain.store.requests import leaf_fields
from domain.store.session import Session


def load_times(session: Session, state: State, needs: Needs) -> None:
    """Read those of every open window of the currencies asked for, and of their policies."""
    reference, wanted = state.reference, needs.schedules
    if not wanted:
        return
    seqs = {one.opened_seq for one in reference.windows.values() if one.state == OPEN}
    seqs |= {one.seq for one in reference.policies.values() if one.currency in wanted}
    state.times.update(times_of(session, seqs))


def times_of(reader: Reader, seqs: set[int]) -> dict[int, int]:
    """Return the instants of these entries, by their numbers."""
    return {
        seq: parse_instant(leaf_fields(bytes(leaf))["time"])
        for seq, leaf in reader.read(statements.LEAVES, [(seq,) for seq in seqs])
    }
