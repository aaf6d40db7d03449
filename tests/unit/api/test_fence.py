"""The high-water mark, as several processes of one home keep it."""

from pathlib import Path

import pytest

from api.fence import FileFence
from domain.errors import StoreError
from domain.ports import Head


def head(size: int) -> Head:
    """A head of so many entries."""
    return Head(size, bytes([size]) * 32, size, b"", "")


def test_whoever_comes_late_does_not_lower_the_mark(tmp_path: Path) -> None:
    """Of two commits the smaller is remembered last: a database restored to it is refused."""
    first, second = (FileFence(tmp_path / "high-water", lambda _: None) for _ in range(2))
    second.advance(head(4))
    first.advance(head(3))
    with pytest.raises(StoreError) as caught:
        first.check(head(3))
    assert caught.value.code == "LOG_BEHIND"
    first.advance(head(5))
    second.check(head(5))
    first.close()
    second.close()
