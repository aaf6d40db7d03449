"""Witnesses behind small HTTP servers in this process, which may be slow, silent or lie."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from audit.cosignature import WitnessKey
from audit.keys import Ed25519Signer
from audit.note import VerifierKey
from audit.witness.service import Witness
from audit.witness.state import StateFolder

NAMES = ("w1", "w2", "w3")


@dataclass
class Partner:
    """One witness.

    Attributes:
        name: its key's name.
        witness: what answers where nothing else is said.
        url: where.
        lies: what it answers to every offer, if anything.
        awake: while this is not set, it answers nothing.
    """

    name: str
    witness: Witness
    url: str = ""
    lies: tuple[int, bytes] | None = None
    awake: threading.Event = field(default_factory=threading.Event)


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, partner: Partner, *arguments: object) -> None:
        self._partner = partner
        super().__init__(*arguments)  # type: ignore[arg-type]  # what the server passes on

    def do_POST(self) -> None:
        """Take an offer."""
        body = self.rfile.read(int(self.headers["content-length"]))
        self._partner.awake.wait(60)
        if self._partner.lies is not None:
            self._send(*self._partner.lies)
            return
        said = self._partner.witness.add_checkpoint(body)
        self._send(int(said.status), said.body)

    def do_GET(self) -> None:
        """Show the last checkpoint."""
        if self._partner.lies is not None:
            self._send(404, b"nothing\n")
            return
        said = self._partner.witness.checkpoint(self.path.split("/")[1])
        self._send(int(said.status), said.body)

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 -- its own name
        """Say nothing."""


@contextmanager
def partners(folder: Path, *keys: VerifierKey) -> Iterator[dict[str, Partner]]:
    """Run three witnesses of the log of these keys."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(_running(folder / name, name, keys)) for name in NAMES}


@contextmanager
def _running(folder: Path, name: str, keys: tuple[VerifierKey, ...]) -> Iterator[Partner]:
    signer = Ed25519Signer(name.encode() * 16)
    state = StateFolder(folder, WitnessKey(f"{name}.example", signer.public_key))
    clock = 1_800_000_000
    witness = Witness(f"{name}.example", signer, {keys[0].name: keys}, state, lambda: clock)
    partner = Partner(name, witness)
    partner.awake.set()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, partner)) as server:
        partner.url = f"http://127.0.0.1:{server.server_address[1]}/"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield partner
        finally:
            partner.awake.set()
            server.shutdown()
            thread.join()
            state.close()
