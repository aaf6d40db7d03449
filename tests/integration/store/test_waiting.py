"""Bank lines that wait, over both databases: once each, until a person has said what they are."""

from sqlalchemy import text

from api.bank_import import Plan, write_import
from api.identifiers import RandomIds
from api.unmatched import named_line
from domain.ids import OPERATOR
from domain.ledger.commands import Command
from domain.store.engine import reading
from domain.store.migration import migrate
from settlement import commands as c
from settlement.bank.lines import BankFile, BankLine
from settlement.bank.matching import Matching, Unmatched
from tests.integration.store.rows import assert_rows_follow_from_leaves, every_row
from tests.integration.store.settling import ask, decided, nets, payment, submitted
from tests.integration.store.test_settlements import owing, refusals
from tests.integration.store.world import OPERATOR_ACTOR, SECOND_ACTOR, World, open_world

FILE, OTHER = "e1" * 32, "e2" * 32


def queue(line: int, amount: int, reference: str = "", statement: str = FILE) -> Command:
    """A line that no payment took."""
    return ask(
        c.QueueBankLine, statement=statement, line=line, currency="KRW", amount=amount,
        reason="NO_CANDIDATE", reference=reference, detail="Kim, thank you", detail_key=b"q" * 32,
    )  # fmt: skip


def carry(line: int, partner: str, settlement: str = "") -> Command:
    """The proposal to owe a line back."""
    return ask(
        c.ProposeCarry, statement=FILE, line=line, partner=partner, settlement=settlement,
        reason="RETURNED",
    )  # fmt: skip


def told(world: World) -> dict[tuple[str, int], tuple[int, str, str]]:
    """What waits or waited: amount, reason, state."""
    sql = "SELECT statement, line, amount, reason, state FROM bank_waiting"
    with world.engine.connect() as connection:
        return {(row[0], row[1]): (row[2], row[3], row[4]) for row in connection.execute(text(sql))}


def owed(world: World) -> list[tuple[str, str, int, int]]:
    """What carried lines made partners owe: debtor, creditor, amount, window."""
    sql = "SELECT debtor, creditor, amount, period FROM obligation WHERE kind = 'BANK' ORDER BY seq"
    with world.engine.connect() as connection:
        return [(row[0], row[1], row[2], row[3]) for row in connection.execute(text(sql))]


def test_a_line_waits_once_and_ends_once(world: World, database_url: str) -> None:
    """In whatever file and process it is read again; what ended it is the log's for ever."""
    owing(world)
    id_ = submitted(world)
    partner, net = next(item for item in nets(world, id_).items() if item[1] > 0)
    one, two = "1" * 64, "2" * 64
    world.must(queue(1, net, one), queue(2, 5, two), queue(3, -5))
    other = open_world(database_url, world.clock)
    try:
        again = [queue(1, net), queue(9, net, one, OTHER), queue(3, -5)]
        assert refusals(other.run(*again)) == ["BANK_LINE_KNOWN"] * 3
        wrong = ask(
            c.MatchBankLine, settlement=id_, partner=partner, leg="PAY_IN", amount=net - 1,
            statement=OTHER, line=9, reference=one,
        )  # fmt: skip
        assert refusals(other.run(wrong)) == ["BANK_LINE_DIFFERS"]
        # The very line, told by another file, is the payment after all.
        other.must(
            ask(
                c.MatchBankLine, settlement=id_, partner=partner, leg="PAY_IN", amount=net,
                statement=OTHER, line=9, reference=one,
            )
        )  # fmt: skip
        other.must(ask(c.DismissBankLine, statement=FILE, line=2, reason="BANK_FEE"))
        late = [
            ask(c.DismissBankLine, statement=FILE, line=line, reason="BANK_FEE") for line in (1, 2)
        ]
        assert refusals(world.run(*late)) == ["BANK_LINE_STATE"] * 2
        assert refusals(world.run(queue(4, 5, two))) == ["BANK_LINE_KNOWN"]
        proposal = carry(3, "AIR")
        world.must(proposal)
        world.must(ask(c.DismissBankLine, statement=FILE, line=3, reason="BANK_FEE"))
        approve = ask(c.DecideProposal, actor=SECOND_ACTOR, proposal=proposal.id, approve=True)
        assert refusals(other.run(approve)) == ["BANK_LINE_STATE"]
    finally:
        other.close()
    states = {place: row[2] for place, row in told(world).items()}
    assert states == {(FILE, 1): "MATCHED", (FILE, 2): "DISMISSED", (FILE, 3): "DISMISSED"}
    assert owed(world) == []
    assert_rows_follow_from_leaves(world.engine)


def test_a_payment_that_came_back_is_owed_again_and_covers_no_payout(world: World) -> None:
    """Its settlement stays as it is; what came back is owed in the open window, and held back."""
    owing(world)
    id_ = submitted(world)
    partner, net = next(item for item in nets(world, id_).items() if item[1] > 0)
    world.must(payment(id_, partner, net, 1), queue(2, -net))
    release = [
        ask(c.ReleasePayouts, settlement=id_, message=f"{n}" * 32, hash=FILE) for n in (1, 2)
    ]
    decided(world, carry(2, partner, id_))
    assert owed(world) == [(partner, OPERATOR, net, 2)]
    before = every_row(world.engine, "command")
    (answer,) = world.run(release[0])
    assert answer.refusal is not None
    assert answer.refusal.code == "PAYOUT_NOT_COVERED"
    assert every_row(world.engine, "command") == before
    # Its payer pays anew: carried for the same settlement, nobody owes for it, and it covers.
    world.must(queue(3, net))
    decided(world, carry(3, partner, id_))
    assert owed(world) == [(partner, OPERATOR, net, 2), (OPERATOR, partner, net, 2)]
    world.must(release[1])
    assert_rows_follow_from_leaves(world.engine)


