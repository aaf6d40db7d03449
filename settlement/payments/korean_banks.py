"""Banks of Korea by their common code, and how many digits their account numbers have.

Codes and lengths are those of the Korea Financial Telecommunications and Clearings Institute's
table of account numbers (CMS, 2026). Check digits are each bank's own and mostly unpublished, so
lengths are all that is checked; where none is published, the widest range in use is taken.
"""

from __future__ import annotations

from typing import NamedTuple

DIGITS_ANY = range(7, 17)  # the shortest and the longest account number of any bank


class KoreanBank(NamedTuple):
    """A bank: three-digit code, names, and the numbers of digits its accounts have."""

    code: str
    korean: str
    english: str
    digits: tuple[int, ...]


_ROWS = """
001 | 한국은행 | Bank of Korea |
002 | 한국산업은행 | Korea Development Bank | 11 14
003 | 중소기업은행 | Industrial Bank of Korea | 10 11 12 14
004 | 국민은행 | Kookmin Bank | 10 11 12 14
007 | 수협은행 | Suhyup Bank | 11 12 14
008 | 한국수출입은행 | Export-Import Bank of Korea |
011 | 농협은행 | NongHyup Bank | 11 12 13 14
012 | 지역농축협 | Local NongHyup | 13 14
020 | 우리은행 | Woori Bank | 11 12 13 14
023 | SC제일은행 | Standard Chartered Bank Korea | 11 14
027 | 한국씨티은행 | Citibank Korea | 10 11 12 13
030 | 수협중앙회 | Suhyup Federation | 11 12 14
031 | 아이엠뱅크 | iM Bank | 7 8 9 10 11 12 13 14
032 | 부산은행 | Busan Bank | 12 13
034 | 광주은행 | Kwangju Bank | 12 13
035 | 제주은행 | Jeju Bank | 10 12
037 | 전북은행 | Jeonbuk Bank | 12 13
039 | 경남은행 | Kyongnam Bank | 12 13
045 | 새마을금고 | Saemaul Geumgo | 13 14
048 | 신협중앙회 | Credit Union Federation | 10 11 12 13 14
050 | 저축은행 | Savings banks |
054 | 홍콩상하이은행 | HSBC Korea | 12
055 | 도이치은행 | Deutsche Bank Seoul | 10
057 | 제이피모간체이스은행 | JPMorgan Chase Bank Seoul | 10
060 | BOA은행 | Bank of America Seoul | 12 14
061 | 비엔피파리바은행 | BNP Paribas Seoul | 14
062 | 중국공상은행 | ICBC Seoul |
064 | 산림조합중앙회 | Forestry Cooperative Federation | 12 13
071 | 우체국 | Korea Post | 12 13 14
081 | 하나은행 | Hana Bank | 11 12 14
088 | 신한은행 | Shinhan Bank | 11 12 13 14
089 | 케이뱅크 | K Bank | 10 12 13 14
090 | 카카오뱅크 | Kakao Bank | 13
092 | 토스뱅크 | Toss Bank | 12 14
"""


def _read(row: str) -> KoreanBank:
    code, korean, english, digits = (cell.strip() for cell in row.split("|"))
    lengths = tuple(int(one) for one in digits.split())
    return KoreanBank(code, korean, english, lengths or tuple(DIGITS_ANY))


KOREAN_BANKS: dict[str, KoreanBank] = {
    bank.code: bank for bank in map(_read, _ROWS.strip().splitlines())
}
