"""Errors as values: one GraphQL type for each row of ``domain.ledger.codes.CODES``.

A refusal is data: a stable code, a message for people in their language, the path of the input at
fault, and typed facts. Only authentication, limits and faults are top-level errors; their codes
stand in ``words.FAULTS``.
"""

from __future__ import annotations

from typing import NewType, cast

import strawberry

from api.schema.core.scalars import DateTime, MinorUnits, Sequence
from api.schema.core.words import FAULTS, KOREAN, WordedError
from domain.errors import Refusal
from domain.ledger.bounds import LIMITS, is_instant, message
from domain.ledger.codes import CODES, CodeRow


@strawberry.interface(description="Why a change was refused. A refusal changes nothing.")
class UserError:
    """What every refusal has."""

    code: str = strawberry.field(description="Stable upper-case code.")
    message: str = strawberry.field(description="What to tell a person, in their language.")
    path: list[str] = strawberry.field(description="Names that lead to the input at fault.")


_AMOUNTS = frozenset({"available", "required", "amount"})
_COUNTS = frozenset({"lots", "period", "line", "n"})

# What the facts are, by name.
_MEANINGS: dict[str, str] = {
    "partner": "Code of the partner.",
    "value": "The value as it was sent, cut to 64 characters.",
    "reason": "What is wrong with it.",
    "member": "The member as it was named.",
    "consent": "The consent.",
    "unit": "Code of the point unit.",
    "currency": "Currency, ISO 4217.",
    "available": "What there is, in minor units.",
    "required": "What it would take, in minor units.",
    "key": "Prefix of the API key.",
    "role": "What its holder would be.",
    "amount": "The amount, in minor units.",
    "minimum": "The least that is allowed.",
    "maximum": "The most that is allowed.",
    "lots": "How many lots it would use.",
    "type": "Type of the contract.",
    "source": "Code of the source unit.",
    "other": "Code of the target unit or of the partner.",
    "action": "What would need consent.",
    "day": "The calendar day in the contract's time zone.",
    "quote": "The quote.",
    "expires_at": "When it ended.",
    "hold": "The hold.",
    "state": "The state it is in.",
    "deadline": "Its deadline.",
    "transfer": "The transfer.",
    "kind": "Kind of the transfer.",
    "contract": "The contract.",
    "field": "The field of the terms.",
    "loop": "Codes of the units along the loop.",
    "product": "What one point becomes after one round, as a fraction.",
    "period": "Number of the settlement window.",
    "proposal": "The proposal.",
    "settlement": "The settlement.",
    "pay_by": "Until when it is to be paid.",
    "due": "When the window is due next.",
    "leg": "Which way the payment would go.",
    "file": "MsgId of the payment file.",
    "statement": "SHA-256 of the bank's statement.",
    "line": "The line's place in the statement.",
    "sequence": "The entry that the line is of.",
    "n": "The line's place in its entry, from 0.",
    "dispute": "The dispute.",
}


def _fact_type(code: str, fact: str) -> type | NewType:
    if is_instant(code, fact):
        return DateTime
    if code == "TOO_MANY_LOTS" or fact in _COUNTS:
        return int
    if fact == "sequence":
        return Sequence
    return MinorUnits if fact in _AMOUNTS or fact in LIMITS else str


def type_name(code: str) -> str:
    """Return the GraphQL name of a refusal's type: INSUFFICIENT_POINTS is InsufficientPoints."""
    return "".join(word.capitalize() for word in code.split("_"))


def _error_type(code: str, row: CodeRow) -> type[UserError]:
    told = "Null where it is not the caller's to know."
    body: dict[str, object] = {
        fact: strawberry.field(
            description=f"{_MEANINGS[fact]} {told}" if fact in row.withheld else _MEANINGS[fact]
        )
        for fact in row.facts
    }
    body["__annotations__"] = {
        fact: _fact_type(code, fact) | None if fact in row.withheld else _fact_type(code, fact)
        for fact in row.facts
    }
    body["__doc__"] = row.english
    body["__module__"] = __name__
    made = type(type_name(code), (UserError,), body)
    return cast(
        "type[UserError]", strawberry.type(made, description=f"{row.english} Code `{code}`.")
    )


ERROR_TYPES: dict[str, type[UserError]] = {
    code: _error_type(code, row) for code, row in CODES.items()
}


def error_of(refusal: Refusal, locale: str) -> UserError:
    """Make the GraphQL value of a refusal; facts withheld are null, others it lacks empty or 0."""
    row = CODES[refusal.code]
    facts: dict[str, object] = {}
    for fact in row.facts:
        value = refusal.facts.get(fact)
        if value is None and fact in row.withheld:
            facts[fact] = None
        elif _fact_type(refusal.code, fact) is str:
            facts[fact] = "" if value is None else str(value)
        else:
            facts[fact] = 0 if value is None else int(value)
    return ERROR_TYPES[refusal.code](
        code=refusal.code,
        message=message(refusal.code, refusal.facts, korean=locale == KOREAN),
        path=list(refusal.path),
        **facts,
    )


class RefusedError(Exception):
    """A refusal on its way out of a resolver; it becomes a value of the payload."""

    def __init__(self, code: str, *path: str, **facts: str | int) -> None:
        """Take the refusal's code, the path under ``input``, and its facts."""
        super().__init__(code)
        self.refusal = Refusal(code, ("input", *path), facts)

    @classmethod
    def of(cls, refusal: Refusal) -> RefusedError:
        """Wrap a refusal as the domain answered it."""
        made = cls(refusal.code)
        made.refusal = refusal
        return made


class FaultError(WordedError):
    """A top-level error with a code of ``FAULTS``; it tells nothing but the code."""

    def __init__(self, code: str) -> None:
        """Take the code."""
        super().__init__(FAULTS[code], code)
        self.code = code
