"""A month closed: statements in every form, verified offline, and books that others add up.

`bean-check` (beancount) and `hledger` read the journals as anyone's would: each in a process of its
own, with its own arithmetic.
"""

import asyncio
import csv
import io
import json
import os
import shutil
import subprocess
import sys
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from api.bundles import export_bundle
from api.cli.app import run
from audit.verify import main as verify
from domain.clock import DAY
from domain.ids import SYSTEM
from domain.ledger.commands import Actor, ExpireWallet
from domain.store.engine import reading
from domain.store.queries import jobs
from settlement.books.chart import NAMES, Account
from tests.acceptance.paying import pay
from tests.acceptance.stage import Stage, open_stage

POLICY = {
    "AIRLINE": {
        "accounts": {"GAIN": "Income:Loyalty:Gain"},
        "breakage": {"AIR": {"version": "2026-1", "share": "1/10"}},
    }
}
STATEMENT = (
    'query($p: String, $w: [Int!]!) { statement(partner: $p, currency: "KRW", windows: $w)'
    " { number opening net closing lineCount checkpointSize checkpointRoot sums { net } } }"
)
LINES = (
    'query($p: String, $a: String) { statementLines(partner: $p, currency: "KRW", windows: [1],'
    " first: 2, after: $a) { edges { node { sequence payable receivable } }"
    " pageInfo { hasNextPage endCursor } } }"
)


async def live(stage: Stage) -> None:
    """Everything that moves points, and a dispute; then close the first window and go on."""
    air, grand = stage.tokens["AIRLINE"], stage.tokens["GRAND"]
    mina = await stage.member("AIRLINE", AIR="100001")
    juno = await stage.member("AIRLINE", AIR="5003")
    other = {"memberId": mina, "fromUnit": "AIR", "toUnit": "HOTEL"}
    first = await stage.done(air, "pointsExchange", **other, amount="30011")
    await stage.done(air, "pointsExchange", **other, amount="7000")
    await stage.done(air, "transferReverse", transferId=first["transfer"]["id"], amount="10001",
                     reason="MISTAKE")  # fmt: skip
    await stage.done(air, "consentGrant", memberId=mina, partner="GRAND", unit="AIR",
                     action="REDEEM", evidence="0" * 64)  # fmt: skip
    await stage.done(grand, "pointsRedeem", memberId=mina, unit="AIR", amount="5001")
    await stage.done(grand, "pointsRedeem", memberId=mina, unit="HOTEL", amount="9")
    await stage.done(air, "pointsGift", memberId=mina, recipientId=juno, unit="AIR", amount="77")
    await stage.done(air, "pointsAdjust", memberId=juno, unit="AIR", amount="-13",
                     reason="CORRECTION")  # fmt: skip
    disputed = await stage.done(air, "disputeOpen", sequence=first["transfer"]["sequence"],
                                reason="WRONG_PRICE")  # fmt: skip
    upheld = await stage.done(stage.operators[0], "disputeResolve", outcome="UPHELD",
                              disputeId=disputed["dispute"]["id"], amount="1000")  # fmt: skip
    await stage.done(stage.operators[1], "proposalDecide", decision="APPROVE",
                     proposalId=upheld["proposal"]["id"])  # fmt: skip
    closing = await stage.done(stage.operators[0], "settlementWindowClose", currency="KRW")
    await stage.done(stage.operators[1], "proposalDecide", decision="APPROVE",
                     proposalId=closing["proposal"]["id"])  # fmt: skip
    await stage.done(air, "pointsExchange", **other, amount="2000")
    stage.clock.advance(400 * DAY)
    network = stage.network
    with reading(network.engine) as connection:
        due = jobs.wallets_due(connection, stage.clock.now(), 10)
    job = Actor(SYSTEM, "system/expiry")
    for owner, unit in due[:1]:
        expire = ExpireWallet(actor=job, id=network.ids.entity(), owner=owner, unit=unit)
        network.runner.run([expire])  # refused where the housekeeping beside was quicker
    await stage.done(air, "pointsIssue", memberId=juno, unit="AIR", amount="4001")


