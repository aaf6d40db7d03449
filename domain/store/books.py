"""What one batch leaves in memory for the next: the books it read, as it left them.

It holds exactly as long as the log's head does: whoever else writes moves the head's last hash, and
everything here is forgotten. A process that is the only writer reads a member's book once.
"""

from typing import cast

from domain.ledger.records import PENDING_STATE
from domain.ledger.state import LotKey, Reference, State, WalletKey

ROWS_MAX = 200_000  # accounts, lots, members and the like; some hundred megabytes


class Books:
    """Books in memory, and which wallets, consents and counters were read whole."""

    def __init__(self) -> None:
        """Begin with nothing read."""
        self.wallets: set[WalletKey] = set()
        self.consents: set[str] = set()
        self.usage: set[tuple[str, str]] = set()
        self.keys: dict[str, bytes] = {}  # members' wrapped keys
        self._state: State | None = None

    def state(self, reference: Reference, size: int) -> State:
        """Return a batch's state that begins with what is kept."""
        state, kept = State(reference, size), self._state
        if kept is not None:
            state.accounts, state.members = kept.accounts, kept.members
            state.lots, state.lot_by_key = kept.lots, kept.lot_by_key
            state.holds, state.holds_by_wallet = kept.holds, kept.holds_by_wallet
            state.consents, state.usage = kept.consents, kept.usage
        return state

    def after(self, state: State) -> "Books":
        """Return what the next batch may begin with, once this one's state is committed.

        It holds what a wallet's reading would bring, and no more: lots that are spent go, and so
        do those that only a reversal's original brought. A state that has grown too large goes.
        """
        rows = len(state.accounts) + len(state.lot_by_key) + len(state.members)
        rows += len(state.holds) + len(state.consents) + len(state.usage) + len(self.keys)
        if rows > ROWS_MAX:
            return Books()
        # ``apply`` touches a lot under its own key.
        seen = set(cast("set[LotKey]", state.dirty.get("lot", set())))
        for original in state.originals.values():
            seen.update(original.lots)
            seen.update((use.owner, use.unit, use.seq, use.n) for use in original.takes)
        for key in seen:
            lot = state.lot_by_key[key]
            if not lot.remaining:
                state.lots[key[:2]].remove(lot)
                del state.lot_by_key[key]
        for owner, id_ in state.dirty.get("hold", ()):
            hold = state.holds[str(owner), str(id_)]
            if hold.state != PENDING_STATE:
                state.holds_by_wallet[hold.owner, hold.unit].remove(hold)
                del state.holds[hold.owner, hold.id]
        state.dirty.clear()
        self._state = state
        return self
