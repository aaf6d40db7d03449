"""Random commands, given at once to the real rules and to the model."""

from collections import Counter
from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from domain.clock import DAY, MINUTE, NEVER, SECOND
from domain.ledger import commands as ask
from tests.model import pending, reversing, spending, trading
from tests.model.facts import Deal, Move, Permission, Promise
from tests.property.ledger.network import actor
from tests.property.ledger.world import (
    BRANDS,
    CONVERSIONS,
    LIMIT,
    MEMBERS,
    POLICIES,
    TERMS,
    UNITS,
    Drawn,
    found,
)

MEMBER = st.sampled_from(MEMBERS)
UNIT = st.sampled_from(sorted(UNITS))
BRAND = st.sampled_from(BRANDS)
# "" stands for whoever may well do it.
SOMEONE = st.sampled_from(["", "", "", *BRANDS])
OTHER = st.sampled_from(["", "", "", "", *sorted(UNITS)])
PICK = st.integers(0, 2**16)
# Per cent of what there is; above 100 asks for too much.
SHARE = st.sampled_from([100, 50, 33, 7, 1, 99, 120])
POINTS = st.one_of(st.integers(1, 400), st.sampled_from([1_000, 12_345, 999_999]))
CAPTURED = st.sampled_from([100, 50, 1, 0, 101])
ODD_POINTS = st.sampled_from([0, -1, 10**15 + 1])
BACKDATES = st.sampled_from([0, 0, 0, 5 * DAY, 40 * DAY, -SECOND])
STEPS = st.sampled_from([SECOND, 59 * SECOND, MINUTE, DAY, 9 * DAY, 21 * DAY, 31 * DAY])
LIVES = st.sampled_from([10 * SECOND, DAY, 12 * DAY, 30 * DAY])
NO_DEAL = Deal("", "", "", "", Fraction(0))  # replaced when the quote is given


