"""How fast `dure-verify` is, beside hashing the same entries one by one with hashlib.

A made log of enrolments, issues, redemptions and exchanges is written as a bundle, leaf by leaf, so
that a million entries need no more memory to write than to verify:

    python -m tests.benchmarks.verification [ENTRIES]

prints the ratios, the slowest lines, and the peak of memory of a verification in a process of its
own. `make bench` tells the ratios.
"""

import cProfile
import gc
import hashlib
import io
import multiprocessing
import os
import pstats
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, wait
from pathlib import Path
from statistics import median
from typing import cast

from audit.bundle import CHECKPOINT, KEYS, BundleReader, TileStream, ledger_path
from audit.checkpoint import Checkpoint, open_checkpoint
from audit.entry import Fields, decode
from audit.findings import Findings
from audit.marks import Marks
from audit.merkle import leaf_hashes, root
from audit.note import NOTE_BYTES_MAX, VerifierKey
from audit.replay import TABLES, EntryRows, Replay
from audit.replay.accounts import Accounts
from audit.replay.books import Books
from audit.replay.fields import Texts
from audit.replay.fields import legs as read_legs
from audit.replay.report import Reporter
from audit.tiles import TILE_WIDTH, Tile, decode_entries, encode_entries, entry_tiles
from audit.times import format_time
from audit.verification import verify_bundle
from audit.verify_log import LogCheck
from tests.benchmarks.measurement import NONE, Group, Line, Measurement, Options, Say
from tests.unit.audit_verify.bundles import KEY, SIGNER
from tests.unit.audit_verify.logs import CONVERSION, LogBuilder, genesis, name, setting

ENTRIES = 40_000  # a few seconds; a ratio needs no more
RUNS = 5  # processor time, best of a few: others use the machine too
GAIN_RUNS = 3  # of some seconds each, by the clock on the wall
PURCHASES = 12  # a member's issues for each redemption and exchange, as the demonstration has them
FIRST_MEMBER = 10**6  # numbers of members; what else the log names has lower ones
HASHING = "as many SHA-256 by hashlib"
# AUDIT_FORMAT's own list: parse, canonical form, seq, prev, root, replay of balances.
CORE = Line("verify: form, chain, root, balances", HASHING, NONE, "entries/s", 0.10, 0.20)
EVERYTHING = Line("verify: with rights, prices, every row", HASHING, NONE, "entries/s")
BOTH_CORES = Line("verify: the same over two processes", HASHING, NONE, "entries/s")
# Two processors of a rented machine are often two threads of one core; what a second process can
# bring there is measured by the plainest work of the same sort.
GAIN = Line("verify: the second process's gain", "its gain at reading entries", NONE, "x")
ROOT = Line("verify: leaf hashes and root", HASHING, NONE, "entries/s", 0.60)
_ONE_CORE = (CORE, EVERYTHING, ROOT)
FAR = "2030-01-01T00:00:00.000000Z"


class _Flow(LogBuilder):
    """A log that hands its leaves out instead of keeping them."""

    def __init__(self) -> None:
        super().__init__()
        self._gone = 0

    @property
    def seq(self) -> int:
        """The sequence of the next entry."""
        return self._gone + len(self.leaves)

    def take(self) -> list[bytes]:
        """The leaves since last time."""
        leaves, self.leaves = self.leaves, []
        self._gone += len(leaves)
        return leaves


def made_leaves(entries: int) -> Iterator[list[bytes]]:
    """Leaves of a made log, some at a time, at least so many."""
    log = _Flow()
    genesis(log, KEY.text())
    setting(log)
    yield log.take()
    while log.seq < entries:
        member = name(FIRST_MEMBER + log.seq)
        log.add("member.enrolled", member=member, partner="AIRLINE", commitment="ab" * 32)
        lot = f"{log.seq}.0"
        for _ in range(PURCHASES):
            log.add("points.issued", legs=f"{member},AIR,ISSUED,WALLET,posted,2600",
                    lots=f"{log.seq}.0,0,AIRLINE,AIRLINE,FREE,{FAR},KRW,208,2600")  # fmt: skip
        log.add(
            "points.redeemed",
            acceptor="AIRLINE",
            legs=f"{member},AIR,WALLET,REDEEMED,posted,600",
            uses=f"{lot},take,600",
        )
        contract = f"{CONVERSION}.1"
        log.add("points.exchanged", contract=contract, day=format_time(0)[:10],
                legs=f"{member},AIR,WALLET,EXCHANGED,posted,2000;"
                     f"{member},HOTEL,EXCHANGED,WALLET,posted,10",
                lots=f"{log.seq}.0,1,HOTELS,HOTELS,FREE,{FAR},KRW,70,10",
                uses=f"{lot},take,2000",
                obls=f"AIRLINE,HOTELS,KRW,1,70,{contract},EXCHANGE")  # fmt: skip
        yield log.take()


