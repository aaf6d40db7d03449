"""How many decimals a currency has (ISO 4217), and how its minor units are written.

An amount stays an integer of minor units until it is text: 1250 is "1,250" in KRW, "12.50" in USD.
"""

from __future__ import annotations

from decimal import Decimal

EXPONENT_DEFAULT = 2  # what ISO 4217 gives all currencies but these
_EXPONENTS: dict[str, int] = {
    **dict.fromkeys(
        (
            *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX"),
            *("UYI", "VND", "VUV", "XAF", "XOF", "XPF"),
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}


def exponent(currency: str) -> int:
    """Return how many decimals ``currency`` has: 0 for KRW, 2 for most."""
    return _EXPONENTS.get(currency, EXPONENT_DEFAULT)


def plain(amount: int, currency: str) -> str:
    """Return minor units as a plain decimal: ``-1250`` in USD is ``-12.50``."""
    return _written(amount, currency, "")


def grouped(amount: int, currency: str) -> str:
    """Return minor units as people read them: ``-125000`` in USD is ``-1,250.00``."""
    return _written(amount, currency, ",")


def exact(amount: int, currency: str) -> Decimal:
    """Return minor units as the decimal number that they are."""
    return Decimal(amount).scaleb(-exponent(currency))


def _written(amount: int, currency: str, separator: str) -> str:
    places = exponent(currency)
    whole, rest = divmod(abs(amount), 10**places)
    sign = "-" if amount < 0 else ""
    text = f"{whole:{separator}}"
    return f"{sign}{text}.{rest:0{places}d}" if places else f"{sign}{text}"
