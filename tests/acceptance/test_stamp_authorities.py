"""Authorities that would spoil a verification: by their certificates, and by their clocks."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509 import (
    BasicConstraints,
    CertificateBuilder,
    ObjectIdentifier,
    UnrecognizedExtension,
    load_der_x509_certificate,
)
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from api.stamping import checked
from audit.stamp import StampError, read_certificates, read_stamp, verify_stamp
from tests.acceptance.authority import answer, make_authority, stamp

NOTE = b"dure.example/test\n1\nroot\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An authority and its root."""
    return make_authority(tmp_path_factory.mktemp("authorities") / "tsa")


@pytest.mark.parametrize(
    "extension",
    [
        # The bytes of BasicConstraints under a name that is made the same afterwards.
        UnrecognizedExtension(ObjectIdentifier("2.5.29.20"), bytes.fromhex("30030101ff")),
        # A subject's alternative name of a form that nobody reads (x400Address).
        UnrecognizedExtension(ObjectIdentifier("2.5.29.17"), bytes.fromhex("3004a3020500")),
    ],
)
def test_a_certificate_that_cannot_be_read_stops_no_verification(
    folder: Path, extension: UnrecognizedExtension
) -> None:
    """One with an extension twice, or of an unknown form, vouches for nobody, and that is all."""
    known = read_certificates((folder / "root.pem").read_bytes())
    root, now, day = known[0], datetime.now(UTC), timedelta(days=1)
    signer = load_pem_private_key((folder / "root.key").read_bytes(), None)
    assert isinstance(signer, rsa.RSAPrivateKey)
    builder = (
        CertificateBuilder(root.subject, root.subject, root.public_key())
        .serial_number(8)
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(extension, critical=False)
    )
    encoded = builder.sign(signer, SHA256()).public_bytes(Encoding.DER)
    spoilt = load_der_x509_certificate(encoded.replace(b"\x55\x1d\x14", b"\x55\x1d\x13"))
    response = stamp(folder, NOTE)
    assert verify_stamp(response, NOTE, [spoilt, *known]).authority == "CN=Test TSA"
    with pytest.raises(StampError, match="STAMP_UNTRUSTED"):
        verify_stamp(response, NOTE, [spoilt])


def test_an_authority_with_another_clock_is_not_kept(folder: Path) -> None:
    """A stamp from over a minute before or after us, which an auditor would hold against us."""
    asked = TimestampRequestBuilder(NOTE, HashAlgorithm.SHA256).build()
    (folder / "asked").write_bytes(asked.as_bytes())
    response = answer(folder, folder / "asked")
    stamped = read_stamp(response)
    slack = stamped.accuracy + 60_000_000
    for off in (-slack, 0, slack):
        assert checked(response, asked, NOTE, stamped.time + off) == stamped.time
    for off in (-slack - 1, slack + 1):
        with pytest.raises(StampError, match="STAMP_ANSWER reason=TIME"):
            checked(response, asked, NOTE, stamped.time + off)
