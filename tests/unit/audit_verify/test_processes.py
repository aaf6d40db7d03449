"""One process or two: a bundle's findings are the same."""

from collections.abc import Callable
from pathlib import Path

import pytest

from audit.bundle import ledger_path
from audit.verification import verify_bundle
from tests.unit.audit_verify.bundles import KEY, Bundle, honest


def _nothing(bundle: Bundle) -> None:
    """Lay no hand on it."""
    assert bundle.folder.is_dir()


def _row(bundle: Bundle) -> None:
    bundle.rows("lot", lambda rows: rows[0].update(remaining=1))


def _leaf(bundle: Bundle) -> None:
    bundle.change(
        "tile/entries/000.p/110", lambda data: data.replace(b"points.redeemed", b"x" * 15)
    )


def _amount(bundle: Bundle) -> None:
    bundle.change(
        "tile/entries/000.p/110", lambda data: data.replace(b"posted,30000", b"posted,30001")
    )


def _cut(bundle: Bundle) -> None:
    bundle.change("tile/entries/000.p/110", lambda data: data[:-1])


def _file(bundle: Bundle) -> None:
    (bundle.folder / ledger_path("leg")).unlink()


@pytest.mark.parametrize("tamper", [_nothing, _row, _leaf, _amount, _cut, _file])
def test_two_processes_find_what_one_finds(
    tmp_path: Path, tamper: Callable[[Bundle], None]
) -> None:
    """Whatever is done to a bundle, both ways tell the same findings and the same verdict."""
    bundle = honest(tmp_path / "bundle")
    tamper(bundle)
    alone, apart = (verify_bundle(bundle.folder, KEY, processes=n) for n in (1, 2))
    assert (alone.clean, apart.clean) == (tamper is _nothing,) * 2
    assert sorted(one.line() for one in apart.findings) == sorted(
        one.line() for one in alone.findings
    )
    assert apart.checks == alone.checks
