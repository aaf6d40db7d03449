"""The read side: pages by key, balances, what is due, and the export's order."""

from domain.clock import DAY, MINUTE
from domain.ledger.commands import GiftPoints, GrantConsent, PlaceHold
from domain.store.engine import reading
from domain.store.queries import (
    export,
    holds,
    jobs,
    log,
    members,
    obligations,
    reference,
    statements,
    transfers,
    wallets,
)
from domain.store.tables import LOGGED_TABLES
from tests.integration.store.world import World, actor, new_id


def hold_of(world: World, owner: str, amount: int) -> PlaceHold:
    """Make the command that pins points for an hour."""
    return PlaceHold(
        actor=actor("AIR"),
        id=new_id(),
        owner=owner,
        unit="AIR",
        amount=amount,
        deadline=world.clock.now() + 60 * MINUTE,
    )


def test_a_book_is_read_page_by_page_newest_first(world: World) -> None:
    """Pages of any size, one after another, give every transfer of the book once, newest first."""
    mina, jun = world.members
    world.must(*(world.exchange(mina, 200) for _ in range(7)), world.exchange(jun, 200))
    with reading(world.engine) as connection:
        everything = transfers.of_book(connection, mina, 100)
        paged: list[transfers.Transfer] = []
        while page := transfers.of_book(
            connection, mina, 3, paged[-1].seq if paged else transfers.NEWEST
        ):
            paged += page
    assert [one.kind for one in everything] == ["EXCHANGE"] * 7 + ["ISSUE"]
    assert paged == everything
    assert everything == sorted(everything, key=lambda one: -one.seq)


def test_the_network_is_read_page_by_page_with_both_books_of_a_gift(world: World) -> None:
    """A page that ends between the two rows of a gift loses neither."""
    mina, jun = world.members
    gift = GiftPoints(
        actor=actor("AIR"), id=new_id(), owner=mina, recipient=jun, unit="AIR", amount=5
    )
    world.must(gift)
    with reading(world.engine) as connection:
        everything = transfers.of_network(connection, 100)
        paged = transfers.of_network(connection, 1)
        while page := transfers.of_network(connection, 1, (paged[-1].seq, paged[-1].owner)):
            paged += page
        legs = transfers.legs(connection, [(one.owner, one.id) for one in everything])
    assert paged == everything
    assert {one.owner for one in everything if one.kind == "GIFT"} == {mina, jun}
    assert [leg.credit for leg in legs[jun, gift.id]] == ["WALLET"]
    assert [leg.debit for leg in legs[mina, gift.id]] == ["WALLET"]


def test_a_balance_tells_what_is_pinned_and_what_is_past(world: World) -> None:
    """Posted, pending and available differ by what holds pin and by what has expired."""
    mina = world.members[0]
    command = hold_of(world, mina, 700)
    world.must(command)
    now = world.clock.now()
    with reading(world.engine) as connection:
        (air,) = wallets.balances(connection, mina, now)
        (late,) = wallets.balances(connection, mina, now + 366 * DAY)
        hold = holds.one(connection, mina, command.id)
        assert holds.of_book(connection, mina, 10) == [hold]
        assert holds.one(connection, world.members[1], command.id) is None
    assert (air.posted, air.pending, air.available, air.debt) == (10_000, 700, 9_300, 0)
    assert (late.posted, late.available) == (10_000, 0)
    assert [lot.remaining for lot in air.lots] == [10_000]


def test_what_is_due_comes_and_goes(world: World) -> None:
    """A wallet is due when a hold's deadline or a lot's expiry has passed, and not before."""
    mina = world.members[0]
    world.must(hold_of(world, mina, 700))
    now = world.clock.now()
    with reading(world.engine) as connection:
        assert jobs.wallets_due(connection, now, 10) == []
        assert jobs.wallets_due(connection, now + 60 * MINUTE, 10) == [(mina, "AIR")]
        both = jobs.wallets_due(connection, now + 366 * DAY, 10)
        assert set(both) == {(member, "AIR") for member in world.members}
        assert len(jobs.wallets_due(connection, now + 366 * DAY, 1)) == 1


