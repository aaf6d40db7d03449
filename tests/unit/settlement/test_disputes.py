"""Disputes of single lines (FINANCE section 4), as scenarios."""

import pytest

from domain.ledger.disputes import STATES
from tests.unit.settlement.test_settlements import NETWORK
from tests.world.script import play

DISPUTED = f"""{NETWORK}
       HOTEL disputes the line of 60 as d1
"""


def test_a_line_is_corrected_by_the_difference_in_the_open_window() -> None:
    """What was too much comes back from the creditor; the closed window stays as it was."""
    play(f"""{DISPUTED}
        then   entries dispute.opened; dispute d1 is OPEN at 60
        when   ann upholds d1 at 45 as u1
        then   entries proposal.tabled; dispute d1 is OPEN at 60
        when   ann approves u1
        then   refused SAME_SUBJECT
        when   bob approves u1
        then   entries proposal.decided, obligation.corrected; dispute d1 is UPHELD at 45
               HOTEL is 15 in debit in window 2; AIR is -15 in debit in window 2
               AIR is 100 in debit in window 1; exposure of AIR is 85; exposure of HOTEL is -45
               HOTEL owes AIR 15 as CORRECTION
    """)


def test_a_line_is_corrected_upwards_whatever_the_cap() -> None:
    """What was too little the debtor owes besides; exposure counts it and no cap refuses it."""
    play(f"""{DISPUTED}
        when   cap of AIR falls to 0
               ann upholds d1 at 70 as u1
               bob approves u1
        then   AIR owes HOTEL 10 as CORRECTION; exposure of AIR is 110
    """)


def test_what_was_corrected_before_counts() -> None:
    """A second dispute of the line begins where the first left it, and goes either way."""
    play(f"""{DISPUTED}
        when   ann upholds d1 at 20 as u1
               bob approves u1
               AIR disputes the line of 60 as d2
        then   dispute d2 is OPEN at 20
        when   ann upholds d2 at 20 as u2
        then   refused NOTHING_TO_CORRECT amount=20
        when   ann upholds d2 at 50 as u2
               bob approves u2
        then   dispute d2 is UPHELD at 50; HOTEL owes AIR 10 as CORRECTION
        when   HOTEL disputes the line of 60 as d3
               ann turns d3 down
               AIR disputes the line of 60 as d4
        then   dispute d3 is REJECTED at 50; dispute d4 is OPEN at 50
    """)


@pytest.mark.parametrize(("amount", "accepted"), [(0, True), (120, True), (121, False)])
def test_corrections_come_to_no_more_than_the_line(amount: int, accepted: bool) -> None:
    """A line comes to nothing at least, and to twice its amount at most."""
    found = (
        "dispute d1 is OPEN at 60"
        if accepted
        else f"refused AMOUNT_OUT_OF_RANGE amount={amount} minimum=0 maximum=120"
    )
    play(f"{DISPUTED} when ann upholds d1 at {amount} as u1\nthen {found}")


def test_only_its_two_partners_dispute_a_line() -> None:
    """A third sees none; the operator disputes it for either, and nobody else withdraws it."""
    play(f"""{NETWORK}
        when   SHOP disputes the line of 60 as d1
        then   refused LINE_UNKNOWN
        when   ann disputes the line of 60 for SHOP as d1
        then   refused LINE_UNKNOWN
        when   ann disputes the line of 60 for AIR as d1
               HOTEL disputes the line of 60 as d2
        then   refused DISPUTE_PENDING
        when   SHOP withdraws d1
        then   refused DISPUTE_UNKNOWN
        when   HOTEL withdraws d1
        then   refused NOT_PERMITTED
        when   AIR withdraws d1
        then   entries dispute.closed; dispute d1 is WITHDRAWN at 60
        when   HOTEL disputes the line of 60 as d2
               ann withdraws d2
        then   dispute d2 is WITHDRAWN at 60
    """)


def test_a_correction_is_not_disputed_itself() -> None:
    """Who doubts it disputes the line that it corrects."""
    play(f"""{DISPUTED}
        when   ann upholds d1 at 43 as u1
               bob approves u1
               HOTEL disputes the line of 17 as d2
        then   refused LINE_NOT_DISPUTABLE n=0
    """)


def test_an_upheld_dispute_that_is_over_by_then_moves_nothing() -> None:
    """Between proposal and decision its party gave it up."""
    play(f"""{DISPUTED}
        when   ann upholds d1 at 45 as u1
               HOTEL withdraws d1
               bob approves u1
        then   refused DISPUTE_STATE state=WITHDRAWN
               HOTEL is 0 in debit in window 2
        when   bob rejects u1
        then   entries proposal.decided
    """)


