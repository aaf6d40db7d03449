"""A partner's signature of a request: one profile of HTTP message signatures (RFC 9421).

Covered are the method, the path and the body's digest (RFC 9530); beside them stand when it was
made, the key, the request's idempotency key as nonce, and the log's origin as tag, so that nobody
can use it for another request, at another network or under another key:

    Content-Digest: sha-256=:BASE64:
    Signature-Input: dure=("@method" "@path" "content-digest");created=UNIX;keyid="HEX64";
        nonce="IDEMPOTENCY KEY";tag="ORIGIN"
    Signature: dure=:BASE64:

What a partner signed is kept as one run of bytes, which a leaf's ``cmd`` binds: the length of the
signature base in four bytes, the base, the length of the body in four bytes, the body, and the 64
bytes of the Ed25519 signature.
"""

import hashlib
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from audit.base64text import from_base64, to_base64
from audit.errors import AuditError, KeyRejected
from audit.keys import PUBLIC_KEY_BYTES, SIGNATURE_BYTES, Signer, screen_public_key

COMPONENTS: Final = ("@method", "@path", "content-digest")
LABEL: Final = "dure"
HEADER_MAX: Final = 2_048  # origin and nonce have at most 255 characters each
CREATED_MAX: Final = 253_402_300_799  # the last second of the year 9999

_LENGTH_BYTES: Final = 4
_STRING: Final = r'"((?:[ !#-\[\]-~]|\\["\\])*)"'  # RFC 8941 section 3.3.3
_PARAMETER: Final = re.compile(rf";(created|keyid|nonce|tag|alg)=(?:([0-9]{{1,12}})|{_STRING})")
_INPUT: Final = re.compile(r'([a-z][a-z0-9_-]{0,31})=(\(((?:"[a-z@-]+" ?)*)\)((?:;.+)*))')
_BYTES: Final = re.compile(r"([a-z][a-z0-9_-]{0,31})=:([0-9A-Za-z+/]*={0,2}):")
_DIGEST: Final = re.compile(r"sha-256=:([0-9A-Za-z+/]*={0,2}):")
_LINE: Final = re.compile(r'"([a-z@-]+)": ([ -~]*)')


class SignatureError(AuditError):
    """A signature's headers, or the bytes kept of one, are not of this profile or do not fit."""


class Parameters(NamedTuple):
    """What a signature says of itself: when (seconds since 1970), by which key, for what."""

    created: int
    keyid: str
    nonce: str
    tag: str


class Signed(NamedTuple):
    """A signed request: the signature base, the body, the signature, and what it says of itself."""

    base: bytes
    body: bytes
    signature: bytes
    parameters: Parameters

    def packed(self) -> bytes:
        """Return it as the one run of bytes that ``cmd`` binds."""
        base, body = len(self.base), len(self.body)
        return b"".join(
            (
                base.to_bytes(_LENGTH_BYTES, "big"),
                self.base,
                body.to_bytes(_LENGTH_BYTES, "big"),
                self.body,
                self.signature,
            )
        )


def content_digest(body: bytes) -> str:
    """Return a body's ``Content-Digest`` (RFC 9530 section 2)."""
    return f"sha-256=:{to_base64(hashlib.sha256(body).digest())}:"


def signature_base(components: Sequence[tuple[str, str]], parameters: str) -> bytes:
    """Return what is signed (RFC 9421 section 2.5): components by name, then the parameters."""
    lines = [f'"{name}": {value}' for name, value in components]
    return "\n".join([*lines, f'"@signature-params": {parameters}']).encode("ascii")


def sign(
    signer: Signer, path: str, body: bytes, *, created: int, nonce: str, tag: str
) -> dict[str, str]:
    """Sign a POST and return its three headers; all texts are printable ASCII."""
    covered = " ".join(f'"{name}"' for name in COMPONENTS)
    parameters = (
        f"({covered});created={created};keyid={_quoted(signer.public_key.hex())}"
        f";nonce={_quoted(nonce)};tag={_quoted(tag)}"
    )
    digest = content_digest(body)
    base = signature_base(tuple(zip(COMPONENTS, ("POST", path, digest), strict=True)), parameters)
    return {
        "Content-Digest": digest,
        "Signature-Input": f"{LABEL}={parameters}",
        "Signature": f"{LABEL}=:{to_base64(signer.sign(base))}:",
    }