def test_a_waiting_line_is_counted_under_no_other_lines_name(world: World) -> None:
    """Else that other line's money would be a payment, and wait to be owed back as well."""
    owing(world)
    id_ = submitted(world)
    partner, net = next(item for item in nets(world, id_).items() if item[1] > 0)
    one, two = "1" * 64, "2" * 64
    world.must(queue(1, net, one), queue(2, net, two))
    told = {"settlement": id_, "partner": partner, "leg": "PAY_IN", "amount": net}
    place = {"statement": FILE, "line": 1}
    under = [ask(c.MatchBankLine, **told, **place, reference=name) for name in (two, "")]
    assert refusals(world.run(under[0])) == ["BANK_LINE_DIFFERS"]
    world.must(under[1])  # without a name it is the line at that place
    late = ask(c.MatchBankLine, **told, statement=OTHER, line=9, reference=one)
    assert refusals(world.run(late)) == ["BANK_LINE_STATE"]
    assert_rows_follow_from_leaves(world.engine)


def test_what_a_line_leaves_over_waits_and_is_owed_back(world: World) -> None:
    """Paid too much, the rest waits at once; carried over, the operator owes it to its payer."""
    owing(world)
    id_ = submitted(world)
    partner, net = next(item for item in nets(world, id_).items() if item[1] > 0)
    over = ask(
        c.MatchBankLine, settlement=id_, partner=partner, leg="PAY_IN", amount=net + 40,
        statement=FILE, line=1, reference="3" * 64,
    )  # fmt: skip
    world.must(over)
    assert told(world) == {(FILE, 1): (40, "OVERPAID", "WAITING")}
    decided(world, carry(1, partner))
    assert owed(world) == [(OPERATOR, partner, 40, 2)]
    assert told(world) == {(FILE, 1): (40, "OVERPAID", "CARRIED")}
    assert_rows_follow_from_leaves(world.engine)


def test_what_the_bank_says_of_people_lies_beside_the_log(world: World) -> None:
    """No leaf holds it; the entry binds it, and the check-up knows whose it is."""
    owing(world)
    submitted(world)
    world.must(queue(1, 5))
    with world.engine.connect() as connection:
        leaves = b"".join(row[0] for row in connection.execute(text("SELECT leaf FROM log_entry")))
        kept = connection.execute(text("SELECT text FROM free_text")).scalar_one()
    assert kept == "Kim, thank you"
    assert b"thank" not in leaves


def test_a_line_waits_whatever_its_bank_says_of_it(world: World) -> None:
    """A payer's text, however long and odd, ends no import in the middle."""
    line = BankLine(
        "1", "2026-11-03", 5, "KRW", end_to_end_id="\x01" * 200, reference='"' * 200,
        counterparty="\\" * 200, bank_reference="\x02" * 200, file=FILE,
    )  # fmt: skip
    left = Matching((), (Unmatched(line, 5, "NO_CANDIDATE"),), {})
    plan = Plan(BankFile(FILE, "", ()), {}, left, {})
    world.must(next(write_import(plan, OPERATOR_ACTOR, RandomIds())))
    assert told(world) == {(FILE, 1): (5, "NO_CANDIDATE", "WAITING")}


def test_a_line_is_found_however_many_wait(world: World) -> None:
    """By its statement's first digits or all of them; a name that means two or none finds none."""
    world.must(*(queue(line, 5) for line in range(1, 4)), queue(2, 5, statement=FILE[:62] + "00"))
    with reading(world.engine) as connection:
        for text_, found in (
            (f"{FILE[:8]}.3", 3), (f"{FILE}.2", 2), (f"{FILE[:8]}.2", 0), (f"{FILE[:8]}.9", 0),
            (f"{FILE[:4]}.3", 0), (f"{FILE[:8]}.", 0), (f"{FILE[:8]}.3x", 0), ("%%%%%%%%.3", 0),
        ):  # fmt: skip
            line = named_line(connection, text_)
            assert (line.line if line else 0) == found, text_


def test_the_queue_goes_and_comes_back_as_it_was(world: World) -> None:
    """What was matched, dismissed or carried waits no more after its table went and came again."""
    owing(world)
    id_ = submitted(world)
    partner, net = next(item for item in nets(world, id_).items() if item[1] > 0)
    over = ask(
        c.MatchBankLine, settlement=id_, partner=partner, leg="PAY_IN", amount=net + 40,
        statement=FILE, line=1, reference="3" * 64,
    )  # fmt: skip
    world.must(over, queue(2, -net, "4" * 64), queue(3, 5), queue(4, 6), queue(5, 7, "5" * 64))
    decided(world, carry(2, partner, id_))
    world.must(ask(c.DismissBankLine, statement=FILE, line=3, reason="BANK_FEE"))
    again = ask(
        c.MatchBankLine, settlement=id_, partner=partner, leg="PAY_IN", amount=7, statement=OTHER,
        line=9, reference="5" * 64,
    )  # fmt: skip
    world.must(again)
    before = every_row(world.engine, "bank_waiting")
    migrate(world.engine, "0011")
    migrate(world.engine)
    assert every_row(world.engine, "bank_waiting") == before
    assert_rows_follow_from_leaves(world.engine)
