"""Settlements: what closed windows net to, and every step until they are paid.

Replay knows which state follows which, that nets are the sums of their windows, that nothing is
paid, drawn or lost beyond what is due, and what a default takes from whom. Whether a step was
allowed by its proposal the warrants say.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from audit.replay.charging import Charges
from audit.replay.defaulting import LOSS_SHARING, OPERATOR, Default, Party, taken
from audit.replay.fields import MalformedError, Texts, number, numbers, positive, time_us
from audit.replay.obligations import Obligations
from audit.replay.partners import Partners
from audit.replay.proposals import Proposals
from audit.replay.report import Reporter
from audit.replay.tables import Row
from audit.replay.waiting import Waiting

# Which state follows which; nothing follows the last two.
FOLLOWING: Final[dict[str, frozenset[str]]] = {
    "DRAFT": frozenset({"APPROVED", "ABORTED"}),
    "APPROVED": frozenset({"SUBMITTED", "SETTLED", "ABORTED"}),
    "SUBMITTED": frozenset({"PARTIALLY_PAID", "SETTLED", "DEFAULTED", "ABORTED"}),
    "PARTIALLY_PAID": frozenset({"SETTLED", "DEFAULTED"}),
    "DEFAULTED": frozenset({"SETTLED"}),
    "SETTLED": frozenset(),
    "ABORTED": frozenset(),
}
_WINDOW_STATES: Final = {"SETTLED": "SETTLED", "ABORTED": "CLOSED"}
_PAYING: Final = frozenset({"SUBMITTED", "PARTIALLY_PAID", "DEFAULTED"})
_METHODS: Final = frozenset({"CLEARING", "DIRECT"})
_LEGS: Final = frozenset({"PAY_IN", "PAY_OUT", "DIRECT"})
_TYPES: Final = frozenset({"PAYMENT", "REJECTION"})


@dataclass(slots=True)
class _Net:
    debits: int
    credits: int
    paid: int = 0
    drawn: int = 0
    shared: int = 0

    @property
    def due(self) -> int:
        return abs(self.debits - self.credits) - self.paid - self.drawn - self.shared


@dataclass(slots=True)
class _Settlement:
    currency: str
    windows: list[int]
    terms: Row
    sums: Row
    seq: int
    state: str = "DRAFT"
    rejected_seq: int = 0
    changed_seq: int = 0


class Settlements:
    """The tables of settlements, by the entries that made them."""

    def __init__(
        self,
        report: Reporter,
        obligations: Obligations,
        partners: Partners,
        proposals: Proposals,
        charges: Charges,
        waiting: Waiting,
    ) -> None:
        self._report = report
        self._waiting = waiting
        self._obligations = obligations
        self._partners = partners
        self._proposals = proposals
        self._charges = charges
        self._default: Default | None = None  # as far as its entries have come
        self._settlements: dict[str, _Settlement] = {}
        self._nets: dict[str, dict[str, _Net]] = {}
        self._changes: dict[tuple[str, int], Row] = {}
        self._shares: dict[tuple[str, str, str], Row] = {}
        self._lines: dict[tuple[str, int], Row] = {}
        self._references: set[str] = set()
        self._files: dict[str, Row] = {}
        self._evidence: dict[tuple[str, int], Row] = {}

    def appliers(self) -> dict[str, Callable[[Texts], None]]:
        """What applies each kind of entry."""
        return {
            "settlement.netted": self._net,
            "settlement.created": self._create,
            "settlement.moved": self._move,
            "settlement.drawn": self._draw,
            "settlement.shared": self._share,
            "settlement.paid": self._pay,
            "settlement.evidenced": self._record,
            "payment.written": self._write,
            "payment.ordered": self._write,
        }

    def _net(self, fields: Texts) -> None:
        id_, partner = fields["settlement"], fields["partner"]
        net = _Net(number(fields, "debits"), number(fields, "credits"))
        nets = self._nets.setdefault(id_, {})
        if id_ in self._settlements or partner in nets:
            self._report.impossible("nets a partner twice, or too late", partner=partner)
        nets[partner] = net

    def _create(self, fields: Texts) -> None:
        id_, currency = fields["settlement"], fields["currency"]
        windows = numbers(fields, "windows")
        if fields["method"] not in _METHODS:
            raise MalformedError("method", fields["method"])
        pay_by, gross, net = time_us(fields["pay_by"], "pay_by"), *self._totals(fields)
        if id_ in self._settlements:
            self._report.impossible("creates a settlement twice", settlement=id_)
            return
        nets = self._nets.setdefault(id_, {})
        sums = {partner: (one.debits, one.credits) for partner, one in nets.items()}
        if sums != self._obligations.sums(currency, windows):
            self._report.impossible("nets other than its windows' obligations", settlement=id_)
        owed = sum(max(0, one.debits - one.credits) for one in nets.values())
        if (gross, net) != (sum(one.debits for one in nets.values()), owed):
            self._report.impossible("has totals other than its nets'", settlement=id_)
        terms = (fields["windows"], fields["method"], pay_by)
        made = _Settlement(currency, windows, terms, (gross, net), self._report.seq)
        made.changed_seq = self._report.seq
        self._settlements[id_] = made
        self._changes[id_, self._report.seq] = ("DRAFT", "")
        self._obligations.move(currency, windows, "CLOSED", "SETTLING")

    def _totals(self, fields: Texts) -> tuple[int, int]:
        return number(fields, "gross"), number(fields, "net")

    def _move(self, fields: Texts) -> None:
        id_, to = fields["settlement"], fields["state"]
        if to not in FOLLOWING:
            raise MalformedError("state", to)
        if fields["window_state"] != _WINDOW_STATES.get(to, ""):
            raise MalformedError("window_state", fields["window_state"])
        windows = numbers(fields, "windows") if fields["windows"] else []
        found = self._find(fields)
        if found is None:
            return
        if to not in FOLLOWING[found.state]:
            self._report.impossible(
                "moves a settlement where it cannot go", settlement=id_, state=found.state, to=to
            )
        if windows != (found.windows if fields["window_state"] else []):
            self._report.impossible("moves other windows than its own", settlement=id_)
        if to == "DEFAULTED":
            self._defaulting(id_, found).compare(self._report)
            self._default = None
        if to == "SETTLED":
            if self._is_due(id_, found):
                self._report.impossible("settles what is not paid in full", settlement=id_)
            shares = {key[1:]: int(row[0]) for key, row in self._shares.items() if key[0] == id_}
            self._charges.claim(found.currency, shares)
        found.state, found.changed_seq = to, self._report.seq
        self._changes[id_, self._report.seq] = (to, fields["reason"])
        if fields["window_state"]:
            self._obligations.move(
                found.currency, found.windows, "SETTLING", fields["window_state"]
            )

    def _is_due(self, settlement: str, found: _Settlement) -> bool:
        """Whether anything is unpaid that needs a payment; after a default not the operator's."""
        needless = OPERATOR if found.state == "DEFAULTED" else _needless(found)
        nets = self._nets[settlement].items()
        return any(net.due for partner, net in nets if partner != needless)

    def _defaulting(self, settlement: str, found: _Settlement) -> Default:
        """The default that this entry belongs to, begun by it where none is under way."""
        going = self._default
        if going and going.settlement == settlement and going.next == self._report.seq:
            return going
        self._lapse()
        parties = [
            Party(
                partner,
                net.debits - net.credits,
                net.due,
                self._partners.prefund(partner, found.currency),
            )
            for partner, net in self._nets[settlement].items()
        ]
        due = taken(parties, _needless(found), self._proposals.policy(LOSS_SHARING))
        self._default = Default(settlement, self._report.seq, due)
        return self._default

    def _lapse(self) -> None:
        """What was drawn and shared up to here no default followed."""
        if self._default is not None:
            self._default.compare(self._report, moved=False)
            self._default = None

    def finish(self) -> None:
        """No entry comes any more."""
        self._lapse()

    def _find(self, fields: Texts, states: frozenset[str] = frozenset()) -> _Settlement | None:
        found = self._settlements.get(fields["settlement"])
        if found is None or (states and found.state not in states):
            self._report.impossible(
                "is of a settlement that is not there, or in another state",
                settlement=fields["settlement"],
            )
            return None
        if found.currency != fields.get("currency", found.currency):
            self._report.impossible("is in another currency", settlement=fields["settlement"])
        return found

    def _owing(self, settlement: str, partner: str, amount: int) -> _Net:
        """The net of which an amount is paid or lost; it has to be due."""
        net = self._nets[settlement].get(partner)
        if net is None or amount > net.due:
            self._report.impossible(
                "pays or loses more than is due", settlement=settlement, partner=partner
            )
        return net or _Net(0, 0)

    def _draw(self, fields: Texts) -> None:
        amount = positive(fields["amount"], "amount")
        found = self._find(fields, _PAYING)
        if found is not None:
            self._defaulting(fields["settlement"], found).draw(fields["partner"], amount)
            self._owing(fields["settlement"], fields["partner"], amount).drawn += amount
            self._partners.move_prefund(fields["partner"], fields["currency"], -amount)

    def _share(self, fields: Texts) -> None:
        id_, debtor, creditor = (fields[name] for name in ("settlement", "debtor", "creditor"))
        amount = positive(fields["amount"], "amount")
        found = self._find(fields, _PAYING)
        if found is None:
            return
        self._defaulting(id_, found).share(debtor, creditor, amount)
        if (id_, debtor, creditor) in self._shares:
            self._report.impossible("shares a loss twice", debtor=debtor, creditor=creditor)
        self._shares[id_, debtor, creditor] = (amount, self._report.seq)
        self._owing(id_, debtor, amount).shared += amount
        net = self._nets[id_].get(creditor)
        if net is not None and net.credits > net.debits:
            # The operator also bears what no creditor has still to get.
            part = min(amount, net.due) if creditor == OPERATOR else amount
            self._owing(id_, creditor, part).shared += part

    def _pay(self, fields: Texts) -> None:
        id_, place = fields["settlement"], (fields["statement"], positive(fields["line"], "line"))
        amount, excess = number(fields, "amount"), number(fields, "excess")
        if fields["leg"] not in _LEGS:
            raise MalformedError("leg", fields["leg"])
        if self._find(fields, _PAYING) is None:
            return
        if place in self._lines or fields["reference"] in self._references:
            self._report.impossible("counts a bank line twice", statement=place[0], line=place[1])
        if fields["reference"]:
            self._references.add(fields["reference"])
        for partner in filter(None, (fields["partner"], fields["counterparty"])):
            self._owing(id_, partner, amount).paid += amount
        self._waiting.pay(fields, place, excess)
        self._lines[place] = (
            *(id_, fields["partner"], fields["leg"], fields["counterparty"], amount, excess),
            *(fields["end_to_end"], fields["reference"], self._report.seq),
        )

    def _record(self, fields: Texts) -> None:
        if fields["type"] not in _TYPES:
            raise MalformedError("type", fields["type"])
        found = self._find(fields, _PAYING)
        if found is None:
            return
        if fields["type"] == "REJECTION" and not found.rejected_seq:
            found.rejected_seq = self._report.seq
        named = (fields["partner"], fields["type"], fields["evidence"], fields["note"])
        self._evidence[fields["settlement"], self._report.seq] = named

    def _write(self, fields: Texts) -> None:
        if fields["leg"] not in _LEGS:
            raise MalformedError("leg", fields["leg"])
        if self._find(fields, _PAYING | {"APPROVED"}) is None:
            return
        if fields["message"] in self._files:
            self._report.impossible("writes a payment file twice", message=fields["message"])
        named = (fields["settlement"], fields["partner"], fields["leg"], fields["hash"])
        self._files[fields["message"]] = (*named, self._report.seq)

    def tables(self) -> dict[str, Iterator[Row]]:
        """The rows of each table, in key order."""
        return {
            "settlement": self._rows(),
            "settlement_change": _keyed(self._changes),
            "settlement_net": self._net_rows(),
            "settlement_share": _keyed(self._shares),
            "bank_line": _keyed(self._lines),
            "payment_file": ((key, *self._files[key]) for key in sorted(self._files)),
            "payment_evidence": _keyed(self._evidence),
        }

    def _rows(self) -> Iterator[Row]:
        for id_ in sorted(self._settlements):
            one = self._settlements[id_]
            named = (id_, one.currency, *one.terms, one.state, *one.sums)
            yield (*named, one.rejected_seq, one.seq, one.changed_seq)

    def _net_rows(self) -> Iterator[Row]:
        for id_ in sorted(self._nets):
            for partner, net in sorted(self._nets[id_].items()):
                paid = (net.paid, net.drawn, net.shared)
                yield (id_, partner, net.debits, net.credits, *paid)


def _needless(found: _Settlement) -> str:
    """Who has to pay nothing by bank though it owes: through clearing, the operator."""
    return OPERATOR if found.terms[1] == "CLEARING" else ""


def _keyed(rows: dict[tuple[str, int], Row] | dict[tuple[str, str, str], Row]) -> Iterator[Row]:
    for key, row in sorted(rows.items()):
        yield (*key, *row)
