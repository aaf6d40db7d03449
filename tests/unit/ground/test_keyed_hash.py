"""HMAC-SHA-256 as the standard library has it, faster."""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.keyed_hash import hmac_sha256


@given(st.binary(max_size=64), st.binary(max_size=300))
def test_it_is_the_standard_librarys(key: bytes, message: bytes) -> None:
    """Whatever the key and the message, the hash is that of ``hmac.digest``."""
    assert hmac_sha256(key, message) == hmac.digest(key, message, "sha256")


@pytest.mark.parametrize(
    ("key", "message", "expected"),
    [
        (
            b"\x0b" * 20,
            b"Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        ),
        (
            b"Jefe",
            b"what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
    ],
)
def test_published_vectors_hold(key: bytes, message: bytes, expected: str) -> None:
    """RFC 4231's first two test cases (section 4.2, 4.3) give their published hashes."""
    assert hmac_sha256(key, message).hex() == expected


def test_a_key_longer_than_a_block_is_refused() -> None:
    """Longer keys would have to be hashed first; nothing here has one."""
    with pytest.raises(ValueError, match="64 bytes"):
        hmac_sha256(bytes(65), b"")
