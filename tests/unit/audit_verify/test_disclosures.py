"""What a bundle lays open, line by line: one form, and nobody condemned for an erasure."""

import hmac
import json
from pathlib import Path

import pytest

from audit.bundle import ENTRIES_LAID_OPEN, BundleReader
from audit.disclosures import DisclosuresCheck, Line
from audit.entry import Fields
from audit.findings import Findings
from tests.unit.audit_verify.logs import ORIGIN

GIVER, RECIPIENT, THIRD = ("a" * 32, "b" * 32, "c" * 32)
LEGS = f"{GIVER},AIR,CLEARING,WALLET,posted,5;{RECIPIENT},AIR,WALLET,CLEARING,posted,5"
KEY = bytes(32)


def spelt(**changed: object) -> bytes:
    """A line in the spelling that lines have, with something else in it."""
    told = {"command": "", "key": "", "owner": "", "payload": "", "seq": 0, **changed}
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def checked(folder: Path, shown: bytes, *entries: Fields) -> dict[str, int]:
    """What is found of entries, of which a bundle shows these lines."""
    path = folder / ENTRIES_LAID_OPEN
    path.parent.mkdir(parents=True)
    path.write_bytes(shown)
    findings = Findings()
    check = DisclosuresCheck(BundleReader(folder), ORIGIN, frozenset({"AIR"}), findings)
    for entry in entries:
        for see in check.watchers:
            see(entry)
    check.finish(whole=True)
    return dict(findings.counts)


def entry(seq: int, kind: str, **more: str) -> Fields:
    """An entry, as far as it is looked at."""
    return {"seq": seq, "kind": kind, "author": "partner:AIR/k", "cmd": "", "pd": "", **more}


@pytest.mark.parametrize(
    "line",
    [
        spelt(owner=["a"]), spelt(owner={}), spelt(owner=[]), spelt(owner=5), spelt(owner=None),
        spelt(seq=True), spelt(seq=1.0), spelt(key=[]), spelt(payload=[]), spelt(command=[]),
        b"{" * 5_000,
    ],
)  # fmt: skip
def test_a_line_of_any_other_form_is_a_finding(line: bytes, tmp_path: Path) -> None:
    """A value of another type is told like any other form, and stops nothing."""
    assert Line.parse(spelt()) is not None
    assert Line.parse(line) is None
    erased = {**entry(0, "subject.erased", member=GIVER), "author": "operator/x"}
    assert checked(tmp_path / "bundle", line, erased) == {"DISCLOSURE_INVALID": 1}


@pytest.mark.parametrize(
    ("kind", "gone", "missing"),
    [
        ("transfer.reversed", GIVER, 0),
        ("transfer.reversed", RECIPIENT, 0),  # it was asked for from the recipient's book
        ("transfer.reversed", THIRD, 1),
        ("points.gifted", GIVER, 0),
        ("points.gifted", RECIPIENT, 1),  # the giver's key binds a gift, and is there
    ],
)
def test_what_an_erased_member_bound_is_not_missing(
    kind: str, gone: str, missing: int, tmp_path: Path
) -> None:
    """A command whose key went with its member condemns no log, whichever book it was bound by."""
    erased = {**entry(1, "subject.erased", member=gone), "author": "operator/x"}
    found = checked(tmp_path / "bundle", b"", entry(0, kind, legs=LEGS), erased)
    assert found == ({"COMMAND_MISSING": missing} if missing else {})


def test_a_payload_is_shown_under_the_key_that_binds_it(tmp_path: Path) -> None:
    """The same payload under the name of a member whom the entry does not touch is none."""
    bound = hmac.digest(KEY, b"{}", "sha256").hex()
    enrolled = {**entry(0, "member.enrolled", member=GIVER, pd=bound), "author": "operator/x"}
    for owner, expected in ((GIVER, {}), (THIRD, {"PAYLOAD_MISMATCH": 1})):
        line = Line(0, owner, KEY, b"{}", b"").data()
        assert checked(tmp_path / owner, line, enrolled) == expected
