"""Settlements from draft to settled, aborted and defaulted (FINANCE section 3), as scenarios."""

import json
from pathlib import Path

import pytest

from domain.ledger.settling import STATES
from settlement.commands import SubmitSettlement
from settlement.settlements.default import Creditor, share_loss
from settlement.settlements.moves import (
    ABORT,
    APPROVE,
    DEFAULT,
    EVIDENCE,
    MATCH,
    MOVES,
    RELEASE,
    SAME,
    STAYS,
    SUBMIT,
)
from tests.world.network import named, operator
from tests.world.script import play

NETWORK = """
given  partner AIR; partner HOTEL; partner SHOP
       AIR owes HOTEL 60 from now on
       AIR owes SHOP 50 from now on
       SHOP owes AIR 10 from now on
       ann proposes to close window 1 as w1
       bob approves w1
"""
DRAFTED = f"""{NETWORK}
       ann settles windows 1 due in 1h as s1
"""
SUBMITTED = f"""{DRAFTED}
       ann proposes to APPROVE s1 as p1
       bob approves p1
       ann submits s1 with files of AIR
"""


def test_a_settlement_is_paid_through_the_clearing_account() -> None:
    """Each step follows from two people or from bank lines; the windows follow the settlement."""
    play(f"""{DRAFTED}
        then   s1 is DRAFT; window 1 is SETTLING; s1 comes to 120 gross, 100 net
               AIR nets 100 in s1; HOTEL nets -60 in s1; SHOP nets -40 in s1
               entries settlement.netted, settlement.netted, settlement.netted, settlement.created
        when   ann proposes to APPROVE s1 as p1
               ann approves p1
        then   refused SAME_SUBJECT
        when   bob approves p1
        then   entries proposal.decided, settlement.moved; s1 is APPROVED
        when   ann submits s1 with files of AIR
        then   entries payment.written, settlement.moved; s1 is SUBMITTED
        when   line 1 has AIR pay 70 into s1
        then   s1 is PARTIALLY_PAID; AIR is due 30 in s1; exposure of AIR is 30
        when   ann releases s1
        then   refused PAYOUT_NOT_COVERED available=70 required=100
        when   line 2 has AIR pay 30 into s1
               ann releases s1
        then   entries payment.written
        when   line 3 has HOTEL get 60 out of s1
        then   s1 is PARTIALLY_PAID; exposure of HOTEL is 0; exposure of SHOP is -40
        when   line 4 has SHOP get 40 out of s1
        then   entries settlement.paid, settlement.moved
               s1 is SETTLED; window 1 is SETTLED; exposure of AIR is 0; exposure of SHOP is 0
    """)


def test_a_settlement_is_paid_directly() -> None:
    """A line between two partners pays the nets of both."""
    play(f"""{NETWORK}
        when   ann settles windows 1 directly as s1
               ann proposes to APPROVE s1 as p1
               bob approves p1
               ann submits s1 with files of AIR
               line 1 has AIR pay 60 into s1
        then   refused PAYMENT_UNEXPECTED partner=AIR leg=PAY_IN
        when   line 1 has AIR pay HOTEL 60 in s1
               line 2 has AIR pay SHOP 40 in s1
        then   s1 is SETTLED; exposure of AIR is 0; exposure of HOTEL is 0
    """)


def test_a_bank_line_counts_once_and_its_excess_is_named() -> None:
    """What is over is kept as unmatched; the same line again changes nothing, also afterwards."""
    play(f"""{SUBMITTED}
        when   line 1 has AIR pay 120 into s1
        then   the excess of line 1 is 20; AIR is due 0 in s1; s1 is PARTIALLY_PAID
        when   line 1 has AIR pay 120 into s1
        then   refused BANK_LINE_KNOWN line=1
        when   line 2 has AIR pay 5 into s1
        then   the excess of line 2 is 5; s1 is PARTIALLY_PAID
        when   line 3 has HOTEL get 60 out of s1
               line 4 has SHOP get 40 out of s1
        then   s1 is SETTLED
        when   line 4 has SHOP get 40 out of s1
        then   refused BANK_LINE_KNOWN line=4
        when   line 5 has SHOP get 40 out of s1
        then   refused SETTLEMENT_STATE state=SETTLED
    """)


