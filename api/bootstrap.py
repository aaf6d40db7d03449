"""The one place that wires ports to implementations: a home becomes a network, ready to run.

A home is a folder: `keys/log.key` signs checkpoints (`api.keyring`), `keys/vault.key` wraps
members' keys, both sealed under the pass phrase; `high-water` says how far the log had come. The
log's head in the database says the rest: origin, sandbox or not, simulated clock or not.
"""

from __future__ import annotations

import json
import logging
import secrets
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import event

from api.auth.credentials import Minted, mint
from api.auth.scopes import Role, Scope
from api.clocks import SandboxClock
from api.config import DATABASE
from api.fence import FileFence
from api.files import OWNER_ONLY_FOLDER, write_private
from api.identifiers import RandomIds
from api.keyring import LOG_KEY, KeyRing, read_keys
from api.log_ports import AuditLog, AuditSignatures, as_rows
from api.vault import FileVault, create_vault, open_vault
from audit.errors import AuditError, KeyFileError
from audit.keys import Ed25519Signer, read_key_file, write_key_file
from audit.log import Appender
from domain.clock import SystemClock
from domain.errors import DureError
from domain.ids import OPERATOR
from domain.ledger.commands import Actor
from domain.ledger.rules import Rules
from domain.partners.commands import GrantKey
from domain.partners.people import FOUNDER
from domain.store.batch import BatchRunner
from domain.store.engine import open_engine, reading
from domain.store.erasing import erase_again
from domain.store.genesis import found
from domain.store.queries import log as log_queries
from domain.store.revision import require
from settlement import registry

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.pool import ConnectionPoolEntry

    from api.config import Settings
    from audit.rotation import KeyHistory
    from domain.ports import Clock, Ids

KEYS = "keys"
VAULT_KEY = "vault.key"
PASSPHRASE = "passphrase"  # noqa: S105 -- a file's name
PASSPHRASE_MAX = 1_024  # characters; a sentence of twenty words has a tenth of it
HIGH_WATER = "high-water"
OPERATOR_KEYS = "operator-keys.json"
PASSPHRASE_BYTES = 24  # 192 random bits, 32 characters: no one guesses it, one can still type it
INIT_AUTHOR = FOUNDER
BULK_CACHE_KIB = 196_608  # the working set of the demonstration; less is read again and again
OPERATORS = ("operator, first person", "operator, second person")  # closing a window takes two

_log = logging.getLogger("dure")
_ORIGIN_BAD = frozenset('<>&"\\')  # what no leaf may hold


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
    fence: FileFence
    ring: KeyRing
    origin: str
    sandbox: bool
    simulated: bool
    erased_again: int = 0  # erased members of whom a restored table had brought something back

    @property
    def verifier_key(self) -> str:
        """Return the key that signs today, as far as this process has seen."""
        return self.log.verifier_key.text()

    def close(self) -> None:
        """Give the database's connections and the high-water file back."""
        self.runner.close()
        self.fence.close()
        self.engine.dispose()


class GivenKey(NamedTuple):
    """An API key as first given: whose it is in words, and its ``token``, which is shown once."""

    who: str
    role: str
    subject: str
    token: str


def database_url(home: Path, settings: Settings) -> str:
    """Return the database's address: the one named, or a file in the home."""
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    return f"sqlite:///{home / DATABASE}"


def find_passphrase(home: Path, settings: Settings) -> str:
    """Return the pass phrase: named, or the first line of the file named, or of the home's own.

    Raises NetworkError ``PASSPHRASE_MISSING``.
    """
    if settings.passphrase is not None and settings.passphrase.get_secret_value():
        return settings.passphrase.get_secret_value()
    path = settings.passphrase_file or home / PASSPHRASE
    try:
        with path.open(encoding="utf-8") as opened:
            text = opened.readline(PASSPHRASE_MAX + 2).removesuffix("\n")
    except (OSError, UnicodeDecodeError):
        text = ""
    # A longer line is no pass phrase but a file named by mistake, perhaps one without an end.
    if not text or len(text) > PASSPHRASE_MAX:
        raise NetworkError("PASSPHRASE_MISSING", path=str(path))
    return text


