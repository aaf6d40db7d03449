"""The file of a request that is to be signed, and the idempotency key that it bears."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from api.http.requests import BODY_MAX
from domain.errors import InvalidValueError

if TYPE_CHECKING:
    from pathlib import Path


def read_request_file(path: Path, idempotency_key: str | None) -> tuple[bytes, str]:
    """Return the file's bytes and the idempotency key, the one given or the one in its variables.

    Raises InvalidValueError ``REQUEST_UNREADABLE``, ``REQUEST_INVALID`` or, where there is no key,
    ``IDEMPOTENCY_KEY_MISSING``.
    """
    try:
        with path.open("rb") as opened:
            body = opened.read(BODY_MAX + 1)
    except OSError as error:
        reason = error.strerror or ""
        raise InvalidValueError("REQUEST_UNREADABLE", path=str(path), reason=reason) from None
    try:
        found: object = orjson.loads(body) if len(body) <= BODY_MAX else None
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise InvalidValueError("REQUEST_INVALID", path=str(path), maximum=BODY_MAX)
    for name in ("variables", "input", "idempotencyKey"):
        found = found.get(name) if isinstance(found, dict) else None
    key = found if idempotency_key is None else idempotency_key
    if not isinstance(key, str) or not key or not key.isascii() or not key.isprintable():
        raise InvalidValueError("IDEMPOTENCY_KEY_MISSING", path=str(path))
    return body, key
