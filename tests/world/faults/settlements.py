"""Every fault of the commands about settlements."""

from collections.abc import Callable
from dataclasses import replace

from domain.clock import DAY
from domain.ledger.commands import Command
from domain.ledger.records import CLOSED, PENDING_STATE, SETTLED, Proposal, Window
from domain.ledger.settling import (
    APPROVED,
    CLEARING,
    DRAFT,
    PARTIALLY_PAID,
    PAY_IN,
    PAY_OUT,
    PAYMENT,
    SUBMITTED,
    BankLine,
    Net,
    Policy,
    Settlement,
)
from domain.ledger.waiting import DISMISSED
from settlement.commands import (
    CreateSettlement,
    MatchBankLine,
    ProposeFunds,
    ProposePolicy,
    ProposeSettlement,
    RecordPayment,
    ReleasePayouts,
    SubmitSettlement,
    WrittenFile,
)
from tests.world.faults import fault as f
from tests.world.faults.disputes import disputed
from tests.world.faults.fault import Case, Fault, put
from tests.world.faults.ledger import scene
from tests.world.faults.queued import waits
from tests.world.network import World, by, named, operator

ONE = named("settlement one")
HASH = "ab" * 32


def netted(state: str) -> World:
    """A world in which AIR owes HOTEL 60 and SHOP 40 in a settlement of its first window."""
    world = scene().world
    reference, currency = world.state.reference, "KRW"
    window = reference.windows[1, currency]
    reference.put_window(replace(window, state="SETTLING"))
    reference.put_window(replace(window, period=2))
    pay_by = world.now + DAY
    reference.settlements[ONE] = Settlement(
        ONE, currency, (1,), CLEARING, pay_by, state, 100, 100, 0, 1, 1
    )
    nets = (Net(ONE, "AIR", 100, 0), Net(ONE, "HOTEL", 0, 60), Net(ONE, "SHOP", 0, 40))
    world.state.nets[ONE] = {net.partner: net for net in nets}
    for net in nets:
        world.state.owe((net.partner, currency), 1, net.debits, net.credits)
    return world


def _change(**values: object) -> Callable[[World], None]:
    def change(world: World) -> None:
        known = world.state.reference.settlements
        known[ONE] = replace(known[ONE], **values)  # type: ignore[arg-type]  # its fields

    return change


def _state(state: str) -> Fault:
    return f.spoil(_change(state=state))


def _paid(partner: str, amount: int) -> Callable[[World], None]:
    def pay(world: World) -> None:
        world.state.nets[ONE][partner].paid = amount

    return pay


def create() -> tuple[World, Command]:
    """Ann nets the two closed windows."""
    world = scene().world
    reference = world.state.reference
    window = reference.windows[1, "KRW"]
    for period, state in ((1, CLOSED), (2, CLOSED), (3, "OPEN")):
        reference.put_window(replace(window, period=period, state=state))
    return world, CreateSettlement(
        actor=operator("ann"), id=world.fresh(), currency="KRW", method=CLEARING,
        pay_by=world.now + DAY, windows=(1, 2),
    )  # fmt: skip


def _window(period: int, state: str) -> Callable[[World], None]:
    def change(world: World) -> None:
        windows = world.state.reference.windows
        windows[period, "KRW"] = replace(windows[period, "KRW"], state=state)

    return change


def _nothing_closed(world: World, command: Command) -> Command:
    for period in (1, 2):
        _window(period, SETTLED)(world)
    return put(windows=())(world, command)


CREATE = Case(
    create,
    {
        "NOT_PERMITTED": put(actor=by("AIR")),
        "VALUE_INVALID": put(method="BARTER"),
        "CURRENCY_UNKNOWN": put(currency="EUR"),
        "WINDOW_UNKNOWN": put(windows=(9,)),
        "WINDOW_STATE": f.both(put(windows=(1, 2)), f.spoil(_window(2, SETTLED))),
        "WINDOW_SKIPPED": f.both(
            f.both(f.spoil(_window(1, CLOSED)), f.spoil(_window(2, CLOSED))), put(windows=(2,))
        ),
        "NOTHING_TO_SETTLE": _nothing_closed,
        "DEADLINE_INVALID": put(pay_by=1),
    },
)


def propose() -> tuple[World, Command]:
    """Ann proposes to approve a draft."""
    world = netted(DRAFT)
    return world, ProposeSettlement(
        actor=operator("ann"), id=world.fresh(), settlement=ONE, step="APPROVE", reason="CHECKED"
    )


def _done_already(world: World, command: Command) -> Command:
    assert isinstance(command, ProposeSettlement)
    target = {"APPROVE": APPROVED, "ABORT": "ABORTED", "DEFAULT": "DEFAULTED"}
    _change(state=target.get(command.step, APPROVED))(world)
    return command


