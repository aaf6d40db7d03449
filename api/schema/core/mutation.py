"""A mutation field: the scope it asks for, its payload union, and refusals turned into values."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any, Union

import strawberry

from api.schema.core.errors import ERROR_TYPES, RefusedError, error_of
from api.schema.core.permission import Allow

if TYPE_CHECKING:
    from strawberry.types.field import StrawberryField

    from api.auth.scopes import Scope
    from api.schema.core.context import Info
    from domain.ledger.commands import Command

# What the door itself may answer to any change.
COMMON_CODES = ("IDEMPOTENCY_KEY_REUSED", "NOT_PERMITTED", "VALUE_INVALID")


class Change(Allow):
    """What ``Allow`` does; and a refusal on its way out becomes a value of the payload.

    ``codes`` are the refusals that the payload has a type for; ``commands`` are what the resolver
    may send to the writer, so that a test can hold the two together.
    """

    def __init__(
        self,
        scopes: tuple[Scope, ...],
        codes: frozenset[str],
        commands: tuple[type[Command], ...],
    ) -> None:
        """Take the scopes of which one is enough, the codes and the commands."""
        super().__init__(*scopes)
        self.codes = codes
        self.commands = commands

    async def resolve_async(
        self,
        next_: Callable[..., Awaitable[Any]],
        source: Any,  # noqa: ANN401 -- Strawberry's signature
        info: Info,
        **kwargs: Any,  # noqa: ANN401 -- the same
    ) -> Any:  # noqa: ANN401 -- the same
        """Check, resolve, and return a refusal as its type."""
        self.check(info.context)
        try:
            return await next_(source, info, **kwargs)
        except RefusedError as refused:
            if refused.refusal.code not in self.codes:
                raise
            return error_of(refused.refusal, info.context.locale)


def mutation(
    resolver: Callable[..., Awaitable[object]],
    *,
    scope: Scope,
    success: type,
    errors: tuple[str, ...],
    commands: tuple[type[Command], ...],
    description: str,
    also: tuple[Scope, ...] = (),
) -> StrawberryField:
    """Declare a mutation field named as its resolver.

    ``errors`` are codes of ``domain.ledger.codes``, in the order of precedence in which the rule
    answers them; ``COMMON_CODES`` belong to every payload. ``also`` are scopes that do instead.
    """
    codes = tuple(dict.fromkeys((*COMMON_CODES, *errors)))
    name = success.__name__.removesuffix("Success")
    members = (success, *(ERROR_TYPES[code] for code in codes))
    payload = Annotated[
        Union[members],  # type: ignore[valid-type]  # noqa: UP007 -- built from the codes
        strawberry.union(f"{name}Payload", description=f"What {name} answers."),
    ]
    field: StrawberryField = strawberry.mutation(
        resolver=resolver,
        graphql_type=payload,
        description=description,
        extensions=[Change((scope, *also), frozenset(codes), commands)],
    )
    return field
