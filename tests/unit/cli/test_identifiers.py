"""Identities have the domain's form, and a key's text gives back its prefix and secret."""

from uuid import UUID

import pytest

from api.identifiers import RandomIds, hash_of_secret, new_api_key, split_api_key
from domain.ids import is_id


def test_entities_sort_by_birth_and_members_tell_nothing() -> None:
    """Entities are UUIDv7, members UUIDv4, both 32 hex digits."""
    ids = RandomIds()
    entity, member = ids.entity(), ids.member()
    assert is_id(entity)
    assert is_id(member)
    assert (UUID(entity).version, UUID(member).version) == (7, 4)


def test_a_key_is_found_and_proved_by_its_text() -> None:
    """From a key's text follow the prefix it is found by and the hash that is kept of it."""
    key = new_api_key()
    split = split_api_key(key.text)
    assert split is not None
    assert (split[0], hash_of_secret(split[1])) == (key.prefix, key.hash)
    assert split[1] not in (key.prefix, key.hash)


@pytest.mark.parametrize(
    "change", [str.upper, lambda t: t + "x", lambda t: t[:-1], lambda t: t + "\n"]
)
def test_other_texts_are_no_keys(change: "object") -> None:
    """A key's text in any other spelling is none."""
    assert callable(change)
    assert split_api_key(change(new_api_key().text)) is None
