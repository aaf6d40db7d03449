"""What a verb says: tables and progress for people, one JSON object for programs.

People read standard output, programs its last line: with ``--json`` nothing else is written there.
Progress goes to standard error, and only to a terminal or with ``--json`` off, so that a pipe
never sees it.
"""

from __future__ import annotations

import json
import re
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from api.cli.messages import in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

GOOD = 0
FOUND = 1
BAD_USE = 2

JsonValue: TypeAlias = "str | int | float | bool | list[JsonValue] | dict[str, JsonValue] | None"
Advance: TypeAlias = "Callable[[int], None]"


def one_line(text: str) -> str:
    """Return a text with each letter escaped that would break its line or its encoding."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


TABLE_WIDTH_MAX = 10_000  # columns; more than any row of ids and figures takes
_FIGURE = re.compile(r"-?[0-9][0-9,]*(\.[0-9]+)?\Z")  # money as people read it


def _is_figure(cell: str | int) -> bool:
    return isinstance(cell, int) or _FIGURE.match(cell) is not None


class Output:
    """One verb's voice."""

    def __init__(self, *, as_json: bool) -> None:
        """Speak to a program where ``as_json``, else to a person."""
        self.as_json = as_json
        self._out = Console(highlight=False, soft_wrap=True)
        self._err = Console(stderr=True, highlight=False)

    def say(self, text: str) -> None:
        """Print a line for a person."""
        if not self.as_json:
            self._out.print(escape(text.encode("utf-8", "backslashreplace").decode()))

    def table(
        self, title: str, columns: Sequence[str], rows: Iterable[Sequence[str | int]]
    ) -> None:
        """Print a table, no word of it cut; columns of figures alone are set to the right."""
        if self.as_json:
            return
        kept = [list(row) for row in rows]
        table = Table(title=escape(title), title_justify="left", header_style="bold")
        for place, column in enumerate(columns):
            numbers = bool(kept) and all(_is_figure(row[place]) for row in kept)
            words = [
                word
                for cell in [column, *(row[place] for row in kept)]
                for word in (f"{cell:,}" if isinstance(cell, int) else cell).split()
            ]
            table.add_column(
                escape(column),
                justify="right" if numbers else "left",
                min_width=max(map(cell_len, words), default=0),
            )
        for row in kept:
            table.add_row(*[f"{c:,}" if isinstance(c, int) else escape(c) for c in row])
        # An id that is cut off cannot be given to the next verb: a table that does not fit a line
        # is printed wider, and columns give way at spaces alone.
        options = self._out.options.update(max_width=TABLE_WIDTH_MAX)
        width = max(self._out.width, table.__rich_measure__(self._out, options).minimum)
        Console(highlight=False, soft_wrap=True, width=width).print(table)

    def result(self, value: dict[str, JsonValue]) -> None:
        """Print the verb's result as one line of JSON, for programs alone."""
        if self.as_json:
            # A file's name may hold bytes that are no text; JSON can escape what they became.
            text = json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace")
            self._out.file.write(text.decode() + "\n")
            self._out.file.flush()

    def complain(self, code: str, **facts: str | int) -> None:
        """Name an error on standard error, and to a program as its result."""
        self._err.file.write(f"dure: {one_line(in_words(code, facts))}\n")
        self.result({"error": code, "facts": dict(facts)})

    @contextmanager
    def progress(self, title: str, total: int | None = None, after: int = 0) -> Iterator[Advance]:
        """Show progress while the block runs; what is lent takes the steps done so far in all.

        ``after`` so many seconds, so that what is done at once says nothing.
        """
        progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._err,
            transient=True,
            disable=self.as_json or not self._err.is_terminal,
        )
        task = progress.add_task(escape(title), total=total)
        due = time.monotonic() + after

        def advance(done: int) -> None:
            progress.update(task, completed=done)
            if not progress.live.is_started and time.monotonic() >= due:
                progress.start()

        if not after:
            progress.start()
        try:
            yield advance
        finally:
            progress.stop()
