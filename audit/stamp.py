"""A time stamp of a third party (RFC 3161): these bytes were there at that time, says an authority.

A response holds a token, CMS SignedData (RFC 5652) over a TSTInfo, which names a hash and a time.
It is verified with the standard library and `cryptography` alone, under the certificates that the
auditor trusts. Whether a certificate has been revoked since is not looked at.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import (
    BasicConstraints,
    Certificate,
    DuplicateExtension,
    ExtendedKeyUsage,
    ExtensionNotFound,
    InvalidVersion,
    SubjectKeyIdentifier,
    UnsupportedGeneralNameType,
    load_der_x509_certificate,
    load_pem_x509_certificates,
)
from cryptography.x509.oid import ExtendedKeyUsageOID

from audit.der import INTEGER, OCTETS, SEQUENCE, SET, DerError, Value, read
from audit.errors import AuditError

STAMP_BYTES_MAX: Final = 65_536  # a response with four certificates has about six thousand
CERTIFICATES_BYTES_MAX: Final = 262_144  # of the file of trusted ones
CHAIN_MAX: Final = 5  # authority, three between, root
CERTIFICATES_MAX: Final = 16  # in one token; each may cost a signature to look at

_MICROSECONDS: Final = 1_000_000
_GRANTED: Final = (0, 1)  # granted, granted with modifications
_EXPLICIT_0: Final = 0xA0
_EXPLICIT_1: Final = 0xA1
_EXPLICIT_2: Final = 0xA2
_EXPLICIT_3: Final = 0xA3
_KEY_ID: Final = 0x80
_SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
_TST_INFO: Final = "1.2.840.113549.1.9.16.1.4"
_CONTENT_TYPE: Final = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"
_SIGNING_CERTIFICATE: Final = "1.2.840.113549.1.9.16.2.12"  # by SHA-1, RFC 2634 section 5.4
_SIGNING_CERTIFICATE_V2: Final = "1.2.840.113549.1.9.16.2.47"  # RFC 5035 section 3
_DIGESTS: Final = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_HASHES: Final[dict[str, hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_PSS: Final = "1.2.840.113549.1.1.10"  # RSA and ECDSA go by their keys, whatever they are called
_MGF1: Final = "1.2.840.113549.1.1.8"
_PSS_SHA1: Final = 20  # the salt's length where none is named (RFC 4055 section 3.1)
_PSS_TRAILER: Final = 1
# What `cryptography` finds inside a certificate and derives from no error of Python's.
_UNREADABLE: Final = (InvalidVersion, DuplicateExtension, UnsupportedGeneralNameType)
SALT_BYTES_MAX: Final = 512  # of a key of 4,096 bits; more than any signature has room for


class StampError(AuditError):
    """A time stamp proves nothing; the code says why."""


@dataclass(frozen=True, slots=True)
class Stamped:
    """What a verified stamp says.

    Attributes:
        time: microseconds since 1970.
        accuracy: how far off it may be, in microseconds.
        authority: whose certificate signed, as text.
    """

    time: int
    accuracy: int
    authority: str


@dataclass(frozen=True, slots=True)
class _Token:
    """A token taken apart; nothing of it has been verified."""

    info: bytes
    certificates: tuple[Certificate, ...]
    signer: list[Value]


@dataclass(frozen=True, slots=True)
class Told:
    """What a token says (TSTInfo), on nobody's word yet.

    Attributes:
        digest: which hash of the message was stamped, as hashlib names it.
        imprint: that hash.
        time: microseconds since 1970.
        accuracy: in microseconds.
        nonce: the request's; None where it had none.
    """

    digest: str
    imprint: bytes
    time: int
    accuracy: int
    nonce: int | None

    def is_of(self, message: bytes) -> bool:
        """Tell whether this message was stamped."""
        return hashlib.new(self.digest, message).digest() == self.imprint


def read_certificates(pem: bytes) -> tuple[Certificate, ...]:
    """Read the certificates that an auditor trusts, PEM, one or more.

    Raises:
        StampError: `STAMP_CERTIFICATES`.
    """
    try:
        if len(pem) > CERTIFICATES_BYTES_MAX:
            raise StampError("STAMP_CERTIFICATES", length=len(pem))
        return tuple(load_pem_x509_certificates(pem))
    except (ValueError, InvalidVersion):
        raise StampError("STAMP_CERTIFICATES") from None


def verify_stamp(response: bytes, message: bytes, trusted: Sequence[Certificate]) -> Stamped:
    """Check that an authority stamped this message.

    Args:
        response: the DER of a TimeStampResp.
        message: what was stamped, to the byte.
        trusted: certificates of authorities, or of whoever vouches for them.

    Raises:
        StampError: `STAMP_FORM`, `STAMP_REFUSED`, `STAMP_ALGORITHM`, `STAMP_IMPRINT` where it is of
            other bytes, `STAMP_SIGNATURE`, `STAMP_CERTIFICATE`, or `STAMP_UNTRUSTED` where no
            trusted certificate vouches for the signer, `STAMP_LAPSED` where none that was valid at
            the stamp's time does.
    """
    with _named():
        token = _token(response)
        info = _info(token.info)
        if not info.is_of(message):
            raise StampError("STAMP_IMPRINT")
        signer = _signed_by(token, (*token.certificates, *trusted))
        _check_purpose(signer)
        _check_chain(signer, token.certificates, trusted, info.time)
        return Stamped(info.time, info.accuracy, signer.subject.rfc4514_string())


def read_stamp(response: bytes) -> Told:
    """Read what a response says, without asking who says it.

    Raises:
        StampError: `STAMP_FORM`, `STAMP_REFUSED` or `STAMP_ALGORITHM`.
    """
    with _named():
        return _info(_token(response).info)


@contextmanager
def _named() -> Iterator[None]:
    """Whatever bytes do to their readers is `STAMP_FORM`."""
    try:
        yield
    except DerError as error:
        raise StampError("STAMP_FORM", reason=error.diagnostics()) from None
    except (ValueError, IndexError, UnsupportedAlgorithm, *_UNREADABLE) as error:
        # Certificates are read lazily: what is wrong inside one shows when it is asked for.
        raise StampError("STAMP_FORM", reason=type(error).__name__) from None


def _token(response: bytes) -> _Token:
    """Take a response apart (RFC 3161 section 2.4.2, RFC 5652 section 5)."""
    if len(response) > STAMP_BYTES_MAX:
        raise StampError("STAMP_FORM", length=len(response))
    status, *content = read(response).of(SEQUENCE).children()
    if status.of(SEQUENCE).children()[0].integer() not in _GRANTED or not content:
        raise StampError("STAMP_REFUSED")
    kind, wrapped = content[0].of(SEQUENCE).children()
    if kind.oid() != _SIGNED_DATA:
        raise StampError("STAMP_FORM", reason="NOT_SIGNED_DATA")
    parts = wrapped.of(_EXPLICIT_0).only().of(SEQUENCE).children()
    _version, _digests, inside, *optional, signers = parts
    type_, octets = inside.of(SEQUENCE).children()
    if type_.oid() != _TST_INFO:
        raise StampError("STAMP_FORM", reason="NOT_TST_INFO")
    found = [
        load_der_x509_certificate(one.encoded)
        for part in optional
        if part.tag == _EXPLICIT_0
        for one in part.children()
    ]
    if len(found) > CERTIFICATES_MAX:
        raise StampError("STAMP_FORM", certificates=len(found))
    info = octets.of(_EXPLICIT_0).only().of(OCTETS).content
    # RFC 3161 section 2.4.2: one signature, the authority's.
    return _Token(info, tuple(found), signers.of(SET).only().of(SEQUENCE).children())


def _info(data: bytes) -> Told:
    version, _policy, imprint, _serial, time, *rest = read(data).of(SEQUENCE).children()
    if version.integer() != 1:
        raise StampError("STAMP_FORM", reason="VERSION")
    algorithm, hashed = imprint.of(SEQUENCE).children()
    accuracy = 0
    if rest and rest[0].tag == SEQUENCE:
        # Seconds are an INTEGER, milliseconds and microseconds tagged [0] and [1].
        for part in rest[0].children():
            number = int.from_bytes(part.content, "big")
            accuracy += number * {INTEGER: _MICROSECONDS, _KEY_ID: 1_000}.get(part.tag, 1)
    nonce = next((one.integer() for one in rest if one.tag == INTEGER), None)
    imprinted = hashed.of(OCTETS).content
    return Told(_digest(algorithm), imprinted, time.time(), accuracy, nonce)


def _digest(algorithm: Value) -> str:
    oid = algorithm.of(SEQUENCE).children()[0].oid()
    if oid not in _DIGESTS:
        raise StampError("STAMP_ALGORITHM", algorithm=oid)
    return _DIGESTS[oid]


def _signed_by(token: _Token, candidates: Sequence[Certificate]) -> Certificate:
    """Return the certificate whose key signed the token (RFC 5652 section 5.4)."""
    _version, signer, algorithm, attributes, signature_algorithm, signature, *_ = token.signer
    digest = _digest(algorithm)
    named = _attributes(attributes.of(_EXPLICIT_0))
    if named[_CONTENT_TYPE].oid() != _TST_INFO:
        raise StampError("STAMP_FORM", reason="CONTENT_TYPE")
    if named[_MESSAGE_DIGEST].of(OCTETS).content != hashlib.new(digest, token.info).digest():
        raise StampError("STAMP_SIGNATURE", reason="DIGEST")
    certificate = next((one for one in candidates if _names(signer, one)), None)
    if certificate is None:
        raise StampError("STAMP_CERTIFICATE", reason="ABSENT")
    _check_named(named, certificate)
    scheme = _rsa_scheme(signature_algorithm, digest)
    # What is signed has the tag of a SET, in place of the implicit one that it travels under.
    signed = bytes([SET]) + attributes.encoded[1:]
    _verify(certificate, signature.of(OCTETS).content, signed, digest, scheme)
    return certificate


def _rsa_scheme(algorithm: Value, digest: str) -> padding.AsymmetricPadding:
    """Return the padding of an RSA signature: PKCS #1 v1.5, or PSS where it is named.

    RFC 4055 section 3.1, RFC 4056 section 3: hash and mask are the digest's own.
    """
    named, *parameters = algorithm.of(SEQUENCE).children()
    if named.oid() != _PSS:
        return padding.PKCS1v15()
    salt, trailer, hashed, masked = _PSS_SHA1, _PSS_TRAILER, "", ""
    for one in parameters[0].of(SEQUENCE).children() if parameters else []:
        if one.tag == _EXPLICIT_0:
            hashed = _digest(one.only())
        elif one.tag == _EXPLICIT_1:
            mask, inner = one.only().of(SEQUENCE).children()
            masked = _digest(inner) if mask.oid() == _MGF1 else ""
        elif one.tag == _EXPLICIT_2:
            salt = one.only().integer()
        elif one.tag == _EXPLICIT_3:
            trailer = one.only().integer()
        else:
            raise StampError("STAMP_FORM", reason="PSS")
    sound = trailer == _PSS_TRAILER and 0 <= salt <= SALT_BYTES_MAX
    if not sound or {hashed, masked} != {digest}:
        raise StampError("STAMP_ALGORITHM", algorithm=_PSS)
    return padding.PSS(padding.MGF1(_HASHES[masked]), salt)


def _attributes(attributes: Value) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for one in attributes.children():
        kind, values = one.of(SEQUENCE).children()
        if kind.oid() in found:
            raise StampError("STAMP_FORM", reason="ATTRIBUTE_TWICE")
        found[kind.oid()] = values.of(SET).only()
    if not {_CONTENT_TYPE, _MESSAGE_DIGEST} <= found.keys():
        raise StampError("STAMP_FORM", reason="ATTRIBUTES")
    return found


def _names(signer: Value, certificate: Certificate) -> bool:
    """Tell whether a signer's identifier means this certificate."""
    if signer.tag == _KEY_ID:
        try:
            found = certificate.extensions.get_extension_for_class(SubjectKeyIdentifier)
        except ExtensionNotFound:
            return False
        return found.value.digest == signer.content
    issuer, serial = signer.of(SEQUENCE).children()
    named = issuer.encoded, serial.integer()
    return named == (certificate.issuer.public_bytes(), certificate.serial_number)


