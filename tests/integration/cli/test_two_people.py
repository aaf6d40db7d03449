"""`dure key`: its holder makes a key, two people agree on it, and nobody else ever has it."""

import json
import shlex

import pytest

from api.bootstrap import Network
from tests.integration.cli.conftest import Dure


@pytest.fixture
def people(sqlite_shop: Network) -> tuple[str, str]:
    """The first two people's subjects."""
    first, second = json.loads((sqlite_shop.home / "operator-keys.json").read_text())
    return first["subject"], second["subject"]


def test_a_third_person_comes_by_two(
    dure: Dure, sqlite_shop: Network, people: tuple[str, str]
) -> None:
    """The same verb twice, by two; then the third acts, and it is told who agreed."""
    here = ("--home", sqlite_shop.home, "--json")
    made = dure("key", "new", "--json").result
    grant = ("key", "grant", str(made["fingerprint"]), "cid", "--role", "FINANCE", *here)
    first = dure(*grant, "--as", people[0]).result
    assert (first["type"], first["state"]) == ("API_KEY", "PENDING")
    assert dure(*grant, "--as", people[0]).result["error"] == "SAME_SUBJECT"
    assert dure(*grant, "--as", "cid").result["error"] == "SUBJECT_UNKNOWN"
    # Whoever was told of another key approves nothing by it: it is a proposal of its own.
    other = str(dure("key", "new", "--json").result["fingerprint"])
    apart = dure(*grant[:2], other, *grant[3:], "--as", people[1]).result
    assert (apart["state"], apart["proposal"] == first["proposal"]) == ("PENDING", False)
    waiting = dure("settle", "status", *here).result["proposals"]
    assert isinstance(waiting, list)
    assert [one["type"] for one in waiting] == ["API_KEY", "API_KEY"]
    command = shlex.split(waiting[0]["command"])[1:]
    assert dure(*command, *here, "--as", people[1]).result["state"] == "APPROVED"
    assert dure(*grant, "--as", people[1]).result["error"] == "API_KEY_EXISTS"
    told = dure("key", "list", *here).result
    keys = told["keys"]
    assert isinstance(keys, list)
    assert (told["people"], [one["subject"] for one in keys]) == (3, [*people, "cid"])
    assert [(one["maker"], one["decider"]) for one in keys] == [
        ("", ""), ("", ""), (f"operator/{people[0]}", f"operator/{people[1]}"),
    ]  # fmt: skip
    close = ("settle", "close", "--currency", "USD", *here, "--as", "cid")
    assert dure(*close).result["state"] == "PENDING"
    assert str(made["token"]).split("_")[2] not in dure("key", "list", *here[:2]).out
    assert dure("doctor", *here[:2]).status == 0


def test_a_key_is_told_in_both_languages(dure: Dure) -> None:
    """Its text and its fingerprint, of which only the first is secret."""
    english, korean = dure("key", "new").out, dure("key", "new", "--lang", "ko").out
    assert "nobody else" in english
    assert "지문" in korean
    assert len({english.split()[-1], korean.split()[-1]}) == 2


def test_a_service_is_agreed_on_with_its_scopes(
    dure: Dure, sqlite_shop: Network, people: tuple[str, str]
) -> None:
    """What is agreed on is what stands in the status, word for word, and decides nothing."""
    here = ("--home", sqlite_shop.home, "--json")
    made = str(dure("key", "new", "--json").result["fingerprint"])
    grant = ("key", "grant", made, "till", "--scope", "points:issue", "--service")
    assert dure(*grant, *here, "--as", people[0]).status == 0
    found = dure("settle", "status", *here).result["proposals"]
    assert isinstance(found, list)
    (waiting,) = found
    assert waiting["command"] == shlex.join(["dure", *grant[:4], "--role", "OPERATOR", *grant[4:]])
    person = shlex.split(waiting["command"])[1:-1]  # without --service it is another proposal
    assert dure(*person, *here, "--as", people[1]).result["state"] == "PENDING"
    assert dure(*grant, *here, "--as", people[1]).result["state"] == "APPROVED"
    refused = dure("settle", "close", "--currency", "USD", *here, "--as", people[0])
    assert refused.result["state"] == "PENDING"
    closed = dure("settle", "close", "--currency", "USD", *here, "--as", "till")
    assert closed.result["error"] == "PERSON_REQUIRED"
