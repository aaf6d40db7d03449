"""Corrections: reason codes, both signs, dated back, turned round into debt (LEDGER 2, 5, 6)."""

import pytest

from domain.ledger.issue import ADJUST_REASONS
from tests.world.script import play

NETWORK = """
given  partner AIR with policy {policy}; partner SHOP
       unit AIR scale 2 nominal 10 expiry 'DAYS 60'; member mina
       it is 2026-06-01
"""


@pytest.mark.parametrize("reason", ADJUST_REASONS)
def test_every_reason_moves_points_both_ways_and_stands_in_the_entry(reason: str) -> None:
    """5 come in as a FREE lot of the owner's at nominal value; 2 go, from that lot."""
    scene = play(f"""{NETWORK.format(policy="REFUSE")}
        when   AIR adjusts mina by 5 AIR for {reason}
        then   lot 1 of mina/AIR is 5 FREE exp 2026-07-31 cost 50 obligor AIR issuer AIR
               no obligation; moved 5
    """)
    assert scene.effect.fields["reason"] == reason
    play(f"when AIR adjusts mina by -2 AIR for {reason}\nthen lots mina/AIR 3; moved 2", scene)
    assert scene.effect.fields["reason"] == reason
    assert [(leg.debit, leg.credit) for leg in scene.effect.legs] == [("WALLET", "ADJUSTED")]


# What is asked, and what comes of it: the end and place of a new lot, or a refusal.
DATED = """
asked                                 | comes of it
5 AIR for GOODWILL                    | lot 1 of mina/AIR is 5 exp 2026-07-31
5 AIR for GOODWILL dated 31d ago      | lot 1 of mina/AIR is 5 exp 2026-06-30
5 AIR for GOODWILL dated 59d ago      | lot 1 of mina/AIR is 5 exp 2026-06-02; mina can spend 5 AIR
5 AIR for GOODWILL dated 60d ago      | lot 1 of mina/AIR is 5 exp 2026-06-01; mina can spend 0 AIR
5 AIR for GOODWILL dated 90d ago      | wallet mina/AIR 5; mina can spend 0 AIR
5 AIR for GOODWILL dated 91d ago      | refused BACKDATE_NOT_PERMITTED
-5 AIR for FRAUD dated 91d ago        | refused BACKDATE_NOT_PERMITTED
-5 AIR for FRAUD dated 30d ago        | refused INSUFFICIENT_POINTS available=0 required=500
0 AIR for GOODWILL                    | refused AMOUNT_OUT_OF_RANGE amount=0
5 AIR for WHIM                        | refused VALUE_INVALID value=WHIM
"""


@pytest.mark.parametrize(
    "row",
    [[cell.strip() for cell in line.split("|")] for line in DATED.strip().splitlines()[1:]],
    ids=" ".join,
)
def test_a_correction_counts_from_its_effective_time(row: list[str]) -> None:
    """Dated back at most 90 days; its lot's expiry runs from then, past or not."""
    asked, then = row
    play(f"{NETWORK.format(policy='REFUSE')}\nwhen AIR adjusts mina by {asked}\nthen {then}")


def test_a_correction_downwards_dated_back_takes_what_is_there_now() -> None:
    """Its date is the entry's; its points are today's, in today's spending order."""
    scene = play(f"""{NETWORK.format(policy="REFUSE")}
        when   AIR issues 4 AIR to mina dated 10d ago; AIR issues 4 AIR to mina
               AIR adjusts mina by -5 AIR for FRAUD dated 30d ago
        then   lots mina/AIR 0, 3
    """)
    assert scene.effect.fields["effective"] == "2026-05-02T00:00:00.000002Z"


def test_a_correction_makes_no_debt_and_repays_none() -> None:
    """Down it takes what can be spent or is refused; up it comes beside the debt."""
    play(f"""{NETWORK.format(policy="ALLOW_DEBT")}
        when   AIR issues 10 AIR to mina as i1; AIR adjusts mina by -4 AIR for FRAUD
               AIR adjusts mina by -6.01 AIR for FRAUD
        then   refused INSUFFICIENT_POINTS available=600 required=601
        when   AIR reverses i1
        then   mina is in debt by 4 AIR
        when   AIR adjusts mina by 3 AIR for GOODWILL
        then   moved 3; wallet mina/AIR 3; mina is in debt by 4 AIR
    """)


# A correction upwards of 10.00, of which some is spent, is turned round in parts.
TURNED = """
policy         | spent | part | reversed | wallet | debt
REFUSE         | 0     | 10   | 10       | 0      | 0
REFUSE         | 4     | 6    | 6        | 0      | 0
WITHIN_BALANCE | 4     | 10   | 6        | 0      | 0
WITHIN_BALANCE | 4     | 5    | 5        | 1      | 0
ALLOW_DEBT     | 0     | 3    | 3        | 7      | 0
ALLOW_DEBT     | 4     | 7    | 7        | 0      | 1
ALLOW_DEBT     | 4     | 10   | 10       | 0      | 4
ALLOW_DEBT     | 10    | 10   | 10       | 0      | 10
"""


@pytest.mark.parametrize("row", [line.split("|") for line in TURNED.strip().splitlines()[1:]])
def test_a_correction_upwards_is_turned_round_as_the_policy_says(row: list[str]) -> None:
    """What it gave is taken back like an issue's; what is spent may become debt."""
    policy, spent, part, back, wallet, debt = (cell.strip() for cell in row)
    spend = f"AIR redeems {spent} AIR of mina;" if spent != "0" else ""
    play(f"""{NETWORK.format(policy=policy)}
        when   AIR adjusts mina by 10 AIR for GOODWILL as a1; {spend} AIR reverses {part} of a1
        then   reversed {back}; wallet mina/AIR {wallet}; mina is in debt by {debt} AIR
    """)


@pytest.mark.parametrize("policy", ["REFUSE", "WITHIN_BALANCE", "ALLOW_DEBT"])
def test_a_correction_downwards_is_given_back_into_its_lots(policy: str) -> None:
    """7 taken from 4 + 6: 5 back are 3 to the second and 2 to the first, whatever the policy."""
    play(f"""{NETWORK.format(policy=policy)}
        when   AIR issues 4 AIR to mina dated 10d ago; AIR issues 6 AIR to mina
               AIR adjusts mina by -7 AIR for FRAUD as a1; AIR reverses 5 of a1
        then   lots mina/AIR 2, 6; mina is in debt by 0 AIR
        when   AIR reverses a1
        then   lots mina/AIR 4, 6
    """)
