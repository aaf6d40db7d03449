"""Scenarios as text: given, when, then.

    given  partner AIR; unit AIR scale 2
           wallet mina/AIR 100 (60 exp 2026-12-01, 40 exp 2027-06-01)
    when   AIR exchanges 70 AIR of mina into HOTEL as x1
    then   lots mina/AIR 0, 30

A line goes on as the kind of the line before it. `given` and `when` are steps, and a step that is
refused must be followed by `then refused`. Amounts are whole points with their unit's decimals;
money is in minor units. `tests.world.steps` has the steps, `tests.world.claims` the claims.
"""

from domain.errors import Refusal
from tests.world import claims, contracting, disputing, settling, steps
from tests.world.lines import CLAIM, LINES, STEP, Scene

# They register their lines when they are imported.
VOCABULARY = (settling, disputing, steps, contracting, claims)


def play(text: str, scene: Scene | None = None) -> Scene:
    """Act a scenario out; fails at the first line that is unknown or not true."""
    scene = scene or Scene()
    kind = ""
    for raw in text.splitlines():
        first, _, rest = raw.strip().partition(" ")
        if first in {"given", "when", "then"}:
            kind = CLAIM if first == "then" else STEP
            todo = rest
        else:
            todo = raw
        for said in todo.split(";"):
            if said.strip():
                _act(scene, kind, " ".join(said.split()))
    assert scene.unclaimed is None, scene.unclaimed
    return scene


def _act(scene: Scene, kind: str, said: str) -> None:
    found = [(match, act) for form, act in LINES[kind] if (match := form.fullmatch(said))]
    assert found, f"no {kind} of this form: {said}"
    match, act = found[0]
    if kind == STEP:
        assert scene.unclaimed is None, f"before `{said}`: {scene.unclaimed}"
    words = {key: value or "" for key, value in match.groupdict().items()}
    try:
        act(scene, words)
    except AssertionError as error:
        error.add_note(f"in the line: {said}")
        raise
    if kind == STEP and isinstance(scene.world.last, Refusal):
        scene.unclaimed = scene.world.last
