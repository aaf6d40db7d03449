"""A small network over a real database: two brands, a conversion contract, members with points.

AIR (scale 2) is exchanged into HOTEL (scale 0) at 1/2 and redeemed at the hotel; money is KRW.
"""

import hashlib
import uuid
from dataclasses import dataclass, field

import uuid_utils
from sqlalchemy import Engine

from api.auth.credentials import Minted
from api.log_ports import AuditLog, AuditSignatures, as_rows
from api.vault import FileVault
from audit.keys import Ed25519Signer
from audit.log import Appender
from domain.clock import DAY, MINUTE, SimulatedClock
from domain.contracts.commands import AcceptContract, ProposeContract
from domain.contracts.terms import Terms
from domain.ids import OPERATOR
from domain.ledger.commands import (
    Actor,
    Command,
    EnrollMember,
    ExchangePoints,
    IssuePoints,
)
from domain.ledger.rules import Rules
from domain.money import Ratio
from domain.partners.commands import CreatePartner, CreateUnit, GrantKey
from domain.ports import Appended, Clock
from domain.store import migration
from domain.store.batch import Answer, BatchRunner, Fence
from domain.store.engine import open_engine
from domain.store.genesis import found
from settlement import registry
from tests.hiring import hire

ORIGIN = "dure.example/test"
START = 1_767_225_600_000_000  # 2026-01-01
SECOND_ACTOR = Actor(OPERATOR, "operator/" + "2" * 32, "2" * 32, person=True)
OPERATOR_ACTOR = Actor(OPERATOR, "operator/" + "0" * 32, "0" * 32, person=True)
LOG_SEED = bytes(range(32))
VAULT_KEY = bytes(range(32, 64))


def new_id() -> str:
    """Return a fresh id, which sorts by birth, as an entity's does in the product."""
    return uuid_utils.uuid7().hex


def new_key() -> str:
    """Return a fresh idempotency key or member's id, which tells nothing of its birth."""
    return uuid.uuid4().hex


def request_of(key: str, what: str) -> bytes:
    """Return bytes that stand for a request in its canonical form."""
    return f'{{"key":"{key}","mutation":"{what}"}}'.encode()


def actor(partner: str) -> Actor:
    """Return a partner's service key as an actor."""
    return Actor(partner, f"partner:{partner}/{partner.lower()}key", "1" * 32)


@dataclass
class World:
    """One opened network; several may be open on one database."""

    engine: Engine
    clock: Clock
    runner: BatchRunner
    vault: FileVault
    members: list[str] = field(default_factory=list)
    fence: Fence | None = None

    def run(self, *commands: Command) -> list[Answer]:
        """Run commands as one batch."""
        return self.runner.run(commands)

    def must(self, *commands: Command) -> list[Answer]:
        """Run commands, each of which has to be accepted."""
        answers = self.run(*commands)
        for answer in answers:
            assert answer.seq >= 0, (answer.refusal, answer.fault)
        return answers

    def enroll(self, partner: str = "AIR", member: str = "") -> EnrollMember:
        """Make the command that enrols a new member."""
        wrapped, commitment = self.vault.new_member_key()
        owner = member or new_key()
        key = new_key()
        return EnrollMember(
            actor=actor(partner),
            id=new_id(),
            key=key,
            request=request_of(key, "enroll"),
            owner=owner,
            partner=partner,
            reference=f"customer {owner[:8]}",
            reference_index=self.vault.reference_index(partner, owner),
            wrapped_key=wrapped,
            commitment=commitment,
        )

    def issue(self, owner: str, amount: int, unit: str = "AIR", key: str = "") -> IssuePoints:
        """Make the command that issues points."""
        key = key or new_key()
        return IssuePoints(
            actor=actor(unit),
            id=new_id(),
            key=key,
            request=request_of(key, f"issue {owner} {amount} {unit}"),
            received_at=self.clock.now(),
            owner=owner,
            unit=unit,
            amount=amount,
        )

    def exchange(self, owner: str, amount: int, key: str = "") -> ExchangePoints:
        """Make the command that turns AIR into HOTEL."""
        key = key or new_key()
        return ExchangePoints(
            actor=actor("AIR"),
            id=new_id(),
            key=key,
            request=request_of(key, f"exchange {owner} {amount}"),
            received_at=self.clock.now(),
            owner=owner,
            source="AIR",
            target="HOTEL",
            amount=amount,
        )

    def restart(self) -> None:
        """Forget all that is kept in memory between batches."""
        self.runner.close()
        self.runner = _runner(self.engine, self.clock, self.vault, ORIGIN, self.fence)

    def close(self) -> None:
        """Give every connection up."""
        self.runner.close()
        self.engine.dispose()


def open_world(url: str, clock: Clock | None = None, origin: str = ORIGIN) -> World:
    """Open a network that is there already, as another process would."""
    engine = open_engine(url)
    clock = clock or SimulatedClock(START)
    vault = FileVault(VAULT_KEY)
    return World(engine, clock, _runner(engine, clock, vault, origin), vault)


