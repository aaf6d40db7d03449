"""The lines of scenarios about settlements: steps by the operator's people, and what is true."""

from domain.clock import DAY
from domain.ledger.model import Decision
from domain.ledger.settling import CLEARING, DIRECT, PAY_IN, PAY_OUT
from settlement.commands import (
    CloseDueWindow,
    CreateSettlement,
    DecideProposal,
    MatchBankLine,
    ProposeFunds,
    ProposePolicy,
    ProposeSettlement,
    RecordPayment,
    ReleasePayouts,
    SubmitSettlement,
    WrittenFile,
)
from settlement.payments.approved import commitment
from settlement.windows.due import SCHEDULER
from settlement.windows.schedule import WINDOW_SCHEDULE
from tests.world.contracting import Words
from tests.world.lines import CLAIM, STEP, Scene, line, span
from tests.world.network import named, operator

HASH = "ab" * 32
ACCOUNTS_KEY = b"k" * 32


def told(words: Words) -> str:
    """What the log would have of the accounts that a line names; empty where it names none."""
    return commitment(ACCOUNTS_KEY, words["told"]) if words.get("told") else ""


@line(STEP, "<subject> <verb> <name>")
@line(STEP, "<subject> <verb> <name> seeing <told>")
def _approve(scene: Scene, words: Words) -> None:
    actor = operator(words["subject"], person=words["subject"] != "robot")
    approve = words["verb"] == "approves"
    scene.world.run(
        DecideProposal(
            actor=actor,
            id=scene.world.fresh(),
            proposal=named(words["name"]),
            approve=approve,
            accounts=told(words),
        )
    )


@line(STEP, "<p> owes <q> <n> from now on")
def _owe(scene: Scene, words: Words) -> None:
    scene.world.owe(words["p"], words["q"], int(words["n"]))


@line(STEP, "<subject> settles windows <windows> <direct> as <id>")
@line(STEP, "<subject> settles windows <windows> due in <span> as <id>")
@line(STEP, "<subject> settles windows <windows> as <id>")
def _settle(scene: Scene, words: Words) -> None:
    world = scene.world
    world.run(
        CreateSettlement(
            actor=operator(words["subject"]),
            id=named(words["id"]),
            currency="KRW",
            windows=tuple(int(one) for one in words["windows"].split(",")),
            method=DIRECT if words.get("direct") else CLEARING,
            pay_by=world.now + (span(words["span"]) if words.get("span") else DAY),
        )
    )


@line(STEP, "<subject> proposes to <word> <name> as <id>")
@line(STEP, "<subject> proposes to <word> <name> with <told> accounts as <id>")
def _step(scene: Scene, words: Words) -> None:
    scene.world.run(
        ProposeSettlement(
            actor=operator(words["subject"]),
            id=named(words["id"]),
            settlement=named(words["name"]),
            step=words["word"],
            reason="CHECKED",
            accounts=words.get("told") or "",
            accounts_key=ACCOUNTS_KEY,
        )
    )


@line(STEP, "<subject> submits <name> with files of <rest>")
@line(STEP, "<subject> submits <name> by <told> accounts with files of <rest>")
def _submit(scene: Scene, words: Words) -> None:
    files = tuple(
        WrittenFile(partner, named(f"{words['name']} {partner}"), HASH)
        for partner in words["rest"].split(", ")
    )
    scene.world.run(
        SubmitSettlement(
            actor=operator(words["subject"]),
            id=scene.world.fresh(),
            settlement=named(words["name"]),
            files=files,
            accounts=told(words),
        )
    )


@line(STEP, "<subject> releases <name>")
@line(STEP, "<subject> releases <name> by <told> accounts")
def _release(scene: Scene, words: Words) -> None:
    scene.world.run(
        ReleasePayouts(
            actor=operator(words["subject"]),
            id=scene.world.fresh(),
            settlement=named(words["name"]),
            message=named(f"{words['name']} pay-out"),
            hash=HASH,
            accounts=told(words),
        )
    )


@line(STEP, "line <n> has <p> pay <amount> into <name>")
@line(STEP, "line <n> has <p> get <amount> out of <id>")
@line(STEP, "line <n> has <p> pay <q> <amount> and <pending> more in <name>")
@line(STEP, "line <n> has <p> pay <q> <amount> in <name>")
def _match(scene: Scene, words: Words) -> None:
    leg, settlement = PAY_IN, words.get("name", "")
    if words.get("id"):
        leg, settlement = PAY_OUT, words["id"]
    if words.get("q"):
        leg = DIRECT
    scene.world.run(
        MatchBankLine(
            actor=operator("ann"),
            id=scene.world.fresh(),
            settlement=named(settlement),
            partner=words["p"],
            leg=leg,
            counterparty=words.get("q", ""),
            amount=int(words["amount"]),
            statement=HASH,
            line=int(words["n"]),
            excess=int(words.get("pending") or 0),
        )
    )


