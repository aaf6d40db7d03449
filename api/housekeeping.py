"""What happens without being asked for: holds and points end at their time, like lots become one.

The jobs only bring forward what the ledger would do anyway when the wallet is next touched; they
may run in every process, stop, or be late, and nothing that a caller can see would be wrong.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from api.schema.core.errors import FaultError
from domain.errors import OverloadedError
from domain.ids import SYSTEM
from domain.ledger.commands import Actor, ExpireWallet, MergeLots
from domain.store.queries import jobs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.schema.core.context import Services
    from domain.ledger.commands import Command

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


async def _do(services: Services, commands: Sequence[Command]) -> None:
    """Give commands to the writer and wait until they are done."""
    loop = asyncio.get_running_loop()
    await asyncio.gather(*[services.writer.submit(command, loop) for command in commands])


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
        except (FaultError, OverloadedError):
            _log.warning("housekeeping could not run; it tries again in %d s", PAUSE_SECONDS)
        except Exception:  # noqa: BLE001 -- a job that ended would end in silence
            _log.exception("housekeeping failed; it tries again in %d s", PAUSE_SECONDS)
        await asyncio.sleep(PAUSE_SECONDS)
