"""The body of add-checkpoint: the size the log believes the witness to be at, a proof, a note.

    old 20852014
    BASE64          one line for each hash of the consistency proof
                    an empty line
    the checkpoint, a signed note

C2SP tlog-witness, "add-checkpoint".
"""

import re
from dataclasses import dataclass

from audit.base64text import from_base64, to_base64
from audit.errors import ProofError
from audit.merkle import HASH_BYTES
from audit.note import NOTE_BYTES_MAX

PROOF_LINES_MAX = 63  # tlog-witness: "The client MUST NOT send more than 63"

# 63 lines of 45 characters and the size's line, beside the note.
REQUEST_BYTES_MAX = NOTE_BYTES_MAX + 4_096

_OLD = re.compile("old (0|[1-9][0-9]{0,15})")


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A checkpoint offered to a witness.

    Attributes:
        old: size of the checkpoint that the proof begins at, 0 for none.
        proof: RFC 6962 §2.1.2, from that size to the note's; empty from 0.
        note: the signed checkpoint as text, not read yet.
    """

    old: int
    proof: tuple[bytes, ...]
    note: str

    def body(self) -> bytes:
        """Write the request's body."""
        lines = [f"old {self.old}", *map(to_base64, self.proof)]
        return ("\n".join(lines) + "\n\n" + self.note).encode()

    @classmethod
    def parse(cls, body: bytes) -> "AddCheckpoint":
        """Read a body strictly.

        Raises:
            ProofError: `REQUEST_TOO_LONG`, `REQUEST_FORM`, `REQUEST_OLD` or `REQUEST_PROOF`.
        """
        if len(body) > REQUEST_BYTES_MAX:
            raise ProofError("REQUEST_TOO_LONG", length=len(body), length_max=REQUEST_BYTES_MAX)
        try:
            head, blank, note = body.decode().partition("\n\n")
        except UnicodeDecodeError:
            raise ProofError("REQUEST_FORM") from None
        first, *lines = head.split("\n")
        match = _OLD.fullmatch(first)
        if match is None:
            raise ProofError("REQUEST_OLD", line=first)
        if not blank or not note:
            raise ProofError("REQUEST_FORM")
        if len(lines) > PROOF_LINES_MAX:
            raise ProofError("REQUEST_PROOF", lines=len(lines), lines_max=PROOF_LINES_MAX)
        proof: list[bytes] = []
        for line in lines:
            one = from_base64(line)
            if one is None or len(one) != HASH_BYTES:
                raise ProofError("REQUEST_PROOF", line=line)
            proof.append(one)
        return cls(int(match[1]), tuple(proof), note)
