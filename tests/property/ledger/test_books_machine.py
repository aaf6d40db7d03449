"""Books of random histories: they balance, carry what lots carry, and owe what positions say."""

from collections import Counter

from domain.ledger.effects import TRANSFER_KINDS
from domain.money import Ratio, part_of
from settlement.books.breakage import Estimate
from settlement.books.chart import Account, Policy
from settlement.books.journal import Journal
from settlement.books.liability import liabilities
from settlement.books.rows import Event, Opened, Owed, Used
from tests.property.ledger.merging import MergingCommands
from tests.property.ledger.network import KINDS, Network
from tests.property.ledger.profile import MACHINE
from tests.property.ledger.world import BRANDS, UNITS

POLICIES = {
    brand: Policy(breakage={unit: Estimate("1", Ratio(1, 3)) for unit in UNITS})
    for brand in BRANDS[:2]
}


class BooksFollow(MergingCommands):
    """Whatever was done, books are made of it."""

    def teardown(self) -> None:
        """Post everything once all has been done."""
        if hasattr(self, "network"):
            check(self.network)


def events(network: Network) -> list[Event]:
    """The history's entries, as the store would have them."""
    found: list[Event] = []
    for seq, effect in network.effects:
        if effect.kind not in TRANSFER_KINDS:
            continue
        fields = effect.fields
        opened = tuple(
            Opened(n, effect.wallet_of(one)[1], one.obligor, one.issuer, one.currency, one.cost,
                   one.amount)
            for n, one in enumerate(effect.lots)
        )  # fmt: skip
        uses = tuple(Used(use.seq, use.n, use.action, use.amount) for use in effect.uses)
        owed = tuple(
            Owed(one.debtor, one.creditor, one.currency, one.amount, one.kind)
            for one in effect.obligations
        )
        ids = (effect.id, KINDS[effect.kind], fields.get("original", ""))
        found.append(Event(seq, seq, *ids, fields.get("acceptor", ""), opened, uses, owed))
    return found


def check(network: Network) -> None:
    """Assert that books balance and agree with lots, positions, and what has expired."""
    journal = Journal(POLICIES)
    balances: Counter[tuple[str, Account]] = Counter()
    expired: Counter[str] = Counter()
    for event in events(network):
        for entry in journal.post(event):
            assert sum(posting.amount for posting in entry.postings) == 0
            for account, _, amount in entry.postings:
                balances[entry.partner, account] += amount
                if (event.kind, account) == ("EXPIRE", Account.CONTRACT_LIABILITY):
                    expired[entry.partner] += amount
    lots = [lot for lot in network.state.lot_by_key.values() if lot.remaining]
    standing = {
        key: (pool.standing, Estimate("1", Ratio(1, 3))) for key, pool in journal.pools.items()
    }
    report = liabilities(lots, standing, "UTC")
    for (partner, unit, currency), pool in journal.pools.items():
        mine = [one for one in report if one[:2] == (partner, unit) and one.currency == currency]
        carried = sum(
            part_of(lot.cost, lot.remaining, lot.amount)
            for lot in lots
            if (lot.obligor, lot.unit, lot.currency) == (partner, unit, currency)
        )
        assert pool.carried == carried == sum(one.carried for one in mine)
        assert 0 <= pool.standing <= pool.carried
        assert sum(one.breakage for one in mine) == pool.standing
    for partner in (*BRANDS, "OPERATOR"):
        pools = [pool for key, pool in journal.pools.items() if key[0] == partner]
        assert balances[partner, Account.CONTRACT_LIABILITY] == -sum(one.carried for one in pools)
        released = sum(one.standing for one in pools)
        assert balances[partner, Account.BREAKAGE_RELEASED] == released
        assert balances[partner, Account.BREAKAGE] == -(expired[partner] + released)
        owed = sum(
            one.debits - one.credits for one in network.state.positions.get((partner, "KRW"), ())
        )
        clearing = (Account.CLEARING_PAYABLE, Account.CLEARING_RECEIVABLE)
        assert sum(balances[partner, one] for one in clearing) == -owed


BooksFollow.TestCase.settings = MACHINE
TestBooksFollow = BooksFollow.TestCase
