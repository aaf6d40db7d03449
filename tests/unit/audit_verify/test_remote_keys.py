"""The walk from key to key by whoever may read hashes alone: at an address, look after look."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from audit.checkpoint import Checkpoint
from audit.entry import decode, encode
from audit.evidence import Evidence
from audit.log import Appender
from audit.note import Note, VerifierKey, parse_note
from audit.policy import Policy
from audit.rotation import Handover
from audit.verdict import Report
from audit.verify_url import Target, verify_url
from audit.watch import Watch, Watched
from tests.acceptance.tamper.forging import POLICY, cosigned, seconds
from tests.unit.audit_verify.bundles import KEY, SIGNER
from tests.unit.audit_verify.rotated import (
    LAST,
    LAST_KEY,
    NEXT,
    NEXT_KEY,
    THIEF,
    THIEF_KEY,
    Rotated,
    told,
)
from tests.unit.audit_verify.sites import Site, serving


@pytest.fixture
def log(tmp_path: Path) -> Rotated:
    """A log that passed from KEY to NEXT to LAST, with entries before, between and after."""
    made = Rotated(tmp_path / "log")
    for signer in (NEXT, LAST):
        made.rotate(signer)
        made.grow()
    return made


@pytest.fixture
def site(log: Rotated) -> Iterator[Site]:
    """It is served; entries are closed to who has no key."""
    with serving(log.write()) as site:
        site.closed = True
        yield site


def look(site: Site, state: Path, key: VerifierKey = KEY, policy: Policy | None = None) -> Report:
    """Verify from hashes alone."""
    return verify_url(Target(site.url, state=state), key, Evidence(policy), lambda _: None)


def watch(site: Site, state: Path, policy: Policy | None = None) -> list[tuple[str, str]]:
    """Look once as a monitor does, which knows the first key."""
    watching = Watch(Watched(site.url, KEY, policy, state, 1000))
    try:
        return [(one.event, one.code) for one in watching.look()]
    finally:
        watching.close()


@pytest.mark.parametrize("key", [KEY, NEXT_KEY, LAST_KEY])
def test_hashes_lead_from_every_key_to_todays(
    log: Rotated, site: Site, key: VerifierKey, tmp_path: Path
) -> None:
    """A look and a watch walk from any key without reading entries, and remember all keys."""
    state = tmp_path / "state"
    for _ in range(2):
        report = look(site, state, key)
        assert told(report) == []
        check = next(one for one in report.checks if one.name == "keys")
        assert (check.status, check.facts["handovers"]) == ("ok", 2)
        assert check.facts["today"] == LAST_KEY.text()
    assert watch(site, state) == [("seen", "")]
    assert not [path for path in site.asked if "entries" in path]
    assert all(one.text() in state.read_text() for one in log.keys)


def test_what_was_seen_under_the_old_key_is_continued(log: Rotated, tmp_path: Path) -> None:
    """A memory from before a change of key, of this program or of 0.1.0, is followed over it."""
    for number, first in enumerate(("dure-verify/v2", "dure-verify/v1")):
        older = Rotated(tmp_path / f"older{number}")
        state = tmp_path / f"state{number}"
        with serving(older.write()) as site:
            assert watch(site, state) == [("seen", "")]
            if first == "dure-verify/v1":
                lines = state.read_text().split("\n")
                state.write_text("\n".join([first, lines[1], *lines[3:]]))
            log.folder = tmp_path / f"now{number}"
            site.folder = log.write()
            assert watch(site, state) == [("seen", "")]
            assert told(look(site, state)) == []


def test_a_checkpoint_from_before_the_change_is_its_own_keys(log: Rotated, tmp_path: Path) -> None:
    """While the checkpoint that is served waits for witnesses, the keys listed are ahead of it."""
    log.write()
    before = Rotated(tmp_path / "before")
    (log.folder / "checkpoint").write_text(before.notes[-1])
    (log.folder / "tile/0/000.p/2").write_bytes((before.write() / "tile/0/000.p/2").read_bytes())
    with serving(log.folder) as site:
        assert told(look(site, tmp_path / "state")) == []


def without(note: str, key: VerifierKey) -> bytes:
    """A note without the line of a key."""
    parsed = parse_note(note)
    lines = tuple(line for line in parsed.signatures if line.key_id != key.id)
    return Note(parsed.body, lines).text().encode()


INVALID = "KEY_HANDOVER_INVALID"
LIES: dict[str, tuple[str, Callable[[Rotated], bytes], str]] = {
    "old line": ("3", lambda log: without(log.handovers[3], KEY), "OLD_KEY_UNSIGNED"),
    "new line": ("3", lambda log: without(log.handovers[3], NEXT_KEY), "NEW_KEY_UNSIGNED"),
    "size": ("3", lambda log: log.notes[0].encode(), "OTHER_CHECKPOINT"),
    "entry": ("3.entry", lambda log: log.leaves[5], "OTHER_ENTRY"),
    "spelling": ("3.entry", lambda log: log.leaves[2] + b"\n", "OTHER_ENTRY"),
    "list": ("index", lambda _: b"3\n4\n5\n", "INDEX"),
    "other place": ("index", lambda _: b"2\n5\n", "OTHER_ENTRY"),
    "list's spelling": ("index", lambda _: b"03\n5\n", "INDEX_FORM"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_handover_that_is_not_signed_is_refused(
    log: Rotated, site: Site, lie: str, tmp_path: Path
) -> None:
    """A line missing, another entry, size or list: told by look and watch, and not remembered."""
    name, make, reason = LIES[lie]
    file = log.folder / "handovers" / name
    if name == "index" and reason == "OTHER_ENTRY":
        (log.folder / "handovers/2.entry").write_bytes(log.leaves[2])
    file.write_bytes(make(log))
    assert f"{INVALID} {reason}" in told(look(site, tmp_path / "state"))
    assert ("alarm", INVALID) in watch(site, tmp_path / "state")
    assert not (tmp_path / "state").exists()


def test_a_missing_handover_is_told(log: Rotated, site: Site, tmp_path: Path) -> None:
    """Without its checkpoint, or without its entry, a change of key leads nowhere."""
    for name in ("3", "3.entry"):
        file = log.folder / "handovers" / name
        data = file.read_bytes()
        file.unlink()
        assert "KEY_HANDOVER_MISSING" in look(site, tmp_path / "state").counts
        file.write_bytes(data)


def test_whoever_adds_a_line_to_a_checkpoint_takes_nothing_over(tmp_path: Path) -> None:
    """A genuine checkpoint with a thief's line below it, and a thief's entry, is no handover."""
    log = Rotated(tmp_path / "log")
    log.grow()
    size = len(log.leaves)
    body = parse_note(log.notes[-1])
    theirs = parse_note(Checkpoint.parse(body.body).sign(THIEF)).signatures
    handover = Note(body.body, (*body.signatures, *theirs)).text()
    last = decode(log.leaves[-1])
    claimed = Handover(size - 1, str(last["prev"]), KEY, THIEF_KEY, 2**50)
    common = {
        name: last[name] for name in ("v", "seq", "prev", "time", "id", "author", "cmd", "pd")
    }
    entry = encode({**common, "kind": "key.rotated", **claimed.fields(THIEF, THIEF)})
    stolen = Appender(log.head.checkpoint.split("\n")[0], THIEF)
    log.write(stolen.sign(size, log.head.frontier.root(), 0))
    (log.folder / "keys").write_text(f"{KEY.text()}\n{THIEF_KEY.text()}\n")
    (log.folder / "handovers").mkdir()
    for name, data in ((f"{size}", handover.encode()), (f"{size}.entry", entry),
                       ("index", b"%d\n" % size)):  # fmt: skip
        (log.folder / "handovers" / name).write_bytes(data)
    with serving(log.folder) as site:
        assert f"{INVALID} OTHER_ENTRY" in told(look(site, tmp_path / "state"))


def test_a_key_that_was_seen_is_not_forgotten(log: Rotated, tmp_path: Path) -> None:
    """Who holds an old key cannot go on without the newer, though both signed what was seen."""
    seen = Rotated(tmp_path / "seen")
    seen.rotate(NEXT)
    state = tmp_path / "state"
    with serving(seen.write()) as site:
        assert watch(site, state) == [("seen", "")]
        seen.grow()
        forged = Appender(KEY.name, SIGNER).sign(len(seen.leaves), seen.head.frontier.root(), 0)
        seen.folder, seen.keys, seen.changes = tmp_path / "forged", [KEY], []
        seen.handovers = {}
        site.folder = seen.write(forged)
        assert watch(site, state) == [("alarm", INVALID)]
        assert "KEYS_FORGOTTEN" in " ".join(told(look(site, state)))
        # Whoever saw nothing before cannot tell: a retired key is believed while it signs.
        assert told(look(site, tmp_path / "fresh")) == []


def test_a_quorum_stands_in_for_a_compromised_key(tmp_path: Path) -> None:
    """From hashes too: with the auditor's quorum on the handover the walk holds, without not."""
    log = Rotated(tmp_path / "log")
    log.grow()
    log.rotate(NEXT, cut_off=2)
    log.grow()
    log.handovers[4] = cosigned(log.notes[3], seconds(log.leaves[3]), "w1", "w2")
    end = cosigned(log.notes[-1], seconds(log.leaves[-1]), "w1", "w2", "w3")
    with serving(log.write(end)) as site:
        assert watch(site, tmp_path / "watched", POLICY) == [("seen", "")]
        assert told(look(site, tmp_path / "looked", KEY, POLICY)) == []
        assert f"{INVALID} QUORUM_NOT_ASKED" in told(look(site, tmp_path / "bare"))
        (log.folder / "handovers/4").write_text(log.notes[3])
        assert f"{INVALID} QUORUM_MISSING" in told(look(site, tmp_path / "fresh", KEY, POLICY))
        assert watch(site, tmp_path / "watched", POLICY) == [("alarm", INVALID)]
        assert told(look(site, tmp_path / "new", NEXT_KEY, POLICY)) == []
