"""DESIGN section 4, invariants 1, 2, 3, 9 and 12, read off a state and its effects."""

from collections import Counter

from audit.entry import decode
from audit.times import parse_time
from domain.ledger.state import State
from tests.property.ledger.network import Network


def check(network: Network) -> None:
    """Assert them all."""
    books_balance(network.state)
    wallets_hold(network.state)
    lots_are_balances(network.state)
    money_balances(network)
    time_increases(network.leaves)


def books_balance(state: State) -> None:
    """In every book and unit debits equal credits; CLEARING sums to zero in each unit."""
    posted: Counter[tuple[str, str]] = Counter()
    pending: Counter[tuple[str, str]] = Counter()
    clearing: Counter[str] = Counter()
    for (owner, unit, purpose), account in state.accounts.items():
        posted[owner, unit] += account.debits_posted - account.credits_posted
        pending[owner, unit] += account.debits_pending - account.credits_pending
        if purpose == "CLEARING":
            clearing[unit] += account.debits_posted - account.credits_posted
    assert not any(posted.values())
    assert not any(pending.values())
    assert not any(clearing.values())


def wallets_hold(state: State) -> None:
    """Debits posted and pending of a wallet never exceed its credits posted."""
    for (_, _, purpose), account in state.accounts.items():
        if purpose == "WALLET":
            assert account.debits_posted + account.debits_pending <= account.credits_posted


def lots_are_balances(state: State) -> None:
    """A wallet's lots hold its balance, and its holds pin its pending debits."""
    remaining: Counter[tuple[str, str]] = Counter()
    pinned: Counter[tuple[str, str]] = Counter()
    for lot in state.lot_by_key.values():
        assert 0 <= lot.pinned <= lot.remaining <= lot.amount
        remaining[lot.owner, lot.unit] += lot.remaining
        pinned[lot.owner, lot.unit] += lot.pinned
    holds: Counter[tuple[str, str]] = Counter()
    for hold in state.holds.values():
        if hold.state == "PENDING":
            holds[hold.owner, hold.unit] += hold.amount
            assert hold.amount == sum(amount for _, _, amount in hold.pins)
    for (owner, unit, purpose), account in state.accounts.items():
        if purpose == "WALLET":
            balance = account.credits_posted - account.debits_posted
            assert remaining.pop((owner, unit), 0) == balance
            assert pinned.pop((owner, unit), 0) == account.debits_pending
            assert holds.pop((owner, unit), 0) == account.debits_pending
    assert not any(remaining.values())
    assert not any(holds.values())


def money_balances(network: Network) -> None:
    """Positions re-add from obligations; over a window debits equal credits, nets sum to zero."""
    added: Counter[tuple[str, str, int, str]] = Counter()
    for _, _, owed in network.obligations:
        assert owed.amount > 0
        assert owed.debtor != owed.creditor
        added[owed.debtor, owed.currency, owed.period, "debits"] += owed.amount
        added[owed.creditor, owed.currency, owed.period, "credits"] += owed.amount
    debits: Counter[tuple[str, int]] = Counter()
    for rows in network.state.positions.values():
        for row in rows:
            key = (row.partner, row.currency, row.period)
            assert added[*key, "debits"] == row.debits
            assert added[*key, "credits"] == row.credits
            debits[row.currency, row.period] += row.debits - row.credits
    assert not any(debits.values())


def time_increases(leaves: list[bytes]) -> None:
    """Entry time strictly increases; no effective time lies after its entry's."""
    last = -1
    for leaf in leaves[-4:]:
        fields = decode(leaf)
        time = parse_time(str(fields["time"]))
        assert time > last
        last = time
        if "effective" in fields:
            assert parse_time(str(fields["effective"])) <= time
