"""Identities have the domain's form."""

from uuid import UUID

from api.identifiers import RandomIds
from domain.ids import is_id


def test_entities_sort_by_birth_and_members_tell_nothing() -> None:
    """Entities are UUIDv7, members UUIDv4, both 32 hex digits."""
    ids = RandomIds()
    entity, member = ids.entity(), ids.member()
    assert is_id(entity)
    assert is_id(member)
    assert (UUID(entity).version, UUID(member).version) == (7, 4)