def open_network(
    home: Path, settings: Settings, *, clock: Clock | None = None, writes: bool = False
) -> Network:
    """Open the network of a home.

    Whoever ``writes`` is told at once of what would stop its first batch: what witnesses have seen.

    Raises:
        NetworkError: ``HOME_MISSING``, ``HOME_NOT_A_FOLDER``, ``DATABASE_MISSING``,
            ``NOT_INITIALISED``, ``PASSPHRASE_MISSING`` or ``PASSPHRASE_WRONG``.
        StoreError: the database or the vault cannot be used; ``KEY_FOREIGN`` where the log was
            begun with another key, ``LOG_KEY_MISSING`` where it has passed to one that is not in
            this home; ``LOG_BEHIND`` and ``LOG_FORKED`` where the database is not the one that
            this home last answered from.
    """
    log_key = home / KEYS / LOG_KEY
    if not log_key.is_file():
        code = "HOME_MISSING" if home.is_dir() or not home.exists() else "HOME_NOT_A_FOLDER"
        raise NetworkError(code, path=str(home))
    passphrase = find_passphrase(home, settings)
    if settings.database_url is None and not (home / DATABASE).is_file():
        # SQLite would make an empty one, and whoever looks next would think that this is it.
        raise NetworkError("DATABASE_MISSING", path=str(home / DATABASE))
    try:
        signer = read_key_file(log_key, passphrase)
    except KeyFileError as error:
        if error.code == "KEY_FILE_CLOSED":
            raise NetworkError("PASSPHRASE_WRONG", path=str(log_key)) from None
        raise
    vault = open_vault(home / KEYS / VAULT_KEY, passphrase)
    engine = open_engine(database_url(home, settings))
    try:
        require(engine)
        ring = KeyRing(home / KEYS, passphrase, lambda: _key_history(engine))
        ring.hold(signer)
        network = _wire(home, settings, engine, ring, vault, clock)
        network.erased_again = erase_again(engine)
        if writes:
            network.fence.before_connecting()
    except BaseException:
        engine.dispose()
        raise
    if network.erased_again:
        _log.warning("destroyed again what had come back of %d erased", network.erased_again)
    return network


def create_network(
    home: Path,
    settings: Settings,
    *,
    origin: str,
    sandbox: bool,
    simulated: bool,
    clock: Clock | None = None,
    flushed: bool = True,
) -> Network:
    """Make a network: keys, a migrated database, the genesis entry, the first operator API keys.

    A home that lacks its operator's keys alone is finished (`api.unfinished`). Where not
    ``flushed``, an SQLite database is not written through to the disk until it is closed and
    ``flush`` was called: for a network that is thrown away if its making is interrupted.

    Raises:
        NetworkError: ``HOME_NOT_A_FOLDER``, ``HOME_NOT_EMPTY``, ``HOME_NOT_WRITABLE`` or
            ``ORIGIN_INVALID``; as ``open_network`` of a home that is to be finished.
        StoreError: ``ALREADY_FOUNDED`` where the database holds a network; it cannot be used.
    """
    from api.first_keys import write_operator_keys  # noqa: PLC0415 -- it knows of networks
    from api.unfinished import finish  # noqa: PLC0415 -- so does it

    signer = Ed25519Signer.generate()
    appender = _appender(origin, signer)
    if (begun := finish(home, settings, origin)) is not None:
        return begun
    prepare_home(home, KEYS)
    passphrase = choose_passphrase(home, settings)
    write_key_file(home / KEYS / LOG_KEY, signer, passphrase)
    vault = create_vault(home / KEYS / VAULT_KEY, passphrase)
    engine = open_engine(database_url(home, settings))
    try:
        if not flushed and engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _leave_unflushed)
            engine.dispose()  # connections made before would write through
        from domain.store.migration import migrate  # noqa: PLC0415 -- slow to load

        migrate(engine)
        genesis = appender.genesis(
            clock="simulated" if simulated else "system",
            sandbox=sandbox,
            time_us=(clock or SystemClock()).now(),
            id=RandomIds().entity(),
            author=INIT_AUTHOR,
        )
        found(engine, as_rows(genesis), origin=origin, sandbox=sandbox, simulated=simulated)
        ring = KeyRing(home / KEYS, passphrase, lambda: _key_history(engine))
        ring.hold(signer)
        network = _wire(home, settings, engine, ring, vault, clock)
        write_operator_keys(network)
    except BaseException:
        engine.dispose()
        raise
    return network


