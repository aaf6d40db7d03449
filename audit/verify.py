"""`dure-verify`: a bundle held against one trusted key, and nothing believed on the way.

The signed checkpoint says how many entries there are and what they hash to. So the leaves are
what the operator signed; the ledger's rows are a function of the leaves; and what in the bundle is
neither is a finding. No network is asked, and nothing of the operator's software is run.

What this cannot see: an operator who rewrote the log and signed it anew. An older checkpoint or a
receipt that somebody kept shows that.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path
from typing import Final

from audit.bundle import CHECKPOINT, KEYS, TILE_FOLDER, BundleError, BundleReader, ledger_path
from audit.checkpoint import Checkpoint, open_checkpoint
from audit.entry import Fields
from audit.errors import AuditError, CheckpointError, KeyRejected, NoteError
from audit.findings import Finding, Findings
from audit.note import NOTE_BYTES_MAX, VerifierKey, parse_note
from audit.replay import TABLES, Made, Replay
from audit.verify_log import LogCheck, Passed, check_tile_names
from audit.verify_rows import ROWS_AT_ONCE, TableCheck

FINDINGS_SHOWN_MAX: Final = 50  # a screen; one tampered row needs one line, the rest is a count
PROGRESS_AFTER_SECONDS: Final = 2.0  # what takes less needs no line about it
PROGRESS_EVERY_SECONDS: Final = 0.5

EXIT_CLEAN: Final = 0
EXIT_FINDINGS: Final = 1
EXIT_BAD_USE: Final = 2

_SIGNATURE_CODES: Final = frozenset({"NOTE_SIGNATURE_INVALID", "NOTE_UNSIGNED"})

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification saw.

    Attributes:
        findings: the first of them, in the order of checking; empty where all is well.
        findings_total: how many there are in all.
        origin: the log's name, as the checkpoint says it.
        size: entries that the checkpoint covers.
        entries: entries read and checked.
        root: the checkpoint's root in hex.
        time: the last entry's time, "" where none was read.
        clock: `system` or `simulated`, from the genesis; "" where that was not read.
        sandbox: whether the genesis says that this network is play.
        key: the trusted key's text.
    """

    findings: tuple[Finding, ...]
    findings_total: int
    origin: str
    size: int
    entries: int
    root: str
    time: str
    clock: str
    sandbox: bool
    key: str

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return self.findings_total == 0


def verify_bundle(folder: Path, key: VerifierKey, progress: Progress | None = None) -> Report:
    """Verify a bundle under a trusted key.

    Args:
        folder: the bundle.
        key: the verifier key, had from elsewhere than the bundle.
        progress: told now and then how many entries have been checked.

    Returns:
        The report. Whatever the bytes are, the answer is findings, not an exception.
    """
    findings = Findings()
    passed = Passed()
    checkpoint: Checkpoint | None = None
    try:
        reader = BundleReader(folder)
    except BundleError as error:
        findings.add_error(error)
    else:
        _check_names(reader, findings)
        _check_key_file(reader, key, findings)
        checkpoint = _checkpoint(reader, key, findings)
        if checkpoint is not None:
            check_tile_names(reader, checkpoint.size, findings)
            passed = _check_contents(reader, checkpoint, key, findings, progress or _silent)
    genesis = passed.genesis or {}
    return Report(
        findings=tuple(findings.kept),
        findings_total=findings.total,
        origin=checkpoint.origin if checkpoint else "",
        size=checkpoint.size if checkpoint else 0,
        entries=passed.entries,
        root=checkpoint.root.hex() if checkpoint else "",
        time=passed.time,
        clock=str(genesis.get("clock", "")),
        sandbox=genesis.get("sandbox") == "yes",
        key=key.text(),
    )


def _silent(_entries: int) -> None:
    """Nobody watches."""


def _check_names(reader: BundleReader, findings: Findings) -> None:
    """The bundle has the files that every bundle has, and no other but tiles."""
    expected = {CHECKPOINT, KEYS, *(ledger_path(table) for table in TABLES)}
    for path in reader.irregular:
        findings.add("FILE_NOT_REGULAR", path=path)
    for path in sorted(reader.files - expected):
        if not path.startswith(TILE_FOLDER):
            findings.add("FILE_EXTRA", path=path)


def _check_key_file(reader: BundleReader, key: VerifierKey, findings: Findings) -> None:
    """The bundle's own word on its key is not trusted, but may not differ either."""
    expected = f"{key.text()}\n".encode()
    try:
        found = reader.read(KEYS, NOTE_BYTES_MAX)
    except BundleError as error:
        findings.add_error(error)
        return
    if found != expected:
        findings.add(
            "KEY_MISMATCH", path=KEYS, expected=key.text(), found=found.decode("ascii", "replace")
        )


def _checkpoint(reader: BundleReader, key: VerifierKey, findings: Findings) -> Checkpoint | None:
    """The checkpoint; one that is not signed is told, and still shows what to look for."""
    try:
        data = reader.read(CHECKPOINT, NOTE_BYTES_MAX)
    except BundleError as error:
        findings.add_error(error)
        return None
    try:
        return open_checkpoint(data, key)
    except (NoteError, CheckpointError) as error:
        if error.code in _SIGNATURE_CODES:
            findings.add_error(error, "SIGNATURE_INVALID")
        elif error.code == "CHECKPOINT_ORIGIN":
            findings.add_error(error, "ORIGIN_MISMATCH")
        else:
            findings.add_error(error, "CHECKPOINT_INVALID")
            return None
    return Checkpoint.parse(parse_note(data).body)


