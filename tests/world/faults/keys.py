"""Every fault of the command that proposes a key of the operator's, and of deciding on it."""

from dataclasses import replace

from domain.ledger.commands import Command
from domain.ledger.records import PENDING_STATE, ApiKey, Proposal
from domain.partners.commands import ProposeKey
from domain.partners.people import KEY, Asked
from tests.world.faults import fault as f
from tests.world.faults.fault import Case, put
from tests.world.faults.ledger import scene
from tests.world.network import World, by, operator

HASH = "c" * 64
ASKED = Asked(f"carolkey.{HASH}", "carol", True, "FINANCE", ("audit:read",))


def known(
    world: World, key: str, subject: str, hash_: str = "0" * 64, *, person: bool = True
) -> None:
    """Let the network know a key of somebody of the operator's."""
    world.state.reference.keys[key] = ApiKey(
        key, "", subject, person, "OPERATOR", ("network:admin", "audit:read"), hash_, 1, 0
    )


def propose(asked: Asked = ASKED) -> tuple[World, Command]:
    """Ann proposes a key for carol."""
    world = scene().world
    known(world, "annskeys", "ann")
    return world, ProposeKey(
        actor=operator("ann"),
        id=world.fresh(),
        reason="HIRED",
        **asked._asdict(),
    )


def waiting(world: World) -> None:
    """The same is proposed already."""
    world.state.reference.proposals["k"] = Proposal(
        "k", KEY, 0, "", "operator/ann", PENDING_STATE, "", "X", 1, 0, value=ASKED.text()
    )


def of_a_stranger(world: World, command: Command) -> Command:
    """The fault of approving what somebody proposed whose keys have all ended."""
    waiting(world)
    keys = world.state.reference.keys
    for key in [key for key in keys.values() if key.subject == "ann"]:
        keys[key.key] = replace(key, revoked_seq=1)
    return put(proposal="k")(world, command)


def of_a_known_secret(world: World, command: Command) -> Command:
    """The fault of approving a key whose secret somebody has under another name."""
    known(world, "annskeys", "ann")
    known(world, "another2", "ann", HASH)
    waiting(world)
    return put(proposal="k")(world, command)


PROPOSE = Case(
    propose,
    {
        "NOT_PERMITTED": put(actor=by("AIR")),
        "PERSON_REQUIRED": put(actor=operator("robot", person=False)),
        "VALUE_INVALID": put(reason="because"),
        "API_KEY_EXISTS": f.spoil(lambda world: known(world, "another2", "ann", HASH)),
        "PROPOSAL_PENDING": f.spoil(waiting),
    },
)

CASES: dict[type[Command], Case] = {ProposeKey: PROPOSE}
