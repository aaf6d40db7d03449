"""A network's check-up: what rows and log say of themselves, and what the log says of the rows.

The two halves do not need one another. The first is what each says of itself: the invariants, the
chain, the root and its signature; the second is the replay. On a log of some size they run beside
each other, each in a process of its own and in a snapshot of its own: entries never change, so both
see the same ones up to the size at which the check-up began.
"""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from api.breach import Breach
from api.chain_check import check_chain, check_published
from api.ledger_check import Compared, compare
from audit.note import VerifierKey
from audit.replay import TABLES
from audit.tiles import TileNodes
from domain.errors import StoreError
from domain.store import doctor
from domain.store.engine import open_engine, scanning
from domain.store.queries import export
from domain.store.queries import log as log_queries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from api.bootstrap import Network

APART_ENTRIES_MIN = 20_000  # below this a second process's start costs more than it saves


def check_up(
    network: Network,
    advance: Callable[[int], None],
    *,
    apart_entries_min: int = APART_ENTRIES_MIN,
) -> Compared:
    """Check a network.

    Args:
        network: the network; it may be served meanwhile.
        advance: told now and then how many entries of the log have been replayed.
        apart_entries_min: from how many entries on a second process takes half of the work.

    Raises:
        StoreError: the database cannot be used; ``CHECK_INTERRUPTED`` where the second process was
            ended from outside.
    """
    with scanning(network.engine) as connection:
        found = log_queries.network(connection)
        assert found is not None  # an opened network has a head
        size, checkpoint = found.head.size, found.head.checkpoint
        url = network.engine.url.render_as_string(hide_password=False)
        with _beside(size >= apart_entries_min, url, size, checkpoint, network.verifier_key) as own:
            seen = compare(
                log_queries.leaves(connection, size),
                {name: export.rows(connection, name, t.columns) for name, t in TABLES.items()},
                advance,
            )
            return seen._replace(breaches=own() + seen.breaches)


@contextmanager
def _beside(
    apart: bool,  # noqa: FBT001 -- passed on with the rest, as it is
    url: str,
    size: int,
    checkpoint: str,
    key: str,
) -> Iterator[Callable[[], list[Breach]]]:
    """Begin the first half; lend what waits for its breaches."""
    if not apart:
        yield lambda: by_themselves(url, size, checkpoint, key)
        return
    # A fork would share the database's open files, which SQLite forbids.
    pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
    try:
        begun = pool.submit(by_themselves, url, size, checkpoint, key)

        def wait() -> list[Breach]:
            try:
                return begun.result()
            except BrokenProcessPool:
                raise StoreError("CHECK_INTERRUPTED") from None

        yield wait
    finally:
        pool.shutdown(cancel_futures=True)


def by_themselves(url: str, size: int, checkpoint: str, key: str) -> list[Breach]:
    """Check rows and log each by itself, on a connection of its own.

    Args:
        url: the database's address.
        size: how many entries of the log to look at.
        checkpoint: the signed note over so many.
        key: the verifier key, as text.

    Raises StoreError as ``open_engine`` and ``scanning`` do.
    """
    engine = open_engine(url)
    try:
        with scanning(engine) as connection:
            breaches = [Breach(found.code, found.facts) for found in doctor.examine(connection)]
            trusted = VerifierKey.parse(key)
            newest = log_queries.network(connection)
            nodes = TileNodes(lambda level, index: log_queries.tile(connection, level, index))
            published, head = log_queries.published(connection), newest.head.size if newest else 0
            breaches += check_published(published, head, nodes, trusted)
            with closing(log_queries.leaves(connection, size)) as leaves:
                return breaches + check_chain(checkpoint, leaves, trusted)
    finally:
        engine.dispose()
