"""A home whose making was interrupted once its log had begun, before its operator had its keys.

The genesis stands, so nobody may found the network again; and nobody may act in it. It lacks
nothing but the keys of its first two people: those of its file that are not granted yet, or, where
there is no file, two new ones.
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
)
from api.first_keys import ungranted, write_operator_keys
from domain.errors import StoreError
from domain.store.engine import reading
from domain.store.queries import log

if TYPE_CHECKING:
    from pathlib import Path

    from api.bootstrap import Network
    from api.config import Settings

# The genesis, and a key for each but the last: the file of keys is older than any of them.
SIZE_MAX = len(OPERATORS)
# What is said of a home in which no genesis stands: nothing of it is worth keeping.
_NOT_BEGUN = frozenset({"DATABASE_MISSING", "SCHEMA_MISSING", "NOT_INITIALISED"})


def finish(home: Path, settings: Settings, origin: str) -> Network | None:
    """Return the network of a home that lacks its operator's keys alone, now with them.

    None for any other home, one at work among them whose file of keys was put away. Raises as
    ``open_network`` and ``write_operator_keys``.
    """
    if not (home / KEYS / VAULT_KEY).is_file():
        return None
    try:
        network = open_network(home, settings)
    except (NetworkError, StoreError) as error:
        if error.code in _NOT_BEGUN or (home / OPERATOR_KEYS).exists():
            return None
        raise
    try:
        if network.origin == origin and _lacks_keys(network):
            write_operator_keys(network)
            return network
    except BaseException:
        network.close()
        raise
    network.close()
    return None


def _lacks_keys(network: Network) -> bool:
    """Tell whether nothing but the genesis and keys of the home's own file was written so far."""
    with reading(network.engine) as connection:
        found = log.network(connection)
    assert found is not None  # an opened network has a head
    path = network.home / OPERATOR_KEYS
    if not path.exists():
        return found.head.size == 1
    return found.head.size <= SIZE_MAX and bool(ungranted(network, path))
