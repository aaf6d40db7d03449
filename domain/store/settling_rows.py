"""The rows that entries about settlements make, and the nets and disputes that they change."""

from collections.abc import Callable
from dataclasses import astuple
from typing import cast

from domain.ledger.model import Effect
from domain.ledger.state import State
from domain.store.session import Values


def _subject(fields: dict[str, str], seq: int) -> Values:
    del seq
    named = (fields["proposal"], fields["settlement"], fields["partner"])
    return (*named, int(fields["amount"]), fields["value"])


def _created(fields: dict[str, str], seq: int) -> Values:
    return fields["settlement"], seq, "DRAFT", ""


def _moved(fields: dict[str, str], seq: int) -> Values:
    return fields["settlement"], seq, fields["state"], fields["reason"]


def _shared(fields: dict[str, str], seq: int) -> Values:
    amount = int(fields["amount"])
    return fields["settlement"], fields["debtor"], fields["creditor"], amount, seq


def _paid(fields: dict[str, str], seq: int) -> Values:
    return (
        fields["statement"], int(fields["line"]), fields["settlement"], fields["partner"],
        fields["leg"], fields["counterparty"], int(fields["amount"]), int(fields["excess"]),
        fields["end_to_end"], fields["reference"], seq,
    )  # fmt: skip


def _written(fields: dict[str, str], seq: int) -> Values:
    return (
        fields["message"], fields["settlement"], fields["partner"], fields["leg"], fields["hash"],
        seq,
    )  # fmt: skip


def _evidenced(fields: dict[str, str], seq: int) -> Values:
    return (
        fields["settlement"], seq, fields["partner"], fields["type"], fields["evidence"],
        fields["note"],
    )  # fmt: skip


# Tables that only grow: the one row that an entry of a kind makes.
_ROWS: dict[str, tuple[str, Callable[[dict[str, str], int], Values]]] = {
    "proposal.tabled": ("proposal_subject", _subject),
    "settlement.created": ("settlement_change", _created),
    "settlement.moved": ("settlement_change", _moved),
    "settlement.shared": ("settlement_share", _shared),
    "settlement.paid": ("bank_line", _paid),
    "payment.written": ("payment_file", _written),
    "payment.ordered": ("payment_file", _written),
    "settlement.evidenced": ("payment_evidence", _evidenced),
}


def settling_row(effect: Effect, seq: int) -> tuple[str, Values] | None:
    """Return the table and the row that an entry makes; None where it is none of these kinds."""
    found = _ROWS.get(effect.kind)
    return (found[0], found[1](effect.fields, seq)) if found else None


def net_rows(state: State, keys: list[tuple[str | int, ...]]) -> list[Values]:
    """Return the rows of touched nets."""
    found = [state.nets[id_][partner] for id_, partner in cast("list[tuple[str, str]]", keys)]
    return [
        (one.settlement, one.partner, one.debits, one.credits, one.paid, one.drawn, one.shared)
        for one in found
    ]


def waiting_rows(state: State, keys: list[tuple[str | int, ...]]) -> list[Values]:
    """Return the rows of touched lines of the bank's that wait or waited."""
    return [astuple(state.waiting[place]) for place in cast("list[tuple[str, int]]", keys)]


def dispute_rows(state: State, keys: list[tuple[str | int, ...]]) -> list[Values]:
    """Return the rows of touched disputes."""
    return [astuple(state.disputes[id_]) for (id_,) in cast("list[tuple[str]]", keys)]
