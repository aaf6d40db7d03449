"""The model's erasure: a book is emptied and closed, and nobody finds its owner any more."""

from tests.model.facts import OPERATOR
from tests.model.register import Register

USES_MAX = 500  # lots of one entry


def erase(book: Register, actor: tuple[str, bool], member: str, now: int) -> str:
    """One of the operator's people erases a member; `actor` is partner and whether a person."""
    partner, person = actor
    if partner != OPERATOR:
        return "NOT_PERMITTED"
    if not person:
        return "PERSON_REQUIRED"
    if member not in book.members:
        return "MEMBER_UNKNOWN"
    if member in book.erased:
        return "MEMBER_ERASED"
    pending = [h for h in book.holds.values() if (h.owner, h.state) == (member, "PENDING")]
    if any(hold.deadline > now for hold in pending):
        return "MEMBER_HAS_HOLD"
    for unit in sorted(book.units):
        book.end_overdue(member, unit, now)
        _empty(book, member, unit)
    for permission in book.permissions[member]:
        if not permission.revoked and permission.expires > now:
            permission.revoked = True
            book.size += 1
    book.references = {name: owner for name, owner in book.references.items() if owner != member}
    book.erased.add(member)
    book.size += 1
    return ""


def _empty(book: Register, member: str, unit: str) -> None:
    """Expire all that a wallet holds, past its time or not."""
    held = [lot for lot in book.of(member, unit) if lot.remaining]
    for lot in held:
        book.post(member, unit, "WALLET", "EXPIRED", lot.remaining)
        lot.remaining = 0
    book.size += -(-len(held) // USES_MAX)
