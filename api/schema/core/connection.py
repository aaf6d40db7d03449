"""Keyset pages: a cursor names the last row seen, so that pages neither skip nor repeat.

A page holds at most ``FIRST_MAX`` nodes. Cursors are opaque: base64 of the key they stand for.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import strawberry

from api.schema.core.words import WordedError, Words

FIRST_MAX = 100  # what a page of a screen, or of an export by hand, may want
FIRST_DEFAULT = 20
CURSOR_MAX = 200  # the longest of ours has 60 characters

T = TypeVar("T")
MadeT = TypeVar("MadeT")


@strawberry.type(description="Where a page ends, and whether there is more.")
class PageInfo:
    """Relay's page info; pages are read forward."""

    has_next_page: bool = strawberry.field(description="Whether there is more after this page.")
    has_previous_page: bool = strawberry.field(description="Whether a cursor was given.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first edge.")
    end_cursor: str | None = strawberry.field(description="Cursor to go on from.")


@strawberry.type(description="One node of a page.")
class Edge(Generic[T]):
    """A node and its cursor."""

    node: T = strawberry.field(description="The node.")
    cursor: str = strawberry.field(description="Where it stands; give it as `after`.")


@strawberry.type(description="A page.")
class Connection(Generic[T]):
    """Edges in order."""

    edges: list[Edge[T]] = strawberry.field(description="The nodes, in order.")
    page_info: PageInfo = strawberry.field(description="Where the page ends.")


def write_cursor(key: str) -> str:
    """Return the cursor of a key."""
    return base64.urlsafe_b64encode(key.encode("utf-8")).decode("ascii")


def read_cursor(cursor: str | None) -> str | None:
    """Return the key of a cursor, None where none was given.

    Raises GraphQLError ``BAD_REQUEST`` for a text that is no cursor.
    """
    if cursor is None:
        return None
    try:
        if len(cursor) > CURSOR_MAX:
            raise ValueError
        return base64.b64decode(cursor.encode("ascii"), b"-_", validate=True).decode("utf-8")
    except (binascii.Error, UnicodeError, ValueError):
        raise bad_cursor() from None


def read_number(cursor: str | None) -> int | None:
    """Return the number that a cursor stands for; raises as ``read_cursor``."""
    key = read_cursor(cursor)
    if key is None:
        return None
    if not key.isascii() or not key.isdigit():
        raise bad_cursor()
    return int(key)


def bad_argument(english: str, korean: str) -> WordedError:
    """Return the error of an argument that no query could answer."""
    return WordedError(Words(english, korean), "BAD_REQUEST")


def bad_cursor() -> WordedError:
    """Return the error of a cursor that no page of the list has."""
    return bad_argument("after is not a cursor of this list", "after는 이 목록의 커서가 아닙니다")


def checked_first(first: int) -> int:
    """Check the size of a page; raises GraphQLError ``BAD_REQUEST``."""
    if not 0 <= first <= FIRST_MAX:
        raise bad_argument(f"first is 0 to {FIRST_MAX}", f"first는 0에서 {FIRST_MAX}까지입니다")
    return first


def page(
    nodes: Sequence[T],
    keys: Sequence[str],
    *,
    more: bool,
    after: str | None,
    resume: str | None = None,
) -> Connection[T]:
    """Make a page; ``resume`` is the key to go on from where it lies beyond the last node."""
    cursors = [write_cursor(key) for key in keys]
    end = write_cursor(resume) if resume is not None else (cursors[-1] if cursors else None)
    return Connection(
        edges=[Edge(node=node, cursor=cursor) for node, cursor in zip(nodes, cursors, strict=True)],
        page_info=PageInfo(
            has_next_page=more,
            has_previous_page=after is not None,
            start_cursor=cursors[0] if cursors else None,
            end_cursor=end,
        ),
    )


def page_of(
    items: Sequence[T], key: Callable[[T], str], first: int, after: str | None
) -> Connection[T]:
    """Make a page of a short list held in memory, in its order, of which nothing is ever deleted.

    Raises GraphQLError ``BAD_REQUEST`` for a cursor of none of its items.
    """
    checked_first(first)
    start = 0
    wanted = read_cursor(after)
    if wanted is not None:
        places = [place for place, item in enumerate(items) if key(item) == wanted]
        if not places:
            raise bad_cursor()
        start = places[0] + 1
    shown = items[start : start + first]
    return page(shown, [key(item) for item in shown], more=start + first < len(items), after=after)


def made(rows: Connection[T], nodes: Sequence[MadeT]) -> Connection[MadeT]:
    """Return a page of rows as one of the nodes that were made of them, each in its row's place."""
    edges = [
        Edge(node=node, cursor=edge.cursor) for node, edge in zip(nodes, rows.edges, strict=True)
    ]
    return Connection(edges=edges, page_info=rows.page_info)
