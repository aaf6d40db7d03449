"""Like lots become one, with all that they hold and carry (LEDGER section 3).

Two lots are alike where nobody could tell their points apart: one wallet, obligor, issuer, funding,
expiry and currency of cost. An entry ``lots.merged`` takes all that is left of up to
``LOT_USES_MAX`` of them and opens one lot of the sum; no leg moves, nobody owes anything. What live
holds pin stays where it is, so a hold never looks for its lots.

The housekeeping job merges wallets that grow crowded. A spend that would draw on too many lots
merges first, in entries before its own: whoever asks is refused only where the lots differ.

A source keeps its row. Whatever a reversal gives back goes into the very lot it came from, which
has room for it; what a reversal takes back and was merged meanwhile, it takes from the merged lot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import Refusal
from domain.ids import derived_id
from domain.ledger.lots import Draw, carried, draw, open_wallet, preceding, times, uses
from domain.ledger.model import LOT_USES_MAX, TAKE, Decision, Effect, Lot, LotOpened, spending_order
from domain.money import AMOUNT_MAX, COUNTER_MAX

if TYPE_CHECKING:
    from domain.ledger.commands import Command, MergeLots
    from domain.ledger.lots import Wallet
    from domain.ledger.state import LotKey, State

MERGES_MAX = 16  # entries that one command puts before its own; 8,000 lots, years of daily issues
MERGE_CODES = ("NOTHING_TO_MERGE",)


class _Group:
    """Draws on like lots, each of all that its lot holds; their sums fit one lot's columns."""

    __slots__ = ("amount", "cost", "draws")

    def __init__(self) -> None:
        """Begin with none."""
        self.draws: list[Draw] = []
        self.amount = 0
        self.cost = 0

    def has_room(self, amount: int, cost: int) -> bool:
        """Tell whether one more lot leaves a lot such as an issue could have made."""
        return (
            len(self.draws) < LOT_USES_MAX
            and self.amount + amount <= AMOUNT_MAX
            and self.cost + cost <= COUNTER_MAX
        )

    def add(self, whole: Draw, cost: int) -> None:
        """Take one more lot, which carries ``cost``."""
        self.draws.append(whole)
        self.amount += whole.amount
        self.cost += cost


def decide_merge(state: State, command: MergeLots, now: int) -> Decision | Refusal:
    """Merge what is alike in a wallet, the most numerous first; the job comes back for the rest."""
    wallet = merged(state, open_wallet(state, command.owner, command.unit, now), command, now)
    if not wallet.merges:
        return Refusal("NOTHING_TO_MERGE", (), {"unit": command.unit})
    *before, last = preceding(wallet, command, now)
    own = Effect(last.kind, command.id, last.fields, lots=last.lots, uses=last.uses)
    return Decision((*before, own))


def gathered(state: State, wallet: Wallet, required: int, command: Command, now: int) -> Wallet:
    """Return the wallet, merged where drawing ``required`` would take too many lots."""
    if (
        len(wallet.free) <= LOT_USES_MAX
        or wallet.available < required
        or len(draw(wallet.free, required)) <= LOT_USES_MAX
    ):
        return wallet
    return merged(state, wallet, command, now)


def merged(state: State, wallet: Wallet, command: Command, now: int) -> Wallet:
    """Return the wallet as it is once like lots are merged, and the entries that do it.

    They stand after the time-outs of its overdue holds, before anything else of the command.
    """
    gone: set[LotKey] = set()
    made: list[Draw] = []
    merges: list[Effect] = []
    before = len(wallet.overdue)
    for place, group in enumerate(_groups(wallet.free), before):
        first = group.draws[0].lot
        opened = LotOpened(
            0,
            first.obligor,
            first.issuer,
            first.funding,
            first.expires_at,
            first.currency,
            group.cost,
            group.amount,
        )
        id_ = derived_id(command.id, place)
        merges.append(
            Effect(
                "lots.merged",
                id_,
                times(command, now),
                lots=(opened,),
                uses=uses(group.draws, TAKE),
            )
        )
        lot = Lot(
            wallet.owner, state.size + place, 0, wallet.unit, *opened[1:], group.amount, 0
        )  # fmt: skip
        made.append(Draw(lot, group.amount))
        gone.update((lot.owner, lot.unit, lot.seq, lot.n) for lot, _ in group.draws)
    kept = [
        there
        for there in wallet.free
        if (there.lot.owner, there.lot.unit, there.lot.seq, there.lot.n) not in gone
    ]
    free = sorted(kept + made, key=lambda there: spending_order(there.lot))
    return wallet._replace(free=free, merges=tuple(merges))


def _groups(free: list[Draw]) -> list[_Group]:
    """Return what is to be merged: the largest groups, in the spending order of their first lots.

    So merged lots of several obligors are spent in the order in which their oldest points were.
    """
    classes: dict[tuple[str, str, str, int, str], list[_Group]] = {}
    for whole in free:
        lot, amount = whole
        if amount < lot.remaining:
            continue  # a live hold pins the rest, and would have to find it again
        key = (lot.obligor, lot.issuer, lot.funding, lot.expires_at, lot.currency)
        groups = classes.setdefault(key, [_Group()])
        cost = carried(lot, amount)
        if not groups[-1].has_room(amount, cost):
            groups.append(_Group())
        groups[-1].add(whole, cost)
    found = [group for groups in classes.values() for group in groups if len(group.draws) > 1]
    found.sort(key=lambda group: len(group.draws), reverse=True)
    return sorted(found[:MERGES_MAX], key=lambda group: spending_order(group.draws[0].lot))
