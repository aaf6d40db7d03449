"""Every fault of the commands about contracts and settlement windows."""

from dataclasses import replace

from domain.clock import DAY, SECOND
from domain.contracts.commands import AcceptContract, EndContract, ProposeContract
from domain.ledger.commands import Command
from domain.ledger.records import CLOSED, CONVERSION, PENDING_STATE, REJECTED, Proposal
from domain.ledger.settling import DRAFT
from domain.money import Ratio
from settlement.commands import (
    CloseDueWindow,
    DecideProposal,
    ProposePolicy,
    ProposeSettlement,
    ProposeWindowClose,
)
from settlement.windows.due import SCHEDULER
from settlement.windows.schedule import WINDOW_SCHEDULE
from tests.world.faults import disputes, keys, settlements, waiting
from tests.world.faults import fault as f
from tests.world.faults.fault import Case, Fault, put
from tests.world.faults.ledger import scene
from tests.world.network import World, by, named, operator


def propose() -> tuple[World, Command]:
    """AIR offers a second version of its contract with HOTEL."""
    world = scene().world
    return world, world.propose(world.terms(CONVERSION, "AIR", "HOTEL", version=2))


def terms(**changes: object) -> Fault:
    """The fault of other terms, signed as the good ones were."""

    def fault(_: World, command: Command) -> Command:
        assert isinstance(command, ProposeContract)
        changed = replace(command.terms, **changes)  # type: ignore[arg-type]  # fields of the terms
        return replace(command, terms=changed)

    return fault


PROPOSE = Case(
    propose,
    {
        "NOT_PERMITTED": put(actor=by("HOTEL")),
        "TERMS_INVALID": terms(rate=Ratio(0, 1)),
        "CURRENCY_UNKNOWN": terms(currency="EUR"),
        "CONTRACT_EXISTS": terms(version=1),
        "SIGNING_KEY_MISSING": f.no_signing_key("AIR"),
        "SIGNATURE_INVALID": put(signature="0" * 128),
    },
)


def accept() -> tuple[World, Command]:
    """HOTEL accepts the way back from its unit to AIR's."""
    world = scene().world
    offered = world.terms(CONVERSION, "HOTEL", "AIR")
    world.done(world.propose(offered))
    return world, world.accept(offered)


def _change(**changes: object) -> Fault:
    def change(world: World) -> None:
        found = f.contract(world, CONVERSION, "HOTEL", "AIR")
        changed = replace(found, **changes)  # type: ignore[arg-type]  # fields of the contract
        world.state.reference.put_contract(changed)

    return f.spoil(change)


def _late(world: World) -> None:
    world.now = f.contract(world, CONVERSION, "HOTEL", "AIR").valid_from - 59 * SECOND


def _loop(world: World) -> None:
    there = f.contract(world, CONVERSION, "AIR", "HOTEL")
    world.state.reference.put_contract(replace(there, rate=Ratio(3, 1)))


ACCEPT = Case(
    accept,
    {
        "CONTRACT_UNKNOWN": put(contract=named("nothing")),
        "NOT_PERMITTED": put(actor=by("HOTEL")),
        "CONTRACT_STATE": _change(accepted_seq=1),
        "VALIDITY_TOO_SOON": f.spoil(_late),
        "SIGNING_KEY_MISSING": f.no_signing_key("AIR"),
        "SIGNATURE_INVALID": put(signature="0" * 128),
        "ARBITRAGE_LOOP": f.spoil(_loop),
    },
)


def end() -> tuple[World, Command]:
    """HOTEL ends its contract with AIR."""
    world, _ = accept()
    return world, EndContract(
        actor=by("HOTEL"), id=world.fresh(), contract=named("conversion HOTEL AIR"), version=1
    )


END = Case(
    end,
    {
        "CONTRACT_UNKNOWN": put(actor=by("SHOP")),
        "CONTRACT_STATE": _change(ended_at=1),
        "VALIDITY_TOO_SOON": put(ends_at=1),
    },
)


def close() -> tuple[World, Command]:
    """The operator's Ann proposes to close the first window."""
    world = scene().world
    return world, ProposeWindowClose(
        actor=operator("ann"), id=named("p2"), period=1, currency="KRW"
    )


def _window_closed(world: World) -> None:
    windows = world.state.reference.windows
    windows[1, "KRW"] = replace(windows[1, "KRW"], state=CLOSED)


def _proposed(world: World) -> None:
    world.done(ProposeWindowClose(actor=operator("ann"), id=named("p1"), period=1, currency="KRW"))


CLOSE = Case(
    close,
    {
        "NOT_PERMITTED": put(actor=by("AIR")),
        "VALUE_INVALID": put(reason="because"),
        "WINDOW_UNKNOWN": put(period=9),
        "WINDOW_STATE": f.spoil(_window_closed),
        "PROPOSAL_PENDING": f.spoil(_proposed),
    },
)


