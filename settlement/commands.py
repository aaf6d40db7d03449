"""What the operator's finance people may ask: of windows, settlements and what the bank moved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from domain.ids import OPERATOR, is_id
from domain.ledger.commands import Command

if TYPE_CHECKING:
    from domain.ledger.state import Needs

LINE_MAX = 2**53 - 1  # as high as entries are numbered


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeWindowClose(Command):
    """Propose to close the open window ``period`` of ``currency``; ``reason`` is a code."""

    period: int
    currency: str
    reason: str = "PERIOD_END"


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseDueWindow(Command):
    """Close the open window of ``currency`` where its schedule says so: a job's command."""

    currency: str

    def needs(self, needs: Needs) -> None:
        """Add when the schedule was declared and the window opened, and what is owed in it."""
        needs.schedules.add(self.currency)

    def begins_batch(self) -> bool:
        """Tell that what is owed in the window must stand in its rows."""
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideProposal(Command):
    """Approve or reject what another subject proposed.

    ``accounts`` is what the proposal has of bank accounts, made anew of those that the decider has
    before it; empty where it has none.
    """

    proposal: str
    approve: bool
    reason: str = "REVIEWED"
    accounts: str = ""

    def needs(self, needs: Needs) -> None:
        """Add the proposal: where it closes a window, what is owed in it is summed up."""
        needs.proposals.add(self.proposal)

    def begins_batch(self) -> bool:
        """Tell that what is owed in the window must stand in its rows."""
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateSettlement(Command):
    """Net the closed ``windows`` of ``currency``, all of them where none is named.

    ``pay_by`` is the instant after which what is unpaid is a default. The settlement bears the
    command's id.
    """

    currency: str
    method: str
    pay_by: int
    windows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeSettlement(Command):
    """Propose a ``step`` of a settlement: APPROVE, ABORT or DEFAULT; ``reason`` is a code.

    ``accounts`` is the text of the bank accounts that an approval is to be of, as in
    ``settlement.payments.approved``, or empty. It lies outside the log, which holds its HMAC under
    ``accounts_key``, 32 random bytes. Of a settlement that is approved it approves other accounts.
    """

    settlement: str
    step: str
    reason: str
    accounts: str = field(default="", repr=False)
    accounts_key: bytes = field(default=b"", repr=False)

    def free_text(self) -> tuple[bytes, str]:
        """Return the accounts and their key."""
        return self.accounts_key, self.accounts


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeFunds(Command):
    """Propose a partner's net debit cap (CAP), or to move its prefund (PREFUND_IN, PREFUND_OUT).

    ``amount`` is minor units of ``currency``: the new cap, or what is moved.
    """

    partner: str
    currency: str
    type: str
    amount: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposePolicy(Command):
    """Propose what the network declares under ``name``; see ``settlement.controls.policies``."""

    name: str
    value: str
    reason: str
    partner: str = ""
    currency: str = ""


