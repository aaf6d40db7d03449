"""Two people settle one month at once: whoever comes second does nothing a second time."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from domain.store.engine import reading
from domain.store.queries import reference
from tests import postgres as pg
from tests.faults.client import ready, send
from tests.faults.launch import ended, launch, until
from tests.faults.month import (
    ANN,
    CURRENCY,
    Month,
    assert_paid_once,
    begun,
    close_alone,
    prepared,
)
from tests.faults.report import FULL, Row
from tests.faults.server import served
from tests.faults.stand import Stands

ROUNDS = 10 if FULL else 1


def test_two_who_run_every_verb_at_once_settle_once(stands: Stands, tmp_path: Path) -> None:
    """Two processes run all verbs until it is over: one closing, one settlement, each line once."""
    first = prepared(stands)
    row = Row("two people settle at once", stands.database)
    for turn in range(ROUNDS):
        month = first.on(stands.copy_of(first.stand))
        outputs = [tmp_path / f"{turn}-{who}" for who in ("ann", "bob")]
        both = [
            launch(
                close_alone, month, me, output, environment=month.stand.environment, output=output
            )
            for me, output in zip((ANN, month.bob), outputs, strict=True)
        ]
        said = [ended(process) for process in both]
        assert said == [0, 0], [output.read_text()[-3000:] for output in outputs]
        assert_paid_once(month)
        assert not begun(month)
        month.stand.assert_sound()
        row.rounds += 1
    row.close()


def at_once(month: Month, ports: tuple[int, int], mutation: str, **given: str) -> list[str]:
    """Send a mutation of each person to each server, under four keys, all at once; the types."""
    query = (
        f"mutation M($input: {mutation[0].upper()}{mutation[1:]}Input!)"
        f" {{ it: {mutation}(input: $input) {{ __typename }} }}"
    )

    def one(port: int, token: str) -> str:
        key = f"{mutation} {port} {token[-8:]} {given}"[:200]
        body = {"query": query, "variables": {"input": {**given, "idempotencyKey": key}}}
        (reply,) = send(port, [(token, json.dumps(body).encode())], 1)
        return str(reply.body["data"]["it"]["__typename"])

    with ThreadPoolExecutor(4) as pool:
        return sorted(pool.map(one, ports * 2, [token for token in month.tokens for _ in ports]))


def waiting(month: Month) -> str:
    """Return the one proposal that waits."""
    with month.stand.opened() as network, reading(network.engine) as connection:
        proposals = reference.load(connection).proposals.values()
    (found,) = (one.id for one in proposals if one.state == "PENDING")
    return found


def test_two_servers_asked_at_once_settle_once(
    postgres_server: pg.PostgresServer, tmp_path: Path
) -> None:
    """Of four requests at once to two servers one closes, one decides, one drafts, one approves."""
    stands = Stands(tmp_path, "postgresql", postgres_server)
    month = prepared(stands)
    with served(month.stand, started=False) as left, served(month.stand) as right:
        until(lambda: ready(left.port)[0] == 200, "it serves")
        ports = (left.port, right.port)
        for made, given, decided in (
            ("settlementWindowClose", {"currency": CURRENCY}, True),
            ("settlementCreate", {"currency": CURRENCY, "payBy": month.due}, False),
            ("settlementApprove", {}, True),
        ):
            found = month.settled()
            more = {"settlementId": found[0].id} if made == "settlementApprove" and found else {}
            told = at_once(month, ports, made, **given, **more)
            once = f"{made[0].upper()}{made[1:]}Success"
            assert told.count(once) == 1, told
            if decided:
                approve = {"proposalId": waiting(month), "decision": "APPROVE"}
                told = at_once(month, ports, "proposalDecide", **approve)
                assert told.count("ProposalDecideSuccess") == 1, told
    found = month.settled()
    assert found is not None
    assert found[0].state == "APPROVED"
    month.stand.assert_sound()
    Row("two servers settle at once", stands.database, 1).close()
