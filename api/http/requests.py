"""A request read from the wire, within limits, or refused by name."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl

import orjson

from api.repeated_names import RepeatedNameError, refuse_repeated_names
from api.schema.core.words import Words

if TYPE_CHECKING:
    from starlette.types import Receive, Scope

    from api.http.answers import Headers

BODY_MAX = 1_048_576  # a mebibyte; the largest input of ours has some kilobytes
# Without credentials: twenty thousand characters of a document, each escaped in six bytes. What
# strangers can make the server keep is this times the connections it takes.
ANONYMOUS_BODY_MAX = 131_072
BODY_SECONDS = 10  # for a whole body; a mebibyte at a megabit a second is there in time
ADDRESS_MAX = 16_384  # a query in an address; browsers and proxies cut longer ones
QUERY_MAX = 20_000  # characters; what the token limit lets through, and what the caches keep
# Twice a document's tokens; our largest input has two objects. Each costs the look at its names.
BRACES_MAX = 4_000
_PARAMETERS_MAX = 8  # the specification knows four
_CLOSE: Headers = ((b"connection", b"close"),)


class BadRequestError(Exception):
    """A request that is not a GraphQL request."""

    def __init__(self, english: str, korean: str, status: int = 400, headers: Headers = ()) -> None:
        """Take what to tell the caller, in both languages, and the status."""
        super().__init__(english)
        self.words = Words(english, korean)
        self.status = status
        self.headers = headers


class Parameters(NamedTuple):
    """A GraphQL request's parameters; variables as sent, ``body`` as it came."""

    query: str
    operation_name: str | None
    variables: Mapping[str, object]
    body: bytes = b""


def headers_of(scope: Scope) -> Mapping[bytes, bytes]:
    """Return the headers by lower-case name; of a repeated one, the last."""
    return dict(scope["headers"])


def may_be_long(headers: Mapping[bytes, bytes]) -> bool:
    """Tell whether a body may be longer than what is read without credentials.

    Raises BadRequestError for one that is longer than any that is read.
    """
    length = headers.get(b"content-length")
    if length is None:
        return b"transfer-encoding" in headers
    if not length.isdigit() or len(length) > len(str(BODY_MAX)) or int(length) > BODY_MAX:
        raise _too_long(BODY_MAX)
    return int(length) > ANONYMOUS_BODY_MAX


async def read_request(
    scope: Scope,
    headers: Mapping[bytes, bytes],
    receive: Receive,
    longest: int,
    *,
    seconds: float = BODY_SECONDS,
) -> Parameters:
    """Read the parameters of a GET or POST, a body of at most ``longest`` bytes.

    Raises BadRequestError, also for a body that is not there after ``seconds``.
    """
    method = scope["method"]
    if method == "POST":
        _check_type(headers.get(b"content-type", b""))
        try:
            async with asyncio.timeout(seconds):
                body = await _read_body(receive, longest)
        except TimeoutError:
            raise BadRequestError(
                f"a body has to arrive within {seconds} seconds",
                f"본문은 {seconds}초 안에 도착해야 합니다",
                408,
                _CLOSE,
            ) from None
        return _from_json(body)._replace(body=body)
    if method == "GET":
        return _from_address(scope["query_string"])
    raise BadRequestError(
        "GET or POST", "GET 또는 POST만 받습니다", 405, ((b"allow", b"GET, POST"),)
    )


def _check_type(header: bytes) -> None:
    """Refuse what is not JSON in UTF-8 (RFC 9110 section 8.3.1 has the form of the header)."""
    media_type, *parameters = header.lower().split(b";")
    if media_type.strip() != b"application/json":
        raise BadRequestError(
            "content-type must be application/json",
            "content-type은 application/json이어야 합니다",
            415,
        )
    for parameter in parameters:
        name, _, value = parameter.partition(b"=")
        if name.strip() == b"charset" and value.strip().strip(b'"') != b"utf-8":
            raise BadRequestError("charset must be utf-8", "charset은 utf-8이어야 합니다", 415)