def read(path: str, body: bytes, digest: str, given: str, signature: str) -> Signed:
    """Read the headers of a signed POST; the signature itself is looked at by ``verify``.

    Raises:
        SignatureError: ``SIGNATURE_HEADERS`` where they are not of the profile,
            ``CONTENT_DIGEST`` where the digest is not the body's.
    """
    if max(len(digest), len(given), len(signature)) > HEADER_MAX:
        raise SignatureError("SIGNATURE_HEADERS", why="too long")
    match, found = _INPUT.fullmatch(given), _BYTES.fullmatch(signature)
    if match is None or found is None or match[1] != found[1]:
        raise SignatureError("SIGNATURE_HEADERS", why="form")
    names = [name.strip('"') for name in match[3].split()]
    if sorted(names) != sorted(COMPONENTS):
        raise SignatureError("SIGNATURE_HEADERS", why="components")
    raw = from_base64(found[2])
    if raw is None or len(raw) != SIGNATURE_BYTES:
        raise SignatureError("SIGNATURE_HEADERS", why="signature")
    parameters = _parameters(match[4])
    stated = _DIGEST.fullmatch(digest)
    if stated is None or digest != content_digest(body):
        raise SignatureError("CONTENT_DIGEST")
    values = {"@method": "POST", "@path": path, "content-digest": digest}
    base = signature_base([(name, values[name]) for name in names], match[2])
    return Signed(base, body, raw, parameters)


def verify(signed: Signed, public_key: str) -> None:
    """Hold a signed request against the key that its partner has registered, 64 hex digits.

    Raises:
        SignatureError: ``SIGNATURE_KEY`` where it names or needs another, ``SIGNATURE_WRONG``.
    """
    try:
        raw = bytes.fromhex(public_key)
        screen_public_key(raw)
    except (ValueError, KeyRejected):
        raise SignatureError("SIGNATURE_KEY") from None
    if signed.parameters.keyid != public_key:
        raise SignatureError("SIGNATURE_KEY")
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(signed.signature, signed.base)
    except InvalidSignature:
        raise SignatureError("SIGNATURE_WRONG") from None


def unpack(packed: bytes) -> Signed:
    """Read the bytes that ``cmd`` binds and hold base and body against each other.

    Raises:
        SignatureError: ``SIGNED_BYTES`` where they are not whole; what ``read`` raises.
    """
    base, rest = _run(packed)
    body, signature = _run(rest)
    if len(signature) != SIGNATURE_BYTES:
        raise SignatureError("SIGNED_BYTES")
    values: dict[str, str] = {}
    try:
        *lines, last = base.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise SignatureError("SIGNED_BYTES") from None
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is None:
            raise SignatureError("SIGNED_BYTES")
        values[match[1]] = match[2]
    if sorted(values) != sorted(COMPONENTS) or values["@method"] != "POST":
        raise SignatureError("SIGNED_BYTES")
    given = last.removeprefix('"@signature-params": ')
    encoded = f"{LABEL}=:{to_base64(signature)}:"
    read_again = read(values["@path"], body, values["content-digest"], f"{LABEL}={given}", encoded)
    if read_again.base != base:
        raise SignatureError("SIGNED_BYTES")
    return read_again


def _run(data: bytes) -> tuple[bytes, bytes]:
    """Cut a run of bytes off that its length leads."""
    length = int.from_bytes(data[:_LENGTH_BYTES], "big")
    if len(data) < _LENGTH_BYTES + length:
        raise SignatureError("SIGNED_BYTES")
    return data[_LENGTH_BYTES : _LENGTH_BYTES + length], data[_LENGTH_BYTES + length :]


def _quoted(text: str) -> str:
    if not text.isascii() or not text.isprintable():
        raise SignatureError("SIGNATURE_HEADERS", why="not printable ASCII")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _parameters(text: str) -> Parameters:
    """Read ``;name=value``, in any order, each once; ``alg`` may say what it is anyhow."""
    found: dict[str, str] = {}
    place = 0
    while place < len(text):
        match = _PARAMETER.match(text, place)
        if match is None or match[1] in found or (match[1] == "created") != bool(match[2]):
            raise SignatureError("SIGNATURE_HEADERS", why="parameters")
        found[match[1]] = match[2] or re.sub(r"\\(.)", r"\1", match[3])
        place = match.end()
    if found.pop("alg", "ed25519") != "ed25519" or found.keys() != set(Parameters._fields):
        raise SignatureError("SIGNATURE_HEADERS", why="parameters")
    if len(found["keyid"]) != 2 * PUBLIC_KEY_BYTES:
        raise SignatureError("SIGNATURE_HEADERS", why="keyid")
    return Parameters(int(found["created"]), found["keyid"], found["nonce"], found["tag"])
