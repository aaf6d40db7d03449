"""Publishing: the newest checkpoint is offered to the witnesses, and served once enough cosigned.

Each process of a network may do it; a checkpoint of a larger tree replaces a smaller one, whoever
was quicker. A round ends when a quorum has answered, and a moment later: a slow witness delays its
own line alone, which is added when it comes. A round that does not gather a quorum leaves what was
published before, and the next round offers what is newest then.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, NamedTuple

from api.witnessing.compare import BEHIND, FORKED, judge, last_seen, log_keys
from api.witnessing.policy import quorum_of
from api.witnessing.serving import joined
from audit.cosignature import Cosigned, cosignatures
from audit.errors import AuditError
from audit.merkle import consistency_proof
from audit.note import Note, parse_note
from audit.rotation import is_revocation
from audit.tiles import TileNodes
from audit.witness.client import Offer, WitnessError, offer_checkpoint
from domain.errors import StoreError
from domain.store.engine import reading
from domain.store.published import add_cosignatures, cosign_handover, publish
from domain.store.queries import log

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from api.bootstrap import Network
    from audit.policy import Policy, PolicyWitness

    _Task = asyncio.Task[tuple[str, Cosigned | AuditError]]

# Once a quorum is there: a witness as near as the others has answered by then.
GRACE_SECONDS = 0.25
PAUSE_SECONDS = 1.0  # AUDIT_FORMAT: "about once a second"
WITNESS_SECONDS = 3.0  # one request to one witness; a slow one keeps nobody waiting for longer

_log = logging.getLogger("dure.witnessing")


# What a witness says both when it is mistaken and when our database is another than it was.
_AHEAD = "WITNESS_AHEAD"
SLOW = "WITNESS_SLOW"  # it has not answered what it was asked before
_PERHAPS_OURS = frozenset({_AHEAD, "WITNESS_REFUSED"})


class Round(NamedTuple):
    """How one round went.

    ``cosigned`` are witnesses' names in the policy; ``failed`` the codes of those that did not
    cosign, by name.
    """

    size: int
    cosigned: tuple[str, ...]
    failed: dict[str, str]
    published: bool


class Publisher:
    """Offers one network's checkpoints to the witnesses of its policy."""

    def __init__(self, network: Network, policy: Policy) -> None:
        """Publish for this network by this policy."""
        self._network = network
        self._policy = policy
        self._satisfied = quorum_of(policy)
        self._sizes: dict[str, int] = {}
        self._proved: dict[str, int] = {}
        self._asking: dict[str, _Asking] = {}
        self.last: Round | None = None

    async def run_round(self) -> Round | None:
        """Offer the newest checkpoint; None where the published one is of its size already.

        One that was published under another policy, and does not satisfy this one, counts as none.

        Raises StoreError where the database cannot be read or written.
        """
        await self._keep_late()
        head = await asyncio.to_thread(self._unpublished)
        if head is None:
            return None
        return await self._offer_all(head)

    async def _offer_all(self, head: _Newest) -> Round:
        results = await self._gather(head)
        found = {name: one for name, one in results.items() if not isinstance(one, AuditError)}
        failed = {name: one.code for name, one in results.items() if isinstance(one, AuditError)}
        failed |= dict.fromkeys(self._asking, SLOW)
        stands = False
        if self._enough(found.values()):
            note = with_lines(head.checkpoint, list(found.values()))
            engine = self._network.engine
            if head.handover:
                await asyncio.to_thread(cosign_handover, engine, head.size, note, joined)
            stands = await asyncio.to_thread(publish, engine, head.size, note, joined)
        self.last = Round(head.size, tuple(sorted(found)), failed, stands)
        return self.last

    async def _gather(self, head: _Newest) -> dict[str, Cosigned | AuditError]:
        """Ask all who are not being asked still; wait for a quorum, and a moment for the rest."""
        results: dict[str, Cosigned | AuditError] = {}
        for name, one in self._policy.witnesses.items():
            if name not in self._asking:
                task = asyncio.create_task(asyncio.to_thread(self._ask, one, head))
                self._asking[name] = _Asking(head, task)
        waiting = {one.task for one in self._asking.values() if one.newest is head}
        enough = False
        while waiting:
            done, waiting = await asyncio.wait(
                waiting,
                timeout=GRACE_SECONDS if enough else None,
                return_when=asyncio.ALL_COMPLETED if enough else asyncio.FIRST_COMPLETED,
            )
            for task in done:
                results |= self._take(task)
            if enough:
                break
            enough = self._enough(one for one in results.values() if isinstance(one, Cosigned))
        return results

    def _take(self, task: _Task) -> dict[str, Cosigned | AuditError]:
        """Return what a witness that was asked said, by its name; raises StoreError."""
        self._asking = {name: one for name, one in self._asking.items() if one.task is not task}
        name, said = task.result()
        return {name: said}

    async def _keep_late(self) -> None:
        """Add the lines of those who were not waited for to what was published meanwhile."""
        for one in list(self._asking.values()):
            if not one.task.done():
                continue
            for said in self._take(one.task).values():
                if isinstance(said, Cosigned):
                    note = with_lines(one.newest.checkpoint, [said])
                    size = one.newest.size
                    keep = cosign_handover if one.newest.handover else add_cosignatures
                    await asyncio.to_thread(keep, self._network.engine, size, note, joined)

    def _enough(self, found: Iterable[Cosigned]) -> bool:
        return self._policy.satisfied({one.witness.public_key for one in found})

    async def run_forever(self) -> None:
        """Run rounds until cancelled; what goes wrong is logged, and the next one tries again."""
        complaints = Complaints()
        while True:
            try:
                complaints.tell(await self.run_round())
            except (StoreError, AuditError) as error:
                _log.warning("no checkpoint could be published: %s", error)
            except Exception:  # noqa: BLE001 -- one strange answer must not end all publishing
                _log.exception("no checkpoint could be published")
            await asyncio.sleep(PAUSE_SECONDS)

    def _unpublished(self) -> _Newest | None:
        with reading(self._network.engine) as connection:
            network, published = log.network(connection), log.published(connection)
            owed = self._owed(log.handovers(connection))
        if owed is not None:
            return owed
        if network is None or (
            published is not None
            and published.size >= network.head.size
            and self._satisfied(published.note)
        ):
            return None
        return _Newest(network.head.size, network.head.checkpoint)

    def _owed(self, handovers: Sequence[log.HandoverRow]) -> _Newest | None:
        """Return the handover from a compromised key that no quorum has cosigned yet.

        It is offered before anything newer: a witness cosigns no tree smaller than its last.
        """
        for row in handovers:
            if is_revocation(row.leaf):
                found = cosignatures(parse_note(row.note), self._policy.keys())
                if not self._enough(found) and self._can_have(row.size, found):
                    return _Newest(row.size, row.note, handover=True)
        return None

    def _can_have(self, size: int, found: Iterable[Cosigned]) -> bool:
        """Tell whether a quorum may cosign a tree of this size yet.

        Who has proved to have cosigned a larger one never will: waiting would end all publishing.
        A witness's bare word that it has is no proof, and gives nothing up.
        """
        able = {one.witness.public_key for one in found}
        for name, witness in self._policy.witnesses.items():
            if self._proved.get(name, 0) <= size:
                able.add(witness.key.public_key)
        return self._policy.satisfied(able)

    def _ask(self, witness: PolicyWitness, newest: _Newest) -> tuple[str, Cosigned | AuditError]:
        try:
            cosigned = self._offer(witness, newest)
        except AuditError as error:
            if isinstance(error, WitnessError) and error.code in _PERHAPS_OURS:
                self._look(witness)
            self._sizes.pop(witness.name, None)
            return witness.name, error
        self._sizes[witness.name] = newest.size
        return witness.name, cosigned

    def _look(self, witness: PolicyWitness) -> None:
        """See whether it is our database that is wrong; if the log's own signature says so, stop.

        The log signs no more until it is opened anew on the right database.
        """
        try:
            seen = last_seen(witness, log_keys(self._network))
        except AuditError:
            return
        self._proved[witness.name] = seen.size
        try:
            judge(self._network, witness.name, seen)
        except StoreError as error:
            if error.code in {BEHIND, FORKED}:
                self._network.fence.trip(error)
            raise

    def _offer(self, witness: PolicyWitness, newest: _Newest) -> Cosigned:
        def prove(old: int) -> list[bytes]:
            with reading(self._network.engine) as connection:
                nodes = TileNodes(lambda level, index: log.tile(connection, level, index))
                return consistency_proof(old, newest.size, nodes)

        offer = Offer(
            witness.url, witness.key, newest.checkpoint, newest.size, prove, WITNESS_SECONDS
        )
        # A witness of another deployment's past may be anywhere: 0 asks it where it is.
        old = min(self._sizes.get(witness.name, 0), newest.size)
        return offer_checkpoint(offer, old)


