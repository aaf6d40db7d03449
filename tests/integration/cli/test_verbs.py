"""The verbs that make, check, export and prove, on both databases."""

import json
import stat
from importlib.metadata import version as release_of
from pathlib import Path

import pytest

from api.bootstrap import Network, database_url
from api.config import read_settings
from audit.note import VerifierKey
from audit.proof import verify_receipt
from audit.verify import main as verify
from domain.store.engine import open_engine, writing
from tests.integration.cli.conftest import Dure


def test_a_new_network_is_whole(dure: Dure, home: Path) -> None:
    """A network just made passes its check-up, and its log holds two operators' keys."""
    said = dure("doctor", "--home", home, "--json")
    assert said.status == 0
    assert (said.result["entries"], said.result["good"], said.result["breaches"]) == (3, True, [])
    rows, checks, seconds = (said.result[name] for name in ("rows", "checks", "seconds"))
    assert isinstance(rows, dict)
    assert isinstance(checks, dict)
    assert isinstance(seconds, float)
    assert (rows["api_key"], set(checks.values())) == (2, {0})
    keys = json.loads((home / "operator-keys.json").read_text())
    assert len({key["subject"] for key in keys}) == 2


def test_what_init_leaves_is_its_owners_alone(sqlite_home: Path) -> None:
    """No one else may read keys, pass phrase or API keys."""
    home = sqlite_home
    secret = [home / "passphrase", home / "operator-keys.json", *(home / "keys").iterdir()]
    assert len(secret) == 4
    assert {stat.S_IMODE(path.stat().st_mode) for path in secret} == {0o600}


def test_a_second_network_takes_nothing(dure: Dure, home: Path, tmp_path: Path) -> None:
    """Neither a home nor a database that holds a network is ever made anew."""
    again = dure("init", "--home", home)
    assert (again.status, again.err.split(":")[1].strip()) == (2, "HOME_NOT_EMPTY")
    other = dure("init", "--home", tmp_path / "other")
    assert other.status == 2
    assert "ALREADY_FOUNDED" in other.err
    assert dure("doctor", "--home", home).status == 0


