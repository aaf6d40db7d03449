"""What a verifier remembers of an entry is bounded, so that a log of a million fits in memory."""

import tracemalloc
from collections.abc import Iterable
from itertools import chain, islice

from audit.entry import decode
from audit.findings import Findings
from audit.replay import Replay
from audit.warrants import Warrants
from tests.benchmarks.verification import made_leaves

# Of a million entries in 300 MiB, 30 MiB in each process are Python itself.
BYTES_PER_ENTRY_MAX = 250
FIRST, LAST = 9_000, 12_000  # caches of times are full by the first


def test_an_entry_is_remembered_in_few_bytes() -> None:
    """Lots, accounts, members and all else of a made log cost 250 bytes an entry at the most."""
    findings = Findings()
    replay, warrants = Replay(findings), Warrants(findings)
    leaves = chain.from_iterable(made_leaves(LAST))
    tracemalloc.start()
    try:
        kept = [_apply(islice(leaves, many), replay, warrants) for many in (FIRST, LAST - FIRST)]
    finally:
        tracemalloc.stop()
    assert findings.total == 0
    assert (kept[1] - kept[0]) / (LAST - FIRST) < BYTES_PER_ENTRY_MAX


def _apply(leaves: Iterable[bytes], replay: Replay, warrants: Warrants) -> int:
    """Apply leaves; returns how many bytes are remembered by then."""
    for leaf in leaves:
        fields = decode(leaf)
        replay.apply(fields)
        warrants.check(fields)
    return tracemalloc.get_traced_memory()[0]
