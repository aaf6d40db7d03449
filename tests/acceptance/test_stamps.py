"""Time stamps of a third party: asked for on a schedule, exported, verified without its help."""

import asyncio
import json
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import BasicConstraints, CertificateBuilder, load_pem_x509_certificate
from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

from api.bundles import export_bundle
from api.stamping import Stamper
from audit.bundle import stamp_files, write_bundle
from audit.entry import decode, encode
from audit.errors import AuditError
from audit.findings import Findings
from audit.stamp import StampError, read_certificates, verify_stamp
from audit.times import format_time, parse_time
from audit.verify import main as verify
from domain.store import stamps
from domain.store.engine import reading
from tests.acceptance.authority import Authority, make_authority, running, stamp, stamp_pss
from tests.acceptance.stage import Stage, open_stage
from tests.acceptance.tamper.forging import rechained, signed
from tests.integration.cli.test_serve import free_port
from tests.unit.audit_verify.bundles import KEY
from tests.unit.audit_verify.logs import LogBuilder, genesis, replayed
from tests.unit.audit_verify.sites import serving

HOUR = 3_600_000_000
NOTE = b"dure.example/test\n1\nroot\n"
REFUSAL = bytes.fromhex("30053003020102")  # status 2, rejection
Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An authority's certificates."""
    return make_authority(tmp_path_factory.mktemp("tsa") / "authority")


@pytest.fixture
def authority(folder: Path) -> Iterator[Authority]:
    """It answers."""
    with running(folder) as authority:
        yield authority


def trusted(folder: Path, name: str = "root.pem") -> bytes:
    """A certificate that an auditor has."""
    return (folder / name).read_bytes()


@pytest.mark.parametrize("algorithm", ["rsa:2048", "ec"])
def test_two_libraries_and_openssl_agree_on_a_stamp(tmp_path: Path, algorithm: str) -> None:
    """What ours verifies, rfc3161-client and openssl verify; of other bytes none of them does."""
    folder = make_authority(tmp_path / "tsa", algorithm)
    response = stamp(folder, NOTE)
    (tmp_path / "response").write_bytes(response)
    theirs = VerifierBuilder().add_root_certificate(
        load_pem_x509_certificate(trusted(folder))
    ).build()  # fmt: skip
    decoded = decode_timestamp_response(response)
    for message, good in ((NOTE, True), (NOTE + b"\n", False)):
        (tmp_path / "message").write_bytes(message)
        command = ["openssl", "ts", "-verify", "-data", "message", "-in", "response"]
        command += ["-CAfile", str(folder / "root.pem")]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
        assert (done.returncode == 0) == good
        if good:
            assert theirs.verify_message(decoded, message)
            verify_stamp(response, message, read_certificates(trusted(folder)))
            continue
        with pytest.raises(VerificationError):
            theirs.verify_message(decoded, message)
        with pytest.raises(StampError, match="STAMP_IMPRINT"):
            verify_stamp(response, message, read_certificates(trusted(folder)))
    ours = verify_stamp(response, NOTE, read_certificates(trusted(folder)))
    assert ours.time == int(decoded.tst_info.gen_time.timestamp()) * 1_000_000
    assert (ours.accuracy, ours.authority) == (1_000_000, "CN=Test TSA")
    chained = make_authority(tmp_path / "chained", algorithm, chain=True)
    verify_stamp(stamp(chained, NOTE), NOTE, read_certificates(trusted(chained)))
    # The authority's own certificate does as well as that of who vouches for it.
    assert verify_stamp(response, NOTE, read_certificates(trusted(folder, "tsa.pem"))) == ours


def test_no_changed_byte_changes_what_a_stamp_says(folder: Path) -> None:
    """Every byte flipped gives a named error, or the same time from the same authority."""
    response, known = stamp(folder, NOTE), read_certificates(trusted(folder))
    ours = verify_stamp(response, NOTE, known)
    refused: set[str] = set()
    for place in range(0, len(response), 3):
        changed = response[:place] + bytes([response[place] ^ 0x55]) + response[place + 1 :]
        try:
            assert verify_stamp(changed, NOTE, known) == ours
        except StampError as error:
            refused.add(error.code)
    assert {"STAMP_FORM", "STAMP_SIGNATURE", "STAMP_IMPRINT"} <= refused
    for cut in range(0, len(response), 97):
        with pytest.raises(StampError):
            verify_stamp(response[:cut], NOTE, known)


