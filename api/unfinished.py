"""A home whose making was interrupted once its log had begun, before its operator had a key.

The genesis stands, so nobody may found the network again; and nobody may act in it, for whatever
keys were granted were never written down. It lacks nothing but that, so it is given keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.bootstrap import (
    KEYS,
    OPERATOR_KEYS,
    OPERATORS,
    VAULT_KEY,
    NetworkError,
    open_network,
    write_operator_keys,
)
from domain.errors import StoreError
from domain.store.engine import reading
from domain.store.queries import log

if TYPE_CHECKING:
    from pathlib import Path

    from api.bootstrap import Network
    from api.config import Settings

SIZE_MAX = 1 + len(OPERATORS)  # the genesis and a key for each; a longer log has been worked with
# What is said of a home in which no genesis stands: nothing of it is worth keeping.
_NOT_BEGUN = frozenset({"DATABASE_MISSING", "SCHEMA_MISSING", "NOT_INITIALISED"})


def finish(home: Path, settings: Settings, origin: str) -> Network | None:
    """Return the network of a home that lacks its operator's keys alone, now with them.

    None for any other home, one at work among them whose file of keys was put away. Raises as
    ``open_network`` and ``give_operator``.
    """
    if not (home / KEYS / VAULT_KEY).is_file() or (home / OPERATOR_KEYS).exists():
        return None
    try:
        network = open_network(home, settings)
    except (NetworkError, StoreError) as error:
        if error.code in _NOT_BEGUN:
            return None
        raise
    try:
        with reading(network.engine) as connection:
            found = log.network(connection)
        assert found is not None  # an opened network has a head
        if network.origin == origin and found.head.size <= SIZE_MAX:
            write_operator_keys(network)
            return network
    except BaseException:
        network.close()
        raise
    network.close()
    return None
