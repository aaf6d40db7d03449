"""One request sent ten thousand times is one transfer; two partners' keys never meet."""

from tests.faults.client import issue, send
from tests.faults.report import FULL, Row
from tests.faults.server import served
from tests.faults.stand import Stands

DUPLICATES = 10_000 if FULL else 1_000
CLIENTS = 64


def test_duplicates_are_one_transfer(stands: Stands) -> None:
    """Of many duplicates, 64 at a time, one is new, and all say the same facts."""
    stand = stands.copy()
    row = Row(f"{DUPLICATES:,} duplicates of one request", stands.database, 1)
    with served(stand) as server:
        same = (stand.tokens[0], issue(stand, "the-same"))
        replies = send(server.port, [same] * DUPLICATES, CLIENTS)
    assert {reply.status for reply in replies} == {200}
    assert len({reply.facts for reply in replies}) == 1
    assert replies[0].facts[0] != ""
    assert sum(not reply.payload["replayed"] for reply in replies) == 1
    row.acknowledged, row.retried = len(replies), len(replies) - 1
    stand.assert_sound()
    row.close()


def test_two_partners_with_the_same_keys_never_meet(stands: Stands) -> None:
    """Two partners send the same keys at the same time: each key is two transfers, one of each."""
    stand = stands.copy()
    keys = [f"both-{n}" for n in range(DUPLICATES // 20)]
    row = Row("two partners, the same keys", stands.database, 1)
    sent = [
        (token, issue(stand, key, unit=unit))
        for key in keys
        for _ in range(2)
        for token, unit in zip(stand.tokens, ("AIR", "HOTEL"), strict=True)
    ]
    with served(stand) as server:
        replies = send(server.port, sent, CLIENTS)
    assert {reply.status for reply in replies} == {200}
    assert len({reply.facts for reply in replies}) == 2 * len(keys)
    assert sum(not reply.payload["replayed"] for reply in replies) == 2 * len(keys)
    row.acknowledged, row.retried = len(replies), len(replies) // 2
    stand.assert_sound()
    row.close()