def _too_long(longest: int) -> BadRequestError:
    # What is left of it is not read, so the connection ends with the answer.
    return BadRequestError(
        f"a body has at most {longest} bytes", f"본문은 최대 {longest}바이트입니다", 413, _CLOSE
    )


async def _read_body(receive: Receive, longest: int) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    total = len(body)
    if total > longest:
        raise _too_long(longest)
    if not message.get("more_body", False):
        return body
    parts = [body]
    while message.get("more_body", False):
        message = await receive()
        part: bytes = message.get("body", b"")
        total += len(part)
        if total > longest:
            raise _too_long(longest)
        parts.append(part)
    return b"".join(parts)


def _from_json(body: bytes) -> Parameters:
    parsed = _parsed(body)
    if isinstance(parsed, list):
        raise BadRequestError(
            "one request at a time: batches are not taken", "요청은 한 번에 하나씩 받습니다"
        )
    if not isinstance(parsed, dict):
        raise BadRequestError("the body must be an object", "본문은 객체여야 합니다")
    return _checked(parsed)


def _parsed(text: bytes) -> object:
    """Return what a JSON text holds; raises BadRequestError, also where a name stands twice."""
    if text.count(b"{") > BRACES_MAX:
        raise BadRequestError(
            f"at most {BRACES_MAX} braces are opened", f"여는 중괄호는 최대 {BRACES_MAX}개입니다"
        )
    try:
        # The strict reader first: what the other takes for a name has passed it.
        parsed: object = orjson.loads(text)
        refuse_repeated_names(text.decode())
    except RepeatedNameError as error:
        raise BadRequestError(
            f"{error.name!a} stands twice in one object",
            f"한 객체 안에 {error.name!a}이(가) 두 번 있습니다",
        ) from None
    except (ValueError, RecursionError):
        raise BadRequestError("it is not JSON", "JSON이 아닙니다") from None
    return parsed


def _from_address(address: bytes) -> Parameters:
    if len(address) > ADDRESS_MAX:
        raise BadRequestError(
            f"an address has at most {ADDRESS_MAX} bytes",
            f"주소는 최대 {ADDRESS_MAX}바이트입니다",
            414,
        )
    try:
        given = parse_qsl(
            address.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_PARAMETERS_MAX,
        )
    except ValueError:
        raise BadRequestError(
            "the address holds no GraphQL request", "주소에 GraphQL 요청이 없습니다"
        ) from None
    pairs: dict[str, object] = dict(given)
    if len(pairs) < len(given):
        raise BadRequestError(
            "a parameter stands twice in the address", "주소에 같은 매개변수가 두 번 있습니다"
        )
    for name in ("variables", "extensions"):
        if name in pairs:
            pairs[name] = _parsed(str(pairs[name]).encode())
    return _checked(pairs)


def _checked(parsed: Mapping[str, object]) -> Parameters:
    query = parsed.get("query")
    if not isinstance(query, str) or not query:
        raise BadRequestError("query must be a document", "query는 문서여야 합니다")
    if len(query) > QUERY_MAX:
        raise BadRequestError(
            f"query has at most {QUERY_MAX} characters", f"query는 최대 {QUERY_MAX}자입니다"
        )
    name = parsed.get("operationName")
    if name is not None and not isinstance(name, str):
        raise BadRequestError(
            "operationName must be a string", "operationName은 문자열이어야 합니다"
        )
    variables = parsed.get("variables")
    if variables is None:
        variables = {}
    if not isinstance(variables, dict):
        raise BadRequestError("variables must be an object", "variables는 객체여야 합니다")
    extensions = parsed.get("extensions")
    if extensions is not None and not isinstance(extensions, dict):
        raise BadRequestError("extensions must be an object", "extensions는 객체여야 합니다")
    return Parameters(query, name or None, variables)
