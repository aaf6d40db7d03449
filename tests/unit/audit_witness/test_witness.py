"""A witness: its answers one by one, as tlog-witness gives them, and what it never forgets."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.checkpoint import Checkpoint
from audit.cosignature import WitnessKey, cosignatures
from audit.keys import Ed25519Signer
from audit.merkle import EMPTY_ROOT, consistency_proof, leaf_hash, root
from audit.note import Note, VerifierKey, parse_note, sign_note
from audit.witness.request import AddCheckpoint
from audit.witness.service import CLOCK_DOUBT_SECONDS, CLOCK_STEP_SECONDS, Answer, Witness
from audit.witness.state import StateError, StateFolder, origin_hash

ORIGIN = "dure.example/seoul"
LOG = Ed25519Signer(b"\1" * 32)
STRANGER = Ed25519Signer(b"\3" * 32)
SIGNER = Ed25519Signer(b"\2" * 32)
KEY = WitnessKey("air.example/witness", SIGNER.public_key)
HASHES = [leaf_hash(b"%d" % n) for n in range(40)]
FORK = [leaf_hash(b"other %d" % n) for n in range(40)]


class Clock:
    """A clock that says what it is told."""

    def __init__(self) -> None:
        """Begin at a known second."""
        self.seconds = 1_700_000_000

    def __call__(self) -> int:
        """Tell the time."""
        return self.seconds


CLOCK = Clock()


def note(size: int, hashes: list[bytes] = HASHES, signer: Ed25519Signer = LOG) -> str:
    """The log's checkpoint over its first entries."""
    return Checkpoint(ORIGIN, size, root(hashes[:size])).sign(signer)


def proof(old: int, size: int, hashes: list[bytes] = HASHES) -> tuple[bytes, ...]:
    """The consistency proof between two sizes."""

    def node(level: int, index: int) -> bytes:
        return root(hashes[index << level : (index + 1) << level])

    return tuple(consistency_proof(old, size, node))


def body(old: int, size: int, hashes: list[bytes] = HASHES) -> bytes:
    """A request that is as it should be."""
    return AddCheckpoint(old, proof(old, size, hashes), note(size, hashes)).body()


def open_witness(folder: Path) -> tuple[Witness, StateFolder]:
    """A witness of the one log, with its memory in a folder."""
    state = StateFolder(folder, KEY)
    keys = (VerifierKey(ORIGIN, LOG.public_key),)
    try:
        return Witness(KEY.name, SIGNER, {ORIGIN: keys}, state, CLOCK), state
    except StateError:
        state.close()
        raise


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[Witness]:
    """A witness that has cosigned nothing yet."""
    made, state = open_witness(tmp_path / "state")
    yield made
    state.close()


def cosigned(answer: Answer, size: int, hashes: list[bytes] = HASHES) -> bool:
    """Tell whether the answer is the witness's verified word on this checkpoint."""
    whole = parse_note(note(size, hashes).encode() + answer.body)
    return bool(cosignatures(whole, [KEY]))


def test_a_log_that_grows_is_cosigned(witness: Witness) -> None:
    """From nothing to 7, to 8, to 8 again, to 33: each with a proof, each cosigned."""
    for old, size in ((0, 7), (7, 8), (8, 8), (8, 33)):
        answer = witness.add_checkpoint(body(old, size))
        assert (answer.status, answer.size) == (200, size)
        assert cosigned(answer, size)
        shown = witness.checkpoint(origin_hash(ORIGIN))
        assert shown.body.decode() == note(size) + answer.body.decode()


def refused(witness: Witness, body: bytes) -> tuple[int, str]:
    """Offer what must not be cosigned; return status and body, the memory being as it was."""
    before = witness.checkpoint(origin_hash(ORIGIN))
    answer = witness.add_checkpoint(body)
    assert witness.checkpoint(origin_hash(ORIGIN)) == before
    return answer.status, answer.body.decode().rstrip("\n")


def _altered(size: int) -> bytes:
    """The note with the last byte of its signature changed, which still decodes."""
    parsed = parse_note(note(size))
    (line,) = parsed.signatures
    bad = type(line)(line.name, line.key_id, line.signature[:-1] + bytes([line.signature[-1] ^ 1]))
    return AddCheckpoint(7, (), Note(parsed.body, (bad,)).text()).body()


OTHER_LOG = Checkpoint("dure.example/busan", 9, HASHES[0])
FORGED_EMPTY = sign_note(f"{ORIGIN}\n0\n{'A' * 43}=\n", ORIGIN, LOG).text()
EMPTY = Checkpoint(ORIGIN, 0, EMPTY_ROOT)