SCHEDULE = "DAILY 18:00 Asia/Seoul KR FOLLOWING"


def due() -> tuple[World, Command]:
    """Two have agreed on a schedule, and its next instant has come."""
    world = scene().world
    proposed = ProposePolicy(
        actor=operator("ann"), id=named("s1"), name=WINDOW_SCHEDULE, value=SCHEDULE,
        currency="KRW", reason="AGREED",
    )  # fmt: skip
    world.done(proposed)
    world.done(
        DecideProposal(actor=operator("bob"), id=world.fresh(), proposal=proposed.id, approve=True)
    )
    world.now += 4 * DAY
    return world, CloseDueWindow(actor=SCHEDULER, id=world.fresh(), currency="KRW")


def _scheduled(value: str) -> Fault:
    def spoil(world: World) -> None:
        policies = world.state.reference.policies
        key = (WINDOW_SCHEDULE, "", "KRW")
        policies[key] = replace(policies[key], value=value)

    return f.spoil(spoil)


def _not_yet(world: World) -> None:
    world.now -= 4 * DAY


DUE = Case(
    due,
    {
        "NOT_PERMITTED": put(actor=operator("ann")),
        "CURRENCY_UNKNOWN": put(currency="EUR"),
        "SCHEDULE_NONE": _scheduled("NONE"),
        "SCHEDULE_INVALID": _scheduled("DAILY 18:00 Asia/Atlantis KR FOLLOWING"),
        "SCHEDULE_NOT_DUE": f.spoil(_not_yet),
    },
)


def approve() -> tuple[World, Command]:
    """Bob approves what Ann proposed."""
    world = scene().world
    _proposed(world)
    return world, DecideProposal(
        actor=operator("bob"), id=world.fresh(), proposal=named("p1"), approve=True
    )


def _decided(world: World, command: Command) -> Command:
    assert isinstance(command, DecideProposal)
    proposals = world.state.reference.proposals
    known = proposals.get(command.proposal, proposals[named("p1")])
    proposals[known.id] = replace(known, state=REJECTED)
    return put(proposal=known.id)(world, command)


def _of_other_accounts(world: World, command: Command) -> Command:
    """The fault of deciding on accounts that are not the proposal's."""
    assert isinstance(command, DecideProposal)
    proposals = world.state.reference.proposals
    known = proposals[command.proposal]
    proposals[known.id] = replace(known, type="SETTLEMENT_APPROVE", value=settlements.HASH)
    return command


def _of_settlement(spoil: Fault) -> Fault:
    """The fault of deciding a step that was proposed of a settlement since spoiled."""

    def fault(world: World, command: Command) -> Command:
        state, there = world.state, settlements.netted(DRAFT).state
        state.reference.settlements.update(there.reference.settlements)
        state.nets.update(there.nets)
        spoiled = spoil(world, settlements.propose()[1])
        assert isinstance(spoiled, ProposeSettlement)
        state.reference.proposals["s"] = Proposal(
            "s", f"SETTLEMENT_{spoiled.step}", 0, "KRW", "operator/ann", PENDING_STATE, "", "X",
            1, 0, settlements.ONE,
        )  # fmt: skip
        return put(proposal="s")(world, command)

    return fault


APPROVE = Case(
    approve,
    {
        "NOT_PERMITTED": put(actor=by("AIR")),
        "PERSON_REQUIRED": put(actor=operator("robot", person=False)),
        "VALUE_INVALID": put(reason="because"),
        "PROPOSAL_UNKNOWN": put(proposal=named("p9")),
        "PROPOSAL_DECIDED": _decided,
        "SAME_SUBJECT": put(actor=operator("ann")),
        "ACCOUNTS_CHANGED": _of_other_accounts,
        "MAKER_REVOKED": keys.of_a_stranger,
        "API_KEY_EXISTS": keys.of_a_known_secret,
        "WINDOW_STATE": f.both(f.spoil(_window_closed), put(proposal=named("p1"))),
        **{
            code: _of_settlement(settlements.PROPOSE.faults[code])
            for code in (
                "SETTLEMENT_UNCHANGED", "SETTLEMENT_STATE", "REJECTION_MISSING", "NOTHING_UNPAID",
                "PAY_BY_PASSED", "WINDOW_SKIPPED", "DISPUTE_OPEN",
            )
        },
        "DISPUTE_STATE": disputes.over,
        "BANK_LINE_STATE": waiting.of_another_amount,
        "AMOUNT_OUT_OF_RANGE": settlements.of_funds(0),
        "FUNDS_INSUFFICIENT": settlements.of_funds(10**15),
    },
)  # fmt: skip

CASES: dict[type[Command], Case] = {
    ProposeContract: PROPOSE,
    AcceptContract: ACCEPT,
    EndContract: END,
    ProposeWindowClose: CLOSE,
    CloseDueWindow: DUE,
    DecideProposal: APPROVE,
}
