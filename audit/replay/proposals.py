"""Proposals, made by one subject and decided by another, and the policies that they declare."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from audit.replay.fields import MalformedError, Texts, number_or_zero, signed
from audit.replay.report import Reporter
from audit.replay.tables import Row

_DECISIONS: Final = frozenset({"APPROVED", "REJECTED"})


@dataclass(slots=True)
class _Proposal:
    made: Row
    reason: str
    seq: int
    subject: Row = ()
    state: str = "PENDING"
    decider: str = ""
    decided_seq: int = 0


class Proposals:
    """The tables `proposal`, `proposal_subject` and `policy`."""

    def __init__(self, report: Reporter) -> None:
        self._report = report
        self._proposals: dict[str, _Proposal] = {}
        self._policies: dict[tuple[str, str, str], Row] = {}

    def propose(self, fields: Texts) -> None:
        """A proposal of a window, waiting for another subject's decision."""
        self._add(fields, number_or_zero(fields, "window"), ())

    def table(self, fields: Texts) -> None:
        """A proposal of more than a window."""
        named = (fields["settlement"], fields["partner"])
        self._add(fields, 0, (*named, signed(fields, "amount"), fields["value"]))

    def _add(self, fields: Texts, period: int, subject: Row) -> None:
        proposal = fields["proposal"]
        made = (proposal, fields["type"], period, fields["currency"], fields["author"])
        if proposal in self._proposals:
            self._report.impossible("makes a proposal twice", proposal=proposal)
        self._proposals[proposal] = _Proposal(made, fields["reason"], self._report.seq, subject)

    def decide(self, fields: Texts) -> None:
        """The decision on a pending proposal, by another subject than its maker."""
        proposal, decision = fields["proposal"], fields["decision"]
        if decision not in _DECISIONS:
            raise MalformedError("decision", decision)
        found = self._proposals.get(proposal)
        if found is None or found.decided_seq:
            self._report.impossible("decides a proposal that is not pending", proposal=proposal)
            return
        if str(found.made[-1]).casefold() == fields["author"].casefold():
            self._report.impossible("decides what it proposed itself", proposal=proposal)
        found.state, found.decider = decision, fields["author"]
        found.decided_seq = self._report.seq

    def declare(self, fields: Texts) -> None:
        """A policy, in the place of what was declared before."""
        key = (fields["name"], fields["partner"], fields["currency"])
        self._policies[key] = (fields["value"], self._report.seq)

    def policy(self, name: str, partner: str = "", currency: str = "") -> str:
        """What is declared under a name, "" for nothing."""
        found = self._policies.get((name, partner, currency))
        return str(found[0]) if found else ""

    def declared(self, name: str, currency: str) -> dict[str, str]:
        """What is declared of partners in a currency, by partner, in the order of their codes."""
        return {
            key[1]: str(self._policies[key][0])
            for key in sorted(self._policies)
            if key[0] == name and key[2] == currency
        }

    def policy_rows(self) -> Iterator[Row]:
        """The table `policy`, in key order."""
        for key in sorted(self._policies):
            yield (*key, *self._policies[key])

    def rows(self) -> Iterator[Row]:
        """The table `proposal`, in key order."""
        for key in sorted(self._proposals):
            found = self._proposals[key]
            yield (
                *(*found.made, found.state, found.decider, found.reason),
                *(found.seq, found.decided_seq),
            )

    def subject_rows(self) -> Iterator[Row]:
        """The table `proposal_subject`, in key order."""
        for key in sorted(self._proposals):
            if self._proposals[key].subject:
                yield (key, *self._proposals[key].subject)
