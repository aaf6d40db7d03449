"""What two people must agree on: proposed by one, approved by another, and done in that very form.

Raising caps, moving collateral, closing a window, approving, aborting or defaulting a settlement,
declaring a policy, correcting a disputed line (FINANCE section 2), carrying a bank line over. The
approval and what it does are one transaction: the entries of the act follow their decision without
another between them, under the decider's name. So an approval opens a run of entries, and what
needs it must end one.
A schedule that two agreed on opens one too, for the closing of the window that it calls due.

Two are worth as much as it takes to become a second, so keys of whoever may act for the operator
take two as well (`audit.warrants.founding`).
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from audit.findings import Findings
from audit.replay.fields import Texts
from audit.warrants.founding import KEY, Founding, acts_for_operator, is_person, key_parts
from audit.warrants.schedules import Schedules

_APPROVED: Final = "APPROVED"
_POLICY: Final = "POLICY_"
_SETTLEMENT: Final = "SETTLEMENT_"
_UPHOLD: Final = "DISPUTE_UPHOLD"
_CARRY: Final = "BANK_CARRY"

# Where a settlement is moved to by a proposal, and its step; the other moves follow from payments.
_STEPS: Final = {"APPROVED": "APPROVE", "ABORTED": "ABORT", "DEFAULTED": "DEFAULT"}

# What stands between an approval and what it does, or does it without a word of its own.
_BETWEEN: Final = ("obligation.charged", "settlement.drawn", "settlement.shared")


class _Act(NamedTuple):
    """What is proposed, or done: its type, and the values that must agree."""

    type: str
    values: tuple[str, ...]


@dataclass(slots=True)
class _Proposal:
    act: _Act | None  # None of a type that this version knows no act of
    maker: str
    decided: bool = False


@dataclass(slots=True)
class _Run:
    """An approval, and the entries that have followed it so far."""

    proposal: str
    act: _Act
    decider: str
    next: int


def _proposed(fields: Texts) -> _Act | None:
    """What a proposal is of."""
    type_ = fields["type"]
    if type_ == "WINDOW_CLOSE":
        return _closing(fields)
    if type_ in {"CAP", "PREFUND_IN", "PREFUND_OUT"}:
        return _act(type_, fields, "partner", "currency", "amount")
    if type_.startswith(_POLICY):
        return _act(type_, fields, "partner", "currency", "value")
    if type_.removeprefix(_SETTLEMENT) in _STEPS.values():
        return _act(type_, fields, "settlement", "currency")
    if type_ == _CARRY:
        return _act(type_, fields, "settlement", "partner", "currency", "amount", "value")
    if type_ == KEY:
        return _Act(KEY, tuple(fields["value"].split(",")))
    return _act(type_, fields, "value", "amount") if type_ == _UPHOLD else None


def _closing(fields: Texts) -> _Act:
    return _act("WINDOW_CLOSE", fields, "window", "currency")


def _act(type_: str, fields: Texts, *names: str) -> _Act:
    return _Act(type_, tuple(fields.get(name, "") for name in names))


class FourEyes:
    """Proposals and approvals so far."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._proposals: dict[str, _Proposal] = {}
        self._people: dict[str, str] = {}  # a key of a person of the operator's -> its author
        self._live: Counter[str] = Counter()  # such an author -> how many live keys it has
        self._run: _Run | None = None
        self._schedules = Schedules(findings)
        self._founding = Founding()
        self._went_out: set[tuple[str, str]] = set()  # bank lines by which money went out

    def checks(self) -> dict[str, Callable[[int, Texts], object]]:
        """What looks at each kind of entry, but for those that others look at too."""
        return {
            "proposal.made": self.propose,
            **dict.fromkeys(_BETWEEN, self._follow),
            "window.due": self._fall_due,
            "window.closed": self._close,
            "cap.set": lambda seq, fields: self._demand(
                seq, fields, _act("CAP", fields, "partner", "currency", "cap")
            ),
            "funds.moved": lambda seq, fields: self._demand(
                seq, fields, _act(fields["type"], fields, "partner", "currency", "amount")
            ),
            "policy.set": self._declare,
            "obligation.corrected": lambda seq, fields: self._demand(
                seq, fields, _act(_UPHOLD, fields, "dispute", "corrected")
            ),
            "settlement.moved": self._move,
            "bank.queued": self._queue,
            "settlement.paid": self._pay,
            "bank.carried": self._carry,
        }

    def grant(self, seq: int, fields: Texts) -> None:
        """A key's grant; one of the operator's people may decide from now on."""
        key = fields["key"]
        if acts_for_operator(fields) and not self._founding.permits(fields):
            self._demand(seq, fields, _Act(KEY, key_parts(fields)))
        if is_person(fields) and key not in self._people:
            self._people[key] = f"operator/{fields['subject']}"
            self._live[self._people[key]] += 1

    def revoke(self, fields: Texts) -> None:
        """A key's end."""
        author = self._people.pop(fields["key"], "")
        if author:
            self._live[author] -= 1

    def finish(self) -> None:
        """No entry comes any more that an approval might wait for."""
        self._lapse(-1)

    def propose(self, _seq: int, fields: Texts) -> None:
        """Something is proposed."""
        if fields["type"] == KEY:
            self._founding.close()
        self._proposals[fields["proposal"]] = _Proposal(_proposed(fields), fields["author"])

    def decide(self, seq: int, fields: Texts) -> None:
        """A proposal is decided."""
        self._lapse(seq)
        found, decider = self._proposals.get(fields["proposal"]), fields["author"]
        if found is None or found.decided:
            return  # replay has told
        found.decided = True
        if fields["decision"] != _APPROVED:
            return
        stranger = found.act is not None and found.act.type == KEY and not self._live[found.maker]
        same = found.maker.casefold() == decider.casefold()
        if same or stranger or not self._live[decider]:
            self._findings.add(
                "DECIDER_NOT_ANOTHER", seq=seq, proposal=fields["proposal"], maker=found.maker,
                decider=decider,
            )  # fmt: skip
        if found.act is not None:
            self._run = _Run(fields["proposal"], found.act, decider, seq + 1)

    def _follow(self, seq: int, fields: Texts) -> None:
        """An entry that may stand between an approval and what it does."""
        self._lapse(seq)
        if self._run is not None and self._run.decider == fields["author"]:
            self._run.next = seq + 1

    def _declare(self, seq: int, fields: Texts) -> None:
        """A policy is set as it was proposed."""
        act = _act(_POLICY + fields["name"], fields, "partner", "currency", "value")
        self._schedules.declare(fields, self._demand(seq, fields, act))

    def _fall_due(self, seq: int, fields: Texts) -> None:
        """A window is due by its schedule, whose approval serves for the closing too."""
        self._lapse(seq)
        self._run = _Run(fields["proposal"], _closing(fields), fields["author"], seq + 1)
        self._schedules.fall_due(seq, fields)

    def _close(self, seq: int, fields: Texts) -> None:
        """A window closes: because two agreed on it, or on the schedule by which it is due."""
        self._demand(seq, fields, _closing(fields))
        self._schedules.close(fields)

    def _queue(self, _seq: int, fields: Texts) -> None:
        """A bank line waits: which way its money went."""
        if fields["amount"].startswith("-"):
            self._went_out.add((fields["statement"], fields["line"]))

    def _pay(self, _seq: int, fields: Texts) -> None:
        """A bank line is matched: what is left of it went the same way."""
        if fields["leg"] == "PAY_OUT":
            self._went_out.add((fields["statement"], fields["line"]))

    def _carry(self, seq: int, fields: Texts) -> None:
        """A bank line is carried over: whoever has its money owes it, as two agreed.

        That is whose account the statement is of, but where the money went out of it.
        """
        place = (fields["statement"], fields["line"])
        parts = fields["obls"].split(",")
        debtor, creditor, currency, _, amount = (*parts, *[""] * 5)[:5]
        holder, partner = debtor, creditor
        if place in self._went_out:
            holder, partner = creditor, debtor
        value = ".".join((*place, holder))
        told = (fields["settlement"], partner, currency, amount, value)
        self._demand(seq, fields, _Act(_CARRY, told))

    def _move(self, seq: int, fields: Texts) -> None:
        """A settlement moves: by a proposal, or because its payments are there or begun."""
        step = _STEPS.get(fields["state"])
        if step is None:
            self._lapse(seq)
        else:
            self._demand(seq, fields, _act(_SETTLEMENT + step, fields, "settlement", "currency"))

    def _demand(self, seq: int, fields: Texts, act: _Act) -> str:
        """An entry that an approval of this very act must stand right before.

        Returns the proposal, "" where there is none.
        """
        self._lapse(seq)
        run, self._run = self._run, None
        if run is not None and run.decider == fields["author"] and run.act == act:
            return run.proposal
        approved = run.act if run else _Act("", ())
        self._findings.add(
            "APPROVAL_MISSING", seq=seq, kind=fields["kind"], of=act.type,
            currency=fields.get("currency", ""), values=",".join(act.values),
            approved=" ".join((approved.type, ",".join(approved.values))).strip(),
        )  # fmt: skip
        return ""

    def _lapse(self, seq: int) -> None:
        """An approval that the entry `seq` does not go on with was not carried out."""
        if self._run is not None and self._run.next != seq:
            self._findings.add(
                "PROPOSAL_NOT_DONE", seq=self._run.next - 1, proposal=self._run.proposal,
                of=self._run.act.type,
            )  # fmt: skip
            self._run = None
