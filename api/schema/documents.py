"""A document's operations, looked at once for each text: which one is meant, and its kind."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from graphql import GraphQLError, OperationDefinitionNode, parse

from api.schema.core.limits import TOKENS_MAX
from api.schema.core.words import WordedError, Words
from api.schema.shape import shape_error

_NO_OPERATION = Words("no such operation", "그런 작업이 없습니다")
_UNCLEAR = Words(
    "operationName must say which operation", "operationName이 어느 작업인지 말해야 합니다"
)

DOCUMENTS_MAX = 512  # as many as the parser's and the validator's caches keep


class DocumentError(Exception):
    """A document that cannot be executed."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        """Take the errors to be shown."""
        super().__init__()
        self.errors = errors


class Operation(NamedTuple):
    """An operation: ``query``, ``mutation`` or ``subscription``, and its name if it has one."""

    kind: str
    name: str | None


@lru_cache(maxsize=DOCUMENTS_MAX)
def _operations(query: str) -> tuple[Operation, ...] | GraphQLError:
    try:
        document = parse(query, max_tokens=TOKENS_MAX, no_location=True)
    except GraphQLError as error:
        return error
    misshapen = shape_error(document)
    if misshapen is not None:
        return misshapen
    return tuple(
        Operation(node.operation.value, node.name.value if node.name else None)
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
    )


def operation_in(query: str, name: str | None) -> Operation:
    """Return the operation that a request means.

    Raises DocumentError where the text is no document or one of a shape that is not worth
    validating, has no such operation, or has several and the request names none.
    """
    found = _operations(query)
    if isinstance(found, GraphQLError):
        raise DocumentError([found])
    if name is not None:
        found = tuple(operation for operation in found if operation.name == name)
    if len(found) != 1:
        raise DocumentError([WordedError(_UNCLEAR if found else _NO_OPERATION)])
    return found[0]
