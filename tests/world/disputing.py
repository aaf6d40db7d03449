"""The lines of scenarios about disputes. A line of what is owed is named by its amount."""

from domain.ledger.disputes import REJECTED, UPHELD, Line
from settlement.commands import OpenDispute, ResolveDispute, WithdrawDispute
from tests.world.contracting import Words
from tests.world.lines import CLAIM, STEP, Scene, line
from tests.world.network import by, named, operator


def latest(scene: Scene, amount: str) -> Line:
    """The last line of that amount."""
    lines = scene.world.state.lines
    return max(place for place, owed in lines.items() if owed.amount == int(amount))


@line(STEP, "<p> disputes the line of <n> as <id>")
@line(STEP, "<subject> disputes the line of <n> for <p> as <id>")
def _open(scene: Scene, words: Words) -> None:
    sequence, n = latest(scene, words["n"])
    scene.world.run(
        OpenDispute(
            actor=operator(words["subject"]) if words.get("subject") else by(words["p"]),
            id=named(words["id"]),
            sequence=sequence,
            n=n,
            party=words["p"],
            reason="WRONG_PRICE",
            note="see our letter",
            note_key=b"k" * 32,
        )
    )


@line(STEP, "<subject> upholds <name> at <n> as <id>")
@line(STEP, "<subject> turns <name> down")
def _resolve(scene: Scene, words: Words) -> None:
    upheld = bool(words.get("n"))
    scene.world.run(
        ResolveDispute(
            actor=operator(words["subject"]),
            id=named(words["id"]) if upheld else scene.world.fresh(),
            dispute=named(words["name"]),
            outcome=UPHELD if upheld else REJECTED,
            amount=int(words["n"]) if upheld else None,
            reason="CHECKED",
        )
    )


@line(STEP, "<p> withdraws <name>")
@line(STEP, "<subject> withdraws <name>")
def _withdraw(scene: Scene, words: Words) -> None:
    actor = operator(words["subject"]) if words.get("subject") else by(words["p"])
    scene.world.run(
        WithdrawDispute(actor=actor, id=scene.world.fresh(), dispute=named(words["name"]))
    )


@line(CLAIM, "dispute <name> is <word> at <n>")
def _stands(scene: Scene, words: Words) -> None:
    found = scene.world.state.disputes[named(words["name"])]
    assert (found.state, found.corrected) == (words["word"], int(words["n"])), found