def _check_contents(
    reader: BundleReader,
    checkpoint: Checkpoint,
    key: VerifierKey,
    findings: Findings,
    progress: Progress,
) -> Passed:
    """The leaves, and beside them the rows that they make."""
    replay = Replay(findings)
    checks = {
        name: TableCheck(table, reader, findings)
        for name, table in TABLES.items()
        if table.streamed
    }
    made = Made()

    def apply(fields: Fields) -> None:
        made.add(replay.apply(fields))

    def compare(entries: int) -> None:
        for name, rows in made.take().items():
            checks[name].expect(rows)
        progress(entries)

    passed = LogCheck(reader, checkpoint, key.text(), findings).run(apply, compare)
    if passed.entries < checkpoint.size:
        # What the unread entries made cannot be told from what nobody made.
        for check in checks.values():
            check.close()
        return passed
    for check in checks.values():
        check.finish()
    replay.finish()
    for name, rows in replay.tables().items():
        check = TableCheck(TABLES[name], reader, findings)
        while chunk := list(islice(rows, ROWS_AT_ONCE)):
            check.expect(chunk)
        check.finish()
    return passed


class _ProgressLine:
    """One line on a terminal's stderr, after a while and then now and again."""

    def __init__(self) -> None:
        self._due = time.monotonic() + PROGRESS_AFTER_SECONDS
        self._shown = False

    def tell(self, entries: int) -> None:
        """So many entries have been checked."""
        now = time.monotonic()
        if now >= self._due:
            self._due = now + PROGRESS_EVERY_SECONDS
            self._shown = True
            print(f"\rchecked {entries:,} entries", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Leave the line."""
        if self._shown:
            print(file=sys.stderr)


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
        "findings_total": report.findings_total,
        "findings": [
            {"code": finding.code, "facts": dict(finding.facts)} for finding in report.findings
        ],
    }
    print(json.dumps(told))


def _print_text(report: Report) -> None:
    for finding in report.findings[:FINDINGS_SHOWN_MAX]:
        print(finding.line())
    if report.findings_total > FINDINGS_SHOWN_MAX:
        print(f"... and {report.findings_total - FINDINGS_SHOWN_MAX:,} more")
    checked = "the signature, every leaf and tile, the chain, the root, and every ledger row"
    print(f"checked: {checked if report.clean else 'as far as the findings above allow'}")
    print(f"log:     {ascii(report.origin)[1:-1]}, {report.entries:,} of {report.size:,} entries")
    print(f"until:   {report.time or 'no entry was read'}")
    print(f"root:    {report.root or 'none'}")
    print(f"key:     {ascii(report.key)[1:-1]}")
    if report.sandbox or report.clock == "simulated":
        print("note:    a sandbox network or a simulated clock; its points are play")
    if report.clean:
        print("OK: nothing was found")
    else:
        noun = "finding" if report.findings_total == 1 else "findings"
        print(f"NOT OK: {report.findings_total:,} {noun}")


def _answer(report: Report, *, as_json: bool) -> int:
    try:
        if as_json:
            _print_json(report)
        else:
            _print_text(report)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads has seen enough; the interpreter's own flush at exit must not complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return EXIT_CLEAN if report.clean else EXIT_FINDINGS


def _version() -> str:
    """The release that this is part of, where it was installed as one."""
    try:
        return version("dure")
    except PackageNotFoundError:
        return "(not installed)"


def _refuse(reason: str) -> int:
    print(f"dure-verify: {reason}", file=sys.stderr)
    return EXIT_BAD_USE


def main(arguments: Sequence[str] | None = None) -> int:
    """The command `dure-verify`. Returns 0 where nothing was found, 1 on findings, 2 on bad use."""
    parser = argparse.ArgumentParser(
        prog="dure-verify",
        description="Verify an exported log and ledger offline. "
        "Exit status: 0 nothing found, 1 findings, 2 bad use.",
    )
    parser.add_argument("bundle", type=Path, help="the folder that `dure audit export` wrote")
    parser.add_argument(
        "--key",
        required=True,
        help="the log's verifier key, NAME+HEX8+BASE64, had from elsewhere than the bundle",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {_version()}")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    options = parser.parse_args(arguments)
    folder: Path = options.bundle
    try:
        if not folder.is_dir():
            return _refuse(f"{str(folder)!a} is not a folder")
        key = VerifierKey.parse(options.key)
    except KeyRejected as error:
        finding = Finding("KEY_REJECTED", (("reason", error.code),))
        empty = Report((finding,), 1, "", 0, 0, "", "", "", sandbox=False, key=options.key)
        return _answer(empty, as_json=options.json)
    except (AuditError, ValueError, OSError) as error:
        return _refuse(f"--key: {error}" if isinstance(error, AuditError) else ascii(str(error)))
    line = _ProgressLine()
    report = verify_bundle(folder, key, line.tell if sys.stderr.isatty() else None)
    line.end()
    return _answer(report, as_json=options.json)


if __name__ == "__main__":
    sys.exit(main())
