"""`dure-verify`: the command. What it does stands in `audit.verification`.

    dure-verify BUNDLE --key VKEY [--policy FILE] [--since CHECKPOINT]... [--receipt FILE]...
    dure-verify URL --key VKEY [--token-file FILE] [--state FILE] [--policy FILE] ...
    dure-verify --receipt FILE [--entry FILE] --key VKEY [--policy FILE]

Findings come first, a line each, code and facts; then the verdict in sentences. The exit status is
0 where nothing was found, 1 where something was, 2 where the question was put wrongly.
"""

import argparse
import gc
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cryptography.x509 import Certificate

from audit.bundle import CHECKPOINT
from audit.checkpoint import Checkpoint
from audit.disclosure import (
    COMMAND,
    ENTRY,
    ERASED_ENTRY,
    ERASED_PROOF,
    PROOF,
    Disclosure,
    read_disclosure,
)
from audit.errors import AuditError, KeyRejected
from audit.evidence import Evidence, Saved, SavedReceipt
from audit.kinds import LEAF_BYTES_MAX
from audit.note import NOTE_BYTES_MAX, VerifierKey, parse_note
from audit.policy import POLICY_BYTES_MAX, PolicyError, parse_policy
from audit.proof import RECEIPT_BYTES_MAX
from audit.stamp import CERTIFICATES_BYTES_MAX, StampError, read_certificates
from audit.statement_check import STATEMENT_BYTES_MAX
from audit.verdict import Report, rejected
from audit.verification import verify_bundle, verify_receipts
from audit.verify_options import ENTRY_SUFFIX, RECEIPT_SUFFIX, parser
from audit.verify_url import Target, is_url, verify_url
from audit.words import say, verdict_lines

FINDINGS_SHOWN_MAX: Final = 50  # a screen; one tampered row needs one line, the rest is a count
PROGRESS_AFTER_SECONDS: Final = 2.0  # what takes less needs no line about it
PROGRESS_EVERY_SECONDS: Final = 0.5
PROGRESS_WIDTH: Final = 40

EXIT_CLEAN: Final = 0
EXIT_FINDINGS: Final = 1
EXIT_BAD_USE: Final = 2


class _BadUseError(Exception):
    """The question cannot be answered as it was put."""


class _ProgressBar:
    """One line on a terminal's stderr, after a while and then now and again."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._due = time.monotonic() + PROGRESS_AFTER_SECONDS
        self._shown = False

    def tell(self, entries: int) -> None:
        """So many entries have been checked."""
        now = time.monotonic()
        if now >= self._due:
            self._due = now + PROGRESS_EVERY_SECONDS
            self._shown = True
            done = PROGRESS_WIDTH * min(entries, self._total) // max(self._total, 1)
            bar = "#" * done + "." * (PROGRESS_WIDTH - done)
            line = f"\r[{bar}] {entries:,} of {self._total:,} entries"
            if not self._total:
                # How many there are is known to nobody before the log says it.
                line = f"\r{entries:,} entries"
            print(line, end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Leave the line."""
        if self._shown:
            print(file=sys.stderr)


def _claimed_size(folder: Path) -> int:
    """How many entries the checkpoint speaks of, for the progress bar alone."""
    try:
        with (folder / CHECKPOINT).open("rb") as file:
            return Checkpoint.parse(parse_note(file.read(NOTE_BYTES_MAX)).body).size
    except (AuditError, OSError):
        return 0