def _leave_unflushed(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    # A third of the time of a bulk load goes into writing pages twice and waiting for the disk.
    for pragma in ("journal_mode=MEMORY", "synchronous=OFF", f"cache_size=-{BULK_CACHE_KIB}"):
        connection.execute(f"PRAGMA {pragma}").close()


def _appender(origin: str, signer: Ed25519Signer) -> Appender:
    try:
        if not origin.isascii() or not origin.isprintable() or _ORIGIN_BAD & set(origin):
            raise NetworkError("ORIGIN_INVALID", origin=ascii(origin)[:64])
        return Appender(origin, signer)
    except AuditError:
        raise NetworkError("ORIGIN_INVALID", origin=ascii(origin)[:64]) from None


def prepare_home(home: Path, *folders: str) -> None:
    """Make a folder for a new home, or take one that is empty; make these folders in it.

    Raises NetworkError ``HOME_NOT_A_FOLDER``, ``HOME_NOT_EMPTY`` or ``HOME_NOT_WRITABLE``.
    """
    if home.exists() and not home.is_dir():
        raise NetworkError("HOME_NOT_A_FOLDER", path=str(home))
    try:
        home.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
        if any(home.iterdir()):
            raise NetworkError("HOME_NOT_EMPTY", path=str(home))
        for folder in folders:
            (home / folder).mkdir(mode=OWNER_ONLY_FOLDER)
    except FileExistsError:
        # Another `dure init` was quicker between our look and our folder.
        raise NetworkError("HOME_NOT_EMPTY", path=str(home)) from None
    except OSError as error:
        reason = error.strerror or ""
        raise NetworkError("HOME_NOT_WRITABLE", path=str(home), reason=reason) from None


def choose_passphrase(home: Path, settings: Settings) -> str:
    """Return the pass phrase that was named; where none was, draw one into the home."""
    if settings.passphrase is None and settings.passphrase_file is None:
        write_private(home / PASSPHRASE, f"{secrets.token_urlsafe(PASSPHRASE_BYTES)}\n".encode())
    return find_passphrase(home, settings)


def _wire(
    home: Path,
    settings: Settings,
    engine: Engine,
    ring: KeyRing,
    vault: FileVault,
    clock: Clock | None,
) -> Network:
    fence = FileFence(home / HIGH_WATER, lambda seq: _entry_hash(engine, seq))
    mark = fence.mark()  # before the head: other processes go on
    with reading(engine) as connection:
        head = log_queries.network(connection)
    if head is None:
        raise NetworkError("NOT_INITIALISED", path=str(home))
    origin = head.origin
    log = AuditLog(ring.appender(head.head, origin), lambda found: ring.appender(found, origin))
    fence.hold(head.head, mark)
    if clock is None:
        clock = SandboxClock(head.head.last_time) if head.simulated else SystemClock()
    rules = Rules(AuditSignatures(), registry.DECIDE, registry.APPLIERS)
    network = Network(
        home=home,
        settings=settings,
        engine=engine,
        clock=clock,
        ids=RandomIds(),
        vault=vault,
        log=log,
        rules=rules,
        runner=BatchRunner(engine, log, clock, vault, rules, fence),
        fence=fence,
        ring=ring,
        origin=origin,
        sandbox=head.sandbox,
        simulated=head.simulated,
    )
    fence.ask_before_writing(lambda: _ask_witnesses(network))
    return network


def _ask_witnesses(network: Network) -> None:
    from api.witnessing.ask import ask_witnesses  # noqa: PLC0415 -- it knows of networks

    ask_witnesses(network)


def _key_history(engine: Engine) -> KeyHistory:
    with reading(engine) as connection:
        return read_keys(connection)


def _entry_hash(engine: Engine, seq: int) -> bytes | None:
    with reading(engine) as connection:
        return entry.hash if (entry := log_queries.entry(connection, seq)) else None


def write_keys(path: Path, keys: list[GivenKey]) -> None:
    """Write keys as JSON into a new file that only its owner may read.

    Raises StoreError ``FILE_EXISTS`` or ``FILE_NOT_WRITTEN``.
    """
    text = json.dumps([key._asdict() for key in keys], indent=2)
    write_private(path, f"{text}\n".encode())


INIT_ACTOR = Actor(OPERATOR, INIT_AUTHOR, "init", person=False)


def grant_key(
    network: Network,
    actor: Actor,
    partner: str,
    subject: str,
    role: Role,
    scopes: frozenset[Scope],
    minted: Minted | None = None,
) -> str:
    """Give a person an API key, a new one where none is named, and return its text.

    Raises NetworkError ``KEY_NOT_GRANTED`` with the refusal's code or the writer's fault.
    """
    minted = minted or mint()
    command = GrantKey(
        actor=actor,
        id=network.ids.entity(),
        key=f"grant:{minted.prefix}",
        received_at=network.clock.now(),
        prefix=minted.prefix,
        partner=partner,
        subject=subject,
        person=True,
        role=role.value,
        scopes=tuple(sorted(scope.value for scope in scopes)),
        hash=minted.hash,
    )
    answer = network.runner.run([command])[0]
    if answer.seq < 0:
        reason = answer.refusal.code if answer.refusal else answer.fault
        raise NetworkError("KEY_NOT_GRANTED", partner=partner or OPERATOR, reason=reason)
    return minted.token
