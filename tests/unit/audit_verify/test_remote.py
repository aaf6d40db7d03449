"""A log at an address: verified from its tiles, remembered, and held against what was seen."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from audit.checkpoint import Checkpoint
from audit.keys import Ed25519Signer
from audit.memory import default_path
from audit.verify import main
from tests.unit.audit_verify.bundles import KEY, Bundle, honest, sign
from tests.unit.audit_verify.logs import ORIGIN
from tests.unit.audit_verify.sites import TOKEN, Site, plain_leaves, serving, write_tree

SIZE = 70_000  # AUDIT_FORMAT: 277 hash tiles, 274 of them of level 0
Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree of a log of 70,000 entries."""
    return write_tree(tmp_path_factory.mktemp("large") / "log", plain_leaves(SIZE))


@pytest.fixture
def site(large: Path) -> Iterator[Site]:
    """It is served."""
    with serving(large) as site:
        yield site


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """Where what was seen is remembered."""
    return tmp_path / "state" / "log"


def look(site: Site, state: Path, *more: str) -> int:
    """Run the command."""
    site.asked.clear()
    return main([site.url, "--key", KEY.text(), "--state", str(state), *more])


def codes(capsys: Capture) -> list[str]:
    """The codes that the command printed, which was told to speak JSON."""
    told = json.loads(capsys.readouterr().out)
    return [one["code"] for one in told["findings"]]


def test_hashes_alone_prove_the_tree(site: Site, state: Path, capsys: Capture) -> None:
    """Without a key all 277 hash tiles are held to the signed root; what was not seen is said."""
    assert look(site, state) == 0
    assert len({path for path in site.asked if "tile" in path}) == 277
    assert not [path for path in site.asked if "entries" in path]
    out = capsys.readouterr().out
    assert "The 70,000 hashes of the entries give the signed root" in out
    assert "Ledger: entries were not read" in out
    assert look(site, state, "--lang", "ko") == 0
    assert "항목을 읽지 않았습니다" in capsys.readouterr().out


def test_the_next_look_fetches_only_what_is_new(
    site: Site, state: Path, tmp_path: Path, capsys: Capture
) -> None:
    """Of a log that grew by 300, tiles that were full before are fetched for proofs alone."""
    assert look(site, state) == 0
    before = state.read_bytes()
    capsys.readouterr()
    site.folder = write_tree(tmp_path / "grown", plain_leaves(SIZE + 300))
    assert look(site, state, "--json") == 0
    leaves = {path for path in site.asked if path.startswith("tile/0/")}
    assert leaves == {"tile/0/273", "tile/0/274.p/156"}
    assert len(site.asked) < 20
    earlier = next(
        one for one in json.loads(capsys.readouterr().out)["checks"] if one["name"] == "earlier"
    )
    assert earlier["status"] == "ok"
    assert str(SIZE + 300) in state.read_text()
    # A tile that only the level above was made of is not looked at again; a new one is.
    file = site.folder / "tile/0/274.p/156"
    file.write_bytes(flipped(file.read_bytes()))
    state.write_bytes(before)
    assert look(site, state, "--json") == 1


def test_a_log_that_went_back_or_forked_is_found(
    site: Site, state: Path, tmp_path: Path, capsys: Capture
) -> None:
    """A shorter log is rewound, another is forked, at every size; and the memory stands."""
    assert look(site, state) == 0
    remembered = state.read_bytes()
    capsys.readouterr()
    short = write_tree(tmp_path / "short", plain_leaves(SIZE - 1))
    for number, (folder, code) in enumerate(
        (
            (short, "REWOUND"),
            (write_tree(tmp_path / "same", plain_leaves(SIZE, differs_at=69_999)), "FORKED"),
            (write_tree(tmp_path / "more", plain_leaves(SIZE + 1, differs_at=3)), "FORKED"),
            (write_tree(tmp_path / "much", plain_leaves(80_000, differs_at=69_998)), "FORKED"),
        )
    ):
        site.folder = folder
        assert look(site, state, "--json") == 1, number
        assert codes(capsys) == [code], number
        assert state.read_bytes() == remembered
        assert look(site, tmp_path / f"fresh{number}") == 0, "whoever saw nothing is deceived"
        capsys.readouterr()


PATHS = ("tile/0/000", "tile/0/273.p/112", "tile/1/000", "tile/2/000.p/1")


def flipped(data: bytes) -> bytes:
    """The same but for one bit."""
    return data[:-1] + bytes([data[-1] ^ 1])


