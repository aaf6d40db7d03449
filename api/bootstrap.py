"""The one place that wires ports to implementations: a home becomes a network, ready to run.

A home is a folder: `keys/log.key` signs checkpoints, `keys/vault.key` wraps members' keys, both
sealed under the pass phrase; `dure.sqlite3` is the database where no other is named. The log's
head in the database says the rest: origin, sandbox or not, simulated clock or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.errors import DureError

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from api.config import Settings
    from api.log_ports import AuditLog
    from api.vault import FileVault
    from domain.ledger.rules import Rules
    from domain.ports import Clock, Ids
    from domain.store.batch import BatchRunner


class NetworkError(DureError):
    """A home or its database is not what the command needs; nothing was changed."""


@dataclass(slots=True)
class Network:
    """One network, opened: what every way in works with."""

    home: Path
    settings: Settings
    engine: Engine
    clock: Clock
    ids: Ids
    vault: FileVault
    log: AuditLog
    rules: Rules
    runner: BatchRunner
    origin: str
    verifier_key: str
    sandbox: bool
    simulated: bool

    def close(self) -> None:
        """Give the database's connections back."""
        self.engine.dispose()


def open_network(home: Path, settings: Settings, *, clock: Clock | None = None) -> Network:
    """Open the network of a home.

    Raises NetworkError: ``HOME_MISSING``, ``NOT_INITIALISED``, ``PASSPHRASE_MISSING``,
    ``PASSPHRASE_WRONG``, ``KEY_FOREIGN`` (the log was begun under another key); StoreError where
    the database cannot be used.
    """
    raise NetworkError("NOT_INITIALISED", path=str(home))


def create_network(
    home: Path,
    settings: Settings,
    *,
    origin: str,
    sandbox: bool,
    simulated: bool,
    clock: Clock | None = None,
) -> Network:
    """Make a network: keys, a migrated database, the genesis entry, the first operator API keys.

    Raises NetworkError: ``HOME_NOT_EMPTY``, ``ORIGIN_INVALID``, ``ALREADY_INITIALISED`` (the
    database holds a network); StoreError where the database cannot be used.
    """
    raise NetworkError("HOME_NOT_EMPTY", path=str(home))
