"""More people of the operator's: proposed by its first person and approved by its second."""

import uuid
from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import Engine

from api.auth.credentials import Minted, mint
from api.auth.scopes import Role, Scope
from domain.ids import OPERATOR
from domain.ledger.commands import Actor, Command
from domain.partners.commands import ProposeKey
from domain.partners.people import is_person
from domain.store.answers import Answer
from domain.store.engine import reading
from domain.store.queries import reference
from settlement.commands import DecideProposal


class Runner(Protocol):
    """What runs commands."""

    def run(self, commands: Sequence[Command], /) -> list[Answer]:
        """Run them as one batch."""
        ...


class Hiring(Protocol):
    """A network, or the part of one that is needed."""

    @property
    def engine(self) -> Engine:
        """Its database."""
        ...

    @property
    def runner(self) -> Runner:
        """What runs its commands."""
        ...


def hire(network: Hiring, *names: str, made: Minted | None = None) -> list[str]:
    """Give each of these people a key for all there is; returns the keys' texts."""
    with reading(network.engine) as connection:
        keys = sorted(reference.load(connection).keys.values(), key=lambda key: key.seq)
    people = [key.subject for key in keys if is_person(key) and not key.revoked_seq]
    first, second = (Actor(OPERATOR, f"operator/{name}", name, person=True) for name in people[:2])
    given = [(name, made or mint()) for name in names]
    for name, key in given:
        asked = ProposeKey(
            actor=first, id=uuid.uuid4().hex, key=uuid.uuid4().hex, fingerprint=key.fingerprint,
            subject=name, person=True, role=Role.OPERATOR.value, scopes=tuple(sorted(Scope)),
            reason="HIRED",
        )  # fmt: skip
        decided = DecideProposal(
            actor=second, id=uuid.uuid4().hex, key=uuid.uuid4().hex, proposal=asked.id, approve=True
        )
        for command in (asked, decided):
            (answer,) = network.runner.run([command])
            assert answer.seq >= 0, (answer.refusal, answer.fault)
    return [key.token for _, key in given]
