"""Like lots become one: which, what of them, and what later reversals find (LEDGER section 3)."""

import pytest

from domain.clock import MINUTE
from domain.errors import Refusal
from domain.ledger.commands import MergeLots, ReverseTransfer
from domain.ledger.merging import MERGES_MAX
from domain.ledger.model import LOT_USES_MAX, Decision
from domain.money import COUNTER_MAX
from tests.world.lines import Scene
from tests.world.network import JOB, by, named, operator
from tests.world.script import play

NETWORK = """
given  partner AIR; partner HOTEL; partner SHOP; unit AIR; unit HOTEL; member mina; member jun
       SHOP may issue AIR for 5; SHOP takes AIR for 7; AIR becomes HOTEL at 1/2 for 4
"""


def merge(scene: Scene) -> Decision | Refusal:
    """The housekeeping job comes by mina's AIR."""
    return scene.world.run(
        MergeLots(actor=JOB, id=scene.world.fresh(), owner=named("mina"), unit="AIR")
    )


def test_a_merged_lot_holds_and_carries_what_its_sources_did() -> None:
    """Of 30 that cost 100, 10 are gone: 20 carry 66. With 5 that cost 7: 25 that cost 73."""
    scene = play(f"""{NETWORK}
        given  wallet mina/AIR 35 (30 cost 100, 5 cost 7)
        when   AIR adjusts mina by -10 AIR for FRAUD
               merge mina/AIR
        then   entries lots.merged; lots mina/AIR 0, 0, 25; wallet mina/AIR 25; no obligation
               lot 3 of mina/AIR is 25 FREE exp never cost 73 obligor AIR issuer AIR
               mina can spend 25 AIR
    """)
    assert scene.effect.legs == ()
    assert [(use.action, use.amount) for use in scene.effect.uses] == [("take", 20), ("take", 5)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("5 exp 2027-01-01", "5 exp 2027-01-02"),
        ("5", "5 PAID"),
        ("5", "5 obligor SHOP"),
        ("5 exp 2027-01-01", "5"),
    ],
)
def test_lots_that_differ_stay_apart(first: str, second: str) -> None:
    """Another expiry, funding or obligor is another lot, whatever the number."""
    play(f"""{NETWORK}
        given  wallet mina/AIR 10 ({first}, {second})
        when   merge mina/AIR
        then   refused NOTHING_TO_MERGE unit=AIR
    """)


@pytest.mark.parametrize("change", [{"issuer": "SHOP"}, {"currency": "USD"}])
def test_issuer_and_currency_are_part_of_a_lot(change: dict[str, str]) -> None:
    """Points of one obligor that another partner gave, or that cost other money, stay apart."""
    scene = play(NETWORK)
    scene.world.endow("mina", "AIR", 5)
    scene.world.endow("mina", "AIR", 5, 1, 0, **change)
    assert isinstance(merge(scene), Refusal)


def test_each_kind_has_a_lot_of_its_own_in_the_order_of_the_oldest() -> None:
    """SHOP's points were there first, so they are still spent first once all are merged."""
    play(f"""{NETWORK}
        given  wallet mina/AIR 10 (1 obligor SHOP, 2, 3 obligor SHOP, 4)
        when   merge mina/AIR
        then   entries lots.merged, lots.merged; lots mina/AIR 0, 0, 0, 0, 4, 6
               lot 5 of mina/AIR is 4 obligor SHOP; lot 6 of mina/AIR is 6 obligor AIR
        when   AIR adjusts mina by -5 AIR for FRAUD
        then   lots mina/AIR 0, 0, 0, 0, 0, 5
    """)


def test_what_a_live_hold_pins_stays_where_it_is() -> None:
    """The hold's lots are captured as ever; a hold that is overdue ends before the merge."""
    play(f"""{NETWORK}
        given  wallet mina/AIR 40 (10, 10, 10, 10)
        when   AIR holds 15 AIR of mina for 10m as h1
               merge mina/AIR
        then   entries lots.merged; lots mina/AIR 10, 10, 0, 0, 20
        when   AIR captures 12 of h1
        then   lots mina/AIR 0, 8, 0, 0, 20
        when   AIR holds 25 AIR of mina for 10m as h2
               wait 10m; merge mina/AIR
        then   entries hold.expired, lots.merged; lots mina/AIR 0, 0, 0, 0, 0, 28
    """)


def test_points_past_their_time_are_left_to_expire() -> None:
    """Nothing that cannot be spent is merged."""
    play(f"""{NETWORK}
        given  wallet mina/AIR 10 (5 exp 2026-02-01, 5 exp 2026-02-01); it is 2026-02-01
        when   merge mina/AIR
        then   refused NOTHING_TO_MERGE
    """)


