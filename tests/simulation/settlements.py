"""What the operator's finance people, partners and banks ask in a simulation."""

from hashlib import sha256
from random import Random
from typing import Any

from domain.clock import DAY, MINUTE
from domain.ids import OPERATOR
from domain.ledger.commands import Command
from settlement import commands as c
from tests.model.register import Net, Netted
from tests.simulation.callers import Bearing, Callers
from tests.simulation.desk import Desk
from tests.simulation.settling_desk import BAD_VALUE

CURRENCY = "KRW"
UNKNOWN = "f" * 32
UNPAID = ("SUBMITTED", "PARTIALLY_PAID", "DEFAULTED")
HASH = "ab" * 32
# Mostly long enough for all steps: days pass while other things are done.
TIMES_TO_PAY = (*(200 * DAY,) * 4, *(40 * DAY,) * 4, 9 * DAY, DAY, 3 * MINUTE, 0, 400 * DAY)
FUNDS = ("CAP", "CAP", "PREFUND_IN", "PREFUND_OUT")
SUMS = (0, 1, 500, 20_000, 10**6, 10**9, 10**15, 10**15 + 1)
POLICIES = {
    "LOSS_SHARING": ("BY_NET", "BY_NET", "OPERATOR"),
    "DISPUTES_BLOCK": ("YES", "NO"),
    "EXPOSURE_ALERT": ("0", "700"),
    "PERIODIC_FEE": ("0 0/1", "700 0/1", "13 1/1000", "0 1/3"),
    "WINDOW_SCHEDULE": (
        "DAILY 00:00 UTC NONE NONE",
        "DAILY 18:00 Asia/Seoul KR FOLLOWING",
        "WEEKLY SUNDAY 02:30 Europe/Berlin NONE NONE",  # a Sunday's half past two may not be
        "WEEKLY FRIDAY 23:30 America/New_York US PRECEDING",
        "MONTHLY LAST 06:15 Asia/Kathmandu NONE MODIFIED_FOLLOWING",
        "MONTHLY 30 12:00 Asia/Seoul KR MODIFIED_FOLLOWING",
        "NONE",
    ),
    "TAX": ("REDEEM,KR,1/10", "EXCHANGE,KR,1/10;PERIODIC_FEE,NONE,0/1", "PERIODIC_FEE,EU,1/5"),
}
OF_A_PARTNER = ("EXPOSURE_ALERT", "PERIODIC_FEE", "TAX")