@pytest.mark.parametrize(
    ("request_", "status", "said"),
    [
        (b"", 400, "REQUEST_OLD"),
        (b"old 7\n", 400, "REQUEST_FORM"),
        (b"old 07\n\n" + note(9).encode(), 400, "REQUEST_OLD"),
        (b"old -1\n\n" + note(9).encode(), 400, "REQUEST_OLD"),
        (b"old 7\nAAAA\n\n" + note(9).encode(), 400, "REQUEST_PROOF"),
        (b"old 7\n" + b"%s=\n" % (b"A" * 43) * 64 + b"\n" + note(9).encode(), 400, "REQUEST_PROOF"),
        (b"old 7\n\n" + b"x" * 70_000, 400, "REQUEST_TOO_LONG"),
        (b"old 7\n\n\xff", 400, "REQUEST_FORM"),
        (b"old 7\n\nno note\n", 400, "NOTE_FORM"),
        (AddCheckpoint(7, (), OTHER_LOG.sign(LOG)).body(), 404, "LOG_UNKNOWN"),
        (AddCheckpoint(7, proof(7, 9), note(9, HASHES, STRANGER)).body(), 403, "NOTE_UNSIGNED"),
        (_altered(9), 403, "NOTE_SIGNATURE_INVALID"),
        (body(9, 9).replace(b"old 9", b"old 10"), 400, "OLD_TOO_LARGE"),
        (body(0, 9), 409, "7"),
        (body(8, 9), 409, "7"),
        (body(3, 5), 409, "7"),
        (body(7, 9).replace(b"old 7\n", b"old 7\n%s=\n" % (b"A" * 43)), 422, "PROOF_LENGTH"),
        (AddCheckpoint(7, (), note(9)).body(), 422, "PROOF_LENGTH"),
        (AddCheckpoint(7, proof(7, 9, FORK), note(9, FORK)).body(), 422, "PROOF_ROOT_OLD"),
        (AddCheckpoint(7, (), note(7, FORK)).body(), 422, "PROOF_ROOT"),
        (AddCheckpoint(0, (), FORGED_EMPTY).body(), 409, "7"),
        (AddCheckpoint(0, (), EMPTY.sign(LOG)).body(), 409, "7"),
    ],
)
def test_what_a_witness_does_not_cosign(
    witness: Witness, request_: bytes, status: int, said: str
) -> None:
    """At size 7, each fault gets tlog-witness's status, and the memory stays at 7."""
    assert witness.add_checkpoint(body(0, 7)).status == 200
    assert refused(witness, request_) == (status, said)


def test_an_empty_tree_has_one_root(witness: Witness) -> None:
    """Size 0 is cosigned under the root of nothing, and 422 under any other."""
    assert refused(witness, AddCheckpoint(0, (), FORGED_EMPTY).body()) == (422, "CHECKPOINT_ROOT")
    assert witness.add_checkpoint(AddCheckpoint(0, (), EMPTY.sign(LOG)).body()).status == 200


def test_a_proof_from_nothing_is_empty(witness: Witness) -> None:
    """Old size 0 with a hash is 422, since nothing needs no proof."""
    padded = AddCheckpoint(0, (HASHES[0],), note(7)).body()
    assert refused(witness, padded) == (422, "PROOF_LENGTH")


def test_only_verified_lines_are_remembered(witness: Witness) -> None:
    """A stranger's line under the note is neither kept nor shown to monitors."""
    parsed = parse_note(note(7))
    stranger = sign_note(parsed.body, "stranger", STRANGER).signatures
    whole = Note(parsed.body, (*parsed.signatures, *stranger)).text()
    answer = witness.add_checkpoint(AddCheckpoint(0, (), whole).body())
    shown = witness.checkpoint(origin_hash(ORIGIN))
    assert shown.body.decode() == note(7) + answer.body.decode()


def test_a_restarted_witness_remembers(tmp_path: Path) -> None:
    """What it cosigned stands on disk: after a restart a rewind is refused with the size."""
    first, state = open_witness(tmp_path)
    assert first.add_checkpoint(body(0, 20)).status == 200
    state.close()
    second, state = open_witness(tmp_path)
    assert refused(second, body(0, 9)) == (409, "20")
    assert second.add_checkpoint(body(20, 21)).status == 200
    state.close()


def test_two_processes_do_not_share_a_memory(tmp_path: Path) -> None:
    """A second holder of the folder is refused while the first lives, and let in after."""
    first = StateFolder(tmp_path, KEY)
    with pytest.raises(StateError, match="STATE_IN_USE"):
        StateFolder(tmp_path, KEY)
    first.close()
    StateFolder(tmp_path, KEY).close()


def test_a_memory_that_was_edited_stops_the_witness(tmp_path: Path) -> None:
    """A file rolled back to a forged size is not believed, since the witness's own line is gone."""
    first, state = open_witness(tmp_path)
    assert first.add_checkpoint(body(0, 20)).status == 200
    state.close()
    (tmp_path / origin_hash(ORIGIN)).write_text(note(7))
    with pytest.raises(StateError, match="STATE_FOREIGN"):
        open_witness(tmp_path)


def test_what_cannot_be_remembered_is_not_cosigned(tmp_path: Path) -> None:
    """Where the file cannot be written, the answer is 500 without a signature."""
    made, state = open_witness(tmp_path)
    assert made.add_checkpoint(body(0, 7)).status == 200
    (tmp_path / origin_hash(ORIGIN)).unlink()
    (tmp_path / origin_hash(ORIGIN)).mkdir()
    answer = made.add_checkpoint(body(7, 8))
    assert (answer.status, answer.body) == (500, b"STATE_UNREADABLE\n")
    state.close()


