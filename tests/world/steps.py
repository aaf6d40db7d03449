"""The steps of scenarios: what partners, members, the operator and time do."""

import re

from domain.clock import DAY, NEVER
from domain.errors import Refusal
from domain.ledger import commands as c
from domain.ledger.model import WALLET
from domain.partners.commands import UpdatePartner
from settlement.commands import ProposeWindowClose
from tests.world.contracting import Words, options, ratio
from tests.world.lines import STEP, Scene, date, line, span
from tests.world.network import JOB, World, by, named, operator


@line(STEP, "partner <p> [with <rest>]")
def _partner(scene: Scene, words: Words) -> None:
    extra = options(words["rest"])
    changes: dict[str, str | int | bool] = {"reversal": extra.pop("policy", "REFUSE")}
    changes |= {name: int(value) for name, value in extra.items()}
    scene.world.partner(words["p"], **changes)


@line(
    STEP,
    "unit <unit> [of <p>] [scale <n>] [nominal <ratio>] [expiry '<rule>'] [grace <amount>]"
    " [in <zone>] [<prepaid>]",
)
def _unit(scene: Scene, words: Words) -> None:
    scene.world.unit(
        words["unit"],
        owner=words["p"] or words["unit"],
        scale=int(words["n"] or 0),
        nominal=ratio(words["ratio"] or "10"),
        expiry=words["rule"] or "NEVER",
        grace=int(words["amount"] or 0),
        zone=words["zone"] or "UTC",
        prepaid=bool(words["prepaid"]),
    )


@line(STEP, "member <member> [of <p>]")
def _member(scene: Scene, words: Words) -> None:
    first = next(iter(scene.world.state.reference.partners))
    scene.world.member(words["member"], words["p"] or first)


@line(STEP, "wallet <member>/<unit> <amount> [\\(<parts>\\)]")
def _wallet(scene: Scene, words: Words) -> None:
    unit, total = words["unit"], 0
    for part in (words["parts"] or words["amount"]).split(","):
        amount, *rest = part.split()
        extra: dict[str, object] = {}
        while rest:
            word = rest.pop(0)
            if word == "exp":
                extra["expires_at"] = date(rest.pop(0))
            elif word == "cost":
                extra["cost"] = int(rest.pop(0))
            elif word == "obligor":
                extra["obligor"] = extra["issuer"] = rest.pop(0)
            else:
                extra["funding"] = word
        total += scene.minor(amount, unit)
        scene.world.endow(words["member"], unit, scene.minor(amount, unit), 1, 0, **extra)
    assert total == scene.minor(words["amount"], unit), "the parts are not the whole"


@line(STEP, "cap of <p> falls to <n>")
def _cap(scene: Scene, words: Words) -> None:
    world = scene.world
    world.done(
        UpdatePartner(actor=operator(), id=world.fresh(), partner=words["p"], cap=int(words["n"]))
    )


@line(STEP, "<p> now has policy <word>")
def _policy(scene: Scene, words: Words) -> None:
    world = scene.world
    world.done(
        UpdatePartner(
            actor=operator(), id=world.fresh(), partner=words["p"], reversal=words["word"]
        )
    )


@line(STEP, "wait <span>")
def _wait(scene: Scene, words: Words) -> None:
    scene.world.now += span(words["span"])


@line(STEP, "it is <day>")
def _day(scene: Scene, words: Words) -> None:
    assert date(words["day"]) >= scene.world.now, "time goes forward"
    scene.world.now = date(words["day"])


@line(STEP, "<p> issues <amount> <unit> to <member> [<funding>] [dated <span> ago] [as <id>]")
def _issue(scene: Scene, words: Words) -> None:
    world = scene.world
    world.run(
        c.IssuePoints(
            actor=by(words["p"]),
            id=scene.id_of(words, words["member"]),
            owner=named(words["member"]),
            unit=words["unit"],
            amount=scene.minor(words["amount"], words["unit"]),
            funding=words["funding"] or "FREE",
            effective_at=world.now - span(words["span"]) if words["span"] else 0,
            backdate_max=90 * DAY,
        )
    )


@line(STEP, "<p> redeems <amount> <unit> of <member> [as <id>]")
def _redeem(scene: Scene, words: Words) -> None:
    scene.world.run(
        c.RedeemPoints(
            actor=by(words["p"]),
            id=scene.id_of(words, words["member"]),
            owner=named(words["member"]),
            unit=words["unit"],
            amount=scene.minor(words["amount"], words["unit"]),
        )
    )


@line(STEP, "<p> exchanges <amount> <unit> of <member> into <target> [at quote <name>] [as <id>]")
def _exchange(scene: Scene, words: Words) -> None:
    scene.world.run(
        c.ExchangePoints(
            actor=by(words["p"]),
            id=scene.id_of(words, words["member"]),
            owner=named(words["member"]),
            source=words["unit"],
            target=words["target"],
            amount=scene.minor(words["amount"], words["unit"]),
            quote=named(words["name"]) if words["name"] else "",
            received_at=scene.world.now,
        )
    )


@line(STEP, "<p> quotes <amount> <unit> of <member> into <target> as <id>")
def _quote(scene: Scene, words: Words) -> None:
    scene.world.run(
        c.GiveQuote(
            actor=by(words["p"]),
            id=scene.id_of(words, words["member"]),
            owner=named(words["member"]),
            source=words["unit"],
            target=words["target"],
            amount=scene.minor(words["amount"], words["unit"]),
        )
    )


