"""Exchange: amounts, fees, target lots, obligations (LEDGER sections 1 and 3)."""

from tests.world.script import play

NETWORK = """
given  partner AIR; partner HOTEL; partner SHOP
       unit AIR scale 2 nominal 10; unit HOTEL nominal 20
       member mina
"""
AT_HALF = NETWORK + "given AIR becomes HOTEL at 1/2 for 7"


def test_the_rate_is_whole_points_for_whole_points() -> None:
    """At 1/2, 100.00 AIR of scale 2 give 50 HOTEL of scale 0, and AIR owes 7 for each."""
    play(f"""{AT_HALF}
        given  wallet mina/AIR 100
        when   AIR exchanges 100 AIR of mina into HOTEL
        then   moved 100, 50
               wallet mina/AIR 0; wallet mina/HOTEL 50
               AIR owes HOTEL 350 as EXCHANGE; AIR owes HOTEL 350
               lot 1 of mina/HOTEL is 50 FREE exp never cost 350 obligor HOTEL issuer HOTEL
    """)


def test_what_the_floor_would_swallow_stays_with_the_member() -> None:
    """101.99 AIR give 50 HOTEL like 100.00, so 100.00 are debited."""
    play(f"""{AT_HALF}
        given  wallet mina/AIR 101.99
        when   AIR exchanges 101.99 AIR of mina into HOTEL
        then   moved 100, 50; wallet mina/AIR 1.99
    """)


def test_more_may_be_asked_than_the_wallet_holds_if_the_least_source_is_there() -> None:
    """Asking 101.99 with 100.00 in the wallet succeeds: 100.00 is all that is debited."""
    play(f"""{AT_HALF}
        given  wallet mina/AIR 100
        when   AIR exchanges 101.99 AIR of mina into HOTEL
        then   moved 100, 50; wallet mina/AIR 0
    """)


def test_nothing_is_given_for_too_little() -> None:
    """1.99 AIR give no whole HOTEL point: refused, and the wallet keeps them."""
    play(f"""{AT_HALF}
        given  wallet mina/AIR 1.99
        when   AIR exchanges 1.99 AIR of mina into HOTEL
        then   refused AMOUNT_TOO_SMALL amount=199
               wallet mina/AIR 1.99; wallet mina/HOTEL 0
    """)


def test_fee_in_points_is_floored_after_the_rate() -> None:
    """With a fee of 1/10, 100.00 AIR give floor(50 x 9/10) = 45; 99 need 99 / 0.5 / 0.9."""
    play(f"""{NETWORK}
        given  AIR becomes HOTEL at 1/2 for 7 with fee 1/10
               wallet mina/AIR 300
        when   AIR exchanges 100 AIR of mina into HOTEL
        then   moved 100, 45; AIR owes HOTEL 315
        when   AIR exchanges 101.99 AIR of mina into HOTEL
        then   moved 100, 45
        when   AIR exchanges 3.50 AIR of mina into HOTEL
        then   refused AMOUNT_TOO_SMALL
        when   AIR exchanges 4 AIR of mina into HOTEL
        then   moved 4, 1
    """)


def test_fee_in_money_is_owed_to_the_operator_for_what_is_debited() -> None:
    """3/10 won per whole source point: 101.99 asked, 100.00 debited, 30 won owed by AIR."""
    play(f"""{NETWORK}
        given  AIR becomes HOTEL at 1/2 for 7 with money 3/10
               wallet mina/AIR 101.99
        when   AIR exchanges 101.99 AIR of mina into HOTEL
        then   AIR owes OPERATOR 30 as FEE; AIR owes HOTEL 350 as EXCHANGE
    """)


def test_an_exchange_from_coarse_to_fine_scale() -> None:
    """At 2/3, 100 HOTEL of scale 0 give 66.66 AIR, for which 100 must be debited."""
    play(f"""{NETWORK}
        given  HOTEL becomes AIR at 2/3 for 12/5
               wallet mina/HOTEL 100
        when   HOTEL exchanges 100 HOTEL of mina into AIR
        then   moved 100, 66.66; HOTEL owes AIR 159
    """)


def test_target_points_are_split_over_the_lots_used() -> None:
    """70 of 60 + 40 in spending order: 35 HOTEL as 30 and 5, one lot for each expiry."""
    play(f"""{AT_HALF}
        given  wallet mina/AIR 100 (60 exp 2026-12-01, 40 exp 2027-06-01)
        when   AIR exchanges 70 AIR of mina into HOTEL
        then   lots mina/AIR 0, 30; lots mina/HOTEL 30, 5
               lot 1 of mina/HOTEL is 30 FREE exp 2026-12-01 cost 210
               lot 2 of mina/HOTEL is 5 FREE exp 2027-06-01 cost 35
               AIR owes HOTEL 245
    """)