class _Newest(NamedTuple):
    size: int
    checkpoint: str
    handover: bool = False


class _Asking(NamedTuple):
    """A witness that is being asked, and for what; a slow one, for longer than one round."""

    newest: _Newest
    task: _Task


def with_lines(checkpoint: str, cosigned: Sequence[Cosigned]) -> str:
    """Return a checkpoint with witnesses' lines below those that it has."""
    note = parse_note(checkpoint)
    lines = sorted((one.line for one in cosigned), key=lambda line: line.name)
    return joined(checkpoint, Note(note.body, (*note.signatures, *lines)).text())


class Complaints:
    """Says who does not cosign: once, until others fail or a quorum cosigns."""

    def __init__(self) -> None:
        """Begin with nothing said."""
        self._said: dict[str, str] = {}

    def tell(self, round_: Round | None) -> None:
        """Log what a round came to, where that is news."""
        if round_ is None:
            return
        failed = {} if round_.published else round_.failed
        if failed == self._said:
            return
        self._said = failed
        if not failed:
            _log.warning("a quorum of witnesses cosigns again, as of size %d", round_.size)
            return
        named = ", ".join(f"{name} ({code})" for name, code in sorted(failed.items()))
        _log.warning(
            "too few witnesses cosign, so what is served stands still below size %d: %s",
            round_.size,
            named,
        )
