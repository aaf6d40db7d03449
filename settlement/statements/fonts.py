"""The font that a PDF embeds: Noto Sans KR, as much of it as the document shows.

The package `pylopdf-fonts-ko` carries it with PostScript outlines, which PDF libraries of Python
do not embed. So the letters that are needed become TrueType: each cubic curve is drawn by
quadratic ones within a thousandth of the letter's height.
"""

from __future__ import annotations

import hashlib
import io
from functools import cache, lru_cache
from typing import TYPE_CHECKING, cast

import pylopdf_fonts_ko
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

if TYPE_CHECKING:
    from collections.abc import Mapping

FAMILY = "Noto Sans KR"
EM = 1_000  # font units in the height of a letter
_MISSING_SHOWN = "?"  # what stands for a letter that the font lacks
_ERROR_MAX = 1  # font units, of which a letter has a thousand
_NOTDEF = ".notdef"


@cache
def _source() -> TTFont:
    """Return the whole font, opened once; its letters are read as they are asked for."""
    return TTFont(pylopdf_fonts_ko.sans_path(), lazy=True)


@cache
def _letters() -> Mapping[int, str]:
    """Return the font's glyph names by code point."""
    return cast("Mapping[int, str]", _source().getBestCmap())


def shown(text: str) -> str:
    """Return a text of letters that the font has; another's place is taken by a question mark."""
    known = _letters()
    return "".join(letter if ord(letter) in known else _MISSING_SHOWN for letter in text)


@cache
def _advance(letter: str) -> int:
    """Return how far a letter goes, in font units."""
    glyph = _letters()[ord(letter)]
    return cast("int", _source()["hmtx"][glyph][0])


def width(text: str) -> int:
    """Return how wide a text is that ``shown`` gave, in font units of ``EM`` to its size."""
    return sum(map(_advance, text))


def name_of(letters: frozenset[str]) -> str:
    """Return the name of the font of these letters; reportlab takes fonts of one name for one."""
    told = hashlib.sha256("".join(sorted(letters)).encode()).hexdigest()
    return f"NotoSansKR-{told[:16]}"


@lru_cache(maxsize=8)  # a run of statements for one network shows nearly the same letters
def truetype(letters: frozenset[str]) -> bytes:
    """Return a TrueType font of these letters; the same letters give the same bytes."""
    source, known = _source(), _letters()
    cmap = {ord(one): known[ord(one)] for one in sorted(letters)}
    glyphs = source.getGlyphSet()
    order = list(dict.fromkeys([_NOTDEF, *cmap.values()]))
    drawn = {}
    widths = {}
    for name in order:
        pen = TTGlyphPen(None)
        # The turn of outlines is the other way round in TrueType.
        glyphs[name].draw(Cu2QuPen(pen, _ERROR_MAX, reverse_direction=True))
        drawn[name] = pen.glyph()
        widths[name] = (round(glyphs[name].width), 0)
    head = source["hhea"]
    made = FontBuilder(source["head"].unitsPerEm, isTTF=True)
    made.setupGlyphOrder(order)
    made.setupCharacterMap(cmap)
    made.setupGlyf(drawn)
    made.setupHorizontalMetrics(
        {name: (width, drawn[name].xMin if drawn[name].numberOfContours else 0)
         for name, (width, _) in widths.items()}
    )  # fmt: skip
    made.setupHorizontalHeader(ascent=head.ascent, descent=head.descent)
    names = {"familyName": FAMILY, "styleName": "Regular", "psName": name_of(letters)}
    made.setupNameTable(names)
    made.setupOS2(sTypoAscender=head.ascent, sTypoDescender=head.descent, usWeightClass=400)
    made.setupPost(keepGlyphNames=False)
    # The font's own times, or two makings of it would differ.
    made.font["head"].created = source["head"].created
    made.font["head"].modified = source["head"].modified
    made.font.recalcTimestamp = False
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()
