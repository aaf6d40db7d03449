"""`dure demo`: a sandbox network of four brands, with eighteen months behind it."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from api.cli.options import Home, Json
from api.cli.output import FOUND, GOOD, JsonValue, Output

if TYPE_CHECKING:
    from types import FrameType

    from api.demo.build import Demo


def run(*, home: Home = None, json: Json = False) -> int:
    """Build a sandbox network of four brands over 69,659 real purchases of music."""
    from api.bootstrap import PASSPHRASE
    from api.config import read_settings
    from api.demo.build import build_demo, check_home
    from api.demo.rule import STATEMENT

    out = Output(as_json=json)
    settings = read_settings(home=home)
    check_home(settings.home)
    out.say("Building a sandbox network of four brands: real purchases of music, the rest made up.")
    out.say(STATEMENT)
    # Told to end, the demo must still clear its half-built folder away.
    signal.signal(signal.SIGTERM, _interrupt)
    demo = build_demo(settings.home, settings, out.progress)
    _tell(out, demo)
    out.say(f"Keys: {settings.home / 'demo-keys.json'}")
    if (settings.home / PASSPHRASE).exists():  # none is made where one was given
        out.say(f"Pass phrase: {settings.home / PASSPHRASE}")
    out.say(f"Serve it with: dure serve --home {settings.home}")
    out.result(_summary(demo))
    good = demo.doctor_good and demo.verdict.clean and demo.month.settled
    return GOOD if good else FOUND


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _summary(demo: Demo) -> dict[str, JsonValue]:
    kinds = demo.kinds
    return {
        "origin": demo.origin,
        "verifier_key": demo.verifier_key,
        "first_day": demo.first_day.isoformat(),
        "last_day": demo.last_day.isoformat(),
        "members": demo.played.members,
        "purchases": demo.played.purchases,
        "zero_earning": demo.played.zero_earning,
        "transfers": _transfers(demo),
        "exchanges": kinds["points.exchanged"],
        "redemptions": kinds["points.redeemed"],
        "refusals": demo.played.refusals.total(),
        "reversals": kinds["transfer.reversed"],
        "holds": kinds["hold.placed"],
        "captures": kinds["hold.captured"],
        "timeouts": kinds["hold.expired"],
        "expiries": kinds["points.expired"],
        "commands": demo.played.commands,
        "log_size": demo.log_size,
        "verified": demo.verdict.clean,
        "doctor": demo.doctor_good,
        "cosigned": [*demo.witnessed.cosigned],
        "seconds": demo.seconds,
        "peak_rss_mib": demo.peak_rss_mib,
        "window": demo.closed.period,
        "settlement": demo.month.settlement,
        "settled": demo.month.settled,
        "gross": str(demo.month.gross),
        "net": str(demo.month.net),
        "payments": demo.month.payments,
        "statements": demo.papers.statements,
        "owed": [
            {"debtor": o.debtor, "creditor": o.creditor, "amount": str(o.amount)}
            for o in demo.closed.owed
        ],
    }


def _transfers(demo: Demo) -> int:
    from api.demo.build import TRANSFER_KINDS

    return sum(demo.kinds[kind] for kind in TRANSFER_KINDS)


def _tell(out: Output, demo: Demo) -> None:
    kinds = demo.kinds
    out.say(
        f"{demo.origin}: {demo.first_day} to {demo.last_day} by a simulated clock; "
        "the dates of the purchases were moved by whole weeks."
    )
    out.table(
        f"Settlement window {demo.closed.period}, KRW: who owes whom, both ways set off",
        ["debtor", "creditor", "owes", "obligations"],
        [[o.debtor, o.creditor, o.amount, o.lines] for o in demo.closed.owed],
    )
    out.table(
        "Net of each party: what it pays (below zero: gets)",
        ["party", "debits", "credits", "net"],
        [[n.partner, n.debits, n.credits, n.net] for n in demo.closed.nets],
    )
    codes = sorted(demo.played.refusals.items(), key=lambda item: -item[1])
    out.table("Refusals", ["code", "times"], codes)
    out.table(
        "Summary",
        ["", "count"],
        [
            ["members enrolled", demo.played.members],
            ["purchases read", demo.played.purchases],
            ["purchases that earned nothing", demo.played.zero_earning],
            ["transfers", _transfers(demo)],
            ["exchanges", kinds["points.exchanged"]],
            ["redemptions", kinds["points.redeemed"]],
            ["refusals", demo.played.refusals.total()],
            ["reversals", kinds["transfer.reversed"]],
            ["holds placed", kinds["hold.placed"]],
            ["holds captured", kinds["hold.captured"]],
            ["holds timed out", kinds["hold.expired"]],
            ["expiries", kinds["points.expired"]],
            ["entries in the log", demo.log_size],
        ],
    )
    out.say(
        f"Settlement {demo.month.settlement}: {demo.month.state}; gross {demo.month.gross:,} "
        f"netted to {demo.month.net:,} KRW in {demo.month.payments} payments, all matched to the "
        "bank's statements. Payment files, statements and books lie in the home's folder month."
    )
    doctor = "good" if demo.doctor_good else "breaches; run dure doctor"
    verified = "good" if demo.verdict.clean else f"{demo.verdict.findings_total} findings"
    out.say(f"Cosigned at {demo.witnessed.size:,} entries by {', '.join(demo.witnessed.cosigned)}.")
    out.say(
        f"Doctor: {doctor}. Export verified: {verified}. "
        f"{demo.seconds} s, {demo.peak_rss_mib} MiB at the peak."
    )
