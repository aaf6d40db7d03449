"""Invariant 6: a reversal in any parts undoes the whole, in the very lots; nothing is left over."""

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from domain.clock import DAY, NEVER
from domain.ledger import commands as ask
from tests.property.ledger import invariants
from tests.property.ledger.network import Network, actor
from tests.property.ledger.profile import HEAVY
from tests.property.ledger.world import BRANDS, COUNT, MEMBERS, POLICIES, UNITS, Drawn, found

MINA, HANA, _ = MEMBERS
ISSUES = st.lists(
    st.tuples(st.sampled_from(BRANDS), st.integers(1, 3_000), st.sampled_from(["FREE", "PAID"])),
    min_size=1,
    max_size=5,
)
# A transfer: kind, unit, other unit or partner.
TRANSFERS = st.sampled_from(
    [
        ("issue", "MILE", "HOTELS"),
        ("issue", "COIN", "AIRLINE"),
        ("redeem", "MILE", "AIRLINE"),
        ("redeem", "AIR", "COALITION"),
        ("capture", "MILE", "HOTELS"),
        ("exchange", "AIR", "HOTEL"),
        ("exchange", "AIR", "COIN"),
        ("exchange", "MILE", "AIR"),
        ("exchange", "COIN", "HOTEL"),
        ("gift", "MILE", ""),
        ("gift", "HOTEL", ""),
        ("adjust", "AIR", ""),
    ]
)
TERMS = st.builds(
    Drawn,
    factor=st.sampled_from([Fraction(1), Fraction(6, 7), Fraction(113, 355)]),
    price=st.sampled_from([Fraction(7), Fraction(35, 3), Fraction(1, 8)]),
    fee_points=st.sampled_from([Fraction(0), Fraction(3, 7)]),
    fee_money=st.sampled_from([Fraction(0), Fraction(5, 2)]),
    expiry=st.sampled_from(["MIN_OF_BOTH", "TARGET_RULE", "SOURCE_KEPT"]),
    caps=st.just((0, 0)),
    lasts=st.just(NEVER),
)


@dataclass(frozen=True)
class Case:
    """A wallet, one transfer out of or into it, and the parts in which it is reversed."""

    terms: Drawn
    issues: list[tuple[str, int, str]]
    transfer: tuple[str, str, str]
    share: int
    parts: list[int]


CASES = st.builds(
    Case,
    TERMS,
    ISSUES,
    TRANSFERS,
    st.integers(1, 100),
    st.lists(st.integers(1, 40), min_size=1, max_size=6),
)


def prepared(case: Case) -> Network:
    """A network in which the member holds the issued points and lets everyone spend them."""
    network, _ = found([10**15] * 3, list(POLICIES), [case.terms] * COUNT)
    for brand in BRANDS:
        for unit, (owner, *_) in UNITS.items():
            for action in ("REDEEM", "EXCHANGE"):
                if brand != owner:
                    consent = ask.GrantConsent(
                        actor=actor(owner),
                        id=network.new_id(),
                        owner=MINA,
                        partner=brand,
                        unit=unit,
                        action=action,
                        max=0,
                        evidence="e" * 64,
                        expires_at=network.now + 9 * DAY,
                    )
                    assert not network.run(consent)
    for brand, amount, funding in case.issues:
        issue(network, case.transfer[1], brand, amount, funding)
    return network


def issue(network: Network, unit: str, brand: str, amount: int, funding: str) -> str:
    """Issue by the brand where it may, else by the unit's owner; return the transfer."""
    able = brand if unit in {"MILE", "COIN"} else UNITS[unit][0]
    command = ask.IssuePoints(
        actor=actor(able),
        id=network.new_id(),
        owner=MINA,
        unit=unit,
        amount=amount,
        funding=funding,
    )
    assert not network.run(command)
    return command.id


