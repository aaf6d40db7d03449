"""Health and figures for whoever keeps the server running; nothing of any partner's business."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from api.http.answers import Reply
from api.schema.core.errors import FaultError
from domain.store import stamps
from domain.store.queries import log, obligations
from settlement.controls.policies import alerts

if TYPE_CHECKING:
    from api.schema.core.context import Services
    from api.stamping import Stamper
    from api.witnessing.publish import Publisher
    from domain.store.writer import Writer

_MICROSECONDS = 1_000_000
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
READY_FAULTS = frozenset({"UNAVAILABLE", "CLOCK"})  # what a batch cannot be written under
# A balancer asks every few seconds and counts silence as a no; a good answer takes milliseconds.
READY_SECONDS_MAX = 3
ALARMS = (*sorted(READY_FAULTS), "INTERNAL")


class Monitoring:
    """The figures of one application, and the three pages that show them."""

    def __init__(self) -> None:
        """Begin at nought, in a registry of its own."""
        self._registry = CollectorRegistry()
        self._answers = Counter(
            "dure_http_answers",
            "Answers at /graphql, by kind of operation and status.",
            ("kind", "status"),
            registry=self._registry,
        )
        self._children: dict[tuple[str, int], Counter] = {}
        self._waiting = Gauge(
            "dure_writer_waiting", "Commands in the writer's queue.", registry=self._registry
        )
        self._fault = Gauge(
            "dure_writer_fault",
            "Whether the writer's last batch met this fault: alarm on any that is 1.",
            ("fault",),
            registry=self._registry,
        )
        self._size = Gauge("dure_log_size", "Entries in the log.", registry=self._registry)
        self._alerts = Gauge(
            "dure_exposure_alerts",
            "Partners and currencies whose exposure is above the alert that was declared.",
            registry=self._registry,
        )
        self._started = Gauge(
            "dure_started_seconds", "When the server started.", registry=self._registry
        )
        self._started.set(time.time())
        self._published = Gauge(
            "dure_log_published_size",
            "Entries under the checkpoint that witnesses cosigned last.",
            registry=self._registry,
        )
        self._cosigning = Gauge(
            "dure_witness_cosigning",
            "1 where a witness cosigned when it was last asked, else 0.",
            ("witness",),
            registry=self._registry,
        )
        self._stamped = Gauge(
            "dure_log_stamp_seconds",
            "When an authority stamped the log last, seconds since 1970; 0 where none did.",
            registry=self._registry,
        )
        self._unstamped = Gauge(
            "dure_log_stamp_failures",
            "Rounds of time stamping that failed since one did not.",
            registry=self._registry,
        )
        self.publisher: Publisher | None = None
        self.stamper: Stamper | None = None
        self.services: Services | None = None
        self.writer: Writer | None = None

    def answered(self, kind: str, status: int) -> None:
        """Count one answer."""
        child = self._children.get((kind, status))
        if child is None:
            child = self._children[kind, status] = self._answers.labels(kind, str(status))
        child.inc()

    async def healthz(self) -> Reply:
        """Say that the process runs."""
        return Reply(200, b"ok\n")

    async def readyz(self) -> Reply:
        """Say whether a change could be written now."""
        reason = await self._unready()
        return Reply(503 if reason else 200, f"{reason or 'ready'}\n".encode())

    async def metrics(self) -> Reply:
        """Show the figures as Prometheus reads them."""
        if self.writer is not None:
            health = self.writer.health()
            self._waiting.set(health.waiting)
            for fault in ALARMS:
                self._fault.labels(fault).set(health.fault == fault)
        size = await self._log_size()
        if size is not None:
            self._size.set(size)
        high = await self._high_exposures()
        if high is not None:
            self._alerts.set(high)
        self._tell_witnesses()
        await self._tell_stamps()
        return Reply(200, generate_latest(self._registry), METRICS_TYPE)

    def _tell_witnesses(self) -> None:
        if self.publisher is None or self.publisher.last is None:
            return
        last = self.publisher.last
        if last.published:
            self._published.set(last.size)
        for name in (*last.cosigned, *last.failed):
            self._cosigning.labels(_label(name)).set(int(name in last.cosigned))

    async def _tell_stamps(self) -> None:
        if self.stamper is not None:
            self._unstamped.set(self.stamper.failures)
        if self.services is None:
            return
        try:
            newest = await self.services.reader.read(stamps.newest)
        except FaultError:
            return
        if newest is not None:
            self._stamped.set(newest.time / _MICROSECONDS)

    async def _unready(self) -> str:
        if self.writer is None:
            return "not started"
        health = self.writer.health()
        if not health.alive:
            return "the writer has ended"
        if health.fault in READY_FAULTS:
            return f"the writer's last batch failed: {health.fault}"
        return "" if await self._log_size() is not None else "the database cannot be read"

    async def _high_exposures(self) -> int | None:
        """Return how many exposures are above their alert; None without a database."""
        if self.services is None:
            return None
        try:
            async with asyncio.timeout(READY_SECONDS_MAX):
                tables = await self.services.catalogue.current()
                exposure = await self.services.reader.read(obligations.exposures)
        except (FaultError, TimeoutError):
            return None
        return len(alerts(tables.reference.policies, exposure))

    async def _log_size(self) -> int | None:
        if self.services is None:
            return None
        try:
            async with asyncio.timeout(READY_SECONDS_MAX):
                network = await self.services.reader.read(log.network)
        except (FaultError, TimeoutError):
            return None
        return None if network is None else network.head.size


def _label(name: str) -> str:
    """A name as a label's value: a policy's names are octets, and not all of them are UTF-8."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