class WrittenFile(NamedTuple):
    """One payment file: whose account it moves, its MsgId, and SHA-256 of its bytes in hex."""

    partner: str
    message: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitSettlement(Command):
    """Say which payment files of the net debtors were written and go to their banks.

    ``accounts`` is by which accounts: what their approval has of them, empty where it has none.
    """

    settlement: str
    files: tuple[WrittenFile, ...]
    accounts: str = ""

    def needs(self, needs: Needs) -> None:
        """Add the files, by their message ids."""
        needs.messages.update(file.message for file in self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasePayouts(Command):
    """Say that the operator's pay-out file was written: what came in, or was drawn, covers it.

    ``accounts`` is as in ``SubmitSettlement``.
    """

    settlement: str
    message: str
    hash: str
    accounts: str = ""

    def needs(self, needs: Needs) -> None:
        """Add the file, by its message id."""
        needs.messages.add(self.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchBankLine(Command):
    """Count one line of a bank's statement as a payment of a settlement.

    ``statement`` is SHA-256 of the statement's bytes, ``line`` its place in it from 1. ``partner``
    is whose net it pays; ``counterparty`` whom it pays in a direct payment, empty through clearing.
    ``excess`` is what the line has beyond ``amount``, which is all that its payment came to.
    ``reference`` is SHA-256 of account and the bank's own reference, empty where it gave none: the
    same payment told in two statements counts once.
    """

    settlement: str
    partner: str
    leg: str
    amount: int
    statement: str
    line: int
    counterparty: str = ""
    end_to_end: str = ""
    reference: str = ""
    excess: int = 0

    def needs(self, needs: Needs) -> None:
        """Add the line, and whichever bears its reference."""
        needs.bank_lines.add((self.statement, self.line))
        if self.reference:
            needs.bank_references.add(self.reference)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueBankLine(Command):
    """Let a line of a bank's statement wait for a person; ``reason`` is why nothing took it.

    ``amount`` is negative where money went out. ``detail`` is what the bank says of it, which lies
    outside the log as ``RecordPayment``'s note does.
    """

    statement: str
    line: int
    currency: str
    amount: int
    reason: str
    reference: str = ""
    detail: str = ""
    detail_key: bytes = b""

    def needs(self, needs: Needs) -> None:
        """Add the line, and whichever bears its reference."""
        needs.bank_lines.add((self.statement, self.line))
        if self.reference:
            needs.bank_references.add(self.reference)

    def free_text(self) -> tuple[bytes, str]:
        """Return what the bank says, and its key."""
        return self.detail_key, self.detail


@dataclass(frozen=True, slots=True, kw_only=True)
class DismissBankLine(Command):
    """Say that a waiting line concerns no partner; ``reason`` is a code."""

    statement: str
    line: int
    reason: str

    def needs(self, needs: Needs) -> None:
        """Add the line."""
        needs.bank_lines.add((self.statement, self.line))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeCarry(Command):
    """Propose that a waiting line is owed back: whoever has its money owes it to whoever paid.

    ``holder`` is whose account the statement is of, ``partner`` the other side. ``settlement`` is
    the one whose payment came back, "" for none.
    """

    statement: str
    line: int
    partner: str
    reason: str
    holder: str = OPERATOR
    settlement: str = ""

    def needs(self, needs: Needs) -> None:
        """Add the line."""
        needs.bank_lines.add((self.statement, self.line))


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPayment(Command):
    """Keep evidence of a payment, or of a bank's rejection of one; it makes nothing final.

    ``evidence`` is SHA-256 of a document. ``note`` is free text: it lies outside the log, which
    holds its HMAC under ``note_key``, 32 random bytes.
    """

    settlement: str
    partner: str
    type: str
    evidence: str
    note: str = ""
    note_key: bytes = b""

    def free_text(self) -> tuple[bytes, str]:
        """Return the note and its key."""
        return self.note_key, self.note


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDispute(Command):
    """Dispute the line ``n`` of the entry ``sequence`` for ``party``; ``reason`` is a code.

    ``note`` is free text, as in ``RecordPayment``. The dispute bears the command's id.
    """

    sequence: int
    n: int
    party: str
    reason: str
    note: str = ""
    note_key: bytes = b""

    def needs(self, needs: Needs) -> None:
        """Add the line, and what was disputed of it before; beyond any log there is none."""
        if 0 <= self.sequence <= LINE_MAX and 0 <= self.n <= LINE_MAX:
            needs.lines.add((self.sequence, self.n))

    def begins_batch(self) -> bool:
        """Tell that the line must stand in the log: what is refused is refused for ever."""
        return True

    def free_text(self) -> tuple[bytes, str]:
        """Return the note and its key."""
        return self.note_key, self.note


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveDispute(Command):
    """End a dispute as ``outcome`` says, UPHELD or REJECTED; ``reason`` is a code.

    ``amount`` is what the line is to come to, where it is upheld.
    """

    dispute: str
    outcome: str
    reason: str
    amount: int | None = None

    def needs(self, needs: Needs) -> None:
        """Add the dispute; what is no id names none."""
        if is_id(self.dispute):
            needs.disputes.add(self.dispute)


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawDispute(Command):
    """Give a dispute up."""

    dispute: str
    reason: str = "WITHDRAWN"

    def needs(self, needs: Needs) -> None:
        """Add the dispute; what is no id names none."""
        if is_id(self.dispute):
            needs.disputes.add(self.dispute)