def target_of(unit: str, pick: int) -> str:
    """A unit that this one converts to."""
    targets = [target for source, target in CONVERSIONS if source == unit]
    return targets[pick // 7 % len(targets)] if targets else unit


class LedgerCommands(RuleBasedStateMachine):
    """Issue, spend, hold, exchange, give, correct, expire, reverse; and time goes by."""

    @initialize(
        limits=st.tuples(LIMIT, LIMIT, LIMIT), policies=st.permutations(POLICIES), terms=TERMS
    )
    def begin(self, limits: tuple[int, ...], policies: list[str], terms: list[Drawn]) -> None:
        """Found the network; the first member lets everyone spend everything."""
        self.network, self.book = found(list(limits), policies, terms)
        self.moves: list[tuple[str, str]] = []
        self.holds: list[tuple[str, str]] = []
        self.quotes: list[tuple[str, str, tuple[str, str], int, str]] = []
        self.consents: list[tuple[str, str]] = []
        for brand in BRANDS:
            for unit, (owner, *_) in UNITS.items():
                for action in ("REDEEM", "EXCHANGE"):
                    if owner != brand:
                        self.consent(MEMBERS[0], brand, unit, action, 0, 100 * DAY)
        for unit, (owner, *_) in UNITS.items():
            self.issue(MEMBERS[0], unit, owner, 5_000, "PAID", 0)
            self.issue(MEMBERS[0], unit, BRANDS[0], 1_234, "FREE", 0)

    def agree(self, command: ask.Command, expected: str) -> str:
        """Run the command; it must end as the model says."""
        code = self.network.run(command)
        assert code == expected, (command, code, expected)
        return code

    @property
    def next(self) -> int:
        """The instant at which the next command is decided."""
        return self.network.now + 1

    def wallet(self, pick: int) -> tuple[str, str, int]:
        """Someone's wallet that is not empty, and what is in it, expired points included."""
        held: Counter[tuple[str, str]] = Counter()
        for lot in self.book.lots:
            held[lot.owner, lot.unit] += lot.remaining
        full = sorted((+held).items()) or [((MEMBERS[0], "AIR"), 0)]
        (member, unit), amount = full[pick % len(full)]
        return member, unit, amount

    @rule(step=STEPS)
    def wait(self, step: int) -> None:
        """Time goes by."""
        self.network.now += step

    @rule(pick=PICK)
    def wait_until(self, pick: int) -> None:
        """Time goes by to the very instant, or just before it, at which something ends."""
        ends = [lot.expires for lot in self.book.lots if lot.remaining]
        ends += [self.book.lapses(*wallet) for wallet in self.book.active]
        ends += [hold.deadline for hold in self.book.holds.values() if hold.state == "PENDING"]
        ahead = sorted({end for end in ends if self.next + 1 < end < NEVER})[:4]
        if ahead:
            self.network.now = ahead[pick % len(ahead)] - 1 - pick % 2

    @rule(
        member=MEMBER,
        unit=UNIT,
        brand=BRAND,
        amount=st.one_of(POINTS, POINTS, ODD_POINTS),
        funding=st.sampled_from(["FREE", "PAID"]),
        back=BACKDATES,
    )
    def issue(
        self, member: str, unit: str, brand: str, amount: int, funding: str, back: int
    ) -> None:
        """Points come in, perhaps dated back."""
        id_, effective = self.network.new_id(), self.next - back
        move = Move(id_, "ISSUE", brand, member, unit, amount)
        expected = spending.issue(self.book, move, funding, effective, self.next)
        command = ask.IssuePoints(
            actor=actor(brand),
            id=id_,
            owner=member,
            unit=unit,
            amount=amount,
            funding=funding,
            effective_at=effective if back else 0,
            backdate_max=90 * DAY,
        )
        if not self.agree(command, expected):
            self.moves.append((member, id_))

    @rule(pick=PICK, brand=BRAND, share=SHARE)
    def redeem(self, pick: int, brand: str, share: int) -> None:
        """Points go for goods."""
        member, unit, amount = self.wallet(pick)
        id_, amount = self.network.new_id(), amount * share // 100
        move = Move(id_, "REDEEM", brand, member, unit, amount)
        expected = spending.redeem(self.book, move, self.next)
        command = ask.RedeemPoints(
            actor=actor(brand), id=id_, owner=member, unit=unit, amount=amount
        )
        if not self.agree(command, expected):
            self.moves.append((member, id_))

    @rule(pick=PICK, other=OTHER, from_target=st.booleans(), share=SHARE)
    def exchange(self, pick: int, other: str, from_target: bool, share: int) -> None:
        """Points of one unit become points of another, mostly one that it converts to."""
        member, unit, amount = self.wallet(pick)
        units, amount = (unit, other or target_of(unit, pick)), amount * share // 100
        brand = UNITS[units[from_target]][0]
        self.exchange_at(member, units, amount, brand, "")

    def exchange_at(
        self, member: str, units: tuple[str, str], amount: int, brand: str, quote: str
    ) -> None:
        """Points of a wallet become points of another unit, at a quote if one is named."""
        id_, received = self.network.new_id(), self.next - 5
        move = Move(id_, "EXCHANGE", brand, member, units[0], amount)
        expected = trading.exchange(self.book, move, units[1], quote, (received, self.next))
        command = ask.ExchangePoints(
            actor=actor(brand),
            id=id_,
            owner=member,
            source=units[0],
            target=units[1],
            amount=amount,
            quote=quote,
            received_at=received,
        )
        if not self.agree(command, expected):
            self.moves.append((member, id_))

    @rule(pick=PICK, other=OTHER, brand=SOMEONE, share=SHARE, used=st.booleans())
    def quote(self, pick: int, other: str, brand: str, share: int, used: bool) -> None:
        """A rate is held for a minute, and perhaps used within it."""
        member, unit, amount = self.wallet(pick)
        units = (unit, other or target_of(unit, pick))
        brand = brand or UNITS[unit][0]
        id_, amount = self.network.new_id(), amount * share // 100
        promise = Promise(id_, member, brand, NO_DEAL, amount, 0, 0)
        expected = trading.quote(self.book, promise, units, self.next)
        command = ask.GiveQuote(
            actor=actor(brand),
            id=id_,
            owner=member,
            source=units[0],
            target=units[1],
            amount=amount,
        )
        if not self.agree(command, expected):
            self.quotes.append((member, id_, units, amount, brand))
            if used:
                self.network.now += 59 * SECOND
                self.exchange_at(member, units, amount, brand, id_)

    @rule(pick=PICK, off=st.sampled_from([0, 0, 0, 1]), member=st.sampled_from(["", "", *MEMBERS]))
    def exchange_quoted(self, pick: int, off: int, member: str) -> None:
        """A quote is used, sometimes by another member or for another amount."""
        if self.quotes:
            owner, id_, units, amount, brand = self.quotes[pick % len(self.quotes)]
            self.exchange_at(member or owner, units, amount + off, brand, id_)

    @rule(pick=PICK, recipient=MEMBER, brand=SOMEONE, share=SHARE)
    def gift(self, pick: int, recipient: str, brand: str, share: int) -> None:
        """Points change hands."""
        member, unit, amount = self.wallet(pick)
        id_, amount = self.network.new_id(), amount * share // 100
        giver = brand or UNITS[unit][0]
        move = Move(id_, "GIFT", giver, member, unit, amount)
        expected = spending.gift(self.book, move, recipient, self.next)
        command = ask.GiftPoints(
            actor=actor(giver),
            id=id_,
            owner=member,
            recipient=recipient,
            unit=unit,
            amount=amount,
        )
        if not self.agree(command, expected):
            self.moves.append((member, id_))

    @rule(member=MEMBER, unit=UNIT, amount=POINTS, sign=st.sampled_from([1, -1]), back=BACKDATES)
    def adjust(self, member: str, unit: str, amount: int, sign: int, back: int) -> None:
        """A wallet is corrected."""
        id_, effective, brand = self.network.new_id(), self.next - back, UNITS[unit][0]
        kind = "ADJUST_UP" if sign > 0 else "ADJUST_DOWN"
        move = Move(id_, kind, brand, member, unit, amount)
        expected = spending.adjust(self.book, move, sign * amount, effective, self.next)
        command = ask.AdjustPoints(
            actor=actor(brand),
            id=id_,
            owner=member,
            unit=unit,
            amount=sign * amount,
            reason="CORRECTION",
            effective_at=effective if back else 0,
            backdate_max=90 * DAY,
        )
        if not self.agree(command, expected):
            self.moves.append((member, id_))

    @rule(pick=PICK)
    def expire(self, pick: int) -> None:
        """The job comes by."""
        past = [
            lot
            for lot in self.book.lots
            if lot.remaining and min(lot.expires, self.book.lapses(lot.owner, lot.unit)) < self.next
        ]
        owned = [(lot.owner, lot.unit) for lot in past] or [self.wallet(pick)[:2]]
        member, unit = owned[pick % len(owned)]
        expected = spending.expire(self.book, member, unit, self.next)
        command = ask.ExpireWallet(
            actor=actor("OPERATOR"), id=self.network.new_id(), owner=member, unit=unit
        )
        self.agree(command, expected)

    @rule(pick=PICK, brand=BRAND, share=SHARE, life=LIVES, late=st.booleans())
    def hold(self, pick: int, brand: str, share: int, life: int, late: bool) -> None:
        """Points are set aside, perhaps until the deadline has passed."""
        member, unit, amount = self.wallet(pick)
        id_, amount = self.network.new_id(), amount * share // 100
        move = Move(id_, "HOLD", brand, member, unit, amount)
        expected = pending.hold(self.book, move, self.next + life, self.next)
        command = ask.PlaceHold(
            actor=actor(brand),
            id=id_,
            owner=member,
            unit=unit,
            amount=amount,
            deadline=self.next + life,
        )
        if not self.agree(command, expected):
            self.holds.append((member, id_))
            self.moves.append((member, id_))
            self.network.now += life if late else 0

    @rule(
        pick=PICK,
        brand=SOMEONE,
        share=st.sampled_from([100, 50, 1, 0, 101]),
    )
    def capture(self, pick: int, brand: str, share: int) -> None:
        """A hold is redeemed, whole, in part or not at all."""
        if not self.holds:
            return
        owner, hold = self.holds[-1 - pick % min(len(self.holds), 3)]
        held, id_ = self.book.holds[hold], self.network.new_id()
        taker = brand or held.acceptor
        amount = -(-held.amount * share // 100)
        move = Move(id_, "REDEEM", taker, owner, held.unit, amount)
        expected = pending.capture(self.book, hold, move, self.next)
        command = ask.CaptureHold(
            actor=actor(taker),
            id=id_,
            owner=owner,
            hold=hold,
            amount=None if share == 100 else amount,
        )
        if not self.agree(command, expected) and amount:
            self.moves.append((owner, id_))

    @rule(pick=PICK, brand=BRAND)
    def void(self, pick: int, brand: str) -> None:
        """A hold is released."""
        if not self.holds:
            return
        owner, hold = self.holds[-1 - pick % min(len(self.holds), 3)]
        expected = pending.void(self.book, hold, brand, self.next)
        command = ask.VoidHold(actor=actor(brand), id=self.network.new_id(), owner=owner, hold=hold)
        self.agree(command, expected)

    @rule(pick=PICK, brand=SOMEONE, share=SHARE)
    def reverse(self, pick: int, brand: str, share: int) -> None:
        """A transfer is turned round, often one of the last, in whole or in part."""
        if self.moves:
            original = self.moves[-1 - pick % min(len(self.moves), 1 + pick % 9)]
            self.turn_round(original, brand or "OPERATOR", share)

    @rule(pick=PICK, spent=SHARE, share=SHARE, again=st.booleans())
    def reverse_spent(self, pick: int, spent: int, share: int, again: bool) -> None:
        """What a transfer gave is spent, then it is turned round; then more may come in."""
        giving = [move for move in self.moves if self.book.moves[move[1]].opened]
        if not giving:
            return
        original = giving[-1 - pick % min(len(giving), 6)]
        owner, unit = reversing.holder(self.book.moves[original[1]])
        there = sum(lot.remaining for lot in self.book.of(owner, unit))
        self.adjust(owner, unit, max(1, there * spent // 100), -1, 0)
        self.turn_round(original, "OPERATOR", share)
        if again:
            self.issue(owner, unit, UNITS[unit][0], max(1, there), "PAID", 0)

    def turn_round(self, moved: tuple[str, str], brand: str, share: int) -> None:
        """A share of what is left of a transfer is reversed."""
        owner, original = moved
        move = self.book.moves[original]
        amount = None if share == 100 else -(-(move.amount - move.reversed) * share // 100)
        expected = reversing.reverse(self.book, original, amount, brand, self.next)
        command = ask.ReverseTransfer(
            actor=actor(brand),
            id=self.network.new_id(),
            owner=owner,
            transfer=original,
            amount=amount,
        )
        self.agree(command, expected)

    @rule(
        member=MEMBER,
        brand=BRAND,
        unit=UNIT,
        action=st.sampled_from(["REDEEM", "EXCHANGE"]),
        limit=st.sampled_from([0, 100, 5_000]),
        life=LIVES,
    )
    def consent(
        self, member: str, brand: str, unit: str, action: str, limit: int, life: int
    ) -> None:
        """A member lets a brand spend, up to a limit and for a time."""
        id_, expires = self.network.new_id(), self.next + life
        permission = Permission(id_, brand, unit, action, limit, expires)
        expected = spending.grant(self.book, member, permission)
        command = ask.GrantConsent(
            actor=actor(UNITS[unit][0]),
            id=id_,
            owner=member,
            partner=brand,
            unit=unit,
            action=action,
            max=limit,
            evidence="e" * 64,
            expires_at=expires,
        )
        self.agree(command, expected)
        self.consents.append((member, id_))

    @rule(pick=PICK)
    def revoke(self, pick: int) -> None:
        """A consent ends."""
        last = len(self.consents) if pick % 5 == 0 else min(len(self.consents), 2)
        member, id_ = self.consents[-1 - pick % last]
        owner = next(UNITS[p.unit][0] for p in self.book.permissions[member] if p.id == id_)
        expected = spending.revoke(self.book, member, id_)
        command = ask.RevokeConsent(
            actor=actor(owner), id=self.network.new_id(), owner=member, consent=id_
        )
        self.agree(command, expected)
