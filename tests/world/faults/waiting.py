"""Every fault of the commands about bank lines that wait."""

from dataclasses import replace

from domain.ids import OPERATOR
from domain.ledger.commands import Command
from domain.ledger.records import PENDING_STATE, Proposal
from domain.ledger.settling import SUBMITTED
from domain.ledger.waiting import CARRY, DISMISSED, carried_text
from settlement.commands import DismissBankLine, ProposeCarry, QueueBankLine
from tests.world.faults import fault as f
from tests.world.faults.fault import Case, put
from tests.world.faults.queued import FIRST, HASH, waits
from tests.world.faults.settlements import ONE, netted
from tests.world.network import World, by, named, operator

LINE = replace(FIRST, line=5, amount=-30, reason="RETURNED")
PLACE = LINE.place
wait = waits(LINE)
_over = waits(LINE, state=DISMISSED)


def queue() -> tuple[World, Command]:
    """Ann reads a line that names no payment."""
    world = netted(SUBMITTED)
    return world, QueueBankLine(
        actor=operator("ann"),
        id=world.fresh(),
        statement=HASH,
        line=5,
        currency="KRW",
        amount=-30,
        reason="NO_CANDIDATE",
        detail="from a stranger",
        detail_key=b"k" * 32,
    )


QUEUE = Case(
    queue,
    {
        "NOT_PERMITTED": put(actor=by("AIR")),
        "VALUE_INVALID": put(currency="won"),
        "AMOUNT_OUT_OF_RANGE": put(amount=0),
        "BANK_LINE_KNOWN": f.spoil(wait),
    },
)


def dismiss() -> tuple[World, Command]:
    """Ann knows that it was the bank's own fee."""
    world = netted(SUBMITTED)
    wait(world)
    return world, DismissBankLine(
        actor=operator("ann"), id=world.fresh(), statement=HASH, line=5, reason="BANK_FEE"
    )


DISMISS = Case(
    dismiss,
    {
        "NOT_PERMITTED": put(actor=by("AIR")),
        "VALUE_INVALID": put(reason="because"),
        "BANK_LINE_UNKNOWN": put(line=6),
        "BANK_LINE_STATE": f.spoil(_over),
    },
)


def carry() -> tuple[World, Command]:
    """Ann proposes that AIR, whose payment came back to it, owes it again."""
    world = netted(SUBMITTED)
    wait(world)
    return world, ProposeCarry(
        actor=operator("ann"),
        id=world.fresh(),
        statement=HASH,
        line=5,
        partner="AIR",
        settlement=ONE,
        reason="RETURNED",
    )


def proposed(world: World, amount: int = 30) -> None:
    """The same is proposed already."""
    world.state.reference.proposals["c"] = Proposal(
        "c", CARRY, 0, "KRW", "operator/ann", PENDING_STATE, "", "X", 1, 0, ONE, "AIR", amount,
        carried_text(PLACE, OPERATOR),
    )  # fmt: skip


def of_another_amount(world: World, command: Command) -> Command:
    """The fault of deciding on a line of which a part was matched meanwhile."""
    wait(world)
    proposed(world, 40)
    return put(proposal="c")(world, command)


CARRYING = Case(
    carry,
    {
        "NOT_PERMITTED": put(actor=by("AIR")),
        "VALUE_INVALID": put(reason="because"),
        "BANK_LINE_UNKNOWN": put(line=6),
        "BANK_LINE_STATE": f.spoil(_over),
        "PARTNER_UNKNOWN": put(partner="NOBODY"),
        "SETTLEMENT_UNKNOWN": put(settlement=named("another")),
        "CURRENCY_UNKNOWN": f.both(f.spoil(waits(LINE, currency="EUR")), put(settlement="")),
        "PROPOSAL_PENDING": f.spoil(proposed),
    },
)

CASES: dict[type[Command], Case] = {
    QueueBankLine: QUEUE,
    DismissBankLine: DISMISS,
    ProposeCarry: CARRYING,
}
