"""Bundles of hand-written logs: an honest one, and ways to lay hands on it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from audit.bundle import TileStream, ledger_path, write_bundle
from audit.checkpoint import Checkpoint
from audit.findings import Findings
from audit.keys import Ed25519Signer
from audit.merkle import leaf_hash
from audit.note import VerifierKey
from audit.verdict import Report
from audit.verification import verify_bundle
from tests.unit.audit_verify.logs import ORIGIN, every_kind, replayed

SIGNER = Ed25519Signer(b"\x07" * 32)
KEY = VerifierKey(ORIGIN, SIGNER.public_key)


def sign(leaves: list[bytes], origin: str = ORIGIN) -> str:
    """The checkpoint that the operator signs over leaves."""
    stream = TileStream()
    stream.extend(map(leaf_hash, leaves))
    return Checkpoint(origin, len(leaves), stream.root()).sign(SIGNER)


def write(out: Path, leaves: list[bytes]) -> None:
    """An honest bundle: the rows are those that the leaves make."""
    findings = Findings()
    tables = replayed(leaves, findings)
    write_bundle(out, sign(leaves), KEY.text(), leaves, tables)


@dataclass(frozen=True)
class Bundle:
    """A bundle on disk, and what may be done to it."""

    folder: Path

    def verify(self) -> Report:
        """Verify it under the key that its operator has."""
        return verify_bundle(self.folder, KEY)

    def codes(self) -> list[str]:
        """The codes of what is found, in order."""
        return [finding.code for finding in self.verify().findings]

    def lines(self) -> list[str]:
        """The lines of what is found."""
        return [finding.line() for finding in self.verify().findings]

    def change(self, path: str, edit: Callable[[bytes], bytes]) -> None:
        """Replace a file's bytes."""
        file = self.folder / path
        file.write_bytes(edit(file.read_bytes()))

    def rows(self, table: str, edit: Callable[[list[dict[str, str | int]]], object]) -> None:
        """Change a table's rows in place; lines keep their canonical form."""
        file = self.folder / ledger_path(table)
        rows = [json.loads(line) for line in file.read_text().splitlines()]
        edit(rows)
        lines = (json.dumps(row, separators=(",", ":")) + "\n" for row in rows)
        file.write_text("".join(lines))


def honest(folder: Path) -> Bundle:
    """A bundle of the log in which every kind stands."""
    write(folder, every_kind(KEY.text()))
    return Bundle(folder)
