"""A state's logged rows, to be held against those that replay makes of the leaves."""

from collections.abc import Callable

from audit.replay import Row
from domain.ledger.effects import reserve_text
from domain.ledger.state import State
from tests.property.ledger.network import Network


def accounts(state: State) -> list[Row]:
    """Table account."""
    return [
        (
            *key,
            a.debits_posted,
            a.credits_posted,
            a.debits_pending,
            a.credits_pending,
            a.active_at,
        )
        for key, a in state.accounts.items()
    ]


def lots(state: State) -> list[Row]:
    """Table lot."""
    return [
        (
            lot.owner,
            lot.seq,
            lot.n,
            lot.unit,
            lot.obligor,
            lot.issuer,
            lot.funding,
            lot.expires_at,
            lot.currency,
            lot.cost,
            lot.amount,
            lot.remaining,
            lot.pinned,
        )
        for lot in state.lot_by_key.values()
    ]


def holds(state: State) -> list[Row]:
    """Table hold."""
    return [
        (
            h.owner,
            h.id,
            h.unit,
            h.amount,
            h.acceptor,
            h.contract,
            h.consent,
            h.deadline,
            reserve_text(h.reserve),
            h.state,
            h.captured,
            h.seq,
            h.ended_seq,
        )
        for h in state.holds.values()
    ]


def consents(state: State) -> list[Row]:
    """Table consent."""
    return [
        (
            c.owner,
            c.id,
            c.partner,
            c.unit,
            c.action,
            c.max,
            c.used,
            c.vouched,
            c.evidence,
            c.expires_at,
            c.seq,
            c.revoked_seq,
        )
        for owned in state.consents.values()
        for c in owned.values()
    ]


def quotes(state: State) -> list[Row]:
    """Table quote."""
    return [
        (q.owner, q.id, q.partner, q.contract, q.source, q.target, q.expires_at, q.seq, q.used_seq)
        for q in state.quotes.values()
    ]


def positions(state: State) -> list[Row]:
    """Table position."""
    return [
        (p.partner, p.currency, p.period, p.debits, p.credits)
        for rows in state.positions.values()
        for p in rows
    ]


def credit_lines(state: State) -> list[Row]:
    """Table credit_line."""
    return [
        (line.partner, line.currency, line.prefund, line.cap, line.reserved)
        for line in state.credit_lines.values()
    ]


def cap_usage(state: State) -> list[Row]:
    """Table cap_usage."""
    return [(*key, amount) for key, amount in state.usage.items()]


def units(state: State) -> list[Row]:
    """Table unit."""
    return [
        (
            u.code,
            u.owner,
            u.scale,
            str(u.nominal),
            u.currency,
            u.expiry,
            u.grace,
            u.zone,
            int(u.prepaid),
            str(u.earn),
            u.version,
            u.seq,
        )
        for u in state.reference.units.values()
    ]


def windows(state: State) -> list[Row]:
    """Table settlement_window."""
    return [
        (w.period, w.currency, w.state, w.opened_seq, w.closed_seq)
        for w in state.reference.windows.values()
    ]


TOLD: dict[str, Callable[[State], list[Row]]] = {
    "account": accounts,
    "lot": lots,
    "hold": holds,
    "consent": consents,
    "quote": quotes,
    "position": positions,
    "credit_line": credit_lines,
    "cap_usage": cap_usage,
    "unit": units,
    "settlement_window": windows,
}


def obligations(network: Network) -> list[Row]:
    """Table obligation: the owner is the book of the entry's first leg."""
    books = {seq: effect.legs[0].book for seq, effect in network.effects if effect.legs}
    return [
        (
            books[seq],
            seq,
            n,
            o.debtor,
            o.creditor,
            o.currency,
            o.period,
            o.amount,
            o.contract,
            o.kind,
        )
        for seq, n, o in network.obligations
    ]


def legs(network: Network) -> list[Row]:
    """Table leg, in its order."""
    return sorted(
        (
            (leg.book, effect.id, n, seq, leg.unit, leg.debit, leg.credit, leg.phase, leg.amount)
            for seq, effect in network.effects
            for n, leg in enumerate(effect.legs)
        ),
        key=lambda row: (row[3], row[0], row[2]),
    )


def lot_uses(network: Network) -> list[Row]:
    """Table lot_use, in its order."""
    return sorted(
        (
            (use.owner, effect.id, n, seq, use.seq, use.n, use.action, use.amount)
            for seq, effect in network.effects
            for n, use in enumerate(effect.uses)
        ),
        key=lambda row: (row[3], row[0], row[2]),
    )
