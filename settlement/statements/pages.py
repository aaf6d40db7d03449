"""Pages of a PDF as lists of marks: laid out first, drawn when their number is known.

Geometry is in whole points, 72 to the inch, from the page's upper left corner. The bytes depend on
the marks alone: no time of making, no random identifier (reportlab's invariant mode).
"""

from __future__ import annotations

import io
from typing import NamedTuple

from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from settlement.statements import fonts

WIDTH, HEIGHT = 595, 842  # ISO A4
LEFT, RIGHT = 40, 555
TOP, BOTTOM = 48, 776  # what is below belongs to the footer
SIZE_MIN = 5  # below this nobody reads it
_CUT = "…"

INK, FAINT, RULE, BAND, DARK, WHITE = (
    *("#1A1A1A", "#6B7280", "#D1D5DB", "#F1F4F8", "#1F3A5F", "#FFFFFF"),
)


class Text(NamedTuple):
    """A text on a base line; ``right`` where ``x`` is its right end."""

    x: int
    y: int
    size: int
    colour: str
    text: str
    right: bool


class Box(NamedTuple):
    """A filled rectangle by its upper left corner."""

    x: int
    y: int
    width: int
    height: int
    colour: str


def cut(text: str, size: int, room: int) -> str:
    """Return as much of a text as ``room`` points hold, with an ellipsis where some is left out."""
    text = fonts.shown(text)
    if fonts.width(text) * size <= room * fonts.EM:
        return text
    while text and fonts.width(text + _CUT) * size > room * fonts.EM:
        text = text[:-1]
    return text + _CUT


def fitting(text: str, size: int, room: int) -> int:
    """Return the greatest size, at most ``size``, at which a figure fits; a figure is never cut."""
    while size > SIZE_MIN and fonts.width(fonts.shown(text)) * size > room * fonts.EM:
        size -= 1
    return size


class Pages:
    """Pages being laid out; ``y`` is where the next row's upper edge is."""

    def __init__(self) -> None:
        """Begin with one empty page."""
        self.pages: list[list[Text | Box]] = [[]]
        self.y = TOP

    def turn(self) -> None:
        """Begin another page."""
        self.pages.append([])
        self.y = TOP

    def room(self, height: int) -> bool:
        """Tell whether so many points are left on this page."""
        return self.y + height <= BOTTOM

    def box(self, x: int, y: int, width: int, height: int, colour: str) -> None:
        """Fill a rectangle on this page."""
        self.pages[-1].append(Box(x, y, width, height, colour))

    def text(self, x: int, y: int, text: str, size: int, room: int, colour: str = INK) -> None:
        """Write a text to the right of ``x``, cut to ``room``."""
        self.pages[-1].append(Text(x, y, size, colour, cut(text, size, room), right=False))

    def figure(self, x: int, y: int, text: str, size: int, room: int, colour: str = INK) -> None:
        """Write a figure that ends at ``x``, made smaller until it fits."""
        size = fitting(text, size, room)
        self.pages[-1].append(Text(x, y, size, colour, fonts.shown(text), right=True))

    def draw(self, title: str, author: str) -> bytes:
        """Return the pages as a PDF with its font embedded."""
        letters = frozenset(
            letter
            for page in self.pages
            for mark in page
            if isinstance(mark, Text)
            for letter in mark.text
        )
        # Fonts are registered by name in one table for all documents of the process.
        name = fonts.name_of(letters)
        pdfmetrics.registerFont(TTFont(name, io.BytesIO(fonts.truetype(letters))))
        out = io.BytesIO()
        canvas = Canvas(
            out,
            pagesize=(WIDTH, HEIGHT),
            invariant=True,
            pageCompression=1,
            # Or every page would name a font that is not embedded; the stubs think it a number.
            initialFontName=name,  # type: ignore[arg-type]
        )
        canvas.setTitle(title)
        canvas.setAuthor(author)
        for page in self.pages:
            for mark in page:
                canvas.setFillColor(HexColor(mark.colour))
                if isinstance(mark, Box):
                    y = HEIGHT - mark.y - mark.height
                    canvas.rect(mark.x, y, mark.width, mark.height, stroke=0, fill=1)
                    continue
                canvas.setFont(name, mark.size)
                write = canvas.drawRightString if mark.right else canvas.drawString
                write(mark.x, HEIGHT - mark.y, mark.text)
            canvas.showPage()
        canvas.save()
        return out.getvalue()
