"""A network's check-up: what its rows say of themselves, then what the log says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.ledger_check import Breach, Compared, compare
from audit.note import VerifierKey
from audit.replay import TABLES
from domain.store import doctor
from domain.store.engine import reading
from domain.store.queries import export
from domain.store.queries import log as log_queries

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.bootstrap import Network


def check_up(network: Network, advance: Callable[[int], None]) -> Compared:
    """Check a network; both halves see the same snapshot.

    ``advance`` is told now and then how many entries of the log have been replayed.
    """
    with reading(network.engine) as connection:
        by_rows = [Breach(finding.code, finding.facts) for finding in doctor.examine(connection)]
        head = log_queries.network(connection)
        assert head is not None  # an opened network has a head
        seen = compare(
            head.head,
            log_queries.leaves(connection),
            {name: export.rows(connection, name, table.columns) for name, table in TABLES.items()},
            VerifierKey.parse(network.verifier_key),
            advance,
        )
    return seen._replace(breaches=by_rows + seen.breaches)
