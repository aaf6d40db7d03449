"""Forms of lines in scenarios, and the scene on which their acts work."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from domain.clock import DAY, MINUTE, SECOND, parse_instant
from domain.errors import Refusal
from domain.ledger.model import Effect
from tests.world.network import World, named

SPANS = {"s": SECOND, "m": MINUTE, "h": 60 * MINUTE, "d": DAY}
STEP, CLAIM = "step", "claim"
Act: TypeAlias = Callable[["Scene", dict[str, str]], None]


class Line(NamedTuple):
    """A form of line and what it does; its named groups are the words that differ."""

    pattern: re.Pattern[str]
    act: Act


LINES: dict[str, list[Line]] = {STEP: [], CLAIM: []}
SHORT = {  # <name> in a form of line
    "p": r"[A-Z][A-Z0-9]+",
    "q": r"[A-Z][A-Z0-9]+",
    "unit": r"[A-Z][A-Z0-9]+",
    "target": r"[A-Z][A-Z0-9]+",
    "member": r"[a-z]+",
    "other": r"[a-z]+",
    "amount": r"-?[0-9.]+",
    "name": r"[a-z]+[0-9]*",
    "id": r"[a-z]+[0-9]+",
    "span": r"[0-9]+[smhd]",
    "ratio": r"[0-9]+/[0-9]+|[0-9]+",
    "n": r"[0-9]+",
    "word": r"[A-Z_]+",
    "rest": r".*",
    "rule": r"[A-Z0-9 ]+",
    "zone": r"[A-Za-z/]+",
    "prepaid": r"prepaid",
    "price": r"[0-9/]+",
    "funding": r"PAID",
    "subject": r"ann|bob|robot",
    "verb": r"approves|rejects",
    "day": r"[0-9-]+",
    "pending": r"[0-9.]+",
    "parts": r".*",
    "told": r"[a-z]+",  # a list of bank accounts, by its name
    "direct": r"directly",
    "windows": r"[0-9,]+",
}


def line(kind: str, form: str) -> Callable[[Act], Act]:
    """Make a function act on lines of this form; `[...]` may be left out of the line."""
    text = re.sub(r" \[(.*?)\]", r"(?: \1)?", form)
    text = re.sub(r"<(\w+)>", lambda m: f"(?P<{m[1]}>{SHORT[m[1]]})", text)
    pattern = re.compile(text)

    def register(act: Act) -> Act:
        LINES[kind].append(Line(pattern, act))
        return act

    return register


class Scene:
    """A scenario under way: its world, the names it gave, whether a refusal is still unclaimed."""

    def __init__(self, world: World | None = None) -> None:
        """Begin in a world, a new one where none is given."""
        self.world = world or World()
        self.owners: dict[str, str] = {}  # of holds, transfers, consents, by their name
        self.unclaimed: Refusal | None = None

    def minor(self, text: str, unit: str) -> int:
        """Whole points as minor units; fails where the text has more decimals than the unit."""
        scaled = Decimal(text).scaleb(self.world.state.reference.units[unit].scale)
        assert scaled == scaled.to_integral_value(), f"{text} {unit} has too many decimals"
        return int(scaled)

    @property
    def effect(self) -> Effect:
        """The last command's own entry."""
        assert self.world.last is not None
        assert not isinstance(self.world.last, Refusal), self.world.last
        return self.world.last.effects[-1]

    def id_of(self, words: dict[str, str], member: str = "") -> str:
        """The id of what a step makes: that of its name, if it has one."""
        name = words.get("id")
        if not name:
            return self.world.fresh()
        if member:
            self.owners[name] = named(member)
        return named(name)


def span(text: str) -> int:
    """`10m` as microseconds."""
    return int(text[:-1]) * SPANS[text[-1]]


def date(text: str) -> int:
    """`2026-12-01` as the instant at which that day begins in UTC."""
    return parse_instant(f"{text}T00:00:00Z")
