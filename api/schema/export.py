"""Write the committed SDL: ``python -m api.schema.export``.

Sorted, so that a change of the surface shows as what it is, and as nothing else. Sorting is for
the text alone: the schema that serves stays in its own order.
"""

from __future__ import annotations

from pathlib import Path

from graphql import lexicographic_sort_schema, print_schema

from api.schema.root import build_schema

SDL_PATH = Path(__file__).with_name("schema.graphql")


def sdl() -> str:
    """Return the SDL of the schema, sorted."""
    return print_schema(lexicographic_sort_schema(build_schema()._schema)) + "\n"  # noqa: SLF001 -- Strawberry keeps graphql-core's schema there


def main() -> None:
    """Write the file."""
    SDL_PATH.write_text(sdl(), encoding="utf-8")


if __name__ == "__main__":
    main()
