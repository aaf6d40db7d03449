"""Somebody else's audits of GraphQL over HTTP, run by Node.js against `dure serve`."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import httpx2
import pytest

from api.cli.app import run
from tests.integration.cli.test_serve import answer, free_port, served

# CI sets it to `required`: a missing Node.js is then a failure, not a skip.
NODE_WANTED = "DURE_TEST_NODE"
FOLDER = Path(__file__).parent / "graphql_http"
AUDITS = 61  # what graphql-http 1.23.1 has; a lost one would be a silent pass
FETCH_SECONDS_MAX = 180  # two small packages; a retry waits a minute
AUDIT_SECONDS_MAX = 180  # they take a second; a loaded machine takes its time
# As in the Makefile: no scripts, one retry, and npm's own cache before the network.
NPM_FLAGS = (
    "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline",
    "--fetch-retries=1", "--fetch-timeout=60000", "--loglevel=error",
)  # fmt: skip


def missing(what: str) -> NoReturn:
    """Skip and say so, or fail where Node.js is required."""
    if os.environ.get(NODE_WANTED) == "required":
        pytest.fail(f"{NODE_WANTED}=required, but {what}")
    pytest.skip(what)


@pytest.fixture
def audits(tmp_path: Path) -> Path:
    """The script of the audits beside the packages that the lock names."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            missing(f"{program} is not installed")
    # A copy, as `make assets` makes one: the tree is never written to.
    place = shutil.copytree(FOLDER, tmp_path / "graphql_http")
    fetched = subprocess.run(
        ["npm", "ci", *NPM_FLAGS],
        cwd=place,
        check=False,
        capture_output=True,
        text=True,
        timeout=FETCH_SECONDS_MAX,
    )
    if fetched.returncode != 0:
        missing(f"npm could not fetch graphql-http:\n{fetched.stderr[-2000:]}")
    return place / "audits.mjs"


def test_the_server_passes_every_audit_of_graphql_http(
    audits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the audits call MUST, SHOULD and MAY is done, all of it."""
    monkeypatch.delenv("DURE_DATABASE_URL", raising=False)
    home = tmp_path / "home"
    assert run(["init", "--home", str(home), "--origin", "dure.example/test"]) == 0
    key = json.loads((home / "operator-keys.json").read_text())[0]["token"]
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with served(home, port), httpx2.Client(timeout=10) as client:
        assert answer(client, f"{url}/readyz").status_code == 200
        done = subprocess.run(
            ["node", str(audits), f"{url}/graphql"],
            env={**os.environ, "DURE_TEST_KEY": key},
            check=False,
            capture_output=True,
            text=True,
            timeout=AUDIT_SECONDS_MAX,
        )
    assert done.returncode == 0, done.stderr
    results = [json.loads(line) for line in done.stdout.splitlines()]
    failed = [result for result in results if result["status"] != "ok"]
    assert failed == [], "\n".join(
        f"{one['id']} {one['name']}: {one['reason']}, got {one.get('got')}" for one in failed
    )
    assert len({result["id"] for result in results}) == AUDITS
