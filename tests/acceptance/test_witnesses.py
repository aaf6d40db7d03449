"""Three partners witness a log: what two of them cosigned is published, and cannot be undone."""

import shutil
from contextlib import ExitStack
from pathlib import Path

import pytest

from audit.checkpoint import Checkpoint, open_checkpoint
from audit.cosignature import WitnessKey
from audit.errors import AuditError
from audit.evidence import Evidence
from audit.keys import Ed25519Signer
from audit.note import VerifierKey, parse_note
from audit.policy import parse_policy
from audit.verification import verify_bundle
from tests.acceptance.witnesses import NAMES, Place, dure, make_place, until


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A network with three witnesses, none of them running."""
    return make_place(tmp_path)


def test_two_of_three_witnesses_are_enough(place: Place) -> None:
    """With one witness down checkpoints are published; with two down the last one stays served."""
    with ExitStack() as running:
        witnesses = {name: ExitStack() for name in NAMES}
        for name in NAMES:
            running.enter_context(witnesses[name]).enter_context(place.witness(name))
            place.wait_for_witness(name)
        running.enter_context(place.serve())
        place.wait_for_server()
        note = place.wait_for_published(place.enter() + 1)
        assert len(place.policy.check(parse_note(note))) == 3

        witnesses["books"].close()
        seq = place.enter()
        note = place.wait_for_published(seq + 1)
        assert {one.witness.name for one in place.policy.check(parse_note(note))} == {
            "air.example/w",
            "cafe.example/w",
        }
        receipt = place.ask(
            "query($n: Sequence!) { auditInclusionProof(sequence: $n) { checkpoint } }", n=str(seq)
        )["auditInclusionProof"]
        assert receipt["checkpoint"] == note

        witnesses["cafe"].close()
        unpublished = place.enter()
        until(lambda: place.published()["text"] == note)
        assert Checkpoint.parse(parse_note(note).body).size <= unpublished
        # Back again, it is caught up from wherever it stood.
        running.enter_context(place.witness("books"))
        note = place.wait_for_published(unpublished + 1)
        assert open_checkpoint(note, VerifierKey.parse(place.log_key)).size == unpublished + 1

    # What is taken away bears the witnesses' lines, so that an auditor's own policy is met.
    assert dure("audit", "export", place.folder / "out", "--home", place.home)["status"] == 0
    policy = place.folder / "own-policy"
    policy.write_bytes((place.home / "witness-policy").read_bytes())
    evidence = Evidence(policy=parse_policy(policy.read_bytes()))
    report = verify_bundle(
        place.folder / "out", VerifierKey.parse(place.log_key), evidence=evidence
    )
    assert report.clean
    assert (place.folder / "out" / "policy").read_bytes() == policy.read_bytes()


def test_a_restored_backup_does_not_sign(place: Place) -> None:
    """Without its high-water mark too, a database older than the witnesses is not served."""
    with ExitStack() as running:
        for name in NAMES:
            running.enter_context(place.witness(name))
            place.wait_for_witness(name)
        with place.serve():
            place.wait_for_server()
            place.wait_for_published(place.enter() + 1)
        shutil.copytree(place.home, place.folder / "backup")
        with place.serve():
            place.wait_for_server()
            place.wait_for_published(place.enter() + 1)
        shutil.rmtree(place.home)
        shutil.copytree(place.folder / "backup", place.home)
        refused = dure("serve", "--home", place.home, "--port", str(place.port))
        assert (refused["status"], refused["error"]) == (2, "LOG_BEHIND_WITNESS")
        purchases = place.folder / "purchases.csv"
        purchases.write_text("customer,date,amount\n")
        refused = dure("import", "purchases", purchases, "--partner", "AIR", "--home", place.home)
        assert (refused["status"], refused["error"]) == (2, "LOG_BEHIND_WITNESS")
        # Grown past the witnesses by itself, it is another log.
        (place.home / "witness-policy").rename(place.folder / "policy")
        with place.serve():
            place.wait_for_server()
            place.enter()
            place.enter()
        (place.folder / "policy").rename(place.home / "witness-policy")
        refused = dure("serve", "--home", place.home, "--port", str(place.port))
        assert (refused["status"], refused["error"]) == (2, "LOG_FORKED_WITNESS")


def test_what_was_published_under_another_policy_is_not_cosigned(place: Place) -> None:
    """A quorum that has grown since: served bare, then cosigned anew without any new entry."""
    with ExitStack() as running:
        for name in ("air", "cafe"):
            running.enter_context(place.witness(name))
            place.wait_for_witness(name)
        with place.serve():
            place.wait_for_server()
            size = place.enter() + 1
            place.wait_for_published(size)
        place.write_policy("3")
        with place.serve():
            place.wait_for_server()
            said = place.published()
            assert not said["cosigned"]
            running.enter_context(place.witness("books"))
            until(lambda: place.published()["cosigned"])
            note = place.published()["text"]
            assert Checkpoint.parse(parse_note(note).body).size == size
            assert len(place.policy.check(parse_note(note))) == 3


def test_a_policy_that_cannot_be_used_stops_the_server(place: Place) -> None:
    """A witness without an address, another's key, none at all, more than a note holds: named."""
    path = place.home / "witness-policy"
    crowd = [WitnessKey(f"w{n}", Ed25519Signer.generate().public_key).text() for n in range(100)]
    lines = [f"witness w{n} {key} http://127.0.0.1/" for n, key in enumerate(crowd)]
    for text, reason in (
        (f"witness air {place.keys['air']}\nquorum air\n", "URL_INVALID"),
        (f"log {place.keys['air']}\nquorum none\n", "POLICY_KEY"),
        ("quorum\n", "POLICY_LINE"),
        ("\n".join([*lines, "quorum w0", ""]), "POLICY_LIMIT"),
    ):
        path.write_text(text)
        refused = dure("serve", "--home", place.home, "--port", str(place.port))
        assert (refused["status"], refused["error"]) == (2, "POLICY_INVALID")
        assert reason in refused["facts"]["reason"]


def test_without_witnesses_nothing_is_cosigned(place: Place) -> None:
    """While no witness answers, the bare checkpoint is served, and satisfies no policy."""
    with place.serve():
        place.wait_for_server()
        place.enter()
        said = place.published()
        assert not said["cosigned"]
        with pytest.raises(AuditError, match="POLICY_QUORUM"):
            place.policy.check(parse_note(said["text"]))