def test_a_signature_may_be_rsa_pss(folder: Path) -> None:
    """PSS with its hash, its mask's and its salt named is verified; of another mask it is not."""
    known = read_certificates(trusted(folder))
    for options in (("-md", "sha256"), ("-md", "sha512", "-keyopt", "rsa_pss_saltlen:max")):
        response = stamp_pss(folder, NOTE, *options)
        assert verify_stamp(response, NOTE, known).authority == "CN=Test TSA"
        with pytest.raises(StampError, match="STAMP_IMPRINT"):
            verify_stamp(response, NOTE + b"\n", known)
        for place in (len(response) - 1, len(response) - 100):
            changed = response[:place] + bytes([response[place] ^ 1]) + response[place + 1 :]
            with pytest.raises(StampError, match="STAMP_SIGNATURE"):
                verify_stamp(changed, NOTE, known)
    for options in (("-md", "sha256", "-keyopt", "rsa_mgf1_md:sha384"), ("-md", "sha1")):
        with pytest.raises(StampError, match="STAMP_ALGORITHM"):
            verify_stamp(stamp_pss(folder, NOTE, *options), NOTE, known)


def test_a_certificate_must_be_valid_when_it_stamps(folder: Path, tmp_path: Path) -> None:
    """An authority whose certificate, or whose root's, has ended or not begun is named as that."""
    now, day = datetime.now(UTC), timedelta(days=1)
    root, key = (load_pem_x509_certificate(trusted(folder)), folder / "root.key")
    signer = load_pem_private_key(key.read_bytes(), None)
    assert isinstance(signer, rsa.RSAPrivateKey)
    tsa = load_pem_x509_certificate(trusted(folder, "tsa.pem"))
    response = stamp(folder, NOTE)
    for begins, ends, good in (
        (now - day, now + day, True),
        (now - 2 * day, now - day, False),
        (now + day, now + 2 * day, False),
    ):
        builder = (
            CertificateBuilder(root.subject, root.subject, root.public_key())
            .serial_number(7)
            .not_valid_before(begins)
            .not_valid_after(ends)
            .add_extension(BasicConstraints(ca=True, path_length=None), critical=True)
        )
        again = builder.sign(signer, SHA256())
        if good:
            assert verify_stamp(response, NOTE, [again]).authority == "CN=Test TSA"
        else:
            with pytest.raises(StampError, match="STAMP_LAPSED"):
                verify_stamp(response, NOTE, [again])
    assert tsa.not_valid_before_utc <= now <= tsa.not_valid_after_utc


def test_stamps_that_prove_nothing_are_refused(folder: Path, tmp_path: Path) -> None:
    """Another root, a certificate for another purpose, a refusal, none at all: each is named."""
    known = read_certificates(trusted(folder))
    other = make_authority(tmp_path / "other")
    with pytest.raises(StampError, match="STAMP_UNTRUSTED"):
        verify_stamp(stamp(other, NOTE), NOTE, known)
    with pytest.raises(StampError, match="STAMP_UNTRUSTED"):
        verify_stamp(stamp(folder, NOTE), NOTE, ())
    refusal = bytes.fromhex("30053003020102")
    for response, code in (
        (refusal, "STAMP_REFUSED"),
        (b"", "STAMP_FORM"),
        (b"x" * 70_000, "FORM"),
    ):
        with pytest.raises(StampError, match=code):
            verify_stamp(response, NOTE, known)
    web = "extendedKeyUsage=critical,timeStamping,serverAuth\n"
    loose = tmp_path / "loose"
    make_authority(loose, purpose="extendedKeyUsage=timeStamping\n")
    with pytest.raises(subprocess.CalledProcessError):
        # openssl itself will not stamp with a certificate for two purposes.
        stamp(make_authority(tmp_path / "web", purpose=web), NOTE)
    with pytest.raises((StampError, subprocess.CalledProcessError)):
        verify_stamp(stamp(loose, NOTE), NOTE, read_certificates(trusted(loose)))
    with pytest.raises(StampError, match="STAMP_CERTIFICATES"):
        read_certificates(b"nonsense")