@line(STEP, "<subject> records a <word> of <p> in <name>")
def _record(scene: Scene, words: Words) -> None:
    scene.world.run(
        RecordPayment(
            actor=operator(words["subject"]),
            id=scene.world.fresh(),
            settlement=named(words["name"]),
            partner=words["p"],
            type=words["word"],
            evidence=HASH,
        )
    )


@line(STEP, "<subject> proposes <word> of <n> for <p> as <id>")
def _funds(scene: Scene, words: Words) -> None:
    scene.world.run(
        ProposeFunds(
            actor=operator(words["subject"]),
            id=named(words["id"]),
            partner=words["p"],
            currency="KRW",
            type=words["word"],
            amount=int(words["n"]),
            reason="CHECKED",
        )
    )


@line(STEP, "<subject> proposes the policy <word> <q> as <id>")
def _policy(scene: Scene, words: Words) -> None:
    scene.world.run(
        ProposePolicy(
            actor=operator(words["subject"]),
            id=named(words["id"]),
            name=words["word"],
            value=words["q"],
            reason="CHECKED",
        )
    )


@line(STEP, "<subject> proposes that windows close by '<parts>' as <id>")
def _propose_schedule(scene: Scene, words: Words) -> None:
    scene.world.run(
        ProposePolicy(
            actor=operator(words["subject"]), id=named(words["id"]), name=WINDOW_SCHEDULE,
            currency="KRW", value=words["parts"], reason="AGREED",
        )
    )  # fmt: skip


@line(STEP, "windows close by '<parts>' as <id>")
def _schedule(scene: Scene, words: Words) -> None:
    """Ann proposes it and Bob approves."""
    world = scene.world
    _propose_schedule(scene, {**words, "subject": "ann"})
    world.done(
        DecideProposal(
            actor=operator("bob"), id=world.fresh(), proposal=named(words["id"]), approve=True
        )
    )


@line(STEP, "the schedule closes what is due")
def _due(scene: Scene, _words: Words) -> None:
    world = scene.world
    world.run(CloseDueWindow(actor=SCHEDULER, id=world.fresh(), currency="KRW"))


@line(CLAIM, "due was '<parts>' for <day> with <n> missed")
def _told(scene: Scene, words: Words) -> None:
    assert isinstance(scene.world.last, Decision)
    due = scene.world.last.effects[0]
    assert due.kind == "window.due"
    found = [due.fields[name] for name in ("local", "day", "missed")]
    assert found == [words["parts"], words["day"], words["n"]]


@line(STEP, "<word> of <p> is '<parts>'")
def _declare(scene: Scene, words: Words) -> None:
    world = scene.world
    proposal = world.fresh()
    world.done(
        ProposePolicy(
            actor=operator("ann"), id=proposal, name=words["word"], partner=words["p"],

            currency="KRW", value=words["parts"].replace("@", ";"), reason="CHECKED",
        )
    )  # fmt: skip
    world.done(
        DecideProposal(actor=operator("bob"), id=world.fresh(), proposal=proposal, approve=True)
    )


@line(CLAIM, "<p> may owe <n> beyond its prefund")
def _cap(scene: Scene, words: Words) -> None:
    assert scene.world.state.credit_line(words["p"], "KRW").cap == int(words["n"])


@line(CLAIM, "<name> is <word>")
def _state(scene: Scene, words: Words) -> None:
    found = scene.world.state.reference.settlements[named(words["name"])]
    assert found.state == words["word"], found


@line(CLAIM, "<p> nets <amount> in <name>")
def _nets(scene: Scene, words: Words) -> None:
    net = scene.world.state.nets[named(words["name"])][words["p"]]
    assert net.net == int(words["amount"]), net


@line(CLAIM, "<p> is due <n> in <name>")
def _is_due(scene: Scene, words: Words) -> None:
    net = scene.world.state.nets[named(words["name"])][words["p"]]
    assert net.due == int(words["n"]), net


@line(CLAIM, "<name> comes to <n> gross, <amount> net")
def _totals(scene: Scene, words: Words) -> None:
    found = scene.world.state.reference.settlements[named(words["name"])]
    assert (found.gross, found.net) == (int(words["n"]), int(words["amount"])), found


@line(CLAIM, "the excess of line <n> is <amount>")
def _excess(scene: Scene, words: Words) -> None:
    found = scene.world.state.bank_lines[HASH, int(words["n"])]
    assert found.excess == int(words["amount"]), found


@line(CLAIM, "<p> has <n> prefunded")
def _prefund(scene: Scene, words: Words) -> None:
    line_ = scene.world.state.credit_line(words["p"], "KRW")
    assert line_.prefund == int(words["n"]), line_
