"""What a witness answers: a pure rule over the request and the last checkpoint it cosigned.

The order of the checks is tlog-witness's own, and so are the status codes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from audit.checkpoint import Checkpoint
from audit.errors import CheckpointError, NoteError, ProofError
from audit.merkle import EMPTY_ROOT, verify_consistency
from audit.note import Note, SignatureLine, VerifierKey, parse_note
from audit.witness.request import AddCheckpoint


class Refusal(Exception):
    """A witness does not cosign.

    Attributes:
        status: the HTTP status.
        reason: a stable upper-case code for a person's log.
        size: of the last cosigned checkpoint, where the status is 409; else -1.
    """

    def __init__(self, status: HTTPStatus, reason: str, size: int = -1) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.size = size


@dataclass(frozen=True, slots=True)
class Acceptable:
    """A checkpoint that may be cosigned once it is on disk.

    Attributes:
        checkpoint: what it says.
        note: its text, and the lines of the log that were verified, no others.
    """

    checkpoint: Checkpoint
    note: Note


Logs = Callable[[str], Sequence[VerifierKey]]
Latest = Callable[[str], Checkpoint | None]


def decide(body: bytes, logs: Logs, latest: Latest) -> Acceptable:
    """Say whether a checkpoint may be cosigned.

    Args:
        body: the request's body.
        logs: the trusted keys of the log of an origin; none for one that is not known.
        latest: the last checkpoint cosigned for an origin.

    Raises:
        Refusal: with the status that tlog-witness gives the first check that fails.
    """
    try:
        request = AddCheckpoint.parse(body)
        note = parse_note(request.note)
        checkpoint, possible = _parse(note.body)
    except (ProofError, NoteError) as error:
        raise Refusal(HTTPStatus.BAD_REQUEST, error.code) from None
    keys = logs(checkpoint.origin)
    if not keys:
        raise Refusal(HTTPStatus.NOT_FOUND, "LOG_UNKNOWN")
    signed = _verified(note, keys)
    if request.old > checkpoint.size:
        raise Refusal(HTTPStatus.BAD_REQUEST, "OLD_TOO_LARGE")
    before = latest(checkpoint.origin) or Checkpoint(checkpoint.origin, 0, EMPTY_ROOT)
    if request.old != before.size:
        raise Refusal(HTTPStatus.CONFLICT, "OLD_CONFLICT", before.size)
    if not possible:
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "CHECKPOINT_ROOT")
    try:
        verify_consistency(
            before.size, before.root, checkpoint.size, checkpoint.root, request.proof
        )
    except ProofError as error:
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, error.code) from None
    return Acceptable(checkpoint, Note(note.body, signed))


def _parse(body: str) -> tuple[Checkpoint, bool]:
    """The checkpoint, and whether its root may be: an empty tree has one root.

    One that has another is well formed, so that it is refused for it only after what comes first.
    """
    try:
        return Checkpoint.parse(body), True
    except CheckpointError as error:
        origin, size, *_ = body.split("\n")
        if error.code != "CHECKPOINT_ROOT" or size != "0":
            raise
        return Checkpoint(origin, 0, EMPTY_ROOT), False


def _verified(note: Note, keys: Sequence[VerifierKey]) -> tuple[SignatureLine, ...]:
    try:
        known = {(key.name, key.id) for key in note.verify(keys)}
    except NoteError as error:
        raise Refusal(HTTPStatus.FORBIDDEN, error.code) from None
    return tuple(line for line in note.signatures if (line.name, line.key_id) in known)
