"""Every fault of the commands about members, partners, units and keys."""

from dataclasses import replace

from domain.clock import DAY
from domain.ledger import commands as c
from domain.ledger.commands import Command
from domain.money import Ratio
from domain.partners import commands as p
from tests.world.faults import fault as f
from tests.world.faults.fault import Case, put
from tests.world.faults.ledger import MINA, NOBODY, scene
from tests.world.network import World, by, named, operator, public_key

SMALL_ORDER = "01" + "00" * 31  # a point under which anything verifies


def enroll() -> tuple[World, Command]:
    """AIR enrols a new member."""
    world = scene().world
    return world, c.EnrollMember(
        actor=by("AIR"),
        id=world.fresh(),
        owner=named("sora"),
        partner="AIR",
        reference="7",
        reference_index="7" * 64,
        wrapped_key=b"",
        commitment="c" * 64,
    )


def _taken(world: World) -> None:
    for partner in ("AIR", "HOTEL"):
        world.state.references[partner, "7" * 64] = NOBODY


ENROLL = Case(
    enroll,
    {
        "PARTNER_UNKNOWN": put(partner="NOPE"),
        "NOT_PERMITTED": put(actor=by("SHOP")),
        "MEMBER_EXISTS": put(owner=MINA),
        "REFERENCE_TAKEN": f.spoil(_taken),
    },
)


def link() -> tuple[World, Command]:
    """HOTEL links a member that AIR enrolled."""
    world = scene().world
    return world, c.LinkMember(
        actor=by("HOTEL"),
        id=world.fresh(),
        owner=MINA,
        partner="HOTEL",
        reference="7",
        reference_index="7" * 64,
    )


LINK = Case(
    link,
    {
        "PARTNER_UNKNOWN": put(partner="NOPE"),
        "NOT_PERMITTED": put(actor=by("SHOP")),
        "MEMBER_UNKNOWN": put(owner=NOBODY),
        "MEMBER_ERASED": f.erased("mina"),
        "ALREADY_LINKED": f.spoil(
            lambda world: world.state.memberships.update({(MINA, "HOTEL"): 1})
        ),
        "REFERENCE_TAKEN": f.spoil(_taken),
    },
)


def grant() -> tuple[World, Command]:
    """AIR vouches for a consent to SHOP."""
    world = scene().world
    return world, c.GrantConsent(
        actor=by("AIR"),
        id=world.fresh(),
        owner=MINA,
        partner="SHOP",
        unit="AIR",
        action="REDEEM",
        max=0,
        evidence="e" * 64,
        expires_at=world.now + 1,
    )


GRANT = Case(
    grant,
    {
        "UNIT_UNKNOWN": put(unit="NOPE"),
        "PARTNER_UNKNOWN": put(partner="NOPE"),
        "MEMBER_UNKNOWN": put(owner=NOBODY),
        "MEMBER_ERASED": f.erased("mina"),
        "NOT_PERMITTED": put(actor=by("SHOP")),
        "VALUE_INVALID": put(action="GIFT"),
        "AMOUNT_OUT_OF_RANGE": put(max=-1),
    },
)


def revoke() -> tuple[World, Command]:
    """AIR revokes a consent."""
    world = scene().world
    return world, c.RevokeConsent(
        actor=by("AIR"), id=world.fresh(), owner=MINA, consent=named("k1")
    )


def _revoked(world: World) -> None:
    consents = world.state.consents[MINA]
    consents[named("k1")] = replace(consents[named("k1")], revoked_seq=1)


REVOKE = Case(
    revoke,
    {
        "CONSENT_UNKNOWN": put(actor=by("SHOP")),
        "CONSENT_REVOKED": f.spoil(_revoked),
        "MEMBER_ERASED": f.erased("mina"),
    },
)


def erase() -> tuple[World, Command]:
    """The operator erases a member that holds points and has let HOTEL spend them."""
    world = scene().world
    return world, c.EraseMember(actor=operator(), id=world.fresh(), owner=MINA)


def _held(world: World) -> None:
    hold = c.PlaceHold(
        actor=by("AIR"),
        id=world.fresh(),
        owner=MINA,
        unit="AIR",
        amount=100,
        deadline=world.now + DAY,
    )
    world.done(hold)


ERASE = Case(
    erase,
    {
        "NOT_PERMITTED": put(actor=by("AIR")),
        "PERSON_REQUIRED": put(actor=operator("robot", person=False)),
        "MEMBER_UNKNOWN": put(owner=NOBODY),
        "MEMBER_ERASED": f.erased("mina"),
        "MEMBER_HAS_HOLD": f.spoil(_held),
    },
)


