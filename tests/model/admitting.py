"""The model's rules for brands, units, API keys and members: "" where it was done, else a code."""

from tests.model.facts import OPERATOR, Brand, Permission, Points
from tests.model.register import OPEN, READER, Credential, Register, Suggestion
from tests.model.spending import AMOUNT_MAX, grant, revoke

ROLES = ("OPERATOR", "FINANCE")  # that a proposal of a key may name


def _entered(book: Register) -> str:
    book.size += 1
    return ""


def _stolen(book: Register, brand: str, key: str) -> bool:
    return bool(key) and any(b.key == key for b in book.brands.values() if b.code != brand)


def admit(book: Register, actor: str, brand: Brand) -> str:
    """The operator admits a brand; the first one opens the first window."""
    if actor != OPERATOR:
        return "NOT_PERMITTED"
    if not 0 <= brand.prefund <= AMOUNT_MAX or not 0 <= brand.limit - brand.prefund <= AMOUNT_MAX:
        return "AMOUNT_OUT_OF_RANGE"
    if _stolen(book, brand.code, brand.key):
        return "PUBLIC_KEY_INVALID"
    if brand.code in book.brands:
        return "PARTNER_EXISTS"
    book.brands[brand.code] = brand
    if not book.windows:
        book.windows[book.period], book.opened_at = OPEN, book.time
    return _entered(book)


def change(
    book: Register,
    actor: str,
    code: str,
    cap: int | None,
    values: tuple[str | None, str | None, bool | None, bool | None],
) -> str:
    """The operator changes a brand: its cap only downwards; policy, key, issuer, acceptor."""
    if actor != OPERATOR:
        return "NOT_PERMITTED"
    brand = book.brands.get(code)
    if brand is None:
        return "PARTNER_UNKNOWN"
    policy, key, issuer, acceptor = values
    held = brand.limit - brand.prefund
    if cap is not None and not 0 <= cap <= AMOUNT_MAX:
        return "AMOUNT_OUT_OF_RANGE"
    if _stolen(book, code, brand.key if key is None else key):
        return "PUBLIC_KEY_INVALID"
    if cap is not None and cap > held:
        return "CAP_RAISE_NEEDS_PROPOSAL"
    brand.limit = brand.prefund + (held if cap is None else cap)
    brand.policy = brand.policy if policy is None else policy
    brand.key = brand.key if key is None else key
    brand.issuer = brand.issuer if issuer is None else issuer
    brand.acceptor = brand.acceptor if acceptor is None else acceptor
    return _entered(book)


def open_unit(book: Register, actor: str, unit: Points) -> str:
    """The operator or its owner opens a point unit."""
    if actor not in (OPERATOR, unit.owner):
        return "NOT_PERMITTED"
    if not 0 <= unit.scale <= 4:
        return "VALUE_INVALID"
    if unit.owner not in book.brands:
        return "PARTNER_UNKNOWN"
    if unit.code in book.units:
        return "UNIT_EXISTS"
    book.units[unit.code] = unit
    return _entered(book)


def give_key(
    book: Register, actor: tuple[str, str, bool], key: str, asked: Credential, *, founds: bool
) -> str:
    """The operator gives an API key; `actor` is partner, its own key, whether it is a person.

    `founds` where the founding itself gives it: two people come that way, and never a third.
    """
    partner, own, by_person = actor
    if partner != OPERATOR:
        return "NOT_PERMITTED"
    granter = book.credentials.get(own)
    if granter is not None and not asked.partner and not asked.scopes <= granter.scopes:
        return "NOT_PERMITTED"
    if asked.person and own and not by_person:
        return "PERSON_REQUIRED"
    if not asked.partner and asked.role != READER:
        people = {one.subject for one in book.credentials.values() if one.acts and one.person}
        if not (founds and asked.person and len(people) < 2):
            return "KEY_NEEDS_PROPOSAL"
    if asked.partner and asked.partner not in book.brands:
        return "PARTNER_UNKNOWN"
    if key in book.credentials:
        return "API_KEY_EXISTS"
    book.credentials[key] = asked
    return _entered(book)


