"""An effect as the fields of its log entry, in the form of AUDIT_FORMAT's leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.clock import format_instant

if TYPE_CHECKING:
    from domain.ledger.model import Effect


TRANSFER_KINDS = frozenset(
    {
        "points.issued",
        "points.redeemed",
        "points.exchanged",
        "points.gifted",
        "points.expired",
        "points.adjusted",
        "hold.placed",
        "hold.captured",
        "hold.voided",
        "hold.expired",
        "lots.merged",
        "transfer.reversed",
    }
)


# What is owed by no transfer: fees, taxes and claims; what a dispute corrects, what a bank moved.
CHARGE_KINDS = frozenset({"obligation.charged", "obligation.corrected", "bank.carried"})


def entry_fields(effect: Effect, seq: int) -> dict[str, str]:
    """Return the entry's own fields, lists included, in the form of AUDIT_FORMAT's leaves."""
    fields = dict(effect.fields)
    if effect.kind in CHARGE_KINDS:
        fields["obls"] = _obligations(effect)
    elif effect.kind in TRANSFER_KINDS:
        fields["legs"] = ";".join([f"{b},{u},{d},{c},{p},{a}" for b, u, d, c, p, a in effect.legs])
        # Most entries lack some of the lists; walking an empty one takes as long as the others.
        fields["lots"] = _lots(effect, seq) if effect.lots else ""
        fields["uses"] = _uses(effect) if effect.uses else ""
        fields["expiries"] = _expiries(effect) if effect.expiries else ""
        fields["obls"] = _obligations(effect) if effect.obligations else ""
        if effect.kind.startswith("hold."):
            fields["reserve"] = reserve_text(effect.reserve)
    return fields


def _lots(effect: Effect, seq: int) -> str:
    return ";".join(
        [
            f"{seq}.{n},{leg},{obligor},{issuer},{funding},{format_instant(ends)},{currency},{cost},{amount}"
            for n, (leg, obligor, issuer, funding, ends, currency, cost, amount) in enumerate(
                effect.lots
            )
        ]
    )


def _uses(effect: Effect) -> str:
    return ";".join(
        [f"{seq}.{n},{action},{amount}" for _, _, seq, n, action, amount in effect.uses]
    )


def _expiries(effect: Effect) -> str:
    return ";".join([f"{seq}.{n},{format_instant(ends)}" for _, _, seq, n, ends in effect.expiries])


def _obligations(effect: Effect) -> str:
    return ";".join(
        [
            f"{debtor},{creditor},{currency},{period},{amount},{contract},{kind}"
            for debtor, creditor, currency, period, amount, contract, kind in effect.obligations
        ]
    )


def reserve_text(reserve: tuple[tuple[str, str, int], ...]) -> str:
    """Return a reserve list in the leaf's form."""
    return ";".join([f"{debtor},{currency},{amount}" for debtor, currency, amount in reserve])