async def over_graphql(stage: Stage) -> None:
    """A partner sees its own statement and nobody else's; the operator sees all."""
    air, operator = stage.tokens["AIRLINE"], stage.operators[0]
    own = (await stage.ask(air, STATEMENT, w=[1]))["statement"]
    assert own["number"] == "AIRLINE-KRW-1"
    assert own == (await stage.ask(operator, STATEMENT, p="AIRLINE", w=[1]))["statement"]
    assert (await stage.ask(air, STATEMENT, p="GRAND", w=[1]))["statement"] is None
    assert (await stage.ask(air, STATEMENT, p="OPERATOR", w=[1]))["statement"] is None
    auditor = await stage.key(None, ["audit:read"], role="AUDITOR")
    grand = (await stage.ask(auditor, STATEMENT, p="GRAND", w=[1]))["statement"]
    assert int(grand["net"]) == -int(own["net"]) != 0
    shown: list[int] = []
    after = None
    while True:
        page = (await stage.ask(air, LINES, a=after))["statementLines"]
        shown += [
            int(edge["node"]["payable"]) - int(edge["node"]["receivable"]) for edge in page["edges"]
        ]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert (len(shown), sum(shown)) == (own["lineCount"], int(own["net"]))
    other = await stage.ask(air, LINES.replace('"KRW"', '"KRW"'), p="GRAND")
    assert other["statementLines"]["edges"] == []
    refused = await stage.post(air, {"query": STATEMENT, "variables": {"w": [1, 2]}})
    told = refused.json()["errors"][0]
    assert told["extensions"]["code"] == "BAD_REQUEST"
    assert "window 2 of KRW is OPEN" in told["message"]


@pytest.fixture
def month(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, str]:
    """A home whose first window is closed, an exported bundle beside it, and the log's key."""

    async def story() -> str:
        async with open_stage(tmp_path / "home", database_url) as stage:
            await live(stage)
            await over_graphql(stage)
            export_bundle(stage.network, tmp_path / "bundle", lambda _: None)
            return stage.network.verifier_key

    key = asyncio.run(story())
    monkeypatch.setenv("DURE_DATABASE_URL", database_url)
    monkeypatch.setenv("DURE_PASSPHRASE", "a pass phrase")
    return tmp_path, key


def said(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str]:
    """Run a verb; return its status and what it said."""
    capsys.readouterr()
    status = run([str(argument) for argument in arguments])
    both = capsys.readouterr()
    return status, both.out + both.err


