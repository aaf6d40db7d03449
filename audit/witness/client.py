"""How a log asks a witness: offer, and where it is elsewhere than thought, offer from there.

A witness may lie, be slow, or answer nonsense: nothing but a line that verifies under its known key
is taken from it, and no more than two requests are made.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from audit.cosignature import Cosigned, WitnessKey, cosignatures
from audit.errors import AuditError, NoteError
from audit.note import NOTE_BYTES_MAX, Note, parse_note
from audit.transport import request
from audit.witness.request import AddCheckpoint

ANSWER_BYTES_MAX = NOTE_BYTES_MAX  # signature lines; one has about 150 bytes
_SIZE_DIGITS_MAX = 16  # of 2^53

Prove = Callable[[int], Sequence[bytes]]


class WitnessError(AuditError):
    """A witness did not cosign; the code says why."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A checkpoint on its way to one witness.

    Attributes:
        url: the witness's submission prefix.
        key: the witness's key.
        note: the signed checkpoint.
        size: its size.
        prove: makes the consistency proof from a smaller size to this one.
        seconds: for one request.
    """

    url: str
    key: WitnessKey
    note: str
    size: int
    prove: Prove
    seconds: float


def offer_checkpoint(offer: Offer, old: int) -> Cosigned:
    """Offer a checkpoint to a witness believed to be at size `old`; return its cosignature.

    Raises:
        TransportError: nobody answered in time.
        WitnessError: `WITNESS_AHEAD` with its `size`, where it has cosigned a larger tree than
            ours: ours was restored from a copy, or theirs is another; `WITNESS_REFUSED` with the
            status; `WITNESS_NONSENSE` where the answer is not what tlog-witness allows;
            `WITNESS_UNSIGNED` where it holds no line of the witness's.
    """
    status, body = _ask(offer, old)
    if status == HTTPStatus.CONFLICT:
        size = _size(body)
        if size > offer.size:
            raise WitnessError("WITNESS_AHEAD", witness=offer.key.name, size=size, ours=offer.size)
        status, body = _ask(offer, size)
    if status != HTTPStatus.OK:
        reason = body[:64].decode("ascii", "replace").strip()
        raise WitnessError("WITNESS_REFUSED", witness=offer.key.name, status=status, reason=reason)
    return _cosigned(offer, body)


def _ask(offer: Offer, old: int) -> tuple[int, bytes]:
    body = AddCheckpoint(old, tuple(offer.prove(old)), offer.note).body()
    answer = request(
        "POST",
        f"{offer.url.rstrip('/')}/add-checkpoint",
        body=body,
        headers={"content-type": "text/plain; charset=utf-8"},
        bytes_max=ANSWER_BYTES_MAX,
        seconds=offer.seconds,
    )
    return answer.status, answer.body


def _size(body: bytes) -> int:
    digits = body.removesuffix(b"\n")
    if not digits.isdigit() or len(digits) > _SIZE_DIGITS_MAX:
        raise WitnessError("WITNESS_NONSENSE", body=body[:32])
    return int(digits)


def _cosigned(offer: Offer, body: bytes) -> Cosigned:
    try:
        ours = parse_note(offer.note)
        theirs = parse_note(offer.note.encode() + body)
        # Lines of others in the answer are not this witness's business.
        added = theirs.signatures[len(ours.signatures) :]
        found = cosignatures(Note(ours.body, added), [offer.key])
    except NoteError as error:
        raise WitnessError("WITNESS_NONSENSE", witness=offer.key.name, reason=error.code) from None
    if not found:
        raise WitnessError("WITNESS_UNSIGNED", witness=offer.key.name)
    return found[0]
