"""What an older release left behind, this one opens and goes on with."""

import asyncio
import tomllib
from pathlib import Path

import httpx2
import pytest

from api.asgi import create_app
from api.bootstrap import Network, open_network
from api.bundles import export_bundle
from api.checkup import check_up
from audit.note import VerifierKey
from audit.verification import verify_bundle
from domain.errors import StoreError
from domain.store.engine import open_engine
from domain.store.revision import revisions
from tests.acceptance.stage import ACCEPT, DOCUMENTS, Json
from tests.releases.homes import RELEASES, Recorded, contents, migrated, put, recorded

ROOT = Path(__file__).resolve().parents[2]
# What of a receipt may differ when an answer is repeated: its proof may lead to a later checkpoint.
PROOF = ("checkpoint", "proof", "cosigned")
# A thing that lives on is shown as it is now: a hold may have ended since, a contract begun.
LIVING = ("state", "captured", "decider", "limits")
WORDS = "message"  # for people: a later release may say more, and begins with what was said


def outcome(payload: Json) -> Json:
    """Return a payload without what a repeated answer may say otherwise."""
    return {
        name: outcome(value) if isinstance(value, dict) else value
        for name, value in payload.items()
        if name not in ("replayed", WORDS, *PROOF, *LIVING)
    }


async def ask_again(network: Network, release: Recorded) -> None:
    """Send every recorded request once more, then a new one, over HTTP."""
    app = create_app(network)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app), base_url="http://dure", headers=ACCEPT, timeout=60
        ) as client,
    ):

        async def post(authorization: str, sent: Json) -> Json:
            answer = await client.post(
                "/graphql", json=sent, headers={"authorization": authorization}
            )
            ((payload),) = answer.json()["data"].values()
            return dict(payload)

        for heard in release["heard"]:
            again = await post(heard["authorization"], heard["sent"])
            assert outcome(again) == outcome(heard["payload"])
            assert str(again.get(WORDS, "")).startswith(heard["payload"].get(WORDS, ""))
            assert again.get("replayed", True) is True
        issue = next(
            heard
            for heard in release["heard"]
            if heard["payload"]["__typename"] == "PointsIssueSuccess"
        )
        given = {**issue["sent"]["variables"]["input"], "idempotencyKey": "after the upgrade"}
        made = await post(
            issue["authorization"],
            {"query": DOCUMENTS["pointsIssue"], "variables": {"input": given}},
        )
        assert (made["__typename"], made["replayed"]) == ("PointsIssueSuccess", False)


@pytest.mark.parametrize("release", RELEASES)
def test_a_home_of_an_older_release_goes_on(
    release: str, tmp_path: Path, database_url: str
) -> None:
    """It opens, its first answers stand, new commands work, its log verifies with its old key."""
    found = recorded(release)
    settings = put(found, tmp_path / "home", database_url)
    network = migrated(settings)
    try:
        # The key that signs on is the one that the release's own genesis names.
        key = network.verifier_key
        assert f'"key":"{key}"'.encode().hex() in found["sql"].lower()
        assert check_up(network, lambda _: None).breaches == []
        asyncio.run(ask_again(network, found))
        assert check_up(network, lambda _: None).breaches == []
        export_bundle(network, tmp_path / "bundle", lambda _: None)
    finally:
        network.close()
    report = verify_bundle(tmp_path / "bundle", VerifierKey.parse(key))
    assert report.clean, report.findings


@pytest.mark.parametrize("release", RELEASES)
def test_a_recorded_home_has_rows_in_every_table(release: str, tmp_path: Path) -> None:
    """A record that left a table empty would prove nothing of it."""
    url = f"sqlite:///{tmp_path / 'dure.db'}"
    put(recorded(release), tmp_path, url)
    engine = open_engine(url)
    try:
        held = contents(engine)
    finally:
        engine.dispose()
    assert [table for table, rows in held.items() if not rows] == []
    states = {row["state"] for table in ("hold", "settlement_window") for row in held[table]}
    assert {"PENDING", "CAPTURED", "VOIDED", "OPEN", "CLOSED"} <= states
    kinds = {row["kind"] for row in held["transfer"]}
    assert {"ISSUE", "REDEEM", "EXCHANGE", "GIFT", "ADJUST", "REVERSE", "EXPIRE"} <= kinds
    assert any(row["purpose"] == "DEBT" and row["debits_posted"] for row in held["account"])
    assert any(row["used_seq"] == 0 for row in held["quote"])


def test_the_release_before_this_one_is_recorded() -> None:
    """The newest record is of a release, and not of the version that this tree will be."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert RELEASES
    assert version.endswith(".dev0")
    assert version.removesuffix(".dev0") not in RELEASES


NEWER = {
    "keys/log.key": ("dure-key/v1", "dure-key/v2"),
    "keys/vault.key": ("dure-vault/v1", "dure-vault/v2"),
    "high-water": ("dure-high-water/v1", "dure-high-water/v2"),
}


@pytest.mark.parametrize("name", NEWER)
def test_a_file_of_a_later_format_is_named(name: str, tmp_path: Path) -> None:
    """A home with a file of a later program is refused by name, and the file is left as it was."""
    url = f"sqlite:///{tmp_path / 'dure.db'}"
    settings = put(recorded(RELEASES[-1]), tmp_path, url)
    path = tmp_path / name
    known, later = NEWER[name]
    path.write_text(path.read_text().replace(known, later))
    before = path.read_bytes()
    with pytest.raises(Exception, match=r"NEWER") as caught:
        migrated(settings)
    assert (later in str(caught.value), path.read_bytes()) == (True, before)


def test_a_database_of_a_later_program_is_named(tmp_path: Path) -> None:
    """A home whose schema this program does not know is refused, with the revision it has."""
    later = recorded(RELEASES[-1])
    later["sql"] = later["sql"].replace(f"VALUES('{revisions()[0]}')", "VALUES('9999')")
    settings = put(later, tmp_path, f"sqlite:///{tmp_path / 'dure.db'}")
    with pytest.raises(StoreError, match=r"SCHEMA_NEWER found=9999 latest="):
        open_network(settings.home, settings)
