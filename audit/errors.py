"""What is wrong with bytes, said so that a program and a person both understand it.

Each error has a stable upper-case code and facts with types; a sentence is made of them last.
Whoever reads a log reads bytes that a stranger may have written: every fact is shown escaped and
cut, so that a finding is always one printable line.
"""

# A hostile value may be a megabyte long; eighty characters say enough about it.
FACT_SHOWN_MAX = 80


def shown(value: str | int | bytes) -> str:
    """Write a fact as printable ASCII without spaces, at most `FACT_SHOWN_MAX` characters."""
    if isinstance(value, bytes):
        text = value[:FACT_SHOWN_MAX].hex()
    elif isinstance(value, int):
        # An integer of more digits than str() converts would raise here, of all places.
        text = str(value) if value.bit_length() <= FACT_SHOWN_MAX else f"{value.bit_length()}-bits"
    else:
        text = ascii(value[:FACT_SHOWN_MAX])[1:-1].replace(" ", "\\x20")
    return text if len(text) <= FACT_SHOWN_MAX else text[: FACT_SHOWN_MAX - 3] + "..."


class AuditError(Exception):
    """Root of this room's errors.

    Attributes:
        code: stable, upper case, e.g. `LEAF_TOO_LONG`; programs match on it.
        facts: what was seen and what was expected, by name.
    """

    def __init__(self, code: str, **facts: str | int | bytes) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def diagnostics(self) -> str:
        """Return code and facts as one printable line: `CODE name=value name=value`."""
        return " ".join([self.code, *(f"{name}={shown(v)}" for name, v in self.facts.items())])

    def __str__(self) -> str:
        return self.diagnostics()


class LeafError(AuditError):
    """An entry's fields cannot be a leaf, or a leaf's bytes are not one."""


class NoteError(AuditError):
    """A signed note, a verifier key or a signature is malformed or does not verify."""


class CheckpointError(NoteError):
    """A note is well formed, but its text is no checkpoint of this log."""


class ProofError(AuditError):
    """A Merkle proof, a tile or a receipt is malformed or leads to another root."""


class TileError(ProofError):
    """A tile's path or its bytes are malformed, or a tile is shorter than the tree says."""


class KeyRejected(AuditError):
    """A public key is not one that signatures may be trusted under."""


class KeyFileError(AuditError):
    """A key file is missing, unreadable, malformed, or closed to this passphrase."""


class AppendError(AuditError):
    """An entry cannot follow the last one: its time, its place or its author's form."""