def create_partner() -> tuple[World, Command]:
    """The operator admits a brand."""
    world = scene().world
    return world, p.CreatePartner(
        actor=operator(),
        id=world.fresh(),
        partner="BANK",
        currency="KRW",
        signing_key=public_key("BANK"),
    )


CREATE_PARTNER = Case(
    create_partner,
    {
        "NOT_PERMITTED": put(actor=by("AIR")),
        "VALUE_INVALID": put(currency="won"),
        "AMOUNT_OUT_OF_RANGE": put(cap=-1),
        "PUBLIC_KEY_INVALID": put(signing_key=SMALL_ORDER),
        "PARTNER_EXISTS": put(partner="AIR"),
    },
)


def update_partner() -> tuple[World, Command]:
    """The operator lowers a cap."""
    world = scene().world
    return world, p.UpdatePartner(actor=operator(), id=world.fresh(), partner="AIR", cap=5)


UPDATE_PARTNER = Case(
    update_partner,
    {
        "NOT_PERMITTED": put(actor=by("AIR")),
        "PARTNER_UNKNOWN": put(partner="NOPE"),
        "VALUE_INVALID": put(reversal="SOMETIMES"),
        "AMOUNT_OUT_OF_RANGE": put(cap=-1),
        "PUBLIC_KEY_INVALID": put(signing_key=SMALL_ORDER),
        "CAP_RAISE_NEEDS_PROPOSAL": put(cap=10**12 + 1),
    },
)


def create_unit() -> tuple[World, Command]:
    """SHOP opens a unit."""
    world = scene().world
    return world, p.CreateUnit(
        actor=by("SHOP"),
        id=world.fresh(),
        unit="SHOP",
        owner="SHOP",
        scale=0,
        nominal=Ratio(1, 1),
        currency="KRW",
        expiry="NEVER",
    )


CREATE_UNIT = Case(
    create_unit,
    {
        "NOT_PERMITTED": put(actor=by("HOTEL")),
        "VALUE_INVALID": put(expiry="SOON"),
        "PARTNER_UNKNOWN": put(owner="NOPE", actor=operator()),
        "CURRENCY_UNKNOWN": put(currency="EUR"),
        "UNIT_EXISTS": put(unit="AIR"),
    },
)


def grant_key() -> tuple[World, Command]:
    """The operator gives a partner a key."""
    world = scene().world
    return world, p.GrantKey(
        actor=operator(),
        id=world.fresh(),
        prefix="abc",
        partner="AIR",
        subject="till",
        person=False,
        role="partner",
        scopes=("points:issue",),
        hash="0" * 64,
    )


def _granted(world: World) -> None:
    _, command = grant_key()
    world.done(command)


GRANT_KEY = Case(
    grant_key,
    {
        "NOT_PERMITTED": put(actor=by("AIR")),
        "PERSON_REQUIRED": f.service_makes_a_person,
        "KEY_NEEDS_PROPOSAL": put(partner="", role="OPERATOR"),
        "PARTNER_UNKNOWN": put(partner="NOPE"),
        "API_KEY_EXISTS": f.spoil(_granted),
    },
)


def revoke_key() -> tuple[World, Command]:
    """The operator ends a key."""
    world = scene().world
    _granted(world)
    return world, p.RevokeKey(actor=operator(), id=world.fresh(), prefix="abc")


def _key_revoked(world: World) -> None:
    keys = world.state.reference.keys
    keys["abc"] = replace(keys["abc"], revoked_seq=1)


def _last_but_one(world: World) -> None:
    keys = world.state.reference.keys
    for key in ("abc", "other"):
        keys[key] = replace(
            keys["abc"], key=key, subject=key, partner="", person=True, role="OPERATOR"
        )


REVOKE_KEY = Case(
    revoke_key,
    {
        "NOT_PERMITTED": put(actor=by("AIR")),
        "API_KEY_UNKNOWN": put(prefix="xyz"),
        "API_KEY_REVOKED": f.spoil(_key_revoked),
        "PERSONS_TOO_FEW": f.spoil(_last_but_one),
    },
)

CASES: dict[type[Command], Case] = {
    c.EnrollMember: ENROLL,
    c.LinkMember: LINK,
    c.GrantConsent: GRANT,
    c.RevokeConsent: REVOKE,
    c.EraseMember: ERASE,
    p.CreatePartner: CREATE_PARTNER,
    p.UpdatePartner: UPDATE_PARTNER,
    p.CreateUnit: CREATE_UNIT,
    p.GrantKey: GRANT_KEY,
    p.RevokeKey: REVOKE_KEY,
}
