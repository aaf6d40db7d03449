"""Times that witnesses state: one wrong clock of a quorum decides nothing, either way."""

from pathlib import Path

import pytest

from audit.cosignature import cosign
from audit.note import Note, parse_note
from audit.policy import parse_policy
from audit.words import verdict_lines
from tests.acceptance.tamper.forging import (
    POLICY,
    WITNESS_KEYS,
    WITNESSES,
    Forged,
    honest_leaves,
    seconds,
    signed,
)

HOUR = 3_600
CUT = 40
ANYONE = parse_policy(
    "".join(
        [*(f"witness {n} {key.text()}\n" for n, key in WITNESS_KEYS.items()), "quorum none\n"]
    ).encode()
)


def cosigned(note: str, **times: int) -> str:
    """A checkpoint with each witness's line at its own time."""
    parsed = parse_note(note)
    lines = [cosign(parsed.body, f"{n}.example", WITNESSES[n], at) for n, at in times.items()]
    return Note(parsed.body, (*parsed.signatures, *lines)).text()


@pytest.fixture(scope="module")
def forged(tmp_path_factory: pytest.TempPathFactory) -> Forged:
    """A log, of which an older checkpoint is kept with cosignatures."""
    leaves = honest_leaves()
    made = Forged(tmp_path_factory.mktemp("times") / "bundle", leaves)
    at = seconds(leaves[-1])
    made.checkpoint = cosigned(signed(leaves), w1=at, w2=at, w3=at)
    return made.write()


BACKDATED, AHEAD, DISPUTED = "ENTRY_BACKDATED", "ENTRY_AHEAD", "clocks_disagree"


@pytest.mark.parametrize(
    ("offsets", "expected"),
    [
        # One clock is wrong, the log honest.
        ({"w1": 0, "w2": 0, "w3": HOUR}, ""),
        ({"w1": 0, "w2": 0, "w3": -HOUR}, ""),
        # The log is dishonest; one clock, or its keeper, would excuse it.
        ({"w1": HOUR, "w2": HOUR, "w3": 0}, BACKDATED),
        ({"w1": HOUR, "w2": HOUR, "w3": -HOUR}, BACKDATED),
        ({"w1": -HOUR, "w2": -HOUR, "w3": 0}, AHEAD),
        ({"w1": -HOUR, "w2": -HOUR, "w3": HOUR}, AHEAD),
        # Just a quorum, of two minds: neither is believed, and it is said.
        ({"w1": 0, "w3": HOUR}, DISPUTED),
        ({"w1": 0, "w3": -HOUR}, DISPUTED),
        ({"w1": HOUR, "w3": HOUR}, BACKDATED),
        # No quorum: nobody's word, and it is said where it contradicts.
        ({"w3": HOUR}, DISPUTED),
        ({"w3": 0}, "no word"),
    ],
)
def test_one_clock_decides_nothing(forged: Forged, offsets: dict[str, int], expected: str) -> None:
    """Of two out of three, two must contradict an entry's time; a lone one is a dispute."""
    honest, dated = signed(forged.leaves[:CUT]), seconds(forged.leaves[CUT])
    forged.policy = POLICY
    forged.saved = [cosigned(honest, **{name: dated + off for name, off in offsets.items()})]
    report = forged.verify()
    times = next(check for check in report.checks if check.name == "times")
    if expected == DISPUTED:
        assert (set(report.counts), times.status) == (set(), "not_checked")
        assert times.facts["reason"] == DISPUTED
        text = "\n".join(verdict_lines(report, "en"))
        assert f"w3.example {CUT} " in text
        assert f"w3.example {CUT} " in "\n".join(verdict_lines(report, "ko"))
    else:
        found = {expected} & {BACKDATED, AHEAD}
        assert set(report.counts) == found
        assert times.status == ("failed" if found else "ok")
        assert times.facts["bounds"] == 3 + (0 if expected == "no word" else len(offsets))


def test_what_was_kept_in_two_checkpoints_counts_together(forged: Forged) -> None:
    """Two witnesses contradict an entry, each in a copy of its own of the same checkpoint."""
    honest, dated = signed(forged.leaves[:CUT]), seconds(forged.leaves[CUT])
    forged.policy = POLICY
    forged.saved = [cosigned(honest, w1=dated + HOUR), cosigned(honest, w2=dated + HOUR)]
    assert forged.codes() == {BACKDATED}
    # One witness, twice, is one.
    forged.saved = [cosigned(honest, w1=dated + HOUR), cosigned(honest, w1=dated + 2 * HOUR)]
    assert forged.codes() == set()
    forged.saved = [cosigned(honest, w1=dated + HOUR), cosigned(honest, w1=dated, w2=dated)]
    assert forged.codes() == set()


def test_a_policy_that_asks_for_nobody_believes_all_together(forged: Forged) -> None:
    """Under `quorum none` what every cosigner says counts, and what only some say is a dispute."""
    honest, dated = signed(forged.leaves[:CUT]), seconds(forged.leaves[CUT])
    forged.policy = ANYONE
    for times, codes in (((HOUR, HOUR), {BACKDATED}), ((0, HOUR), set[str]())):
        forged.saved = [cosigned(honest, w1=dated + times[0], w2=dated + times[1])]
        assert forged.codes() == codes


def test_nobody_is_one_witness_of_two(tmp_path: Path) -> None:
    """In groups within groups the quorum's own completing word counts."""
    leaves = honest_leaves()
    made = Forged(tmp_path / "bundle", leaves).write()
    lines = [f"witness {n} {key.text()}\n" for n, key in WITNESS_KEYS.items()]
    lines += ["group any any w1 w2\n", "group both all any w3\n", "quorum both\n"]
    made.policy = parse_policy("".join(lines).encode())
    honest, dated = signed(leaves[:CUT]), seconds(leaves[CUT])
    at = seconds(leaves[-1])
    made.checkpoint = cosigned(signed(leaves), w1=at, w3=at)
    (made.folder / "checkpoint").write_text(made.checkpoint)
    # w1 or w2 an hour ahead, w3 right: no quorum says so without w3.
    made.saved = [cosigned(honest, w1=dated + HOUR, w2=dated + HOUR, w3=dated)]
    assert made.codes() == set()
    made.saved = [cosigned(honest, w1=dated + HOUR, w2=dated, w3=dated + HOUR)]
    assert made.codes() == {BACKDATED}
