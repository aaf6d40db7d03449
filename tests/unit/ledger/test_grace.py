"""Days of grace for points that a reversal gives back after their end (LEDGER sections 3 and 5)."""

import pytest

from domain.clock import DAY, format_instant
from domain.errors import Refusal
from domain.ledger.effects import entry_fields
from domain.money import Ratio
from domain.partners.commands import CreateUnit
from tests.world.network import World, operator
from tests.world.script import play

NETWORK = """
given  partner AIR; partner SHOP; partner TREE
       unit AIR expiry 'DAYS 60' grace 10; unit SHOP expiry 'DAYS 60'
       unit TREE expiry 'INACTIVITY 60' grace 10
       member mina
       it is 2026-02-01
"""


def test_without_grace_what_is_given_back_late_is_expired_next() -> None:
    """The lot keeps its expiry, so nothing of it can be spent again."""
    scene = play(f"""{NETWORK}
        when   SHOP issues 10 SHOP to mina; SHOP redeems 10 SHOP of mina as r1
               it is 2026-05-01; SHOP reverses r1
        then   mina can spend 0 SHOP; wallet mina/SHOP 10
    """)
    assert scene.effect.expiries == ()
    play("when expire mina/SHOP\nthen wallet mina/SHOP 0", scene)


def test_grace_runs_from_the_reversal() -> None:
    """A lot that ended meanwhile lives on for ten days, and the entry says so; then it ends."""
    scene = play(f"""{NETWORK}
        when   AIR issues 10 AIR to mina; AIR redeems 10 AIR of mina as r1
               it is 2026-05-01; AIR reverses 4 of r1
        then   lot 1 of mina/AIR is 4 exp 2026-05-11; mina can spend 4 AIR
    """)
    lot = scene.world.lots("mina", "AIR")[0]
    fields = entry_fields(scene.effect, scene.world.state.size)
    assert fields["expiries"] == f"{lot.seq}.0,2026-05-11T00:00:00.000000Z"
    play(
        """
        when   it is 2026-05-11
        then   mina can spend 0 AIR
        when   it is 2026-05-12; AIR reverses r1
        then   entries points.expired, transfer.reversed
               lot 1 of mina/AIR is 6 exp 2026-05-22
        """,
        scene,
    )


def test_a_lot_still_alive_keeps_its_expiry() -> None:
    """Grace never shortens, and gives nothing to points that have not ended."""
    scene = play(f"""{NETWORK}
        when   AIR issues 10 AIR to mina; AIR redeems 10 AIR of mina as r1
               it is 2026-04-01; AIR reverses r1
        then   lot 1 of mina/AIR is 10 exp 2026-04-02
    """)
    assert scene.effect.expiries == ()


def test_grace_revives_nothing_that_was_not_given_back() -> None:
    """What had ended in the same lot is expired first, whether or not the job has run."""
    for job in ("", "expire mina/AIR;"):
        scene = play(f"""{NETWORK}
            when   AIR issues 10 AIR to mina; AIR redeems 4 AIR of mina as r1
                   it is 2026-05-01; {job} AIR reverses r1
            then   mina can spend 4 AIR; wallet mina/AIR 4
        """)
        assert scene.world.last is not None
        assert not isinstance(scene.world.last, Refusal)
        kinds = [effect.kind for effect in scene.world.last.effects]
        assert kinds == (["transfer.reversed"] if job else ["points.expired", "transfer.reversed"])


def test_only_the_lots_given_back_to_are_renewed() -> None:
    """Of two lots the one that ended has its new expiry, the other its own."""
    scene = play(f"""{NETWORK}
        when   AIR issues 10 AIR to mina; it is 2026-03-20; AIR issues 10 AIR to mina
               AIR redeems 15 AIR of mina as r1; it is 2026-04-20; AIR reverses r1
        then   lot 1 of mina/AIR is 10 exp 2026-04-30
               lot 2 of mina/AIR is 10 exp 2026-05-19; mina can spend 20 AIR
    """)
    assert [expiry.seq for expiry in scene.effect.expiries] == [
        scene.world.lots("mina", "AIR")[0].seq
    ]


def test_grace_in_a_lapsed_wallet_begins_a_count_of_its_own() -> None:
    """Points that ended by inactivity come back for ten days; others there stay ended."""
    play(f"""{NETWORK}
        when   TREE issues 10 TREE to mina; TREE redeems 4 TREE of mina as r1
               it is 2026-05-01; TREE reverses r1
        then   entries points.expired, transfer.reversed
               lot 1 of mina/TREE is 4 exp 2026-05-11; mina can spend 4 TREE
        given  it is 2026-05-11
        then   mina can spend 0 TREE
    """)


def test_a_debt_that_comes_back_is_given_no_grace() -> None:
    """It is given and taken in one entry; nothing of it lives on."""
    scene = play(f"""{NETWORK}
        given  AIR now has policy ALLOW_DEBT
        when   AIR issues 10 AIR to mina as i1; AIR redeems 10 AIR of mina as r1
               AIR reverses i1; AIR issues 10 AIR to mina as i2
               it is 2026-05-01; AIR reverses i2
        then   mina is in debt by 10 AIR
    """)
    assert scene.effect.expiries == ()


@pytest.mark.parametrize(("days", "good"), [(0, True), (365, True), (-1, False), (366, False)])
def test_grace_is_at_most_a_year(days: int, good: bool) -> None:
    """A unit grants 0 to 365 days; anything else is no unit."""
    world = World()
    world.partner("AIR")
    command = CreateUnit(
        actor=operator(),
        id=world.fresh(),
        unit="AIR",
        owner="AIR",
        scale=0,
        nominal=Ratio(1, 1),
        currency="KRW",
        expiry="DAYS 1",
        grace=days,
    )
    found = world.run(command)
    assert isinstance(found, Refusal) != good
    if isinstance(found, Refusal):
        assert (found.code, found.path) == ("VALUE_INVALID", ("input", "graceDays"))
    else:
        assert world.state.reference.units["AIR"].grace == days


def test_the_new_expiry_is_the_entry_s_time_and_the_grace() -> None:
    """To the microsecond."""
    scene = play(f"""{NETWORK}
        when   AIR issues 10 AIR to mina; AIR redeems 10 AIR of mina as r1
               it is 2026-05-01; wait 77s; AIR reverses r1
    """)
    (expiry,) = scene.effect.expiries
    assert format_instant(expiry.expires_at - 10 * DAY) == scene.effect.fields["effective"]
