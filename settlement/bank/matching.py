"""Which payments a bank's lines prove.

A payment shows on one account: what is paid to the operator or directly, where it comes in; what
the operator pays out, where it goes out. A line is a payment's by its end-to-end id; else by its
structured reference; else by amount and the other side's account, if there is but one payment that
it can be, and but one line for it. Nothing is guessed: every other line waits, with a reason.

| reason | what a person finds |
|---|---|
| LINE_KNOWN | this line was read before, in this file or another |
| END_TO_END_ID_UNKNOWN | an id of our form, of no payment that is expected |
| REFERENCE_UNKNOWN | a structured reference that is none of ours |
| REFERENCES_DIFFER | id and reference name two payments |
| CURRENCY_WRONG | the payment is due in another currency |
| ACCOUNT_WRONG | the payment does not show on this account |
| OVERPAID | more than is due: this part of it, or all |
| RETURN_EXCEEDS_PAID | more comes back than was paid |
| DUPLICATE_SUSPECTED | another file told of as much for the payment: it may be the same money |
| REVERSAL_UNCLEAR | the bank calls it a reversal, but it goes the payment's own way |
| AMBIGUOUS | by amount and account it can be several payments, or another line is as good |
| NO_CANDIDATE | no payment of this amount with this account, or none that was asked for by then |

A return takes back what it names. The outcome is a function of the set of lines, in any order.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Literal, NamedTuple

from domain.ids import is_id
from settlement.netting.transfers import PAY_OUT
from settlement.payments.accounts import plain_number

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from settlement.bank.lines import BankLine
    from settlement.payments.accounts import BankAccount
    from settlement.payments.orders import Payment

Reason = Literal[
    "LINE_KNOWN",
    "END_TO_END_ID_UNKNOWN",
    "REFERENCE_UNKNOWN",
    "REFERENCES_DIFFER",
    "CURRENCY_WRONG",
    "ACCOUNT_WRONG",
    "OVERPAID",
    "RETURN_EXCEEDS_PAID",
    "DUPLICATE_SUSPECTED",
    "REVERSAL_UNCLEAR",
    "AMBIGUOUS",
    "NO_CANDIDATE",
]


class Expected(NamedTuple):
    """A payment as it would show: on ``account``, coming in or not; ``paid`` is matched already.

    ``counterparty`` is "" where the other side's number is not that partner's alone. ``since`` is
    the first day, YYYY-MM-DD, on which a line that does not name the payment can be it; "": any.
    ``told`` are amounts that other statements told of for it, each with the last day on which a
    line of that amount can be the same money.
    """

    end_to_end_id: str
    reference: str
    currency: str
    amount: int
    paid: int
    account: str
    counterparty: str
    incoming: bool
    since: str = ""
    told: tuple[tuple[int, str], ...] = ()

    def may_be_told(self, line: BankLine) -> bool:
        """Tell whether a line of the payment may be one that another statement told of."""
        return any(
            amount == abs(line.amount) and line.value_date <= day for amount, day in self.told
        )


class Match(NamedTuple):
    """``amount`` of ``line`` is the payment's: positive what was paid, negative what came back."""

    end_to_end_id: str
    line: BankLine
    amount: int


class Unmatched(NamedTuple):
    """``amount`` > 0 of ``line``, all of it or what is over, belongs to no payment, and why."""

    line: BankLine
    amount: int
    reason: Reason


class Matching(NamedTuple):
    """What lines prove; ``paid`` is each expected payment's sum with them, from 0 to its amount."""

    matches: tuple[Match, ...]
    unmatched: tuple[Unmatched, ...]
    paid: dict[str, int]


def expected(
    payments: Iterable[Payment],
    accounts: Mapping[str, BankAccount],
    paid: Mapping[str, int],
    since: Mapping[str, str] | None = None,
    told: Mapping[str, tuple[tuple[int, str], ...]] | None = None,
) -> list[Expected]:
    """Return payments as they would show; ``paid``, ``since``, ``told`` are by end-to-end id.

    ``paid`` is what is matched so far. Before its day in ``since`` a payment was not yet asked for.
    Of an amount in ``told`` another statement told, until the day that stands with it.

    A number that two partners have, at two banks perhaps, tells neither from the other: by it no
    line is matched, so that nobody's money pays what another owes.
    """
    held = Counter(one.number for one in accounts.values())
    found: list[Expected] = []
    for one in payments:
        payer, payee = accounts[one.payer].number, accounts[one.payee].number
        out = one.leg == PAY_OUT
        other = payee if out else payer
        found.append(
            Expected(
                one.end_to_end_id, one.reference, one.currency, one.amount,
                paid.get(one.end_to_end_id, 0), payer if out else payee,
                other if held[other] == 1 else "", not out,
                (since or {}).get(one.end_to_end_id, ""), (told or {}).get(one.end_to_end_id, ()),
            )
        )  # fmt: skip
    return found


def match(
    payments: Iterable[Expected], lines: Iterable[BankLine], known: Container[str] = ()
) -> Matching:
    """Match lines to payments; ``known`` are the identities of lines that were read before."""
    run = _Run({one.end_to_end_id: one for one in payments})
    seen: set[str] = set()
    unnamed: list[BankLine] = []
    for line in sorted(lines, key=lambda one: (one.value_date, one.identity, one.file, one.n)):
        identity = line.identity
        if identity in seen or identity in known:
            run.leave(line, "LINE_KNOWN")
            continue
        seen.add(identity)
        found = run.named_by(line)
        if isinstance(found, str):
            run.leave(line, found)
        elif found is None:
            unnamed.append(line)
        else:
            run.assign(found, line)
    run.settle()
    run.by_amount(unnamed)
    return run.outcome()


