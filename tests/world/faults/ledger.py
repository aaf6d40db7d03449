"""Every fault of the commands that move points."""

from dataclasses import replace

from domain.clock import DAY, MINUTE
from domain.ledger import commands as c
from domain.ledger.commands import Command
from domain.ledger.disputes import UPHELD, Dispute
from domain.ledger.model import ADJUSTED, EXCHANGED, REDEEMED, WALLET
from domain.ledger.records import ACCEPTANCE, CONVERSION, FUNDING, REFUSE, VOIDED
from tests.world.faults import fault as f
from tests.world.faults.fault import Case, put
from tests.world.lines import Scene
from tests.world.network import JOB, World, by, named, operator
from tests.world.script import play

MINA = named("mina")
NOBODY = named("nobody")
NETWORK = """
given  partner AIR; partner HOTEL; partner SHOP
       unit AIR scale 2; unit HOTEL; unit COIN of AIR scale 2 prepaid
       member mina; member jun
       AIR becomes HOTEL at 1/2 for 7 with member 1000 pair 2000
       HOTEL takes AIR for 7 with member 1000 pair 2000
       SHOP may issue COIN for 9
       AIR lets HOTEL REDEEM AIR of mina up to 5000 as k1
       AIR lets HOTEL EXCHANGE AIR of mina up to 5000 as k2
       wallet mina/AIR 1000
"""
WHERE = {
    "AMOUNT_OUT_OF_RANGE": put(amount=0),
    "UNIT_UNKNOWN": put(unit="NOPE"),
    "MEMBER_UNKNOWN": put(owner=NOBODY),
    "MEMBER_ERASED": f.erased("mina"),
    "NOT_PERMITTED": put(actor=operator()),
}


def scene(more: str = "") -> Scene:
    """The network, and what else is said."""
    return play(NETWORK + more)


def issue() -> tuple[World, Command]:
    """SHOP issues AIR's prepaid points."""
    world = scene().world
    return world, c.IssuePoints(
        actor=by("SHOP"), id=world.fresh(), owner=MINA, unit="COIN", amount=10_000
    )


ISSUE = Case(
    issue,
    {
        **{code: WHERE[code] for code in ("AMOUNT_OUT_OF_RANGE", "UNIT_UNKNOWN")},
        "MEMBER_UNKNOWN": WHERE["MEMBER_UNKNOWN"],
        "MEMBER_ERASED": WHERE["MEMBER_ERASED"],
        "VALUE_INVALID": put(funding="GIVEN"),
        "NOT_PERMITTED": WHERE["NOT_PERMITTED"],
        "EFFECTIVE_IN_FUTURE": lambda world, cmd: put(effective_at=world.now + 1)(world, cmd),
        "BACKDATE_NOT_PERMITTED": lambda world, cmd: put(effective_at=world.now - 1)(world, cmd),
        "CONTRACT_MISSING": f.ended(FUNDING, "COIN", "SHOP"),
        "COUNTER_LIMIT": f.full("mina", "COIN", WALLET),
        "NET_DEBIT_CAP_EXCEEDED": f.no_credit("SHOP"),
    },
)


def adjust() -> tuple[World, Command]:
    """AIR takes points away."""
    world = scene().world
    return world, c.AdjustPoints(
        actor=by("AIR"), id=world.fresh(), owner=MINA, unit="AIR", amount=-10_000, reason="FRAUD"
    )


ADJUST = Case(
    adjust,
    {
        **{code: WHERE[code] for code in ("AMOUNT_OUT_OF_RANGE", "UNIT_UNKNOWN")},
        "MEMBER_UNKNOWN": WHERE["MEMBER_UNKNOWN"],
        "MEMBER_ERASED": WHERE["MEMBER_ERASED"],
        "VALUE_INVALID": put(reason="WHIM"),
        "NOT_PERMITTED": put(actor=by("HOTEL")),
        "EFFECTIVE_IN_FUTURE": ISSUE.faults["EFFECTIVE_IN_FUTURE"],
        "BACKDATE_NOT_PERMITTED": ISSUE.faults["BACKDATE_NOT_PERMITTED"],
        "COUNTER_LIMIT": f.both(f.full("mina", "AIR", WALLET), f.full("mina", "AIR", ADJUSTED)),
        "INSUFFICIENT_POINTS": f.empty("mina", "AIR"),
        "TOO_MANY_LOTS": f.crumbs("mina", "AIR"),
    },
)


def redeem() -> tuple[World, Command]:
    """HOTEL redeems AIR's points under contract and consent."""
    world = scene().world
    return world, c.RedeemPoints(
        actor=by("HOTEL"), id=world.fresh(), owner=MINA, unit="AIR", amount=10_000
    )