def test_a_reversed_spend_gives_back_into_the_very_lots() -> None:
    """15 taken from 10 and 10, the rest merged: 15 go back to the lots they came from."""
    play(f"""{NETWORK}
        given  wallet mina/AIR 30 (10 cost 100, 10 cost 100, 10 cost 100)
        when   AIR redeems 15 AIR of mina as r1
               merge mina/AIR
        then   lots mina/AIR 0, 0, 0, 15; lot 4 of mina/AIR is 15 cost 150
        when   AIR reverses 7 of r1
        then   lots mina/AIR 2, 5, 0, 15
        when   AIR reverses r1
        then   lots mina/AIR 10, 5, 0, 15; mina can spend 30 AIR
        when   merge mina/AIR
        then   lots mina/AIR 0, 0, 0, 0, 30; lot 5 of mina/AIR is 30 cost 300
    """)


def test_a_reversed_issue_takes_from_what_its_lot_was_merged_into() -> None:
    """Before an older lot of the same obligor, though that would be spent first."""
    play(f"""{NETWORK}
        given  wallet mina/AIR 10 (10 exp 2026-12-01)
        when   AIR issues 10 AIR to mina as i1; AIR issues 10 AIR to mina as i2
               merge mina/AIR
        then   lots mina/AIR 10, 0, 0, 20
        when   AIR reverses 6 of i1
        then   lots mina/AIR 10, 0, 0, 14
        when   AIR reverses i2
        then   lots mina/AIR 10, 0, 0, 4
        when   AIR reverses i1
        then   lots mina/AIR 10, 0, 0, 0; wallet mina/AIR 10
    """)


def test_a_chain_of_merges_is_followed_to_its_end() -> None:
    """Merged twice, the issue is taken from the last lot; a lot merged later has no part in it."""
    play(f"""{NETWORK}
        given  wallet mina/AIR 10 (10 exp 2026-12-01)
        when   AIR issues 10 AIR to mina as i1; AIR issues 10 AIR to mina; merge mina/AIR
               AIR issues 10 AIR to mina; merge mina/AIR
               AIR issues 5 AIR to mina PAID; AIR issues 5 AIR to mina PAID; merge mina/AIR
        then   lots mina/AIR 10, 0, 0, 0, 0, 30, 0, 0, 10
        when   AIR reverses i1
        then   lots mina/AIR 10, 0, 0, 0, 0, 20, 0, 0, 10
    """)


def test_a_lot_s_own_points_are_taken_before_those_merged() -> None:
    """What was given back to a merged source lies there, and goes first when its issue does."""
    play(f"""{NETWORK}
        when   AIR issues 10 AIR to mina as i1; AIR issues 10 AIR to mina
               AIR redeems 4 AIR of mina as r1; merge mina/AIR; AIR reverses r1
        then   lots mina/AIR 4, 0, 16
        when   AIR reverses 7 of i1
        then   lots mina/AIR 0, 0, 13
    """)


def test_an_exchange_and_a_gift_are_reversed_over_merged_lots_on_both_sides() -> None:
    """Target lots merged, source lots merged: points and money come back all the same."""
    play(f"""{NETWORK}
        given  wallet mina/AIR 60 (20, 20, 20)
        when   AIR exchanges 20 AIR of mina into HOTEL as x1
               AIR exchanges 20 AIR of mina into HOTEL as x2
               merge mina/HOTEL
        then   lots mina/HOTEL 0, 0, 20; AIR owes HOTEL 80
        when   AIR reverses 10 of x1
        then   lots mina/HOTEL 0, 0, 15; lots mina/AIR 10, 0, 20; AIR owes HOTEL 60
        when   AIR gifts 15 AIR of mina to jun as g1; AIR gifts 10 AIR of mina to jun
               merge jun/AIR; AIR reverses g1
        then   lots jun/AIR 0, 0, 0, 10; lots mina/AIR 10, 0, 10
    """)


def test_a_debt_repaid_from_a_merged_lot_comes_back_with_it() -> None:
    """An issue of 10 repaid 4; its 6 are merged, then it is turned round: 4 are owed again."""
    play(f"""{NETWORK}
        given  unit TREE of AIR; AIR now has policy ALLOW_DEBT
        when   AIR issues 4 TREE to mina as i1; AIR redeems 4 TREE of mina; AIR reverses i1
        then   mina is in debt by 4 TREE
        when   AIR issues 10 TREE to mina as i2; AIR issues 1 TREE to mina; merge mina/TREE
        then   lots mina/TREE 0, 0, 0, 7
        when   AIR reverses i2
        then   lots mina/TREE 0, 0, 0, 1; mina is in debt by 4 TREE
    """)


