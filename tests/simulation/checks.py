"""The database held against the model, against itself, and against its own log."""

import shutil
from collections import Counter
from pathlib import Path

from sqlalchemy import Connection, text

from api.bundles import export_bundle
from api.checkup import check_up
from api.scheduling import currencies_due
from audit.note import VerifierKey
from audit.verification import verify_bundle
from domain.clock import parse_instant
from domain.store import doctor, requests
from domain.store.engine import reading
from domain.store.queries import jobs, wallets
from tests.model import scheduling
from tests.model.register import Register
from tests.property.ledger.comparison import Told, told_by_model
from tests.simulation.answers import hold
from tests.simulation.process import Process

DUE_MAX = 200

_SAME_FORM = {
    "lots": (
        "SELECT owner, unit, seq, n, amount, remaining, pinned, expires_at, funding, obligor,"
        " issuer, cost FROM lot"
    ),
    "members": "SELECT id FROM member",
    "erasures": "SELECT owner FROM erasure",
    "memberships": "SELECT owner, partner FROM membership",
    "references": "SELECT partner, reference_index FROM member_reference",
    "brands": (
        "SELECT code, issuer, acceptor, reversal, signing_key, prefund, prefund + cap, reserved"
        " FROM partner JOIN credit_line ON partner = code"
    ),
    "units": "SELECT code, owner, scale, expiry, grace, zone, prepaid FROM unit",
    "credentials": "SELECT key, partner, subject, person, revoked_seq > 0 FROM api_key",
    "offers": (
        "SELECT id, version, type, source, target || partner, proposer, counterparty, valid_from,"
        " MIN(valid_to, ended_at), accepted_seq > 0 FROM contract"
    ),
    "windows": "SELECT period, state FROM settlement_window",
    "suggestions": (
        "SELECT id, period, maker, state, type, COALESCE(settlement, ''), COALESCE(partner, ''),"
        " COALESCE(amount, 0), COALESCE(value, '') FROM proposal"
        " LEFT JOIN proposal_subject USING (id)"
    ),
    "settlements": "SELECT id, method, pay_by, state, rejected_seq > 0 FROM settlement",
    "nets": (
        "SELECT settlement, partner, debits, credits, paid, drawn, shared FROM settlement_net"
    ),
    "policies": "SELECT name, partner, value FROM policy",
    "disputes": "SELECT id, line_seq, line_n, party, stands, corrected, state FROM dispute",
    "papers": "SELECT statement, line, settlement, partner, amount, excess FROM bank_line",
    "queue": (
        "SELECT statement, line, amount, reason, reference, currency, state, outcome, settlement"
        " FROM bank_waiting"
    ),
    "messages": "SELECT message FROM payment_file",
    "lines": (
        "SELECT seq, n, debtor, creditor, kind, amount, period FROM obligation"
        " GROUP BY seq HAVING COUNT(*) = 1"
    ),
    "in window": "SELECT partner, period, debits, credits FROM position WHERE debits + credits > 0",
    "consents": "SELECT id, used, revoked_seq > 0 FROM consent",
    "quotes": "SELECT id, target, used_seq > 0 FROM quote",
    "holds": "SELECT id, owner, unit, amount, state, captured, consent FROM hold",
    "usage": "SELECT owner, contract, day, amount FROM cap_usage",
    "reversed": (
        "SELECT original, SUM(part) FROM (SELECT DISTINCT id, original, part FROM transfer"
        " WHERE kind = 'REVERSE') GROUP BY original"
    ),
}
# Only the log has it.
_DUES = "SELECT leaf FROM log_entry WHERE instr(leaf, CAST('window.due' AS BLOB)) > 0"


