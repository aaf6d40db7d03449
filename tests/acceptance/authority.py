"""A time stamping authority made with openssl, behind a small HTTP server."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CONFIG = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
{chain}signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""
EXTENSIONS = "extendedKeyUsage=critical,timeStamping\nbasicConstraints=CA:FALSE\n"


def openssl(*arguments: str | Path) -> bytes:
    """Run openssl; return what it wrote."""
    command = ["openssl", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True).stdout


def make_authority(
    folder: Path, algorithm: str = "rsa:2048", purpose: str = EXTENSIONS, *, chain: bool = False
) -> Path:
    """Make a root certificate, and an authority's that it vouches for; `chain` sends both."""
    folder.mkdir()
    subject = ["-days", "30", "-nodes", "-newkey"]
    if algorithm == "ec":
        subject += ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    else:
        subject += [algorithm]
    root, key = folder / "root.pem", folder / "root.key"
    openssl("req", "-x509", *subject, "-keyout", key, "-out", root, "-subj", "/CN=Test Root")
    request = folder / "tsa.csr"
    openssl(
        "req", *subject, "-keyout", folder / "tsa.key", "-out", request, "-subj", "/CN=Test TSA"
    )
    extensions = folder / "extensions"
    extensions.write_text(purpose)
    openssl(
        "x509", "-req", "-in", request, "-CA", root, "-CAkey", folder / "root.key",
        "-CAcreateserial", "-days", "30", "-extfile", extensions, "-out", folder / "tsa.pem",
    )  # fmt: skip
    (folder / "serial").write_text("01\n")
    (folder / "config").write_text(
        CONFIG.format(folder=folder, chain=f"certs = {folder}/root.pem\n" if chain else "")
    )
    return folder


def stamp(folder: Path, message: bytes, *more: str) -> bytes:
    """Have bytes stamped, without any server."""
    data, query = folder / "data", folder / "query"
    data.write_bytes(message)
    openssl("ts", "-query", "-data", data, "-sha256", "-cert", "-out", query, *more)
    return answer(folder, query)


def stamp_pss(folder: Path, message: bytes, *options: str) -> bytes:
    """Have bytes stamped under RSA-PSS: openssl's authority never does, its CMS may."""
    (folder / "response").write_bytes(stamp(folder, message))
    token, info = folder / "token", folder / "info"
    openssl("ts", "-reply", "-in", folder / "response", "-token_out", "-out", token)
    openssl("cms", "-verify", "-noverify", "-inform", "DER", "-in", token, "-out", info)
    openssl(
        "cms", "-sign", "-cades", "-binary", "-nodetach", "-in", info, "-outform", "DER",
        "-econtent_type", "1.2.840.113549.1.9.16.1.4", "-out", token,
        "-signer", folder / "tsa.pem", "-inkey", folder / "tsa.key",
        "-keyopt", "rsa_padding_mode:pss", *options,
    )  # fmt: skip
    inside = bytes.fromhex("3003020100") + token.read_bytes()  # granted, and the token
    return b"\x30\x82" + len(inside).to_bytes(2, "big") + inside


def answer(folder: Path, query: Path) -> bytes:
    """Answer a query in a file."""
    out = folder / "answer"
    openssl("ts", "-reply", "-config", folder / "config", "-section", "here",
            "-queryfile", query, "-out", out)  # fmt: skip
    return out.read_bytes()


@dataclass
class Authority:
    """A running authority.

    Attributes:
        folder: its certificates.
        url: where it answers.
        replaced: what it answers instead of a stamp, if anything.
        status: with which status.
        stalled: it answers nothing while this is not set.
    """

    folder: Path
    url: str = ""
    replaced: bytes | None = None
    status: int = 200
    stalled: threading.Event = field(default_factory=threading.Event)


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, authority: Authority, *arguments: object) -> None:
        self._authority = authority
        super().__init__(*arguments)  # type: ignore[arg-type]  # what the server passes on

    def do_POST(self) -> None:
        """Stamp."""
        authority = self._authority
        query = authority.folder / f"query-{threading.get_ident()}"
        query.write_bytes(self.rfile.read(int(self.headers["content-length"])))
        authority.stalled.wait(60)
        data = authority.replaced
        if data is None:
            data = answer(authority.folder, query)
        self.send_response(authority.status)
        self.send_header("content-type", "application/timestamp-reply")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 -- its own name
        """Say nothing."""


@contextmanager
def running(folder: Path) -> Iterator[Authority]:
    """Run an authority until the block ends."""
    authority = Authority(folder)
    authority.stalled.set()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, authority)) as server:
        authority.url = f"http://127.0.0.1:{server.server_address[1]}/tsa"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield authority
        finally:
            authority.stalled.set()
            server.shutdown()
            thread.join()
