"""A network's check-up: what rows and log say of themselves, and what the log says of the rows.

The two halves do not need one another. The first is what each says of itself: the invariants, the
chain, the root and its signature, and what lies outside the log; the second is the replay. On a log
of some size the replay has a process of its own.
"""

from __future__ import annotations

from contextlib import closing, nullcontext
from typing import TYPE_CHECKING, NamedTuple

from api import chain_check, ledger_check, outside_check, warrant_check
from api.breach import Breach
from api.chain_check import check_chain, check_published
from api.outside_check import Outside
from api.replay_apart import Apart, replay_apart
from api.replay_check import replay
from api.signed_check import SignedRows
from api.warrant_check import WarrantCheck
from audit.entry import decode
from audit.errors import AuditError
from audit.note import VerifierKey
from audit.tiles import TileNodes
from domain.store import doctor
from domain.store.engine import reading, scanning
from domain.store.queries import log as log_queries
from domain.store.queries import members
from domain.store.queries import outside as outside_queries

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

    from api.bootstrap import Network
    from api.ledger_check import Compared
    from audit.entry import Fields

APART_ENTRIES_MIN = 20_000  # below this a second process's start costs more than it saves
PASSED_EVERY = 1_000  # entries between two looks at how far the other half has come

# Every code that a check-up may tell, in the order in which they are told.
CODES = tuple(
    dict.fromkeys(
        (
            *doctor.CODES,
            *chain_check.CODES,
            *outside_check.CODES,
            *warrant_check.CODES,
            *ledger_check.CODES,
        )
    )
)


class Checked(NamedTuple):
    """What a check-up saw: entries by kind, logged rows by table, and every breach."""

    entries: int
    kinds: Counter[str]
    rows: dict[str, int]
    breaches: list[Breach]

    @property
    def checks(self) -> dict[str, int]:
        """How many breaches each check told; of one check not all are."""
        counts = dict.fromkeys(CODES, 0)
        for breach in self.breaches:
            counts[breach.code] += 1
        return counts


def log_size(network: Network) -> int:
    """Return how many entries a network's log has now; raises StoreError as ``reading`` does."""
    with reading(network.engine) as connection:
        found = log_queries.network(connection)
        assert found is not None  # an opened network has a head
        return found.head.size


def check_up(
    network: Network,
    advance: Callable[[int], None],
    *,
    apart_entries_min: int = APART_ENTRIES_MIN,
    apart: Apart | None = None,
) -> Checked:
    """Check a network.

    Args:
        network: the network; it may be served meanwhile.
        advance: told now and then how many entries of the log have been replayed.
        apart_entries_min: from how many entries on the replay has a process of its own.
        apart: such a process, where one was started already.

    Raises:
        StoreError: the database cannot be used; ``CHECK_INTERRUPTED`` where the second process was
            ended from outside.
    """
    size, url = log_size(network), network.engine.url.render_as_string(hide_password=False)
    if size < apart_entries_min:
        return _together(_themselves(network, lambda: None), replay(url, advance))
    with nullcontext(apart) if apart else replay_apart() as beside:
        beside.begin(url, size, advance)
        return _together(_themselves(network, beside.look), beside.wait())


def _together(own: list[Breach], seen: Compared) -> Checked:
    return Checked(seen.entries, seen.kinds, seen.rows, own + seen.breaches)


def _themselves(network: Network, passed: Callable[[], None]) -> list[Breach]:
    """Check rows and log each by itself, and what lies outside the log against it.

    ``passed`` is called now and then. Raises StoreError as ``scanning`` does.
    """
    with scanning(network.engine) as connection:
        found = log_queries.network(connection)
        assert found is not None  # an opened network has a head
        breaches: list[Breach] = []
        for findings in doctor.each_check(connection):
            breaches += [Breach(finding.code, finding.facts) for finding in findings]
            passed()

        def has_key(member: str) -> bool:
            return members.wrapped_key(connection, member) is not None

        commands = outside_queries.signed_commands(connection)
        outside = Outside(
            outside_queries.answers(connection),
            outside_queries.payloads(connection),
            SignedRows(commands, network.vault, has_key),
            network.vault,
            has_key,
        )
        warrants = WarrantCheck()

        def look(fields: Fields) -> None:
            outside.see(fields)
            warrants.see(fields)
            if not int(fields["seq"]) % PASSED_EVERY:
                passed()

        key = VerifierKey.parse(network.verifier_key)
        with closing(log_queries.leaves(connection)) as leaves:
            breaches += check_chain(found.head.checkpoint, leaves, key, look)
        nodes = TileNodes(lambda level, index: log_queries.tile(connection, level, index))
        published = log_queries.published(connection)
        breaches += check_published(published, found.head.size, nodes, key)
        breaches += outside.finish(found.head.size)

        def again(seq: int) -> Fields | None:
            entry = log_queries.entry(connection, seq)
            try:
                return decode(entry.leaf) if entry else None
            except AuditError:
                return None  # the chain has told

        return breaches + warrants.finish(again)
