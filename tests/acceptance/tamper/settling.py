"""The demo's closed window settled as far as it goes: half paid, the rest a default."""

from sqlalchemy import text

from api.bootstrap import Network
from api.demo.admit import People, must
from api.demo.brands import CURRENCY
from domain.clock import DAY, SimulatedClock
from domain.ledger.commands import Command
from domain.store.engine import reading
from domain.store.queries import obligations, settlements
from settlement import commands as c

HASH = "ab" * 32


def settle(network: Network, people: People) -> None:
    """Bring a row into every table of settlements."""

    def run(kind: type[Command], **given: object) -> str:
        known = {"actor": people.maker, "id": network.ids.entity()}
        command = kind(**{**known, **given})  # type: ignore[arg-type]  # fields of the command
        must(network.runner.run([command]), kind.__name__)
        return command.id

    def agree(kind: type[Command], **given: object) -> None:
        proposal = run(kind, **given)
        run(c.DecideProposal, actor=people.checker, proposal=proposal, approve=True)

    agree(c.ProposePolicy, name="LOSS_SHARING", value="BY_NET", reason="AGREED")
    id_ = run(
        c.CreateSettlement, currency=CURRENCY, method="CLEARING",
        pay_by=network.clock.now() + DAY,
    )  # fmt: skip
    with reading(network.engine) as connection:
        nets = [one for one in settlements.details(connection, [id_]).nets if one.net > 0]
    with reading(network.engine) as connection:
        lines = obligations.credit_lines(connection)
    for line in lines:
        if line.prefund:  # or it would pay all of the default
            agree(
                c.ProposeFunds, partner=line.partner, currency=line.currency, type="PREFUND_OUT",
                amount=line.prefund, reason="RETURNED",
            )  # fmt: skip
    agree(c.ProposeSettlement, settlement=id_, step="APPROVE", reason="CHECKED")
    files = tuple(c.WrittenFile(one.partner, network.ids.entity(), HASH) for one in nets)
    run(c.SubmitSettlement, settlement=id_, files=files)
    with reading(network.engine) as connection:
        owed = connection.execute(text("SELECT seq, n, debtor FROM obligation LIMIT 1")).one()
    run(c.OpenDispute, sequence=owed.seq, n=owed.n, party=owed.debtor, reason="WRONG_PRICE")
    first = nets[0]
    run(
        c.RecordPayment, settlement=id_, partner=first.partner, type="PAYMENT", evidence=HASH,
        note="a call from the bank", note_key=b"k" * 32,
    )  # fmt: skip
    run(
        c.MatchBankLine, settlement=id_, partner=first.partner, leg="PAY_IN", amount=1,
        statement=HASH, line=1,
    )  # fmt: skip
    assert isinstance(network.clock, SimulatedClock)
    network.clock.advance(2 * DAY)
    agree(c.ProposeSettlement, settlement=id_, step="DEFAULT", reason="UNPAID")