def _proposed(world: World, command: Command) -> Command:
    assert isinstance(command, ProposeSettlement)
    world.state.reference.proposals["p"] = Proposal(
        "p", f"SETTLEMENT_{command.step}", 0, "KRW", "operator/bob", PENDING_STATE, "", "X", 1, 0,
        ONE,
    )  # fmt: skip
    return command


def _disputed(world: World) -> None:
    disputed(world)
    world.state.reference.policies["DISPUTES_BLOCK", "", ""] = Policy(
        "DISPUTES_BLOCK", "", "", "YES", 1
    )


REJECTION_MISSING = f.both(_state(SUBMITTED), put(step="ABORT"))
NOT_YET = f.both(f.spoil(_change(state=SUBMITTED, pay_by=2**52)), put(step="DEFAULT"))
ALL_PAID = f.both(
    f.both(f.spoil(_change(state=SUBMITTED, pay_by=1)), f.spoil(_paid("AIR", 100))),
    put(step="DEFAULT"),
)

PROPOSE = Case(
    propose,
    {
        "NOT_PERMITTED": put(actor=by("AIR")),
        "VALUE_INVALID": put(reason="because"),
        "SETTLEMENT_UNKNOWN": put(settlement=named("another")),
        "SETTLEMENT_UNCHANGED": _done_already,
        "SETTLEMENT_STATE": _state(SETTLED),
        "REJECTION_MISSING": REJECTION_MISSING,
        "PAY_BY_NOT_REACHED": NOT_YET,
        "NOTHING_UNPAID": ALL_PAID,
        "PAY_BY_PASSED": f.spoil(_change(pay_by=1)),
        "WINDOW_SKIPPED": f.spoil(
            lambda world: world.state.reference.put_window(Window(0, "KRW", CLOSED, 0, 0))
        ),
        "DISPUTE_OPEN": f.spoil(_disputed),
        "PROPOSAL_PENDING": _proposed,
    },
)


def submit() -> tuple[World, Command]:
    """Ann says that AIR's payment file was written."""
    world = netted(APPROVED)
    files = (WrittenFile("AIR", named("message"), HASH),)
    return world, SubmitSettlement(
        actor=operator("ann"), id=world.fresh(), settlement=ONE, files=files
    )


def _file_known(world: World) -> None:
    world.state.payment_files[named("message")] = HASH


SUBMIT = Case(
    submit,
    {
        "NOT_PERMITTED": put(actor=by("AIR")),
        "VALUE_INVALID": put(files=(WrittenFile("AIR", "short", HASH),)),
        "SETTLEMENT_UNKNOWN": put(settlement=named("another")),
        "SETTLEMENT_UNCHANGED": _state(SUBMITTED),
        "SETTLEMENT_STATE": _state(DRAFT),
        "PAY_BY_PASSED": f.spoil(_change(pay_by=1)),
        "ACCOUNTS_CHANGED": put(accounts=HASH),
        "PAYMENT_UNEXPECTED": put(files=(WrittenFile("HOTEL", named("message"), HASH),)),
        "FILE_KNOWN": f.spoil(_file_known),
    },
)


def release() -> tuple[World, Command]:
    """Ann says that the pay-out file was written, once AIR has paid."""
    world = netted(PARTIALLY_PAID)
    _paid("AIR", 100)(world)
    return world, ReleasePayouts(
        actor=operator("ann"),
        id=world.fresh(),
        settlement=ONE,
        message=named("message"),
        hash=HASH,
    )


RELEASE = Case(
    release,
    {
        "NOT_PERMITTED": put(actor=by("AIR")),
        "VALUE_INVALID": put(hash="short"),
        "SETTLEMENT_UNKNOWN": put(settlement=named("another")),
        "SETTLEMENT_STATE": _state(APPROVED),
        "FILE_KNOWN": f.spoil(_file_known),
        "ACCOUNTS_CHANGED": put(accounts=HASH),
        "PAYMENT_UNEXPECTED": f.spoil(_change(method="DIRECT")),
        "PAYOUT_NOT_COVERED": f.spoil(_paid("AIR", 99)),
    },
)


def match() -> tuple[World, Command]:
    """Ann counts a line of the bank's by which AIR paid a part."""
    world = netted(SUBMITTED)
    return world, MatchBankLine(
        actor=operator("ann"), id=world.fresh(), settlement=ONE, partner="AIR", leg=PAY_IN,
        amount=30, statement=HASH, line=1,
    )  # fmt: skip


def _line_known(world: World) -> None:
    line = BankLine(HASH, 1, ONE, "AIR", PAY_IN, "", 30, 0, "", "", 1)
    world.state.bank_lines[HASH, 1] = line