def test_remainders_go_to_the_largest_fraction_ties_to_the_earliest() -> None:
    """Three lots of 1.00 into 2 HOTEL at 2/3: each is due 2/3, so the first two get one each."""
    play(f"""{NETWORK}
        given  AIR becomes HOTEL at 2/3 for 7
               wallet mina/AIR 3 (1 exp 2026-10-01, 1 exp 2026-11-01, 1 exp 2026-12-01)
        when   AIR exchanges 3 AIR of mina into HOTEL
        then   lots mina/HOTEL 1, 1
               lot 1 of mina/HOTEL is 1 FREE exp 2026-10-01 cost 7
               lot 2 of mina/HOTEL is 1 FREE exp 2026-11-01 cost 7
    """)


def test_lots_of_one_funding_and_expiry_become_one() -> None:
    """Source lots that differ only in age make one target lot; PAID stays apart from FREE."""
    play(f"""{AT_HALF}
        given  wallet mina/AIR 60 (20 exp 2026-12-01, 20 exp 2026-12-01 PAID, 20 exp 2026-12-01)
        when   AIR exchanges 60 AIR of mina into HOTEL
        then   lots mina/HOTEL 20, 10
               lot 1 of mina/HOTEL is 20 FREE exp 2026-12-01 cost 140
               lot 2 of mina/HOTEL is 10 PAID exp 2026-12-01 cost 70
    """)


def test_each_obligor_pays_for_the_points_of_its_own_lots() -> None:
    """Money is floored once for each obligor: 7/3 a point, 5 and 10 points, so 11 and 23."""
    play(f"""{NETWORK}
        given  SHOP may issue AIR for 9
               AIR becomes HOTEL at 1/2 for 7/3
               wallet mina/AIR 30 (10, 20 obligor SHOP)
        when   AIR exchanges 30 AIR of mina into HOTEL
        then   AIR owes HOTEL 11; SHOP owes HOTEL 23
               lot 1 of mina/HOTEL is 15 FREE exp never cost 34 obligor HOTEL issuer HOTEL
    """)


def test_the_target_s_owner_owes_itself_nothing_and_carries_the_value() -> None:
    """Lots that HOTEL itself stands behind create no debt; their carrying value goes along."""
    play(f"""{NETWORK}
        given  HOTEL may issue AIR for 9
               AIR becomes HOTEL at 1/2 for 7
               wallet mina/AIR 30 (10 obligor HOTEL cost 85, 20)
        when   AIR exchanges 30 AIR of mina into HOTEL
        then   AIR owes HOTEL 70; AIR owes OPERATOR 0
               lot 1 of mina/HOTEL is 15 FREE exp never cost 155
    """)


def test_min_of_both_takes_the_earlier_expiry() -> None:
    """Ten days after issue HOTEL's own rule; a source that ends before keeps its own end."""
    play(
        """
        given  partner AIR; partner HOTEL
               unit AIR; unit HOTEL expiry 'DAYS 365'
               member mina
               AIR becomes HOTEL at 1/1 for 7
               wallet mina/AIR 20 (10 exp 2026-12-01, 10)
        given  it is 2026-03-01
        when   AIR exchanges 20 AIR of mina into HOTEL
        then   lot 1 of mina/HOTEL is 10 exp 2026-12-01
               lot 2 of mina/HOTEL is 10 exp 2027-03-01
    """
    )


def test_other_expiry_policies_are_the_contract_s() -> None:
    """TARGET_RULE gives the target's own expiry; SOURCE_KEPT keeps the source's."""
    network = """
        given  partner AIR; partner HOTEL
               unit AIR; unit HOTEL expiry 'CALENDAR YEAR 12' in Asia/Seoul
               member mina
    """
    wallet = "given wallet mina/AIR 20 (10 exp 2026-12-01, 10)"
    play(f"""{network}
        given  AIR becomes HOTEL at 1/1 for 7 with expiry SOURCE_KEPT
        {wallet}
        when   AIR exchanges 20 AIR of mina into HOTEL
        then   lot 1 of mina/HOTEL is 10 exp 2026-12-01; lot 2 of mina/HOTEL is 10 exp never
    """)
    scene = play(f"""{network}
        given  AIR becomes HOTEL at 1/1 for 7 with expiry TARGET_RULE
        {wallet}
        when   AIR exchanges 20 AIR of mina into HOTEL
        then   lots mina/HOTEL 20
    """)
    # The year of Seoul ends at 15:00 UTC of 31 December; twelve months later that is 2027.
    assert scene.world.lots("mina", "HOTEL")[0].expires_at == 1_830_265_200_000_000


