"""The four brands of the demonstration, as data.

A whole point's worth in KRW fixes every rate: a conversion gives value for value, less one fiftieth
that is kept in points, so that no round trip can create any. The price that the source's obligor
pays for a target point is nine tenths of its worth.
"""

from __future__ import annotations

from typing import NamedTuple

from domain.money import ZERO, Ratio

CURRENCY = "KRW"
ZONE = "Asia/Seoul"
MUSIC = "MUSIC"
CAFE = "CAFE"
AIR = "AIR"
BOOKS = "BOOKS"
NOTE = "NOTE"
BEAN = "BEAN"
MILE = "MILE"
PAGE = "PAGE"

FEE_POINTS = Ratio(1, 50)
PREFUND = 100_000_000  # KRW; a tenth of what the busiest brand comes to owe in the eighteen months
CAP = 900_000_000  # KRW; high enough that the demo's refusals come from members, not from credit


class Brand(NamedTuple):
    """A brand, its unit and what a whole point is worth in KRW."""

    code: str
    name_en: str
    name_ko: str
    unit: str
    unit_en: str
    unit_ko: str
    scale: int
    worth: int
    expiry: str
    earn: Ratio


class Conversion(NamedTuple):
    """Points of ``source`` may become points of ``target``; caps are source minor units a day."""

    source: str
    target: str
    member_cap: int = 0
    fee_money: Ratio = ZERO


class Acceptance(NamedTuple):
    """Points of ``unit`` may be redeemed at ``partner`` for ``price`` KRW a point."""

    unit: str
    partner: str
    price: Ratio


BRANDS = (
    # The shop's purchases are in US cents: one NOTE for every ten.
    Brand(
        MUSIC,
        "Sori Music",
        "소리음반",
        NOTE,
        "Note",
        "노트",
        0,
        10,
        "CALENDAR YEAR 24",
        Ratio(1, 10),
    ),
    Brand(CAFE, "Haru Coffee", "하루커피", BEAN, "Bean", "원두", 0, 20, "DAYS 500", Ratio(1, 200)),
    Brand(AIR, "Narae Air", "나래항공", MILE, "Mile", "마일", 2, 15, "CALENDAR YEAR 36", ZERO),
    Brand(
        BOOKS,
        "Onda Books",
        "온다서점",
        PAGE,
        "Page",
        "쪽",
        0,
        5,
        "CALENDAR MONTH 13",
        Ratio(1, 100),
    ),
)
BY_UNIT = {brand.unit: brand for brand in BRANDS}

CONVERSIONS = (
    Conversion(NOTE, BEAN, member_cap=2_000),
    Conversion(NOTE, MILE, fee_money=Ratio(1, 10)),
    Conversion(NOTE, PAGE),
    Conversion(BEAN, NOTE),
    Conversion(BEAN, MILE),
    Conversion(PAGE, BEAN),
    Conversion(PAGE, NOTE),
    Conversion(MILE, NOTE),
)

ACCEPTANCES = (
    Acceptance(NOTE, CAFE, Ratio(8, 1)),
    Acceptance(NOTE, BOOKS, Ratio(17, 2)),
    Acceptance(BEAN, BOOKS, Ratio(18, 1)),
    Acceptance(MILE, CAFE, Ratio(12, 1)),
    Acceptance(PAGE, MUSIC, Ratio(9, 2)),
)


def rate(conversion: Conversion) -> Ratio:
    """Return whole target points per whole source point: value for value."""
    return Ratio(BY_UNIT[conversion.source].worth, BY_UNIT[conversion.target].worth)


def price(conversion: Conversion) -> Ratio:
    """Return KRW per whole target point: nine tenths of its worth."""
    return Ratio(BY_UNIT[conversion.target].worth * 9, 10)
