"""A log that changes its keys, honest bundles of it, and ways for them to lie."""

from dataclasses import dataclass, field
from pathlib import Path

from audit.bundle import handover_files, write_bundle
from audit.evidence import Evidence, Saved, SavedReceipt
from audit.findings import Findings
from audit.keys import Ed25519Signer
from audit.log import Appended, Appender, Turn
from audit.note import VerifierKey
from audit.policy import Policy
from audit.proof import write_receipt
from audit.times import parse_time
from audit.verdict import Report
from audit.verification import verify_bundle
from tests.unit.audit.samples import ID
from tests.unit.audit_verify.bundles import KEY, SIGNER
from tests.unit.audit_verify.logs import ORIGIN, replayed

START = parse_time("2026-11-22T01:15:00.000000Z")
SECOND = 1_000_000
NEXT, LAST, THIEF = (Ed25519Signer(bytes([n]) * 32) for n in (21, 22, 23))
NEXT_KEY, LAST_KEY, THIEF_KEY = (VerifierKey(ORIGIN, one.public_key) for one in (NEXT, LAST, THIEF))


@dataclass
class Rotated:
    """A log that changed its key, its bundle's parts, and how the bundle lies."""

    folder: Path
    keys: list[VerifierKey] = field(default_factory=lambda: [KEY])
    leaves: list[bytes] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    handovers: dict[int, str] = field(default_factory=dict)
    changes: list[int] = field(default_factory=list)
    receipts: list[SavedReceipt] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin the log with two entries."""
        self.appender = Appender(ORIGIN, SIGNER)
        self._keep(
            self.appender.genesis(
                clock="system", sandbox=False, time_us=START, id=ID, author="system/init"
            )
        )
        self.grow()

    def grow(self) -> None:
        """Add an entry and keep its receipt."""
        batch = self.appender.begin(self.head)
        fields = {"key": f"k{len(self.leaves)}", "partner": "", "subject": "s", "person": "yes",
                  "role": "OPERATOR", "scopes": "", "hash": "ab" * 32}  # fmt: skip
        batch.add("key.granted", fields, f"{len(self.leaves):032x}", "system/init",
                  START + len(self.leaves) * SECOND, "", "")  # fmt: skip
        appended = batch.commit()
        self._keep(appended)
        seq, _, leaf = appended.leaves[0]
        text = write_receipt(seq, appended.proofs.inclusion(seq), self.notes[-1])
        self.receipts.append(SavedReceipt(f"r{seq}", text.encode(), leaf))

    def rotate(self, signer: Ed25519Signer, cut_off: int = -1) -> None:
        """Hand over to a key, with no overlap beyond the handover itself."""
        now = START + len(self.leaves) * SECOND
        turn = Turn(signer, now, cut_off, now, f"{len(self.leaves):032x}", "system/keys")
        appended, self.appender = self.appender.rotate(self.head, turn)
        self._keep(appended)
        self.keys.append(VerifierKey(ORIGIN, signer.public_key))
        self.changes.append(len(self.leaves))
        self.handovers[len(self.leaves)] = self.notes[-1]

    def _keep(self, appended: Appended) -> None:
        self.head = appended.head
        self.leaves += [leaf for _, _, leaf in appended.leaves]
        self.notes.append(appended.head.checkpoint)

    def write(self, note: str = "") -> Path:
        """Write the bundle; its list of handovers and their entries are honest."""
        text = "\n".join(key.text() for key in self.keys)
        tables = replayed(self.leaves, Findings())
        entries = [(size, b"", self.leaves[size - 1]) for size in self.changes]
        files = {
            **dict(handover_files(entries)),
            **{f"handovers/{size}": one.encode() for size, one in self.handovers.items()},
        }
        kept = {path: data for path, data in files.items() if data}
        note = note or self.notes[-1]
        write_bundle(self.folder, note, text, self.leaves, tables, kept.items())
        return self.folder

    def verify(
        self,
        key: VerifierKey,
        policy: Policy | None = None,
        saved: tuple[str, ...] = (),
        receipts: tuple[SavedReceipt, ...] = (),
        note: str = "",
    ) -> Report:
        """What `dure-verify` says of the bundle."""
        self.write(note)
        kept = tuple(Saved(f"saved{n}", one.encode()) for n, one in enumerate(saved))
        return verify_bundle(self.folder, key, evidence=Evidence(policy, kept, receipts))


def told(report: Report) -> list[str]:
    """Each finding's code and reason."""
    return [
        " ".join([one.code, *(str(v) for name, v in one.facts if name == "reason")])
        for one in report.findings
    ]
