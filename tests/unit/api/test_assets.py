"""The page at /graphql is whole, whatever was fetched, and asks for nothing from elsewhere."""

import re
from pathlib import Path

import pytest

from api.http import assets

FETCHED = (
    "graphiql.min.css",
    "graphiql.min.js",
    "react.production.min.js",
    "react-dom.production.min.js",
)


def fetch(folder: Path, names: tuple[str, ...] = FETCHED) -> Path:
    """Fill a folder as `make assets` does."""
    for name in names:
        (folder / name).write_text(f"/* {name} */")
    return folder


def references(page: assets.Asset) -> set[str]:
    """Collect what a page asks for, without what it carries itself."""
    found = re.findall(r'(?:src|href)="([^"]*)"', page.body.decode())
    return {reference for reference in found if not reference.startswith("data:")}


def test_a_fetched_graphiql_is_shown(tmp_path: Path) -> None:
    """Where the four files are, the page is GraphiQL's."""
    assert assets.load(fetch(tmp_path)).is_graphiql


@pytest.mark.parametrize("missing", FETCHED)
def test_half_a_graphiql_is_none(tmp_path: Path, missing: str) -> None:
    """Any of the files missing, the plain page is shown, never a broken one."""
    names = tuple(name for name in FETCHED if name != missing)
    assert not assets.load(fetch(tmp_path, names)).is_graphiql


@pytest.mark.parametrize("names", [(), FETCHED])
def test_a_page_asks_for_just_what_is_served(tmp_path: Path, names: tuple[str, ...]) -> None:
    """Every file a page names is in the table, every file in the table is named."""
    loaded = assets.load(fetch(tmp_path, names))
    assert references(loaded.page) == {assets.PREFIX + name for name in loaded.files}


@pytest.mark.parametrize("names", [(), FETCHED])
def test_a_page_runs_no_inline_script(tmp_path: Path, names: tuple[str, ...]) -> None:
    """The content policy allows scripts of our origin only, and the pages have no other."""
    page = assets.load(fetch(tmp_path, names)).page.body.decode()
    assert re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|<style|javascript:", page) is None
    assert "script-src 'self';" in assets.CONTENT_POLICY


def test_an_etag_follows_the_content(tmp_path: Path) -> None:
    """A changed file has another tag, so that no browser keeps the old one."""
    before = assets.load(fetch(tmp_path)).files["graphiql.min.js"]
    (tmp_path / "graphiql.min.js").write_text("changed")
    after = assets.load(tmp_path).files["graphiql.min.js"]
    assert before.etag != after.etag
    assert re.fullmatch(r'"[0-9a-f]{32}"', after.etag)
