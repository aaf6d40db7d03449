"""Builds the demonstration in a folder beside the home, which becomes the home when it is whole.

Whatever interrupts it leaves no home: the next run begins again and clears what was left.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from api.bootstrap import NetworkError, create_network, open_network
from api.bundles import export_bundle
from api.demo.admit import admit
from api.demo.brands import BRANDS
from api.demo.closing import Closed, close_window
from api.demo.month import Month, Papers, settle_month, write_papers
from api.demo.story import Played, Story, evening, shifted, shipped_purchases
from api.demo.witnesses import Witnessed, witness_log
from api.files import flush_tree, sync
from audit.note import VerifierKey
from audit.verdict import Report
from audit.verification import verify_bundle
from domain.clock import DAY, SimulatedClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.config import Settings

ORIGIN = "dure.example/demo"
TRANSFER_KINDS = (
    "points.issued",
    "points.redeemed",
    "points.exchanged",
    "points.gifted",
    "points.expired",
    "points.adjusted",
    "hold.captured",
    "transfer.reversed",
)
PARTIES = len(BRANDS) + 1  # the operator's is a statement too
# Its check-up makes no cycles either.
DOCTOR = "import gc; gc.disable(); from api.cli import main; main()"


class Progress(Protocol):
    """How far a long step is; ``Output.progress``."""

    def __call__(
        self, title: str, total: int | None = None
    ) -> AbstractContextManager[Callable[[int], None]]:
        """Lend what is told the steps done so far."""
        ...


class Demo(NamedTuple):
    """What was built, and what its check-ups found."""

    origin: str
    verifier_key: str
    first_day: date
    last_day: date
    played: Played
    closed: Closed
    month: Month
    papers: Papers
    witnessed: Witnessed
    kinds: Counter[str]
    log_size: int
    doctor_good: bool
    verdict: Report
    seconds: int
    peak_rss_mib: int


def check_home(home: Path) -> None:
    """Refuse a home that cannot become a demonstration's, before anything is made.

    Raises:
        NetworkError: ``HOME_NOT_A_FOLDER`` or ``HOME_NOT_EMPTY``.
    """
    if home.exists() and not home.is_dir():
        raise NetworkError("HOME_NOT_A_FOLDER", path=str(home))
    if home.exists() and any(home.iterdir()):
        raise NetworkError("HOME_NOT_EMPTY", path=str(home))


def build_demo(home: Path, settings: Settings, progress: Progress) -> Demo:
    """Build the demonstration's network in ``home``.

    Raises:
        NetworkError: what ``check_home`` or ``create_network`` raises.
        StoreError: where a step was not taken, or found damaged.
    """
    begun = time.monotonic()
    check_home(home)
    asked, home = home, home.absolute()
    beside = home.with_name(f".{home.name}.demo-{os.getpid()}")
    _clear_leftovers(home)
    # Millions of rows and no cycles to speak of: the collector would look at them in vain.
    gc.disable()
    try:
        built = _build(beside, settings, progress, begun)
        if home.exists():
            home.rmdir()
        beside.rename(home)
        sync(home.parent)
    except NetworkError as error:
        if error.code != "HOME_NOT_WRITABLE":
            raise
        # The folder that could not be made is one beside the home, which nobody asked for.
        raise NetworkError(error.code, **{**error.facts, "path": str(asked)}) from None
    finally:
        gc.enable()
        shutil.rmtree(beside, ignore_errors=True)
    return built


def _clear_leftovers(home: Path) -> None:
    """Remove what a demonstration that was killed has left; one still running is left alone."""
    for left in home.parent.glob(f".{home.name}.demo-*"):
        pid = left.name.rpartition("-")[2]
        if not pid.isdigit() or not Path(f"/proc/{pid}").exists():
            shutil.rmtree(left, ignore_errors=True)


def _build(home: Path, settings: Settings, progress: Progress, begun: float) -> Demo:
    purchases = shifted(shipped_purchases(), datetime.now(UTC).date())
    clock = SimulatedClock(evening(purchases[0].day) - DAY)
    network = create_network(
        home, settings, origin=ORIGIN, sandbox=True, simulated=True, clock=clock, flushed=False
    )
    try:
        people = admit(network)
        with progress("Playing eighteen months", len(purchases)) as advance:
            played = Story(network, clock, people).play(purchases, advance)
        closed = close_window(network, people)
        month = settle_month(network, people)
        witnessed = witness_log(network, settings)
    finally:
        network.close()
    flush_tree(home)
    papers, doctor, size, verdict = _check(home, settings, closed.period, progress)
    kinds = doctor.get("kinds", {})
    return Demo(
        origin=network.origin,
        verifier_key=network.verifier_key,
        first_day=purchases[0].day,
        last_day=purchases[-1].day,
        played=played,
        closed=closed,
        month=month,
        papers=papers,
        witnessed=witnessed,
        kinds=Counter(kinds),
        log_size=size,
        doctor_good=doctor.get("good") is True,
        verdict=verdict,
        seconds=round(time.monotonic() - begun),
        peak_rss_mib=_peak_rss_mib(),
    )


def _check(
    home: Path, settings: Settings, period: int, progress: Progress
) -> tuple[Papers, dict[str, Any], int, Report]:
    """Open the network anew, as a server would, and write its month's papers.

    Then check it up, and verify its export beside that.
    """
    network = open_network(home, settings)
    try:
        with progress("Writing statements and books", PARTIES) as advance:
            papers = write_papers(home, period, advance)
        with (
            _doctor(home) as doctor,
            tempfile.TemporaryDirectory(prefix="dure-demo-", dir=home) as folder,
        ):
            bundle = Path(folder) / "bundle"
            with progress("Exporting the log; its check-up runs beside") as advance:
                size = export_bundle(network, bundle, advance).size
            with progress("Verifying the export", size) as advance:
                verdict = verify_bundle(bundle, VerifierKey.parse(network.verifier_key), advance)
            said, _ = doctor.communicate()
    finally:
        network.close()
    try:
        told: dict[str, Any] = json.loads(said)
    except ValueError:
        told = {}  # it ended without a word: not good
    return papers, told, size, verdict


def _doctor(home: Path) -> subprocess.Popen[str]:
    """Start `dure doctor` in another process, on the other core."""
    return subprocess.Popen(  # noqa: S603 -- our own program and our own path
        [sys.executable, "-c", DOCTOR, "doctor", "--home", str(home), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def _peak_rss_mib() -> int:
    """Return the peak of this process and of the check-up beside it, which ran at once."""
    return (_own_peak_kib() + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) // 1024


def _own_peak_kib() -> int:
    """Return this process's peak; Linux's ``getrusage`` counts what its parent held, too."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(status.partition("VmHWM:")[2].split()[0])
