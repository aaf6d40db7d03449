"""Enums of the surface: every value says what it means."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TypeVar, cast

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

_E = TypeVar("_E", bound=type[Enum])


def described(description: str, **values: str) -> Callable[[_E], _E]:
    """Make a GraphQL enum; ``values`` describe its members, each of them, by name.

    Raises ValueError where a member is not described, or a description has no member.
    """

    def decorate(cls: _E) -> _E:
        if set(values) != set(cls.__members__):
            raise ValueError(f"{cls.__name__}: describe exactly {sorted(cls.__members__)}")
        made = strawberry.enum(cls, description=description)
        definition = cast("StrawberryEnumDefinition", made.__strawberry_definition__)  # type: ignore[attr-defined]  # set by strawberry.enum
        for value in definition.values:
            value.description = values[value.name]
        return made

    return decorate
