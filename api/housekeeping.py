"""What happens without being asked for: holds past their deadline end, lots past their time expire.

The job only brings forward what the ledger would do anyway when the wallet is next touched; it may
run in every process, stop, or be late, and nothing that a caller can see would be wrong.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from api.schema.core.errors import FaultError
from domain.errors import OverloadedError
from domain.ids import SYSTEM
from domain.ledger.commands import Actor, ExpireWallet
from domain.store.queries import jobs

if TYPE_CHECKING:
    from api.schema.core.context import Services

PAUSE_SECONDS = 5  # how late an expiry may be entered; it counts from its own time all the same
WALLETS_MAX = 200  # a round's share of the writer; the rest waits for the next

ACTOR = Actor(SYSTEM, "system/expiry")
_log = logging.getLogger("dure.housekeeping")


async def run_round(services: Services) -> int:
    """Expire what is due, at most ``WALLETS_MAX`` wallets; return how many were due."""
    now = services.clock.now()
    due = await services.reader.read(jobs.wallets_due, now, WALLETS_MAX)
    loop = asyncio.get_running_loop()
    waiting = [
        services.writer.submit(
            ExpireWallet(
                actor=ACTOR, id=services.ids.entity(), received_at=now, owner=owner, unit=unit
            ),
            loop,
        )
        for owner, unit in due
    ]
    await asyncio.gather(*waiting)
    return len(due)


async def run_forever(services: Services) -> None:
    """Run rounds until cancelled; a round that fails is logged, and the next one tries again."""
    while True:
        try:
            await run_round(services)
        except (FaultError, OverloadedError):
            _log.warning("housekeeping could not run; it tries again in %d s", PAUSE_SECONDS)
        await asyncio.sleep(PAUSE_SECONDS)
