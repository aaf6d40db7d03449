"""The vault keeps members' keys from whoever lacks the pass phrase, and tells them apart."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.vault import FileVault, create_vault, open_vault
from domain.errors import StoreError

VAULT = FileVault(b"k" * 32)
OTHER = FileVault(b"o" * 32)


def test_a_reopened_vault_unwraps_what_the_first_wrapped(tmp_path: Path) -> None:
    """A member key wrapped before a restart is the same key after it."""
    first = create_vault(tmp_path / "vault.key", "correct horse")
    wrapped, _ = first.new_member_key()
    again = open_vault(tmp_path / "vault.key", "correct horse")
    assert again.unwrap(wrapped) == first.unwrap(wrapped)
    assert again.reference_index("CAFE", "m-1") == first.reference_index("CAFE", "m-1")


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    """No one but the owner may read the vault's file."""
    create_vault(tmp_path / "vault.key", "correct horse")
    assert (tmp_path / "vault.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["vault.key"]


def test_another_passphrase_is_told(tmp_path: Path) -> None:
    """A wrong pass phrase is named as such, and opens nothing."""
    create_vault(tmp_path / "vault.key", "correct horse")
    with pytest.raises(StoreError, match="PASSPHRASE_WRONG"):
        open_vault(tmp_path / "vault.key", "battery staple")


def test_a_vault_is_never_replaced(tmp_path: Path) -> None:
    """Making a vault where one is would lose every member's key: it is refused."""
    create_vault(tmp_path / "vault.key", "one")
    before = (tmp_path / "vault.key").read_bytes()
    with pytest.raises(StoreError, match="FILE_EXISTS"):
        create_vault(tmp_path / "vault.key", "two")
    assert (tmp_path / "vault.key").read_bytes() == before


@pytest.mark.parametrize(
    "data", [b"", b"dure-vault/v1\n", b"\xff" * 5000, b"dure-vault/v0\nsalt AA\n"]
)
def test_a_broken_file_is_told(tmp_path: Path, data: bytes) -> None:
    """A file that is no vault gives a named error, whatever its bytes."""
    (tmp_path / "vault.key").write_bytes(data)
    with pytest.raises(StoreError, match="VAULT_MALFORMED"):
        open_vault(tmp_path / "vault.key", "any")


def test_another_vaults_key_is_refused() -> None:
    """A key wrapped by another network's vault does not unwrap here."""
    wrapped, _ = OTHER.new_member_key()
    with pytest.raises(StoreError, match="MEMBER_KEY_FOREIGN"):
        VAULT.unwrap(wrapped)


@given(st.binary(max_size=300), st.binary(max_size=40))
def test_a_payload_comes_back(plaintext: bytes, context: bytes) -> None:
    """What is encrypted under a member's key and a context comes back under both."""
    sealed = VAULT.encrypt(b"m" * 32, context, plaintext)
    assert VAULT.decrypt(b"m" * 32, context, sealed) == plaintext


@given(st.binary(max_size=60), st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_a_payload_altered_is_refused(plaintext: bytes, at: int, mask: int) -> None:
    """One changed bit anywhere makes a payload unreadable, never different."""
    sealed = bytearray(VAULT.encrypt(b"m" * 32, b"entry 7", plaintext))
    sealed[at % len(sealed)] ^= mask
    with pytest.raises(StoreError, match="PAYLOAD_ALTERED"):
        VAULT.decrypt(b"m" * 32, b"entry 7", bytes(sealed))


def test_a_payload_moved_is_refused() -> None:
    """A payload carried to another entry or another member does not open."""
    sealed = VAULT.encrypt(b"m" * 32, b"entry 7", b"address")
    for key, context in ((b"m" * 32, b"entry 8"), (b"n" * 32, b"entry 7")):
        with pytest.raises(StoreError, match="PAYLOAD_ALTERED"):
            VAULT.decrypt(key, context, sealed)


@given(st.text(max_size=20), st.text(max_size=20))
def test_indexes_tell_references_apart(one: str, other: str) -> None:
    """Two references share an index only where they are one, and no index crosses partners."""
    same = VAULT.reference_index("CAFE", one) == VAULT.reference_index("CAFE", other)
    assert same == (one == other)
    assert VAULT.reference_index("CAFE", one) != VAULT.reference_index("AIR", one)