@pytest.mark.parametrize(
    ("edit", "allowed"),
    [
        (flipped, {"ROOT_MISMATCH", "TILE_CHANGED"}),
        (lambda data: data[:-1], {"TILE_CHANGED"}),
        (lambda data: data + b"?", {"TILE_CHANGED"}),
        (None, {"TILE_MISSING"}),
    ],
    ids=["changed", "cut", "long", "gone"],
)
def test_a_wrong_tile_is_found(
    edit: Callable[[bytes], bytes] | None,
    allowed: set[str],
    site: Site,
    state: Path,
    capsys: Capture,
) -> None:
    """A tile altered, cut, lengthened or left out, at any level, is told, and nothing kept."""
    for path in PATHS:
        file = site.folder / path
        data = file.read_bytes()
        try:
            if edit is None:
                file.unlink()
            else:
                file.write_bytes(edit(data))
            status = look(site, state, "--json")
        finally:
            file.write_bytes(data)
        said = capsys.readouterr()
        if "ANSWER_TOO_LONG" in said.err:  # a full tile that is longer still is not read
            assert (status, len(data)) == (2, 8192)
            continue
        found = {one["code"] for one in json.loads(said.out)["findings"]}
        assert (status, bool(found), found <= allowed) == (1, True, True), (path, found)
        assert not state.exists()


def test_a_checkpoint_that_is_not_the_logs_ends_it(
    tmp_path: Path, state: Path, capsys: Capture
) -> None:
    """Another key's signature and another origin are found, and no tile is asked for."""
    folder = write_tree(tmp_path / "log", plain_leaves(5))
    other = Ed25519Signer(b"\x08" * 32)
    signed = Checkpoint.parse(sign(plain_leaves(5)).partition("\n\n")[0] + "\n")
    with serving(folder) as site:
        for note, code in (
            (signed.sign(other), "SIGNATURE_INVALID"),
            (sign(plain_leaves(5), "other.example/log"), "ORIGIN_MISMATCH"),
            ("nonsense\n", "CHECKPOINT_INVALID"),
        ):
            (folder / "checkpoint").write_text(note)
            assert look(site, state, "--json") == 1
            assert codes(capsys) == [code]
            assert {*site.asked} <= {"checkpoint", "keys"}
    assert not state.exists()


def test_what_cannot_be_asked_is_no_verdict(
    site: Site, state: Path, tmp_path: Path, capsys: Capture
) -> None:
    """An address that fails, a memory that is not ours, a key in clear: status 2, by name."""
    for status in (500, 403):
        site.status = status
        assert look(site, state) == 2
        assert ("STATUS" if status == 500 else "TOKEN_REFUSED") in capsys.readouterr().err
    site.status = 0
    assert look(site, state) == 0
    text = state.read_text()
    for broken in ("", text[1:], text.replace(ORIGIN, "other.example/log"), text.replace("A", "B")):
        state.write_text(broken)
        assert look(site, state) == 2
        assert "STATE_FOREIGN" in capsys.readouterr().err
    token = tmp_path / "token"
    token.write_text(f"{TOKEN}\n")
    said = main(["http://log.example/log", "--key", KEY.text(), "--token-file", str(token)])
    assert (said, "TOKEN_IN_CLEAR" in capsys.readouterr().err) == (2, True)
    token.write_text("two words\n")
    assert look(site, state, "--token-file", str(token)) == 2
    assert main([str(tmp_path), "--key", KEY.text(), "--state", str(state)]) == 2


def test_entries_are_checked_where_there_is_a_key(
    tmp_path: Path, state: Path, capsys: Capture
) -> None:
    """With an API key every entry is checked and replayed; without the right to, status 2."""
    bundle: Bundle = honest(tmp_path / "log")
    token = tmp_path / "token"
    token.write_text(f"{TOKEN}\n")
    with serving(bundle.folder) as site:
        site.closed = True
        assert look(site, state, "--token-file", str(token)) == 0
        out = capsys.readouterr().out
        assert "110 of 110 entries" in out
        assert "Ledger: every effect was replayed" in out
        assert look(site, state) == 0  # hashes alone, under the same memory
        path = "tile/entries/000.p/110"
        bundle.change(path, lambda data: data.replace(b"HOTELS", b"HOTELZ", 1))
        capsys.readouterr()
        assert look(site, state, "--json", "--token-file", str(token)) == 1
        assert "ROOT_MISMATCH" in codes(capsys)
        token.write_text("dure_another\n")
        assert look(site, state, "--token-file", str(token)) == 2
        assert "TOKEN_REFUSED" in capsys.readouterr().err


def test_the_memory_lies_where_the_system_wants_it(tmp_path: Path) -> None:
    """Each log has a file of its own under XDG_STATE_HOME, if that is an absolute path."""
    first = default_path(ORIGIN, {"XDG_STATE_HOME": str(tmp_path)})
    assert first.is_relative_to(tmp_path)
    assert first != default_path("other.example/log", {"XDG_STATE_HOME": str(tmp_path)})
    usual = default_path(ORIGIN, {"XDG_STATE_HOME": "relative"})
    assert usual.is_relative_to(Path.home() / ".local" / "state")
