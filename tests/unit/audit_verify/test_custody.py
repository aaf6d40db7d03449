"""The walk from the key that an auditor trusts to the key of today, over bundles that lie."""

from pathlib import Path

import pytest

from audit.entry import decode
from audit.evidence import Evidence
from audit.log import Appender
from audit.note import Note, VerifierKey, parse_note
from audit.policy import Policy
from audit.verification import verify_bundle
from audit.verify_url import Target, verify_url
from tests.acceptance.tamper.forging import POLICY, cosigned, seconds
from tests.unit.audit.samples import ID
from tests.unit.audit_verify.bundles import KEY, SIGNER
from tests.unit.audit_verify.logs import ORIGIN
from tests.unit.audit_verify.rotated import (
    LAST,
    LAST_KEY,
    NEXT,
    NEXT_KEY,
    SECOND,
    START,
    THIEF,
    THIEF_KEY,
    Rotated,
    told,
)
from tests.unit.audit_verify.sites import serving


@pytest.fixture
def log(tmp_path: Path) -> Rotated:
    """A log that passed from KEY to NEXT to LAST, with entries before, between and after."""
    made = Rotated(tmp_path / "bundle")
    for signer in (NEXT, LAST):
        made.rotate(signer)
        made.grow()
    return made


@pytest.mark.parametrize("key", [KEY, NEXT_KEY, LAST_KEY])
def test_every_key_of_the_log_leads_to_todays(log: Rotated, key: VerifierKey) -> None:
    """Trusting any key it ever had, an auditor verifies log, old checkpoints and old receipts."""
    report = log.verify(key, saved=tuple(log.notes), receipts=tuple(log.receipts))
    assert told(report) == []
    checks = {check.name: check for check in report.checks}
    assert checks["keys"].status == "ok"
    assert checks["keys"].facts["today"] == LAST_KEY.text()
    assert checks["keys"].facts["handovers"] == 2


def test_a_policy_that_lists_the_old_key_covers_the_new(log: Rotated) -> None:
    """Who lists a key in a policy lists the keys that it led to; its quorum is asked for."""
    log.notes[-1] = cosigned(log.notes[-1], seconds(log.leaves[-1]), "w1", "w3")
    assert told(log.verify(KEY, POLICY)) == []


def test_a_strange_key_leads_nowhere(log: Rotated) -> None:
    """A key that the log never had is not made one of its keys by the bundle."""
    report = log.verify(THIEF_KEY)
    assert {"KEY_MISMATCH", "SIGNATURE_INVALID"} <= set(report.counts)


def test_a_missing_handover_is_told(log: Rotated) -> None:
    """Without the checkpoint that both keys signed, an entry alone does not lead on."""
    del log.handovers[3]
    assert told(log.verify(KEY)) == ["KEY_HANDOVER_MISSING"]


def without(note: str, key: VerifierKey) -> str:
    """A note without the line of a key."""
    parsed = parse_note(note)
    lines = tuple(line for line in parsed.signatures if line.key_id != key.id)
    return Note(parsed.body, lines).text()


def test_a_handover_needs_both_lines(log: Rotated) -> None:
    """A handover that lacks a key's line, or is of another size or tree, is told."""
    whole = dict(log.handovers)
    other = Rotated(log.folder.parent / "other")
    other.grow()
    cases = {
        "KEY_HANDOVER_INVALID OLD_KEY_UNSIGNED": without(whole[3], KEY),
        "KEY_HANDOVER_INVALID NEW_KEY_UNSIGNED": without(whole[3], NEXT_KEY),
        "KEY_HANDOVER_INVALID OTHER_CHECKPOINT": log.notes[0],
        "KEY_HANDOVER_INVALID OTHER_TREE": other.notes[-1],
        "KEY_HANDOVER_INVALID NOTE_FORM": "no note\n",
    }
    for place, (expected, note) in enumerate(cases.items()):
        log.folder = log.folder.parent / str(place)
        log.handovers = {**whole, 3: note}
        assert expected in told(log.verify(KEY))


def test_a_handover_without_its_entry_is_told(log: Rotated) -> None:
    """A handover file that no entry speaks of is told, within the log or beyond its end."""
    log.handovers |= {2: log.notes[1], 99: log.notes[2]}
    assert told(log.verify(KEY)) == ["KEY_HANDOVER_INVALID NO_ENTRY", "FILE_EXTRA"]


def test_copies_of_entries_are_held_against_the_log(log: Rotated) -> None:
    """Another entry's bytes, an entry of no handover, a list that lies: each is told."""
    folder = log.write() / "handovers"
    for name, data in (("3.entry", log.leaves[4]), ("2.entry", log.leaves[1]), ("index", b"3\n")):
        file = folder / name
        before = file.read_bytes() if file.exists() else None
        file.write_bytes(data)
        report = verify_bundle(log.folder, KEY)
        reason = "INDEX" if name == "index" else "OTHER_ENTRY"
        assert told(report) == [f"KEY_HANDOVER_INVALID {reason}"], name
        if before is None:
            file.unlink()
        else:
            file.write_bytes(before)
    assert told(verify_bundle(log.folder, KEY)) == []


