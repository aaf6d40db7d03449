"""What an auditor brings, and the sentences in which the verdict answers."""

import json
import re
import string
from dataclasses import replace
from pathlib import Path

import pytest

from audit.evidence import Evidence
from audit.findings import CODES, Findings
from audit.language import LANGUAGES
from audit.verdict import CHECKS, FAILED, NOT_CHECKED, OK, Check, Seen, report
from audit.verify import main
from audit.words import WORDS, meaning, sentence, verdict_lines
from audit.words_korean import MEANINGS
from tests.acceptance.tamper.forging import (
    POLICY,
    Forged,
    cosigned,
    honest_leaves,
    receipt,
    seconds,
    signed,
)
from tests.unit.audit_verify.bundles import KEY

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def brought(tmp_path: Path) -> Path:
    """A folder with a bundle that witnesses cosigned, and everything an auditor may have kept."""
    leaves = honest_leaves()
    note = cosigned(signed(leaves), seconds(leaves[-1]), "w1", "w2")
    Forged(tmp_path / "bundle", leaves, note).write()
    (tmp_path / "policy").write_text(POLICY.text)
    (tmp_path / "old").write_text(signed(leaves[:20]))
    kept = receipt(leaves[:40], 30)
    (tmp_path / "mine.tlog-proof").write_bytes(kept.data)
    (tmp_path / "mine.entry").write_bytes(kept.leaf)
    return tmp_path


