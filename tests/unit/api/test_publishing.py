"""Publishing goes on, whatever one round meets."""

import asyncio
from pathlib import Path

from api.bootstrap import create_network
from api.config import read_settings
from api.witnessing.publish import Publisher, Round
from audit.policy import parse_policy


class Stumbling(Publisher):
    """A publisher whose first round ends in what nobody expects."""

    rounds = 0
    again: asyncio.Event

    async def run_round(self) -> Round | None:
        """Fail once, then find nothing to do."""
        self.rounds += 1
        if self.rounds == 1:
            raise ValueError("a strange answer")
        self.again.set()
        return None


def test_a_round_that_fails_strangely_is_not_the_last(tmp_path: Path) -> None:
    """After an error of no known kind the next round is run."""
    settings = read_settings(home=tmp_path / "home", passphrase="a pass phrase")
    network = create_network(
        settings.home, settings, origin="dure.example/test", sandbox=True, simulated=True
    )
    publisher = Stumbling(network, parse_policy(b"quorum none\n"))

    async def story() -> None:
        publisher.again = asyncio.Event()
        task = asyncio.create_task(publisher.run_forever())
        again = asyncio.create_task(publisher.again.wait())
        await asyncio.wait({task, again}, return_when=asyncio.FIRST_COMPLETED, timeout=30)
        task.cancel()
        again.cancel()

    try:
        asyncio.run(story())
    finally:
        network.close()
    assert publisher.rounds == 2