class _Run:
    """One matching: lines by the payment that they name, then what each payment takes of them."""

    def __init__(self, payments: dict[str, Expected]) -> None:
        self._payments = payments
        self._by_reference = {one.reference: one for one in payments.values()}
        self._forward: dict[str, list[BankLine]] = defaultdict(list)
        self._back: dict[str, list[BankLine]] = defaultdict(list)
        self.matches: list[Match] = []
        self.unmatched: list[Unmatched] = []
        self.paid = {id_: one.paid for id_, one in payments.items()}

    def outcome(self) -> Matching:
        """Return what was found, in an order of its own: that in which lines came is nothing."""
        matches = sorted(self.matches, key=_in_order)
        return Matching(tuple(matches), tuple(sorted(self.unmatched, key=_in_order)), self.paid)

    def leave(self, line: BankLine, reason: Reason, amount: int | None = None) -> None:
        """Let a line, or ``amount`` of it, wait."""
        self.unmatched.append(
            Unmatched(line, abs(line.amount) if amount is None else amount, reason)
        )

    def named_by(self, line: BankLine) -> Expected | Reason | None:
        """Return the payment that a line names, why it cannot be, or None where it names none."""
        id_ = line.end_to_end_id.lower()  # some banks write capitals throughout
        reference = line.reference.replace(" ", "").upper()
        by_id, by_reference = self._payments.get(id_), self._by_reference.get(reference)
        if by_id is None and is_id(id_):
            return "END_TO_END_ID_UNKNOWN"
        if by_id is not None and by_reference is not None and by_id != by_reference:
            return "REFERENCES_DIFFER"
        if by_id is None and reference and by_reference is None:
            return "REFERENCE_UNKNOWN"
        return by_id or by_reference

    def assign(self, payment: Expected, line: BankLine) -> None:
        """Put a line with the payment that it names, unless it cannot be that payment's."""
        if line.currency != payment.currency:
            self.leave(line, "CURRENCY_WRONG")
        elif plain_number(line.account) != payment.account:
            self.leave(line, "ACCOUNT_WRONG")
        elif (line.amount > 0) != payment.incoming:
            self._back[payment.end_to_end_id].append(line)
        elif line.returned:
            self.leave(line, "REVERSAL_UNCLEAR")
        elif payment.may_be_told(line):
            self.leave(line, "DUPLICATE_SUSPECTED")
        else:
            self._forward[payment.end_to_end_id].append(line)

    def settle(self) -> None:
        """Let each payment take what its lines pay: no more than is due, after what came back."""
        for id_ in self._forward.keys() | self._back.keys():
            payment = self._payments[id_]
            available = payment.paid + sum(abs(line.amount) for line in self._forward[id_])
            back = 0
            for line in self._back[id_]:
                if back + abs(line.amount) > available:
                    self.leave(line, "RETURN_EXCEEDS_PAID")
                    continue
                back += abs(line.amount)
                self.matches.append(Match(id_, line, -abs(line.amount)))
            room = payment.amount - payment.paid + back
            for line in self._forward[id_]:
                taken = min(room, abs(line.amount))
                room -= taken
                if taken:
                    self.matches.append(Match(id_, line, taken))
                if taken < abs(line.amount):
                    self.leave(line, "OVERPAID", abs(line.amount) - taken)
            self.paid[id_] = payment.amount - room

    def by_amount(self, lines: list[BankLine]) -> None:
        """Match lines that name no payment, where line and payment have but one another."""
        open_: dict[tuple[str | int, ...], list[str]] = defaultdict(list)
        for id_, one in self._payments.items():
            left = one.amount - self.paid[id_]
            open_[one.currency, one.account, one.counterparty, one.incoming, left].append(id_)
        candidates = {
            line.identity: [
                id_
                for id_ in open_.get(_shown(line), [])
                if self._payments[id_].since <= line.value_date
            ]
            for line in lines
        }
        wanted: dict[str, int] = defaultdict(int)
        for ids in candidates.values():
            for id_ in ids:
                wanted[id_] += 1
        for line in lines:
            ids = candidates[line.identity]
            if not ids:
                self.leave(line, "NO_CANDIDATE")
            elif len(ids) > 1 or wanted[ids[0]] > 1:
                self.leave(line, "AMBIGUOUS")
            elif self._payments[ids[0]].may_be_told(line):
                self.leave(line, "DUPLICATE_SUSPECTED")
            else:
                self.matches.append(Match(ids[0], line, abs(line.amount)))
                self.paid[ids[0]] += abs(line.amount)


def _in_order(one: Match | Unmatched) -> tuple[str, str, str, int, int]:
    line = one.line
    return line.value_date, line.identity, line.file, line.n, one.amount


def _shown(line: BankLine) -> tuple[str | int, ...]:
    """Return what the one open payment that is meant must have; () where none may be looked for."""
    if line.returned or not line.counterparty:
        return ()
    account, counterparty = plain_number(line.account), plain_number(line.counterparty)
    return line.currency, account, counterparty, line.amount > 0, abs(line.amount)
