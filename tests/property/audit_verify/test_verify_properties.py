"""No change of a bundle's bytes is accepted, and none makes the verifier fall over."""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.findings import CODES
from tests.unit.audit_verify.bundles import Bundle, honest


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """An honest bundle."""
    return honest(tmp_path_factory.mktemp("fuzz") / "pristine")


@st.composite
def mutations(draw: st.DrawFn) -> tuple[int, int, int, bytes]:
    """Which file, where in it, how many bytes go, and what comes in their place."""
    return (
        draw(st.integers(0, 10**6)),
        draw(st.integers(0, 10**6)),
        draw(st.sampled_from([0, 1, 1, 1, 2, 40, 10**6])),
        draw(st.one_of(st.binary(max_size=3), st.sampled_from([b"0", b"\n", b'"', b"-", b"}{"]))),
    )


@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(mutation=mutations(), bit=st.integers(0, 7), flip=st.booleans())
def test_a_mutated_bundle_is_never_accepted(
    pristine: Bundle, mutation: tuple[int, int, int, bytes], bit: int, flip: bool
) -> None:
    """A flip, an insertion, a deletion or a replacement anywhere in any file is found."""
    files = sorted(path for path in pristine.folder.rglob("*") if path.is_file())
    which, where, gone, put = mutation
    file = files[which % len(files)]
    data = file.read_bytes()
    at = where % len(data)
    changed = (
        data[:at] + bytes([data[at] ^ (1 << bit)]) + data[at + 1 :]
        if flip
        else data[:at] + put + data[at + gone :]
    )
    try:
        file.write_bytes(changed)
        report = pristine.verify()
    finally:
        file.write_bytes(data)
    assert report.clean == (changed == data)
    assert all(finding.code in CODES for finding in report.findings)
    assert all(finding.line().isascii() for finding in report.findings)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(one=st.integers(0, 10**6), other=st.integers(0, 10**6))
def test_swapped_or_missing_files_are_never_accepted(
    pristine: Bundle, tmp_path: Path, one: int, other: int
) -> None:
    """A file put in another's place, or taken away, is found."""
    copy = Bundle(tmp_path / "copy")
    shutil.rmtree(copy.folder, ignore_errors=True)
    shutil.copytree(pristine.folder, copy.folder)
    files = sorted(path for path in copy.folder.rglob("*") if path.is_file())
    here, there = files[one % len(files)], files[other % len(files)]
    here.replace(there)
    assert copy.verify().clean == (here == there)
