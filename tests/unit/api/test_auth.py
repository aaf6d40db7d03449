"""API keys are recognised by their exact text, for as long as they live."""

import asyncio
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.auth.credentials import hash_secret, matches, mint, read_authorization
from api.auth.directory import STALE_SECONDS_MAX, CredentialError, Directory
from api.auth.principal import principal_of
from api.auth.scopes import OPERATOR_ONLY, ROLE_SCOPES, Role, Scope, effective
from domain.ledger.records import ApiKey


def api_key(
    prefix: str, secret_hash: str, partner: str = "AIR", role: Role = Role.PARTNER
) -> ApiKey:
    """A live key with every scope."""
    scopes = tuple(scope.value for scope in Scope)
    return ApiKey(prefix, partner, "s1", False, role.value, scopes, secret_hash, 1, 0)


class FakeSource:
    """Keys and their version in memory; counts the looks."""

    def __init__(self) -> None:
        """Begin with no key."""
        self.keys: dict[str, ApiKey] = {}
        self.current = 0
        self.looks = 0

    def version(self) -> int:
        """Return the version as it stands."""
        self.looks += 1
        return self.current

    def live_keys(self) -> Iterable[ApiKey]:
        """Return the keys as they stand."""
        return list(self.keys.values())


class FakeTime:
    """A monotonic clock that moves when told to."""

    def __init__(self) -> None:
        """Begin at nought."""
        self.now = 0.0

    def __call__(self) -> float:
        """Return the instant in seconds."""
        return self.now


def test_a_minted_key_is_read_back_and_matches_its_hash_alone() -> None:
    """A minted token parses, fits its own hash and no other's."""
    minted, other = mint(), mint()
    presented = read_authorization(f"Bearer {minted.token}")
    assert presented is not None
    assert presented.prefix == minted.prefix
    assert matches(presented, minted.hash)
    assert not matches(presented, other.hash)
    assert hash_secret(presented.secret) == minted.hash


@given(st.text(max_size=250))
def test_no_other_text_is_a_key(text: str) -> None:
    """Arbitrary text is read as no key, whatever it holds, and never raises."""
    assert read_authorization(text) is None
    assert read_authorization("Bearer " + text) is None


def test_a_revoked_key_dies_within_the_stale_limit() -> None:
    """A key revoked elsewhere is refused after the limit, and at once where it was revoked."""

    async def story() -> None:
        source, clock = FakeSource(), FakeTime()
        minted = mint()
        source.keys["k"] = api_key(minted.prefix, minted.hash)
        directory = Directory(source, monotonic=clock)
        header = f"Bearer {minted.token}"
        assert (await directory.recognise(header)) is not None
        source.keys.clear()
        source.current += 1
        assert (await directory.recognise(header)) is not None
        clock.now += STALE_SECONDS_MAX + 0.001
        with pytest.raises(CredentialError):
            await directory.recognise(header)
        source.keys["k"] = api_key(minted.prefix, minted.hash)
        source.current += 1
        directory.forget()
        assert (await directory.recognise(header)) is not None

    asyncio.run(story())


def test_known_keys_cost_one_look_a_second() -> None:
    """A thousand callers within the limit share one look at the version."""

    async def story() -> int:
        source, clock = FakeSource(), FakeTime()
        minted = mint()
        source.keys["k"] = api_key(minted.prefix, minted.hash)
        directory = Directory(source, monotonic=clock)
        await asyncio.gather(*(directory.recognise(f"Bearer {minted.token}") for _ in range(1000)))
        return source.looks

    assert asyncio.run(story()) == 1


def test_no_header_is_nobody_and_a_wrong_one_is_refused() -> None:
    """Without a header there is no principal; with another key's secret there is an error."""

    async def story() -> None:
        source = FakeSource()
        minted, other = mint(), mint()
        source.keys["k"] = api_key(minted.prefix, minted.hash)
        directory = Directory(source)
        assert await directory.recognise(None) is None
        forged = f"Bearer dure_{minted.prefix}_{other.token[-43:]}"
        for header in ("", "Basic x", forged, f"Bearer {other.token}"):
            with pytest.raises(CredentialError):
                await directory.recognise(header)

    asyncio.run(story())


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("partner", ["", "AIR"])
def test_a_role_bounds_its_scopes(role: Role, partner: str) -> None:
    """No list of scopes lifts a key above its role, nor a partner's key to the operator's."""
    counted = effective(role, partner, frozenset(Scope))
    assert counted <= ROLE_SCOPES[role]
    assert not (partner and counted & OPERATOR_ONLY)


def test_an_auditor_changes_nothing() -> None:
    """Every scope of an auditor is a reading one."""
    assert {scope.value.rpartition(":")[2] for scope in ROLE_SCOPES[Role.AUDITOR]} == {"read"}


def test_the_author_is_the_leafs() -> None:
    """A partner's author names its key, the operator's its subject (AUDIT_FORMAT, leaf)."""
    minted = mint()
    partner = principal_of(api_key(minted.prefix, minted.hash))
    operator = principal_of(api_key(minted.prefix, minted.hash, "", Role.OPERATOR))
    assert partner.actor.author == f"partner:AIR/{minted.prefix}"
    assert operator.actor.author == "operator/s1"
    assert operator.actor.is_operator
    assert operator.sees_all
    assert not partner.sees_all
