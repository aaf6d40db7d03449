"""Every fault of the commands about disputes."""

from collections.abc import Callable
from dataclasses import replace

from domain.ledger.commands import Command
from domain.ledger.disputes import OPEN, REJECTED, UPHELD, UPHOLD, Dispute
from domain.ledger.model import Obligation
from domain.ledger.records import PENDING_STATE, Proposal
from settlement.commands import OpenDispute, ResolveDispute, WithdrawDispute
from settlement.disputes.opening import DISPUTES_OPEN_MAX
from tests.world.faults import fault as f
from tests.world.faults.fault import Case, put
from tests.world.faults.ledger import scene
from tests.world.network import World, by, named, operator

ONE = named("dispute one")
LINE = (7, 0)


def disputed(world: World, state: str = OPEN) -> None:
    """HOTEL disputes that AIR owes it no more than 100 for a line of the first window."""
    world.state.disputes[ONE] = Dispute(
        ONE, *LINE, "AIR", "HOTEL", "KRW", 1, 100, 100, 100, "HOTEL", "WRONG_PRICE", "", state, "",
        9, 0,
    )  # fmt: skip


def _line(kind: str) -> Callable[[World], None]:
    def put_line(world: World) -> None:
        world.state.lines[LINE] = Obligation("AIR", "HOTEL", "KRW", 1, 100, "", kind)

    return put_line


def _quarrel(world: World) -> None:
    disputed(world)
    one = world.state.disputes.pop(ONE)
    for seq in range(DISPUTES_OPEN_MAX):
        id_ = named(f"dispute {seq}")
        world.state.disputes[id_] = replace(one, id=id_, line_seq=100 + seq)


def open_() -> tuple[World, Command]:
    """HOTEL disputes a line by which AIR owes it something."""
    world = scene().world
    _line("EXCHANGE")(world)
    return world, OpenDispute(
        actor=by("HOTEL"),
        id=world.fresh(),
        sequence=LINE[0],
        n=LINE[1],
        party="HOTEL",
        reason="WRONG_PRICE",
    )


OPENING = Case(
    open_,
    {
        "NOT_PERMITTED": put(actor=by("AIR")),
        "VALUE_INVALID": put(reason="because"),
        "LINE_UNKNOWN": put(n=5),
        "LINE_NOT_DISPUTABLE": f.spoil(_line("CORRECTION")),
        "DISPUTE_PENDING": f.spoil(disputed),
        "TOO_MANY_DISPUTES": f.spoil(_quarrel),
    },
)


def resolve() -> tuple[World, Command]:
    """Ann proposes that the line should have been 40."""
    world = scene().world
    disputed(world)
    return world, ResolveDispute(
        actor=operator("ann"),
        id=world.fresh(),
        dispute=ONE,
        outcome=UPHELD,
        amount=40,
        reason="CHECKED",
    )


def _over(world: World) -> None:
    world.state.disputes[ONE] = replace(world.state.disputes[ONE], state=REJECTED)


def waiting(world: World) -> None:
    """The same is proposed already."""
    world.state.reference.proposals["d"] = Proposal(
        "d", UPHOLD, 0, "KRW", "operator/ann", PENDING_STATE, "", "X", 1, 0, "", "", 40, ONE
    )


def over(world: World, command: Command) -> Command:
    """The fault of deciding on a dispute that is over."""
    disputed(world, REJECTED)
    waiting(world)
    return put(proposal="d")(world, command)


RESOLVING = Case(
    resolve,
    {
        "NOT_PERMITTED": put(actor=by("HOTEL")),
        "VALUE_INVALID": put(outcome="FORGOTTEN"),
        "DISPUTE_UNKNOWN": put(dispute=named("another")),
        "DISPUTE_STATE": f.spoil(_over),
        "AMOUNT_OUT_OF_RANGE": put(amount=201),
        "NOTHING_TO_CORRECT": put(amount=100),
        "PROPOSAL_PENDING": f.spoil(waiting),
    },
)


def withdraw() -> tuple[World, Command]:
    """HOTEL gives its dispute up."""
    world = scene().world
    disputed(world)
    return world, WithdrawDispute(actor=by("HOTEL"), id=world.fresh(), dispute=ONE)


WITHDRAWING = Case(
    withdraw,
    {
        "VALUE_INVALID": put(reason="because"),
        "DISPUTE_UNKNOWN": put(dispute=named("another")),
        "NOT_PERMITTED": put(actor=by("AIR")),
        "DISPUTE_STATE": f.spoil(_over),
    },
)

CASES: dict[type[Command], Case] = {
    OpenDispute: OPENING,
    ResolveDispute: RESOLVING,
    WithdrawDispute: WITHDRAWING,
}
