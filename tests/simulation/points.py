"""What partners ask of the ledger in a simulation: random, mostly sensible, sometimes not."""

from collections import Counter
from random import Random

from domain.clock import DAY, NEVER, SECOND
from domain.ledger import commands as ask
from tests.simulation.callers import Callers
from tests.simulation.desk import Desk

UNKNOWN = "f" * 32
SHARES = (100, 100, 50, 33, 7, 1, 99, 120)  # per cent of what there is; above 100 is too much
AMOUNTS = (1, 7, 100, 399, 1_000, 12_345, 999_999)
ODD_AMOUNTS = (0, -1, 10**15 + 1)
DATED_BACK = (0, 0, 0, 0, 5 * DAY, 40 * DAY, 100 * DAY, -SECOND)
LIVES = (10 * SECOND, DAY, 12 * DAY, 30 * DAY)
BACKDATE_MAX = 90 * DAY


class PointsTraffic:
    """Commands on members' books; `fresh` are ids of commands of the batch being drawn."""

    def __init__(self, rng: Random, desk: Desk, callers: Callers) -> None:
        self.rng, self.desk, self.book, self.callers = rng, desk, desk.book, callers
        self.fresh: list[ask.Command] = []

    def member(self) -> str:
        """A member; rarely one that nobody knows, or that was erased."""
        if self.rng.random() < 0.01:
            return UNKNOWN
        anyone = self.rng.random() < 0.05
        return self.rng.choice(
            sorted(self.book.members if anyone else self.book.members - self.book.erased)
        )

    def unit(self) -> str:
        """A unit; rarely one that there is not."""
        return "NOSUCH" if self.rng.random() < 0.01 else self.rng.choice(sorted(self.book.units))

    def owner_of(self, unit: str) -> str:
        """The brand whose points a unit's are; anyone's where there is no such unit."""
        known = self.book.units.get(unit)
        return known.owner if known and self.rng.random() < 0.95 else self.callers.brand()

    def wallet(self) -> tuple[str, str, int]:
        """Somebody's wallet that is not empty, and what is in it, expired points included."""
        held: Counter[tuple[str, str]] = Counter()
        for wallet, lots in self.book.wallets.items():
            held[wallet] += sum(lot.remaining for lot in lots)
        full = sorted((+held).items())
        if not full:
            return self.member(), self.unit(), 100
        (member, unit), amount = self.rng.choice(full)
        return member, unit, amount

    def share(self, amount: int) -> int:
        """A share of an amount, or an amount that is none."""
        if self.rng.random() < 0.02:
            return self.rng.choice(ODD_AMOUNTS)
        return max(1, amount * self.rng.choice(SHARES) // 100)

    def issue(self) -> ask.Command:
        """Points come in, perhaps dated back, sometimes from another brand."""
        rng, unit = self.rng, self.unit()
        brand = self.owner_of(unit) if rng.random() < 0.7 else self.callers.brand()
        back = rng.choice(DATED_BACK)
        return ask.IssuePoints(
            **self.callers.partner(brand),
            owner=self.member(),
            unit=unit,
            amount=rng.choice(ODD_AMOUNTS if rng.random() < 0.03 else AMOUNTS),
            funding=rng.choice(("FREE", "PAID")),
            effective_at=self.callers.time - back if back else 0,
            backdate_max=BACKDATE_MAX,
        )

    def adjust(self) -> ask.Command:
        """A wallet is corrected, up or down."""
        rng = self.rng
        member, unit, amount = self.wallet()
        back = rng.choice(DATED_BACK)
        return ask.AdjustPoints(
            **self.callers.partner(self.owner_of(unit)),
            owner=member,
            unit=unit,
            amount=-self.share(amount) if rng.random() < 0.4 else rng.choice(AMOUNTS),
            reason="CORRECTION",
            effective_at=self.callers.time - back if back else 0,
            backdate_max=BACKDATE_MAX,
        )

    def redeem(self) -> ask.Command:
        """Points go for goods, at a brand that takes them or at any."""
        member, unit, amount = self.wallet()
        return ask.RedeemPoints(
            **self.callers.partner(self.taker(unit)),
            owner=member,
            unit=unit,
            amount=self.share(amount),
        )

    def taker(self, unit: str) -> str:
        """A brand with an acceptance contract, or the owner, or anyone."""
        takers = sorted(
            {d.other for d in self.book.deals if (d.type, d.source) == ("acceptance", unit)}
        )
        if takers and self.rng.random() < 0.8:
            return self.rng.choice(takers)
        return self.owner_of(unit)

    def target(self, unit: str) -> str:
        """A unit that this one converts to, or any."""
        targets = sorted(
            {d.other for d in self.book.deals if (d.type, d.source) == ("conversion", unit)}
        )
        return self.rng.choice(targets) if targets and self.rng.random() < 0.9 else self.unit()

    def quote(self) -> ask.Command:
        """A rate is held."""
        member, unit, amount = self.wallet()
        return ask.GiveQuote(
            **self.callers.partner(self.owner_of(unit)),
            owner=member,
            source=unit,
            target=self.target(unit),
            amount=self.share(amount),
        )

    def exchange(self) -> ask.Command:
        """Points become others, by the source's owner or the target's."""
        member, unit, amount = self.wallet()
        target = self.target(unit)
        brand = self.owner_of(target if self.rng.random() < 0.3 else unit)
        return ask.ExchangePoints(
            **self.callers.partner(brand),
            owner=member,
            source=unit,
            target=target,
            amount=self.share(amount),
        )

    def exchange_quoted(self) -> ask.Command:
        """A quote is used, often in the batch that gave it, sometimes wrongly."""
        rng = self.rng
        given = [one for one in self.fresh if isinstance(one, ask.GiveQuote)]
        if given:
            one = rng.choice(given)
            facts = (one.id, one.owner, one.source, one.target, one.amount, one.actor.partner)
        else:
            last = list(self.book.promises.values())[-6:]
            if not last:
                return self.quote()
            promise = rng.choice(last)
            deal = promise.deal
            facts = (
                *(promise.id, promise.owner, deal.source, deal.other),
                *(promise.source, promise.partner),
            )
        id_, owner, source, target, amount, partner = facts
        return ask.ExchangePoints(
            **self.callers.partner(partner if rng.random() < 0.95 else self.callers.brand()),
            owner=owner if rng.random() < 0.97 else self.member(),
            source=source,
            target=target,
            amount=amount + (rng.random() < 0.05),
            quote=id_ if rng.random() < 0.98 else UNKNOWN,
        )

    def gift(self) -> ask.Command:
        """Points change hands."""
        member, unit, amount = self.wallet()
        return ask.GiftPoints(
            **self.callers.partner(self.owner_of(unit)),
            owner=member,
            recipient=self.member(),
            unit=unit,
            amount=self.share(amount),
        )

    def hold(self) -> ask.Command:
        """Points are set aside for a while, sometimes a while that may not be."""
        member, unit, amount = self.wallet()
        life = self.rng.choice((*LIVES, *LIVES, 0, 31 * DAY))
        return ask.PlaceHold(
            **self.callers.partner(self.taker(unit)),
            owner=member,
            unit=unit,
            amount=self.share(amount),
            deadline=self.callers.time + life + SECOND,
        )

    def held(self) -> tuple[str, str, str, int]:
        """A hold's id, owner, acceptor and amount: of this batch, of late, or of nobody."""
        placed = [one for one in self.fresh if isinstance(one, ask.PlaceHold)]
        if placed and self.rng.random() < 0.5:
            hold = self.rng.choice(placed)
            return hold.id, hold.owner, hold.actor.partner, hold.amount
        last = list(self.book.holds.values())[-8:]
        if not last or self.rng.random() < 0.02:
            return UNKNOWN, self.member(), self.callers.brand(), 1
        known = self.rng.choice(last)
        return known.id, known.owner, known.acceptor, known.amount

    def capture(self) -> ask.Command:
        """A hold is redeemed, whole, in part or not at all."""
        rng = self.rng
        hold, owner, acceptor, amount = self.held()
        return ask.CaptureHold(
            **self.callers.partner(acceptor if rng.random() < 0.95 else self.callers.brand()),
            owner=owner,
            hold=hold,
            amount=rng.choice((None, None, amount, amount // 2, 1, 0, amount + 1, -1)),
        )

    def void(self) -> ask.Command:
        """A hold is released."""
        hold, owner, acceptor, _ = self.held()
        brand = acceptor if self.rng.random() < 0.8 else self.callers.brand()
        return ask.VoidHold(**self.callers.partner(brand), owner=owner, hold=hold)

    def reverse(self) -> ask.Command:
        """A transfer is turned round, whole or in part: of this batch, of late, or long ago."""
        rng = self.rng
        moved = [one for one in self.fresh if isinstance(one, ask.RedeemPoints | ask.IssuePoints)]
        if moved and rng.random() < 0.3:
            one = rng.choice(moved)
            id_, owner, left, party = one.id, one.owner, one.amount, one.actor.partner
        else:
            moves = list(self.book.moves.values())
            if not moves or rng.random() < 0.01:
                return ask.ReverseTransfer(
                    **self.callers.operator(), owner=self.member(), transfer=UNKNOWN
                )
            move = rng.choice(moves[-12:] if rng.random() < 0.7 else moves)
            owner = move.owner
            if move.kind == "GIFT" and move.opened and rng.random() < 0.3:
                owner = move.opened[0].owner
            id_, left, party = move.id, move.amount - move.reversed, move.actor
        share = rng.choice(SHARES)
        who = self.callers.operator() if rng.random() < 0.6 else self.callers.partner(party)
        return ask.ReverseTransfer(
            **who,
            owner=owner,
            transfer=id_,
            amount=None if share == 100 else self.share(max(1, left)),
        )

    def consent(self) -> ask.Command:
        """A member lets a brand spend, up to a limit and for a time."""
        rng, unit = self.rng, self.unit()
        return ask.GrantConsent(
            **self.callers.partner(self.owner_of(unit)),
            owner=self.member(),
            partner=self.callers.brand() if rng.random() < 0.99 else "NOSUCH",
            unit=unit,
            action=rng.choice(("REDEEM", "REDEEM", "EXCHANGE")),
            max=rng.choice((0, 0, 0, 100, 5_000, -1) if rng.random() < 0.1 else (0, 100, 5_000)),
            evidence="e" * 64,
            expires_at=NEVER - 1 if rng.random() < 0.3 else self.callers.time + rng.choice(LIVES),
        )

    def revoke(self) -> ask.Command:
        """A consent ends, by the unit's owner or the brand that had it."""
        rng = self.rng
        given = [(m, p) for m, held in sorted(self.book.permissions.items()) for p in held]
        if not given or rng.random() < 0.02:
            return ask.RevokeConsent(
                **self.callers.partner(self.callers.brand()), owner=self.member(), consent=UNKNOWN
            )
        member, permission = rng.choice(given)
        who = rng.choice((permission.partner, self.owner_of(permission.unit)))
        return ask.RevokeConsent(**self.callers.partner(who), owner=member, consent=permission.id)