NOW = 1_700_000_000
YEAR = 31_536_000
STEP, DOUBT = CLOCK_STEP_SECONDS, CLOCK_DOUBT_SECONDS


@pytest.mark.parametrize(
    "story",
    [
        # What the clock says, and the time that is signed; 0 where nothing is.
        [(NOW + 100, NOW + 100), (NOW + 100 - STEP, NOW + 100), (NOW + 101, NOW + 101)],
        [(NOW, NOW), (NOW - STEP - 1, 0), (NOW + 1, NOW + 1)],
        # A year ahead, then corrected: doubted for ten minutes, then believed.
        [(NOW + YEAR, NOW + YEAR), (NOW, 0), (NOW + DOUBT - 1, 0), (NOW + DOUBT, NOW + DOUBT)],
        # It goes back again meanwhile: the ten minutes begin anew.
        [(NOW + YEAR, NOW + YEAR), (NOW, 0), (NOW - 50, 0), (NOW + DOUBT - 51, 0),
         (NOW + DOUBT - 50, NOW + DOUBT - 50)],
        # Without the time after a start, then with it: nothing wrong was signed.
        [(NOW, NOW), (5, 0), (300, 0), (NOW + 300, NOW + 300), (5, 0), (NOW + 400, NOW + 400)],
    ],
    ids=["small step", "lost its time", "was ahead", "back again", "starts without"],
)  # fmt: skip
def test_a_clock_that_goes_back_is_doubted_and_heals(
    witness: Witness, story: list[tuple[int, int]]
) -> None:
    """By a minute: the last time again. By more: nothing for ten minutes, then what it says."""
    old = 0
    for size, (seconds, expected) in enumerate(story, 7):
        CLOCK.seconds = seconds
        answer = witness.add_checkpoint(body(old, size))
        if not expected:
            assert (answer.status, answer.body) == (503, b"CLOCK_BEHIND\n")
            continue
        (one,) = cosignatures(parse_note(note(size).encode() + answer.body), [KEY])
        assert one.time == expected
        old = size
    CLOCK.seconds = NOW


def test_a_lost_memory_stops_the_witness_until_it_is_told(tmp_path: Path) -> None:
    """Its folder gone, or one file: refused at once and at the next start, until begun anew."""
    folder = tmp_path / "state"
    for lost in (folder, folder / origin_hash(ORIGIN)):
        made, state = open_witness(folder)
        assert made.add_checkpoint(body(0, 20)).status == 200
        if lost.is_dir():
            shutil.rmtree(lost)
        else:
            lost.unlink()
        for answer in (made.add_checkpoint(body(0, 7)), made.checkpoint(origin_hash(ORIGIN))):
            assert (answer.status, answer.body) == (500, b"STATE_LOST\n")
        state.close()
        with pytest.raises(StateError, match="STATE_LOST"):
            open_witness(folder)
        state = StateFolder(folder, KEY)
        state.begin_anew(ORIGIN)
        state.close()
        made, state = open_witness(folder)
        assert made.add_checkpoint(body(0, 7)).status == 200
        with pytest.raises(StateError, match="STATE_PRESENT"):
            state.begin_anew(ORIGIN)
        state.close()
        (folder / origin_hash(ORIGIN)).unlink()
        state = StateFolder(folder, KEY)
        state.begin_anew(ORIGIN)
        state.close()


def test_a_memory_without_its_list_is_taken_up(tmp_path: Path) -> None:
    """A folder of version 0.1.0 gets its list when it is read; a list that is none is named."""
    made, state = open_witness(tmp_path / "state")
    assert made.add_checkpoint(body(0, 20)).status == 200
    state.close()
    known = tmp_path / "state.known"
    known.unlink()
    open_witness(tmp_path / "state")[1].close()
    (tmp_path / "state" / origin_hash(ORIGIN)).unlink()
    with pytest.raises(StateError, match="STATE_LOST"):
        open_witness(tmp_path / "state")
    known.write_text("nonsense\n")
    with pytest.raises(StateError, match="STATE_FOREIGN"):
        open_witness(tmp_path / "state")


def test_requests_that_race_are_answered_in_some_order(witness: Witness) -> None:
    """Of 16 offers from 7 to sizes 8 to 23 at once, one is cosigned and the rest conflict."""
    assert witness.add_checkpoint(body(0, 7)).status == 200
    answers: list[Answer] = []
    threads = [
        threading.Thread(
            target=lambda size=size: answers.append(witness.add_checkpoint(body(7, size)))
        )
        for size in range(8, 24)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (won,) = [answer for answer in answers if answer.status == 200]
    assert {a.body for a in answers if a.status == 409} == {b"%d\n" % won.size}
    assert witness.checkpoint(origin_hash(ORIGIN)).size == won.size


def test_a_monitor_is_told_of_no_other_log(witness: Witness) -> None:
    """An origin never cosigned, and one never known, are 404."""
    for origin in (ORIGIN, "dure.example/busan"):
        assert witness.checkpoint(origin_hash(origin)).status == 404
