"""A witness: its key, the logs that it knows, and what it last cosigned for each of them.

One request at a time is looked at, kept and answered, so that no two can pass each other between
the look and the keeping (the race that tlog-witness describes).
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from audit.checkpoint import Checkpoint
from audit.cosignature import WitnessKey, cosign, cosignatures
from audit.keys import Signer
from audit.note import Note, VerifierKey
from audit.witness.decide import Refusal, decide
from audit.witness.state import StateError, StateFolder, origin_hash

CLOCK_STEP_SECONDS = 60  # what a clock is set back by at once, if it was kept at all
CLOCK_DOUBT_SECONDS = 600  # a machine that starts without the time has it from its network by then

TEXT_TYPE = "text/plain; charset=utf-8"
SIZE_TYPE = "text/x.tlog.size"  # tlog-witness, of a 409


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer.

    Attributes:
        status: the HTTP status.
        content_type: of the body.
        body: signature lines; a size; or a reason's code.
        origin: the log in question, "" where the request did not get so far.
        size: of the checkpoint cosigned, or of the last one where the sizes conflict; else -1.
    """

    status: HTTPStatus
    content_type: str
    body: bytes
    origin: str = ""
    size: int = -1


class Witness:
    """One witness.

    Args:
        name: the key's name.
        signer: the key.
        logs: the trusted keys of each log, by origin.
        state: its memory.
        now: the time in seconds since 1970, UTC.
    """

    def __init__(
        self,
        name: str,
        signer: Signer,
        logs: Mapping[str, Sequence[VerifierKey]],
        state: StateFolder,
        now: Callable[[], int],
    ) -> None:
        self.key = WitnessKey(name, signer.public_key)
        self._signer = signer
        self._logs = dict(logs)
        self._state = state
        self._now = now
        self._doubted: dict[str, int] = {}
        self._turn = threading.Lock()
        self._by_hash = {origin_hash(origin): origin for origin in self._logs}
        for origin in self._logs:
            # A memory that cannot be read stops the witness at its start, not at its first request.
            state.read(origin)

    def add_checkpoint(self, body: bytes) -> Answer:
        """Answer a request of add-checkpoint; a cosignature is on disk before it is returned."""
        with self._turn:
            try:
                return self._add(body)
            except Refusal as refusal:
                if refusal.status is HTTPStatus.CONFLICT:
                    size = b"%d\n" % refusal.size
                    return Answer(refusal.status, SIZE_TYPE, size, size=refusal.size)
                return Answer(refusal.status, TEXT_TYPE, refusal.reason.encode() + b"\n")
            except StateError as error:
                # The cosignature is not given out, since it is not remembered.
                code = error.code.encode() + b"\n"
                return Answer(HTTPStatus.INTERNAL_SERVER_ERROR, TEXT_TYPE, code)

    def _add(self, body: bytes) -> Answer:
        accepted = decide(body, self._keys, self._latest)
        origin = accepted.checkpoint.origin
        line = cosign(accepted.note.body, self.key.name, self._signer, self._time(origin))
        self._state.write(origin, Note(accepted.note.body, (*accepted.note.signatures, line)))
        size = accepted.checkpoint.size
        return Answer(HTTPStatus.OK, TEXT_TYPE, line.text().encode(), origin, size)

    def checkpoint(self, hash_: str) -> Answer:
        """Answer a monitor: the last cosigned checkpoint of the log of this origin's hash."""
        origin = self._by_hash.get(hash_)
        try:
            found = None if origin is None else self._state.read(origin)
        except StateError as error:
            code = error.code.encode() + b"\n"
            return Answer(HTTPStatus.INTERNAL_SERVER_ERROR, TEXT_TYPE, code)
        if found is None:
            return Answer(HTTPStatus.NOT_FOUND, TEXT_TYPE, b"NO_CHECKPOINT\n")
        checkpoint, note = found
        body = note.text().encode()
        return Answer(HTTPStatus.OK, TEXT_TYPE, body, checkpoint.origin, checkpoint.size)

    def _keys(self, origin: str) -> Sequence[VerifierKey]:
        return self._logs.get(origin, ())

    def _latest(self, origin: str) -> Checkpoint | None:
        found = self._state.read(origin)
        return None if found is None else found[0]

    def _time(self, origin: str) -> int:
        """The time of this cosignature: the clock's, unless it stands before the last one's.

        A clock that was corrected by a little is waited for: the last time is given again. One that
        is far behind has lost its time, or was far ahead before. So nothing is cosigned for a
        while, in which a clock that has lost its time finds it; then it is believed, and what a
        clock ahead has said stays behind (tlog-cosignature asks for the time, not for an order).
        """
        found = self._state.read(origin)
        last = (
            max((one.time for one in cosignatures(found[1], [self.key])), default=0) if found else 0
        )
        now = self._now()
        if now >= last - CLOCK_STEP_SECONDS:
            self._doubted.pop(origin, None)
            return max(now, last)
        since = self._doubted[origin] = min(now, self._doubted.get(origin, now))
        if now - since < CLOCK_DOUBT_SECONDS:
            raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "CLOCK_BEHIND")
        return now
