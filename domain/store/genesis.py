"""The first entry of a new network, with which a migrated database begins to be one."""

from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from domain.errors import StoreError
from domain.ports import Appended
from domain.store.engine import unreachable, writing
from domain.store.revision import require
from domain.store.tables import METADATA


def found(
    engine: Engine, appended: Appended, *, origin: str, sandbox: bool, simulated: bool
) -> None:
    """Write the genesis entry and the log's head, once.

    Raises:
        StoreError: ``ALREADY_FOUNDED`` where the database holds a network, ``SCHEMA_MISSING`` and
            its kin (``revision.require``), ``DATABASE_UNREACHABLE``.
    """
    require(engine)
    heads, entries = METADATA.tables["log_head"], METADATA.tables["log_entry"]
    head = appended.head
    try:
        with writing(engine) as connection:
            known = connection.execute(select(heads.c.origin)).scalar()
            if known is not None:
                raise StoreError("ALREADY_FOUNDED", origin=str(known))
            connection.execute(
                insert(entries),
                [
                    {"seq": seq, "hash": hash_, "leaf": leaf}
                    for seq, hash_, leaf in appended.entries
                ],
            )
            connection.execute(
                insert(heads).values(
                    id=1,
                    size=head.size,
                    last_hash=head.last_hash,
                    last_time=head.last_time,
                    frontier=head.frontier,
                    checkpoint=head.checkpoint,
                    reference_version=0,
                    origin=origin,
                    sandbox=int(sandbox),
                    simulated=int(simulated),
                )
            )
    except IntegrityError as error:
        # Another process was quicker between our look and our insertion.
        raise StoreError("ALREADY_FOUNDED", origin=origin) from error
    except DBAPIError as error:
        raise unreachable(error, engine.url) from error
