"""The schema, built once; limits and caches stand before every document.

Strawberry without both caches spends four fifths of a request validating. The rule class is built
once: a class made anew for each request would never be found in the validation cache.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import strawberry
from graphql import GraphQLError, ValuesOfCorrectTypeRule, specified_rules
from strawberry.extensions import (
    MaxTokensLimiter,
    ParserCache,
    SchemaExtension,
    ValidationCache,
)
from strawberry.schema.config import StrawberryConfig

from api.schema.core.limits import TOKENS_MAX, DocumentLimits
from api.schema.core.literals import PlacedValues
from api.schema.core.scalars import SCALARS
from api.schema.mutations import Mutation
from api.schema.queries import Query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from strawberry.types import ExecutionContext

DOCUMENTS_MAX = 512  # a client has some tens of documents; a cached one takes some 50 KiB
_RULES = (
    *(PlacedValues if rule is ValuesOfCorrectTypeRule else rule for rule in specified_rules),
    DocumentLimits,
)

_log = logging.getLogger("dure.graphql")


class DureSchema(strawberry.Schema):
    """Our schema; it tells the log of faults only, and not of what callers got wrong."""

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Log what was no GraphQL error to begin with."""
        for error in errors:
            original = error.original_error
            if original is not None and not isinstance(original, GraphQLError):
                _log.error("a resolver failed at %s", error.path, exc_info=original)


class _Rules(SchemaExtension):
    """Sets what a document is validated by: the specification's rules, one of them ours."""

    def on_operation(self) -> Iterator[None]:
        """Set the rules before anything is validated."""
        self.execution_context.validation_rules = _RULES
        yield


def _tokens() -> SchemaExtension:
    return MaxTokensLimiter(max_token_count=TOKENS_MAX)


def _parsed() -> SchemaExtension:
    return ParserCache(maxsize=DOCUMENTS_MAX)


def _validated() -> SchemaExtension:
    return ValidationCache(maxsize=DOCUMENTS_MAX)


def build_schema(mutation: type = Mutation) -> DureSchema:
    """Return a new schema of all that is served; ``mutation`` may be a wider root type."""
    return DureSchema(
        query=Query,
        mutation=mutation,
        extensions=[_Rules, _tokens, _parsed, _validated],
        config=StrawberryConfig(scalar_map=SCALARS),
    )
