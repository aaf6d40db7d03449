"""What a refusal tells besides its sentence in ``codes``: the bound that the caller ran into.

Without it a caller would have to guess what is allowed. It is told where the refusal has the facts,
which not every place that refuses knows; facts that are withheld from some callers are in none.
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

from domain.clock import format_instant
from domain.ledger.codes import CODES

if TYPE_CHECKING:
    from collections.abc import Mapping

# Facts that are instants, in microseconds of the log's time: by name, and these codes' bounds.
INSTANTS = frozenset({"deadline", "due", "expires_at", "pay_by"})
INSTANT_CODES = frozenset(
    {"BACKDATE_NOT_PERMITTED", "DEADLINE_INVALID", "EFFECTIVE_IN_FUTURE", "VALIDITY_TOO_SOON"}
)
FACT_SHOWN_MAX = 200  # characters of one fact in a sentence; reasons are shorter
LIMITS = frozenset({"minimum", "maximum"})

_ROOM = (
    "There are {available} minor units, and it takes {required}.",
    "최소 단위로 {available}이(가) 있고 {required}이(가) 필요합니다.",
)
_STATE = ("It is {state}.", "현재 상태: {state}.")

BOUNDS: dict[str, tuple[str, str]] = {
    "VALUE_INVALID": ("What is valid: {reason}.", "가능한 값: {reason}."),
    "MEMBER_HAS_HOLD": ("It ends at {deadline}.", "보류는 {deadline}에 끝납니다."),
    "CAP_RAISE_NEEDS_PROPOSAL": (
        "The cap is {available}, and {required} was asked for, in minor units.",
        "현재 한도는 {available}, 요청은 {required}입니다(최소 단위).",
    ),
    "AMOUNT_OUT_OF_RANGE": (
        "It must lie between {minimum} and {maximum} minor units.",
        "최소 단위로 {minimum}에서 {maximum}까지입니다.",
    ),
    "INSUFFICIENT_POINTS": _ROOM,
    "TOO_MANY_LOTS": (
        "It would use {lots}, and {maximum} are allowed.",
        "필요한 묶음은 {lots}개, 한도는 {maximum}개입니다.",
    ),
    "COUNTER_LIMIT": ("The limit is {maximum} minor units.", "한도는 최소 단위로 {maximum}입니다."),
    "EFFECTIVE_IN_FUTURE": ("The latest is {maximum}.", "가장 늦은 시각은 {maximum}입니다."),
    "BACKDATE_NOT_PERMITTED": ("The earliest is {minimum}.", "가장 이른 시각은 {minimum}입니다."),
    "DEADLINE_INVALID": (
        "It must lie between {minimum} and {maximum}.",
        "{minimum}에서 {maximum}까지입니다.",
    ),
    "CONSENT_LIMIT_EXCEEDED": _ROOM,
    "MEMBER_CAP_EXCEEDED": _ROOM,
    "PAIR_CAP_EXCEEDED": _ROOM,
    "QUOTE_EXPIRED": ("It ended at {expires_at}.", "만료 시각: {expires_at}."),
    "QUOTE_MISMATCH": ("What differs: {reason}.", "다른 점: {reason}."),
    "HOLD_ENDED": _STATE,
    "HOLD_EXPIRED": ("It was {deadline}.", "기한: {deadline}."),
    "CAPTURE_EXCEEDS_HOLD": _ROOM,
    "REVERSAL_EXCEEDS_ORIGINAL": _ROOM,
    "POINTS_SPENT": _ROOM,
    "CONTRACT_STATE": _STATE,
    "TERMS_INVALID": ("{field}: {reason}.", "{field}: {reason}."),
    "VALIDITY_TOO_SOON": ("The earliest is {minimum}.", "가장 이른 시각은 {minimum}입니다."),
    "ARBITRAGE_LOOP": (
        "By {loop} one point becomes {product}.",
        "{loop} 경로로 1포인트가 {product}포인트가 됩니다.",
    ),
    "WINDOW_STATE": _STATE,
    "PROPOSAL_DECIDED": _STATE,
    "SCHEDULE_INVALID": ("What is wrong: {reason}.", "이유: {reason}."),
    "SCHEDULE_NOT_DUE": ("It closes at {due}.", "마감 시각: {due}."),
    "SETTLEMENT_UNCHANGED": _STATE,
    "SETTLEMENT_STATE": _STATE,
    "PAY_BY_NOT_REACHED": ("It ends at {pay_by}.", "납부 기한: {pay_by}."),
    "PAYOUT_NOT_COVERED": _ROOM,
    "TOO_MANY_DISPUTES": ("The most is {maximum}.", "최대 {maximum}건입니다."),
    "DISPUTE_STATE": _STATE,
    "FUNDS_INSUFFICIENT": _ROOM,
    "BANK_LINE_STATE": _STATE,
}


def is_instant(code: str, fact: str) -> bool:
    """Tell whether a code's fact is an instant."""
    return fact in INSTANTS or (code in INSTANT_CODES and fact in LIMITS)


def facts_in(sentence: str) -> list[str]:
    """Return the names of the facts that a sentence takes."""
    return [name for _, name, _, _ in string.Formatter().parse(sentence) if name]


def message(code: str, facts: Mapping[str, str | int], *, korean: bool) -> str:
    """Return what a refusal says to a person: its sentence, and its bound where that is known."""
    row = CODES[code]
    said = row.korean if korean else row.english
    bound = BOUNDS.get(code, ("", ""))[korean]
    if not bound or not all(facts.get(name, "") != "" for name in facts_in(bound)):
        return said
    told = {
        name: format_instant(value)
        if is_instant(code, name) and isinstance(value, int)
        else _cut(value)
        for name, value in facts.items()
    }
    return f"{said} {bound.format_map(told)}"


def _cut(value: str | int) -> str | int:
    return value[:FACT_SHOWN_MAX].rstrip(".") if isinstance(value, str) else value
