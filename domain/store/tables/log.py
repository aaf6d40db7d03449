"""The log itself, its head, its upper tiles, and the idempotency keys that point into it."""

from domain.store.tables.base import Row
from domain.store.tables.columns import bigint, data, keyed, note, rowid, text


class LogEntryRow(Row, table=True):
    """One entry: its leaf's bytes and the leaf's hash."""

    __tablename__ = "log_entry"

    seq: int = rowid()
    hash: bytes = data()
    leaf: bytes = data()


class LogTileRow(Row, table=True):
    """The known prefix of a hash tile of ``level`` >= 1, 32 bytes a hash."""

    __tablename__ = "log_tile"
    __table_args__ = keyed()

    level: int = bigint(key=True)
    number: int = bigint(key=True)
    hashes: bytes = data()


class LogHeadRow(Row, table=True):
    """The one row that every writer locks first."""

    __tablename__ = "log_head"

    id: int = rowid()
    size: int = bigint()
    last_hash: bytes = data()
    last_time: int = bigint()
    frontier: bytes = data()
    checkpoint: str = note()
    reference_version: int = bigint()
    origin: str = text()
    sandbox: int = bigint()
    simulated: int = bigint()


class LogPublishedRow(Row, table=True):
    """The one checkpoint that is served: the newest that enough witnesses have cosigned."""

    __tablename__ = "log_published"

    id: int = rowid()
    size: int = bigint()
    note: str = note()


class LogHandoverRow(Row, table=True):
    """A checkpoint at which one key of the log gave way to another; its last entry says so."""

    __tablename__ = "log_handover"

    size: int = rowid()
    note: str = note()


class LogStampRow(Row, table=True):
    """A third party's time stamp of a checkpoint (RFC 3161), and the checkpoint to the letter."""

    __tablename__ = "log_stamp"

    size: int = rowid()
    time: int = bigint()
    note: str = note()
    response: bytes = data()


class CommandRow(Row, table=True):
    """What was answered to an idempotency key: ``seq`` of the entry, or -1 and a refusal's code."""

    __tablename__ = "command"
    __table_args__ = keyed()

    partner: str = text(key=True)
    key: str = text(key=True)
    request_hash: str = text()
    code: str = text()
    path: str = text()
    facts: str = note()
    seq: int = bigint()
