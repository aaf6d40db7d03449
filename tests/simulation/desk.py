"""The model's desk: it takes the product's commands and says what each must come to, and when.

What a rule does is the model's own affair (`tests.model`); here a command is only unpacked, and
what no rule of the model asks is checked: whether unit and member are known, how far back dates go.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import NamedTuple

from api.bootstrap import INIT_ACTOR
from domain.contracts import commands as agree
from domain.contracts.terms import Terms
from domain.ledger import commands as ask
from domain.money import Ratio
from domain.partners import commands as office
from settlement import commands as settle
from tests.model import admitting, agreeing, erasing, pending, reversing, spending, trading
from tests.model.facts import Brand, Deal, Move, Permission, Points, Promise
from tests.model.register import Credential, Offer, Register
from tests.simulation import settling_desk

NO_DEAL = Deal("", "", "", "", Fraction(0))  # replaced when the quote is given


class Expected(NamedTuple):
    """What a command comes to: "" and its entry's sequence and time, or a code and -1."""

    code: str
    seq: int
    time: int


def fraction(value: Ratio) -> Fraction:
    """A domain's fraction as Python's."""
    return Fraction(value.num, value.den)


class Desk:
    """The model of one network, asked in the product's words."""

    def __init__(self, last_time: int) -> None:
        """Begin after the genesis entry, which was written at `last_time`."""
        self.book = Register()
        self.book.size = 1
        self.last_time = last_time
        self.seals: dict[str, tuple[str, bytes]] = {}  # signature -> key and what it signed
        self.terms: dict[tuple[str, int], Terms] = {}
        self._rules: dict[type[ask.Command], Callable[..., str]] = {
            ask.IssuePoints: self._issue,
            ask.RedeemPoints: self._redeem,
            ask.ExchangePoints: self._exchange,
            ask.GiveQuote: self._quote,
            ask.GiftPoints: self._gift,
            ask.AdjustPoints: self._adjust,
            ask.ExpireWallet: self._expire,
            ask.MergeLots: self._merge,
            ask.PlaceHold: self._hold,
            ask.CaptureHold: self._capture,
            ask.VoidHold: self._void,
            ask.ReverseTransfer: self._reverse,
            ask.EnrollMember: self._enrol,
            ask.LinkMember: self._link,
            ask.EraseMember: self._erase,
            ask.GrantConsent: self._allow,
            ask.RevokeConsent: self._withdraw,
            office.CreatePartner: self._admit,
            office.UpdatePartner: self._change,
            office.CreateUnit: self._open_unit,
            office.GrantKey: self._give_key,
            office.ProposeKey: self._suggest_key,
            office.RevokeKey: self._end_key,
            agree.ProposeContract: self._propose,
            agree.AcceptContract: self._accept,
            agree.EndContract: self._end,
            settle.ProposeWindowClose: self._suggest_closing,
            settle.DecideProposal: self._decide,
            **{kind: partial(rule, self.book) for kind, rule in settling_desk.RULES.items()},
        }

    def rules(self) -> frozenset[type[ask.Command]]:
        """Every type of command that the model decides."""
        return frozenset(self._rules)

    def run(self, command: ask.Command, clock: int) -> Expected:
        """Do what the command asks, at the writer's time: after the clock and the last entry."""
        now, before = max(clock, self.last_time + 1), self.book.size
        self.book.begin(now)
        code = self._rules[type(command)](command, now)
        entries = self.book.size - before
        if entries:
            self.last_time = now + entries - 1
        assert bool(code) != bool(entries), "the model did something and refused it"
        return Expected(code, -1 if code else self.book.size - 1, self.last_time)

    def turned_away(self, command: ask.Command) -> bool:
        """Tell whether the caller's API key is not live."""
        key = command.actor.key
        return bool(key) and (
            key not in self.book.credentials or self.book.credentials[key].revoked
        )

    def _unknown(self, amount: int, unit: str, *members: str) -> str:
        if spending.wrong_amount(amount):
            return "AMOUNT_OUT_OF_RANGE"
        if unit not in self.book.units:
            return "UNIT_UNKNOWN"
        if not self.book.members.issuperset(members):
            return "MEMBER_UNKNOWN"
        return "" if self.book.erased.isdisjoint(members) else "MEMBER_ERASED"

    def _misdated(self, effective: int, back: int, now: int) -> str:
        if effective > now:
            return "EFFECTIVE_IN_FUTURE"
        return "BACKDATE_NOT_PERMITTED" if effective < now - back else ""

    def _issue(self, command: ask.IssuePoints, now: int) -> str:
        partner, effective = command.actor.partner, command.effective_at or now
        code = self._unknown(command.amount, command.unit, command.owner)
        brand = self.book.brands.get(partner)
        if not code and (brand is None or not brand.issuer):
            code = "NOT_PERMITTED"
        code = code or self._misdated(effective, command.backdate_max, now)
        move = Move(command.id, "ISSUE", partner, command.owner, command.unit, command.amount)
        return code or spending.issue(self.book, move, command.funding, effective, now)

    def _may_redeem(self, command: ask.RedeemPoints | ask.PlaceHold) -> str:
        code = self._unknown(command.amount, command.unit, command.owner)
        brand = self.book.brands.get(command.actor.partner)
        return code or ("" if brand is not None and brand.acceptor else "NOT_PERMITTED")

    def _redeem(self, command: ask.RedeemPoints, now: int) -> str:
        partner = command.actor.partner
        move = Move(command.id, "REDEEM", partner, command.owner, command.unit, command.amount)
        return self._may_redeem(command) or spending.redeem(self.book, move, now)

    def _exchange(self, command: ask.ExchangePoints, now: int) -> str:
        partner = command.actor.partner
        code = self._unknown_pair(command)
        move = Move(command.id, "EXCHANGE", partner, command.owner, command.source, command.amount)
        times = (command.received_at or now, now)
        return code or trading.exchange(self.book, move, command.target, command.quote, times)

    def _unknown_pair(self, command: ask.ExchangePoints | ask.GiveQuote) -> str:
        code = self._unknown(command.amount, command.source) or self._unknown(1, command.target)
        if not code and command.source == command.target:
            code = "SAME_UNIT"
        return code or self._unknown(1, command.source, command.owner)

    def _quote(self, command: ask.GiveQuote, now: int) -> str:
        partner, units = command.actor.partner, (command.source, command.target)
        promise = Promise(command.id, command.owner, partner, NO_DEAL, command.amount, 0, 0)
        return self._unknown_pair(command) or trading.quote(self.book, promise, units, now)

    def _gift(self, command: ask.GiftPoints, now: int) -> str:
        code = self._unknown(command.amount, command.unit, command.owner, command.recipient)
        partner = command.actor.partner
        move = Move(command.id, "GIFT", partner, command.owner, command.unit, command.amount)
        return code or spending.gift(self.book, move, command.recipient, now)

    def _adjust(self, command: ask.AdjustPoints, now: int) -> str:
        partner, effective = command.actor.partner, command.effective_at or now
        code = self._unknown(abs(command.amount), command.unit, command.owner)
        if not code and self.book.units[command.unit].owner != partner:
            code = "NOT_PERMITTED"
        code = code or self._misdated(effective, command.backdate_max, now)
        kind = "ADJUST_UP" if command.amount > 0 else "ADJUST_DOWN"
        move = Move(command.id, kind, partner, command.owner, command.unit, 0)
        return code or spending.adjust(self.book, move, command.amount, effective, now)

    def _expire(self, command: ask.ExpireWallet, now: int) -> str:
        return spending.expire(self.book, command.owner, command.unit, now)

    def _merge(self, command: ask.MergeLots, now: int) -> str:
        return spending.merge(self.book, command.owner, command.unit, now)

    def _hold(self, command: ask.PlaceHold, now: int) -> str:
        if not now + pending.HOLD_MIN <= command.deadline <= now + pending.HOLD_MAX:
            return "DEADLINE_INVALID"
        partner = command.actor.partner
        move = Move(command.id, "HOLD", partner, command.owner, command.unit, command.amount)
        code = self._may_redeem(command)
        return code or pending.hold(self.book, move, command.deadline, now)

    def _held(self, command: ask.CaptureHold | ask.VoidHold) -> str:
        held = self.book.holds.get(command.hold)
        return "" if held is not None and held.owner == command.owner else "HOLD_UNKNOWN"

    def _capture(self, command: ask.CaptureHold, now: int) -> str:
        if code := self._held(command):
            return code
        held = self.book.holds[command.hold]
        amount = held.amount if command.amount is None else command.amount
        move = Move(command.id, "REDEEM", command.actor.partner, held.owner, held.unit, amount)
        return pending.capture(self.book, held.id, move, now)

    def _void(self, command: ask.VoidHold, now: int) -> str:
        code = self._held(command)
        return code or pending.void(self.book, command.hold, command.actor.partner, now)

    def _reverse(self, command: ask.ReverseTransfer, now: int) -> str:
        move, partner = self.book.moves.get(command.transfer), command.actor.partner
        # A gift stands in both books, and may be named from either.
        if move is None or command.owner not in (move.owner, *(lot.owner for lot in move.opened)):
            return "TRANSFER_UNKNOWN"
        return reversing.reverse(self.book, move.id, command.amount, partner, now)

    def _enrol(self, command: ask.EnrollMember, now: int) -> str:
        names = (command.owner, command.partner, command.reference_index)
        return admitting.enrol(self.book, command.actor.partner, *names)

    def _link(self, command: ask.LinkMember, now: int) -> str:
        names = (command.owner, command.partner, command.reference_index)
        return admitting.link(self.book, command.actor.partner, *names)

    def _erase(self, command: ask.EraseMember, now: int) -> str:
        actor = (command.actor.partner, command.actor.person)
        return erasing.erase(self.book, actor, command.owner, now)

    def _allow(self, command: ask.GrantConsent, now: int) -> str:
        what = (command.partner, command.unit, command.action, command.max, command.expires_at)
        permission = Permission(command.id, *what)
        actor = command.actor.partner
        return admitting.allow(self.book, actor, command.owner, permission, now)

    def _withdraw(self, command: ask.RevokeConsent, now: int) -> str:
        actor = command.actor.partner
        return admitting.withdraw(self.book, actor, command.owner, command.consent)

    def _admit(self, command: office.CreatePartner, now: int) -> str:
        brand = Brand(
            command.partner,
            command.prefund + command.cap,
            command.reversal,
            prefund=command.prefund,
            issuer=command.issuer,
            acceptor=command.acceptor,
            key=command.signing_key,
        )
        return admitting.admit(self.book, command.actor.partner, brand)

    def _change(self, command: office.UpdatePartner, now: int) -> str:
        values = (command.reversal, command.signing_key, command.issuer, command.acceptor)
        actor = command.actor.partner
        return admitting.change(self.book, actor, command.partner, command.cap, values)

    def _open_unit(self, command: office.CreateUnit, now: int) -> str:
        unit = Points(
            command.unit,
            command.owner,
            command.scale,
            fraction(command.nominal),
            command.expiry,
            command.zone,
            command.prepaid,
            command.grace,
        )
        return admitting.open_unit(self.book, command.actor.partner, unit)

    def _give_key(self, command: office.GrantKey, now: int) -> str:
        actor = (command.actor.partner, command.actor.key, command.actor.person)
        bearer = (command.subject, command.person, command.role)
        asked = Credential(command.partner, frozenset(command.scopes), *bearer)
        founds = command.actor.author == INIT_ACTOR.author
        return admitting.give_key(self.book, actor, command.prefix, asked, founds=founds)

    def _suggest_key(self, command: office.ProposeKey, now: int) -> str:
        by = command.actor
        actor = (by.partner, by.author, by.key, by.person)
        bearer = (command.subject, command.person, command.role)
        holder = "person" if command.person else "service"
        scopes = ";".join(command.scopes)
        value = f"{command.fingerprint},{command.subject},{holder},{command.role},{scopes}"
        asked = Credential("", frozenset(command.scopes), *bearer)
        return admitting.suggest_key(self.book, actor, command.id, value, asked)

    def _end_key(self, command: office.RevokeKey, now: int) -> str:
        return admitting.end_key(self.book, command.actor.partner, command.prefix)

    def _signer(self, signature: str, terms: Terms) -> str:
        """The key that signed these very terms."""
        key, signed = self.seals.get(signature, ("", b""))
        return key if signed == terms.to_be_signed() else ""

    def _propose(self, command: agree.ProposeContract, now: int) -> str:
        terms = command.terms
        deal = Deal(
            f"{terms.contract}.{terms.version}",
            terms.type,
            terms.source,
            terms.target or terms.partner,
            fraction(terms.price),
            fraction(terms.rate),
            fraction(terms.fee_points),
            fraction(terms.fee_money),
            terms.expiry,
            terms.member_cap,
            terms.pair_cap,
            terms.zone,
            terms.valid_from,
            terms.valid_to,
        )
        offer = Offer(deal, terms.contract, terms.version, terms.proposer, terms.counterparty)
        signer = self._signer(command.signature, terms)
        code = agreeing.propose(self.book, command.actor.partner, offer, signer, now)
        if not code:
            self.terms[terms.contract, terms.version] = terms
        return code

    def _accept(self, command: agree.AcceptContract, now: int) -> str:
        named = (command.contract, command.version)
        terms = self.terms.get(named)
        signer = self._signer(command.signature, terms) if terms else ""
        return agreeing.accept(self.book, command.actor.partner, named, signer, now)

    def _end(self, command: agree.EndContract, now: int) -> str:
        named = (command.contract, command.version)
        return agreeing.end(self.book, command.actor.partner, named, command.ends_at, now)

    def _suggest_closing(self, command: settle.ProposeWindowClose, now: int) -> str:
        actor = command.actor
        names = (actor.partner, actor.author, command.id)
        return agreeing.suggest_closing(self.book, *names, command.period)

    def _decide(self, command: settle.DecideProposal, now: int) -> str:
        actor = (command.actor.partner, command.actor.author, command.actor.person)
        return agreeing.decide(self.book, actor, command.proposal, now, approve=command.approve)