MATCH = Case(
    match,
    {
        "NOT_PERMITTED": put(actor=by("AIR")),
        "VALUE_INVALID": put(statement="short"),
        "AMOUNT_OUT_OF_RANGE": put(amount=0),
        "SETTLEMENT_UNKNOWN": put(settlement=named("another")),
        "BANK_LINE_KNOWN": f.spoil(_line_known),
        "BANK_LINE_STATE": f.spoil(waits(state=DISMISSED)),
        "BANK_LINE_DIFFERS": f.spoil(waits(currency="USD")),
        "SETTLEMENT_STATE": _state(APPROVED),
        "PAYMENT_UNEXPECTED": put(leg=PAY_OUT),
    },
)


def record() -> tuple[World, Command]:
    """Ann keeps a bank's word that AIR paid."""
    world = netted(SUBMITTED)
    return world, RecordPayment(
        actor=operator("ann"),
        id=world.fresh(),
        settlement=ONE,
        partner="AIR",
        type=PAYMENT,
        evidence=HASH,
        note="by telephone",
        note_key=b"k" * 32,
    )


RECORD = Case(
    record,
    {
        "NOT_PERMITTED": put(actor=by("AIR")),
        "VALUE_INVALID": put(type="RUMOUR"),
        "SETTLEMENT_UNKNOWN": put(settlement=named("another")),
        "SETTLEMENT_STATE": _state(APPROVED),
        "PAYMENT_UNEXPECTED": put(partner="NOBODY"),
    },
)


def funds() -> tuple[World, Command]:
    """Ann proposes to give SHOP a part of its collateral back."""
    world = netted(DRAFT)
    line = world.state.credit_line("SHOP", "KRW")
    line.prefund, line.cap = 100, 10
    return world, ProposeFunds(
        actor=operator("ann"),
        id=world.fresh(),
        partner="SHOP",
        currency="KRW",
        type="PREFUND_OUT",
        amount=60,
        reason="RETURNED",
    )


def _owes_much(world: World) -> None:
    world.state.credit_line("SHOP", "KRW").prefund = 59


def _tabled(world: World, type_: str, currency: str, partner: str, amount: int = 0) -> None:
    world.state.reference.proposals["f"] = Proposal(
        "f", type_, 0, currency, "operator/ann", PENDING_STATE, "", "X", 1, 0, "", partner, amount
    )


def _same_funds(world: World, command: Command) -> Command:
    assert isinstance(command, ProposeFunds)
    _tabled(world, command.type, command.currency, command.partner)
    return command


FUNDS = Case(
    funds,
    {
        "NOT_PERMITTED": put(actor=by("AIR")),
        "VALUE_INVALID": put(type="LOAN"),
        "PARTNER_UNKNOWN": put(partner="NOBODY"),
        "CURRENCY_UNKNOWN": put(currency="EUR"),
        "AMOUNT_OUT_OF_RANGE": put(amount=0),
        "FUNDS_INSUFFICIENT": f.spoil(_owes_much),
        "PROPOSAL_PENDING": _same_funds,
    },
)


def policy() -> tuple[World, Command]:
    """Ann proposes an alert on AIR's exposure."""
    world = netted(DRAFT)
    return world, ProposePolicy(
        actor=operator("ann"),
        id=world.fresh(),
        name="EXPOSURE_ALERT",
        partner="AIR",
        currency="KRW",
        value="50",
        reason="CAREFUL",
    )


def _same_policy(world: World, command: Command) -> Command:
    assert isinstance(command, ProposePolicy)
    _tabled(world, f"POLICY_{command.name}", command.currency, command.partner)
    return command


POLICY = Case(
    policy,
    {
        "NOT_PERMITTED": put(actor=by("AIR")),
        "VALUE_INVALID": put(value="much"),
        "PARTNER_UNKNOWN": put(partner="NOBODY"),
        "CURRENCY_UNKNOWN": put(currency="EUR"),
        "PROPOSAL_PENDING": _same_policy,
    },
)


def of_funds(amount: int) -> Fault:
    """The fault of deciding to give more collateral back than there is, or none."""

    def fault(world: World, command: Command) -> Command:
        _tabled(world, "PREFUND_OUT", "KRW", "AIR", amount)
        return put(proposal="f")(world, command)

    return fault


CASES: dict[type[Command], Case] = {
    CreateSettlement: CREATE,
    ProposeSettlement: PROPOSE,
    SubmitSettlement: SUBMIT,
    ReleasePayouts: RELEASE,
    MatchBankLine: MATCH,
    RecordPayment: RECORD,
    ProposeFunds: FUNDS,
    ProposePolicy: POLICY,
}