def test_an_aborted_settlement_gives_its_windows_back() -> None:
    """Closed again, they may be settled anew; once files are out, a rejection is asked for."""
    play(f"""{SUBMITTED}
        when   ann proposes to ABORT s1 as a1
        then   refused REJECTION_MISSING
        when   ann records a REJECTION of AIR in s1
               ann proposes to ABORT s1 as a1
               bob approves a1
        then   s1 is ABORTED; window 1 is CLOSED; exposure of AIR is 100
        when   ann proposes to ABORT s1 as a2
        then   refused SETTLEMENT_UNCHANGED state=ABORTED
        when   ann settles windows 1 as s2
        then   s2 is DRAFT; window 1 is SETTLING
    """)


def test_nothing_is_asked_of_banks_once_the_time_to_pay_is_over() -> None:
    """A late approval or submission is refused by name; the draft is aborted and netted anew."""
    play(f"""{DRAFTED}
        when   ann proposes to APPROVE s1 as p1
               wait 1h
               bob approves p1
        then   refused PAY_BY_PASSED
        when   ann proposes to ABORT s1 as a1
               bob approves a1
               ann settles windows 1 due in 1h as s2
               ann proposes to APPROVE s2 as p2
               bob approves p2
               wait 1h
               ann submits s2 with files of AIR
        then   refused PAY_BY_PASSED
        when   ann proposes to APPROVE s2 as p3
        then   refused SETTLEMENT_UNCHANGED state=APPROVED
        when   ann proposes to ABORT s2 as a2
               bob approves a2
        then   s2 is ABORTED; window 1 is CLOSED
    """)


def test_a_bank_rejects_only_a_file_that_there_is() -> None:
    """A creditor has none, so its rejection would be nobody's ground to abort."""
    play(f"""{SUBMITTED}
        when   ann records a REJECTION of HOTEL in s1
        then   refused PAYMENT_UNEXPECTED partner=HOTEL
        when   ann records a PAYMENT of HOTEL in s1
               ann proposes to ABORT s1 as a1
        then   refused REJECTION_MISSING
    """)


def test_what_was_paid_cannot_be_aborted() -> None:
    """A proposal made before the first bank line is refused when it is decided after it."""
    play(f"""{SUBMITTED}
        when   ann records a REJECTION of AIR in s1
               ann proposes to ABORT s1 as a1
               line 1 has AIR pay 1 into s1
               bob approves a1
        then   refused SETTLEMENT_STATE state=PARTIALLY_PAID
    """)


def test_a_default_is_shared_by_the_creditors() -> None:
    """30 over 60 and 40 is 18 and 12; claims fall in the open window once all else is paid."""
    play(f"""{SUBMITTED}
        when   line 1 has AIR pay 70 into s1
               ann proposes to DEFAULT s1 as d1
        then   refused PAY_BY_NOT_REACHED
        when   wait 2h
               ann proposes to DEFAULT s1 as d1
               bob approves d1
        then   entries proposal.decided, settlement.shared, settlement.shared, settlement.moved
               s1 is DEFAULTED; AIR is due 0 in s1; HOTEL is due 42 in s1; SHOP is due 28 in s1
               exposure of AIR is 30
        when   ann releases s1
               line 2 has HOTEL get 42 out of s1
               line 3 has SHOP get 28 out of s1
        then   s1 is SETTLED; AIR is 30 in debit in window 2; HOTEL is -18 in debit in window 2
               SHOP is -12 in debit in window 2; exposure of AIR is 30
               entries settlement.paid, obligation.charged, obligation.charged, settlement.moved
    """)


def test_a_defaulter_s_prefund_is_drawn_first() -> None:
    """What the prefund covers nobody loses; what is left of it stays."""
    prefunded = SUBMITTED.replace("partner AIR;", "partner AIR with prefund 25;")
    play(f"""{prefunded}
        when   line 1 has AIR pay 70 into s1
               wait 2h
               ann proposes to DEFAULT s1 as d1
               bob approves d1
        then   AIR has 0 prefunded; HOTEL is due 57 in s1; SHOP is due 38 in s1
    """)


