"""The steps of scenarios that make and end contracts."""

from domain.contracts.commands import EndContract
from domain.ledger.records import ACCEPTANCE, CONVERSION, FUNDING
from domain.money import Ratio
from tests.world.lines import STEP, Scene, line
from tests.world.network import by, named

Words = dict[str, str]


def ratio(text: str) -> Ratio:
    """`1/2` or `7`."""
    return Ratio.parse(text if "/" in text else f"{text}/1")


def options(text: str) -> Words:
    """`cap 100 policy REFUSE` as pairs."""
    parts = text.split()
    return dict(zip(parts[::2], parts[1::2], strict=True))


TERMS = {
    "fee": ("fee_points", ratio),
    "money": ("fee_money", ratio),
    "expiry": ("expiry", str),
    "zone": ("zone", str),
    "version": ("version", int),
}


def _agree(scene: Scene, type_: str, source: str, other: str, text: str, **known: object) -> None:
    changes = dict(known)
    for word, value in options(text).items():
        if word in {"member", "pair"}:  # daily caps, in source points
            changes[f"{word}_cap"] = scene.minor(value, source)
        else:
            name, read = TERMS[word]
            changes[name] = read(value)  # type: ignore[operator]  # one of three readers
    scene.world.agree(scene.world.terms(type_, source, other, **changes))


@line(STEP, "<unit> becomes <target> at <ratio> for <price> [with <rest>]")
def _conversion(scene: Scene, words: Words) -> None:
    price, rate = ratio(words["price"]), ratio(words["ratio"])
    _agree(scene, CONVERSION, words["unit"], words["target"], words["rest"], rate=rate, price=price)


@line(STEP, "<p> takes <unit> for <ratio> [with <rest>]")
def _acceptance(scene: Scene, words: Words) -> None:
    price = ratio(words["ratio"])
    _agree(scene, ACCEPTANCE, words["unit"], words["p"], words["rest"], price=price)


@line(STEP, "<p> may issue <unit> for <ratio>")
def _funding(scene: Scene, words: Words) -> None:
    _agree(scene, FUNDING, words["unit"], words["p"], "", price=ratio(words["ratio"]))


@line(STEP, "<p> ends <unit> to <target>")
def _end(scene: Scene, words: Words) -> None:
    scene.world.run(
        EndContract(
            actor=by(words["p"]),
            id=scene.world.fresh(),
            contract=named(f"{CONVERSION} {words['unit']} {words['target']}"),
            version=1,
        )
    )


@line(STEP, "<p> ends <unit> at <q>")
def _end_acceptance(scene: Scene, words: Words) -> None:
    scene.world.run(
        EndContract(
            actor=by(words["p"]),
            id=scene.world.fresh(),
            contract=named(f"{ACCEPTANCE} {words['unit']} {words['q']}"),
            version=1,
        )
    )
