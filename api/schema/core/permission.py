"""The scope that a root field asks for, declared as data on the field; what declares none is shut.

``Allow`` stands among a field's extensions. A test walks the schema and fails for any field of
Query or Mutation without one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from strawberry.extensions import FieldExtension

from api.schema.core.errors import FaultError

if TYPE_CHECKING:
    from api.auth.scopes import Scope
    from api.schema.core.context import Context, Info


class Allow(FieldExtension):
    """Lets callers pass who hold one of the scopes; any recognised caller where there is none."""

    def __init__(self, *scopes: Scope, public: bool = False) -> None:
        """Take the scopes of which one is enough; ``public`` asks for no credentials at all."""
        self.scopes = frozenset(scopes)
        self.public = public

    def check(self, context: Context) -> None:
        """Raise FaultError ``UNAUTHENTICATED`` or ``FORBIDDEN`` for whoever may not pass."""
        if self.public:
            return
        if self.scopes and not self.scopes & context.caller.scopes:
            raise FaultError("FORBIDDEN")
        if not self.scopes and context.principal is None:
            raise FaultError("UNAUTHENTICATED")

    async def resolve_async(
        self,
        next_: Callable[..., Awaitable[Any]],
        source: Any,  # noqa: ANN401 -- Strawberry's signature
        info: Info,
        **kwargs: Any,  # noqa: ANN401 -- the same
    ) -> Any:  # noqa: ANN401 -- the same
        """Check, then resolve."""
        self.check(info.context)
        return await next_(source, info, **kwargs)