class SettlementTraffic:
    """Commands from a window's closing to the last line of the bank, and disputes of its lines."""

    def __init__(self, rng: Random, desk: Desk, callers: Callers) -> None:
        self.rng, self.book, self.callers = rng, desk.book, callers
        self._lines = 0

    def who(self) -> Bearing:
        """The operator; rarely somebody who may not."""
        if self.rng.random() < 0.02:
            return self.callers.partner(self.callers.brand())
        return self.callers.operator()

    def one(self, *states: str) -> Netted | None:
        """A settlement, mostly the latest in one of the states."""
        known = list(self.book.settlements.values())
        fit = [one for one in known if one.state in states]
        if fit and self.rng.random() < 0.9:
            return fit[-1]
        return self.rng.choice(known) if known else None

    def go_on(self) -> Command:
        """What a settlement needs next, as people who know their work would do it."""
        rng, book = self.rng, self.book
        states = {one.state for one in book.settlements.values()}
        if any(one.state == "PENDING" for one in book.suggestions.values()) and rng.random() < 0.5:
            return self.decide()
        if any(self._late(one) for one in book.settlements.values()) and rng.random() < 0.5:
            return self.step()
        if states.intersection(UNPAID) and rng.random() < 0.6:
            return rng.choice((self.pay, self.pay, self.pay, self.release, self.step))()
        if "APPROVED" in states and rng.random() < 0.8:
            return self.submit()
        if "DRAFT" in states and rng.random() < 0.6:
            return self.step()
        return self.net() if "CLOSED" in book.windows.values() else self.close()

    def _late(self, found: Netted | None) -> bool:
        """Tell whether nobody could pay in time any more; then only an abort goes on."""
        early = found is not None and found.state in ("DRAFT", "APPROVED")
        return found is not None and early and found.pay_by <= self.callers.time

    def close(self) -> Command:
        """Somebody proposes to close the window."""
        period = self.book.period + self.rng.choice((0, 0, 0, 0, 0, -1, 1))
        return c.ProposeWindowClose(**self.who(), period=period, currency=CURRENCY)

    def decide(self) -> Command:
        """Another of the operator's people decides; rarely the very same, or no person."""
        waiting = [id_ for id_, one in self.book.suggestions.items() if one.state == "PENDING"]
        known = waiting if waiting and self.rng.random() < 0.9 else list(self.book.suggestions)
        proposal = self.rng.choice(known) if known else UNKNOWN
        maker = self.book.suggestions[proposal].maker if known else ""
        who = self.callers.operator()
        for _ in range(3):
            if who["actor"].person and who["actor"].author != maker:
                break
            who = self.callers.operator()
        return c.DecideProposal(**who, proposal=proposal, approve=self.rng.random() < 0.85)

    def net(self) -> Command:
        """Closed windows are netted: all of them, or those that are named."""
        rng = self.rng
        closed = sorted(p for p, state in self.book.windows.items() if state == "CLOSED")
        named: list[int] = []
        if rng.random() < 0.3:
            named = closed[: rng.randrange(1, 4)] if rng.random() < 0.7 else closed[-1:]
            if rng.random() < 0.1:
                named = [*named, rng.randrange(1, self.book.period + 2)]
        return c.CreateSettlement(
            **self.who(),
            currency=CURRENCY,
            method=rng.choice(("CLEARING", "CLEARING", "DIRECT")),
            pay_by=self.callers.time + rng.choice(TIMES_TO_PAY),
            windows=tuple(named),
        )

    def step(self) -> Command:
        """Somebody proposes a settlement's next step, or another."""
        rng = self.rng
        states = {"APPROVE": ("DRAFT",), "ABORT": ("DRAFT", "APPROVED", "SUBMITTED")}
        step = rng.choice(("APPROVE",) * 6 + ("ABORT",) + ("DEFAULT",) * 3)
        found = self.one(*states.get(step, ("SUBMITTED", "PARTIALLY_PAID")))
        late = [one for one in self.book.settlements.values() if self._late(one)]
        if late and rng.random() < 0.7:
            found, step = rng.choice(late), "ABORT"
        id_ = found.id if found else UNKNOWN
        return c.ProposeSettlement(**self.who(), settlement=id_, step=step, reason="CHECKED")

    def submit(self) -> Command:
        """The net debtors' files; rarely one that is missing, or that there was before."""
        rng, found = self.rng, self.one("APPROVED")
        nets = found.banked if found else {}
        files = [
            c.WrittenFile(code, self._message(), HASH) for code, one in nets.items() if one.net > 0
        ]
        if files and rng.random() < 0.05:
            files.pop()
        id_ = found.id if found else UNKNOWN
        return c.SubmitSettlement(**self.who(), settlement=id_, files=tuple(files))

    def _message(self) -> str:
        old = sorted(self.book.messages)
        return self.rng.choice(old) if old and self.rng.random() < 0.02 else self.callers.new_id()

    def release(self) -> Command:
        """The operator's own file."""
        found = self.one("PARTIALLY_PAID", "DEFAULTED")
        id_ = found.id if found else UNKNOWN
        return c.ReleasePayouts(**self.who(), settlement=id_, message=self._message(), hash=HASH)

    def pay(self) -> Command:
        """A line of the bank's: mostly what is due; in part, too much, or what was told before."""
        rng, found = self.rng, self.one(*UNPAID)
        nets = found.banked if found else {}
        owing = [code for code, one in nets.items() if one.net > 0 and one.due]
        owed = [code for code, one in nets.items() if one.net < 0 and one.due]
        # Mostly debtors first, so that the operator's own file is covered some time.
        some = owing if owing and rng.random() < 0.7 else [*owing, *owed]
        partner, other, leg = rng.choice(some or [self.callers.brand()]), "", "PAY_OUT"
        if partner in owing:
            leg = "PAY_IN"
        if found and found.method == "DIRECT" and found.state != "DEFAULTED" and owing and owed:
            partner, other, leg = rng.choice(owing), rng.choice(owed), "DIRECT"
        if rng.random() < 0.03:
            leg = rng.choice(("PAY_IN", "PAY_OUT", "DIRECT"))
        due = [nets.get(code, Net()).due for code in (partner, other) if code]
        amount = rng.choice((min(due), min(due), min(due), max(due), min(due) // 2, 1)) or 1
        return self._line(
            settlement=found.id if found else UNKNOWN,
            partner=partner,
            leg=leg,
            amount=amount,
            counterparty=other,
        )

    def _line(self, **paid: Any) -> Command:  # noqa: ANN401 -- fields of the command
        """A payment under a place and a name of the bank's that are new; some are known."""
        line, reference = self.place()
        excess = 0 if self.rng.random() < 0.9 else 40
        return c.MatchBankLine(
            **self.who(), **paid, statement=HASH, line=line, reference=reference, excess=excess
        )

    def place(self) -> tuple[int, str]:
        """A line of the bank's and the bank's name for it, if any; one of them may be known."""
        rng, book = self.rng, self.book
        self._lines += 1
        line, known = self._lines, [n for paper, n in (*book.papers, *book.queue) if paper == HASH]
        reference = sha256(f"line {line}".encode()).hexdigest() if rng.random() < 0.8 else ""
        if known and rng.random() < 0.05:
            line = rng.choice(known)
        if rng.random() < 0.1:
            reference = rng.choice(sorted({*book.references_of_bank, *book.places}) or [""])
        return line, reference

    def evidence(self) -> Command:
        """Somebody says that a payment was made, or rejected."""
        rng, found = self.rng, self.one("SUBMITTED")
        partners = sorted(found.nets) if found else [OPERATOR]
        return c.RecordPayment(
            **self.who(),
            settlement=found.id if found else UNKNOWN,
            partner=rng.choice(partners),
            type=rng.choice(("PAYMENT", "REJECTION")),
            evidence=HASH,
        )

    def funds(self) -> Command:
        """A cap, or money that lies with the operator's bank."""
        rng, brand = self.rng, self.callers.brand()
        held = self.book.brands[brand].prefund
        return c.ProposeFunds(
            **self.who(),
            partner=brand if rng.random() < 0.97 else "NOSUCH",
            currency=CURRENCY,
            type=rng.choice(FUNDS),
            amount=rng.choice((*SUMS, held, held // 3)),
            reason="AGREED",
        )

    def policy(self) -> Command:
        """A network's rule, or a partner's."""
        rng = self.rng
        # The one policy that brings something about by itself.
        name = "WINDOW_SCHEDULE" if rng.random() < 0.3 else rng.choice(sorted(POLICIES))
        of_one = name in OF_A_PARTNER
        partner = rng.choice((self.callers.brand(), self.callers.brand(), OPERATOR, "NOSUCH"))
        return c.ProposePolicy(
            **self.who(),
            name=name,
            value=rng.choice(POLICIES[name]) if rng.random() < 0.95 else BAD_VALUE,
            reason="AGREED",
            partner=partner if of_one else "",
            currency=CURRENCY if of_one or name == "WINDOW_SCHEDULE" else "",
        )

    def dispute(self) -> Command:
        """A partner disputes a line; some few lines again and again."""
        rng, book = self.rng, self.book
        known = list(book.lines) or [(0, 0)]
        disputed = [one.line for one in book.disputes.values()]
        line = rng.choice(disputed) if disputed and rng.random() < 0.4 else rng.choice(known)
        owed = book.lines.get(line)
        parties = [owed.debtor, owed.creditor] if owed else [self.callers.brand()]
        party = rng.choice(parties) if rng.random() < 0.95 else self.callers.brand()
        who = self.callers.operator() if party == OPERATOR else self.callers.partner(party)
        if rng.random() < 0.05:
            who = self.who()
        return c.OpenDispute(**who, sequence=line[0], n=line[1], party=party, reason="WRONG_PRICE")

    def _disputed(self) -> str:
        open_ = [id_ for id_, one in self.book.disputes.items() if one.state == "OPEN"]
        known = open_ if open_ and self.rng.random() < 0.9 else list(self.book.disputes)
        return self.rng.choice(known) if known else UNKNOWN

    def resolve(self) -> Command:
        """The operator says what comes of a dispute."""
        rng, id_ = self.rng, self._disputed()
        amount: int | None = None
        if rng.random() < 0.7:
            found = self.book.disputes.get(id_)
            whole = self.book.lines[found.line].amount if found else 10
            amount = rng.choice((0, whole, whole // 2, whole + 1, 2 * whole, 2 * whole + 1))
        outcome = "REJECTED" if amount is None else "UPHELD"
        return c.ResolveDispute(
            **self.who(), dispute=id_, outcome=outcome, amount=amount, reason="CHECKED"
        )

    def withdraw(self) -> Command:
        """Who opened a dispute gives it up, or somebody else would."""
        id_ = self._disputed()
        found = self.book.disputes.get(id_)
        party = found.party if found and self.rng.random() < 0.8 else self.callers.brand()
        who = self.callers.operator() if party == OPERATOR else self.callers.partner(party)
        return c.WithdrawDispute(**who, dispute=id_)
