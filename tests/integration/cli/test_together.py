"""Several processes of ours on one network at once: none waits for ever, nothing is lost."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2

from api.auth.scopes import Role, Scope
from api.bootstrap import INIT_ACTOR, Network, grant_key
from tests.integration.cli.conftest import Dure
from tests.integration.cli.test_serve import PROGRAM, ROOT, answer, free_port, served

CUSTOMERS = 300
SENT = 60  # by each server, while the import runs
CLIENTS = 4
TOGETHER_SECONDS_MAX = 240

ENROLL = (
    "mutation($i: MemberEnrollInput!) {"
    " memberEnroll(input: $i) { ... on MemberEnrollSuccess { member { id } } } }"
)
ISSUE = (
    "mutation($i: PointsIssueInput!) {"
    " pointsIssue(input: $i) { __typename ... on PointsIssueSuccess { replayed } } }"
)
BALANCES = "query($m: ID!) { wallet(memberId: $m) { balances { unit posted } } }"


def bring_in(home: Path, file: Path) -> "subprocess.Popen[str]":
    """Begin an import in a process of its own."""
    return subprocess.Popen(
        [
            *(sys.executable, "-c", PROGRAM, "import", "purchases", str(file)),
            *("--partner", "SHOP", "--home", str(home), "--json"),
            *("--refused", str(file.with_suffix(".refused"))),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def test_two_servers_and_an_import_share_a_network(
    dure: Dure, shop: Network, tmp_path: Path
) -> None:
    """Every issue sent to either server is booked once while a file is imported beside them."""
    scopes = frozenset({Scope.POINTS_ISSUE, Scope.MEMBERS_WRITE, Scope.MEMBERS_READ})
    token = grant_key(shop, INIT_ACTOR, "SHOP", "till", Role.PARTNER, scopes)
    home = shop.home
    shop.close()
    file = tmp_path / "purchases.csv"
    rows = "".join(f"c{n % CUSTOMERS},2024-01-02,1,10.00\n" for n in range(2 * CUSTOMERS))
    file.write_text("customer,date,quantity,amount\n" + rows)
    ports = [free_port(), free_port()]
    with served(home, ports[0]), served(home, ports[1]), httpx2.Client(timeout=60) as client:
        urls = [f"http://127.0.0.1:{port}" for port in ports]
        for url in urls:
            assert answer(client, f"{url}/healthz").status_code == 200
        headers = {"Authorization": f"Bearer {token}"}

        def ask(place: int, query: str, given: dict[str, str]) -> dict[str, object]:
            body = {"query": query, "variables": given if query == BALANCES else {"i": given}}
            said = client.post(f"{urls[place % 2]}/graphql", json=body, headers=headers)
            found: dict[str, object] = said.json()["data"]
            return found

        enrolled = ask(0, ENROLL, {"reference": "till", "idempotencyKey": "e"})
        member = enrolled["memberEnroll"]["member"]["id"]  # type: ignore[index]
        with bring_in(home, file) as importing, ThreadPoolExecutor(CLIENTS) as pool:
            # Each key goes to both servers: one books it, the other repeats the answer.
            sent = [
                {"memberId": member, "unit": "COIN", "amount": "3", "idempotencyKey": f"k{n // 2}"}
                for n in range(2 * SENT)
            ]
            answers = list(pool.map(lambda n: ask(n, ISSUE, sent[n]), range(len(sent))))
            out, err = importing.communicate(timeout=TOGETHER_SECONDS_MAX)
        assert (importing.returncode, err) == (0, ""), out
        assert sum(not a["pointsIssue"]["replayed"] for a in answers) == SENT  # type: ignore[index]
        wallet = ask(1, BALANCES, {"m": member})
        balances = wallet["wallet"]["balances"]  # type: ignore[index]
        assert balances == [{"unit": "COIN", "posted": str(3 * SENT)}]
    assert dure("doctor", "--home", home).status == 0
