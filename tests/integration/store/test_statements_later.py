"""A statement tells what stood when its last window closed, whenever it is made."""

import json

from api.statements import read_statement
from audit.bundle import TileStream
from audit.entry import decode
from audit.evidence import Saved
from audit.findings import Findings
from audit.marks import Marks
from audit.merkle import leaf_hashes
from audit.statement_check import open_statements
from domain.clock import DAY
from domain.store.engine import reading
from domain.store.queries import log
from settlement import commands as c
from settlement.statements.json_form import as_json
from tests.integration.store.settling import HASH, ask, decided, nets, payment, settled, step
from tests.integration.store.world import ORIGIN, World


def made(world: World, period: int) -> bytes:
    """AIR's statement of one window, in its exact form."""
    with reading(world.engine) as connection:
        return as_json(read_statement(connection, "AIR", "KRW", [period]))


def findings(world: World, data: bytes) -> list[str]:
    """What is found in a statement where the whole log passes by."""
    with reading(world.engine) as connection:
        leaves = list(log.leaves(connection))
    found = Findings()
    (check,) = open_statements([Saved("s", data)], found)
    marks = Marks([check.claim.size])
    marks.extend(TileStream(), leaves, leaf_hashes(leaves))
    for leaf in leaves:
        check.see(decode(leaf))
    check.finish(ORIGIN, marks)
    return [one.line() for one in found.kept]


def owe_and_close(world: World, period: int) -> None:
    """Let AIR owe HOTEL in a window, and close it."""
    world.must(world.exchange(world.members[0], 2_000))
    decided(world, ask(c.ProposeWindowClose, period=period, currency="KRW"))


def test_a_statement_is_the_same_after_its_windows_are_settled(world: World) -> None:
    """What was brought forward at the closing stays so, and the log says the same of it."""
    world.must(world.exchange(world.members[0], 2_000))
    settled(world)
    owe_and_close(world, 2)
    owe_and_close(world, 3)
    before = {period: made(world, period) for period in (1, 2, 3)}
    assert json.loads(before[2])["carried"] == []
    assert json.loads(before[3])["carried"] == [{"window": 2, "payable": "70", "receivable": "0"}]
    assert [findings(world, data) for data in before.values()] == [[], [], []]

    second = world.must(
        ask(c.CreateSettlement, currency="KRW", method="CLEARING", pay_by=world.clock.now() + DAY)
    )[0].id
    decided(world, step(second, "APPROVE"))
    file = c.WrittenFile("AIR", "f" * 32, HASH)
    world.must(ask(c.SubmitSettlement, settlement=second, files=(file,)))
    for line, (partner, net) in enumerate(sorted(nets(world, second).items()), start=9):
        world.must(payment(second, partner, net, line))
    assert {period: made(world, period) for period in (1, 2, 3)} == before
