"""What a forger can do: change entries and recompute all that does not need another's key.

A forged log is thorough: numbers, chain, tiles and the ledger's rows follow from the changed
leaves, so that only the mechanism under test is left to see it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from audit.bundle import write_bundle
from audit.checkpoint import Checkpoint
from audit.cosignature import WitnessKey, cosign
from audit.entry import PREV_NONE, decode, encode
from audit.evidence import Evidence, Saved, SavedReceipt
from audit.findings import Findings
from audit.keys import Ed25519Signer, Signer
from audit.merkle import inclusion_proof, leaf_hash, root
from audit.note import Note, VerifierKey, parse_note
from audit.policy import Policy, parse_policy
from audit.proof import write_receipt
from audit.replay import Row
from audit.times import parse_time
from audit.verdict import Report
from audit.verification import verify_bundle
from tests.unit.audit_verify.bundles import KEY, SIGNER
from tests.unit.audit_verify.logs import ORIGIN, every_kind, replayed

WITNESSES = {name: Ed25519Signer(name.encode() * 16) for name in ("w1", "w2", "w3")}
WITNESS_KEYS = {name: WitnessKey(f"{name}.example", s.public_key) for name, s in WITNESSES.items()}
POLICY = parse_policy(
    "".join(
        [
            f"log {KEY.text()}\n",
            *(f"witness {name} {key.text()}\n" for name, key in WITNESS_KEYS.items()),
            "group partners 2 w1 w2 w3\nquorum partners\n",
        ]
    ).encode()
)


def honest_leaves() -> list[bytes]:
    """The log in which every kind of entry stands."""
    return every_kind(KEY.text())


def seconds(leaf: bytes) -> int:
    """When an entry was made, in seconds since 1970."""
    return parse_time(str(decode(leaf)["time"])) // 1_000_000


def rechained(leaves: list[bytes]) -> list[bytes]:
    """Leaves with numbers and chain made anew; everything else as it is."""
    chained: list[bytes] = []
    prev = PREV_NONE
    for seq, leaf in enumerate(leaves):
        chained.append(encode({**decode(leaf), "seq": seq, "prev": prev}))
        prev = leaf_hash(chained[-1]).hex()
    return chained


def edited(leaves: list[bytes], kind: str, **values: str) -> list[bytes]:
    """Leaves with the first entry of a kind rewritten and all hashes recomputed."""
    at = next(n for n, leaf in enumerate(leaves) if decode(leaf)["kind"] == kind)
    assert decode(leaves[at]).items() != {**decode(leaves[at]), **values}.items()
    return rechained([*leaves[:at], encode({**decode(leaves[at]), **values}), *leaves[at + 1 :]])


def signed(leaves: list[bytes], origin: str = ORIGIN, signer: Signer = SIGNER) -> str:
    """The checkpoint over leaves."""
    size, tree = len(leaves), root([leaf_hash(leaf) for leaf in leaves])
    return Checkpoint(origin, size, tree).sign(signer)


def cosigned(note: str, time: int, *names: str) -> str:
    """A checkpoint with cosignatures of witnesses at a time, one second apart."""
    parsed = parse_note(note)
    lines = [
        cosign(parsed.body, f"{name}.example", WITNESSES[name], time + n)
        for n, name in enumerate(names)
    ]
    return Note(parsed.body, (*parsed.signatures, *lines)).text()


def receipt(leaves: list[bytes], index: int, name: str = "r.tlog-proof") -> SavedReceipt:
    """The receipt that a member was given for an entry, when the log had these leaves."""
    hashes = [leaf_hash(leaf) for leaf in leaves]

    def node(level: int, at: int) -> bytes:
        return root(hashes[at << level : (at + 1) << level])

    text = write_receipt(index, inclusion_proof(index, len(leaves), node), signed(leaves))
    return SavedReceipt(name, text.encode(), leaves[index])


@dataclass
class Forged:
    """A bundle as somebody shows it to an auditor, and what the auditor brings.

    Attributes:
        folder: where the bundle is written.
        leaves: the entries that it has.
        checkpoint: its note; the operator's over the leaves where none is given.
        tables: the ledger's rows; those that the leaves make where none are given.
    """

    folder: Path
    leaves: list[bytes]
    checkpoint: str = ""
    tables: dict[str, list[Row]] | None = None
    policy: Policy | None = None
    saved: list[str] = field(default_factory=list)
    receipts: list[SavedReceipt] = field(default_factory=list)

    def write(self) -> "Forged":
        """Write the bundle with tiles and rows that follow from its leaves."""
        tables = self.tables or replayed(self.leaves, Findings())
        note = self.checkpoint or signed(self.leaves)
        write_bundle(self.folder, note, KEY.text(), self.leaves, tables)
        return self

    def change(self, path: str, edit: Callable[[bytes], bytes]) -> "Forged":
        """Change a file of the written bundle."""
        file = self.folder / path
        before = file.read_bytes()
        file.write_bytes(edit(before))
        assert file.read_bytes() != before
        return self

    def verify(self, key: VerifierKey = KEY) -> Report:
        """What `dure-verify` says."""
        saved = tuple(Saved(f"saved{n}", note.encode()) for n, note in enumerate(self.saved))
        evidence = Evidence(self.policy, saved, tuple(self.receipts))
        return verify_bundle(self.folder, key, evidence=evidence)

    def codes(self, key: VerifierKey = KEY) -> set[str]:
        """The codes of what is found."""
        return set(self.verify(key).counts)