def suggest_key(
    book: Register, actor: tuple[str, str, str, bool], id: str, value: str, asked: Credential
) -> str:
    """Somebody proposes a key of the operator's; `actor` is partner, author, key, if a person.

    `value` tells of the key, its prefix first, up to a dot.
    """
    partner, author, own, by_person = actor
    if partner != OPERATOR:
        return "NOT_PERMITTED"
    proposer = book.credentials.get(own)
    if proposer is not None and not asked.scopes <= proposer.scopes:
        return "NOT_PERMITTED"
    if not by_person:
        return "PERSON_REQUIRED"
    if asked.role not in ROLES:
        return "VALUE_INVALID"
    if value.partition(".")[0] in book.credentials:
        return "API_KEY_EXISTS"
    wanted = Suggestion(0, author, type="API_KEY", value=value, key=asked)
    if any(one.state == "PENDING" and one.of == wanted.of for one in book.suggestions.values()):
        return "PROPOSAL_PENDING"
    book.suggestions[id] = wanted
    return _entered(book)


def admit_key(book: Register, suggestion: Suggestion) -> str:
    """A key that two agreed on is there, unless it has come to be meanwhile."""
    prefix = suggestion.value.partition(".")[0]
    if prefix in book.credentials:
        return "API_KEY_EXISTS"
    assert suggestion.key is not None
    book.credentials[prefix] = suggestion.key
    return _entered(book)


def end_key(book: Register, actor: str, key: str) -> str:
    """The operator ends an API key."""
    if actor != OPERATOR:
        return "NOT_PERMITTED"
    found = book.credentials.get(key)
    if found is None:
        return "API_KEY_UNKNOWN"
    if found.revoked:
        return "API_KEY_REVOKED"
    found.revoked = True
    return _entered(book)


def enrol(book: Register, actor: str, member: str, partner: str, reference: str) -> str:
    """A brand makes a new member known."""
    if partner not in book.brands:
        return "PARTNER_UNKNOWN"
    if actor not in (partner, OPERATOR):
        return "NOT_PERMITTED"
    if member in book.members:
        return "MEMBER_EXISTS"
    return _join(book, member, partner, reference)


def link(book: Register, actor: str, member: str, partner: str, reference: str) -> str:
    """A brand adds its membership to a member already known."""
    if partner not in book.brands:
        return "PARTNER_UNKNOWN"
    if actor not in (partner, OPERATOR):
        return "NOT_PERMITTED"
    if member not in book.members:
        return "MEMBER_UNKNOWN"
    if member in book.erased:
        return "MEMBER_ERASED"
    if (member, partner) in book.memberships:
        return "ALREADY_LINKED"
    return _join(book, member, partner, reference)


def _join(book: Register, member: str, partner: str, reference: str) -> str:
    if (partner, reference) in book.references:
        return "REFERENCE_TAKEN"
    book.members.add(member)
    book.memberships.add((member, partner))
    book.references[partner, reference] = member
    return _entered(book)


def allow(book: Register, actor: str, member: str, permission: Permission, now: int) -> str:
    """The unit's owner vouches for a member's consent."""
    unit = book.units.get(permission.unit)
    if unit is None:
        return "UNIT_UNKNOWN"
    if permission.partner not in book.brands:
        return "PARTNER_UNKNOWN"
    if member not in book.members:
        return "MEMBER_UNKNOWN"
    if member in book.erased:
        return "MEMBER_ERASED"
    if unit.owner != actor:
        return "NOT_PERMITTED"
    if permission.expires <= now:
        return "VALUE_INVALID"
    if not 0 <= permission.max <= AMOUNT_MAX:
        return "AMOUNT_OUT_OF_RANGE"
    return grant(book, member, permission)


def withdraw(book: Register, actor: str, member: str, id: str) -> str:
    """The unit's owner or the brand that was given it ends a consent."""
    for permission in book.permissions[member]:
        if permission.id == id:
            if actor not in (permission.partner, book.units[permission.unit].owner):
                return "CONSENT_UNKNOWN"
            if member in book.erased and not permission.revoked:
                return "MEMBER_ERASED"
            return revoke(book, member, id)
    return "CONSENT_UNKNOWN"
