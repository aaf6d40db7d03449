"""An engine for PostgreSQL. It loads the driver, which whoever has SQLite need not wait for."""

from sqlalchemy import Dialect, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from domain.errors import StoreError
from domain.store.patient import PatientConnection
from domain.store.waits import CONNECT_SECONDS, LOOK_SECONDS, TCP


def open_postgres(url: URL, pool_max: int) -> Engine:
    """Return an engine whose connections do not wait for ever; nothing is connected yet.

    Raises StoreError ``DATABASE_URL_INVALID`` for a driver that is not here.
    """
    try:
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            pool_size=pool_max,
            pool_pre_ping=True,
            connect_args={"connect_timeout": CONNECT_SECONDS, **TCP},
        )
    except NoSuchModuleError:
        raise StoreError("DATABASE_URL_INVALID", expected="postgresql+psycopg://") from None
    event.listen(engine, "do_connect", _connect_postgres)
    event.listen(engine, "connect", _prepare_postgres)
    return engine


def _connect_postgres(
    _dialect: Dialect, _entry: ConnectionPoolEntry, args: list[str], given: dict[str, str | int]
) -> PatientConnection:
    return PatientConnection.connect(*args, **given)  # type: ignore[arg-type]  # libpq's own names


def _prepare_postgres(connection: PatientConnection, _entry: ConnectionPoolEntry) -> None:
    # Where we have given up, the server need not go on, nor keep its locks.
    connection.execute(f"SET client_connection_check_interval = '{LOOK_SECONDS}s'")
    connection.commit()
