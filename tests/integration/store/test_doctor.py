"""The doctor finds nothing in an honest ledger, and each kind of tampering by its own code."""

import pytest
from sqlalchemy import text

from domain.clock import MINUTE
from domain.ledger.commands import PlaceHold, ReverseTransfer
from domain.store.doctor import CODES, examine
from domain.store.engine import reading
from tests.integration.store.settling import disputed, settled
from tests.integration.store.world import World, actor, new_id


def lived_in(world: World) -> None:
    """Exchange, hold, reverse a part and a whole, so that every check has rows to look at."""
    mina, jun = world.members
    world.must(world.issue(mina, 70))
    # Drawn from two lots, so that the order in which they are given back shows.
    done, whole = world.must(world.exchange(mina, 10_020), world.exchange(jun, 2_000))
    world.must(
        PlaceHold(
            actor=actor("AIR"),
            id=new_id(),
            owner=jun,
            unit="AIR",
            amount=700,
            deadline=world.clock.now() + 60 * MINUTE,
        ),
        ReverseTransfer(actor=actor("AIR"), id=new_id(), owner=mina, transfer=done.id, amount=400),
        ReverseTransfer(actor=actor("AIR"), id=new_id(), owner=jun, transfer=whole.id, amount=600),
        ReverseTransfer(actor=actor("AIR"), id=new_id(), owner=jun, transfer=whole.id),
    )
    settled(world)
    disputed(world)


def found(world: World) -> set[str]:
    """Return the codes of what the doctor finds."""
    with reading(world.engine) as connection:
        return {finding.code for finding in examine(connection)}


def test_an_honest_ledger_has_no_findings(world: World) -> None:
    """After exchanges, holds and reversals every check comes back empty."""
    lived_in(world)
    assert found(world) == set()


TAMPERING = {
    "BOOK_UNBALANCED": "UPDATE account SET debits_posted = debits_posted + 1"
    " WHERE purpose = 'ISSUED'",
    "CLEARING_NOT_ZERO": "UPDATE account SET purpose = 'CLEARING' WHERE purpose = 'EXCHANGED'"
    " AND unit = 'AIR'",
    "COUNTER_NEGATIVE": "UPDATE account SET credits_pending = -1 WHERE purpose = 'ISSUED'",
    "WALLET_OVERDRAWN": "UPDATE account SET debits_posted = credits_posted + 1"
    " WHERE purpose = 'WALLET'",
    "WALLET_NOT_ITS_LOTS": "UPDATE lot SET remaining = remaining - 1 WHERE remaining > pinned",
    "LOTS_WITHOUT_WALLET": "DELETE FROM account WHERE purpose = 'WALLET' AND unit = 'HOTEL'",
    "LOT_OUT_OF_RANGE": "UPDATE lot SET amount = remaining - 1",
    "PENDING_NOT_ITS_HOLDS": "UPDATE hold SET amount = amount + 1",
    "LEGS_NOT_IN_ACCOUNTS": "DELETE FROM leg WHERE debit = 'ISSUED'",
    "POSITION_NOT_ITS_OBLIGATIONS": "UPDATE obligation SET amount = amount + 1",
    "WINDOW_UNBALANCED": "UPDATE position SET debits = debits + 1 WHERE partner = 'AIR'",
    "RESERVE_NEGATIVE": "UPDATE credit_line SET reserved = -1",
    "TIME_NOT_INCREASING": "UPDATE transfer SET recorded_at = 0 WHERE kind = 'EXCHANGE'",
    "LOG_HAS_GAPS": "DELETE FROM log_entry WHERE seq = 3",
    "ERASED_FOUND_AGAIN": "INSERT INTO erasure SELECT id, commitment, seq FROM member",
    "COMMAND_BEYOND_LOG": "UPDATE command SET seq = seq + 1000 WHERE seq >= 0",
    "ANSWER_SHARED": "UPDATE command SET seq = 8 WHERE seq = 9",
    "MEMBER_KEY_ORPHAN": "DELETE FROM member",
    "PAYLOAD_WITHOUT_KEY": "DELETE FROM member_key",
    "REVERSED_BEYOND_ORIGINAL": "UPDATE transfer SET part = part + 9800 WHERE part = 400",
    "LOTS_NOT_GIVEN_BACK": "UPDATE lot_use SET amount = amount - 1 WHERE action = 'give'",
    "LOTS_GIVEN_FOR_NOTHING": "UPDATE lot_use SET lot_seq = lot_seq + 1 WHERE action = 'give'",
    "REVERSAL_LEAVES_POINTS": "UPDATE leg SET amount = amount + 1 WHERE credit = 'WALLET'"
    " AND debit = 'EXCHANGED' AND unit = 'AIR'",
    "REVERSAL_LEAVES_MONEY": "UPDATE obligation SET amount = amount + 1 WHERE debtor = 'HOTEL'",
    "SETTLEMENT_UNBALANCED": "UPDATE settlement_net SET debits = debits + 1",
    "SETTLEMENT_NOT_ITS_WINDOWS": "UPDATE settlement_net SET credits = credits + 1",
    "WINDOW_SETTLED_TWICE": "INSERT INTO settlement SELECT '0', currency, windows, method, pay_by,"
    " state, gross, net, rejected_seq, seq, changed_seq FROM settlement",
    "WINDOW_NOT_ITS_SETTLEMENT": "UPDATE settlement_window SET state = 'CLOSED' WHERE period = 1",
    "PAYMENTS_NOT_IN_NETS": "UPDATE bank_line SET amount = amount - 1",
    "SETTLED_UNPAID": "UPDATE settlement_net SET paid = paid - 1",
    "DISPUTE_NOT_ITS_LINE": "UPDATE dispute SET line_n = line_n + 7",
    "CORRECTION_NOT_ITS_DISPUTE": "UPDATE dispute SET stands = stands + 1 WHERE state = 'UPHELD'",
    "FREE_TEXT_ALTERED": "UPDATE free_text SET text = 'another word'",
    "CONTRACTS_GAIN": "INSERT INTO contract SELECT id, version + 1, type, proposer, counterparty,"
    " target, source, partner, '3/1', price, currency, fee_points, fee_money, expiry, member_cap,"
    " pair_cap, zone, valid_from, valid_to, proposer_signature, counterparty_signature,"
    " proposed_seq, accepted_seq, ended_at FROM contract",
}