def _read(option: str, path: Path, bytes_max: int) -> bytes:
    """The bytes of a file that the auditor names; no more than its format allows, and one."""
    try:
        with path.open("rb") as file:
            return file.read(bytes_max + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise _BadUseError(f"{option}: {str(path)!a}: {reason}") from None


def _entry_path(receipt: Path) -> Path:
    """Where the entry of a receipt lies if nobody says: beside it."""
    return receipt.with_name(receipt.name.removesuffix(RECEIPT_SUFFIX) + ENTRY_SUFFIX)


def _evidence(options: argparse.Namespace) -> Evidence:
    """Everything that the auditor brought."""
    policy = None
    if options.policy is not None:
        try:
            policy = parse_policy(_read("--policy", options.policy, POLICY_BYTES_MAX))
        except PolicyError as error:
            raise _BadUseError(f"--policy: {error}") from None
    authorities: list[Certificate] = []
    for path in options.tsa_cert:
        try:
            authorities += read_certificates(_read("--tsa-cert", path, CERTIFICATES_BYTES_MAX))
        except StampError as error:
            raise _BadUseError(f"--tsa-cert: {error}") from None
    receipts: list[Path] = options.receipt
    entries: list[Path] = options.entry or [_entry_path(path) for path in receipts]
    if len(entries) != len(receipts):
        raise _BadUseError("--entry: one for each --receipt, in their order, or none at all")
    shown = _disclosures(options)
    since: list[Path] = options.since
    return Evidence(
        policy=policy,
        authorities=tuple(authorities),
        saved=tuple(Saved(str(p), _read("--since", p, RECEIPT_BYTES_MAX)) for p in since),
        receipts=tuple(
            SavedReceipt(
                str(receipt),
                _read("--receipt", receipt, RECEIPT_BYTES_MAX),
                _read("--entry", entry, LEAF_BYTES_MAX),
            )
            for receipt, entry in zip(receipts, entries, strict=True)
        )
        + tuple(_receipts_of(shown)),
        disclosures=shown,
        statements=tuple(
            Saved(str(path), _read("--statement", path, STATEMENT_BYTES_MAX))
            for path in options.statement
        ),
        must_sign=frozenset(options.must_sign),
    )


def _disclosures(options: argparse.Namespace) -> tuple[Disclosure, ...]:
    """The entries that somebody laid open, as the auditor names their folders."""
    folders: list[Path] = options.disclosure
    try:
        shown = tuple(read_disclosure(folder, options.signer or "") for folder in folders)
    except OSError as error:
        raise _BadUseError(f"--disclosure: {error.filename!a}: {error.strerror}") from None
    if not options.signer and any(COMMAND in one.files for one in shown):
        raise _BadUseError("--signer: the public key of the partner that signed is needed")
    return shown


def _receipts_of(shown: tuple[Disclosure, ...]) -> list[SavedReceipt]:
    """The receipts in disclosures: of the entry, and of a member's erasure."""
    return [
        SavedReceipt(f"{one.name}/{proof}", one.files.get(proof, b""), one.files.get(entry, b""))
        for one in shown
        for proof, entry in ((PROOF, ENTRY), (ERASED_PROOF, ERASED_ENTRY))
        if proof in one.files or entry in one.files
    ]


def _print_json(report: Report) -> None:
    told = {
        "clean": report.clean,
        "origin": report.origin,
        "size": report.size,
        "entries": report.entries,
        "root": report.root,
        "time": report.time,
        "clock": report.clock,
        "sandbox": report.sandbox,
        "key": report.key,
        "checks": [
            {"name": check.name, "status": check.status, "facts": check.facts}
            for check in report.checks
        ],
        "findings_total": report.findings_total,
        "findings": [
            {"code": finding.code, "facts": dict(finding.facts)} for finding in report.findings
        ],
    }
    print(json.dumps(told))


def _print_text(report: Report, language: str) -> None:
    for finding in report.findings[:FINDINGS_SHOWN_MAX]:
        print(finding.line())
    if report.findings_total > FINDINGS_SHOWN_MAX:
        print(say("more", language, more=report.findings_total - FINDINGS_SHOWN_MAX))
    if report.findings:
        print()
    encoding = sys.stdout.encoding or "ascii"
    for line in verdict_lines(report, language):
        # A terminal that cannot show a letter shows its number.
        print(line.encode(encoding, "backslashreplace").decode(encoding))


def _answer(report: Report, options: argparse.Namespace) -> int:
    try:
        if options.json:
            _print_json(report)
        else:
            _print_text(report, options.lang)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads has seen enough; the interpreter's own flush at exit must not complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return EXIT_CLEAN if report.clean else EXIT_FINDINGS


def _verify(options: argparse.Namespace) -> Report:
    url = options.bundle if options.bundle and is_url(options.bundle) else ""
    folder = Path(options.bundle) if options.bundle and not url else None
    if not url and (options.token_file or options.entries or options.state):
        raise _BadUseError("--token-file, --entries and --state go with a URL")
    try:
        if folder is not None and not folder.is_dir():
            raise _BadUseError(f"{str(folder)!a} is not a folder")
        key = VerifierKey.parse(options.key)
    except KeyRejected as error:
        return rejected(options.key, error)
    except AuditError as error:
        raise _BadUseError(f"--key: {error}") from None
    except (ValueError, OSError) as error:
        raise _BadUseError(ascii(str(error))) from None
    evidence = _evidence(options)
    if evidence.must_sign and folder is None:
        raise _BadUseError("--must-sign goes with a bundle: signed commands are nowhere else")
    if evidence.statements and folder is None:
        raise _BadUseError("--statement goes with a bundle")
    if url:
        target = Target(url, options.token_file, options.entries, options.state)
        return _verify_url(target, key, evidence)
    if folder is None:
        if not evidence.receipts or evidence.saved:
            raise _BadUseError(
                "without a bundle or URL: a --receipt or a --disclosure, and no --since"
            )
        return verify_receipts(key, evidence)
    bar = _ProgressBar(_claimed_size(folder))
    try:
        return verify_bundle(folder, key, bar.tell if sys.stderr.isatty() else None, evidence)
    finally:
        bar.end()


def _verify_url(target: Target, key: VerifierKey, evidence: Evidence) -> Report:
    bar = _ProgressBar(0)
    try:
        return verify_url(target, key, evidence, bar.tell if sys.stderr.isatty() else _silent)
    except AuditError as error:
        # It could not be asked to the end, or nothing could be remembered: that is no verdict.
        raise _BadUseError(str(error)) from None
    finally:
        bar.end()


def _silent(_entries: int) -> None:
    """Nobody watches."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The command `dure-verify`. Returns 0 where nothing was found, 1 on findings, 2 on bad use."""
    options = parser().parse_args(arguments)
    gc.disable()  # a verification makes many values, and no cycles of them
    try:
        report = _verify(options)
    except _BadUseError as error:
        print(f"dure-verify: {error}", file=sys.stderr)
        return EXIT_BAD_USE
    finally:
        gc.enable()
    return _answer(report, options)


if __name__ == "__main__":
    sys.exit(main())
