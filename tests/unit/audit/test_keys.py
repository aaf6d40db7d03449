"""Keys: what is refused on the way in, and how a key rests on disk."""

import stat
from pathlib import Path

import pytest

from audit.errors import KeyFileError, KeyRejected
from audit.keys import Ed25519Signer, read_key_file, screen_public_key, write_key_file

P = 2**255 - 19

# The encodings of the points of order 1, 2, 4 and 8 on the curve of RFC 8032 §5.1.
SMALL_ORDER = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
]


@pytest.mark.parametrize("key", SMALL_ORDER)
def test_small_order_points_are_refused(key: str) -> None:
    """None of the eight points under which anyone can sign is accepted."""
    with pytest.raises(KeyRejected) as refused:
        screen_public_key(bytes.fromhex(key))
    assert refused.value.code == "KEY_SMALL_ORDER"


@pytest.mark.parametrize(
    ("encoded", "code"),
    [
        (P, "KEY_NOT_CANONICAL"),
        (P + 1, "KEY_NOT_CANONICAL"),
        (2**255 - 1, "KEY_NOT_CANONICAL"),
        (2**256 - 1, "KEY_NOT_CANONICAL"),
        (1 | 1 << 255, "KEY_NOT_CANONICAL"),
        (P - 1 | 1 << 255, "KEY_NOT_CANONICAL"),
        (2, "KEY_NOT_A_POINT"),
    ],
)
def test_second_spellings_and_other_numbers_are_refused(encoded: int, code: str) -> None:
    """A number past the field, a sign on zero, or no point at all is refused."""
    with pytest.raises(KeyRejected) as refused:
        screen_public_key(encoded.to_bytes(32, "little"))
    assert refused.value.code == code


def test_another_length_is_refused() -> None:
    """A public key has 32 bytes."""
    with pytest.raises(KeyRejected) as refused:
        screen_public_key(bytes(31))
    assert refused.value.code == "KEY_LENGTH"


def test_honest_keys_pass() -> None:
    """Keys made from seeds are accepted, whichever the sign of their point."""
    keys = [Ed25519Signer(bytes([n]) * 32).public_key for n in range(40)]
    for key in keys:
        screen_public_key(key)
    assert {key[31] >> 7 for key in keys} == {0, 1}


def test_a_key_file_opens_with_its_passphrase_only(tmp_path: Path) -> None:
    """The same key comes back under the passphrase; another passphrase is refused."""
    signer = Ed25519Signer.generate()
    path = tmp_path / "log.key"
    write_key_file(path, signer, "correct horse")
    assert read_key_file(path, "correct horse").public_key == signer.public_key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert signer.seed().hex() not in path.read_text()
    assert [one.name for one in tmp_path.iterdir()] == ["log.key"]
    with pytest.raises(KeyFileError) as refused:
        read_key_file(path, "wrong horse")
    assert refused.value.code == "KEY_FILE_CLOSED"


def test_a_key_file_is_never_replaced(tmp_path: Path) -> None:
    """Writing over an existing key is refused and leaves it as it was."""
    path = tmp_path / "log.key"
    path.write_text("precious")
    with pytest.raises(KeyFileError) as refused:
        write_key_file(path, Ed25519Signer.generate(), "passphrase")
    assert refused.value.code == "KEY_FILE_EXISTS"
    assert path.read_text() == "precious"
    assert [one.name for one in tmp_path.iterdir()] == ["log.key"]


def test_a_changed_public_key_does_not_open(tmp_path: Path) -> None:
    """The public line is bound to the sealed seed."""
    path = tmp_path / "log.key"
    write_key_file(path, Ed25519Signer(b"\1" * 32), "passphrase")
    write_key_file(tmp_path / "other.key", Ed25519Signer(b"\2" * 32), "passphrase")
    lines = path.read_text().splitlines(keepends=True)
    lines[1] = (tmp_path / "other.key").read_text().splitlines(keepends=True)[1]
    path.write_text("".join(lines))
    with pytest.raises(KeyFileError) as refused:
        read_key_file(path, "passphrase")
    assert refused.value.code == "KEY_FILE_CLOSED"


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"dure-key/v1\n", b"x" * 5000])
def test_other_files_are_refused(tmp_path: Path, data: bytes) -> None:
    """What is no key file is said to be malformed."""
    path = tmp_path / "log.key"
    path.write_bytes(data)
    with pytest.raises(KeyFileError) as refused:
        read_key_file(path, "passphrase")
    assert refused.value.code == "KEY_FILE_MALFORMED"


def test_paths_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    """A missing file, a folder, a missing folder and an empty passphrase each have their code."""
    signer = Ed25519Signer.generate()
    with pytest.raises(KeyFileError) as missing:
        read_key_file(tmp_path / "none.key", "passphrase")
    with pytest.raises(KeyFileError) as folder:
        read_key_file(tmp_path, "passphrase")
    with pytest.raises(KeyFileError) as nowhere:
        write_key_file(tmp_path / "none" / "log.key", signer, "passphrase")
    with pytest.raises(KeyFileError) as empty:
        write_key_file(tmp_path / "log.key", signer, "")
    codes = [error.value.code for error in (missing, folder, nowhere, empty)]
    assert codes == [
        "KEY_FILE_MISSING",
        "KEY_FILE_READ",
        "KEY_FILE_WRITE",
        "KEY_FILE_PASSPHRASE_EMPTY",
    ]
