"""What the entries of settlements change in the state; the log's replay does the same anew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.clock import parse_instant
from domain.ledger.records import SETTLED, SETTLING
from domain.ledger.settling import DRAFT, REJECTION, BankLine, Net, Settlement, Share
from settlement.waiting.applying import apply_matched

if TYPE_CHECKING:
    from domain.ledger.apply import Stamp
    from domain.ledger.model import Effect
    from domain.ledger.state import State


def apply_netted(state: State, effect: Effect, stamp: Stamp) -> None:
    """Make one partner's net known; the settlement's own entry comes after all of them."""
    del stamp
    fields = effect.fields
    id_, partner = fields["settlement"], fields["partner"]
    net = Net(id_, partner, int(fields["debits"]), int(fields["credits"]))
    state.nets.setdefault(id_, {})[partner] = net
    state.touch("settlement_net", id_, partner)


def apply_created(state: State, effect: Effect, stamp: Stamp) -> None:
    """Make a settlement known, and let its windows be settling."""
    fields = effect.fields
    id_, currency = fields["settlement"], fields["currency"]
    windows = tuple(int(one) for one in fields["windows"].split(";"))
    state.reference.settlements[id_] = Settlement(
        id_,
        currency,
        windows,
        fields["method"],
        parse_instant(fields["pay_by"]),
        DRAFT,
        int(fields["gross"]),
        int(fields["net"]),
        0,
        stamp.seq,
        stamp.seq,
    )
    state.touch("settlement", id_)
    _put_windows(state, currency, windows, SETTLING)


def apply_moved(state: State, effect: Effect, stamp: Stamp) -> None:
    """Move a settlement, and its windows with it where the entry names them."""
    fields, settlements = effect.fields, state.reference.settlements
    found = settlements[fields["settlement"]]
    settlements[found.id] = replace(found, state=fields["state"], changed_seq=stamp.seq)
    state.touch("settlement", found.id)
    if fields["window_state"]:
        windows = tuple(int(one) for one in fields["windows"].split(";"))
        _put_windows(state, found.currency, windows, fields["window_state"])
    state.forget_exposure()


def _put_windows(state: State, currency: str, windows: tuple[int, ...], to: str) -> None:
    reference = state.reference
    for period in windows:
        reference.put_window(replace(reference.windows[period, currency], state=to))
        state.touch("settlement_window", period, currency)
        if to == SETTLED:
            reference.settled.add((period, currency))


def _net(state: State, settlement: str, partner: str) -> Net | None:
    net = state.nets[settlement].get(partner)
    if net is not None:
        state.touch("settlement_net", settlement, partner)
    return net


def apply_paid(state: State, effect: Effect, stamp: Stamp) -> None:
    """Count a bank line towards the nets that it pays."""
    fields = effect.fields
    settlement, amount = fields["settlement"], int(fields["amount"])
    for partner in (fields["partner"], fields["counterparty"]):
        net = _net(state, settlement, partner)
        if net is not None:
            net.paid += amount
    place = (fields["statement"], int(fields["line"]))
    line = state.bank_lines[place] = BankLine(
        *place,
        settlement,
        fields["partner"],
        fields["leg"],
        fields["counterparty"],
        amount,
        int(fields["excess"]),
        fields["end_to_end"],
        fields["reference"],
        stamp.seq,
    )
    if fields["reference"]:
        state.references_of_bank[fields["reference"]] = place
    apply_matched(state, line, fields["currency"])
    state.forget_exposure()


def apply_drawn(state: State, effect: Effect, stamp: Stamp) -> None:
    """Pay a part of a defaulter's net out of its prefund."""
    del stamp
    fields = effect.fields
    partner, amount = fields["partner"], int(fields["amount"])
    net = _net(state, fields["settlement"], partner)
    if net is not None:
        net.drawn += amount
    state.credit_line(partner, fields["currency"]).prefund -= amount
    state.touch("credit_line", partner, fields["currency"])
    state.forget_exposure()


def apply_shared(state: State, effect: Effect, stamp: Stamp) -> None:
    """Take a share of a loss off what the defaulter pays and what the creditor still gets."""
    del stamp
    fields = effect.fields
    id_, amount = fields["settlement"], int(fields["amount"])
    share = Share(id_, fields["debtor"], fields["creditor"], amount)
    state.shares.setdefault(id_, []).append(share)
    owing, owed = _net(state, id_, share.debtor), _net(state, id_, share.creditor)
    if owing is not None:
        owing.shared += amount
    if owed is not None and owed.net < 0:
        # The operator also bears what nobody has still to get.
        owed.shared += min(amount, owed.due)


def apply_written(state: State, effect: Effect, stamp: Stamp) -> None:
    """Remember a payment file by its message id."""
    del stamp
    fields = effect.fields
    state.payment_files[fields["message"]] = fields["hash"]


def apply_evidenced(state: State, effect: Effect, stamp: Stamp) -> None:
    """Remember the first rejection that was recorded: it is what an abort may rest on."""
    fields, settlements = effect.fields, state.reference.settlements
    found = settlements[fields["settlement"]]
    if fields["type"] == REJECTION and not found.rejected_seq:
        settlements[found.id] = replace(found, rejected_seq=stamp.seq)
        state.touch("settlement", found.id)


APPLIERS = {
    "settlement.netted": apply_netted,
    "settlement.created": apply_created,
    "settlement.moved": apply_moved,
    "settlement.paid": apply_paid,
    "payment.ordered": apply_written,
    "settlement.drawn": apply_drawn,
    "settlement.shared": apply_shared,
    "settlement.evidenced": apply_evidenced,
    "payment.written": apply_written,
}