def test_an_export_verifies_and_a_changed_one_does_not(
    dure: Dure, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is exported verifies under the key that is printed; one changed row is found."""
    key = dure("audit", "key", "--home", home).out.strip()
    out = tmp_path / "bundle"
    assert dure("audit", "export", out, "--home", home).status == 0
    assert verify([str(out), "--key", key]) == 0
    rows = out / "ledger" / "api_key.ndjson"
    rows.write_text(rows.read_text().replace("network:admin", "network:adm1n", 1))
    assert verify([str(out), "--key", key]) == 1
    assert "ROW_CHANGED table=api_key" in capsys.readouterr().out
    again = dure("audit", "export", out, "--home", home)
    assert again.status == 2
    assert "BUNDLE_EXISTS" in again.err


def test_a_receipt_proves_its_entry(dure: Dure, home: Path, tmp_path: Path) -> None:
    """A receipt's two files prove the entry under the network's key, and no other entry."""
    key = VerifierKey.parse(dure("audit", "key", "--home", home).out.strip())
    for seq in (1, 2):
        said = dure("audit", "prove", seq, "--home", home, "--out", tmp_path / str(seq))
        assert said.status == 0
    entry = (tmp_path / "1" / "receipt.entry").read_bytes()
    proof = (tmp_path / "1" / "receipt.tlog-proof").read_text()
    assert verify_receipt(entry, proof, key).index == 1
    assert (tmp_path / "2" / "receipt.entry").read_bytes() != entry
    unknown = dure("audit", "prove", 3, "--home", home, "--out", tmp_path / "3")
    assert (unknown.status, (tmp_path / "3").exists()) == (2, False)
    assert "ENTRY_UNKNOWN" in unknown.err


def test_a_receipt_is_replaced_only_when_told(dure: Dure, home: Path, tmp_path: Path) -> None:
    """A folder that holds a receipt keeps it, unless --force says otherwise."""
    out = tmp_path / "receipt"
    assert dure("audit", "prove", 1, "--home", home, "--out", out).status == 0
    kept = (out / "receipt.entry").read_bytes()
    refused = dure("audit", "prove", 2, "--home", home, "--out", out, "--json")
    assert (refused.status, refused.result["error"]) == (2, "RECEIPT_EXISTS")
    assert (out / "receipt.entry").read_bytes() == kept
    assert dure("audit", "prove", 2, "--home", home, "--out", out, "--force").status == 0
    assert (out / "receipt.entry").read_bytes() != kept


def test_the_release_is_told(dure: Dure, capsys: pytest.CaptureFixture[str]) -> None:
    """Both commands name the release that is installed, and do nothing else."""
    said = dure("--version")
    assert (said.status, said.out) == (0, f"dure {release_of('dure')}\n")
    with pytest.raises(SystemExit) as left:
        verify(["--version"])
    assert (left.value.code, capsys.readouterr().out) == (0, f"dure-verify {release_of('dure')}\n")


TAMPERINGS = (
    ("UPDATE api_key SET role = 'AUDITOR'", "ROW_CHANGED", "api_key"),
    ("DELETE FROM settlement_window", "ROW_MISSING", "settlement_window"),
    (
        "INSERT INTO credit_line VALUES ('ZZ', 'USD', 1, 1, 0)",
        "ROW_EXTRA",
        "credit_line",
    ),
)


def test_rows_changed_behind_our_back_are_named(dure: Dure, shop: Network) -> None:
    """Rows changed, deleted and added without an entry fail the check-up, which names each."""
    assert dure("doctor", "--home", shop.home).status == 0
    for statement, _, _ in TAMPERINGS:
        with writing(shop.engine) as connection:
            connection.exec_driver_sql(statement)
    said = dure("doctor", "--home", shop.home, "--json")
    assert said.status == 1
    breaches = said.result["breaches"]
    assert isinstance(breaches, list)
    found = {(one["code"], one["facts"].get("table")) for one in breaches}
    assert {(code, table) for _, code, table in TAMPERINGS} <= found


def test_an_entry_changed_behind_our_back_is_named(dure: Dure, home: Path) -> None:
    """A leaf changed in the database breaks the chain or its own form, and the check-up says so."""
    engine = open_engine(database_url(home, read_settings(home=home)))
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE log_entry SET leaf = hash WHERE seq = 1")
    engine.dispose()
    said = dure("doctor", "--home", home)
    assert said.status == 1
    assert "NOT_CANONICAL" in said.out


def test_a_database_restored_from_an_older_copy_is_refused(dure: Dure, sqlite_home: Path) -> None:
    """A home that has answered further than its database goes does not sign on from there."""
    mark = sqlite_home / "high-water"
    text = mark.read_text()
    mark.write_text(text.replace("size 3", "size 4"))
    assert "LOG_BEHIND" in dure("doctor", "--home", sqlite_home).err
    mark.write_text(text.replace(text.split()[4], "0" * 64))
    assert "LOG_FORKED" in dure("doctor", "--home", sqlite_home).err
    mark.write_text("gibberish")
    assert "FENCE_MALFORMED" in dure("doctor", "--home", sqlite_home).err


@pytest.mark.parametrize(
    "verb",
    [
        ["doctor"],
        ["audit", "key"],
        ["audit", "export", "out"],
        ["audit", "prove", "0", "--out", "out"],
        ["serve"],
        ["import", "purchases", "absent.csv", "--partner", "SHOP", "--batch", "b"],
    ],
    ids=lambda verb: " ".join(verb[:2]),
)
def test_a_home_that_is_none_is_told(dure: Dure, tmp_path: Path, verb: list[str]) -> None:
    """Every verb on a folder without a network says so in one line, and makes nothing."""
    said = dure(*verb, "--home", tmp_path / "none", "--json")
    assert (said.status, said.result["error"]) == (2, "HOME_MISSING")
    assert len(said.err.splitlines()) == 1
    assert not (tmp_path / "none").exists()


def test_a_lost_database_is_told_and_not_replaced(dure: Dure, sqlite_home: Path) -> None:
    """A home whose database file is gone says so; neither verb makes an empty one."""
    (sqlite_home / "dure.db").unlink()
    for verb in ("doctor", "serve"):
        said = dure(verb, "--home", sqlite_home)
        assert (said.status, "DATABASE_MISSING" in said.err) == (2, True), verb
    assert not (sqlite_home / "dure.db").exists()


def test_another_passphrase_is_told(
    dure: Dure, sqlite_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wrong pass phrase opens nothing and is named as the reason."""
    home = sqlite_home
    monkeypatch.setenv("DURE_PASSPHRASE", "battery staple")
    assert "PASSPHRASE_WRONG" in dure("doctor", "--home", home).err
    monkeypatch.delenv("DURE_PASSPHRASE")
    (home / "passphrase").unlink()
    assert "PASSPHRASE_MISSING" in dure("doctor", "--home", home).err


@pytest.mark.parametrize("origin", ["", "a b", "a+b", "ä", "x" * 256, 'a"b'])
def test_an_origin_that_cannot_name_a_log_is_told(
    dure: Dure, tmp_path: Path, origin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that no checkpoint could bear is refused before anything is made."""
    monkeypatch.delenv("DURE_DATABASE_URL", raising=False)
    said = dure("init", "--home", tmp_path / "home", "--origin", origin)
    assert said.status == 2
    assert not (tmp_path / "home").exists()


def test_migrating_twice_changes_nothing(dure: Dure, home: Path) -> None:
    """A database at this program's schema stays as it is."""
    said = dure("migrate", "--home", home, "--json")
    assert said.status == 0
    assert said.result["before"] == said.result["after"]


def test_a_schema_is_shown_and_left(dure: Dure, home: Path) -> None:
    """`--show` tells the database's revision and the program's, and an unknown one is named."""
    shown = dure("migrate", "--home", home, "--show", "--json").result
    assert shown["before"] == shown["after"] == shown["latest"]
    back = dure("migrate", "--home", home, "--to", "0000", "--json")
    assert (back.status, back.result["error"]) == (2, "REVISION_UNKNOWN")


@pytest.mark.parametrize(
    ("found", "code"), [("9999", "SCHEMA_NEWER"), ("", "SCHEMA_MISSING")], ids=["newer", "none"]
)
def test_a_server_starts_on_its_own_schema_alone(
    dure: Dure, home: Path, found: str, code: str
) -> None:
    """Neither server nor check-up opens a database of another schema; both say what to do."""
    engine = open_engine(database_url(home, read_settings(home=home)))
    with writing(engine) as connection:
        connection.exec_driver_sql("DELETE FROM alembic_version")
        if found:
            connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{found}')")
    engine.dispose()
    for verb in ("serve", "doctor"):
        said = dure(verb, "--home", home)
        assert (said.status, code in said.err, len(said.err.splitlines())) == (2, True, 1), verb
    assert ("dure migrate" in said.err) is (code == "SCHEMA_MISSING")