def test_a_month_of_statements_and_books(
    month: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """What is written of a closed window follows from the log, re-adds, and balances."""
    folder, key = month
    statements_of(folder, key, capsys)
    keys = json.loads((folder / "home" / "operator-keys.json").read_text())
    pay(folder, (keys[0]["subject"], keys[1]["subject"]), partial(said, capsys))
    books_of(folder, capsys)


def statements_of(folder: Path, key: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every partner's statement, in both languages; an altered one is found."""
    nets = []
    argv = [str(folder / "bundle"), "--key", key]
    where = ("--currency", "KRW", "--home", folder / "home", "--out")
    for partner, language, forms in (
        ("AIRLINE", "ko", ("pdf", "xlsx", "csv", "json")),
        ("GRAND", "en", ("pdf", "xlsx", "csv", "json")),
        ("OPERATOR", "en", ("json",)),
    ):
        given = ("settle", "statement", partner, "--window", "1", *where, folder / "statements")
        more = ("--lang", language, "--format", ",".join(forms))
        status, out = said(capsys, *given, *more, "--json")
        assert status == 0, out
        told = json.loads(out)
        assert tuple(told["files"]) == forms
        nets.append(int(told["net"]))
        argv += ["--statement", told["files"]["json"]]
    # The last once more: the same bytes, so nothing is refused and nothing changes.
    assert said(capsys, *given, *more)[0] == 0
    assert sum(nets) == 0
    assert nets[0] > 0
    assert len(list((folder / "statements").iterdir())) == 9
    assert verify(argv) == 0, capsys.readouterr().out
    file = folder / "statements" / "statement-AIRLINE-KRW-1.json"
    file.write_text(file.read_text().replace('"kind": "REDEEM"', '"kind": "FEE"', 1))
    assert verify(argv) == 1
    assert "STATEMENT_" in capsys.readouterr().out
    verb = ("settle", "statement", "AIRLINE", "--format", "json", *where)
    status, out = said(capsys, *verb, folder / "none", "--window", "2")
    assert (status, (folder / "none").exists()) == (2, False)
    assert "WINDOW_STATE: Window 2 of KRW is OPEN" in out
    # What somebody changed is not written over.
    status, out = said(capsys, *verb, folder / "statements", "--window", "1")
    assert (status, "FILE_EXISTS" in out) == (2, True)


def books_of(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Books that `bean-check` and `hledger` find in order, with every balance as ours."""
    (folder / "policy.json").write_text(json.dumps(POLICY))
    out = folder / "books"
    status, text = said(
        capsys, "settle", "books", "--out", out, "--policy", folder / "policy.json", "--zone",
        "Asia/Seoul", "--home", folder / "home", "--json",
    )  # fmt: skip
    assert status == 0, text
    told = json.loads(text)
    assert told["liability"]
    for partner in ("AIRLINE", "GRAND", "OPERATOR"):
        balances = {
            (one["account"], one["currency"]): Decimal(one["amount"])
            for one in told["balances"]
            if one["partner"] == partner
        }
        bean, journal = out / f"{partner}.beancount", out / f"{partner}.journal"
        assert bean_check(bean) == (0, "")
        assert hledger(journal, "check", "--strict", "ordereddates") == (0, "")
        assert hledger_balances(journal) == {k: v for k, v in balances.items() if v}
        assert csv_balances(out / f"{partner}.csv") == balances
        liability = sum(
            int(one["zeroBreakage"]) for one in told["liability"] if one["partner"] == partner
        )
        cleared(partner, balances)
        name = NAMES[Account.CONTRACT_LIABILITY]
        assert -sum(v for (k, _), v in balances.items() if k.startswith(name)) == liability
    names = {one["account"] for one in told["balances"] if one["partner"] == "AIRLINE"}
    assert {"Income:Loyalty:Gain", "Liabilities:Estimated-Breakage:AIR"} <= names
    # One figure of an assertion changed, and each program says so.
    name = f"{NAMES[Account.CLEARING_PAYABLE]}  "
    for suffix, check in (("beancount", bean_check), ("journal", hledger)):
        path = out / f"AIRLINE.{suffix}"
        text = path.read_text()
        place = text.rindex("-", 0, text.index("KRW", text.rindex(name)))
        path.write_text(f"{text[:place]}-1{text[place + 1 :]}")
        assert check(path)[0] != 0


def cleared(partner: str, balances: dict[tuple[str, str], Decimal]) -> None:
    """Nothing of the settled window is open: what stands is owed in the window after it."""
    held = balances.get((NAMES[Account.CLEARING_HELD], "KRW"), Decimal())
    assert held == 0, partner
    if partner == "OPERATOR":
        # It has what was paid too much, and not what came back; it owes the one, claims the other.
        bank = balances[NAMES[Account.BANK], "KRW"] + balances[NAMES[Account.PREFUND_HELD], "KRW"]
        owed = balances[NAMES[Account.CLEARING_RECEIVABLE], "KRW"]
        assert balances[NAMES[Account.CLEARING_PAYABLE], "KRW"] == -7
        assert bank == 7 - owed


def bean_check(path: Path) -> tuple[int, str]:
    """Run `bean-check`."""
    program = Path(sys.executable).with_name("bean-check")
    done = subprocess.run([program, path], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def hledger(path: Path, *arguments: str) -> tuple[int, str]:
    """Run `hledger`; by default its checks."""
    if shutil.which("hledger") is None:
        reason = "hledger is not here; Debian's package of that name has it"
        if os.environ.get("DURE_TEST_HLEDGER") == "required":
            pytest.fail(reason)
        pytest.skip(reason)
    given = arguments or ("check", "--strict")
    command = ["hledger", "-f", str(path), *given]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def hledger_balances(path: Path) -> dict[tuple[str, str], Decimal]:
    """What hledger makes of the entries, account by account."""
    status, text = hledger(path, "balance", "--flat", "-N", "-O", "csv")
    assert status == 0, text
    found: dict[tuple[str, str], Decimal] = {}
    for account, balance in list(csv.reader(io.StringIO(text)))[1:]:
        for one in balance.split(", "):
            number, _, currency = one.partition(" ")
            if currency:
                found[account, currency] = Decimal(number)
    return found


def csv_balances(path: Path) -> dict[tuple[str, str], Decimal]:
    """What the postings in the CSV come to."""
    found: dict[tuple[str, str], Decimal] = {}
    with path.open(encoding="utf-8-sig", newline="") as opened:
        for row in csv.DictReader(opened):
            place = (row["name"], row["currency"])
            step = Decimal(row["debit"] or 0) - Decimal(row["credit"] or 0)
            found[place] = found.get(place, Decimal()) + step
    return found