def test_there_and_back_renews_no_expiry() -> None:
    """Under MIN_OF_BOTH, AIR to HOTEL to AIR keeps the first end, and PAID stays PAID."""
    play("""
        given  partner AIR; partner HOTEL
               unit AIR expiry 'DAYS 365'; unit HOTEL expiry 'DAYS 365'
               member mina
               AIR becomes HOTEL at 1/1 for 7; HOTEL becomes AIR at 1/1 for 7
               wallet mina/AIR 10 (10 exp 2026-06-01 PAID)
        when   AIR exchanges 10 AIR of mina into HOTEL
               HOTEL exchanges 10 HOTEL of mina into AIR
        then   lot 2 of mina/AIR is 10 PAID exp 2026-06-01
    """)


def test_a_contract_stands_in_for_no_other_pair() -> None:
    """A contract is directed: AIR to HOTEL says nothing of HOTEL to AIR."""
    play(f"""{AT_HALF}
        given  wallet mina/HOTEL 10
        when   HOTEL exchanges 10 HOTEL of mina into AIR
        then   refused CONTRACT_MISSING type=conversion source=HOTEL other=AIR
    """)


def test_the_target_s_owner_needs_the_member_s_consent() -> None:
    """HOTEL starts the exchange only with a live consent for AIR, and within its limit."""
    play(f"""{AT_HALF}
        given  wallet mina/AIR 100
        when   HOTEL exchanges 10 AIR of mina into HOTEL
        then   refused CONSENT_REQUIRED partner=HOTEL unit=AIR action=EXCHANGE
        when   AIR lets HOTEL REDEEM AIR of mina
               HOTEL exchanges 10 AIR of mina into HOTEL
        then   refused CONSENT_REQUIRED
        when   AIR lets HOTEL EXCHANGE AIR of mina up to 30 as k1
               HOTEL exchanges 20 AIR of mina into HOTEL
        then   k1 has used 20 AIR
        when   HOTEL exchanges 12 AIR of mina into HOTEL
        then   refused CONSENT_LIMIT_EXCEEDED available=1000 required=1200
        when   HOTEL exchanges 11 AIR of mina into HOTEL
        then   k1 has used 30 AIR
    """)


def test_a_third_partner_starts_no_exchange() -> None:
    """SHOP owns neither unit: NOT_PERMITTED, whatever consents it has."""
    play(f"""{AT_HALF}
        given  wallet mina/AIR 100; AIR lets SHOP EXCHANGE AIR of mina
        when   SHOP exchanges 10 AIR of mina into HOTEL
        then   refused NOT_PERMITTED partner=SHOP
    """)


def test_daily_caps_count_source_amounts_by_the_contract_s_day() -> None:
    """The member's cap, then the pair's; both begin anew at midnight of the contract's zone."""
    play(f"""{NETWORK}
        given  member jun
               AIR becomes HOTEL at 1/2 for 7 with member 100 pair 150 zone Asia/Seoul
               wallet mina/AIR 500; wallet jun/AIR 500
               it is 2026-01-02
        when   AIR exchanges 80 AIR of mina into HOTEL
               AIR exchanges 22 AIR of mina into HOTEL
        then   refused MEMBER_CAP_EXCEEDED available=2000 required=2200 day=2026-01-02
        when   AIR exchanges 72 AIR of jun into HOTEL
        then   refused PAIR_CAP_EXCEEDED available=7000 required=7200
        when   AIR exchanges 70 AIR of jun into HOTEL
               wait 14h
               AIR exchanges 2 AIR of jun into HOTEL
        then   refused PAIR_CAP_EXCEEDED
        when   wait 1h
               AIR exchanges 100 AIR of mina into HOTEL
        then   wallet mina/HOTEL 90
    """)


def test_a_reversal_does_not_refill_a_cap() -> None:
    """After 100 of 100 exchanged and reversed, the day's cap is still used up."""
    play(f"""{NETWORK}
        given  AIR becomes HOTEL at 1/2 for 7 with member 100
               wallet mina/AIR 500
        when   AIR exchanges 100 AIR of mina into HOTEL as x1
               AIR reverses x1
               AIR exchanges 2 AIR of mina into HOTEL
        then   refused MEMBER_CAP_EXCEEDED available=0 required=200
    """)
