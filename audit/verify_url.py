"""`dure-verify URL`: fetch, verify, and remember for the next time."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from audit.errors import AuditError
from audit.evidence import Evidence
from audit.memory import default_path, read_memory, write_memory
from audit.note import VerifierKey
from audit.remote import RemoteLog
from audit.remote_verification import verify_remote
from audit.verdict import Report

TOKEN_BYTES_MAX: Final = 1_000  # an API key has some fifty
_VISIBLE: Final = re.compile(rb"[\x21-\x7e]+")
SCHEMES: Final = ("http://", "https://")


class TokenError(AuditError):
    """The file of the API key cannot be read, or holds none."""


@dataclass(frozen=True, slots=True)
class Target:
    """A log to look at.

    Attributes:
        url: the prefix of `/checkpoint` and `/tile/`.
        token_file: file whose first line is an API key that may read entries; None for hashes.
        entries: that entries may be read without a key.
        state: file of what was seen last; None for the usual place.
    """

    url: str
    token_file: Path | None = None
    entries: bool = False
    state: Path | None = None


def is_url(text: str) -> bool:
    """Tell whether an argument is an address and no folder."""
    return text.lower().startswith(SCHEMES)


def verify_url(
    target: Target, key: VerifierKey, evidence: Evidence, progress: Callable[[int], None]
) -> Report:
    """Look at a log, hold it against what was seen last, and remember it if it is in order.

    Raises:
        TransportError: it could not be asked to the end; what was seen last stays remembered.
        MemoryFileError: the memory cannot be read or written.
        TokenError: `TOKEN_UNREADABLE`, `TOKEN_FORM`.
    """
    state = target.state or default_path(key.name, os.environ)
    log = RemoteLog(target.url, read_token(target.token_file), entries=target.entries)
    try:
        memory = read_memory(state, key)
        looked = verify_remote(log, key, evidence, memory, progress)
    finally:
        log.close()
    if looked.memory is not None:
        write_memory(state, looked.memory)
    return looked.report


def read_token(path: Path | None) -> str:
    """Return the API key that a file's first line is; "" where no file is named.

    Raises:
        TokenError: `TOKEN_UNREADABLE`, or `TOKEN_FORM` where it could not stand in a header.
    """
    if path is None:
        return ""
    try:
        with path.open("rb") as opened:
            line = opened.readline(TOKEN_BYTES_MAX + 1)
    except OSError as error:
        reason = error.strerror or ""
        raise TokenError("TOKEN_UNREADABLE", path=str(path), reason=reason) from None
    token = line.strip()
    if len(line) > TOKEN_BYTES_MAX or _VISIBLE.fullmatch(token) is None:
        raise TokenError("TOKEN_FORM", path=str(path))
    return token.decode("ascii")