def test_two_disputes_wait_for_their_decisions_beside_one_another() -> None:
    """Proposals of two disputes are two, of one dispute one, whatever the amounts."""
    play(f"""{DISPUTED}
        when   SHOP disputes the line of 50 as d2
               ann upholds d1 at 45 as u1
               ann upholds d2 at 45 as u2
               ann upholds d2 at 44 as u3
        then   refused PROPOSAL_PENDING
        when   bob approves u2
        then   dispute d2 is UPHELD at 45; dispute d1 is OPEN at 60
    """)


def test_open_disputes_block_an_approval_where_the_network_says_so() -> None:
    """Also between proposal and decision; those of other windows, or ended, do not."""
    play(f"""{NETWORK}
        when   ann settles windows 1 as s1
               HOTEL disputes the line of 60 as d1
               ann proposes to APPROVE s1 as p1
               ann proposes the policy DISPUTES_BLOCK YES as l1
               bob approves l1
               bob approves p1
        then   refused DISPUTE_OPEN; s1 is DRAFT
        when   ann turns d1 down
               HOTEL owes SHOP 9 from now on
               SHOP disputes the line of 9 as d2
               bob approves p1
        then   s1 is APPROVED
    """)


def test_a_network_that_says_nothing_approves_over_disputes() -> None:
    """By default, and where it says NO, a dispute holds nobody's money back."""
    play(f"""{DISPUTED}
        when   ann settles windows 1 as s1
               ann proposes the policy DISPUTES_BLOCK NO as l1
               bob approves l1
               ann proposes to APPROVE s1 as p1
               bob approves p1
        then   s1 is APPROVED
    """)


# How each state is come to; and what each command makes of an open dispute.
WAYS = {
    "OPEN": DISPUTED,
    "UPHELD": DISPUTED + "ann upholds d1 at 45 as u9\nbob approves u9\n",
    "REJECTED": DISPUTED + "ann turns d1 down\n",
    "WITHDRAWN": DISPUTED + "HOTEL withdraws d1\n",
}
ASKED = {
    "ann upholds d1 at 40 as u1\nbob approves u1": "UPHELD at 40",
    "ann turns d1 down": "REJECTED at 60",
    "HOTEL withdraws d1": "WITHDRAWN at 60",
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("asked", ASKED)
def test_every_command_in_every_state(state: str, asked: str) -> None:
    """An open dispute ends as it is asked; one that has ended stays so, and that is told."""
    first, *rest = asked.split("\n")
    scene = play(WAYS[state])
    if state == "OPEN":
        play("when " + "\nwhen ".join([first, *rest]), scene)
        play(f"then dispute d1 is {ASKED[asked]}", scene)
    else:
        before = dict(scene.world.state.disputes)
        play(f"when {first}\nthen refused DISPUTE_STATE state={state}", scene)
        assert scene.world.state.disputes == before


@pytest.mark.parametrize("state", STATES)
def test_a_line_is_disputed_anew_in_every_state_but_one(state: str) -> None:
    """While a dispute is open there is no second one of its line."""
    refused = "then refused DISPUTE_PENDING" if state == "OPEN" else "then entries dispute.opened"
    play(f"{WAYS[state]} when AIR disputes the line of 60 as d2\n{refused}")


REVERSIBLE = """
given  partner AIR; partner HOTEL; unit AIR scale 2 nominal 10; member mina
       HOTEL takes AIR for 7/3; AIR lets HOTEL REDEEM AIR of mina as k1
       wallet mina/AIR 100 (100 exp 2026-12-01)
       HOTEL redeems 60 AIR of mina as r1
"""


def test_what_a_dispute_gave_back_no_reversal_gives_back_again() -> None:
    """A corrected line is corrected back before its transfer is reversed; then nothing is left."""
    play(f"""{REVERSIBLE}
        when   AIR disputes the line of 140 as d1
               ann upholds d1 at 40 as u1
               bob approves u1
               HOTEL reverses r1
        then   refused LINE_CORRECTED n=0; exposure of AIR is 40
        when   HOTEL disputes the line of 140 as d2
               ann upholds d2 at 140 as u2
               bob approves u2
               HOTEL reverses r1
        then   exposure of AIR is 0; wallet mina/AIR 100
    """)


def test_what_a_reversal_gave_back_no_dispute_gives_back_again() -> None:
    """A line comes to what its reversed parts gave back at least, also between the two people."""
    play(f"""{REVERSIBLE}
        when   AIR disputes the line of 140 as d1
               ann upholds d1 at 100 as u1
               HOTEL reverses 45 of r1
        then   exposure of AIR is 35
        when   bob approves u1
        then   refused AMOUNT_OUT_OF_RANGE minimum=105
        when   bob rejects u1
               ann upholds d1 at 104 as u2
        then   refused AMOUNT_OUT_OF_RANGE minimum=105 maximum=280
        when   ann upholds d1 at 105 as u3
               bob approves u3
        then   exposure of AIR is 0
        when   HOTEL reverses r1
        then   refused LINE_CORRECTED
    """)
