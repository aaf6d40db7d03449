"""One entry laid open to an auditor: what its payload said, and what its partner signed.

A leaf binds both by HMAC under a key of the entry's own, k_e = HMAC(K, seq), of which the member's
key K cannot be told, nor the key of any other entry. Whoever shows an entry shows k_e of each book
that it touches; for an erased member it can show none, and shows the entry that says so instead.

    receipt.entry, receipt.tlog-proof   the entry, and that it stands in the log
    entry.keys                          a line for each book: its owner, a blank, k_e in hex
    payload.json                        the bytes that `pd` binds
    command.bin                         the bytes that `cmd` binds, where a partner signed them
    erased.entry, erased.tlog-proof     where a member was erased: that entry
"""

import hashlib
import hmac
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from audit.command_check import compare
from audit.entry import decode
from audit.errors import AuditError
from audit.findings import Findings
from audit.http_signature import SignatureError, unpack, verify
from audit.kinds import LEAF_BYTES_MAX
from audit.proof import RECEIPT_BYTES_MAX

ENTRY: Final = "receipt.entry"
PROOF: Final = "receipt.tlog-proof"
ENTRY_KEYS: Final = "entry.keys"
PAYLOAD: Final = "payload.json"
COMMAND: Final = "command.bin"
ERASED_ENTRY: Final = "erased.entry"
ERASED_PROOF: Final = "erased.tlog-proof"

BYTES_MAX: Final[dict[str, int]] = {
    ENTRY: LEAF_BYTES_MAX,
    PROOF: RECEIPT_BYTES_MAX,
    ENTRY_KEYS: 4_096,  # an entry touches few books; a line has 97 bytes
    PAYLOAD: 65_536,  # a partner's reference has at most 255 characters
    COMMAND: 2_097_152,  # a request has at most a mebibyte
    ERASED_ENTRY: LEAF_BYTES_MAX,
    ERASED_PROOF: RECEIPT_BYTES_MAX,
}
_NEEDED: Final = (ENTRY, PROOF)


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A disclosed entry's files by name, and what findings call them; `signer` in 64 hex digits."""

    name: str
    files: dict[str, bytes]
    signer: str = ""


def read_disclosure(folder: Path, signer: str = "") -> Disclosure:
    """Read a disclosure's files, of each no more than it may hold and one.

    Raises:
        OSError: where the entry or its receipt cannot be read.
    """
    files: dict[str, bytes] = {}
    for name, bytes_max in BYTES_MAX.items():
        path = folder / name
        if name in _NEEDED or path.is_file():
            with path.open("rb") as file:
                files[name] = file.read(bytes_max + 1)
    return Disclosure(str(folder), files, signer)


def books(fields: dict[str, str | int]) -> list[str]:
    """The members whose key may bind an entry, without doubles."""
    found = [str(fields["member"])] if "member" in fields else []
    found += [leg.partition(",")[0] for leg in str(fields.get("legs", "")).split(";") if leg]
    return list(dict.fromkeys(found))


class Shown(NamedTuple):
    """An entry that was laid open: by whom it is named, its number, and what there was of it.

    `left` is what of its command could not be held against what it did.
    """

    name: str
    seq: int
    payload: bool
    command: bool
    erased: bool
    left: tuple[str, ...] = ()


def check_disclosure(one: Disclosure, findings: Findings) -> Shown | None:
    """Hold what is shown of an entry against its leaf; that it is the log's, its receipt proves."""
    try:
        fields = decode(one.files[ENTRY])
    except AuditError:
        return None  # its receipt cannot verify either, which is told
    keys = _keys(one.files.get(ENTRY_KEYS, b""), fields)
    erased = _erased(one.files.get(ERASED_ENTRY), fields)
    seq, pd = int(fields["seq"]), str(fields["pd"])
    payload, command = one.files.get(PAYLOAD), one.files.get(COMMAND)
    if payload is not None:
        if pd not in {hmac.digest(key, payload, "sha256").hex() for key in keys}:
            findings.add("PAYLOAD_MISMATCH", disclosure=one.name, seq=seq)
    elif pd and not erased:
        findings.add("PAYLOAD_MISSING", disclosure=one.name, seq=seq)
    left: tuple[str, ...] = ()
    if command is not None:
        bound = {hmac.digest(key, command, "sha256").hex() for key in keys}
        bound.add(hashlib.sha256(command).hexdigest())
        if fields["cmd"] not in bound:
            findings.add("COMMAND_MISMATCH", disclosure=one.name, seq=seq)
        try:
            signed = unpack(command)
            verify(signed, one.signer)
            differences, left = compare(fields, signed)
            for name, wanted, done in differences:
                findings.add(
                    "COMMAND_DIFFERS", disclosure=one.name, seq=seq, field=name, asked=wanted,
                    done=done,
                )  # fmt: skip
        except SignatureError as error:
            findings.add("AUTHOR_SIGNATURE", disclosure=one.name, seq=seq, why=error.code)
    return Shown(one.name, seq, payload is not None, command is not None, erased, left)


def _keys(text: bytes, fields: dict[str, str | int]) -> list[bytes]:
    """The keys of the books that the entry touches; a line of any other form is none."""
    owners = set(books(fields))
    found: list[bytes] = []
    for line in text.decode("ascii", "replace").splitlines():
        owner, _, key = line.partition(" ")
        try:
            raw = bytes.fromhex(key)
        except ValueError:
            continue
        if owner in owners and len(raw) == hashlib.sha256().digest_size:
            found.append(raw)
    return found


def _erased(leaf: bytes | None, fields: dict[str, str | int]) -> bool:
    """Whether a leaf is the erasure of a member that the entry touches."""
    if leaf is None:
        return False
    try:
        erasure = decode(leaf)
    except AuditError:
        return False
    return erasure["kind"] == "subject.erased" and erasure["member"] in books(fields)
