"""What the lines of a statement come to: totals, sums by counterparty and kind, invoices.

Nets are payables less receivables, positive where the partner owes (FINANCE sections 1 and 4).
"""

from collections.abc import Sequence
from typing import Final, NamedTuple, TypeAlias

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"

_FEES: Final = frozenset({"FEE", "PERIODIC_FEE"})
_TAXES: Final = frozenset({"TAX"})
_SUPPLIES: Final = frozenset({"EXCHANGE", "REDEEM", "FUNDING", "FEE", "PERIODIC_FEE"})


class Line(NamedTuple):
    """One obligation of the partner: its place in the log, its entry, and which side it is on."""

    seq: int
    n: int
    time: str
    transfer: str
    event: str
    counterparty: str
    window: int
    kind: str
    contract: str
    payable: int
    receivable: int

    def told(self) -> dict[str, Json]:
        """The line as a statement spells it."""
        return {
            "sequence": self.seq,
            "n": self.n,
            "window": self.window,
            "time": self.time,
            "transfer": self.transfer,
            "event": self.event,
            "counterparty": self.counterparty,
            "kind": self.kind,
            "contract": self.contract,
            "payable": str(self.payable),
            "receivable": str(self.receivable),
        }


def totals(carried: Sequence[Json], lines: Sequence[Line]) -> dict[str, Json]:
    """The section `totals`."""
    opening = 0
    for one in carried:
        assert isinstance(one, dict)
        opening += int(str(one["payable"])) - int(str(one["receivable"]))
    payable = sum(line.payable for line in lines)
    receivable = sum(line.receivable for line in lines)
    net = payable - receivable
    fees = sum(line.payable - line.receivable for line in lines if line.kind in _FEES)
    tax = sum(line.payable - line.receivable for line in lines if line.kind in _TAXES)
    return {
        "opening": str(opening),
        "payable": str(payable),
        "receivable": str(receivable),
        "supplies": str(net - fees - tax),
        "fees": str(fees),
        "tax": str(tax),
        "net": str(net),
        "closing": str(opening + net),
    }


def _cited(lines: Sequence[Line]) -> list[Json]:
    return list[Json](sorted({line.contract for line in lines if line.contract}))


def sums(lines: Sequence[Line]) -> list[Json]:
    """The section `sums`."""
    groups: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        groups.setdefault((line.counterparty, line.kind), []).append(line)
    made: list[Json] = []
    for (counterparty, kind), group in sorted(groups.items()):
        payable = sum(line.payable for line in group)
        receivable = sum(line.receivable for line in group)
        made.append(
            {
                "counterparty": counterparty,
                "kind": kind,
                "payable": str(payable),
                "payableLines": sum(line.payable > 0 for line in group),
                "receivable": str(receivable),
                "receivableLines": sum(line.receivable > 0 for line in group),
                "net": str(payable - receivable),
                "contracts": _cited(group),
            }
        )
    return made


def invoices(partner: str, currency: str, lines: Sequence[Line]) -> list[Json]:
    """The section `invoices`: nets of one counterparty, kind and window that are not zero."""
    groups: dict[tuple[int, str, str], list[Line]] = {}
    for line in lines:
        if line.kind in _SUPPLIES:
            groups.setdefault((line.window, line.counterparty, line.kind), []).append(line)
    made: list[Json] = []
    for (window, counterparty, kind), group in sorted(groups.items()):
        net = sum(line.payable - line.receivable for line in group)
        if not net:
            continue
        creditor, debtor = (counterparty, partner) if net > 0 else (partner, counterparty)
        made.append(
            {
                "number": f"{currency}-{window}-{creditor}-{debtor}-{kind}",
                "window": window,
                "creditor": creditor,
                "debtor": debtor,
                "kind": kind,
                "amount": str(abs(net)),
                "lines": len(group),
                "contracts": _cited(group),
            }
        )
    return made
