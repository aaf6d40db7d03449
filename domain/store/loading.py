"""A batch's state from rows, in two rounds of bulk reads.

First what the commands name: holds, originals, quotes, members, references. Then the books found:
accounts, open lots, pending holds with their pins, consents, counters, members' keys. Absent from
the state then means absent from the database.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from domain.clock import DAY, to_datetime
from domain.ledger.commands import Command, EnrollMember
from domain.ledger.disputes import Dispute
from domain.ledger.model import TAKE, Account, Hold, Leg, Lot, LotUse, Original, Reserve
from domain.ledger.records import PENDING_STATE, Consent, CreditLine, Position, Quote
from domain.ledger.settling import Net, Share
from domain.ledger.state import LotKey, Needs, Reference, State, WalletKey
from domain.store import statements
from domain.store.bank_lines import load_bank_lines
from domain.store.books import Books
from domain.store.disputed import load_disputes
from domain.store.scheduled import load_times
from domain.store.session import Session

USAGE_DAYS = 2  # no zone's day lies further back from the UTC day than that


class Shared(NamedTuple):
    """What is kept while nobody else has written: the few rows that all share, and books read."""

    reference: Reference
    positions: dict[tuple[str, str], list[Position]]
    credit_lines: dict[tuple[str, str], CreditLine]
    nets: dict[str, dict[str, Net]]
    shares: dict[str, list[Share]]
    disputes: dict[str, Dispute]
    returned: dict[str, int]
    books: Books


def read_shared(session: Session, reference: Reference) -> Shared:
    """Return credit lines, and what is not over of windows, settlements and disputes."""
    positions: dict[tuple[str, str], list[Position]] = {}
    for row in session.read(statements.POSITIONS):
        positions.setdefault((row[0], row[1]), []).append(Position(*row))
    lines = {(row[0], row[1]): CreditLine(*row) for row in session.read(statements.CREDIT_LINES)}
    nets: dict[str, dict[str, Net]] = {}
    for net in session.read(statements.NETS):
        nets.setdefault(net[0], {})[net[1]] = Net(*net)
    shares: dict[str, list[Share]] = {}
    for share in session.read(statements.SHARES):
        shares.setdefault(share[0], []).append(Share(*share))
    disputes = {row[0]: Dispute(*row) for row in session.read(statements.DISPUTES_OPEN)}
    returned: dict[str, int] = {}
    for settlement, amount in session.read(statements.RETURNED):
        returned[settlement] = returned.get(settlement, 0) + amount
    return Shared(reference, positions, lines, nets, shares, disputes, returned, Books())


def load(
    session: Session, shared: Shared, size: int, now: int, commands: Sequence[Command]
) -> tuple[State, dict[str, bytes]]:
    """Return the state that the commands need, and the wrapped keys of their members."""
    books = shared.books
    state = books.state(shared.reference, size)
    state.positions, state.credit_lines = shared.positions, shared.credit_lines
    state.nets, state.shares = shared.nets, shared.shares
    state.disputes, state.returned = shared.disputes, shared.returned
    needs = Needs()
    for command in commands:
        command.needs(needs)
    # An erasure empties every wallet that its member may have.
    for owner in needs.erasures:
        needs.wallets.update((owner, unit) for unit in state.reference.units)
    _load_named(session, state, needs)
    load_disputes(session, state, needs)
    load_bank_lines(session, state, needs)
    _load_originals(session, state, needs)
    _load_books(session, state, books, needs)
    _load_merges(session, state, needs)
    _load_consents(session, state, books, needs)
    _load_usage(session, state, books, needs, now)
    return state, _member_keys(session, books, commands)


def _load_named(session: Session, state: State, needs: Needs) -> None:
    members = [(member,) for member in needs.members if member not in state.members]
    state.members.update(session.read(statements.MEMBERS, members))
    erasures = [(member,) for member in needs.erasures]
    state.commitments.update(session.read(statements.COMMITMENTS, erasures))
    for owner, partner, seq in session.read(statements.MEMBERSHIPS, list(needs.memberships)):
        state.memberships[owner, partner] = seq
    for partner, index, owner in session.read(statements.REFERENCES, list(needs.references)):
        state.references[partner, index] = owner
    for quote in session.read(statements.QUOTES, list(needs.quotes)):
        state.quotes[quote[0], quote[1]] = Quote(*quote)
    messages = [(message,) for message in needs.messages]
    state.payment_files.update(session.read(statements.PAYMENT_FILES, messages))
    _load_invoices(session, state, needs)
    load_times(session, state, needs)
    for key in needs.holds & state.holds.keys():
        needs.wallets.add((key[0], state.holds[key].unit))
    for hold in session.read(statements.HOLDS, list(needs.holds - state.holds.keys())):
        needs.wallets.add((hold[0], hold[2]))
        if hold[9] != PENDING_STATE:  # a pending one comes with its wallet, pins and all
            state.add_hold(_hold(hold, []))


def _load_invoices(session: Session, state: State, needs: Needs) -> None:
    """Sum up what is owed in windows that may be closed, where anything of it is taxed."""
    reference = state.reference
    taxed = {currency for name, _, currency in reference.policies if name == "TAX"}
    proposals = map(reference.proposals.get, needs.proposals)
    windows = {(one.period, one.currency) for one in proposals if one and one.period}
    windows |= {(reference.open_periods.get(one, 0), one) for one in needs.schedules}
    for window in windows:
        if window[1] not in taxed:
            continue
        rows = session.read(statements.INVOICES, [window])
        state.invoices[window] = {
            (debtor, creditor, kind): (int(high) << 32) + int(low)
            for debtor, creditor, kind, high, low in rows
        }


def _load_originals(session: Session, state: State, needs: Needs) -> None:
    """Read the transfers that reversals name: every leg, every take, every lot, in all books."""
    found = session.read(statements.ORIGINALS, list(needs.originals))
    if not found:
        return
    books: dict[int, list[str]] = {}
    for seq, owner in session.read(statements.BOOKS, list({(row[2],) for row in found})):
        books.setdefault(seq, []).append(owner)
    # A gift may be named from both of its books; its rows are read once all the same.
    entries = {row[2]: row[1] for row in found}
    places = [(owner, id_) for seq, id_ in entries.items() for owner in books[seq]]
    legs: dict[str, list[tuple[int, Leg]]] = {}
    for book, transfer, n, unit, debit, credit, phase, amount in session.read(
        statements.LEGS, places
    ):
        legs.setdefault(transfer, []).append((n, Leg(book, unit, debit, credit, phase, amount)))
        needs.wallets.add((book, unit))
        needs.members.add(book)
    uses = [row for row in session.read(statements.USES, places) if row[5] == TAKE]
    units: dict[tuple[str, int, int], str] = {}
    for lot in session.read(statements.LOTS_USED, list({(u[0], u[3], u[4]) for u in uses})):
        if (lot[0], lot[3], lot[1], lot[2]) not in state.lot_by_key:
            state.add_lot(Lot(*lot))
        units[lot[0], lot[1], lot[2]] = lot[3]
    takes: dict[str, list[tuple[int, LotUse]]] = {}
    for owner, transfer, n, seq, lot_n, action, amount in uses:
        use = LotUse(owner, units[owner, seq, lot_n], seq, lot_n, action, amount)
        takes.setdefault(transfer, []).append((n, use))
    opened: dict[int, list[tuple[str, str, int, int]]] = {}
    for lot in session.read(
        statements.LOTS_OPENED, [(owner, seq) for seq in entries for owner in books[seq]]
    ):
        if (lot[0], lot[3], lot[1], lot[2]) not in state.lot_by_key:
            state.add_lot(Lot(*lot))
        opened.setdefault(lot[1], []).append((lot[0], lot[3], lot[1], lot[2]))
    for row in session.read(statements.DISPUTES_OF_ENTRY, [(seq,) for seq in entries]):
        state.disputes[row[0]] = Dispute(*row)
    parts: dict[tuple[str, str], int] = {}
    for owner, original, part in session.read(statements.PARTS, [(r[0], r[1]) for r in found]):
        parts[owner, original] = parts.get((owner, original), 0) + part
    for owner, id_, seq, kind, actor, contract, hold, acceptor in found:
        state.originals[owner, id_] = Original(
            owner, id_, seq, kind, actor, contract, hold, acceptor,
            tuple(leg for _, leg in sorted(legs.get(id_, ()))),
            tuple(use for _, use in sorted(takes.get(id_, ()))),
            tuple(sorted(opened.get(seq, ()), key=lambda lot: lot[3])),
            parts.get((owner, id_), 0),
        )  # fmt: skip
    members = [(member,) for member in needs.members if member not in state.members]
    state.members.update(session.read(statements.MEMBERS, members))


def _load_books(session: Session, state: State, books: Books, needs: Needs) -> None:
    wallets = sorted(needs.wallets - books.wallets)
    books.wallets.update(wallets)
    accounts = state.accounts
    for owner, unit, purpose, *counters in session.read(statements.ACCOUNTS, wallets):
        accounts[owner, unit, purpose] = Account(*counters)
    for row in session.read(statements.LOTS_OPEN, wallets):
        if (row[0], row[3], row[1], row[2]) not in state.lot_by_key:  # originals brought some
            state.add_lot(Lot(*row))
    pending = session.read(statements.HOLDS_PENDING, wallets)
    pins: dict[tuple[str, str], list[tuple[int, int, int, int]]] = {}
    # A hold bears the id of the transfer that placed it; its pins are that transfer's uses.
    for owner, transfer, n, seq, lot_n, _, amount in session.read(
        statements.USES, [(row[0], row[1]) for row in pending]
    ):
        pins.setdefault((owner, transfer), []).append((n, seq, lot_n, amount))
    for hold in pending:
        placed = sorted(pins.get((hold[0], hold[1]), ()))
        state.add_hold(_hold(hold, [(seq, n, amount) for _, seq, n, amount in placed]))


def _load_merges(session: Session, state: State, needs: Needs) -> None:
    """Read what the lots that reversals take back from were merged into, if they were.

    Only what is open can be taken from, so the way goes from open lots back to their sources.
    """
    first: dict[WalletKey, int] = {}
    for original in map(state.originals.get, needs.originals):
        for key in original.lots if original else ():
            lot = state.lot_by_key[key]
            if lot.remaining < lot.amount:  # a lot that is whole was never merged
                wallet = (lot.owner, lot.unit)
                first[wallet] = min(lot.seq, first.get(wallet, lot.seq))
    for (owner, unit), oldest in first.items():
        asked: set[int] = set()
        wanted = {lot.seq for lot in state.lots[owner, unit]}
        while wanted := {seq for seq in wanted - asked if seq > oldest}:
            asked |= wanted
            sources: dict[int, list[LotKey]] = {}
            keys = [(owner, seq) for seq in wanted]
            for merged, seq, n in session.read(statements.MERGED, keys):
                sources.setdefault(merged, []).append((owner, unit, seq, n))
            for merged, lots in sources.items():
                state.merges[owner, unit, merged, 0] = tuple(lots)
            wanted = {seq for lots in sources.values() for _, _, seq, _ in lots}


def _hold(row: statements.HoldRow, pins: list[tuple[int, int, int]]) -> Hold:
    reserve, state, captured, seq, ended_seq = row[8:]
    reserves = [item.split(",") for item in reserve.split(";")] if reserve else []
    kept = tuple(Reserve(debtor, currency, int(part)) for debtor, currency, part in reserves)
    return Hold(*row[:8], kept, state, captured, seq, ended_seq, pins)


def _load_consents(session: Session, state: State, books: Books, needs: Needs) -> None:
    """Read live consents, and others that commands name or open holds cite.

    A hold's end changes the consent it used, revoked since or not.
    """
    owners = needs.consents - books.consents
    books.consents |= owners
    rows = session.read(statements.CONSENTS_LIVE, [(owner,) for owner in owners])
    held = {
        (hold.owner, hold.consent)
        for wallet in needs.wallets
        for hold in state.holds_by_wallet.get(wallet, ())
        if hold.consent
    }
    cited = [
        (owner, consent)
        for owner, consent in held | needs.consents_named
        if consent not in state.consents.get(owner, ())
    ]
    rows += session.read(statements.CONSENTS_CITED, cited)
    for row in rows:
        state.consents.setdefault(row[0], {})[row[1]] = Consent(*row)


def _load_usage(session: Session, state: State, books: Books, needs: Needs, now: int) -> None:
    capped = {contract.id for contract in state.reference.contracts.values() if contract.capped}
    if not needs.usage or not capped:
        return
    since = to_datetime(now - USAGE_DAYS * DAY).date().isoformat()
    # The pair's counter stands under the empty owner.
    wanted = {(owner, contract) for owner in ("", *needs.usage) for contract in capped}
    wanted -= books.usage
    books.usage |= wanted
    keys = [(owner, contract, since) for owner, contract in wanted]
    for owner, contract, day, amount in session.read(statements.USAGE, keys):
        state.usage[owner, contract, day] = amount


def _member_keys(session: Session, books: Books, commands: Iterable[Command]) -> dict[str, bytes]:
    wanted: set[str] = set()
    found: dict[str, bytes] = {}
    for command in commands:
        if isinstance(command, EnrollMember):
            found[command.owner] = command.wrapped_key
        elif member := command.member():
            wanted.add(member)
    unread = [(member,) for member in wanted - books.keys.keys()]
    for owner, wrapped in session.read(statements.MEMBER_KEYS, unread):
        books.keys[owner] = bytes(wrapped)
    found.update({owner: books.keys[owner] for owner in wanted & books.keys.keys()})
    return found
