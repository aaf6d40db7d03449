"""A settlement over a real database: a window closed, netted, approved, submitted, paid."""

from sqlalchemy import text

from domain.clock import DAY
from domain.ids import OPERATOR
from domain.ledger.commands import Command
from domain.ledger.disputes import REJECTED, UPHELD, Line
from domain.store.batch import Answer
from domain.store.engine import reading
from domain.store.queries import settlements
from settlement import commands as c
from tests.integration.store.world import OPERATOR_ACTOR, SECOND_ACTOR, World, actor, new_id

HASH = "ab" * 32


def ask(kind: type[Command], **given: object) -> Command:
    """A command of the first operator's, under a key of its own."""
    known = {"actor": OPERATOR_ACTOR, "id": new_id(), "key": new_id()}
    return kind(**{**known, **given})  # type: ignore[arg-type]  # fields of the command


def decided(world: World, proposal: Command) -> Answer:
    """Propose, and have the second operator approve."""
    made, done = world.must(
        proposal, ask(c.DecideProposal, actor=SECOND_ACTOR, proposal=proposal.id, approve=True)
    )
    assert made.seq < done.seq
    return done


def drafted(world: World, period: int = 1) -> str:
    """Close the window and net it; the settlement."""
    decided(world, ask(c.ProposeWindowClose, period=period, currency="KRW"))
    return world.must(
        ask(
            c.CreateSettlement, currency="KRW", method="CLEARING",
            pay_by=world.clock.now() + DAY,
        )
    )[0].id  # fmt: skip


def step(settlement: str, name: str) -> Command:
    """The proposal of a step."""
    return ask(c.ProposeSettlement, settlement=settlement, step=name, reason="CHECKED")


def nets(world: World, settlement: str) -> dict[str, int]:
    """Each partner's net, positive where it owes."""
    with reading(world.engine) as connection:
        found = settlements.details(connection, [settlement])
    return {one.partner: one.net for one in found.nets}


def submitted(world: World) -> str:
    """A settlement whose files were written."""
    id_ = drafted(world)
    decided(world, step(id_, "APPROVE"))
    files = tuple(
        c.WrittenFile(partner, new_id(), HASH)
        for partner, net in sorted(nets(world, id_).items())
        if net > 0
    )
    world.must(ask(c.SubmitSettlement, settlement=id_, files=files))
    return id_


def payment(settlement: str, partner: str, net: int, line: int) -> Command:
    """A bank line that pays a net."""
    return ask(
        c.MatchBankLine, settlement=settlement, partner=partner,
        leg="PAY_IN" if net > 0 else "PAY_OUT", amount=abs(net), statement=HASH, line=line,
    )  # fmt: skip


def settled(world: World) -> str:
    """A settlement in which every net was paid."""
    id_ = submitted(world)
    note = {"note": "a call from the bank", "note_key": b"k" * 32}
    world.must(
        ask(c.RecordPayment, settlement=id_, partner="AIR", type="PAYMENT", evidence=HASH, **note)
    )
    for line, (partner, net) in enumerate(sorted(nets(world, id_).items()), start=1):
        if net:
            world.must(payment(id_, partner, net, line))
    assert OPERATOR not in nets(world, id_)
    return id_


def lines(world: World) -> dict[Line, tuple[str, str, int]]:
    """Every line that is no correction: its debtor, creditor and amount, in the log's order."""
    sql = (
        "SELECT seq, n, debtor, creditor, amount FROM obligation WHERE kind <> 'CORRECTION'"
        " ORDER BY seq, n"
    )
    with world.engine.connect() as connection:
        return {(row[0], row[1]): (row[2], row[3], row[4]) for row in connection.execute(text(sql))}


def dispute(line: Line, party: str, note: str = "") -> Command:
    """A partner's dispute of a line."""
    return ask(
        c.OpenDispute, actor=actor(party), sequence=line[0], n=line[1], party=party,
        reason="WRONG_PRICE", note=note, note_key=b"d" * 32,
    )  # fmt: skip


def upheld(dispute_: str, amount: int) -> Command:
    """The proposal to let a disputed line come to an amount."""
    return ask(c.ResolveDispute, dispute=dispute_, outcome=UPHELD, amount=amount, reason="CHECKED")


def disputed(world: World) -> list[str]:
    """Dispute the first line four times: corrected down, up again, left alone, still open."""
    line, (debtor, creditor, amount) = next(iter(lines(world).items()))
    made: list[str] = []
    for party, end in ((creditor, amount - 5), (debtor, amount - 2), (debtor, None), (creditor, 0)):
        opened = dispute(line, party, "see our letter")
        world.must(opened)
        made.append(opened.id)
        if end:
            decided(world, upheld(opened.id, end))
        elif end is None:
            world.must(ask(c.ResolveDispute, dispute=opened.id, outcome=REJECTED, reason="CHECKED"))
    return made
