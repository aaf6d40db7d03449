"""What happens without being asked for: holds and points end at their time, like lots become one.

And windows close by their schedules. The other jobs only bring forward what the ledger would do
anyway when the wallet is next touched. All of them may run in every process, stop, or be late, and
nothing that a caller can see would be wrong; a window that closes late says so.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from api.scheduling import currencies_due
from api.schema.core.errors import FaultError
from domain.errors import OverloadedError
from domain.ids import SYSTEM
from domain.ledger.commands import Actor, ExpireWallet, MergeLots
from domain.store.queries import jobs
from settlement.commands import CloseDueWindow
from settlement.windows.due import SCHEDULER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.schema.core.context import Services
    from domain.ledger.commands import Command
    from domain.store.answers import Answer

PAUSE_SECONDS = 5  # how late an expiry may be entered; it counts from its own time all the same
WALLETS_MAX = 200  # a round's share of the writer; the rest waits for the next
ENTRIES_MAX = 20_000  # looked through in a round for crowded wallets; faster than a log grows

EXPIRY = Actor(SYSTEM, "system/expiry")
MERGING = Actor(SYSTEM, "system/housekeeping")
_log = logging.getLogger("dure.housekeeping")


async def run_round(services: Services) -> int:
    """Expire what is due, at most ``WALLETS_MAX`` wallets; return how many were due."""
    now = services.clock.now()
    due = await services.reader.read(jobs.wallets_due, now, WALLETS_MAX)
    await _do(
        services,
        [
            ExpireWallet(
                actor=EXPIRY, id=services.ids.entity(), received_at=now, owner=owner, unit=unit
            )
            for owner, unit in due
        ],
    )
    return len(due)


async def merge_round(services: Services, since: int) -> int:
    """Merge wallets that grew crowded in the entries from ``since`` on; return where to go on.

    At most ``ENTRIES_MAX`` entries are looked through. A wallet too full for one command is met
    again with its own merges.
    """
    now = services.clock.now()
    until = min(since + ENTRIES_MAX, await services.reader.read(jobs.log_size))
    crowded = await services.reader.read(jobs.wallets_crowded, since, until)
    for start in range(0, len(crowded), WALLETS_MAX):
        await _do(
            services,
            [
                MergeLots(
                    actor=MERGING, id=services.ids.entity(), received_at=now, owner=owner, unit=unit
                )
                for owner, unit in crowded[start : start + WALLETS_MAX]
            ],
        )
    return until


async def close_round(services: Services) -> int:
    """Close the windows that are due by their schedules; return how many this round closed.

    Any number of processes may do so at once: whether a window is due is decided under the log's
    lock, and who comes second is refused.
    """
    now = services.clock.now()
    due = await services.reader.read(currencies_due, now)
    answers = await _do(
        services,
        [
            CloseDueWindow(
                actor=SCHEDULER, id=services.ids.entity(), received_at=now, currency=currency
            )
            for currency in due
        ],
    )
    closed = 0
    for currency, answer in zip(due, answers, strict=True):
        if answer.refusal is None and not answer.fault:
            closed += 1
            _log.info("the schedule of %s closed its window, entry %d", currency, answer.seq)
    return closed


async def _do(services: Services, commands: Sequence[Command]) -> list[Answer]:
    """Give commands to the writer and wait until they are done."""
    loop = asyncio.get_running_loop()
    return await asyncio.gather(*[services.writer.submit(command, loop) for command in commands])


async def run_forever(services: Services) -> None:
    """Run rounds until cancelled; a round that fails is logged, and the next one tries again.

    A process looks through the whole log once, from its first entry on: what another left undone
    is done, however long ago it stopped.
    """
    looked = 0
    while True:
        try:
            await run_round(services)
            looked = await merge_round(services, looked)
            await close_round(services)  # last: what a calendar raises holds nothing else up
        except (FaultError, OverloadedError):
            _log.warning("housekeeping could not run; it tries again in %d s", PAUSE_SECONDS)
        except Exception:  # noqa: BLE001 -- a job that ended would end in silence
            _log.exception("housekeeping failed; it tries again in %d s", PAUSE_SECONDS)
        await asyncio.sleep(PAUSE_SECONDS)