def test_keys_that_the_log_does_not_name_are_told(log: Rotated) -> None:
    """A thief's key at the end of the list, with its own line on the checkpoint, is no key."""
    log.keys.append(THIEF_KEY)
    parsed = parse_note(log.notes[-1])
    note = Note(parsed.body, (*parsed.signatures,)).text()
    stolen = Appender(ORIGIN, THIEF).sign(len(log.leaves), log.head.frontier.root(), 0)
    assert "KEY_HANDOVER_INVALID KEYS" in told(log.verify(KEY, note=stolen))
    log.folder = log.folder.parent / "again"
    assert "SIGNATURE_INVALID" in log.verify(KEY, note=note).counts


def test_the_old_key_alone_no_longer_signs(log: Rotated) -> None:
    """After a handover a checkpoint of the old key by itself is refused, at any later size."""
    note = Appender(ORIGIN, SIGNER).sign(len(log.leaves), log.head.frontier.root(), 0)
    assert "SIGNATURE_INVALID" in log.verify(KEY, note=note).counts


@pytest.fixture
def stolen(tmp_path: Path) -> Rotated:
    """A log whose first key was compromised at size 2, and replaced when it had four entries."""
    made = Rotated(tmp_path / "bundle")
    made.grow()
    made.grow()
    made.rotate(NEXT, cut_off=2)
    made.grow()
    return made


def test_a_quorum_stands_in_for_a_compromised_key(stolen: Rotated) -> None:
    """The walk over a revoked key needs the auditor's quorum; from the new key on it needs none."""
    place = iter(range(9))

    def verdict(key: VerifierKey, policy: Policy | None, *names: str) -> list[str]:
        stolen.folder = stolen.folder.parent / str(next(place))
        note = stolen.notes[4]
        stolen.handovers = {5: cosigned(note, seconds(stolen.leaves[4]), *names)}
        end = cosigned(stolen.notes[-1], seconds(stolen.leaves[-1]), "w1", "w2", "w3")
        return told(stolen.verify(key, policy, note=end))

    assert verdict(KEY, POLICY, "w1", "w2") == []
    assert verdict(KEY, POLICY, "w3") == ["KEY_HANDOVER_INVALID QUORUM_MISSING"]
    assert verdict(KEY, None, "w1", "w2") == ["KEY_HANDOVER_INVALID QUORUM_NOT_ASKED"]
    assert verdict(NEXT_KEY, None) == []


def test_a_revoked_key_is_believed_up_to_its_cut_off(stolen: Rotated) -> None:
    """A checkpoint or receipt that it alone signed stands up to the cut-off, and not above."""
    report = stolen.verify(NEXT_KEY, saved=(stolen.notes[1],), receipts=(stolen.receipts[0],))
    assert told(report) == []
    stolen.folder = stolen.folder.parent / "again"
    report = stolen.verify(NEXT_KEY, saved=(stolen.notes[2],), receipts=(stolen.receipts[1],))
    assert told(report) == ["KEY_REVOKED", "KEY_REVOKED"]


def test_an_entry_that_hands_over_badly_is_told(log: Rotated) -> None:
    """An entry whose signatures were made for another place in the log hands nothing over."""
    fields = decode(log.leaves[2])
    batch = log.appender.begin(log.head)
    own = {name: str(fields[name]) for name in
           ("key", "old", "until", "cut_off", "key_signature", "old_signature")}  # fmt: skip
    batch.add("key.rotated", own, ID, "system/keys", START + 100 * SECOND, "", "")
    log.changes.append(len(log.leaves) + 1)
    log._keep(batch.commit())  # noqa: SLF001 -- a log that no honest appender writes
    assert told(log.verify(KEY)) == ["KEY_HANDOVER_INVALID HANDOVER_UNSIGNED"]


@pytest.mark.parametrize("key", [KEY, NEXT_KEY, LAST_KEY])
def test_an_address_shows_the_walk_too(log: Rotated, key: VerifierKey, tmp_path: Path) -> None:
    """From entries at an address every key leads to today's, at a first look and at the next."""
    assert told(log.verify(key)) == []
    with serving(log.folder) as site:
        target = Target(site.url, entries=True, state=tmp_path / "state")
        for _ in range(2):
            report = verify_url(target, key, Evidence(), lambda _: None)
            assert told(report) == []
            facts = next(one.facts for one in report.checks if one.name == "keys")
            assert (facts["handovers"], facts["today"]) == (2, LAST_KEY.text())


def test_an_address_without_a_handover_is_found(log: Rotated, tmp_path: Path) -> None:
    """A handover that is not there, or is of another tree, is told."""
    good = dict(log.handovers)
    for number, (notes, expected) in enumerate((
        ({5: good[5]}, {"FILE_MISSING", "KEY_HANDOVER_MISSING"}),
        ({**good, 3: log.notes[1]}, {"KEY_HANDOVER_INVALID"}),
    )):  # fmt: skip
        log.folder = tmp_path / f"bundle{number}"
        log.handovers = notes
        log.verify(KEY)
        with serving(log.folder) as site:
            target = Target(site.url, entries=True, state=tmp_path / "state")
            report = verify_url(target, KEY, Evidence(), lambda _: None)
        assert set(report.counts) == expected
        assert not (tmp_path / "state").exists()
