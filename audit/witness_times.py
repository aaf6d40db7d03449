"""Whom to believe where a witness's clock contradicts an entry's time: a quorum, and no fewer.

Any one clock may be wrong, and any one witness may lie. So those whose cosignatures contradict an
entry are held against those whose do not. If the first make a quorum of the policy and the others
do not, the entry is misdated; the other way round it is not: of two out of three, one clock ahead
condemns no honest log, and one behind excuses no other. Where both make one or neither does, nobody
can tell whose clock is wrong. The entry is then neither condemned nor passed over: it is disputed,
and a verdict says so.
"""

from collections.abc import Sequence
from enum import Enum, auto

from audit.cosignature import Cosigned
from audit.policy import NONE, Policy


class Word(Enum):
    """What the witnesses of a checkpoint say of an entry's time."""

    GOOD = auto()
    MISDATED = auto()
    DISPUTED = auto()


def word_of(policy: Policy, against: Sequence[Cosigned], others: Sequence[Cosigned]) -> Word:
    """Weigh the cosignatures that contradict an entry against those that do not.

    A policy that asks for nobody believes what all say who cosigned.
    """
    if not against:
        return Word.GOOD
    condemned, cleared = _believed(policy, against, others), _believed(policy, others, against)
    if condemned == cleared:
        return Word.DISPUTED
    return Word.MISDATED if condemned else Word.GOOD


def _believed(policy: Policy, found: Sequence[Cosigned], others: Sequence[Cosigned]) -> bool:
    if policy.quorum == NONE:
        return not others
    return is_quorum(policy, found)


def is_quorum(policy: Policy, found: Sequence[Cosigned]) -> bool:
    """Tell whether these cosignatures are what the policy asks for."""
    return policy.satisfied({one.witness.public_key for one in found})
