"""GraphQL over HTTP: one endpoint, as the GraphQL-over-HTTP specification has it.

POST with a JSON body, GET for queries, a page for browsers. A request that cannot be executed is
answered 400 (200 under the older `application/json`, where its document is at fault); one that was
executed is 200, errors or not. Refusals are values in the data; what is left are a few top-level
errors with a code, and those that nothing came of have a status of their own. Batches of requests
are refused. Nothing is told of a fault but that there was one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import orjson
from graphql import GraphQLError

from api.auth.directory import CredentialError
from api.http.answers import GRAPHQL_JSON, JSON, Reply, send
from api.http.negotiation import HTML, NotAcceptableError, accepted, locale_of
from api.http.requests import (
    ANONYMOUS_BODY_MAX,
    BODY_MAX,
    BadRequestError,
    Parameters,
    headers_of,
    may_be_long,
    read_request,
)
from api.http.signing import check, signed_request
from api.schema.core.context import Context
from api.schema.core.reading import begin_share
from api.schema.core.words import FAULTS, Words, told, value_path
from api.schema.documents import DocumentError, operation_in
from audit.http_signature import SignatureError
from domain.errors import StoreError

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from api.auth.principal import Principal
    from api.http.assets import Assets
    from api.schema.core.context import Services
    from api.schema.root import DureSchema
    from audit.http_signature import Signed

# What nothing came of has a status; `data` is then absent.
STATUS: dict[str, int] = {
    "UNAUTHENTICATED": 401,
    "SIGNATURE_INVALID": 401,
    "SIGNATURE_REQUIRED": 401,
    "FORBIDDEN": 403,
    "INTERNAL": 500,
    "OVERLOADED": 503,
    "UNAVAILABLE": 503,
    "CLOCK": 503,
}
ERRORS_MAX = 20  # what one mends at a time; a list of ten thousand wrong values has as many
MESSAGE_MAX = 400  # an error of the request is a sentence; a mebibyte come back would be a mirror
RETRY = ((b"retry-after", b"1"),)  # with each 503: what a full queue takes to drain
_CHALLENGED = ((b"www-authenticate", b'Bearer realm="dure"'),)  # RFC 9110 section 11.6.1


class Meter(Protocol):
    """Counts what was answered."""

    def answered(self, kind: str, status: int) -> None:
        """Count one answer to a query, a mutation, or a request that was neither."""
        ...


@dataclass(slots=True)
class GraphQLEndpoint:
    """The ASGI application behind /graphql; ``services`` stand from start-up to shut-down."""

    schema: DureSchema
    assets: Assets
    meter: Meter
    services: Services | None = None

    async def __call__(self, scope: Scope, receive: Receive, send_: Send) -> None:
        """Answer one request."""
        headers = headers_of(scope)
        locale = locale_of(headers.get(b"accept-language", b""))
        kind = "other"
        media_type = GRAPHQL_JSON
        try:
            media_type = accepted(headers.get(b"accept", b""), scope["method"])
            if media_type == HTML:
                if scope["query_string"]:
                    media_type = GRAPHQL_JSON  # a query in the address is answered as data
                else:
                    await send(send_, self._page())
                    return
            longest = ANONYMOUS_BODY_MAX
            if may_be_long(headers) and await self._recognise(headers) is not None:
                longest = BODY_MAX
            parameters = await read_request(scope, headers, receive, longest)
            kind, reply = await self._execute(scope, headers, parameters, media_type, locale)
        except (BadRequestError, NotAcceptableError) as bad:
            message = bad.words.told(locale)
            reply = _failure(bad.status, "BAD_REQUEST", message, media_type, bad.headers)
        except CredentialError:
            message = FAULTS["UNAUTHENTICATED"].told(locale)
            reply = _failure(401, "UNAUTHENTICATED", message, media_type, _CHALLENGED)
        except SignatureError as wrong:
            message = _signature_words(wrong).told(locale)
            reply = _failure(401, "SIGNATURE_INVALID", message, media_type, ())
        except StoreError:
            message = FAULTS["UNAVAILABLE"].told(locale)
            reply = _failure(503, "UNAVAILABLE", message, media_type, ())
        self.meter.answered(kind, reply.status)
        await send(send_, reply)

    def _page(self) -> Reply:
        page = self.assets.page
        return Reply(200, page.body, page.media_type, ((b"etag", page.etag.encode()),))

    def _started(self) -> Services:
        if self.services is None:
            raise StoreError("NOT_STARTED")
        return self.services

    async def _recognise(self, headers: Mapping[bytes, bytes]) -> Principal | None:
        """Return the caller, None where no credentials came; raises CredentialError."""
        authorization = headers.get(b"authorization")
        return await self._started().directory.recognise(
            None if authorization is None else authorization.decode("latin-1")
        )

    async def _signed(
        self, scope: Scope, principal: Principal | None, parameters: Parameters, now: int
    ) -> Signed | None:
        """Return the caller's signature of the request, held against its registered key.

        Raises SignatureError for one that does not fit.
        """
        signed = signed_request(scope["headers"], scope["path"], parameters.body)
        if signed is not None:
            services = self._started()
            tables = await services.catalogue.current()
            partner = tables.reference.partners.get(principal.partner if principal else "")
            key = "" if partner is None else partner.signing_key
            check(signed, key, services.origin, now)
        return signed

    async def _execute(
        self,
        scope: Scope,
        headers: Mapping[bytes, bytes],
        parameters: Parameters,
        media_type: str,
        locale: str,
    ) -> tuple[str, Reply]:
        services = self._started()
        received_at = services.clock.now()
        # After the body, however long it took: a key revoked meanwhile is no longer a key.
        principal = await self._recognise(headers)
        try:
            operation = operation_in(parameters.query, parameters.operation_name)
        except DocumentError as error:
            return "other", _request_errors(error.errors, media_type, locale)
        signed = await self._signed(scope, principal, parameters, received_at)
        if scope["method"] == "GET" and operation.kind != "query":
            raise BadRequestError(
                "GET runs queries only", "GET은 조회만 실행합니다", 405, ((b"allow", b"POST"),)
            )
        begin_share()
        context = Context(
            services=services,
            principal=principal,
            locale=locale,
            received_at=received_at,
            variables=parameters.variables,
            signed=signed,
        )
        result = await self.schema.execute(
            parameters.query,
            variable_values=dict(parameters.variables),
            context_value=context,
            operation_name=operation.name,
        )
        if not result.errors:
            return operation.kind, Reply(200, orjson.dumps({"data": result.data}), media_type)
        if result.data is None and all(error.path is None for error in result.errors):
            return operation.kind, _request_errors(result.errors, media_type, locale)
        return operation.kind, _field_errors(result.data, result.errors, media_type, locale)


def _signature_words(wrong: SignatureError) -> Words:
    """Return what a signer is told: what did not fit, under our own sentence in Korean."""
    said = wrong.diagnostics()
    return Words(said, f"{FAULTS['SIGNATURE_INVALID'].korean} {said}")


def _shown(error: GraphQLError, locale: str) -> dict[str, object]:
    """Return an error as a caller sees it: a fault says only that it is one."""
    original = error.original_error
    formatted: dict[str, object] = {**error.formatted}
    if original is not None and not isinstance(original, GraphQLError):
        formatted["message"] = FAULTS["INTERNAL"].told(locale)
        formatted["extensions"] = {"code": "INTERNAL"}
        return formatted
    # The library's messages repeat the value at fault, whole where it stands for an enum's.
    formatted["message"] = _cut(told(error, locale))
    path = value_path(error)
    if path:
        formatted["extensions"] = {"code": "BAD_REQUEST", "path": path}
    return formatted


def _cut(message: str) -> str:
    """Return a message without its middle where it is longer than anybody reads."""
    if len(message) <= MESSAGE_MAX:
        return message
    half = MESSAGE_MAX // 2
    return f"{message[:half]} ... {message[-half:]}"


def _code(shown: Mapping[str, object]) -> str:
    extensions = shown.get("extensions")
    return str(extensions.get("code", "")) if isinstance(extensions, dict) else ""


def _request_errors(errors: list[GraphQLError], media_type: str, locale: str) -> Reply:
    """Answer a document or variables that cannot be executed."""
    shown = [_shown(error, locale) for error in errors[:ERRORS_MAX]]
    for one in shown:
        one.setdefault("extensions", {"code": "BAD_REQUEST"})
    status = STATUS.get(_code(shown[0]), 200 if media_type == JSON else 400)
    return Reply(status, orjson.dumps({"errors": shown}), media_type)


def _field_errors(
    data: dict[str, object] | None, errors: list[GraphQLError], media_type: str, locale: str
) -> Reply:
    """Answer an execution in which some fields failed."""
    shown = [_shown(error, locale) for error in errors]
    status = STATUS.get(_code(shown[0]), 200) if data is None else 200
    if media_type == JSON and status < 500:  # noqa: PLR2004 -- the older media type knows 200 alone
        status = 200
    headers: tuple[tuple[bytes, bytes], ...] = ()
    if status == STATUS["OVERLOADED"]:
        headers = RETRY
    elif status == STATUS["UNAUTHENTICATED"]:
        headers = _CHALLENGED
    body: dict[str, object] = {"errors": shown}
    if status == 200:  # noqa: PLR2004 -- OK
        body["data"] = data
    return Reply(status, orjson.dumps(body), media_type, headers)


def _failure(
    status: int,
    code: str,
    message: str,
    media_type: str,
    headers: tuple[tuple[bytes, bytes], ...],
) -> Reply:
    error = {"message": message, "extensions": {"code": code}}
    shown = JSON if media_type == JSON else GRAPHQL_JSON
    again = RETRY if status == STATUS["OVERLOADED"] else ()
    return Reply(status, orjson.dumps({"errors": [error]}), shown, headers + again)
