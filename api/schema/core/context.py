"""What a resolver is given: the network's services, who calls, in which language, since when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

import strawberry

from api.auth.directory import Directory
from api.auth.principal import Principal
from api.schema.core.errors import FaultError

if TYPE_CHECKING:
    import asyncio
    from pathlib import Path

    from strawberry.dataloader import DataLoader

    from api.schema.audit.receipt import Receipt
    from api.schema.core.catalogue import Catalogue
    from api.schema.core.reading import Reader
    from audit.http_signature import Signed
    from domain.ledger.commands import Command
    from domain.ports import Clock, Ids, Vault
    from domain.store.answers import Answer


class Submits(Protocol):
    """The writer, as a resolver sees it."""

    def submit(self, command: Command, loop: asyncio.AbstractEventLoop) -> asyncio.Future[Answer]:
        """Queue a command; raises OverloadedError where the queue is full."""
        ...


Quorum: TypeAlias = Callable[[str], bool]


@dataclass(slots=True, frozen=True)
class Services:
    """What one network offers to its resolvers.

    Where a policy asks witnesses, ``witnessed`` tells whether a checkpoint satisfies it.
    """

    origin: str
    sandbox: bool
    home: Path
    witnessed: Quorum | None
    clock: Clock
    ids: Ids
    vault: Vault
    writer: Submits
    reader: Reader
    catalogue: Catalogue
    directory: Directory
    signing: frozenset[str] = frozenset()  # partners whose changes must be signed


@dataclass(slots=True)
class Context:
    """One request. ``variables`` are as sent, before any coercion."""

    services: Services
    principal: Principal | None
    locale: str
    received_at: int
    variables: Mapping[str, object]
    signed: Signed | None = None  # the caller's signature of the request, which fits
    receipts: DataLoader[int, Receipt | None] | None = None  # made by the first that asks for one

    @property
    def caller(self) -> Principal:
        """Return the caller; raises FaultError ``UNAUTHENTICATED`` where there is none."""
        if self.principal is None:
            raise FaultError("UNAUTHENTICATED")
        return self.principal


Info: TypeAlias = strawberry.Info[Context, None]