@line(STEP, "<p> gifts <amount> <unit> of <member> to <other> [as <id>]")
def _gift(scene: Scene, words: Words) -> None:
    scene.world.run(
        c.GiftPoints(
            actor=by(words["p"]),
            id=scene.id_of(words, words["member"]),
            owner=named(words["member"]),
            recipient=named(words["other"]),
            unit=words["unit"],
            amount=scene.minor(words["amount"], words["unit"]),
        )
    )


@line(STEP, "<p> adjusts <member> by <amount> <unit> for <word> [dated <span> ago] [as <id>]")
def _adjust(scene: Scene, words: Words) -> None:
    world = scene.world
    world.run(
        c.AdjustPoints(
            actor=by(words["p"]),
            id=scene.id_of(words, words["member"]),
            owner=named(words["member"]),
            unit=words["unit"],
            amount=scene.minor(words["amount"], words["unit"]),
            reason=words["word"],
            effective_at=world.now - span(words["span"]) if words["span"] else 0,
            backdate_max=90 * DAY,
        )
    )


@line(STEP, "expire <member>/<unit>")
def _expire(scene: Scene, words: Words) -> None:
    world = scene.world
    world.run(
        c.ExpireWallet(
            actor=JOB, id=world.fresh(), owner=named(words["member"]), unit=words["unit"]
        )
    )


@line(STEP, "merge <member>/<unit>")
def _merge(scene: Scene, words: Words) -> None:
    world = scene.world
    world.run(
        c.MergeLots(actor=JOB, id=world.fresh(), owner=named(words["member"]), unit=words["unit"])
    )


@line(STEP, "<p> holds <amount> <unit> of <member> for <span> as <id>")
def _hold(scene: Scene, words: Words) -> None:
    scene.world.run(
        c.PlaceHold(
            actor=by(words["p"]),
            id=scene.id_of(words, words["member"]),
            owner=named(words["member"]),
            unit=words["unit"],
            amount=scene.minor(words["amount"], words["unit"]),
            deadline=scene.world.now + span(words["span"]),
        )
    )


def _unit_held(world: World, owner: str, hold: str) -> str:
    return world.state.holds[owner, hold].unit


@line(STEP, "<p> captures [<amount> of] <name> [as <id>]")
def _capture(scene: Scene, words: Words) -> None:
    owner, hold = scene.owners[words["name"]], named(words["name"])
    id_ = scene.id_of(words)
    if words["id"]:
        scene.owners[words["id"]] = owner
    amount = None
    if words["amount"]:
        amount = scene.minor(words["amount"], _unit_held(scene.world, owner, hold))
    scene.world.run(
        c.CaptureHold(actor=by(words["p"]), id=id_, owner=owner, hold=hold, amount=amount)
    )


@line(STEP, "<p> voids <name>")
def _void(scene: Scene, words: Words) -> None:
    owner = scene.owners[words["name"]]
    scene.world.run(
        c.VoidHold(
            actor=by(words["p"]), id=scene.world.fresh(), owner=owner, hold=named(words["name"])
        )
    )


@line(STEP, "<p> reverses [<amount> of] <name> [in the book of <other>]")
def _reverse(scene: Scene, words: Words) -> None:
    world, transfer = scene.world, named(words["name"])
    owner = named(words["other"]) if words["other"] else scene.owners[words["name"]]
    legs = world.state.originals[owner, transfer].legs
    unit = next((leg.unit for leg in legs if leg.debit == WALLET), legs[0].unit)
    world.run(
        c.ReverseTransfer(
            actor=operator() if words["p"] == "OPERATOR" else by(words["p"]),
            id=world.fresh(),
            owner=owner,
            transfer=transfer,
            amount=scene.minor(words["amount"], unit) if words["amount"] else None,
        )
    )


@line(STEP, "<p> lets <q> <word> <unit> of <member> [up to <amount>] [for <span>] [as <id>]")
def _consent(scene: Scene, words: Words) -> None:
    world = scene.world
    world.run(
        c.GrantConsent(
            actor=by(words["p"]),
            id=scene.id_of(words, words["member"]),
            owner=named(words["member"]),
            partner=words["q"],
            unit=words["unit"],
            action=words["word"],
            max=scene.minor(words["amount"], words["unit"]) if words["amount"] else 0,
            evidence="e" * 64,
            expires_at=world.now + span(words["span"]) if words["span"] else NEVER,
        )
    )


@line(STEP, "<p> revokes <name>")
def _revoke(scene: Scene, words: Words) -> None:
    scene.world.run(
        c.RevokeConsent(
            actor=by(words["p"]),
            id=scene.world.fresh(),
            owner=scene.owners[words["name"]],
            consent=named(words["name"]),
        )
    )


@line(STEP, "<subject> proposes to close window <n> as <id>")
def _propose(scene: Scene, words: Words) -> None:
    actor = operator(words["subject"], person=words["subject"] != "robot")
    scene.world.run(
        ProposeWindowClose(
            actor=actor, id=named(words["id"]), period=int(words["n"]), currency="KRW"
        )
    )


def refusal_of(scene: Scene) -> Refusal:
    """The refusal that the last step met; it is claimed by looking at it."""
    found, scene.unclaimed = scene.unclaimed, None
    assert found is not None, "nothing was refused"
    scene.world.last = None
    return found


def facts_of(text: str) -> Words:
    """`available=20 required=50` as pairs."""
    return dict(re.findall(r"(\w+)=(\S+)", text))
