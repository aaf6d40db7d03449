"""A request read from the wire, within limits, or refused by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl

import orjson

if TYPE_CHECKING:
    from starlette.types import Receive, Scope

    from api.http.answers import Headers

BODY_MAX = 1_048_576  # a mebibyte; the largest input of ours has some kilobytes
ADDRESS_MAX = 16_384  # a query in an address; browsers and proxies cut longer ones
QUERY_MAX = 20_000  # characters; what the token limit lets through, and what the caches keep
_PARAMETERS_MAX = 8  # the specification knows four


class BadRequestError(Exception):
    """A request that is not a GraphQL request."""

    def __init__(self, message: str, status: int = 400, headers: Headers = ()) -> None:
        """Take what to tell the caller, and the status."""
        super().__init__(message)
        self.status = status
        self.headers = headers


class Parameters(NamedTuple):
    """A GraphQL request's parameters; variables as sent."""

    query: str
    operation_name: str | None
    variables: Mapping[str, object]


def headers_of(scope: Scope) -> Mapping[bytes, bytes]:
    """Return the headers by lower-case name; of a repeated one, the last."""
    return dict(scope["headers"])


async def read_request(
    scope: Scope, headers: Mapping[bytes, bytes], receive: Receive
) -> Parameters:
    """Read the parameters of a GET or POST; raises BadRequestError."""
    method = scope["method"]
    if method == "POST":
        media_type, _, parameters = headers.get(b"content-type", b"").partition(b";")
        if media_type.strip().lower() != b"application/json":
            raise BadRequestError("content-type must be application/json", 415)
        if b"charset" in parameters.lower() and b"utf-8" not in parameters.lower():
            raise BadRequestError("charset must be utf-8", 415)
        return _from_json(await read_body(headers, receive))
    if method == "GET":
        return _from_address(scope["query_string"])
    raise BadRequestError("GET or POST", 405, ((b"allow", b"GET, POST"),))


async def read_body(headers: Mapping[bytes, bytes], receive: Receive) -> bytes:
    """Read a body of at most ``BODY_MAX`` bytes; raises BadRequestError for a longer one."""
    length = headers.get(b"content-length", b"0")
    if not length.isdigit() or int(length) > BODY_MAX:
        raise BadRequestError(f"a body has at most {BODY_MAX} bytes", 413)
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body", False):
        return body
    parts = [body]
    total = len(body)
    while message.get("more_body", False):
        message = await receive()
        part: bytes = message.get("body", b"")
        total += len(part)
        if total > BODY_MAX:
            raise BadRequestError(f"a body has at most {BODY_MAX} bytes", 413)
        parts.append(part)
    return b"".join(parts)


def _from_json(body: bytes) -> Parameters:
    try:
        parsed: object = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BadRequestError("the body is not JSON") from None
    if isinstance(parsed, list):
        raise BadRequestError("one request at a time: batches are not taken")
    if not isinstance(parsed, dict):
        raise BadRequestError("the body must be an object")
    return _checked(parsed)


def _from_address(address: bytes) -> Parameters:
    if len(address) > ADDRESS_MAX:
        raise BadRequestError(f"an address has at most {ADDRESS_MAX} bytes", 414)
    try:
        pairs: dict[str, object] = dict(
            parse_qsl(
                address.decode("ascii"),
                keep_blank_values=True,
                errors="strict",
                max_num_fields=_PARAMETERS_MAX,
            )
        )
        for name in ("variables", "extensions"):
            if name in pairs:
                pairs[name] = orjson.loads(str(pairs[name]))
    except ValueError:
        raise BadRequestError("the address holds no GraphQL request") from None
    return _checked(pairs)


def _checked(parsed: Mapping[str, object]) -> Parameters:
    query = parsed.get("query")
    if not isinstance(query, str) or not query:
        raise BadRequestError("query must be a document")
    if len(query) > QUERY_MAX:
        raise BadRequestError(f"query has at most {QUERY_MAX} characters")
    name = parsed.get("operationName")
    if name is not None and not isinstance(name, str):
        raise BadRequestError("operationName must be a string")
    variables = parsed.get("variables")
    if variables is None:
        variables = {}
    if not isinstance(variables, dict):
        raise BadRequestError("variables must be an object")
    if not isinstance(parsed.get("extensions") or {}, dict):
        raise BadRequestError("extensions must be an object")
    return Parameters(query, name or None, variables)