def test_obligations_of_a_window_add_up(world: World) -> None:
    """Lines, pair sums and positions of a window tell one amount."""
    world.must(*(world.exchange(world.members[0], 400) for _ in range(5)))
    with reading(world.engine) as connection:
        lines = list(statements.lines(connection, "AIR", "KRW", 1, 1))
        assert list(statements.lines(connection, "HOTEL", "KRW", 1, 1)) == lines
        (pair,) = obligations.pair_sums(connection, 1, "KRW")
        air, hotel = obligations.positions(connection, 1, "KRW")
        assert obligations.open_positions(connection, "AIR") == [air]
        assert list(statements.lines(connection, "AIR", "KRW", 2, 2)) == []
    assert pair == obligations.PairSum("AIR", "HOTEL", 5 * 14, 5)
    assert sum(line.amount for line in lines) == pair.amount == air.debits == hotel.credits


def test_the_small_tables_carry_their_version(world: World) -> None:
    """A change of a small table moves the version that readers compare, a transfer does not."""
    with reading(world.engine) as connection:
        before = reference.version(connection)
        small = reference.load(connection)
        assert small.partners.keys() == small.units.keys() == {"AIR", "HOTEL"}
        assert reference.names(connection)["unit", "AIR"].en == "Air points"
    world.must(world.issue(world.members[0], 5))
    with reading(world.engine) as connection:
        assert reference.version(connection) == before


def test_a_member_is_found_by_its_partners_reference_only(world: World) -> None:
    """A reference is a partner's own: another partner finds nothing under it."""
    command = world.enroll()
    world.must(command)
    consent = GrantConsent(
        actor=actor("AIR"), id=new_id(), owner=command.owner, partner="HOTEL", unit="AIR",
        action="REDEEM", max=100, evidence="e" * 64, expires_at=world.clock.now() + DAY,
    )  # fmt: skip
    world.must(consent)
    with reading(world.engine) as connection:
        index = command.reference_index
        assert members.by_reference(connection, "AIR", index) == command.owner
        assert members.by_reference(connection, "HOTEL", index) is None
        assert list(members.memberships(connection, command.owner)) == ["AIR"]
        (given,) = members.consents(connection, command.owner)
        assert members.consent(connection, command.owner, given.id) == given
        assert (given.partner, given.max, given.used) == ("HOTEL", 100, 0)
        assert members.wrapped_key(connection, command.owner) == command.wrapped_key


def test_the_log_is_read_from_both_ends(world: World) -> None:
    """Entries come oldest or newest first, by pages, and tiles hold their hashes."""
    with reading(world.engine) as connection:
        network = log.network(connection)
        assert network is not None
        size = network.head.size
        everything = log.entries(connection, 1_000)
        assert [one.seq for one in everything] == list(range(size))
        assert log.newest_entries(connection, 1_000, size) == everything[::-1]
        assert log.entries(connection, 2, 3) == everything[4:6]
        assert log.entry(connection, size) is None
        assert b"".join(one.hash for one in everything) == log.tile(connection, 0, 0)
        assert log.tile(connection, 1, 0) == b""
        assert [one.leaf for one in everything] == list(log.leaves(connection))


def test_the_export_is_in_the_verifiers_order(world: World) -> None:
    """Streamed tables go by (seq, owner, n), all others by their key's bytes, each row once."""
    mina, jun = world.members
    world.must(world.exchange(jun, 200), world.exchange(mina, 200))
    with reading(world.engine) as connection:
        legs = list(export.rows(connection, "leg", ("seq", "owner", "n")))
        accounts = list(export.rows(connection, "account", ("owner", "unit", "purpose")))
        assert list(export.tables(connection)) == list(LOGGED_TABLES)
    assert legs == sorted(set(legs))
    assert accounts == sorted(set(accounts))