def told_by_rows(connection: Connection) -> Told:
    """Everything that the model knows too, from the database."""
    told: Told = {}
    for part, sql in _SAME_FORM.items():
        # One aggregate stands alone; `MIN` of two is SQLite's scalar.
        told[part] = {tuple(row) for row in connection.execute(text(sql))}
    accounts = connection.execute(
        text(
            "SELECT owner, unit, purpose, debits_posted, credits_posted, debits_pending,"
            " credits_pending, active_at FROM account"
        )
    ).all()
    told["accounts"] = {tuple(row[:3]): list(row[3:7]) for row in accounts if any(row[3:7])}
    told["active"] = {(row[0], row[1]): row[7] for row in accounts if row[7]}
    between: Counter[tuple[str, str, str]] = Counter()
    for debtor, creditor, kind, amount in connection.execute(
        text("SELECT debtor, creditor, kind, amount FROM obligation")
    ):
        between[debtor, creditor, kind] += amount
        between[creditor, debtor, kind] -= amount
    told["between"] = {key: amount for key, amount in between.items() if amount}
    kept: dict[str, dict[str, int]] = {}
    for id_, reserve in connection.execute(text("SELECT id, reserve FROM hold")):
        parts = [item.split(",") for item in reserve.split(";")] if reserve else []
        kept[id_] = {debtor: int(amount) for debtor, _, amount in parts}
    told["kept"] = kept
    told["size"] = connection.execute(text("SELECT size FROM log_head")).scalar()
    told["dues"] = {_due(leaf) for (leaf,) in connection.execute(text(_DUES))}
    return told


def _due(leaf: bytes) -> tuple[int, int, str, str, int]:
    """What a closing by schedule says of itself."""
    told = requests.leaf_fields(leaf)
    at = parse_instant(told["due"])
    return int(told["window"]), at, told["day"], told["local"], int(told["missed"])


def told_by_book(book: Register) -> Told:
    """The same, from the model."""
    told = told_by_model(book)
    for part in ("positions", "reserved"):  # told by window, and with the brand
        del told[part]
    flat = {
        "lots": {
            (
                *(lot.owner, lot.unit, *lot.id, lot.amount, lot.remaining, lot.pinned),
                *(lot.expires, lot.funding, lot.obligor, lot.issuer, lot.cost),
            )
            for lot in book.lots
        },
        "consents": {(p.id, p.used, p.revoked) for held in book.permissions.values() for p in held},
        "quotes": {(one.id, one.target, one.used) for one in book.promises.values()},
        "holds": {
            (h.id, h.owner, h.unit, h.amount, h.state, h.captured, h.consent)
            for h in book.holds.values()
        },
        "usage": {(*key, amount) for key, amount in book.counted.items()},
        "reversed": {(move.id, move.reversed) for move in book.moves.values() if move.reversed},
        "members": {(member,) for member in book.members},
        "erasures": {(member,) for member in book.erased},
        "memberships": book.memberships,
        "references": set(book.references),
        "brands": {
            (b.code, b.issuer, b.acceptor, b.policy, b.key, b.prefund, b.limit, b.reserved)
            for b in book.brands.values()
        },
        "units": {
            (u.code, u.owner, u.scale, u.expiry, u.grace, u.zone, u.prepaid)
            for u in book.units.values()
        },
        "credentials": {
            (key, c.partner, c.subject, c.person, c.revoked) for key, c in book.credentials.items()
        },
        "offers": {
            (
                *(o.contract, o.version, o.deal.type, o.deal.source, o.deal.other),
                *(o.proposer, o.counterparty, o.deal.begins, o.deal.ends, o.accepted),
            )
            for o in book.offers.values()
        },
        "windows": set(book.windows.items()),
        **_settling_by_book(book),
        "in window": {(*key, *sums) for key, sums in book.in_window.items()},
    }
    return {**told, **flat}


