"""eventsourcing: a wallet is an aggregate, an exchange one event of it, stored and committed.

Equal to ours: durable, one commit an exchange, the balance checked before. Less than ours: one row
instead of a dozen, no lots, no obligation between partners, no idempotency key, no hash chain.
Wallets are cached between exchanges, which is the library at its fastest.

    python -m tests.benchmarks.libraries.event_sourced sqlite PATH
    python -m tests.benchmarks.libraries.event_sourced postgres FOLDER_OF_SOCKET DATABASE
"""

import random
import sys
from uuid import uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from tests.benchmarks.libraries.turns import serve

WALLETS = 2_000


class Wallet(Aggregate):
    """Points of two brands."""

    def __init__(self, air: int) -> None:
        """Begin with points of the one."""
        self.air = air
        self.hotel = 0

    @event("Exchanged")
    def exchange(self, taken: int, given: int, key: str) -> None:
        """Turn points of the one into points of the other."""
        if self.air < taken:
            raise ValueError(taken)
        self.air -= taken
        self.hotel += given


class Wallets(Application):
    """All wallets."""

    def open(self) -> list[object]:
        """Open wallets; return their ids."""
        made = [Wallet(10**9) for _ in range(WALLETS)]
        for wallet in made:
            self.save(wallet)
        return [wallet.id for wallet in made]

    def exchange(self, owner: object) -> None:
        """Exchange in one wallet."""
        wallet = self.repository.get(owner)
        wallet.exchange(200, 1, uuid4().hex)
        self.save(wallet)


def main() -> None:
    """Open the wallets and serve."""
    environment = {"AGGREGATE_CACHE_MAXSIZE": str(WALLETS), "AGGREGATE_CACHE_FASTFORWARD": "n"}
    if sys.argv[1] == "sqlite":
        environment |= {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": sys.argv[2]}
    else:
        environment |= {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_HOST": sys.argv[2],
            "POSTGRES_DBNAME": sys.argv[3],
            "POSTGRES_PORT": "5432",
            "POSTGRES_USER": "postgres",
            "POSTGRES_PASSWORD": "not asked for",
        }
    wallets = Wallets(environment)
    owners = wallets.open()

    def turn(count: int) -> None:
        for _ in range(count):
            wallets.exchange(random.choice(owners))

    serve(turn)


if __name__ == "__main__":
    main()
