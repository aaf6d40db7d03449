"""What a signed request asks for: one mutation and its input, read out of a GraphQL document.

A partner signs the body of its request (RFC 9421), and its signature's nonce is the idempotency
key of one command. So of all mutations that a document holds, the one under that key was asked for.
Only as much of the GraphQL grammar (October 2021, section 2) is read as requests need: operations
at the top, their fields, the argument `input` as a variable or written out. A document of any other
make is no request that can be read here, and whoever asked says so.
"""

import json
import re
from collections.abc import Mapping
from typing import Final, NamedTuple, TypeAlias, cast

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"

_TOKEN: Final = re.compile(
    # Possessive: a row of # parts into comments in one way, not in as many as it has subsets.
    r"[\s,\ufeff]*+(?:#[^\n\r]*+[\s,\ufeff]*+)*+"
    r'("""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n\r]|\\.)*"|[_A-Za-z][_0-9A-Za-z]*'
    r"|-?[0-9][0-9.eE+-]*|\.\.\.|[!$&()\[\]{}:=@|]|\Z)"
)
_INTEGER: Final = re.compile("-?(?:0|[1-9][0-9]{0,17})")
_NAME: Final = re.compile("[_A-Za-z][_0-9A-Za-z]*")
_OPEN: Final = {"(": ")", "[": "]", "{": "}"}
_DOCUMENT_MAX: Final = 1_048_576  # characters: no request is longer than a mebibyte
_DEPTH_MAX: Final = 16  # an input of ours has three levels
_KEY: Final = "idempotencyKey"


class Asked(NamedTuple):
    """A mutation by its field's name, and its input as sent, variables filled in."""

    mutation: str
    input: Mapping[str, Json]


class _UnreadableError(Exception):
    """The document is none that this reader reads."""


def asked(body: bytes, key: str) -> Asked | None:
    """Return what a request's body asks for under an idempotency key; None where none can be read.

    None too where several mutations bear the key: of those only one was done.
    """
    try:
        told = cast("Json", json.loads(body))
        if not isinstance(told, dict):
            return None
        text, variables, name = (told.get(k) for k in ("query", "variables", "operationName"))
        if not isinstance(text, str) or len(text) > _DOCUMENT_MAX:
            return None
        reader = _Reader(text, variables if isinstance(variables, dict) else {})
        fields = reader.document(name if isinstance(name, str) else "")
    except (ValueError, RecursionError, _UnreadableError):
        return None
    found = [one for one in fields if one.input.get(_KEY) == key]
    return found[0] if len(found) == 1 else None


class _Reader:
    """A document's tokens, taken one after another."""

    def __init__(self, text: str, variables: Mapping[str, Json]) -> None:
        self._text = text
        self._variables = variables
        self._at = 0
        self.word = ""
        self._next()

    def _next(self) -> str:
        """Go on; returns the token that is left. "" is the end."""
        left = self.word
        match = _TOKEN.match(self._text, self._at)
        if match is None:
            raise _UnreadableError
        self.word, self._at = match[1], match.end()
        return left

    def _take(self, word: str) -> None:
        if self._next() != word:
            raise _UnreadableError

    def _skip(self) -> None:
        """Leave a token behind, and where it opens something all of that."""
        closing = [_OPEN[self.word]] if self.word in _OPEN else []
        self._next()
        while closing:
            if self.word == "":
                raise _UnreadableError
            if self.word in _OPEN:
                closing.append(_OPEN[self.word])
            elif self.word in _OPEN.values() and self.word != closing.pop():
                raise _UnreadableError
            self._next()

    def document(self, operation: str) -> list[Asked]:
        """Return all mutations with an input in the operation of that name, "" for the only one."""
        found: list[Asked] = []
        while self.word:
            kind, name = self._next(), ""
            if kind == "mutation" and _NAME.fullmatch(self.word):
                name = self._next()
            while self.word and self.word != "{":
                self._skip()
            if kind == "mutation" and operation in ("", name):
                found += self._selection()
            elif kind != "{":
                self._skip()
            else:
                raise _UnreadableError  # a query in short, beside which nothing may stand
        return found

    def _selection(self) -> list[Asked]:
        found: list[Asked] = []
        self._take("{")
        while self.word != "}":
            name = self._next()
            if self.word == ":":  # what stood before was an alias
                self._next()
                name = self._next()
            if not _NAME.fullmatch(name):
                raise _UnreadableError  # a fragment, or the end
            given = self._arguments() if self.word == "(" else None
            while self.word == "@":
                self._next()
                self._next()
                if self.word == "(":
                    self._skip()
            if self.word == "{":
                self._skip()
            if isinstance(given, dict):
                found.append(Asked(name, given))
        self._next()
        return found

    def _arguments(self) -> Json:
        """Return the argument `input`."""
        found: Json = None
        self._take("(")
        while self.word != ")":
            name = self._next()
            self._take(":")
            value = self._value(0)
            if name == "input":
                found = value
        self._next()
        return found

    def _value(self, depth: int) -> Json:
        if depth > _DEPTH_MAX:
            raise _UnreadableError
        word = self._next()
        if word == "$":
            name = self._next()
            if name not in self._variables:
                raise _UnreadableError  # a default of the document's may stand for it
            return self._variables[name]
        if word == "[":
            items: list[Json] = []
            while self.word != "]":
                items.append(self._value(depth + 1))
            self._next()
            return items
        if word == "{":
            members: dict[str, Json] = {}
            while self.word != "}":
                name = self._next()
                self._take(":")
                members[name] = self._value(depth + 1)
            self._next()
            return members
        return _plain(word)


def _plain(word: str) -> Json:
    """The value of a token that is one by itself; an enum's is its name."""
    if word.startswith('"') and not word.startswith('""""'):
        return cast("Json", json.loads(word))
    if _INTEGER.fullmatch(word):
        return int(word)
    if not _NAME.fullmatch(word):
        raise _UnreadableError
    words: dict[str, Json] = {"true": True, "false": False, "null": None}
    return words.get(word, word)
