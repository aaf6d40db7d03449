"""How many decimals a currency has (ISO 4217), and amounts as people and banks write them.

Inside, an amount is an integer in minor units; on paper it is a decimal with exactly the currency's
decimals: 1000 of KRW is ``1000``, of EUR ``10.00``, of KWD ``1.000``. Neither way is there a float.

A network's partners may settle in a code that ISO 4217 does not have, or has no longer: its amounts
stay minor units on paper, so that statements and books can be made; no bank is told of it.
"""

from __future__ import annotations

import re
from decimal import Decimal

from domain.errors import InvalidValueError

_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_TWO = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD"
    " CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS"
    " GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD"
    " LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB"
    " PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP"
    " SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
)
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_FOUR = "CLF UYW"

EXPONENTS: dict[str, int] = {
    code: exponent
    for exponent, codes in ((0, _NONE), (2, _TWO), (3, _THREE), (4, _FOUR))
    for code in codes.split()
}

_DECIMAL = re.compile(r"([0-9]{1,19})(?:\.([0-9]{1,5}))?\Z", re.ASCII)


def exponent(currency: str) -> int:
    """Return the number of decimals of ``currency``.

    Raises InvalidValueError ``CURRENCY_UNKNOWN`` for what is no currency of ISO 4217.
    """
    found = EXPONENTS.get(currency)
    if found is None:
        raise InvalidValueError("CURRENCY_UNKNOWN", currency=currency[:16])
    return found


def places(currency: str) -> int:
    """Return the number of decimals on paper: the currency's own, 0 where nobody knows it."""
    return EXPONENTS.get(currency, 0)


def plain(amount: int, currency: str) -> str:
    """Return minor units as a decimal with as many decimals as ``places`` says."""
    return _written(amount, currency, "")


def grouped(amount: int, currency: str) -> str:
    """Return minor units as people read them: ``-125000`` in USD is ``-1,250.00``."""
    return _written(amount, currency, ",")


def exact(amount: int, currency: str) -> Decimal:
    """Return minor units as the decimal number that they are on paper."""
    return Decimal(amount).scaleb(-places(currency))


def _written(amount: int, currency: str, separator: str) -> str:
    decimals = places(currency)
    whole, rest = divmod(abs(amount), 10**decimals)
    sign = "-" if amount < 0 else ""
    text = f"{whole:{separator}}"
    return f"{sign}{text}.{rest:0{decimals}d}" if decimals else f"{sign}{text}"


def minor_units(text: str, currency: str) -> int:
    """Read an unsigned decimal such as ``10.5`` or ``1000`` exactly, as minor units.

    Decimals beyond the currency's are taken where they are zeros: banks write ``1000.00`` KRW.

    Raises:
        InvalidValueError: ``CURRENCY_UNKNOWN``; ``AMOUNT_MALFORMED`` for any other text,
            ``AMOUNT_TOO_FINE`` for a part of a minor unit.
    """
    decimals = exponent(currency)
    match = _DECIMAL.match(text)
    if match is None:
        raise InvalidValueError("AMOUNT_MALFORMED", value=text[:64], currency=currency)
    fraction = match[2] or ""
    if fraction[decimals:].strip("0"):
        raise InvalidValueError("AMOUNT_TOO_FINE", value=text, currency=currency, decimals=decimals)
    return int(match[1] + fraction[:decimals].ljust(decimals, "0"))
