"""What a default must draw and who must bear the rest, worked out from the state before it.

A defaulter's prefund pays first. What it lacks is borne by the net creditors in proportion to their
nets, largest remainder, none beyond what it still has to get; or, where the network declared it so,
by the operator, who also bears what nobody else has to get (FINANCE section 3).
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from audit.replay.arithmetic import split
from audit.replay.report import Reporter

LOSS_SHARING: Final = "LOSS_SHARING"  # the policy that says who bears a loss, and its other value
OPERATOR: Final = "OPERATOR"


class Party(NamedTuple):
    """A partner in a default: its net, positive where it owes; what is still due; its prefund."""

    partner: str
    net: int
    due: int
    prefund: int


class Taken(NamedTuple):
    """What a default draws, by partner, and shares, by debtor and creditor."""

    drawn: dict[str, int]
    shared: dict[tuple[str, str], int]


def taken(parties: Sequence[Party], needless: str, rule: str) -> Taken:
    """What a default takes from whom.

    Args:
        parties: all of the settlement's partners.
        needless: who has to pay nothing by bank though it owes, "" for nobody.
        rule: the declared rule of loss sharing, "" for none.
    """
    found = Taken({}, {})
    ordered = sorted(parties)
    awaited = {one.partner: one.due for one in ordered if one.net < 0}
    for one in ordered:
        if one.net <= 0 or not one.due or one.partner == needless:
            continue
        drawn = min(one.due, one.prefund)
        if drawn:
            found.drawn[one.partner] = drawn
        bearing = [] if rule == OPERATOR else [each for each in ordered if each.net < 0]
        for creditor, lost in _borne(one.due - drawn, bearing, awaited).items():
            found.shared[one.partner, creditor] = lost
            awaited[creditor] = max(0, awaited.get(creditor, 0) - lost)
    return found


def _borne(loss: int, bearing: Sequence[Party], awaited: Mapping[str, int]) -> dict[str, int]:
    """A loss by who bears it; those whose part is more than they await bear what they await."""
    borne: dict[str, int] = {}
    able = [one for one in bearing if awaited[one.partner]]
    while loss and able:
        parts = dict(zip(able, split(loss, [-one.net for one in able]), strict=True))
        full = {one for one in able if parts[one] > awaited[one.partner]}
        if not full:
            return borne | {one.partner: part for one, part in parts.items() if part}
        borne |= {one.partner: awaited[one.partner] for one in full}
        loss -= sum(awaited[one.partner] for one in full)
        able = [one for one in able if one not in full]
    if loss:
        borne[OPERATOR] = borne.get(OPERATOR, 0) + loss
    return borne


class Default:
    """The draws and shares of one default, as far as entries have told them.

    Args:
        settlement: its id.
        seq: the number of the entry that begins it.
        due: what the default must come to.
    """

    def __init__(self, settlement: str, seq: int, due: Taken) -> None:
        self.settlement = settlement
        self.next = seq
        self._due = due
        self._found = Taken({}, {})

    def draw(self, partner: str, amount: int) -> None:
        """An entry that draws."""
        self._found.drawn[partner] = self._found.drawn.get(partner, 0) + amount
        self.next += 1

    def share(self, debtor: str, creditor: str, amount: int) -> None:
        """An entry that shares."""
        key = (debtor, creditor)
        self._found.shared[key] = self._found.shared.get(key, 0) + amount
        self.next += 1

    def compare(self, report: Reporter, *, moved: bool = True) -> None:
        """Tell every difference; where no default followed, all of it is one."""
        drawn, shared = self._due if moved else Taken({}, {})
        for partner in sorted(drawn.keys() | self._found.drawn.keys()):
            expected, found = drawn.get(partner, 0), self._found.drawn.get(partner, 0)
            if expected != found:
                report.tell(
                    "DRAW_MISMATCH", settlement=self.settlement, partner=partner,
                    expected=expected, found=found,
                )  # fmt: skip
        for debtor, creditor in sorted(shared.keys() | self._found.shared.keys()):
            expected = shared.get((debtor, creditor), 0)
            found = self._found.shared.get((debtor, creditor), 0)
            if expected != found:
                report.tell(
                    "LOSS_MISMATCH", settlement=self.settlement, debtor=debtor, creditor=creditor,
                    expected=expected, found=found,
                )  # fmt: skip
