"""A small network in memory: the ledger's rules over a state, no database, no log.

Every accepted command is carried into the state entry by entry, as the store does it, and after
each the invariants of the ledger are looked at. A decision that writes to the state is found out.
"""

import hashlib
from dataclasses import dataclass, field, replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from api.log_ports import AuditSignatures
from audit import entry, kinds
from domain.clock import MINUTE, NEVER, SECOND, format_instant, parse_instant
from domain.contracts.commands import AcceptContract, ProposeContract
from domain.contracts.terms import Terms
from domain.errors import Refusal
from domain.ids import OPERATOR, SYSTEM
from domain.ledger.apply import Stamp
from domain.ledger.codes import CODES
from domain.ledger.commands import Actor, Command, EnrollMember, LinkMember
from domain.ledger.effects import entry_fields
from domain.ledger.model import (
    ISSUED,
    POSTED,
    TAKE,
    WALLET,
    Decision,
    Effect,
    Leg,
    Lot,
    LotOpened,
    Obligation,
    Original,
)
from domain.ledger.records import CONVERSION
from domain.ledger.rules import Rules
from domain.ledger.state import Reference, State
from domain.money import Ratio, money_for
from domain.partners.commands import CreatePartner, CreateUnit
from settlement import registry
from tests.world.invariants import broken, image

START = parse_instant("2026-01-01T00:00:00Z")
ORIGIN = "dure.example/test"
# The kinds of the rows of `transfer` that a reversal may name, by the kind of their entry.
TRANSFER_KINDS = {
    "points.issued": "ISSUE",
    "points.redeemed": "REDEEM",
    "points.exchanged": "EXCHANGE",
    "points.gifted": "GIFT",
    "points.expired": "EXPIRE",
    "points.adjusted": "ADJUST",
    "hold.placed": "HOLD",
    "hold.captured": "CAPTURE",
    "hold.voided": "VOID",
    "hold.expired": "TIMEOUT",
    "lots.merged": "MERGE",
    "transfer.reversed": "REVERSE",
}


def named(name: str) -> str:
    """The 32-hex id that stands for a name, the same in every test."""
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def signing_key(partner: str) -> Ed25519PrivateKey:
    """A partner's key, made of its name."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(partner.encode()).digest())


def public_key(partner: str) -> str:
    """The 64 hex digits under which a partner's key is registered."""
    return signing_key(partner).public_key().public_bytes_raw().hex()


def signed(partner: str, terms: Terms) -> str:
    """A partner's signature of terms, 128 hex digits."""
    return signing_key(partner).sign(terms.to_be_signed()).hex()


def by(partner: str) -> Actor:
    """A partner's service key."""
    return Actor(partner, f"partner:{partner}/{partner.lower()}", f"{partner.lower()}-service")


def operator(subject: str = "ann", *, person: bool = True) -> Actor:
    """One of the operator's people, or a service of it."""
    return Actor(OPERATOR, f"operator/{subject}", subject, person)


JOB = Actor(SYSTEM, "system/job")