def _check_named(named: dict[str, Value], certificate: Certificate) -> None:
    """The signature covers which certificate it is (RFC 3161 section 2.4.2, RFC 5816)."""
    encoded = certificate.public_bytes(Encoding.DER)
    if _SIGNING_CERTIFICATE_V2 in named:
        parts = _first_id(named[_SIGNING_CERTIFICATE_V2])
        digest = "sha256"
        if parts[0].tag == SEQUENCE:
            digest, parts = _digest(parts[0]), parts[1:]
    elif _SIGNING_CERTIFICATE in named:
        parts, digest = _first_id(named[_SIGNING_CERTIFICATE]), "sha1"
    else:
        raise StampError("STAMP_CERTIFICATE", reason="UNNAMED")
    if hashlib.new(digest, encoded, usedforsecurity=False).digest() != parts[0].of(OCTETS).content:
        raise StampError("STAMP_CERTIFICATE", reason="ANOTHER")


def _first_id(attribute: Value) -> list[Value]:
    return attribute.of(SEQUENCE).children()[0].of(SEQUENCE).children()[0].of(SEQUENCE).children()


def _verify(
    certificate: Certificate,
    signature: bytes,
    signed: bytes,
    digest: str,
    scheme: padding.AsymmetricPadding,
) -> None:
    key, algorithm = certificate.public_key(), _HASHES[digest]
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, scheme, algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(algorithm))
        elif isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, signed)
        else:
            raise StampError("STAMP_ALGORITHM", algorithm=type(key).__name__)
    except InvalidSignature:
        raise StampError("STAMP_SIGNATURE", reason="SIGNATURE") from None


