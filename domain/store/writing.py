"""A batch's rows: those that its effects make, and those of the state that they changed.

Transfers, legs, lot uses and obligations follow from each effect and never change. Everything else
is written once a batch from the state, by the keys that ``apply`` touched.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple, cast

from domain.clock import parse_instant
from domain.ids import OPERATOR, SYSTEM
from domain.ledger.commands import Command, EnrollMember, LinkMember
from domain.ledger.effects import CHARGE_KINDS, TRANSFER_KINDS, reserve_text
from domain.ledger.model import Effect
from domain.ledger.state import AccountKey, LotKey, State
from domain.partners.commands import CreatePartner, CreateUnit, UpdatePartner
from domain.ports import Appended, Head
from domain.store.reference import REFERENCE_TABLES, reference_row
from domain.store.session import Session, Value, Values
from domain.store.settling_rows import dispute_rows, net_rows, settling_row, waiting_rows
from domain.store.statements import TILE

TRANSFER_NAMES = {
    "points.issued": "ISSUE",
    "points.redeemed": "REDEEM",
    "points.exchanged": "EXCHANGE",
    "points.gifted": "GIFT",
    "points.expired": "EXPIRE",
    "points.adjusted": "ADJUST",
    "hold.placed": "HOLD",
    "hold.captured": "CAPTURE",
    "hold.voided": "VOID",
    "hold.expired": "TIMEOUT",
    "lots.merged": "MERGE",
    "transfer.reversed": "REVERSE",
}
assert TRANSFER_NAMES.keys() == TRANSFER_KINDS


class Written(NamedTuple):
    """One entry of the batch: what it does, where and when it stands, and who made it."""

    effect: Effect
    seq: int
    time: int
    author: str


class _Rows(NamedTuple):
    """The rows of tables that only grow."""

    transfer: list[Values]
    leg: list[Values]
    lot_use: list[Values]
    obligation: list[Values]
    member: list[Values]
    membership: list[Values]
    erasure: list[Values]


def write_effects(session: Session, entries: Iterable[Written]) -> None:
    """Insert the rows that the entries make, each table's in the order of its key."""
    rows = _Rows([], [], [], [], [], [], [])
    settling: dict[str, list[Values]] = {}
    for entry in entries:
        effect = entry.effect
        if effect.kind in TRANSFER_NAMES:
            _transfer_rows(rows, entry)
        elif effect.kind in CHARGE_KINDS:
            _obligation_rows(rows, effect, entry.seq, "")
        elif found := settling_row(effect, entry.seq):
            settling.setdefault(found[0], []).append(found[1])
        elif effect.kind == "member.enrolled":
            fields = effect.fields
            rows.member.append((fields["member"], fields["commitment"], entry.seq))
            rows.membership.append((fields["member"], fields["partner"], entry.seq))
        elif effect.kind == "member.linked":
            rows.membership.append((effect.fields["member"], effect.fields["partner"], entry.seq))
        elif effect.kind == "subject.erased":
            fields = effect.fields
            rows.erasure.append((fields["member"], fields["commitment"], entry.seq))
    for table in _Rows._fields:
        session.insert(table, sorted(getattr(rows, table)))
    for table, found_rows in settling.items():
        session.insert(table, sorted(found_rows))


def _transfer_rows(rows: _Rows, entry: Written) -> None:
    effect, seq, time, author = entry
    id_, legs, get = effect.id, effect.legs, effect.fields.get
    first = legs[0].book if legs else effect.uses[0].owner  # like lots are merged without legs
    received, part = effect.fields["received"], get("part")
    header = (
        id_,
        TRANSFER_NAMES[effect.kind],
        actor_of(author),
        get("original", ""),
        int(part) if part else 0,
        get("hold", ""),
        get("contract", ""),
        get("quote", ""),
        get("consent", ""),
        get("acceptor", ""),
        get("reason", ""),
        _instant(effect.fields["effective"]),
        _instant(received) if received else 0,
        time,
    )
    rows.transfer.append((seq, first, *header))
    for n, (book, unit, debit, credit, phase, amount) in enumerate(legs):
        if book != first and all(leg.book != book for leg in legs[:n]):
            rows.transfer.append((seq, book, *header))
        rows.leg.append((seq, book, n, id_, unit, debit, credit, phase, amount))
    for n, (owner, _, lot_seq, lot_n, action, amount) in enumerate(effect.uses):
        rows.lot_use.append((seq, owner, n, id_, lot_seq, lot_n, action, amount))
    if effect.obligations:
        _obligation_rows(rows, effect, seq, first)


