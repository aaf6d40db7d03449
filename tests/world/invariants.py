"""What holds after every entry (DESIGN section 4), and the image by which two states compare."""

from collections import Counter
from dataclasses import astuple

from domain.ids import OPERATOR
from domain.ledger.model import CLEARING, WALLET
from domain.ledger.records import PENDING_STATE
from domain.ledger.settling import OVER
from domain.ledger.state import State


def broken(state: State) -> list[str]:
    """Every invariant that the state breaks, in words; empty where all is well."""
    return [*_accounts(state), *_lots(state), *_holds(state), *_money(state)]


def _accounts(state: State) -> list[str]:
    found: list[str] = []
    books: Counter[tuple[str, str, str]] = Counter()
    clearing: Counter[str] = Counter()
    for (owner, unit, purpose), account in state.accounts.items():
        books[owner, unit, "posted"] += account.debits_posted - account.credits_posted
        books[owner, unit, "pending"] += account.debits_pending - account.credits_pending
        if purpose == CLEARING:
            clearing[unit] += account.debits_posted - account.credits_posted
        spent = account.debits_posted + account.debits_pending
        if purpose == WALLET and spent > account.credits_posted:
            found.append(f"wallet {owner}/{unit} is overdrawn")
    found += [f"book {key} does not balance" for key, rest in books.items() if rest]
    found += [f"gifts of {unit} do not clear" for unit, rest in clearing.items() if rest]
    return found


def _lots(state: State) -> list[str]:
    found: list[str] = []
    for (owner, unit), lots in state.lots.items():
        wallet = state.account(owner, unit, WALLET)
        if sum(lot.remaining for lot in lots) != wallet.credits_posted - wallet.debits_posted:
            found.append(f"lots of {owner}/{unit} are not its balance")
        if sum(lot.pinned for lot in lots) != wallet.debits_pending:
            found.append(f"pins of {owner}/{unit} are not its pending debits")
        found += [
            f"lot {x.seq}.{x.n}" for x in lots if not 0 <= x.pinned <= x.remaining <= x.amount
        ]
    return found


def _holds(state: State) -> list[str]:
    found: list[str] = []
    pinned: Counter[tuple[str, str, int, int]] = Counter()
    reserved: Counter[tuple[str, str]] = Counter()
    for hold in state.holds.values():
        if hold.state == PENDING_STATE:
            for seq, n, amount in hold.pins:
                pinned[hold.owner, hold.unit, seq, n] += amount
            for part in hold.reserve:
                reserved[part.debtor, part.currency] += part.amount
    for key, lot in state.lot_by_key.items():
        if lot.pinned != pinned[key]:
            found.append(f"pins of lot {key} are not its holds'")
    for line_key, line in state.credit_lines.items():
        if line.reserved != reserved[line_key]:
            found.append(f"reserve of {line_key} is not its holds'")
    return found


def _money(state: State) -> list[str]:
    found: list[str] = []
    windows: Counter[tuple[int, str]] = Counter()
    for (partner, currency), positions in state.positions.items():
        if partner != OPERATOR and partner not in state.reference.partners:
            found.append(f"{partner} is no partner")
        for position in positions:
            windows[position.period, currency] += position.debits - position.credits
        exposure = sum(
            p.debits - p.credits
            for p in positions
            if (p.period, currency) not in state.reference.settled
        )
        exposure -= sum(
            net.matched
            for id_, nets in state.nets.items()
            for net in nets.values()
            if net.partner == partner and _going_on(state, id_, currency)
        )
        if state.exposure((partner, currency)) != exposure:
            found.append(f"exposure of {partner} is not its positions'")
    found += [f"window {key} does not net to zero" for key, rest in windows.items() if rest]
    return found + [
        f"settlement {id_} does not net to zero, or pays {net.partner} beyond its due"
        for id_, nets in state.nets.items()
        for net in nets.values()
        # The settlement's own entry comes after those of its nets.
        if id_ in state.reference.settlements
        and (net.due < 0 or sum(one.net for one in nets.values()) != 0)
    ]


def _going_on(state: State, settlement: str, currency: str) -> bool:
    """Whether a settlement of that currency is not over."""
    known = state.reference.settlements.get(settlement)
    return known is not None and known.currency == currency and known.state not in OVER


def image(state: State) -> dict[str, object]:
    """Everything a state holds, copied, so that two images are equal where the states are."""
    reference = state.reference
    return {
        "size": state.size,
        "accounts": {
            key: (
                *(a.debits_posted, a.credits_posted, a.debits_pending, a.credits_pending),
                a.active_at,
            )
            for key, a in state.accounts.items()
        },
        "lots": {key: (x.remaining, x.pinned, x.expires_at) for key, x in state.lot_by_key.items()},
        "holds": {key: (x.state, x.captured, x.ended_seq) for key, x in state.holds.items()},
        "merges": dict(state.merges),
        "originals": {key: x.reversed for key, x in state.originals.items()},
        "consents": {key: dict(value) for key, value in state.consents.items()},
        "positions": {key: [astuple(x) for x in value] for key, value in state.positions.items()},
        "credit_lines": {key: astuple(x) for key, x in state.credit_lines.items()},
        "named": [dict(state.quotes), dict(state.usage), dict(state.members)],
        "memberships": [dict(state.memberships), dict(state.references)],
        "reference": [
            dict(table)
            for table in (reference.partners, reference.units, reference.keys, reference.proposals)
        ],
        "settling": [
            dict(reference.settlements),
            dict(reference.policies),
            {id_: [astuple(net) for net in nets.values()] for id_, nets in state.nets.items()},
            {id_: list(shares) for id_, shares in state.shares.items()},
            dict(state.bank_lines),
            dict(state.waiting),
            dict(state.returned),
            dict(state.payment_files),
            dict(state.disputes),
        ],
        "agreed": [dict(reference.contracts), dict(reference.windows), set(reference.settled)],
        "dirty": {table: set(keys) for table, keys in state.dirty.items()},
    }