def _check_purpose(certificate: Certificate) -> None:
    """An authority's certificate is for time stamping and for nothing else (section 2.3)."""
    try:
        usage = certificate.extensions.get_extension_for_class(ExtendedKeyUsage)
    except ExtensionNotFound:
        raise StampError("STAMP_CERTIFICATE", reason="PURPOSE") from None
    if not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise StampError("STAMP_CERTIFICATE", reason="PURPOSE")


def _check_chain(
    certificate: Certificate,
    between: Sequence[Certificate],
    trusted: Sequence[Certificate],
    time: int,
) -> None:
    """A trusted certificate is the signer's, or vouches for it, each valid at the stamp's time."""
    moment = datetime.fromtimestamp(time // _MICROSECONDS, UTC)
    waiting, seen, lapsed = [(certificate, 1)], set[bytes](), False
    while waiting:
        one, length = waiting.pop(0)
        if one.signature in seen:
            continue
        seen.add(one.signature)
        if not one.not_valid_before_utc <= moment <= one.not_valid_after_utc:
            lapsed = True
            continue
        if one in trusted:
            return
        if length < CHAIN_MAX:
            issuers = [other for other in (*trusted, *between) if _issued(other, one)]
            waiting += [(other, length + 1) for other in issuers]
    code = "STAMP_LAPSED" if lapsed else "STAMP_UNTRUSTED"
    raise StampError(code, authority=certificate.subject.rfc4514_string())


def _issued(issuer: Certificate, certificate: Certificate) -> bool:
    try:
        constraints = issuer.extensions.get_extension_for_class(BasicConstraints)
        certificate.verify_directly_issued_by(issuer)
    except (ExtensionNotFound, InvalidSignature, ValueError, TypeError, *_UNREADABLE):
        return False
    return constraints.value.ca