def test_every_check_is_tampered_with() -> None:
    """No check stands that no tampering trips."""
    assert set(CODES) == TAMPERING.keys()


@pytest.mark.parametrize("code", TAMPERING)
def test_tampering_is_named(world: World, code: str) -> None:
    """A changed row is found by the check whose invariant it breaks."""
    lived_in(world)
    with world.engine.begin() as connection:
        assert connection.execute(text(TAMPERING[code])).rowcount > 0
    assert code in found(world)


@pytest.mark.parametrize(
    ("code", "tampering"),
    [
        ("DISPUTE_NOT_ITS_LINE", "UPDATE dispute SET state = 'OPEN'"),
        ("DISPUTE_NOT_ITS_LINE", "UPDATE dispute SET amount = amount - 1"),
        ("CORRECTION_NOT_ITS_DISPUTE", "DELETE FROM dispute WHERE state = 'UPHELD'"),
        ("CORRECTION_NOT_ITS_DISPUTE", "UPDATE obligation SET kind = 'FEE'"),
        ("CORRECTION_NOT_ITS_DISPUTE", "UPDATE dispute SET debtor = creditor, creditor = debtor"),
        (
            "CORRECTION_NOT_ITS_DISPUTE",
            "UPDATE dispute SET amount = 1, stands = stands + 900, corrected = corrected + 900",
        ),
    ],
)
def test_a_dispute_told_otherwise_is_named(world: World, code: str, tampering: str) -> None:
    """Each side of what the two checks of disputes compare may be the one that was altered."""
    lived_in(world)
    with world.engine.begin() as connection:
        assert connection.execute(text(tampering)).rowcount > 0
    assert code in found(world)


def test_the_last_lot_drawn_on_is_given_back_first(world: World) -> None:
    """A part given back to the right lots in the wrong order is found, whatever it sums up to."""
    lived_in(world)
    swap = (
        "UPDATE lot_use SET lot_seq = (SELECT SUM(DISTINCT x.lot_seq) FROM lot_use x"
        " WHERE x.owner = lot_use.owner) - lot_seq WHERE action = 'give' AND owner = :owner"
    )
    with world.engine.begin() as connection:
        assert connection.execute(text(swap), {"owner": world.members[0]}).rowcount > 0
    assert "LOTS_NOT_GIVEN_BACK" in found(world)


def test_a_version_that_never_begins_opens_no_loop(world: World) -> None:
    """Of contracts ended or replaced before they begin, none is a way round."""
    lived_in(world)
    with world.engine.begin() as connection:
        connection.execute(text(TAMPERING["CONTRACTS_GAIN"]))
        connection.execute(text("UPDATE contract SET ended_at = valid_from WHERE version = 2"))
    assert found(world) == set()
