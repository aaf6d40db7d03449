"""What a top-level error says, in both languages, and at which value.

An error is made before its reader's language is known, and a document's are kept with it for every
reader. So an error of ours carries both sentences, and the door chooses. What graphql-core says of
a document or a variable is English; a Korean reader gets our sentence before it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from graphql import GraphQLError

if TYPE_CHECKING:
    from collections.abc import Collection

    from graphql import Node

KOREAN = "ko"
ENGLISH = "en"


class Words(NamedTuple):
    """One sentence in both languages."""

    english: str
    korean: str

    def told(self, locale: str) -> str:
        """Return the sentence in a language, English where it is none of the two."""
        return self.korean if locale == KOREAN else self.english


_NOT_VALID = Words("The request is not valid.", "요청이 올바르지 않습니다.")

# Top-level errors: code to words.
FAULTS: dict[str, Words] = {
    "UNAUTHENTICATED": Words("Valid credentials are required.", "유효한 인증 정보가 필요합니다."),
    "SIGNATURE_INVALID": Words(
        "The request's signature does not fit it.", "요청의 서명이 요청과 맞지 않습니다."
    ),
    "SIGNATURE_REQUIRED": Words(
        "This partner's changes must be signed.", "이 파트너의 변경 요청은 서명되어야 합니다."
    ),
    "FORBIDDEN": Words(
        "These credentials do not allow this.", "이 인증 정보로는 할 수 없는 일입니다."
    ),
    "OVERLOADED": Words(
        "The server has more work than it can take; try again shortly.",
        "서버가 받을 수 있는 것보다 일이 많습니다. 잠시 후 다시 시도하십시오.",
    ),
    "UNAVAILABLE": Words(
        "The ledger cannot be reached; a retry with the same key tells what was done.",
        "원장에 연결할 수 없습니다. 같은 키로 다시 시도하면 처리 결과를 알 수 있습니다.",
    ),
    "CLOCK": Words(
        "The server's clock cannot be trusted; nothing was changed.",
        "서버의 시계를 믿을 수 없습니다. 아무것도 변경되지 않았습니다.",
    ),
    "INTERNAL": Words(
        "Something went wrong on our side; a retry with the same key tells what was done.",
        "저희 쪽에 문제가 생겼습니다. 같은 키로 다시 시도하면 처리 결과를 알 수 있습니다.",
    ),
    "BAD_REQUEST": _NOT_VALID,
}

# graphql-core's sentence on a variable's value: the variable, the place in it, what is wrong.
_VARIABLE = re.compile(
    r"Variable '\$(\w+)' has invalid (?:default )?value(?: at ((?:\.\w+|\[\d+\])+))?: "
)
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")


class WordedError(GraphQLError):
    """An error with its words in both languages; its message is the English ones."""

    def __init__(self, words: Words, code: str = "", nodes: Collection[Node] | None = None) -> None:
        """Take the words, the code where it has one of its own, and the place in the document."""
        super().__init__(words.english, nodes, extensions={"code": code} if code else None)
        self.words = words


def told(error: GraphQLError, locale: str) -> str:
    """Return what an error says to a reader of a language."""
    worded = error if isinstance(error, WordedError) else error.original_error
    if locale != KOREAN:
        return error.message
    variable = _VARIABLE.match(error.message)
    if isinstance(worded, WordedError):
        place = "" if variable is None else f"${variable[1]}{variable[2] or ''}: "
        return place + worded.words.korean
    return f"{_NOT_VALID.korean} {error.message}"


def value_path(error: GraphQLError) -> list[str | int]:
    """Return the names that lead to the value of a variable at fault; empty for other errors.

    The first is the variable's own, with its dollar.
    """
    variable = _VARIABLE.match(error.message)
    if variable is None:
        return []
    steps = _STEP.findall(variable[2] or "")
    return [f"${variable[1]}", *(name or int(index) for name, index in steps)]