@pytest.mark.parametrize(
    "step",
    [
        "SHOP redeems 601 AIR of mina",
        "AIR exchanges 602 AIR of mina into HOTEL",
        "AIR gifts 601 AIR of mina to jun",
        "AIR adjusts mina by -601 AIR for FRAUD",
        "SHOP holds 601 AIR of mina for 10m as h1",
    ],
)
def test_a_spend_over_too_many_like_lots_merges_them_first(step: str) -> None:
    """602 lots of one point: two entries make 500 and 102 of them one; then the spend is done."""
    scene = play(f"""{NETWORK}
        when   AIR lets SHOP REDEEM AIR of mina
    """)
    scene.world.endow("mina", "AIR", 1, count=602)
    play(f"when {step}", scene)
    assert isinstance(scene.world.last, Decision)
    *merges, own = scene.world.last.effects
    assert [(e.kind, len(e.uses), e.lots[0].amount) for e in merges] == [
        ("lots.merged", LOT_USES_MAX, LOT_USES_MAX),
        ("lots.merged", 102, 102),
    ]
    assert own.uses[0].amount == LOT_USES_MAX
    assert len({effect.id for effect in scene.world.last.effects}) == 3


def test_a_spend_that_fits_merges_nothing() -> None:
    """Of 602 lots 500 are used as they stand: no entry nobody needs."""
    scene = play(NETWORK)
    scene.world.endow("mina", "AIR", 1, count=602)
    play("when AIR adjusts mina by -500 AIR for FRAUD\nthen entries points.adjusted", scene)
    scene = play(NETWORK)
    scene.world.endow("mina", "AIR", 1, count=602)
    play("when AIR adjusts mina by -603 AIR for FRAUD\nthen refused INSUFFICIENT_POINTS", scene)


def test_a_gift_s_merges_and_its_recipient_s_lapse_are_entries_of_their_own() -> None:
    """501 lots go to a member whose points have lapsed: each entry has its place and its id."""
    scene = play(f"""{NETWORK}
        given  unit TREE of AIR expiry 'INACTIVITY 31'
        when   AIR issues 3 TREE to jun; wait 31d
    """)
    scene.world.endow("mina", "TREE", 1, count=501)
    play(
        """
        when   AIR gifts 501 TREE of mina to jun
        then   entries lots.merged, points.expired, points.gifted; wallet jun/TREE 501
        """,
        scene,
    )


def test_time_outs_merges_and_lapses_stand_before_the_entry_in_that_order() -> None:
    """An exchange over 501 lots, two held until just now, into a wallet that has lapsed."""
    scene = play(f"""{NETWORK}
        given  unit TREE of HOTEL expiry 'INACTIVITY 31'; AIR becomes TREE at 1 for 4
        when   HOTEL issues 3 TREE to mina; wait 31d
    """)
    scene.world.endow("mina", "AIR", 1, count=501)
    play(
        """
        when   AIR holds 2 AIR of mina for 10m as h1; wait 10m
               AIR exchanges 501 AIR of mina into TREE
        then   entries hold.expired, lots.merged, points.expired, points.exchanged
               wallet mina/AIR 0; wallet mina/TREE 501
        """,
        scene,
    )


def test_no_command_makes_more_than_sixteen_merges() -> None:
    """17 kinds of two lots each: the job makes sixteen and comes back for the last."""
    scene = play(NETWORK)
    for kind in range(MERGES_MAX + 1):
        until = scene.world.now + MINUTE + kind
        scene.world.endow("mina", "AIR", 1, 2, expires_at=until)
    for merges in (MERGES_MAX, 1):
        found = merge(scene)
        assert isinstance(found, Decision)
        assert len(found.effects) == merges
    assert isinstance(merge(scene), Refusal)


def test_a_merged_lot_is_no_greater_than_its_columns() -> None:
    """Costs that together pass a counter's limit, or amounts an issue's, make two lots."""
    scene = play(NETWORK)
    for cost in (COUNTER_MAX - 1, 1, 1):
        scene.world.endow("mina", "AIR", 10, 1, cost=cost)
    found = merge(scene)
    assert isinstance(found, Decision)
    assert found.effects[-1].lots[0].cost == COUNTER_MAX
    scene = play(NETWORK)
    scene.world.endow("mina", "AIR", 6 * 10**14, 2)
    assert isinstance(merge(scene), Refusal)


def test_a_merge_of_the_longest_numbers_fits_its_leaf() -> None:
    """500 lots of nine digits late in a long log: the entry is within 65,535 bytes."""
    scene = play(NETWORK)
    scene.world.state.size = 10**15 - 2_000
    for _ in range(5):
        scene.world.endow("mina", "AIR", 2 * 10**12 - 1, 100)
    assert isinstance(merge(scene), Decision)  # the world holds every entry against the limit


@pytest.mark.parametrize(
    ("partner", "code"), [("AIR", "TRANSFER_UNKNOWN"), ("OPERATOR", "NOT_REVERSIBLE")]
)
def test_a_merge_is_not_reversed(partner: str, code: str) -> None:
    """It moved nothing that could be moved back; a partner did not make it."""
    scene = play(f"""{NETWORK}
        given  wallet mina/AIR 10 (5, 5)
        when   merge mina/AIR
    """)
    command = ReverseTransfer(
        actor=operator() if partner == "OPERATOR" else by(partner),
        id=scene.world.fresh(),
        owner=named("mina"),
        transfer=scene.effect.id,
    )
    assert scene.world.refused(command) == code
