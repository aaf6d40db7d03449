"""Time stamps on a schedule: a third party says when it saw a checkpoint (RFC 3161).

An authority that is down, slow, or answers nonsense is named in the server's own log and asked
again; the ledger and the log know nothing of it. Each process of a network may do it: the first
stamp of a size stays.
"""

from __future__ import annotations

import asyncio
import logging
import time
from http import HTTPStatus
from typing import TYPE_CHECKING

from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from api.schema.audit.evidence import served_checkpoint
from audit.errors import AuditError
from audit.evidence import CLOCK_TOLERANCE_SECONDS
from audit.stamp import STAMP_BYTES_MAX, StampError, read_stamp
from audit.transport import request
from domain.errors import StoreError
from domain.store import stamps
from domain.store.engine import reading

if TYPE_CHECKING:
    from rfc3161_client import TimeStampRequest

    from api.bootstrap import Network
    from api.schema.core.context import Quorum

SECONDS = 10.0  # for one answer; a server that ends waits for it
RETRY_SECONDS = 60  # after a failure, or as often as asked where that is sooner
_MICROSECONDS = 1_000_000

_log = logging.getLogger("dure.stamping")


class Stamper:
    """Has one network's served checkpoint stamped, every so often.

    ``failures`` is how many rounds failed since one did not.
    """

    def __init__(self, network: Network, url: str, every: int, *, witnessed: Quorum | None) -> None:
        """Ask the authority at ``url`` every ``every`` seconds.

        ``witnessed`` as in ``served_checkpoint``. Raises TransportError ``URL_INVALID`` at the
        first round.
        """
        self._network = network
        self._url = url
        self._every = every
        self._witnessed = witnessed
        self.failures = 0

    def run_round(self) -> stamps.Stamp | None:
        """Stamp what is served; None where it is stamped already.

        Raises:
            TransportError: the authority cannot be asked.
            StampError: as ``checked``.
            StoreError: the database cannot be read or written.
        """
        with reading(self._network.engine) as connection:
            served = served_checkpoint(connection, witnessed=self._witnessed)
            newest = stamps.newest(connection)
        if served is None or (newest is not None and newest.size >= served.size):
            return None
        note = served.note.encode()
        asked = TimestampRequestBuilder(note, HashAlgorithm.SHA256).build()
        answer = request(
            "POST",
            self._url,
            body=asked.as_bytes(),
            headers={"content-type": "application/timestamp-query"},
            bytes_max=STAMP_BYTES_MAX,
            seconds=SECONDS,
        )
        if answer.status != HTTPStatus.OK:
            raise StampError("STAMP_ANSWER", reason="STATUS", status=answer.status)
        moment = checked(answer.body, asked, note, int(time.time() * _MICROSECONDS))
        stamp = stamps.Stamp(served.size, moment, served.note, answer.body)
        stamps.keep(self._network.engine, stamp)
        return stamp

    async def run_forever(self) -> None:
        """Run rounds until cancelled; what goes wrong is logged, and tried again."""
        while True:
            pause = self._every
            try:
                stamp = await asyncio.to_thread(self.run_round)
            except (AuditError, StoreError) as error:
                _log.warning("no time stamp: %s", error)
                pause = min(RETRY_SECONDS, self._every)
                self.failures += 1
            else:
                self.failures = 0
                if stamp is not None:
                    _log.info("stamped size %d", stamp.size)
            await asyncio.sleep(pause)


def checked(response: bytes, asked: TimeStampRequest, message: bytes, now: int) -> int:
    """Return the time of a stamp, in microseconds, if it answers this request, made by ``now``.

    Whether the authority is one to trust is the auditor's question, not ours. But one whose clock
    is not ours, by more than an auditor allows for, would have our entries look misdated for ever.

    Raises StampError ``STAMP_REFUSED``, ``STAMP_FORM``, ``STAMP_ALGORITHM`` or ``STAMP_ANSWER``.
    """
    told = read_stamp(response)
    if not told.is_of(message) or told.nonce != asked.nonce:
        raise StampError("STAMP_ANSWER", reason="ANOTHER")
    if abs(told.time - now) > told.accuracy + CLOCK_TOLERANCE_SECONDS * _MICROSECONDS:
        raise StampError("STAMP_ANSWER", reason="TIME", time=told.time, now=now)
    return told.time
