"""The claims of scenarios: what is true after the steps."""

from domain.clock import format_instant
from domain.ledger.lots import open_wallet
from domain.ledger.model import DEBT, WALLET, Decision
from tests.world.contracting import Words
from tests.world.lines import CLAIM, Scene, date, line
from tests.world.network import named
from tests.world.steps import facts_of, refusal_of


@line(CLAIM, "refused <word> [<rest>]")
def _refused(scene: Scene, words: Words) -> None:
    found = refusal_of(scene)
    assert found.code == words["word"], found
    facts = {name: str(value) for name, value in found.facts.items()}
    wanted = facts_of(words["rest"])
    assert {name: facts.get(name) for name in wanted} == wanted, found


@line(CLAIM, "lots <member>/<unit> <rest>")
def _lots(scene: Scene, words: Words) -> None:
    wanted = [scene.minor(part, words["unit"]) for part in words["rest"].split(",")]
    found = [lot.remaining for lot in scene.world.lots(words["member"], words["unit"])]
    assert found == wanted


@line(CLAIM, "lot <n> of <member>/<unit> is <amount> <rest>")
def _lot(scene: Scene, words: Words) -> None:
    lot = scene.world.lots(words["member"], words["unit"])[int(words["n"]) - 1]
    assert lot.remaining == scene.minor(words["amount"], words["unit"])
    rest = words["rest"].split()
    while rest:
        word = rest.pop(0)
        if word == "exp":
            until = rest.pop(0)
            found = format_instant(lot.expires_at)
            assert found == (format_instant(date(until)) if until != "never" else ""), found
        elif word == "cost":
            assert lot.cost == int(rest.pop(0)), lot.cost
        elif word in {"obligor", "issuer"}:
            assert (lot.obligor if word == "obligor" else lot.issuer) == rest.pop(0)
        else:
            assert lot.funding == word, lot.funding


@line(CLAIM, "wallet <member>/<unit> <amount> [pending <pending>]")
def _wallet(scene: Scene, words: Words) -> None:
    account = scene.world.state.account(named(words["member"]), words["unit"], WALLET)
    balance = account.credits_posted - account.debits_posted
    assert balance == scene.minor(words["amount"], words["unit"]), balance
    assert account.debits_pending == scene.minor(words["pending"] or "0", words["unit"])


@line(CLAIM, "<member> can spend <amount> <unit>")
def _available(scene: Scene, words: Words) -> None:
    world = scene.world
    wallet = open_wallet(world.state, named(words["member"]), words["unit"], world.now)
    assert wallet.available == scene.minor(words["amount"], words["unit"]), wallet.available


@line(CLAIM, "<member> is in debt by <amount> <unit>")
def _debt(scene: Scene, words: Words) -> None:
    account = scene.world.state.account(named(words["member"]), words["unit"], DEBT)
    debt = account.debits_posted - account.credits_posted
    assert debt == scene.minor(words["amount"], words["unit"]), debt


@line(CLAIM, "<p> owes <q> <n> [as <word>]")
def _owes(scene: Scene, words: Words) -> None:
    found = scene.world.owed(words["p"], words["q"], words["word"])
    assert found == int(words["n"]), found


@line(CLAIM, "no obligation")
def _no_obligation(scene: Scene, words: Words) -> None:
    assert scene.effect.obligations == ()


@line(CLAIM, "entries <rest>")
def _entries(scene: Scene, words: Words) -> None:
    last = scene.world.last
    assert isinstance(last, Decision), last
    found = [effect.kind for effect in last.effects]
    assert found == [kind.strip() for kind in words["rest"].split(",")], found


@line(CLAIM, "moved <rest>")
def _moved(scene: Scene, words: Words) -> None:
    legs = scene.effect.legs
    assert [leg.amount for leg in legs] == [
        scene.minor(part, leg.unit)
        for part, leg in zip(words["rest"].split(","), legs, strict=True)
    ], legs


@line(CLAIM, "reversed <amount>")
def _reversed(scene: Scene, words: Words) -> None:
    part = int(scene.effect.fields["part"])
    unit = scene.effect.legs[0].unit
    assert part == scene.minor(words["amount"], unit), part


@line(CLAIM, "<p> has <n> reserved")
def _reserved(scene: Scene, words: Words) -> None:
    assert scene.world.state.credit_line(words["p"], "KRW").reserved == int(words["n"])


@line(CLAIM, "<name> has used <amount> <unit>")
def _used(scene: Scene, words: Words) -> None:
    consents = scene.world.state.consents[scene.owners[words["name"]]]
    found = consents[named(words["name"])].used
    assert found == scene.minor(words["amount"], words["unit"]), found


@line(CLAIM, "window <n> is <word>")
def _window(scene: Scene, words: Words) -> None:
    window = scene.world.state.reference.windows[int(words["n"]), "KRW"]
    assert window.state == words["word"], window.state


@line(CLAIM, "<p> is <amount> in debit in window <n>")
def _position(scene: Scene, words: Words) -> None:
    position = scene.world.state.position(words["p"], "KRW", int(words["n"]))
    assert position.debits - position.credits == int(words["amount"])


@line(CLAIM, "exposure of <p> is <amount>")
def _exposure(scene: Scene, words: Words) -> None:
    assert scene.world.state.exposure((words["p"], "KRW")) == int(words["amount"])
