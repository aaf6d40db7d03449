"""A witness's folder: its sealed key, its public key, the logs that it knows, and its memory.

It is a partner's own and knows nothing of any network's home.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from api.bootstrap import NetworkError, choose_passphrase, find_passphrase, prepare_home
from api.files import write_private
from audit.cosignature import WitnessKey
from audit.entry import decode
from audit.errors import AuditError, KeyFileError
from audit.keys import Ed25519Signer, read_key_file, write_key_file
from audit.kinds import LEAF_BYTES_MAX
from audit.note import VerifierKey
from audit.policy import POLICY_BYTES_MAX, PolicyError, parse_policy
from audit.rotation import read_handover
from audit.witness.service import Witness
from audit.witness.state import StateFolder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from api.config import Settings

KEY_FILE = "witness.key"
PUBLIC_FILE = "witness.vkey"
LOGS_FILE = "logs"  # C2SP tlog-policy, of which only the logs are read
STATE = "state"
PUBLIC_BYTES_MAX = 1_000  # a name of 255 characters and a key of 45


class WitnessHome(NamedTuple):
    """A witness's folder, opened."""

    path: Path
    signer: Ed25519Signer
    key: WitnessKey
    logs: tuple[VerifierKey, ...]

    def witness(
        self, more: Sequence[VerifierKey] = (), begin_anew: Sequence[str] = ()
    ) -> tuple[Witness, StateFolder]:
        """Return the witness of its logs and ``more``, and its memory, which is to be closed.

        ``begin_anew`` names logs whose memory was lost and that are to be witnessed all the same.

        Raises StateError.
        """
        logs: dict[str, list[VerifierKey]] = {}
        for key in dict.fromkeys((*self.logs, *more)):
            logs.setdefault(key.name, []).append(key)
        state = StateFolder(self.path / STATE, self.key)
        try:
            for origin in begin_anew:
                state.begin_anew(origin)
            return Witness(self.key.name, self.signer, logs, state, lambda: int(time.time())), state
        except BaseException:
            state.close()
            raise


def create_witness(
    home: Path, settings: Settings, name: str, logs: Sequence[str] = ()
) -> WitnessHome:
    """Make a witness's folder with a fresh key; ``logs`` are the verifier keys that it knows.

    Raises:
        NetworkError: ``HOME_NOT_A_FOLDER``, ``HOME_NOT_EMPTY`` or ``HOME_NOT_WRITABLE``.
        NoteError: ``NOTE_KEY_NAME`` where the name cannot be a key's, or a log's key is none.
        KeyRejected: a log's key is none to trust.
    """
    known = tuple(VerifierKey.parse(text) for text in logs)
    signer = Ed25519Signer.generate()
    key = WitnessKey(name, signer.public_key)
    prepare_home(home)
    passphrase = choose_passphrase(home, settings)
    write_key_file(home / KEY_FILE, signer, passphrase)
    write_private(home / PUBLIC_FILE, f"{key.text()}\n".encode())
    lines = [*(f"log {one.text()}" for one in known), "quorum none"]
    write_private(home / LOGS_FILE, ("\n".join(lines) + "\n").encode())
    return WitnessHome(home, signer, key, known)


def open_witness(home: Path, settings: Settings) -> WitnessHome:
    """Open a witness's folder.

    Raises:
        NetworkError: ``HOME_NOT_A_FOLDER``, ``WITNESS_MISSING``, ``WITNESS_MALFORMED`` where the
            public key's file is not the key's, ``PASSPHRASE_MISSING`` or ``PASSPHRASE_WRONG``.
    """
    path = home / PUBLIC_FILE
    if home.exists() and not home.is_dir():
        raise NetworkError("HOME_NOT_A_FOLDER", path=str(home))
    try:
        with path.open("rb") as opened:
            text = opened.read(PUBLIC_BYTES_MAX).decode("utf-8", "replace").strip()
    except OSError:
        raise NetworkError("WITNESS_MISSING", path=str(home)) from None
    try:
        key = WitnessKey.parse(text)
        signer = read_key_file(home / KEY_FILE, find_passphrase(home, settings))
    except KeyFileError as error:
        if error.code == "KEY_FILE_CLOSED":
            raise NetworkError("PASSPHRASE_WRONG", path=str(home / KEY_FILE)) from None
        raise
    except AuditError as error:
        raise NetworkError("WITNESS_MALFORMED", path=str(path), reason=error.code) from None
    if signer.public_key != key.public_key:
        raise NetworkError("WITNESS_MALFORMED", path=str(path), reason="KEY_OTHER")
    return WitnessHome(home, signer, key, _read_logs(home / LOGS_FILE))


def _read_logs(path: Path) -> tuple[VerifierKey, ...]:
    try:
        with path.open("rb") as opened:
            policy = parse_policy(opened.read(POLICY_BYTES_MAX + 1))
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise NetworkError("WITNESS_MALFORMED", path=str(path), reason=str(error)) from None
    except PolicyError as error:
        reason = error.diagnostics()
        raise NetworkError("WITNESS_MALFORMED", path=str(path), reason=reason) from None
    return tuple(log.key for log in policy.logs)


def follow(path: Path, known: Sequence[VerifierKey]) -> VerifierKey:
    """Return the key that a known key handed its log over to, by the entry `key.rotated` in a file.

    Both keys signed it. A compromised key hands nothing over: its follower is named by a person.

    Raises NetworkError ``HANDOVER_INVALID``.
    """
    try:
        with path.open("rb") as opened:
            handover = read_handover(decode(opened.read(LEAF_BYTES_MAX + 1)))
    except OSError as error:
        reason = error.strerror or ""
        raise NetworkError("HANDOVER_INVALID", path=str(path), reason=reason) from None
    except AuditError as error:
        raise NetworkError("HANDOVER_INVALID", path=str(path), reason=error.code) from None
    if handover.revoked or handover.old not in known:
        reason = "KEY_REVOKED" if handover.revoked else "KEY_UNKNOWN"
        raise NetworkError("HANDOVER_INVALID", path=str(path), reason=reason)
    return handover.key