@dataclass
class World:
    """The network, its time, and what the last command came to."""

    now: int = START
    state: State = field(default_factory=lambda: State(Reference(), 0))
    last: Decision | Refusal | None = None
    obligations: list[Obligation] = field(default_factory=list)
    effects: dict[str, Effect] = field(default_factory=dict)
    leaves: list[bytes] = field(default_factory=list)
    count: int = 0

    def __post_init__(self) -> None:
        """Register the same rules as the server, with real signatures."""
        self.rules = Rules(AuditSignatures(), registry.DECIDE, registry.APPLIERS)
        self.state.reference.origin = ORIGIN

    def fresh(self) -> str:
        """An id that no command has had."""
        self.count += 1
        return named(f"command {self.count}")

    def decide(self, command: Command) -> Decision | Refusal:
        """Decide only; fails where the decision wrote to the state or answers an unlisted code."""
        self.state.invoices = self._invoices()
        self.state.times = {
            seq: parse_instant(str(entry.decode(leaf)["time"]))
            for seq, leaf in enumerate(self.leaves)
        }
        before = image(self.state)
        found = self.rules.decide(self.state, command, self.now)
        assert image(self.state) == before, "a decision wrote to the state"
        if isinstance(found, Refusal):
            assert found.code in self.rules.codes(type(command))
            assert set(found.facts) <= set(CODES[found.code].facts)
        return found

    def _invoices(self) -> dict[tuple[int, str], dict[tuple[str, str, str], int]]:
        """What the store would sum up of each window."""
        found: dict[tuple[int, str], dict[tuple[str, str, str], int]] = {}
        for one in self.obligations:
            sums = found.setdefault((one.period, one.currency), {})
            key = (one.debtor, one.creditor, one.kind)
            sums[key] = sums.get(key, 0) + one.amount
        return found

    def run(self, command: Command) -> Decision | Refusal:
        """Decide, and carry what was decided into the state."""
        self.last = self.decide(command)
        if isinstance(self.last, Decision):
            ids = {effect.id for effect in self.last.effects}
            assert len(ids) == len(self.last.effects), "two entries have one id"
            for effect in self.last.effects:
                self.carry(effect, command.actor)
            if isinstance(command, EnrollMember | LinkMember):
                # The reference stands outside the log: the store keeps it from the command.
                self.state.references[command.partner, command.reference_index] = command.owner
        return self.last

    def done(self, command: Command) -> Effect:
        """Run a command that must be accepted; its own entry's effect."""
        found = self.run(command)
        assert isinstance(found, Decision), found
        return found.effects[-1]

    def refused(self, command: Command) -> str:
        """Run a command that must be refused; its code."""
        found = self.run(command)
        assert isinstance(found, Refusal), found
        return found.code

    def carry(self, effect: Effect, actor: Actor) -> None:
        """Carry one entry's effect into the state, and hold the invariants against it."""
        seq = self.state.size
        self.leaves.append(_leaf(effect, seq, self.now, actor))
        self.rules.apply(self.state, effect, Stamp(seq, self.now, actor.author))
        self.effects[effect.id] = effect
        self.obligations += effect.obligations
        self.state.lines.update({(seq, n): owed for n, owed in enumerate(effect.obligations)})
        self._remember(effect, seq, actor)
        assert broken(self.state) == []
        self.now += 1  # entries bear strictly increasing times

    def _remember(self, effect: Effect, seq: int, actor: Actor) -> None:
        """Make a transfer known to later reversals, from every book it touched."""
        kind = TRANSFER_KINDS.get(effect.kind)
        if kind is None:
            return
        lots = tuple((*effect.wallet_of(lot), seq, n) for n, lot in enumerate(effect.lots))
        takes = tuple(use for use in effect.uses if use.action == TAKE)
        fields = effect.fields
        for book in {leg.book for leg in effect.legs} or {effect.uses[0].owner}:
            self.state.originals[book, effect.id] = Original(
                book,
                effect.id,
                seq,
                kind,
                actor.partner,
                fields.get("contract", ""),
                fields.get("hold", ""),
                fields.get("acceptor", ""),
                effect.legs,
                takes,
                lots,
                0,
            )

    def partner(self, code: str, **changes: str | int | bool) -> None:
        """Admit a partner with a signing key and, where nothing else is said, a high cap."""
        command = CreatePartner(
            actor=operator(),
            id=self.fresh(),
            partner=code,
            currency="KRW",
            cap=10**12,
            signing_key=public_key(code),
        )
        self.done(replace(command, **changes))  # type: ignore[arg-type]  # fields of the command

    def unit(self, code: str, **changes: str | int | bool | Ratio) -> None:
        """Open a partner's unit: scale 0, 10 won a point, never expiring unless said otherwise."""
        command = CreateUnit(
            actor=operator(),
            id=self.fresh(),
            unit=code,
            owner=code,
            scale=0,
            nominal=Ratio(10, 1),
            currency="KRW",
            expiry="NEVER",
        )
        self.done(replace(command, **changes))  # type: ignore[arg-type]  # fields of the command

    def member(self, name: str, partner: str) -> None:
        """Enrol a member of that name."""
        self.done(
            EnrollMember(
                actor=by(partner),
                id=self.fresh(),
                owner=named(name),
                partner=partner,
                reference=name,
                reference_index=named(name) * 2,
                wrapped_key=b"",
                commitment=named(name) * 2,
            )
        )

    def terms(self, type_: str, source: str, other: str, /, **changes: object) -> Terms:
        """Terms between the owners of two units, or an owner and a partner, valid in a minute."""
        owner = self.state.reference.units[source].owner
        conversion = type_ == CONVERSION
        units = self.state.reference.units
        party = units[other].owner if conversion and other in units else other
        terms = Terms(
            origin=ORIGIN,
            contract=named(f"{type_} {source} {other}"),
            version=1,
            type=type_,
            proposer=owner,
            counterparty=party,
            source=source,
            target=other if conversion else "",
            partner="" if conversion else other,
            rate=Ratio(1, 1) if conversion else Ratio(0, 1),
            price=Ratio(1, 1),
            currency="KRW",
            expiry="MIN_OF_BOTH" if conversion else "",
            valid_from=self.now + MINUTE + SECOND,
        )
        return replace(terms, **changes)  # type: ignore[arg-type]  # fields of the terms

    def propose(self, terms: Terms, **changes: object) -> ProposeContract:
        """The command that offers terms, signed by their proposer."""
        command = ProposeContract(
            actor=by(terms.proposer),
            id=self.fresh(),
            terms=terms,
            signature=signed(terms.proposer, terms),
        )
        return replace(command, **changes)  # type: ignore[arg-type]  # fields of the command

    def accept(self, terms: Terms, **changes: object) -> AcceptContract:
        """The command that accepts terms, signed by their counterparty."""
        command = AcceptContract(
            actor=by(terms.counterparty),
            id=self.fresh(),
            contract=terms.contract,
            version=terms.version,
            signature=signed(terms.counterparty, terms),
        )
        return replace(command, **changes)  # type: ignore[arg-type]  # fields of the command

    def agree(self, terms: Terms) -> str:
        """Sign terms on both sides and wait until they are in force; the contract's id."""
        self.done(self.propose(terms))
        self.done(self.accept(terms))
        self.now = max(self.now, terms.valid_from)
        return terms.contract

    def endow(
        self, member: str, unit: str, amount: int, count: int = 1, apart: int = 0, **changes: object
    ) -> None:
        """Put lots into a wallet, whatever their expiry, funding, obligor and cost.

        They are alike, or expire ``apart`` microseconds one after another.
        """
        known = self.state.reference.units[unit]
        cost = money_for(amount, known.scale, known.nominal)
        lot = LotOpened(0, known.owner, known.owner, "FREE", NEVER, known.currency, cost, amount)
        lot = lot._replace(**changes)  # type: ignore[arg-type]  # fields of the lot
        now = format_instant(self.now)
        effect = Effect(
            "points.issued",
            self.fresh(),
            {"effective": now, "received": "", "contract": ""},
            legs=(Leg(named(member), unit, ISSUED, WALLET, POSTED, amount * count),),
            lots=tuple(lot._replace(expires_at=lot.expires_at + n * apart) for n in range(count)),
        )
        self.carry(effect, by(lot.issuer))

    def owe(self, debtor: str, creditor: str, amount: int) -> None:
        """Let one partner owe another, in the window open now, whatever for."""
        period = self.state.reference.open_periods["KRW"]
        owed = Obligation(debtor, creditor, "KRW", period, amount, "", "FEE")
        effect = Effect("obligation.charged", self.fresh(), {}, obligations=(owed,))
        self.carry(effect, operator())

    def lots(self, member: str, unit: str) -> list[Lot]:
        """A wallet's lots, oldest first."""
        found = self.state.lots.get((named(member), unit), [])
        return sorted(found, key=lambda lot: (lot.seq, lot.n))

    def owed(self, debtor: str, creditor: str, kind: str = "") -> int:
        """What one partner owes another, net, in all windows, of one kind or of all."""
        net = 0
        for item in self.obligations:
            if kind in ("", item.kind):
                net += item.amount * ((item.debtor, item.creditor) == (debtor, creditor))
                net -= item.amount * ((item.creditor, item.debtor) == (debtor, creditor))
        return net


def _leaf(effect: Effect, seq: int, now: int, actor: Actor) -> bytes:
    """The entry's leaf; fails where the effect is none: fields that its kind lacks, or too long."""
    fields = entry_fields(effect, seq)
    leaf = entry.encode(
        {
            "v": 1,
            "seq": seq,
            "prev": "0" * 64,
            "time": format_instant(now),
            "kind": effect.kind,
            "id": effect.id,
            "author": actor.author,
            "cmd": "0" * 64,
            "pd": "0" * 64,
            **fields,
        }
    )
    assert len(leaf) <= kinds.LEAF_BYTES_MAX
    return leaf
