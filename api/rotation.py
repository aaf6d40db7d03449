"""Rotating the log's key in a home, crash-safe: the log's own entry decides which key signs.

1. The new key is written to `keys/log-next.key`, whole or not at all. A kill here leaves a home
   that signs with the old key; the next rotation takes the file that is there.
2. The entry `key.rotated` is committed with a checkpoint that both keys sign. From here on the new
   key signs, whatever its file is called (`api.keyring`).
3. Files get their names: the old key's is linked to `log-KEYID.key`, then the new one replaces
   `log.key`. A kill before or between is made good by the next rotation, which does nothing else.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from api.bootstrap import KEYS, NetworkError, find_passphrase
from api.files import sync
from api.keyring import LOG_KEY, NEXT_KEY, retired_name
from audit.keys import Ed25519Signer, key_file_public, write_key_file
from audit.log import Turn
from audit.note import VerifierKey
from audit.policy import NONE
from audit.rotation import HANDOVERS_MAX
from domain.clock import DAY
from domain.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from api.bootstrap import Network
    from audit.policy import Policy
    from audit.rotation import KeyHistory
    from domain.ports import Appended, Head


class Rotated(NamedTuple):
    """What a rotation left.

    Attributes:
        old: the key that gave way.
        key: the key that signs now.
        size: of the handover checkpoint; 0 where only file names were missing.
        until: the last instant at which the old key signs too, microseconds since 1970; -1 where it
            was revoked.
        finished: whether a rotation that was interrupted before was brought to its end instead.
    """

    old: VerifierKey
    key: VerifierKey
    size: int
    until: int
    finished: bool


class Compromise(NamedTuple):
    """The key that signed so far is in strange hands: up to which size it is still believed."""

    cut_off: int
    policy: Policy | None


def rotate(
    network: Network, *, overlap_days: int, author: str, compromise: Compromise | None = None
) -> Rotated:
    """Hand the log over from the key that signs to a new one.

    Raises:
        NetworkError: ``ROTATION_RUNNING`` where another process rotates this home's key;
            ``LOCKS_MISSING`` where the home's file system has no locks;
            ``ROTATIONS_TOO_MANY``; ``QUORUM_NEEDED`` where a compromised key is to be replaced and
            no policy names witnesses for it; ``CUT_OFF_INVALID`` beyond the log's size.
        StoreError, ClockError: nothing was written, and the old key signs on.
        KeyFileError: the new key's file cannot be written.
    """
    folder = network.home / KEYS
    if compromise is not None and (compromise.policy is None or compromise.policy.quorum == NONE):
        raise NetworkError("QUORUM_NEEDED")
    with _alone(folder):
        # Read under the lock: another process may have rotated since this one opened the home.
        history = network.ring.read()
        if _settle(network, history, folder):
            return Rotated(history.handovers[-1].old, history.current, 0, -1, finished=True)
        if len(history.handovers) >= HANDOVERS_MAX:
            raise NetworkError("ROTATIONS_TOO_MANY", rotations=len(history.handovers))
        signer = _next_key(network, folder)
        cut_off = -1 if compromise is None else compromise.cut_off

        def make(head: Head, now: int) -> Appended:
            if cut_off > head.size:
                raise NetworkError("CUT_OFF_INVALID", cut_off=cut_off, size=head.size)
            until = now + overlap_days * DAY
            turn = Turn(signer, until, cut_off, now, network.ids.entity(), author)
            return network.log.rotate(head, turn)

        network.runner.hand_over(make)
        done = network.ring.read()
        _settle(network, done, folder)
    last = done.handovers[-1]
    return Rotated(last.old, last.key, last.size, last.until, finished=False)


def _next_key(network: Network, folder: Path) -> Ed25519Signer:
    """Return the key that will sign: one that an interrupted rotation left, or a fresh one."""
    path = folder / NEXT_KEY
    if not path.exists():
        passphrase = find_passphrase(network.home, network.settings)
        write_key_file(path, Ed25519Signer.generate(), passphrase)
    signer = network.ring.find(key_file_public(path))
    assert signer is not None  # its file is there, and nobody else rotates
    return signer


def _settle(network: Network, history: KeyHistory, folder: Path) -> bool:
    """Give the files of the old key and the new one their names; tell if they had others.

    The key that signs has a file of some name: without it the network would not have opened. No
    file is replaced before its key has another.
    """
    named = folder / LOG_KEY
    signs = history.current.public_key
    before = key_file_public(named)
    if before == signs:
        return False
    found = network.ring.path_of(signs)
    if found is None:
        raise StoreError("LOG_KEY_MISSING", key=history.current.text(), path=str(folder))
    kept = folder / retired_name(VerifierKey(network.origin, before))
    if not kept.exists():
        os.link(named, kept)
        sync(folder)
    found.replace(named)
    sync(folder)
    return True


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, so that one process rotates at a time; a kill gives it back."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NetworkError("ROTATION_RUNNING", path=str(folder)) from None
        except OSError as error:
            reason = error.strerror or ""
            raise NetworkError("LOCKS_MISSING", path=str(folder), reason=reason) from None
        yield
    finally:
        os.close(handle)