def _settling_by_book(book: Register) -> Told:
    settlements = book.settlements.values()
    return {
        "suggestions": {
            (id_, s.period, s.maker, s.state, s.type, s.settlement, s.partner, s.amount, s.value)
            for id_, s in book.suggestions.items()
        },
        "settlements": {(s.id, s.method, s.pay_by, s.state, s.rejected) for s in settlements},
        "nets": {
            (s.id, partner, n.debits, n.credits, n.paid, n.drawn, n.shared)
            for s in settlements
            for partner, n in s.nets.items()
        },
        "policies": {(*key, value) for key, value in book.policies.items()},
        "disputes": {
            (id_, *d.line, d.party, d.stands, d.comes_to, d.state)
            for id_, d in book.disputes.items()
        },
        "papers": {
            (*place, paid.settlement, paid.partner, paid.amount, paid.excess)
            for place, paid in book.papers.items()
        },
        "queue": {
            (*place, w.amount, w.reason, w.reference, w.currency, w.state, w.outcome, w.settlement)
            for place, w in book.queue.items()
        },
        "dues": book.dues,
        "messages": {(message,) for message in book.messages},
        "lines": {
            (*place, o.debtor, o.creditor, o.kind, o.amount, o.period)
            for place, o in book.lines.items()
        },
    }


def _difference(model: object, rows: object) -> str:
    """What stands on one side only."""
    if isinstance(model, dict) and isinstance(rows, dict):
        keys = sorted((model.keys() | rows.keys()), key=str)
        apart = [key for key in keys if model.get(key) != rows.get(key)][:3]
        return "; ".join(f"{key}: {model.get(key)} | {rows.get(key)}" for key in apart)
    if isinstance(model, set) and isinstance(rows, set):
        return f"{sorted(model - rows, key=str)[:3]} | {sorted(rows - model, key=str)[:3]}"
    return f"{model} | {rows}"


def as_modelled(process: Process, book: Register, now: int) -> None:
    """Hold the rows against the model, and the ledger's invariants against the rows."""
    with reading(process.network.engine) as connection:
        rows, model = told_by_rows(connection), told_by_book(book)
        for part, expected in model.items():
            same = rows[part] == expected
            hold(
                same, f"{part} differ, model | database", same or _difference(expected, rows[part])
            )
        found = list(doctor.examine(connection))
        hold(not found, "the doctor found", found[:3])
        _reads(connection, book, now)


def _reads(connection: Connection, book: Register, now: int) -> None:
    """What callers and the job read is what the model has."""
    due = set(jobs.wallets_due(connection, now, DUE_MAX))
    expected = {wallet for wallet in book.wallets if is_due(book, *wallet, now)}
    hold(due == expected or len(expected) > DUE_MAX, "due", _difference(expected, due))
    closes = currencies_due(connection, now)
    late = scheduling.due_at(book, now)
    hold(closes == (["KRW"] if late else []), "windows due, model | database", late, closes)
    for member in sorted(book.members)[:3]:
        for balance in wallets.balances(connection, member, now):
            unit = balance.unit
            lots = book.of(member, unit)
            free = [lot.loose for lot in lots if min(lot.expires, book.lapses(member, unit)) > now]
            told = (balance.posted, balance.available, balance.debt)
            model = (sum(lot.remaining for lot in lots), sum(free), book.debt(member, unit))
            hold(told == model, "balance", member, unit, model, told)


def is_due(book: Register, owner: str, unit: str, now: int) -> bool:
    """Tell whether the job has something to do in a wallet."""
    lots = book.of(owner, unit)
    lapsed = book.lapses(owner, unit) <= now and any(lot.remaining for lot in lots)
    past = any(lot.expires <= now and lot.loose for lot in lots)
    return lapsed or past or bool(book.overdue(owner, unit, now))


def from_leaves(process: Process) -> int:
    """Replay the log: its leaves alone make the rows; return how many entries there are."""
    seen = check_up(process.network, lambda _: None)
    hold(not seen.breaches, "the check-up found", seen.breaches[:3])
    return seen.entries


def offline(process: Process, out: Path) -> None:
    """Export the network, and verify it as an auditor does, who has nothing but the key."""
    export_bundle(process.network, out, lambda _: None)
    report = verify_bundle(out, VerifierKey.parse(process.network.verifier_key))
    hold(report.findings_total == len(report.findings), "more was found than is told", [])
    hold(not report.findings, "the verifier found", report.findings[:3])
    shutil.rmtree(out)
