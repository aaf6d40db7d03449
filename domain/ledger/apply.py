"""Effects carried into a batch's state: the only code that writes it.

It asserts what a decision must have seen to: a wallet never goes below zero, a lot never below
what is pinned, a counter never above its limit. Kinds that change rows besides accounts and lots
have a handler of their own, in ``Appliers``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.clock import parse_instant
from domain.errors import DureError
from domain.ledger.model import GIVE, PENDING, PIN, POSTED, TAKE, WALLET, Effect, Lot
from domain.money import COUNTER_MAX

if TYPE_CHECKING:
    from domain.ledger.model import Leg
    from domain.ledger.state import State, WalletKey

# What a member does that keeps points alive which end by inactivity (LEDGER section 3).
ACTIVITY = frozenset({"points.issued", "points.redeemed", "hold.placed", "hold.captured"})


class BrokenInvariantError(DureError):
    """A decision would have broken an invariant: a defect of ours, never a caller's."""


class Stamp(NamedTuple):
    """Where and when an entry stands: its sequence, its time, its author."""

    seq: int
    time: int
    author: str


def apply(state: State, effect: Effect, seq: int) -> None:
    """Carry one effect into the state: legs, then new lots, uses, expiries, obligations.

    Raises BrokenInvariantError where the effect is impossible; the batch is then rolled back.
    """
    if effect.legs:
        _apply_legs(state, effect.legs)
    for n, opened in enumerate(effect.lots):
        book, unit = effect.wallet_of(opened)
        _, obligor, issuer, funding, expires_at, currency, cost, amount = opened
        lot = Lot(
            book, seq, n, unit, obligor, issuer, funding, expires_at, currency, cost, amount,
            amount, 0,
        )  # fmt: skip
        state.dirty["lot_new"].add(state.add_lot(lot))
    if effect.uses:
        _apply_uses(state, effect)
    for expiry in effect.expiries:
        state.lot_by_key[
            expiry.owner, expiry.unit, expiry.seq, expiry.n
        ].expires_at = expiry.expires_at
        state.touch("lot", expiry.owner, expiry.unit, expiry.seq, expiry.n)
    for debtor, creditor, currency, period, amount, _, _ in effect.obligations:
        state.owe((debtor, currency), period, amount, 0)
        state.owe((creditor, currency), period, 0, amount)
    _count_activity(state, effect)


def _apply_legs(state: State, legs: tuple[Leg, ...]) -> None:
    accounts, dirty = state.accounts, state.dirty["account"]
    for book, unit, debit_purpose, credit_purpose, phase, amount in legs:
        debit_key, credit_key = (book, unit, debit_purpose), (book, unit, credit_purpose)
        debit = accounts.get(debit_key) or state.account(*debit_key)
        credit = accounts.get(credit_key) or state.account(*credit_key)
        if amount <= 0:
            raise BrokenInvariantError("LEG_NOT_POSITIVE", amount=amount)
        if phase == POSTED:
            debit.debits_posted += amount
            credit.credits_posted += amount
            if debit.debits_posted > COUNTER_MAX or credit.credits_posted > COUNTER_MAX:
                raise BrokenInvariantError("COUNTER_OVERFLOW")
        else:
            step = amount if phase == PENDING else -amount
            debit.debits_pending += step
            credit.credits_pending += step
            if debit.debits_pending < 0 or credit.credits_pending < 0:
                raise BrokenInvariantError("PENDING_NEGATIVE")
        if (
            debit_purpose == WALLET
            and debit.debits_posted + debit.debits_pending > debit.credits_posted
        ):
            raise BrokenInvariantError("WALLET_OVERDRAWN", book=book, unit=unit)
        dirty.add(debit_key)
        dirty.add(credit_key)


def _count_activity(state: State, effect: Effect) -> None:
    """Count inactivity anew in the wallets where the entry begins it.

    An issue, a redeem or a hold does; other points that come in do where the wallet had none.
    """
    units = state.reference.units
    gained: dict[WalletKey, int] = {}
    for book, unit, debit, credit, phase, amount in effect.legs:
        if units[unit].inactivity and WALLET in (debit, credit):
            step = amount if phase == POSTED else 0
            so_far = gained.get((book, unit), 0)
            gained[book, unit] = so_far + (step if credit == WALLET else -step)
    if not gained:
        return
    legs = effect.legs
    brought = {(legs[lot.leg].book, legs[lot.leg].unit) for lot in effect.lots}
    brought.update((expiry.owner, expiry.unit) for expiry in effect.expiries)
    for (book, unit), step in gained.items():
        account = state.accounts[book, unit, WALLET]
        had = account.credits_posted - account.debits_posted - step
        if effect.kind in ACTIVITY or (not had and (book, unit) in brought):
            effective = parse_instant(effect.fields["effective"])
            account.active_at = max(account.active_at, effective)


def _apply_uses(state: State, effect: Effect) -> None:
    lots = state.dirty["lot"]
    for owner, unit, seq, n, action, amount in effect.uses:
        key = (owner, unit, seq, n)
        lot = state.lot_by_key[key]
        if action == TAKE:
            lot.remaining -= amount
        elif action == GIVE:
            lot.remaining += amount
        elif action == PIN:
            lot.pinned += amount
        else:
            lot.pinned -= amount
        if not 0 <= lot.pinned <= lot.remaining <= lot.amount:
            raise BrokenInvariantError("LOT_OUT_OF_RANGE", lot=f"{seq}.{n}")
        lots.add(key)
