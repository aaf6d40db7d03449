"""A network of three brands and five units, once with the real rules and once in the model.

Whole points have fair values; every rate is at most what they say, so no round trip gains.
"""

from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256

from hypothesis import strategies as st

from domain.clock import DAY, MINUTE, NEVER
from domain.contracts.commands import AcceptContract, ProposeContract
from domain.contracts.terms import Terms
from domain.ledger.commands import EnrollMember
from domain.money import ZERO, Ratio
from domain.partners.commands import CreatePartner, CreateUnit
from tests.model.book import Book
from tests.model.facts import Brand, Deal, Points
from tests.property.ledger.network import ORIGIN, START, Network, actor

BEGINS = START + 2 * MINUTE
MEMBERS = ("a" * 32, "b" * 32, "c" * 32)
BRANDS = ("AIRLINE", "HOTELS", "COALITION")
POLICIES = ("REFUSE", "WITHIN_BALANCE", "ALLOW_DEBT")
UNITS = {
    # code: owner, scale, nominal, expiry rule, zone, prepaid, days of grace
    "AIR": ("AIRLINE", 2, Ratio(20, 1), "DAYS 30", "UTC", False, 7),
    "HOTEL": ("HOTELS", 0, Ratio(75, 2), "CALENDAR MONTH 1", "Asia/Seoul", False, 0),
    "COIN": ("COALITION", 4, Ratio(10, 3), "DAYS 10", "UTC", True, 0),
    "MILE": ("COALITION", 1, Ratio(7, 1), "NEVER", "UTC", False, 30),
    "STAR": ("HOTELS", 1, Ratio(3, 1), "INACTIVITY 31", "UTC", False, 40),
}
VALUES = {
    "AIR": Fraction(20),
    "HOTEL": Fraction(40),
    "COIN": Fraction(10, 3),
    "MILE": Fraction(7),
    "STAR": Fraction(3),
}
CONVERSIONS = (
    ("AIR", "HOTEL"),
    ("HOTEL", "AIR"),
    ("AIR", "COIN"),
    ("COIN", "HOTEL"),
    ("MILE", "AIR"),
    ("MILE", "COIN"),
    ("AIR", "MILE"),
    ("COIN", "MILE"),
    ("STAR", "AIR"),
    ("STAR", "MILE"),
    ("AIR", "STAR"),
    ("MILE", "STAR"),
)
ACCEPTANCES = (
    ("AIR", "HOTELS"),
    ("AIR", "COALITION"),
    ("HOTEL", "AIRLINE"),
    ("COIN", "HOTELS"),
    ("MILE", "AIRLINE"),
    ("MILE", "HOTELS"),
    ("STAR", "AIRLINE"),
)
FUNDINGS = (("MILE", "AIRLINE"), ("MILE", "HOTELS"), ("COIN", "AIRLINE"), ("COIN", "HOTELS"))


@dataclass(frozen=True)
class Drawn:
    """What a contract may say besides whom it binds."""

    factor: Fraction
    price: Fraction
    fee_points: Fraction
    fee_money: Fraction
    expiry: str
    caps: tuple[int, int]
    lasts: int


DRAWN = st.builds(
    Drawn,
    factor=st.sampled_from([Fraction(1), Fraction(99, 100), Fraction(6, 7), Fraction(113, 355)]),
    price=st.sampled_from([Fraction(7), Fraction(35, 3), Fraction(1, 8), Fraction(0)]),
    fee_points=st.sampled_from([Fraction(0), Fraction(0), Fraction(1, 50), Fraction(3, 7)]),
    fee_money=st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(5, 2)]),
    expiry=st.sampled_from(["MIN_OF_BOTH", "MIN_OF_BOTH", "TARGET_RULE", "SOURCE_KEPT"]),
    caps=st.sampled_from([(0, 0), (0, 0), (500, 0), (0, 900), (20_000, 30_000)]),
    lasts=st.sampled_from([NEVER, NEVER, NEVER, 20 * DAY]),
)
LIMIT = st.sampled_from([10**15, 10**15, 10**15, 2_000, 0])
COUNT = len(CONVERSIONS) + len(ACCEPTANCES) + len(FUNDINGS)
TERMS = st.lists(DRAWN, min_size=COUNT, max_size=COUNT)