def test_a_default_of_everything_settles_at_once() -> None:
    """Where nothing was paid and nothing is drawn, nothing is left to pay out."""
    play(f"""{SUBMITTED}
        when   wait 2h
               ann proposes to DEFAULT s1 as d1
               bob approves d1
        then   s1 is SETTLED; window 1 is SETTLED; AIR is 100 in debit in window 2
               HOTEL is -60 in debit in window 2; SHOP is -40 in debit in window 2
    """)


def test_windows_are_settled_oldest_first_and_none_is_skipped() -> None:
    """A later window waits for the earlier; both may go together."""
    play(f"""{NETWORK}
        when   HOTEL owes SHOP 7 from now on
               ann proposes to close window 2 as w2
               bob approves w2
               ann settles windows 2 as s1
        then   refused WINDOW_SKIPPED period=1
        when   ann settles windows 1,2 as s1
        then   HOTEL nets -53 in s1; SHOP nets -47 in s1; window 2 is SETTLING
        when   ann settles windows 2 as s2
        then   refused WINDOW_STATE state=SETTLING
        when   ann settles windows 3 as s2
        then   refused WINDOW_STATE state=OPEN
    """)


def test_nets_that_are_all_zero_are_settled_by_their_approval() -> None:
    """Nobody owes anything after netting, so no file is written."""
    play("""
        given  partner AIR; partner HOTEL
               AIR owes HOTEL 60 from now on
               HOTEL owes AIR 60 from now on
               ann proposes to close window 1 as w1
               bob approves w1
        when   ann settles windows 1 as s1
               ann proposes to APPROVE s1 as p1
               bob approves p1
        then   entries proposal.decided, settlement.moved, settlement.moved
               s1 is SETTLED; window 1 is SETTLED
    """)


def test_the_operator_s_own_net_needs_no_payment_through_clearing() -> None:
    """The clearing account is its own: others' pay-ins and pay-outs settle all of it."""
    play(f"""{NETWORK}
        when   AIR owes OPERATOR 7 from now on
               OPERATOR owes SHOP 9 from now on
               ann proposes to close window 2 as w2
               bob approves w2
               ann settles windows 1,2 as s1
               ann proposes to APPROVE s1 as p1
               bob approves p1
               ann submits s1 with files of AIR, OPERATOR
        then   refused PAYMENT_UNEXPECTED partner=OPERATOR
        when   ann submits s1 with files of AIR
               line 1 has AIR pay 107 into s1
               line 2 has OPERATOR pay 2 into s1
        then   refused PAYMENT_UNEXPECTED partner=OPERATOR
        when   ann releases s1
               line 3 has HOTEL get 60 out of s1
               line 4 has SHOP get 49 out of s1
        then   s1 is SETTLED; exposure of OPERATOR is 0
    """)


def test_where_the_operator_alone_owes_no_file_is_needed() -> None:
    """Its account pays out at once; nobody pays in."""
    scene = play("""
        given  partner AIR
               OPERATOR owes AIR 9 from now on
               ann proposes to close window 1 as w1
               bob approves w1
               ann settles windows 1 as s1
               ann proposes to APPROVE s1 as p1
               bob approves p1
    """)
    scene.world.done(
        SubmitSettlement(actor=operator(), id=scene.world.fresh(), settlement=named("s1"), files=())
    )
    play("when line 1 has AIR get 9 out of s1\nthen s1 is SETTLED", scene)


def test_the_published_case_nets_as_it_says() -> None:
    """Six obligations of four partners: 230 gross, 85 net, each net as published."""
    path = Path(__file__).parents[2] / "cases" / "settlement.json"
    case = json.loads(path.read_text())["cases"][0]
    scene = play("given partner SIM1; partner SIM2; partner PAYEE; partner PAYER")
    for debtor, creditor, amount in case["transfers"]:
        scene.world.owe(debtor, creditor, amount)
    scene = play(
        """
        when   ann proposes to close window 1 as w1
               bob approves w1
               ann settles windows 1 as s1
        then   s1 comes to 230 gross, 85 net
        """,
        scene,
    )
    for partner, net in case["derived_net"].items():
        play(f"then {partner} nets {net} in s1", scene)


