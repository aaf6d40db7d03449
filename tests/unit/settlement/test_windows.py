"""Closing a window: four eyes, the next window, exposure that stays (FINANCE sections 2 and 3)."""

from tests.world.script import play

NETWORK = """
given  partner AIR; partner HOTEL; unit AIR; unit HOTEL; member mina
       AIR becomes HOTEL at 1/1 for 7; wallet mina/AIR 100
"""


def test_closing_needs_a_second_person() -> None:
    """Neither the proposer nor a service decides; a second person does."""
    play(f"""{NETWORK}
        when   ann proposes to close window 1 as p1
               ann approves p1
        then   refused SAME_SUBJECT
        when   robot approves p1
        then   refused PERSON_REQUIRED
               window 1 is OPEN
        when   bob approves p1
        then   entries proposal.decided, window.closed
               window 1 is SETTLED; window 2 is OPEN
    """)


def test_a_service_may_propose() -> None:
    """A schedule's proposal still waits for a person."""
    play(f"""{NETWORK}
        when   robot proposes to close window 1 as p1
               ann approves p1
        then   window 1 is SETTLED
    """)


def test_a_window_with_obligations_is_closed_and_not_yet_settled() -> None:
    """What it gathered still counts as exposure; what comes now falls in the next window."""
    play(f"""{NETWORK}
        when   AIR exchanges 10 AIR of mina into HOTEL as x1
               ann proposes to close window 1 as p1
               bob approves p1
        then   window 1 is CLOSED; window 2 is OPEN; exposure of AIR is 70
        when   AIR exchanges 20 AIR of mina into HOTEL
        then   AIR is 70 in debit in window 1; AIR is 140 in debit in window 2
               HOTEL is -140 in debit in window 2; exposure of AIR is 210
    """)


def test_a_rejected_proposal_changes_nothing_and_may_be_made_again() -> None:
    """Rejected once, decided for good; a second proposal is another."""
    play(f"""{NETWORK}
        when   ann proposes to close window 1 as p1
               bob proposes to close window 1 as p2
        then   refused PROPOSAL_PENDING
        when   bob rejects p1
        then   entries proposal.decided; window 1 is OPEN
        when   bob approves p1
        then   refused PROPOSAL_DECIDED state=REJECTED
        when   bob proposes to close window 1 as p3
               ann approves p3
        then   window 1 is SETTLED
        when   ann proposes to close window 1 as p4
        then   refused WINDOW_STATE state=SETTLED
        when   ann proposes to close window 3 as p5
        then   refused WINDOW_UNKNOWN period=3 currency=KRW
    """)


def test_windows_are_closed_one_after_the_other() -> None:
    """Each closing opens the next number; a hold's obligation falls where it is captured."""
    play(f"""{NETWORK}
        given  HOTEL takes AIR for 3; AIR lets HOTEL REDEEM AIR of mina
        when   HOTEL holds 10 AIR of mina for 1h as h1
               ann proposes to close window 1 as p1
               bob approves p1
               HOTEL captures h1
               ann proposes to close window 2 as p2
               bob approves p2
        then   window 1 is SETTLED; window 2 is CLOSED; window 3 is OPEN
               AIR is 30 in debit in window 2; AIR is 0 in debit in window 1
    """)