def write_made(out: Path, entries: int) -> None:
    """Write a made log's bundle, holding no more of it than a tile and the ledger's state."""
    findings = Findings()
    replay = Replay(findings)
    stream = TileStream()
    (out / "ledger").mkdir(parents=True)
    (out / KEYS).write_text(f"{KEY.text()}\n")
    files = {one: (out / ledger_path(one)).open("wb") for one in TABLES}
    size, waiting = 0, list[bytes]()

    def flush() -> None:
        nonlocal size, waiting
        now, waiting = waiting[:TILE_WIDTH], waiting[TILE_WIDTH:]
        place(out, Tile(None, size // TILE_WIDTH, len(now)), encode_entries(now))
        for tile, data in stream.extend(leaf_hashes(now)):
            place(out, tile, data)
        size += len(now)

    for leaves in made_leaves(entries):
        waiting += leaves
        for leaf in leaves:
            rows: EntryRows = replay.apply(decode(leaf))
            for table in EntryRows._fields:
                files[table].write(TABLES[table].lines(getattr(rows, table)))
        while len(waiting) >= TILE_WIDTH:
            flush()
    if waiting:
        flush()
    for tile, data in stream.partial():
        place(out, tile, data)
    for table, all_rows in replay.tables().items():
        files[table].writelines(TABLES[table].line(row) for row in all_rows)
    for file in files.values():
        file.close()
    (out / CHECKPOINT).write_text(Checkpoint(KEY.name, size, stream.root()).sign(SIGNER))
    assert findings.total == 0


def place(out: Path, tile: Tile, data: bytes) -> None:
    """Write one tile."""
    path = out / tile.path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def leaves_of(folder: Path, size: int) -> list[bytes]:
    """All leaves of a bundle."""
    leaves: list[bytes] = []
    for tile in entry_tiles(size):
        leaves += decode_entries((folder / tile.path()).read_bytes(), tile.width)
    return leaves


def _hashing(leaves: list[bytes]) -> float:
    begun = time.process_time()
    for leaf in leaves:
        hashlib.sha256(leaf).digest()
    return time.process_time() - begun


def _rooting(leaves: list[bytes]) -> float:
    begun = time.process_time()
    root(leaf_hashes(leaves))
    return time.process_time() - begun


def _silent(_entries: int) -> None:
    """Nobody watches."""


def _core(folder: Path, key: VerifierKey) -> float:
    """Parse, canonical form, seq, prev, times, tiles, root, and the balances of all accounts."""
    begun = time.process_time()
    findings = Findings()
    reader = BundleReader(folder)
    checkpoint = open_checkpoint(reader.read(CHECKPOINT, NOTE_BYTES_MAX), key)
    accounts = Accounts(Reporter(findings), Books())

    def apply(fields: Fields) -> None:
        if "legs" in fields:
            accounts.apply(read_legs(cast("Texts", fields)))

    LogCheck(reader, checkpoint, key.text(), Marks(), findings).run(apply, _silent)
    spent = time.process_time() - begun
    assert findings.total == 0
    return spent


def _everything(folder: Path, key: VerifierKey, processes: int = 1) -> float:
    """All that `dure-verify` does with a bundle; over two processes, by the clock on the wall."""
    clock = time.process_time if processes == 1 else time.perf_counter
    begun = clock()
    report = verify_bundle(folder, key, processes=processes)
    spent = clock() - begun
    assert report.clean, [finding.line() for finding in report.findings[:3]]
    return spent


def _read_all(folder: Path, size: int) -> None:
    """Read every entry: a process's work without anything shared."""
    for leaf in leaves_of(folder, size):
        decode(leaf)


def machine_gain(folder: Path, size: int) -> float:
    """How much more two processes read together than one alone; 2 where nothing is shared."""
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:

        def spent(processes: int) -> float:
            begun = time.perf_counter()
            wait([pool.submit(_read_all, folder, size) for _ in range(processes)])
            return time.perf_counter() - begun

        spent(2)  # both have started then
        rounds = [(spent(1), spent(2)) for _ in range(RUNS)]
    return median(2 * alone / together for alone, together in rounds)


def own_gain(folder: Path, key: VerifierKey) -> float:
    """How much sooner two processes have verified a bundle than one, by the clock on the wall."""

    def spent(processes: int) -> float:
        begun = time.perf_counter()
        _everything(folder, key, processes)
        return time.perf_counter() - begun

    return median(spent(1) / spent(2) for _ in range(GAIN_RUNS))


def ratios(folder: Path, key: VerifierKey, runs: int = RUNS) -> list[Measurement]:
    """All ratios on one bundle; hashing and each of ours take turns, the best of each counts."""
    size = verify_bundle(folder, key).size
    leaves = leaves_of(folder, size)
    works: list[tuple[Line, Callable[[], float]]] = [
        (CORE, lambda: _core(folder, key)),
        (EVERYTHING, lambda: _everything(folder, key)),
        (ROOT, lambda: _rooting(leaves)),
    ]
    assert tuple(line for line, _ in works) == _ONE_CORE
    if (os.cpu_count() or 1) > 1:
        works.append((BOTH_CORES, lambda: _everything(folder, key, processes=2)))
    gc.disable()  # as the command does
    try:
        rounds = [(_hashing(leaves), *(work() for _, work in works)) for _ in range(runs)]
    finally:
        gc.enable()
    hashing, *ours = (min(times) for times in zip(*rounds, strict=True))
    found = [
        line.found(size / spent, size / hashing, hashing / spent)
        for (line, _), spent in zip(works, ours, strict=True)
    ]
    if len(works) > len(_ONE_CORE):
        gain, machine = own_gain(folder, key), machine_gain(folder, size)
        found.append(GAIN.found(gain, machine, gain / machine))
    return found


def measure(_options: Options, say: Say) -> list[Measurement]:
    """Write a made log's bundle, and verify it beside bare hashing."""
    with tempfile.TemporaryDirectory() as folder:
        bundle = Path(folder) / "bundle"
        say(f"{ENTRIES:,} made entries")
        write_made(bundle, ENTRIES)
        return ratios(bundle, KEY)


GROUP = Group("verification", (*_ONE_CORE, BOTH_CORES, GAIN), measure)


def slowest(folder: Path, key: VerifierKey, shown: int = 12) -> str:
    """The functions in which a verification spends its time."""
    profile = cProfile.Profile()
    profile.runcall(verify_bundle, folder, key)
    text = io.StringIO()
    pstats.Stats(profile, stream=text).sort_stats("tottime").print_stats(shown)
    return text.getvalue()


_PEAK = """
import resource, sys
from audit.verify import main
code = main(sys.argv[1:])
print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")
sys.exit(code)
"""


def main(arguments: list[str]) -> int:
    """Print everything for one size of log, or for a bundle that exists: `BUNDLE KEY`."""
    with tempfile.TemporaryDirectory() as folder:
        bundle, key = Path(folder) / "bundle", KEY
        if len(arguments) == 2:
            bundle, key = Path(arguments[0]), VerifierKey.parse(arguments[1])
        else:
            write_made(bundle, int(arguments[0]) if arguments else ENTRIES)
        program = [sys.executable, "-c", _PEAK, str(bundle), "--key", key.text()]
        code = subprocess.run(program, check=False).returncode
        for one in ratios(bundle, key):
            print(
                f"{one.name}: {one.ours:,.0f} of {one.yardstick:,.0f} {one.unit}, {one.ratio:.3f}"
            )
        print(slowest(bundle, key))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
