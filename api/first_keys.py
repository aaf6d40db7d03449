"""Keys of the operator's first two people, from whom everybody else comes by their agreement.

A network gives its first two keys once (`domain.partners.people`). So their text is in the home
before the first is granted, and a run that was killed in between is finished with the same keys.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from api.auth.credentials import mint, minted_of
from api.auth.scopes import Role, Scope
from api.bootstrap import (
    INIT_ACTOR,
    OPERATOR_KEYS,
    OPERATORS,
    GivenKey,
    Network,
    NetworkError,
    grant_key,
    write_keys,
)
from domain.store.engine import reading
from domain.store.queries import reference

if TYPE_CHECKING:
    from pathlib import Path

    from api.auth.credentials import Minted


def write_operator_keys(network: Network) -> None:
    """Give two people of the operator a key each for all there is, kept in the home.

    Raises as ``grant_key`` and ``read_operator_keys``.
    """
    path = network.home / OPERATOR_KEYS
    if not path.exists():
        role = Role.OPERATOR.value
        write_keys(
            path, [GivenKey(who, role, network.ids.member(), mint().token) for who in OPERATORS]
        )
    for given, minted in ungranted(network, path):
        grant_key(network, INIT_ACTOR, "", given.subject, Role.OPERATOR, frozenset(Scope), minted)


def ungranted(network: Network, path: Path) -> list[tuple[GivenKey, Minted]]:
    """Return keys of a home's file that its log lacks; raises as ``read_operator_keys``."""
    with reading(network.engine) as connection:
        known = reference.load(connection).keys
    return [one for one in _read(path) if one[1].prefix not in known]


def read_operator_keys(home: Path) -> list[GivenKey]:
    """Return the keys of the first two people; raises NetworkError ``OPERATOR_KEYS_INVALID``."""
    return [given for given, _ in _read(home / OPERATOR_KEYS)]


def _read(path: Path) -> list[tuple[GivenKey, Minted]]:
    try:
        found = [GivenKey(**one) for one in json.loads(path.read_bytes())]
        pairs = [(given, minted_of(given.token)) for given in found]
    except (OSError, ValueError, TypeError):
        pairs = []
    keys = [(given, minted) for given, minted in pairs if minted is not None]
    if len(keys) != len(OPERATORS):
        raise NetworkError("OPERATOR_KEYS_INVALID", path=str(path))
    return keys