def _obligation_rows(rows: _Rows, effect: Effect, seq: int, owner: str) -> None:
    for n, owed in enumerate(effect.obligations):
        rows.obligation.append((seq, owner or owed.debtor, n, *owed))


@lru_cache(maxsize=4096)  # an import's purchases bear the first seconds of many days
def _second(text: str) -> int:
    return parse_instant(text + "Z")


def _instant(text: str) -> int:
    """Read an instant in the one form that ``format_instant`` writes; few are met."""
    return _second(text[:19]) + int(text[20:26])


@lru_cache(maxsize=4096)
def actor_of(author: str) -> str:
    """Return the partner's code, ``OPERATOR`` or ``SYSTEM`` of a leaf's author."""
    room, _, rest = author.partition("/")
    if room.startswith("partner:") and rest:
        return room.removeprefix("partner:")
    return OPERATOR if room == "operator" else SYSTEM


_leading = itemgetter(0)


def write_state(session: Session, state: State) -> bool:
    """Write every touched row once; return whether a reference table was among them.

    Rows go owner by owner, so that a batch walks each tree from left to right; within an owner they
    are neighbours anyhow, and whole keys take four times as long to sort.
    """
    dirty = state.dirty
    _write_lots(session, state)
    for table, rows_of in _ROWS.items():
        keys = dirty.get(table)
        if keys:
            session.upsert(table, rows_of(state, sorted(keys, key=_leading)))
    moved = [table for table in REFERENCE_TABLES if dirty.get(table)]
    for table in moved:
        rows = [reference_row(state.reference, table, key) for key in sorted(dirty[table])]
        session.upsert(table, rows)
    return bool(moved)


def _write_lots(session: Session, state: State) -> None:
    new = state.dirty.get("lot_new", set())
    changed = state.dirty.get("lot", set()) - new
    # ``apply`` touches a lot under its own key.
    lots = cast("list[LotKey]", sorted(new, key=_leading))
    session.insert(
        "lot",
        [
            (
                lot.owner, lot.seq, lot.n, lot.unit, lot.obligor, lot.issuer, lot.funding,
                lot.expires_at, lot.currency, lot.cost, lot.amount, lot.remaining, lot.pinned,
            )
            for lot in map(state.lot_by_key.__getitem__, lots)
        ],
    )  # fmt: skip
    lots = cast("list[LotKey]", sorted(changed, key=_leading))
    session.update(
        "lot",
        ("remaining", "pinned", "expires_at"),
        [
            (lot.owner, lot.seq, lot.n, lot.remaining, lot.pinned, lot.expires_at)
            for lot in map(state.lot_by_key.__getitem__, lots)
        ],
    )


_Keys = list[tuple[str | int, ...]]


def _account_rows(state: State, keys: _Keys) -> list[Values]:
    accounts = state.accounts
    return [
        (
            owner, unit, purpose, account.debits_posted, account.credits_posted,
            account.debits_pending, account.credits_pending, account.active_at,
        )
        for owner, unit, purpose in cast("list[AccountKey]", keys)
        for account in (accounts[owner, unit, purpose],)
    ]  # fmt: skip


def _position_rows(state: State, keys: _Keys) -> list[Values]:
    found = [state.position(*key) for key in cast("list[tuple[str, str, int]]", keys)]
    return [(each.partner, each.currency, each.period, each.debits, each.credits) for each in found]


def _credit_line_rows(state: State, keys: _Keys) -> list[Values]:
    found = [state.credit_line(*key) for key in cast("list[tuple[str, str]]", keys)]
    return [(one.partner, one.currency, one.prefund, one.cap, one.reserved) for one in found]


