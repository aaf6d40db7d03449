"""Random histories of settlements: what was owed is paid once, and the leaves tell all of it."""

from collections import Counter
from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from audit.entry import decode
from audit.findings import Findings
from audit.replay import Replay, Row
from domain.clock import DAY, MINUTE
from domain.errors import Refusal
from domain.ledger.commands import Command
from domain.ledger.disputes import CORRECTION, OPEN, REJECTED, UPHELD, line_text
from domain.ledger.settling import (
    CLEARING,
    DIRECT,
    OVER,
    PAY_IN,
    PAY_OUT,
    REJECTION,
    Settlement,
)
from domain.store.reference import reference_row
from domain.store.settling_rows import dispute_rows, net_rows
from settlement import commands as c
from settlement.windows.closing import WINDOW_CLOSE
from tests.property.ledger.profile import MACHINE
from tests.world.network import World, by, operator

PARTNERS = ("AIR", "HOTEL", "SHOP", "CAFE")
HASH = "ab" * 32
AMOUNTS = st.integers(1, 60)


class Histories(RuleBasedStateMachine):
    """Partners owe and take back, the operator's people settle; each step twice, by two of them."""

    @initialize(prefund=st.sampled_from([0, 0, 15]))
    def begin(self, prefund: int) -> None:
        """Found a network of four partners."""
        self.world = World()
        self.line = 0
        for partner in PARTNERS:
            self.world.partner(partner, prefund=prefund)

    def run(self, kind: type[Command], **given: object) -> bool:
        """Run a command, then the same of another subject: the second never does it again."""
        world = self.world
        known = {"actor": operator("ann"), "id": world.fresh()}
        command = kind(**{**known, **given})  # type: ignore[arg-type]  # fields of the command
        if isinstance(world.run(command), Refusal):
            return False
        if not isinstance(command, c.RecordPayment):
            again = replace(command, actor=operator("bob"), id=world.fresh())
            assert isinstance(world.run(again), Refusal), command
        return True

    def two(self, kind: type[Command], **given: object) -> bool:
        """Propose and approve."""
        if not self.run(kind, **given):
            return False
        (proposal,) = (
            one.id
            for one in self.world.state.reference.proposals.values()
            if one.state == "PENDING"
        )
        done = self.run(c.DecideProposal, actor=operator("bob"), proposal=proposal, approve=True)
        if not done:
            reject = c.DecideProposal(
                actor=operator("bob"), id=self.world.fresh(), proposal=proposal, approve=False
            )
            self.world.done(reject)
        return done

    @property
    def settlements(self) -> list[Settlement]:
        """Every settlement, oldest first."""
        return list(self.world.state.reference.settlements.values())

    def going_on(self, n: int) -> Settlement | None:
        """One of the settlements that are not over."""
        found = [one for one in self.settlements if one.state not in OVER]
        return found[n % len(found)] if found else None

    @rule(pair=st.permutations(PARTNERS), amount=AMOUNTS, back=st.booleans())
    def owe(self, pair: list[str], amount: int, *, back: bool) -> None:
        """One partner owes another; some of it is reversed."""
        self.world.owe(pair[0], pair[1], amount)
        if back:
            self.world.owe(pair[1], pair[0], (amount + 1) // 2)

    @rule()
    def close(self) -> None:
        """The open window is closed."""
        period = self.world.state.reference.open_periods["KRW"]
        self.two(c.ProposeWindowClose, period=period, currency="KRW")

    @rule(direct=st.booleans(), depth=st.sampled_from([0, 1, 2, 2, 3, 4, 4]), amount=AMOUNTS)
    def settle(self, *, direct: bool, depth: int, amount: int) -> None:
        """All closed windows are netted; the draft goes on as far as the depth says."""
        self.owe([*PARTNERS], amount, back=direct)
        self.close()
        method = DIRECT if direct else CLEARING
        pay_by = self.world.now + 2 * MINUTE
        if self.run(c.CreateSettlement, currency="KRW", method=method, pay_by=pay_by):
            made = self.settlements[-1].id
            if depth > 0:
                self.two(c.ProposeSettlement, settlement=made, step="APPROVE", reason="CHECKED")
            if depth > 1:
                self.files(made)
            if depth > 2:
                self.pay_in_full(made, creditors=depth > 3)

    def pay_in_full(self, settlement: str, *, creditors: bool) -> None:
        """Whoever owes pays, then whoever is owed is paid, if they are."""
        found = self.world.state.reference.settlements[settlement]
        nets = list(self.world.state.nets[settlement].values())
        owed = [net for net in nets if net.net < 0]
        for net in nets if found.method == CLEARING else []:
            if net.due and (creditors or net.net > 0):
                leg = PAY_IN if net.net > 0 else PAY_OUT
                self.line_of(settlement, partner=net.partner, leg=leg, amount=net.due)
        for net in nets if found.method == DIRECT else []:
            for other in owed:
                amount = min(net.due, other.due) if net.net > 0 else 0
                if amount:
                    self.line_of(
                        settlement, partner=net.partner, counterparty=other.partner, leg=DIRECT,
                        amount=amount,
                    )  # fmt: skip

    def line_of(self, settlement: str, **given: object) -> None:
        """A new line of the bank's statement."""
        self.line += 1
        self.run(
            c.MatchBankLine, settlement=settlement, statement=HASH, line=self.line,
            reference=f"{self.line:064x}", **given,
        )  # fmt: skip

    @rule(n=st.integers(0, 5), step=st.sampled_from(["APPROVE", "ABORT", "DEFAULT"]))
    def step(self, n: int, step: str) -> None:
        """A settlement is approved, given up, or declared in default."""
        found = self.going_on(n)
        if found:
            self.two(c.ProposeSettlement, settlement=found.id, step=step, reason="CHECKED")

    @rule(n=st.integers(0, 5))
    def submit(self, n: int) -> None:
        """Its payment files are written."""
        found = self.going_on(n)
        if found:
            self.files(found.id)

    def files(self, settlement: str) -> None:
        """One file for each net debtor."""
        files = tuple(
            c.WrittenFile(net.partner, self.world.fresh(), HASH)
            for net in self.world.state.nets[settlement].values()
            if net.net > 0
        )
        self.run(c.SubmitSettlement, settlement=settlement, files=files)

    @rule(n=st.integers(0, 5))
    def reject(self, n: int) -> None:
        """A bank rejects a payment."""
        found = self.going_on(n)
        if found:
            nets = self.world.state.nets[found.id].values()
            partner = next((net.partner for net in nets if net.net > 0), "")
            self.run(
                c.RecordPayment, settlement=found.id, partner=partner, type=REJECTION,
                evidence=HASH,
            )  # fmt: skip

    @rule(n=st.integers(0, 5), pair=st.permutations(PARTNERS), amount=AMOUNTS, whole=st.booleans())
    def pay(self, n: int, pair: list[str], amount: int, *, whole: bool) -> None:
        """A bank line pays a net: in part, in full, or beyond."""
        found = self.going_on(n)
        if found is None:
            return
        nets = self.world.state.nets[found.id]
        net = nets.get(pair[0])
        if net is None:
            return
        given: dict[str, object] = {"partner": pair[0], "leg": PAY_IN if net.net > 0 else PAY_OUT}
        if found.method == DIRECT and net.net > 0:
            given |= {"leg": DIRECT, "counterparty": pair[1]}
        if whole and net.due:
            amount = net.due
        self.line_of(found.id, amount=amount, **given)

    @rule(n=st.integers(0, 40), of_debtor=st.booleans(), ends=st.lists(AMOUNTS, max_size=2))
    def dispute(self, n: int, ends: list[int], *, of_debtor: bool) -> None:
        """A partner disputes a line of its own, in whatever window; again after each end."""
        lines = self.world.state.lines
        found = [place for place in sorted(lines) if lines[place].kind != CORRECTION]
        if found:
            (sequence, place) = found[-1 - n % len(found)]
            owed = lines[sequence, place]
            party = owed.debtor if of_debtor else owed.creditor
            for to in (*ends, 0):
                self.run(
                    c.OpenDispute, actor=by(party), sequence=sequence, n=place, party=party,
                    reason="WRONG_PRICE",
                )  # fmt: skip
                if to:
                    self.end(-1, UPHELD, to)

    @rule(n=st.integers(0, 5), how=st.sampled_from([UPHELD, REJECTED, ""]), to=AMOUNTS)
    def end_one(self, n: int, how: str, to: int) -> None:
        """A dispute is upheld, rejected or withdrawn."""
        self.end(n, how, to)

    def end(self, n: int, end: str, to: int) -> None:
        """One of the open disputes ends."""
        found = [one for one in self.world.state.disputes.values() if one.state == OPEN]
        if not found:
            return
        one = found[n % len(found)]
        if end == UPHELD:
            self.two(c.ResolveDispute, dispute=one.id, outcome=end, amount=to, reason="CHECKED")
        elif end == REJECTED:
            self.run(c.ResolveDispute, dispute=one.id, outcome=end, reason="CHECKED")
        else:
            self.run(c.WithdrawDispute, actor=by(one.party), dispute=one.id)

    @rule(n=st.integers(0, 5))
    def default(self, n: int) -> None:
        """The time to pay passes, and what is unpaid is a default."""
        found = self.going_on(n)
        self.world.now += DAY // 8
        if found:
            self.two(c.ProposeSettlement, settlement=found.id, step="DEFAULT", reason="UNPAID")

    @invariant()
    def what_was_owed_is_paid_once(self) -> None:
        """Of each partner, all that it ever owed is what was paid, drawn, lost, or is still owed.

        A claim takes the place of what was lost, so the loss counts once.
        """
        if not hasattr(self, "world"):
            return
        state = self.world.state
        left: Counter[str] = Counter()
        for owed in self.world.obligations:
            left[owed.debtor] += owed.amount
            left[owed.creditor] -= owed.amount
        for one in self.settlements:
            for net in state.nets[one.id].values():
                sign = 1 if net.net > 0 else -1
                left[net.partner] -= net.matched
                if one.state == "SETTLED":
                    left[net.partner] -= sign * net.shared
        for partner in PARTNERS:
            assert left[partner] == state.exposure((partner, "KRW")), partner

    @invariant()
    def no_window_is_settled_twice(self) -> None:
        """Each window is in one settlement at most that was not given up."""
        if hasattr(self, "world"):
            taken = [w for one in self.settlements if one.state != "ABORTED" for w in one.windows]
            assert len(taken) == len(set(taken))

    @invariant()
    def a_line_comes_to_what_its_disputes_say(self) -> None:
        """With all of its corrections: never below zero, nor to more than twice itself."""
        if not hasattr(self, "world"):
            return
        disputes = self.world.state.disputes.values()
        latest = {one.line: one for one in sorted(disputes, key=lambda one: one.seq)}
        left = {line_text(line): one.amount for line, one in latest.items()}
        debtors = {line_text(line): one.debtor for line, one in latest.items()}
        for effect in self.world.effects.values():
            if effect.kind == "obligation.corrected":
                (owed,) = effect.obligations
                line = effect.fields["line"]
                left[line] += owed.amount if owed.debtor == debtors[line] else -owed.amount
        for one in latest.values():
            assert left[line_text(one.line)] == one.corrected
            assert 0 <= one.corrected <= 2 * one.amount

    def teardown(self) -> None:
        """Replaying the leaves makes the very rows of the state."""
        if hasattr(self, "world"):
            replay_makes(self.world)


def replay_makes(world: World) -> None:
    """Assert that the leaves make the rows, and that replay finds nothing impossible."""
    findings = Findings()
    replay = Replay(findings)
    for leaf in world.leaves:
        replay.apply(decode(leaf))
    replay.finish()
    # Debts come by entries of their own here, which no closing gives.
    given = [one for one in findings.kept if dict(one.facts).get("of") == "FEE"]
    assert {one.code for one in given} <= {"CHARGE_INVENTED"}
    assert [one.line() for one in findings.kept if one not in given] == []
    tables = {name: list(rows) for name, rows in replay.tables().items()}
    state, reference = world.state, world.state.reference
    known: dict[str, list[tuple[str | int, ...]]] = {
        "settlement": [(key,) for key in reference.settlements],
        "settlement_window": list(reference.windows),
        "proposal": [(key,) for key in reference.proposals],
    }
    for table, keys in known.items():
        expected: list[Row] = sorted(
            tuple(v for v in reference_row(reference, table, key) if not isinstance(v, bytes))
            for key in keys
        )
        assert tables[table] == expected, table
    nets = [(id_, partner) for id_, nets in state.nets.items() for partner in nets]
    assert tables["settlement_net"] == sorted(net_rows(state, list(nets)))
    disputes = [(id_,) for id_ in sorted(state.disputes)]
    assert tables["dispute"] == dispute_rows(state, list(disputes))
    lines = [(one.partner, one.currency, one.prefund) for one in state.credit_lines.values()]
    assert [row[:3] for row in tables["credit_line"]] == sorted(lines)
    assert len(tables["bank_line"]) == len(state.bank_lines)
    assert WINDOW_CLOSE in {row[1] for row in tables["proposal"]} or not state.bank_lines


Histories.TestCase.settings = MACHINE
TestHistories = Histories.TestCase
