"""XML of strangers, as a stream of elements, within bounds.

Read by expat, which fetches nothing. A document type is refused at its first word, and with it go
entities, so that nothing expands; an encoding other than UTF-8 is refused (ISO 20022 has no other).
No tree is built: what is in memory is the path to the current element and its text.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, BinaryIO, NoReturn, Protocol
from xml.parsers import expat

from domain.errors import InvalidValueError
from settlement.bank.lines import FILE_BYTES_MAX

if TYPE_CHECKING:
    from collections.abc import Container

DEPTH_MAX = 64  # the deepest path of camt.053 is less than half of that
NAME_MAX = 64  # no element's name in ISO 20022 has half of that; paths are made of them
TEXT_MAX = 2_100  # the longest text of camt.053 has 2,048 characters
CHUNK = 65_536  # bytes at once


class Elements(Protocol):
    """Who is told of elements, by their path of local names, ``Document/A/B``; foreign: ``?``."""

    def start(self, path: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        ...

    def end(self, path: str, text: str) -> None:
        """An element ends; ``text`` is its own, without blanks at its ends."""
        ...


class _Events:
    """Expat's handlers: they hold the bounds and keep the path."""

    def __init__(self, parser: expat.XMLParserType, told: Elements, roots: Container[str]) -> None:
        self._parser, self._told, self._roots = parser, told, roots
        self._paths: list[str] = []  # of the open elements, the innermost last
        self._text: list[str] = []
        self._length = 0
        self._namespace = ""
        parser.XmlDeclHandler = self._declaration
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.upper() != "UTF-8":
            self._refuse("XML_ENCODING", encoding=encoding[:64], expected="UTF-8")

    def _doctype(self, *_about: object) -> None:
        self._refuse("XML_DOCTYPE_FORBIDDEN")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        if not self._paths:
            if namespace not in self._roots or local != "Document":
                self._refuse("XML_NAMESPACE", namespace=namespace[:128], root=local[:64])
            self._namespace = namespace
            path = local
        else:
            known = namespace == self._namespace and len(local) <= NAME_MAX
            path = f"{self._paths[-1]}/{local if known else '?'}"
        if len(self._paths) >= DEPTH_MAX:
            self._refuse("XML_TOO_DEEP", maximum=DEPTH_MAX)
        self._paths.append(path)
        self._forget()
        self._told.start(path, attributes)

    def _characters(self, text: str) -> None:
        path = self._paths[-1]
        if "?" in path:
            return  # what is foreign to the message may be of any length; nobody reads it
        self._text.append(text)
        self._length += len(text)
        if self._length > TEXT_MAX:
            self._refuse("XML_TEXT_TOO_LONG", path=path[:200], maximum=TEXT_MAX)

    def _end(self, _name: str) -> None:
        self._told.end(self._paths.pop(), "".join(self._text).strip())
        self._forget()

    def _forget(self) -> None:
        self._text.clear()
        self._length = 0

    def _refuse(self, code: str, **facts: str | int) -> NoReturn:
        raise InvalidValueError(code, line=self._parser.CurrentLineNumber, **facts)


def read_xml(stream: BinaryIO, roots: Container[str], told: Elements) -> str:
    """Tell of every element of a document, and return the SHA-256 of its bytes, 64 hex digits.

    ``roots`` are the namespaces of which its root, ``Document``, must have one.

    Raises:
        InvalidValueError: ``FILE_TOO_LARGE``, ``XML_MALFORMED``, ``XML_ENCODING``,
            ``XML_DOCTYPE_FORBIDDEN``, ``XML_NAMESPACE``, ``XML_TOO_DEEP``, ``XML_TEXT_TOO_LONG``,
            all but the first with the line; and whatever ``told`` raises.
    """
    parser = expat.ParserCreate(encoding="UTF-8", namespace_separator=" ")
    parser.buffer_text = True
    _Events(parser, told, roots)
    hashed, size = hashlib.sha256(), 0
    try:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > FILE_BYTES_MAX:
                raise InvalidValueError("FILE_TOO_LARGE", maximum=FILE_BYTES_MAX)
            hashed.update(chunk)
            parser.Parse(chunk, False)  # noqa: FBT003 -- expat's own parameter, by place alone
        parser.Parse(b"", True)  # noqa: FBT003 -- the same
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise InvalidValueError("XML_MALFORMED", line=error.lineno, reason=reason) from None
    return hashed.hexdigest()
