"""A log's folder behind a real file server, which remembers what it was asked for."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from audit.bundle import write_bundle
from tests.unit.audit_verify.bundles import KEY, sign

TOKEN = "dure_an-auditors-key"


@dataclass
class Site:
    """An address of a log.

    Attributes:
        folder: what is served; another may take its place.
        url: where.
        asked: the paths that were asked for.
        status: what every request is answered with, where it is not 0.
        closed: whether entries ask for `TOKEN`.
    """

    folder: Path
    url: str = ""
    asked: list[str] = field(default_factory=list)
    status: int = 0
    closed: bool = False


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer waits for the caller's system to speak

    def __init__(self, site: Site, *arguments: Any) -> None:  # noqa: ANN401 -- what the server passes on
        self._site = site
        super().__init__(*arguments, directory=str(site.folder))

    def do_GET(self) -> None:
        """Answer one request."""
        site = self._site
        site.asked.append(self.path.removeprefix("/"))
        entries = "/entries/" in self.path
        known = self.headers.get("authorization") == f"Bearer {TOKEN}"
        status = site.status or (401 if site.closed and entries and not known else 0)
        # Whoever sends a key where none is asked for gives it away.
        if not status and not entries and "authorization" in self.headers:
            status = 400
        if status:
            self.send_error(status)
        else:
            super().do_GET()

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 -- its own name
        """Say nothing."""


@contextmanager
def serving(folder: Path) -> Iterator[Site]:
    """Serve a folder until the block ends."""
    site = Site(folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, site)) as server:
        site.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()


def plain_leaves(size: int, differs_at: int = -1) -> list[bytes]:
    """Leaves that say nothing: hashes are all that is looked at."""
    return [b"other" if seq == differs_at else b"leaf %d" % seq for seq in range(size)]


def write_tree(out: Path, leaves: list[bytes]) -> Path:
    """The public tree of a log."""
    write_bundle(out, sign(leaves), KEY.text(), leaves, None)
    return out