def _hold_rows(state: State, keys: _Keys) -> list[Values]:
    return [
        (
            hold.owner, hold.id, hold.unit, hold.amount, hold.acceptor, hold.contract,
            hold.consent, hold.deadline, reserve_text(hold.reserve), hold.state, hold.captured,
            hold.seq, hold.ended_seq,
        )
        for hold in map(state.holds.__getitem__, cast("list[tuple[str, str]]", keys))
    ]  # fmt: skip


def _consent_rows(state: State, keys: _Keys) -> list[Values]:
    found = [state.consents[owner][id_] for owner, id_ in cast("list[tuple[str, str]]", keys)]
    return [
        (
            one.owner, one.id, one.partner, one.unit, one.action, one.max, one.used, one.vouched,
            one.evidence, one.expires_at, one.seq, one.revoked_seq,
        )
        for one in found
    ]  # fmt: skip


def _quote_rows(state: State, keys: _Keys) -> list[Values]:
    return [
        (
            quote.owner, quote.id, quote.partner, quote.contract, quote.source, quote.target,
            quote.expires_at, quote.seq, quote.used_seq,
        )
        for quote in map(state.quotes.__getitem__, cast("list[tuple[str, str]]", keys))
    ]  # fmt: skip


def _usage_rows(state: State, keys: _Keys) -> list[Values]:
    return [(*key, state.usage[key]) for key in cast("list[tuple[str, str, str]]", keys)]


_ROWS: dict[str, Callable[[State, _Keys], list[Values]]] = {
    "account": _account_rows,
    "position": _position_rows,
    "credit_line": _credit_line_rows,
    "hold": _hold_rows,
    "consent": _consent_rows,
    "quote": _quote_rows,
    "cap_usage": _usage_rows,
    "settlement_net": net_rows,
    "dispute": dispute_rows,
    "bank_waiting": waiting_rows,
}


# What commands of other types do is all in the log.
_WITH_REFERENCE = (EnrollMember, LinkMember)
_OUTSIDE = (*_WITH_REFERENCE, CreatePartner, CreateUnit, UpdatePartner)


def write_outside(session: Session, accepted: Iterable[Command]) -> None:
    """Write what accepted commands leave outside the log: keys, references, names."""
    accepted = [command for command in accepted if isinstance(command, _OUTSIDE)]
    if not accepted:
        return
    keys: list[Values] = []
    references: list[Values] = []
    names: list[Values] = []
    for command in accepted:
        if isinstance(command, EnrollMember):
            keys.append((command.owner, command.wrapped_key))
        if isinstance(command, _WITH_REFERENCE):
            references.append((command.partner, command.reference_index, command.owner))
        elif isinstance(command, CreatePartner):
            names.append(("partner", command.partner, command.name_en, command.name_ko))
        elif isinstance(command, CreateUnit):
            names.append(("unit", command.unit, command.name_en, command.name_ko))
    session.insert("member_key", keys)
    session.insert("member_reference", references)
    session.insert("display_name", names)
    # After the insertions: a partner may be renamed in the batch that admits it.
    for command in accepted:
        if isinstance(command, UpdatePartner):
            for column, name in (("name_en", command.name_en), ("name_ko", command.name_ko)):
                if name is not None:
                    session.update("display_name", (column,), [("partner", command.partner, name)])


def write_log(session: Session, appended: Appended) -> None:
    """Write the batch's leaves and what the upper tiles gain."""
    session.insert("log_entry", appended.entries)
    for tile in appended.tiles:
        level, number, offset, hashes = tile
        before = b""
        if offset:
            before = bytes(session.read(TILE, [(level, number)])[0][0])
        session.upsert("log_tile", [(level, number, before + hashes)])


def write_head(session: Session, head: Head, reference_version: int) -> None:
    """Move the head that the session has locked."""
    names = ("size", "last_hash", "last_time", "frontier", "checkpoint", "reference_version")
    values: tuple[Value, ...] = (*head, reference_version)
    session.update("log_head", names, [(1, *values)])


def write_commands(session: Session, rows: Sequence[Values]) -> None:
    """Keep what was answered to the batch's idempotency keys."""
    session.insert("command", rows)
