"""Fields that are computed when they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar, cast

import strawberry

if TYPE_CHECKING:
    from strawberry.extensions import FieldExtension

_F = TypeVar("_F", bound=Callable[..., object])


def computed(description: str, *extensions: FieldExtension) -> Callable[[_F], _F]:
    """Make a method a field; the type checker keeps seeing the method."""
    made = strawberry.field(description=description, extensions=list(extensions))
    return cast("Callable[[_F], _F]", made)