REDEEM = Case(
    redeem,
    {
        **WHERE,
        "CONTRACT_MISSING": f.ended(ACCEPTANCE, "AIR", "HOTEL"),
        "CONSENT_REQUIRED": f.no_consent("mina"),
        "CONSENT_LIMIT_EXCEEDED": f.consent_used("mina"),
        "INSUFFICIENT_POINTS": f.empty("mina", "AIR"),
        "TOO_MANY_LOTS": f.crumbs("mina", "AIR"),
        "MEMBER_CAP_EXCEEDED": f.used_up("mina", ACCEPTANCE, "AIR", "HOTEL"),
        "PAIR_CAP_EXCEEDED": f.used_up("", ACCEPTANCE, "AIR", "HOTEL"),
        "COUNTER_LIMIT": f.full("mina", "AIR", REDEEMED),
        "NET_DEBIT_CAP_EXCEEDED": f.no_credit("AIR"),
    },
)


def hold() -> tuple[World, Command]:
    """HOTEL holds AIR's points."""
    world = scene().world
    return world, c.PlaceHold(
        actor=by("HOTEL"),
        id=world.fresh(),
        owner=MINA,
        unit="AIR",
        amount=10_000,
        deadline=world.now + MINUTE,
    )


HOLD = Case(hold, {"DEADLINE_INVALID": put(deadline=1), **REDEEM.faults})


def quote() -> tuple[World, Command]:
    """HOTEL asks for a rate."""
    world = scene().world
    return world, c.GiveQuote(
        actor=by("HOTEL"),
        id=world.fresh(),
        owner=MINA,
        source="AIR",
        target="HOTEL",
        amount=10_000,
    )


QUOTE = Case(
    quote,
    {
        "AMOUNT_OUT_OF_RANGE": put(amount=10**15 + 1),
        "UNIT_UNKNOWN": put(target="NOPE"),
        "SAME_UNIT": put(target="AIR"),
        "MEMBER_UNKNOWN": WHERE["MEMBER_UNKNOWN"],
        "MEMBER_ERASED": WHERE["MEMBER_ERASED"],
        "NOT_PERMITTED": put(actor=by("SHOP")),
        "CONTRACT_MISSING": f.ended(CONVERSION, "AIR", "HOTEL"),
        "AMOUNT_TOO_SMALL": put(amount=1),
    },
)


def exchange() -> tuple[World, Command]:
    """HOTEL exchanges at its quote, with the member's consent."""
    world = scene("when HOTEL quotes 100 AIR of mina into HOTEL as q1").world
    return world, c.ExchangePoints(
        actor=by("HOTEL"),
        id=world.fresh(),
        owner=MINA,
        source="AIR",
        target="HOTEL",
        amount=10_000,
        quote=named("q1"),
        received_at=world.now,
    )


def _quote_used(world: World) -> None:
    key = (MINA, named("q1"))
    world.state.quotes[key] = replace(world.state.quotes[key], used_seq=1)


AT_QUOTE = put(quote=named("q1"))
EXCHANGE = Case(
    exchange,
    {
        **{code: QUOTE.faults[code] for code in list(QUOTE.faults)[:6]},
        "QUOTE_UNKNOWN": put(quote=named("q2")),
        "QUOTE_USED": f.both(AT_QUOTE, f.spoil(_quote_used)),
        "QUOTE_EXPIRED": f.both(
            AT_QUOTE, lambda world, cmd: put(received_at=world.now + MINUTE)(world, cmd)
        ),
        "QUOTE_MISMATCH": f.both(AT_QUOTE, put(amount=9_999)),
        "CONTRACT_MISSING": f.both(put(quote=""), f.ended(CONVERSION, "AIR", "HOTEL")),
        "AMOUNT_TOO_SMALL": put(quote="", amount=1),
        "CONSENT_REQUIRED": f.no_consent("mina"),
        "CONSENT_LIMIT_EXCEEDED": f.consent_used("mina"),
        "INSUFFICIENT_POINTS": f.empty("mina", "AIR"),
        "TOO_MANY_LOTS": f.crumbs("mina", "AIR"),
        "MEMBER_CAP_EXCEEDED": f.used_up("mina", CONVERSION, "AIR", "HOTEL"),
        "PAIR_CAP_EXCEEDED": f.used_up("", CONVERSION, "AIR", "HOTEL"),
        "COUNTER_LIMIT": f.full("mina", "AIR", EXCHANGED),
        "NET_DEBIT_CAP_EXCEEDED": f.no_credit("AIR"),
    },
)


def gift() -> tuple[World, Command]:
    """AIR gives one member's points to another."""
    world = scene().world
    return world, c.GiftPoints(
        actor=by("AIR"),
        id=world.fresh(),
        owner=MINA,
        recipient=named("jun"),
        unit="AIR",
        amount=10_000,
    )


GIFT = Case(
    gift,
    {
        **{code: WHERE[code] for code in ("AMOUNT_OUT_OF_RANGE", "UNIT_UNKNOWN")},
        "MEMBER_UNKNOWN": put(recipient=NOBODY),
        "MEMBER_ERASED": f.erased("mina"),
        "SAME_MEMBER": put(recipient=MINA),
        "NOT_PERMITTED": put(actor=by("HOTEL")),
        "INSUFFICIENT_POINTS": f.empty("mina", "AIR"),
        "TOO_MANY_LOTS": f.crumbs("mina", "AIR"),
        "COUNTER_LIMIT": f.full("jun", "AIR", WALLET),
    },
)


