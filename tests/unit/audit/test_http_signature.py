"""Signed requests: RFC 9421's own example, our profile's round trip, and what is not of it."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from hypothesis import given
from hypothesis import strategies as st

from audit.http_signature import (
    SignatureError,
    Signed,
    content_digest,
    read,
    sign,
    signature_base,
    unpack,
    verify,
)
from audit.keys import Ed25519Signer

SIGNER = Ed25519Signer(bytes(range(32)))
KEY = SIGNER.public_key.hex()
BODY = b'{"query": "mutation { x }"}'
ORIGIN = "dure.example/test"
PRINTABLE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=255)

# RFC 9421 appendix B.2.6, with the key of B.1.4.
EXAMPLE = (
    ("date", "Tue, 20 Apr 2021 02:07:55 GMT"),
    ("@method", "POST"),
    ("@path", "/foo"),
    ("@authority", "example.com"),
    ("content-type", "application/json"),
    ("content-length", "18"),
)
EXAMPLE_PARAMETERS = (
    '("date" "@method" "@path" "@authority" "content-type" "content-length")'
    ';created=1618884473;keyid="test-key-ed25519"'
)
EXAMPLE_KEY = "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs="
EXAMPLE_SEED = "n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU="
EXAMPLE_SIGNATURE = (
    "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="
)


def test_the_rfc_s_example() -> None:
    """The base of RFC 9421 B.2.6 has the RFC's signature, made and verified."""
    base = signature_base(EXAMPLE, EXAMPLE_PARAMETERS)
    signature = base64.b64decode(EXAMPLE_SIGNATURE)
    assert Ed25519Signer(base64.urlsafe_b64decode(EXAMPLE_SEED)).sign(base) == signature
    key = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(EXAMPLE_KEY))
    key.verify(signature, base)


def test_the_rfc_s_digest() -> None:
    """RFC 9530 appendix B has this digest of this content."""
    assert content_digest(b'{"hello": "world"}\n') == (
        "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
    )


def headers(**changes: str) -> tuple[str, str, str]:
    """A good request's three headers, some of them others."""
    made = sign(SIGNER, "/graphql", BODY, created=1_767_225_600, nonce="k1", tag=ORIGIN)
    names = ("Content-Digest", "Signature-Input", "Signature")
    digest, given_, signature = (changes.get(name.replace("-", "_"), made[name]) for name in names)
    return digest, given_, signature


@given(path=st.just("/graphql"), body=st.binary(max_size=200), nonce=PRINTABLE, tag=PRINTABLE)
def test_what_is_signed_is_read(path: str, body: bytes, nonce: str, tag: str) -> None:
    """Headers, and the bytes that are kept, give back what was signed, and it verifies."""
    made = sign(SIGNER, path, body, created=7, nonce=nonce, tag=tag)
    found = read(path, body, made["Content-Digest"], made["Signature-Input"], made["Signature"])
    verify(found, KEY)
    assert found.parameters == (7, KEY, nonce, tag)
    again = unpack(found.packed())
    assert again == found
    verify(again, KEY)


@given(place=st.integers(min_value=0), bit=st.integers(0, 7))
def test_no_changed_bit_of_what_is_kept_verifies(place: int, bit: int) -> None:
    """Whatever bit of base, lengths, body or signature is turned, it is refused."""
    packed = bytearray(read("/graphql", BODY, *headers()).packed())
    packed[place % len(packed)] ^= 1 << bit
    with pytest.raises(SignatureError):
        verify(unpack(bytes(packed)), KEY)


GOOD = headers()[1]
BAD = {
    "another label": {"Signature_Input": GOOD.replace("dure=", "other=", 1)},
    "two signatures": {"Signature_Input": f"{GOOD}, {GOOD}"},
    "a component missing": {"Signature_Input": GOOD.replace('"@path" ', "", 1)},
    "a component twice": {"Signature_Input": GOOD.replace('"@path"', '"@path" "@path"', 1)},
    "a component more": {"Signature_Input": GOOD.replace('"@path"', '"@path" "date"', 1)},
    "a parameter missing": {"Signature_Input": GOOD.replace(';nonce="k1"', "", 1)},
    "a parameter twice": {"Signature_Input": f'{GOOD};nonce="k1"'},
    "an unknown parameter": {"Signature_Input": f"{GOOD};expires=9"},
    "another algorithm": {"Signature_Input": f'{GOOD};alg="rsa-v1_5-sha256"'},
    "a created of text": {"Signature_Input": GOOD.replace("created=1767225600", 'created="1"')},
    "a component's parameter": {"Signature_Input": GOOD.replace('"@path"', '"@path";req', 1)},
    "too long": {"Signature_Input": GOOD + " " * 2_048},
    "another body": {"Content_Digest": content_digest(b"{}")},
    "another digest": {"Content_Digest": "sha-512=:AAAA:"},
    "a short signature": {"Signature": "dure=:AAAA:"},
    "a signature of other spelling": {"Signature": headers()[2].replace("==:", "=:")},
    "none": {"Signature": ""},
}


@pytest.mark.parametrize("changes", BAD.values(), ids=BAD)
def test_what_is_not_of_the_profile_is_refused(changes: dict[str, str]) -> None:
    """One label, three components, four parameters, one digest: nothing more and nothing less."""
    with pytest.raises(SignatureError):
        read("/graphql", BODY, *headers(**changes))


def test_what_was_signed_for_something_else_does_not_verify() -> None:
    """Another path, another key, another time under the same signature are refused."""
    with pytest.raises(SignatureError, match="SIGNATURE_WRONG"):
        verify(read("/other", BODY, *headers()), KEY)
    good = read("/graphql", BODY, *headers())
    with pytest.raises(SignatureError, match="SIGNATURE_KEY"):
        verify(good, Ed25519Signer(bytes(32)).public_key.hex())
    with pytest.raises(SignatureError, match="SIGNATURE_KEY"):
        verify(good, "01" + "00" * 31)
    later = read("/graphql", BODY, *headers(Signature_Input=GOOD.replace("17672256", "17672257")))
    with pytest.raises(SignatureError, match="SIGNATURE_WRONG"):
        verify(later, KEY)


def test_alg_may_say_what_it_is() -> None:
    """A library that writes ``alg`` and its own order is understood as long as it signs it."""
    covered = '("content-digest" "@method" "@path")'
    parameters = (
        f'{covered};alg="ed25519";tag="{ORIGIN}";nonce="k1";keyid="{KEY}";created=1767225600'
    )
    digest = content_digest(BODY)
    parts = (("content-digest", digest), ("@method", "POST"), ("@path", "/graphql"))
    signature = base64.b64encode(SIGNER.sign(signature_base(parts, parameters))).decode()
    found = read("/graphql", BODY, digest, f"sig1={parameters}", f"sig1=:{signature}:")
    verify(found, KEY)
    assert isinstance(found, Signed)
    assert unpack(found.packed()) == found


def test_the_manual_s_program_signs_what_we_read() -> None:
    """The README's few lines make headers that fit, also for a key with quotes in it."""
    text = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    program = text.split("```python\n")[1].split("```")[0]
    known: dict[str, object] = {}
    exec(program, known)  # noqa: S102 -- our own manual
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    signed_headers = cast("Callable[..., dict[str, str]]", known["signed_headers"])
    made = signed_headers(key, ORIGIN, BODY, 'a "b" \\c')
    names = ("Content-Digest", "Signature-Input", "Signature")
    found = read("/graphql", BODY, *(made[name] for name in names))
    verify(found, KEY)
    assert (found.parameters.nonce, found.parameters.tag) == ('a "b" \\c', ORIGIN)