def _runner(
    engine: Engine, clock: Clock, vault: FileVault, origin: str, fence: Fence | None = None
) -> BatchRunner:
    log = AuditLog(Appender(origin, Ed25519Signer(LOG_SEED)))
    rules = Rules(AuditSignatures(), registry.DECIDE, registry.APPLIERS)
    return BatchRunner(engine, log, clock, vault, rules, fence)


def found_world(url: str) -> World:
    """Migrate an empty database and write its genesis."""
    world = open_world(url)
    migration.migrate(world.engine)
    found(world.engine, genesis(), origin=ORIGIN, sandbox=True, simulated=True)
    return world


def genesis() -> Appended:
    """Make a first entry."""
    appended = Appender(ORIGIN, Ed25519Signer(LOG_SEED)).genesis(
        clock="simulated",
        sandbox=True,
        time_us=START - DAY,
        id=new_id(),
        author="system/init",
    )
    return as_rows(appended)


def advance(world: World, microseconds: int) -> None:
    """Let time pass in a network with a simulated clock."""
    assert isinstance(world.clock, SimulatedClock)
    world.clock.advance(microseconds)


def furnished_world(url: str, members: int = 2) -> World:
    """Found a network with AIR, HOTEL, their contract, and members who hold 100.00 AIR each."""
    world = found_world(url)
    furnish(world, members)
    return world


def furnish(world: World, members: int) -> None:
    """Give a founded network its brands and members, and a contract where its clock can move."""
    grant(world, "", "0" * 32, "operator")
    signers = {"AIR": Ed25519Signer(b"a" * 32), "HOTEL": Ed25519Signer(b"h" * 32)}
    for code, scale in (("AIR", 2), ("HOTEL", 0)):
        world.must(
            CreatePartner(
                actor=OPERATOR_ACTOR,
                id=new_id(),
                key=new_key(),
                partner=code,
                currency="KRW",
                cap=10**12,
                signing_key=signers[code].public_key.hex(),
                name_en=code.title(),
            )
        )
        world.must(
            CreateUnit(
                actor=OPERATOR_ACTOR,
                id=new_id(),
                key=new_key(),
                unit=code,
                owner=code,
                scale=scale,
                nominal=Ratio(10, 1),
                currency="KRW",
                expiry="DAYS 365",
                name_en=f"{code.title()} points",
            )
        )
        grant(world, code, "1" * 32, f"{code.lower()}key")
    if world.clock.simulated:
        _agree(world, signers)
    enrolments = [world.enroll() for _ in range(members)]
    world.members = [command.owner for command in enrolments]
    for start in range(0, members, 500):
        world.must(*enrolments[start : start + 500])
        world.must(*(world.issue(owner, 10_000) for owner in world.members[start : start + 500]))


def grant(world: World, partner: str, subject: str, prefix: str) -> None:
    """Let the log know a key of those who act here: nobody else may write.

    A network that has its first two people is given more by their agreement.
    """
    hash_ = hashlib.sha256(prefix.encode()).hexdigest()
    (answer,) = world.run(
        GrantKey(
            actor=Actor(OPERATOR, "system/init"),
            id=new_id(),
            key=new_key(),
            prefix=prefix,
            partner=partner,
            subject=subject,
            person=not partner,
            role="PARTNER" if partner else "OPERATOR",
            scopes=(),
            hash=hash_,
        )
    )
    if answer.refusal is not None and answer.refusal.code == "KEY_NEEDS_PROPOSAL":
        hire(world, subject, made=Minted(prefix, "", hash_))
        return
    assert answer.seq >= 0, (answer.refusal, answer.fault)


def _agree(world: World, signers: dict[str, Ed25519Signer]) -> None:
    terms = _terms(world.clock.now() + 2 * MINUTE)
    world.must(
        ProposeContract(
            actor=actor("AIR"),
            id=new_id(),
            key=new_key(),
            terms=terms,
            signature=signers["AIR"].sign(terms.to_be_signed()).hex(),
        )
    )
    world.must(
        AcceptContract(
            actor=actor("HOTEL"),
            id=new_id(),
            key=new_key(),
            contract=terms.contract,
            version=1,
            signature=signers["HOTEL"].sign(terms.to_be_signed()).hex(),
        )
    )
    advance(world, 3 * MINUTE)


def _terms(valid_from: int) -> Terms:
    return Terms(
        origin=ORIGIN,
        contract=hashlib.sha256(b"AIR to HOTEL").hexdigest()[:32],
        version=1,
        type="conversion",
        proposer="AIR",
        counterparty="HOTEL",
        source="AIR",
        target="HOTEL",
        rate=Ratio(1, 2),
        price=Ratio(7, 1),
        currency="KRW",
        expiry="MIN_OF_BOTH",
        valid_from=valid_from,
    )