def expire() -> tuple[World, Command]:
    """The job finds a lot past its time."""
    world = scene().world
    world.endow("mina", "AIR", 5, expires_at=world.now + DAY)
    world.now += DAY
    return world, c.ExpireWallet(actor=JOB, id=world.fresh(), owner=MINA, unit="AIR")


EXPIRE = Case(expire, {"NOTHING_TO_EXPIRE": f.empty("mina", "AIR")})


def merge() -> tuple[World, Command]:
    """The job finds two lots alike."""
    world = scene().world
    world.endow("mina", "AIR", 5, 2)
    return world, c.MergeLots(actor=JOB, id=world.fresh(), owner=MINA, unit="AIR")


MERGE = Case(merge, {"NOTHING_TO_MERGE": f.empty("mina", "AIR")})


def capture() -> tuple[World, Command]:
    """HOTEL captures half of its hold."""
    world = scene("when HOTEL holds 100 AIR of mina for 10m as h1").world
    return world, c.CaptureHold(
        actor=by("HOTEL"), id=world.fresh(), owner=MINA, hold=named("h1"), amount=5_000
    )


def _void_h1(world: World) -> None:
    world.state.holds[MINA, named("h1")].state = VOIDED


def _outwait_h1(world: World) -> None:
    world.now = world.state.holds[MINA, named("h1")].deadline


CAPTURE = Case(
    capture,
    {
        "HOLD_UNKNOWN": put(hold=named("h2")),
        "NOT_PERMITTED": put(actor=by("AIR")),
        "HOLD_ENDED": f.spoil(_void_h1),
        "HOLD_EXPIRED": f.spoil(_outwait_h1),
        "AMOUNT_OUT_OF_RANGE": put(amount=-1),
        "CAPTURE_EXCEEDS_HOLD": put(amount=10_001),
    },
)


def void() -> tuple[World, Command]:
    """AIR ends HOTEL's hold."""
    world, _ = capture()
    return world, c.VoidHold(actor=by("AIR"), id=world.fresh(), owner=MINA, hold=named("h1"))


VOID = Case(
    void,
    {
        "HOLD_UNKNOWN": put(actor=by("SHOP")),
        "HOLD_ENDED": CAPTURE.faults["HOLD_ENDED"],
        "HOLD_EXPIRED": CAPTURE.faults["HOLD_EXPIRED"],
    },
)


def reverse() -> tuple[World, Command]:
    """AIR reverses a part of an exchange that emptied five hundred lots."""
    found = scene("when HOTEL holds 1 AIR of mina for 10m as h1")
    found.world.endow("mina", "AIR", 20, count=500, expires_at=found.world.now + DAY)
    play("when AIR exchanges 100 AIR of mina into HOTEL as x1", found)
    return found.world, c.ReverseTransfer(
        actor=by("AIR"), id=found.world.fresh(), owner=MINA, transfer=named("x1"), amount=200
    )


def _several_obligors(world: World) -> None:
    funding = f.contract(world, FUNDING, "COIN", "SHOP")
    world.state.reference.put_contract(replace(funding, id=named("another"), source="HOTEL"))


def _corrected(world: World) -> None:
    seq = world.state.originals[MINA, named("x1")].seq
    world.state.disputes["d"] = Dispute(
        "d", seq, 0, "AIR", "HOTEL", "KRW", 1, 9, 9, 5, "AIR", "X", "", UPHELD, "X", seq + 1, 0
    )


REVERSE = Case(
    reverse,
    {
        "TRANSFER_UNKNOWN": put(transfer=named("x2")),
        "MEMBER_ERASED": f.erased("mina"),
        "NOT_REVERSIBLE": put(transfer=named("h1"), actor=by("HOTEL")),
        "VALUE_INVALID": put(reason="WHIM"),
        "LINE_CORRECTED": f.spoil(_corrected),
        "AMOUNT_OUT_OF_RANGE": put(amount=0),
        "REVERSAL_EXCEEDS_ORIGINAL": put(amount=10_001),
        "POINTS_SPENT": f.both(f.empty("mina", "HOTEL"), f.policy("HOTEL", REFUSE)),
        "DEBT_NOT_ALLOWED": f.both(
            f.both(f.empty("mina", "HOTEL"), f.policy("HOTEL")), f.spoil(_several_obligors)
        ),
        "TOO_MANY_LOTS": put(amount=None),
        "COUNTER_LIMIT": f.full("mina", "AIR", WALLET),
    },
)

CASES: dict[type[Command], Case] = {
    c.IssuePoints: ISSUE,
    c.AdjustPoints: ADJUST,
    c.RedeemPoints: REDEEM,
    c.PlaceHold: HOLD,
    c.GiveQuote: QUOTE,
    c.ExchangePoints: EXCHANGE,
    c.GiftPoints: GIFT,
    c.ExpireWallet: EXPIRE,
    c.MergeLots: MERGE,
    c.CaptureHold: CAPTURE,
    c.VoidHold: VOID,
    c.ReverseTransfer: REVERSE,
}