@pytest.mark.parametrize(
    ("loss", "creditors", "shares"),
    [
        (30, [("A", 60, 60), ("B", 40, 40)], {"A": 18, "B": 12}),
        (1, [("A", 50, 50), ("B", 50, 50)], {"A": 1}),
        (30, [("A", 60, 10), ("B", 40, 40)], {"A": 10, "B": 20}),
        (30, [("A", 60, 10), ("B", 40, 5)], {"A": 10, "B": 5, "OPERATOR": 15}),
        (7, [], {"OPERATOR": 7}),
        (0, [("A", 60, 60)], {}),
    ],
)
def test_a_loss_is_split_by_nets_up_to_what_is_due(
    loss: int, creditors: list[tuple[str, int, int]], shares: dict[str, int]
) -> None:
    """Largest remainder; nobody loses more than its due, the operator bears the rest."""
    assert share_loss(loss, [Creditor(*one) for one in creditors]) == shares


# How each state is come to, after SUBMITTED or before it.
WAYS = {
    "DRAFT": DRAFTED,
    "APPROVED": DRAFTED + "ann proposes to APPROVE s1 as p1\nbob approves p1\n",
    "SUBMITTED": SUBMITTED + "ann records a REJECTION of AIR in s1\n",
    "PARTIALLY_PAID": SUBMITTED + "line 91 has AIR pay 40 into s1\n",
    "DEFAULTED": (
        SUBMITTED + "line 91 has AIR pay 40 into s1\nwait 2h\n"
        "ann proposes to DEFAULT s1 as d9\nbob approves d9\n"
    ),
    "SETTLED": SUBMITTED + "wait 2h\nann proposes to DEFAULT s1 as d9\nbob approves d9\n",
    "ABORTED": DRAFTED + "ann proposes to ABORT s1 as a9\nbob approves a9\n",
}
# How each command is given so that only the state can be in its way.
ASKED = {
    APPROVE: "ann proposes to APPROVE s1 as q1",
    ABORT: "ann proposes to ABORT s1 as q1",
    DEFAULT: "wait 2h\nann proposes to DEFAULT s1 as q1",
    SUBMIT: "ann submits s1 with files of AIR",
    RELEASE: "line 92 has AIR pay 100 into s1\nann releases s1",
    MATCH: "line 93 has HOTEL get 1 out of s1",
    EVIDENCE: "ann records a PAYMENT of AIR in s1",
}
PROPOSED = (APPROVE, ABORT, DEFAULT)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("command", ASKED)
def test_every_command_in_every_state(state: str, command: str) -> None:
    """Legal moves move as the table says; all others are refused, and name the state."""
    cell = MOVES[state, command]
    scene = play(WAYS[state])
    asked = ASKED[command].split("\n")
    if not cell:
        asked = [asked[-1]]  # what would prepare it may be refused itself, or lead away
    for said in asked[:-1]:
        play(f"when {said}", scene)
    before = scene.world.state.reference.settlements
    known = dict(before)
    (was,) = (one.state for one in known.values())
    if cell and cell != (SAME,):
        play(f"when {asked[-1]}", scene)
        if command in PROPOSED:
            play("when bob approves q1", scene)
        (found,) = before.values()
        assert (STAYS if found.state == was else found.state) in cell
    else:
        code = "SETTLEMENT_UNCHANGED" if cell else "SETTLEMENT_STATE"
        play(f"when {asked[-1]}\nthen refused {code} state={state}", scene)
        assert before == known


def test_the_table_of_moves_is_the_specification_s() -> None:
    """Every way from one state to another that FINANCE section 3 names is there, and no other."""
    ways = {
        (state, to) for (state, _), cell in MOVES.items() for to in cell if to not in (SAME, STAYS)
    }
    assert ways == {
        ("DRAFT", "APPROVED"), ("DRAFT", "SETTLED"), ("DRAFT", "ABORTED"),
        ("APPROVED", "SUBMITTED"), ("APPROVED", "ABORTED"),
        ("SUBMITTED", "PARTIALLY_PAID"), ("SUBMITTED", "SETTLED"), ("SUBMITTED", "DEFAULTED"),
        ("SUBMITTED", "ABORTED"), ("PARTIALLY_PAID", "SETTLED"),
        ("PARTIALLY_PAID", "DEFAULTED"), ("DEFAULTED", "SETTLED"),
    }  # fmt: skip