def ratio(value: Fraction) -> Ratio:
    """A fraction as the domain writes it."""
    return Ratio(value.numerator, value.denominator)


def fraction(value: Ratio) -> Fraction:
    """A domain's fraction as Python's."""
    return Fraction(value.num, value.den)


def found(limits: list[int], policies: list[str], terms: list[Drawn]) -> tuple[Network, Book]:
    """Found the network in both, with every contract in force."""
    network, book = Network(), Book()
    for brand, limit, policy in zip(BRANDS, limits, policies, strict=True):
        command = CreatePartner(
            actor=actor("OPERATOR"),
            id=network.new_id(),
            partner=brand,
            currency="KRW",
            prefund=limit // 4,
            cap=limit - limit // 4,
            reversal=policy,
            signing_key=sha256(brand.encode()).hexdigest(),
        )
        assert not network.run(command)
        book.brands[brand] = Brand(brand, limit, policy)
    for code, (owner, scale, nominal, expiry, zone, prepaid, grace) in UNITS.items():
        unit = CreateUnit(
            actor=actor("OPERATOR"),
            id=network.new_id(),
            unit=code,
            owner=owner,
            scale=scale,
            nominal=nominal,
            currency="KRW",
            expiry=expiry,
            grace=grace,
            zone=zone,
            prepaid=prepaid,
        )
        assert not network.run(unit)
        book.units[code] = Points(
            code, owner, scale, fraction(nominal), expiry, zone, prepaid, grace
        )
    pairs = (
        [("conversion", *pair) for pair in CONVERSIONS]
        + [("acceptance", *pair) for pair in ACCEPTANCES]
        + [("funding", *pair) for pair in FUNDINGS]
    )
    for pair, drawn in zip(pairs, terms, strict=True):
        _contract(network, book, pair, drawn)
    for n, member in enumerate(MEMBERS):
        _enroll(network, member, BRANDS[n % len(BRANDS)])
        book.members.add(member)
    book.size = network.state.size
    network.now = BEGINS
    return network, book


def _enroll(network: Network, member: str, brand: str) -> None:
    command = EnrollMember(
        actor=actor(brand),
        id=network.new_id(),
        owner=member,
        partner=brand,
        reference=f"ref-{member[0]}",
        reference_index=member * 2,
        wrapped_key=b"wrapped",
        commitment="c" * 64,
    )
    assert not network.run(command)


def _contract(network: Network, book: Book, pair: tuple[str, str, str], drawn: Drawn) -> None:
    type_, source, other = pair
    conversion = type_ == "conversion"
    owner = book.units[source].owner
    partner = book.units[other].owner if conversion else other
    if owner == partner:
        return
    rate = VALUES[source] / VALUES[other] * drawn.factor if conversion else Fraction(0)
    caps = (0, 0) if type_ == "funding" else drawn.caps
    terms = Terms(
        origin=ORIGIN,
        contract=network.new_id(),
        version=1,
        type=type_,
        proposer=owner,
        counterparty=partner,
        source=source,
        currency="KRW",
        price=ratio(drawn.price),
        target=other if conversion else "",
        partner="" if conversion else other,
        rate=ratio(rate),
        fee_points=ratio(drawn.fee_points) if conversion else ZERO,
        fee_money=ratio(drawn.fee_money) if conversion else ZERO,
        expiry=drawn.expiry if conversion else "",
        member_cap=caps[0],
        pair_cap=caps[1],
        zone="Asia/Seoul",
        valid_from=BEGINS,
        valid_to=NEVER if drawn.lasts == NEVER else BEGINS + drawn.lasts,
    )
    propose = ProposeContract(
        actor=actor(owner), id=network.new_id(), terms=terms, signature="1" * 128
    )
    accept = AcceptContract(
        actor=actor(partner),
        id=network.new_id(),
        contract=terms.contract,
        version=1,
        signature="2" * 128,
    )
    assert not network.run(propose)
    assert not network.run(accept)
    book.deals.append(
        Deal(
            f"{terms.contract}.1",
            type_,
            source,
            other,
            drawn.price,
            rate,
            drawn.fee_points if conversion else Fraction(0),
            drawn.fee_money if conversion else Fraction(0),
            terms.expiry,
            *caps,
            terms.zone,
            terms.valid_from,
            terms.valid_to,
        )
    )