def test_checkpoints_are_stamped_exported_and_verified(
    tmp_path: Path, database_url: str, authority: Authority, capsys: Capture
) -> None:
    """Each round stamps the served note to the letter; a bundle carries it; a swapped one is found.

    An authority that refuses, answers another's stamp, or nonsense leaves no stamp behind.
    """

    async def story() -> str:
        async with open_stage(tmp_path / "home", database_url) as stage:
            network = stage.network
            stamper = Stamper(network, authority.url, 60, witnessed=None)
            for replaced, status, code in (
                (b"nonsense", 200, "STAMP_FORM"),
                (stamp(authority.folder, NOTE), 200, "STAMP_ANSWER"),
                (REFUSAL, 200, "STAMP_REFUSED"),
                (b"", 500, "STAMP_ANSWER"),
                (b"x" * 100_000, 200, "ANSWER_TOO_LONG"),
            ):
                authority.replaced, authority.status = replaced, status
                with pytest.raises(AuditError, match=code):
                    stamper.run_round()
            authority.replaced, authority.status = None, 200
            first = stamper.run_round()
            assert first is not None
            served = await stage.client.get("/log/checkpoint")
            assert first.note == served.text
            assert stamper.run_round() is None, "what is stamped is not stamped again"
            await stage.member("AIRLINE")
            second = stamper.run_round()
            assert second is not None
            assert second.size > first.size
            assert not stamps.keep(network.engine, first._replace(response=b"another"))
            with reading(network.engine) as connection:
                assert stamps.up_to(connection, first.size) == [first]
                assert stamps.newest(connection) == second
            await _are_served(stage, [first, second])
            export_bundle(network, tmp_path / "bundle", lambda _: None)
            export_bundle(network, tmp_path / "tree", lambda _: None, tree_only=True)
            return network.verifier_key

    key = asyncio.run(story())
    bundle, root = tmp_path / "bundle", authority.folder / "root.pem"
    names = sorted(path.name for path in (bundle / "stamps").iterdir())
    assert len(names) == 5
    _are_verified_from_an_address(tmp_path, key, root, capsys)
    assert verify([str(bundle), "--key", key]) == 0
    assert "no certificate of an authority that you trust" in capsys.readouterr().out
    assert verify([str(bundle), "--key", key, "--tsa-cert", str(root), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    check = next(one for one in told["checks"] if one["name"] == "stamps")
    assert (check["status"], len(check["facts"]["stamps"])) == ("ok", 2)
    (bundle / "stamps" / names[0]).write_bytes((bundle / "stamps" / names[2]).read_bytes())
    assert verify([str(bundle), "--key", key, "--tsa-cert", str(root)]) == 1
    assert capsys.readouterr().out.startswith("STAMP_INVALID path=stamps/")
    (bundle / "stamps" / names[0]).unlink()
    assert verify([str(bundle), "--key", key, "--tsa-cert", str(root)]) == 1
    assert capsys.readouterr().out.startswith("FILE_EXTRA path=stamps/")
    assert verify([str(bundle), "--key", key, "--tsa-cert", str(bundle / "keys")]) == 2


async def _are_served(stage: Stage, kept: list[stamps.Stamp]) -> None:
    """Each stamp is served for ever, to any page, and the list of them for now."""
    index = await stage.client.get("/log/stamps/index")
    assert index.text == "".join(f"{one.size}\n" for one in kept)
    assert index.headers["cache-control"] == "no-cache"
    for one in kept:
        for name, data in (("checkpoint", one.note.encode()), ("tsr", one.response)):
            path = f"/log/stamps/{one.size}.{name}"
            said = await stage.client.get(path)
            assert said.content == data
            assert "immutable" in said.headers["cache-control"]
            assert said.headers["access-control-allow-origin"] == "*"
            held = {"if-none-match": said.headers["etag"]}
            assert (await stage.client.get(path, headers=held)).status_code == 304
    assert (await stage.client.get("/log/stamps/99.tsr")).status_code == 404
    assert (await stage.client.get("/log/stamps/1.pem")).status_code == 404


def _are_verified_from_an_address(folder: Path, key: str, root: Path, capsys: Capture) -> None:
    """By hashes and by entries; a stamp that was swapped, and a list that is none, are told."""
    with serving(folder / "tree") as site:
        arguments = [site.url, "--key", key, "--state", str(folder / "state"), "--json"]
        arguments += ["--tsa-cert", str(root)]
        for more in ([], ["--entries"]):
            assert verify([*arguments, *more]) == 0
            told = json.loads(capsys.readouterr().out)
            check = next(one for one in told["checks"] if one["name"] == "stamps")
            assert (check["status"], len(check["facts"]["stamps"])) == ("ok", 2)
        one, two = sorted((folder / "tree/stamps").glob("*.tsr"))
        data = one.read_bytes()
        one.write_bytes(two.read_bytes())
        assert verify(arguments) == 1
        assert "STAMP_INVALID" in capsys.readouterr().out
        one.write_bytes(data)
        (folder / "tree/stamps/index").write_text("1\n1\n")
        assert verify(arguments) == 1
        assert "INDEX_FORM" in capsys.readouterr().out


def dated(start: int, step: int, count: int = 12) -> list[bytes]:
    """Leaves of a log with a real clock, an entry every `step` microseconds."""
    log = LogBuilder()
    genesis(log, KEY.text())
    while log.seq < count:
        log.key(f"k{log.seq}", "", f"s{log.seq}", "AUDITOR")
    return rechained(
        [
            encode({**decode(leaf), "time": format_time(start + n * step)})
            for n, leaf in enumerate(log.leaves)
        ]
    )


@pytest.mark.parametrize(
    ("start", "code"),
    [(-HOUR, "ENTRY_BACKDATED"), (-HOUR // 100, ""), (HOUR, "ENTRY_AHEAD")],
    ids=["backdated", "honest", "ahead"],
)
def test_entries_are_not_dated_around_a_stamp(
    folder: Path, tmp_path: Path, start: int, code: str, capsys: Capture
) -> None:
    """Row 20: after a stamped size no entry is earlier than the stamp, nor one before it later.

    Every hash and signature of the forged log is right.
    """
    # In the honest log the stamp falls between its fifth entry and its sixth.
    now = int(time.time()) * 1_000_000
    leaves = dated(now + start, 1_000_000 if code else -start // 5)
    note = signed(leaves[:6])
    response = stamp(folder, note.encode())
    out = tmp_path / "bundle"
    stamped = stamp_files(6, note.encode(), response)
    tables = replayed(leaves, Findings())
    write_bundle(out, signed(leaves), KEY.text(), leaves, tables, stamped)
    arguments = [str(out), "--key", KEY.text(), "--tsa-cert", str(folder / "root.pem")]
    status = verify([*arguments, "--json"])
    told = json.loads(capsys.readouterr().out)
    assert (status, {one["code"] for one in told["findings"]}) == (
        int(bool(code)), {code} - {""},
    )  # fmt: skip
    # A stamp of a tree that this log does not begin with is a fork, whoever signed both.
    other = signed([*leaves[:5], leaves[6]])
    forked = stamp_files(6, other.encode(), stamp(folder, other.encode()))
    write_bundle(tmp_path / "f", signed(leaves), KEY.text(), leaves, None, forked)
    assert verify([str(tmp_path / "f"), *arguments[1:], "--json"]) == 1
    assert "FORKED" in {one["code"] for one in json.loads(capsys.readouterr().out)["findings"]}
    assert parse_time(format_time(now)) == now


def test_an_authority_that_fails_stops_nothing(
    tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With an authority that nobody answers for, changes are written and the server is ready."""
    monkeypatch.setenv("DURE_TSA_URL", f"http://127.0.0.1:{free_port()}/tsa")
    monkeypatch.setenv("DURE_METRICS_LOCAL", "true")

    async def story() -> None:
        async with open_stage(tmp_path / "home", sqlite_url) as stage:
            await stage.member("AIRLINE", AIR="5")
            assert (await stage.client.get("/readyz")).status_code == 200
            with reading(stage.network.engine) as connection:
                assert stamps.newest(connection) is None
            while True:
                figures = (await stage.client.get("/metrics")).text
                if "\ndure_log_stamp_failures 1.0" in figures:
                    break
                await asyncio.sleep(0.05)
            assert "\ndure_log_stamp_seconds 0.0" in figures
            stamps.keep(stage.network.engine, stamps.Stamp(1, 1_500_000, "note", b"response"))
            assert "\ndure_log_stamp_seconds 1.5" in (await stage.client.get("/metrics")).text

    asyncio.run(asyncio.wait_for(story(), 120))
