"""The doctor finds nothing in an honest ledger, and each kind of tampering by its own code."""

import pytest
from sqlalchemy import text

from domain.clock import MINUTE
from domain.ledger.commands import PlaceHold, ReverseTransfer
from domain.store.doctor import CHECKS, examine
from domain.store.engine import reading
from tests.integration.store.world import World, actor, new_id


def lived_in(world: World) -> None:
    """Exchange, hold and reverse, so that every check has rows to look at."""
    mina, jun = world.members
    (done,) = world.must(world.exchange(mina, 5_000))
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
    )


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
}


def test_every_check_is_tampered_with() -> None:
    """No check stands that no tampering trips."""
    assert {check.code for check in CHECKS} == TAMPERING.keys()


@pytest.mark.parametrize("code", TAMPERING)
def test_tampering_is_named(world: World, code: str) -> None:
    """A changed row is found by the check whose invariant it breaks."""
    lived_in(world)
    with world.engine.begin() as connection:
        assert connection.execute(text(TAMPERING[code])).rowcount > 0
    assert code in found(world)
