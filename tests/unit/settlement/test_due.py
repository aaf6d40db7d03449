"""Windows that close by a schedule: once an instant, late once, never against what two agreed."""

from tests.world.script import play

# The world begins on Thursday, 1 January 2026; 09:00 UTC is 18:00 in Seoul. The 1st is a holiday.
NETWORK = """
given  partner AIR; partner HOTEL; unit AIR; unit HOTEL; member mina
       AIR becomes HOTEL at 1/1 for 7; wallet mina/AIR 100
       windows close by 'DAILY 18:00 Asia/Seoul KR FOLLOWING' as s1
"""


def test_a_window_closes_when_its_schedule_says_so() -> None:
    """Not before its instant, once at it, and empty at once settled; the next waits for its own."""
    play(f"""{NETWORK}
        when   wait 32h
               the schedule closes what is due
        then   refused SCHEDULE_NOT_DUE currency=KRW
        when   wait 1h
               the schedule closes what is due
        then   entries window.due, window.closed; window 1 is SETTLED; window 2 is OPEN
               due was '2026-01-02T18:00' for 2026-01-02 with 0 missed
        when   the schedule closes what is due
        then   refused SCHEDULE_NOT_DUE currency=KRW
        when   it is 2026-01-05
               AIR exchanges 10 AIR of mina into HOTEL
               wait 9h
               the schedule closes what is due
        then   window 2 is CLOSED; window 3 is OPEN
    """)


def test_a_server_that_was_down_closes_one_late_window() -> None:
    """Of five instants that passed the latest is told, and how many before it; once."""
    play(f"""{NETWORK}
        when   it is 2026-01-09
               the schedule closes what is due
        then   due was '2026-01-08T18:00' for 2026-01-08 with 4 missed
               window 1 is SETTLED; window 2 is OPEN
        when   the schedule closes what is due
        then   refused SCHEDULE_NOT_DUE currency=KRW
    """)


def test_a_closing_by_two_people_leaves_the_schedule_as_it_is() -> None:
    """What was closed by hand is not closed again; the next window closes at its instant."""
    play(f"""{NETWORK}
        when   it is 2026-01-03
               ann proposes to close window 1 as p1
               bob approves p1
               the schedule closes what is due
        then   refused SCHEDULE_NOT_DUE currency=KRW
        when   it is 2026-01-06
               ann proposes to close window 2 as p2
               the schedule closes what is due
        then   window 2 is SETTLED; window 3 is OPEN
        when   bob approves p2
        then   refused WINDOW_STATE state=SETTLED
    """)


def test_a_schedule_is_changed_and_withdrawn_by_two() -> None:
    """The new one counts from its own entry; NONE ends it; nothing closes by one that was."""
    play(f"""{NETWORK}
        when   it is 2026-01-09
        given  windows close by 'MONTHLY LAST 18:00 Asia/Seoul KR FOLLOWING' as s2
        when   the schedule closes what is due
        then   refused SCHEDULE_NOT_DUE currency=KRW
        when   it is 2026-02-01
               the schedule closes what is due
        then   refused SCHEDULE_NOT_DUE currency=KRW
        when   it is 2026-02-03
               the schedule closes what is due
        then   due was '2026-02-02T18:00' for 2026-01-31 with 0 missed
        given  windows close by 'NONE' as s3
        when   it is 2026-05-01
               the schedule closes what is due
        then   refused SCHEDULE_NONE currency=KRW
    """)


def test_a_schedule_that_one_proposed_closes_nothing() -> None:
    """A proposal waits for a second subject; a value that is no schedule is refused at once."""
    play("""
        given  partner AIR; partner HOTEL
        when   ann proposes that windows close by 'DAILY 18:00 Asia/Seoul KR NONE' as s1
               ann approves s1
        then   refused SAME_SUBJECT
        when   wait 3d
               the schedule closes what is due
        then   refused SCHEDULE_NONE currency=KRW
        when   ann proposes that windows close by 'MONTHLY 32 18:00 Asia/Seoul KR NONE' as s2
        then   refused VALUE_INVALID
        when   ann proposes that windows close by 'DAILY 25:00 Asia/Seoul KR NONE' as s2
        then   refused VALUE_INVALID
    """)


def test_fees_and_taxes_fall_due_as_at_any_closing() -> None:
    """What two people's closing charges, a schedule's charges too, before the window's end."""
    play(f"""{NETWORK}
        given  PERIODIC_FEE of AIR is '700 0/1'
        when   it is 2026-01-03
               the schedule closes what is due
        then   entries window.due, obligation.charged, window.closed
               window 1 is CLOSED; AIR is 700 in debit in window 1
    """)


def test_a_schedule_reaches_no_further_back_than_its_own_entry() -> None:
    """Instants that passed before two agreed on it are nobody's to close by."""
    play("""
        given  partner AIR; partner HOTEL
        when   it is 2026-01-09
        given  windows close by 'DAILY 18:00 Asia/Seoul KR FOLLOWING' as s1
        when   the schedule closes what is due
        then   refused SCHEDULE_NOT_DUE currency=KRW
        when   wait 10h
               the schedule closes what is due
        then   due was '2026-01-09T18:00' for 2026-01-09 with 0 missed
    """)