def transfer(network: Network, case: Case) -> tuple[str, str]:
    """Carry out the case's transfer; return its id, and a refusal's code or ""."""
    kind, unit, other = case.transfer
    held = sum(lot.remaining for lot in network.state.lots[MINA, unit])
    amount, id_ = -(-held * case.share // 100), network.new_id()
    owner = actor(UNITS[unit][0])
    command: ask.Command
    if kind == "issue":
        return issue(network, unit, other, amount, "PAID"), ""
    if kind == "redeem":
        command = ask.RedeemPoints(actor=actor(other), id=id_, owner=MINA, unit=unit, amount=amount)
    elif kind == "capture":
        hold = ask.PlaceHold(
            actor=actor(other),
            id=network.new_id(),
            owner=MINA,
            unit=unit,
            amount=held,
            deadline=network.now + DAY,
        )
        assert not network.run(hold)
        command = ask.CaptureHold(
            actor=actor(other), id=id_, owner=MINA, hold=hold.id, amount=amount
        )
    elif kind == "exchange":
        command = ask.ExchangePoints(
            actor=owner, id=id_, owner=MINA, source=unit, target=other, amount=amount
        )
    elif kind == "gift":
        command = ask.GiftPoints(
            actor=owner, id=id_, owner=MINA, recipient=HANA, unit=unit, amount=amount
        )
    else:
        command = ask.AdjustPoints(
            actor=owner, id=id_, owner=MINA, unit=unit, amount=-amount, reason="FRAUD"
        )
    return id_, network.run(command)


def reverse(network: Network, id_: str, amount: int | None) -> str:
    """Reverse a part, or all that is left; return a refusal's code or ""."""
    command = ask.ReverseTransfer(
        actor=actor("OPERATOR"), id=network.new_id(), owner=MINA, transfer=id_, amount=amount
    )
    return network.run(command)


def balances(network: Network) -> dict[tuple[str, str, str], int]:
    """Every account's net of debits and credits that is not zero."""
    accounts = network.state.accounts.items()
    nets = {key: account.debits_posted - account.credits_posted for key, account in accounts}
    return {key: net for key, net in nets.items() if net}


def lots(network: Network) -> dict[tuple[str, str, int, int], int]:
    """What every lot holds, empty ones left out."""
    held = network.state.lot_by_key.items()
    return {key: lot.remaining for key, lot in held if lot.remaining}


def owed(network: Network) -> dict[tuple[str, str, str], int]:
    """What each owes each for each kind of supply, net, zeros left out."""
    nets: Counter[tuple[str, str, str]] = Counter()
    for _, _, debt in network.obligations:
        nets[debt.debtor, debt.creditor, debt.kind] += debt.amount
        nets[debt.creditor, debt.debtor, debt.kind] -= debt.amount
    return {key: net for key, net in nets.items() if net}


@HEAVY
@given(CASES)
def test_parts_undo_the_whole(case: Case) -> None:
    """After full reversal, in whatever parts, lots, balances and debts are as before."""
    network = prepared(case)
    # A hold's release is no part of what a capture's reversal undoes, so its rest stays free.
    before = (lots(network), balances(network), owed(network))
    id_, code = transfer(network, case)
    assume(not code)
    left = source = network.effects[-1][1].legs[-1 if case.transfer[0] == "capture" else 0].amount
    for part in case.parts:
        amount = max(1, source * part // 100)
        if amount > left:
            assert reverse(network, id_, amount) == "REVERSAL_EXCEEDS_ORIGINAL"
            continue
        assert reverse(network, id_, amount) == ""
        left -= amount
        invariants.check(network)
    if left:
        assert reverse(network, id_, None) == ""
    assert (lots(network), balances(network), owed(network)) == before
    assert reverse(network, id_, 1) == "REVERSAL_EXCEEDS_ORIGINAL"


@HEAVY
@given(CASES)
def test_parts_stand_where_one_part_does(case: Case) -> None:
    """Reversed in parts or in one, the same amount leaves the same lots, balances and debts."""
    sums = []
    for parts in (case.parts, [sum(case.parts)]):
        network = prepared(case)
        id_, code = transfer(network, case)
        assume(not code)
        for part in parts:
            assume(not reverse(network, id_, part))
        sums.append((lots(network), balances(network), owed(network)))
    assert sums[0] == sums[1]