def test_everything_brought_is_answered(brought: Path, capsys: Capture) -> None:
    """With policy, older checkpoint and receipt, only what this tool never does is unchecked."""
    argv = [str(brought / "bundle"), "--key", KEY.text(), "--policy", str(brought / "policy")]
    argv += ["--since", str(brought / "old"), "--since", str(brought / "mine.tlog-proof")]
    argv += ["--receipt", str(brought / "mine.tlog-proof")]
    assert main([*argv, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    checks = {check["name"]: check for check in told["checks"]}
    unchecked = {name for name, check in checks.items() if check["status"] == NOT_CHECKED}
    assert unchecked == {
        *("stamps", "statements", "author_signatures", "payloads", "revocations", "rules")
    }
    assert [one.split()[0] for one in checks["witnesses"]["facts"]["witnesses"]] == [
        "w1.example",
        "w2.example",
    ]
    assert main(argv) == 0
    text = capsys.readouterr().out
    assert "w1.example 2026-11-22T01:16:49.000000Z" in text
    assert main([*argv, "--lang", "ko"]) == 0
    korean = capsys.readouterr().out
    assert korean.count("\n") == text.count("\n")
    assert korean.splitlines()[-1] == (
        "확인한 범위에서 정상: 발견된 문제가 없습니다. 확인하지 않은 것이 6건 있습니다(위 참조)"
    )


def test_nothing_brought_is_said(brought: Path, capsys: Capture) -> None:
    """Without a policy the verdict says that nobody but the operator vouches."""
    assert main([str(brought / "bundle"), "--key", KEY.text()]) == 0
    out = capsys.readouterr().out
    assert "Nobody but the operator vouches" in out
    assert out.index("Not checked:") < out.index("Nobody but") < out.index("OK as far as")


@pytest.mark.parametrize(
    ("unchecked", "said"),
    [
        (0, "OK: nothing was found"),
        (1, "OK as far as it was checked: nothing was found; 1 thing was not checked, see above"),
        (2, "OK as far as it was checked: nothing was found; 2 things were not checked, see above"),
    ],
)
def test_the_verdict_claims_no_more_than_was_checked(unchecked: int, said: str) -> None:
    """A clean verdict counts what was not checked; where that is nothing it is bare."""
    seen = Seen("key", Evidence(), bundle=True)
    left = [Check("stamps", NOT_CHECKED, {"reason": "no_stamps"})] * unchecked
    told = replace(report(seen, Findings()), checks=(Check("tree", OK, {}), *left))
    assert list(verdict_lines(told, "en"))[-1] == said


def test_receipts_alone(brought: Path, capsys: Capture) -> None:
    """A receipt and its entry need no bundle; a policy asks its checkpoint for witnesses."""
    argv = ["--receipt", str(brought / "mine.tlog-proof"), "--key", KEY.text()]
    assert main(argv) == 0
    assert "Each receipt proves its entry" in capsys.readouterr().out
    assert main([*argv, "--entry", str(brought / "mine.entry"), "--json"]) == 0
    statuses = {c["name"]: c["status"] for c in json.loads(capsys.readouterr().out)["checks"]}
    assert {name for name, status in statuses.items() if status == OK} == {"checkpoint", "receipts"}
    assert main([*argv, "--policy", str(brought / "policy")]) == 1
    assert capsys.readouterr().out.startswith("QUORUM_MISSING")
    assert main([*argv, "--entry", str(brought / "old")]) == 1
    assert capsys.readouterr().out.startswith("RECEIPT_INVALID")


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["--since", "old"],
        ["--receipt", "mine.tlog-proof", "--since", "old"],
        ["bundle", "--since", "nowhere"],
        ["bundle", "--receipt", "old"],
        ["bundle", "--receipt", "mine.tlog-proof", "--entry", "old", "--entry", "old"],
        ["bundle", "--policy", "old"],
        ["bundle", "--policy", "bundle"],
        ["bundle", "--policy", "\0"],
    ],
)
def test_bad_use(
    brought: Path, argv: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """A question put wrongly exits 2 with one line on stderr."""
    monkeypatch.chdir(brought)
    assert main([*argv, "--key", KEY.text()]) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert told.err.startswith("dure-verify: ")


def test_what_was_kept_may_be_worthless(brought: Path, capsys: Capture) -> None:
    """A saved checkpoint that the key did not sign is a finding, not proof of anything."""
    argv = [str(brought / "bundle"), "--key", KEY.text(), "--since"]
    for path in ("policy", "mine.entry"):
        assert main([*argv, str(brought / path)]) == 1
        assert capsys.readouterr().out.startswith("SAVED_INVALID")


def test_both_languages_are_complete() -> None:
    """Each text has as many blanks in each language; each check and code has its words."""
    for key, texts in WORDS.items():
        assert len(texts) == len(LANGUAGES), key
        assert all(texts), key
        blanks = [sorted(f for _, f, _, _ in string.Formatter().parse(t) if f) for t in texts]
        assert blanks[0] == blanks[1], key
        assert re.search("[가-힣]", texts[1]), key
        assert texts[0].isascii(), key
    assert MEANINGS.keys() == CODES.keys()
    assert all(meaning(code, language) for code in CODES for language in LANGUAGES)
    codes = [code for check in CHECKS.values() for code in check]
    assert sorted(codes) == sorted(CODES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_check_has_its_sentences(language: str) -> None:
    """Whatever is seen or not, each check is said in words, its facts escaped."""
    findings = Findings()
    for code in CODES:
        findings.add(code)
    for bundle in (True, False):
        seen = Seen("key\n\u202e" + "x" * 999, Evidence(), bundle=bundle)
        for found in (Findings(), findings):
            lines = list(verdict_lines(report(seen, found), language))
            assert all("\n" not in line and "\u202e" not in line for line in lines)
    for name, codes in CHECKS.items():
        if codes:
            facts = report(seen, findings)
            check = next(check for check in facts.checks if check.name == name)
            assert sentence(check, language)
            assert check.status == FAILED
    assert sentence(Check("ledger", NOT_CHECKED, {"reason": "incomplete"}), language)


def test_nobody_is_told_in_a_word() -> None:
    """Where no witness vouches, the verdict says so; a dash would be read as a slip."""
    check = Check("witnesses", FAILED, {"witnesses": []})
    assert sentence(check, "en").endswith("those who do: none.")
    assert sentence(check, "ko").endswith("보증한 증인: 없음.")
