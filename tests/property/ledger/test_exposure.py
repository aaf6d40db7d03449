"""FINANCE section 2 to the last unit: what holds reserve counts, and no longer than they last."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from domain.clock import DAY, MINUTE, NEVER, SECOND
from domain.ledger import commands as ask
from tests.property.ledger.network import Network, actor
from tests.property.ledger.profile import HEAVY
from tests.property.ledger.world import COUNT, MEMBERS, POLICIES, Drawn, found

# At this price a minor unit of AIR, whose scale is 2, costs one minor unit of money.
ONE_EACH = Drawn(Fraction(1), Fraction(100), Fraction(0), Fraction(0), "MIN_OF_BOTH", (0, 0), NEVER)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["redeem", "redeem", "hold", "hold", "wait"]),
        st.integers(1, 8),
    ),
    min_size=1,
    max_size=14,
)
LIFE = 30 * SECOND
MINA = MEMBERS[0]


def ready(limit: int) -> Network:
    """A network in which an airline with a limit owes a hotel what its points buy there."""
    network, _ = found([limit, 10**15, 10**15], list(POLICIES), [ONE_EACH] * COUNT)
    issue = ask.IssuePoints(
        actor=actor("AIRLINE"), id=network.new_id(), owner=MINA, unit="AIR", amount=10**6
    )
    consent = ask.GrantConsent(
        actor=actor("AIRLINE"),
        id=network.new_id(),
        owner=MINA,
        partner="HOTELS",
        unit="AIR",
        action="REDEEM",
        max=0,
        evidence="e" * 64,
        expires_at=network.now + DAY,
    )
    assert not network.run(issue)
    assert not network.run(consent)
    return network


def spend(network: Network, kind: str, amount: int) -> str:
    """Redeem or hold at the hotel; return a refusal's code or ""."""
    hotel, id_ = actor("HOTELS"), network.new_id()
    command: ask.Command = ask.RedeemPoints(
        actor=hotel, id=id_, owner=MINA, unit="AIR", amount=amount
    )
    if kind == "hold":
        deadline = network.now + 1 + LIFE
        command = ask.PlaceHold(
            actor=hotel, id=id_, owner=MINA, unit="AIR", amount=amount, deadline=deadline
        )
    return network.run(command)


@HEAVY
@given(st.integers(0, 20), STEPS)
def test_a_limit_is_reached_and_never_passed(limit: int, steps: list[tuple[str, int]]) -> None:
    """Spending is refused exactly where debts and live holds together would pass the limit."""
    network = ready(limit)
    owed = 0
    live: list[tuple[int, int]] = []
    for kind, amount in steps:
        if kind == "wait":
            network.now += amount * MINUTE // 8
            continue
        live = [(deadline, kept) for deadline, kept in live if deadline > network.now + 1]
        exposure = owed + sum(kept for _, kept in live)
        code = spend(network, kind, amount)
        assert code == ("NET_DEBIT_CAP_EXCEEDED" if exposure + amount > limit else "")
        if not code and kind == "hold":
            live.append((network.now + LIFE, amount))
        elif not code:
            owed += amount
