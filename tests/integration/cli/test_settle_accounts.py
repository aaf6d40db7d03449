"""`dure settle approve` and `payments`: bank accounts are approved with the nets, by two people."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from api.bootstrap import Network
from domain.store.engine import reading
from tests.integration.cli.conftest import Dure

ACCOUNTS = {
    "OPERATOR": {"holder": "두레", "bank": "004", "number": "123456-04-123456"},
    "SHOP": {"holder": "Corner Shop", "iban": "DE89370400440532013000"},
}
MOVED = {**ACCOUNTS, "SHOP": {"holder": "Corner Shop", "iban": "GB82WEST12345698765432"}}
DUE = "2026-12-31T00:00:00Z"


class Desk:
    """The operator's two people at work in a home."""

    def __init__(self, dure: Dure, shop: Network, people: tuple[str, str]) -> None:
        """Close a window and net it."""
        self._dure, self._people, self.home = dure, people, shop.home
        for by in (0, 1):
            self.run("close", "--currency", "USD", by=by)
        told = self.run("create", "--currency", "USD", "--pay-by", DUE)
        self.settlement = str(told["settlement"])

    def run(self, *arguments: str | Path, by: int = 0, status: int = 0) -> dict[str, object]:
        """Run a verb as one of them, and return what it tells a program."""
        who = ("--home", self.home, "--json", "--as", self._people[by])
        said = self._dure("settle", *arguments, *who)
        assert said.status == status, said.err
        return said.result

    def read(self, *arguments: str | Path, by: int = 0) -> str:
        """Run a verb, and return what a person reads."""
        who = () if arguments[0] == "status" else ("--as", self._people[by])
        said = self._dure("settle", *arguments, "--home", self.home, *who, "--lang", "en")
        return f"{said.out}{said.err}"

    def keep(self, listed: object) -> None:
        """Put the list of bank accounts into the home."""
        (self.home / "bank-accounts.json").write_text(json.dumps(listed))

    def approve(self, by: int, status: int = 0) -> dict[str, object]:
        """Propose or approve the settlement."""
        return self.run("approve", self.settlement, by=by, status=status)

    def pay(self, status: int = 0) -> dict[str, object]:
        """Write the payment files."""
        out = self.home.parent / "orders"
        return self.run("payments", self.settlement, "--out", out, status=status)


@pytest.fixture
def desk(dure: Dure, shop: Network, people: tuple[str, str]) -> Desk:
    """A draft in which SHOP owes the operator 7.00 USD."""
    return Desk(dure, shop, people)


def test_who_changes_an_account_is_stopped_at_each_step(desk: Desk, shop: Network) -> None:
    """Between proposal and decision, and between decision and files; two people agree anew."""
    desk.keep({"OPERATOR": ACCOUNTS["OPERATOR"]})
    assert desk.approve(0, status=2)["facts"] == {"path": "accounts.SHOP", "partner": "SHOP"}
    desk.keep(ACCOUNTS)
    first = desk.approve(0)
    assert first["accounts"] == {
        "OPERATOR": {"holder": "두레", "bank": "004", "number": "****3456"},
        "SHOP": {"holder": "Corner Shop", "bank": "", "number": "****3000"},
    }
    before = desk.read("status", by=1)
    assert ("Corner Shop" in before, "****3000" in before) == (True, True)
    assert "DE89370400440532013000" not in before
    desk.keep(MOVED)
    refused = desk.approve(1, status=2)
    assert (refused["error"], refused["facts"]) == (
        "ACCOUNTS_CHANGED", {"settlement": desk.settlement, "partners": "SHOP"},
    )  # fmt: skip
    desk.keep(ACCOUNTS)
    assert desk.approve(1)["now"] == "APPROVED"

    desk.keep(MOVED)
    refused = desk.pay(status=2)
    assert (refused["error"], refused["facts"]) == (
        "ACCOUNTS_CHANGED", {"settlement": desk.settlement, "partners": "SHOP"},
    )  # fmt: skip
    assert not (shop.home.parent / "orders").exists()
    again = desk.approve(0)
    assert (again["type"], again["now"]) == ("SETTLEMENT_ACCOUNTS", "APPROVED")
    assert desk.pay(status=2)["error"] == "ACCOUNTS_CHANGED"
    assert desk.approve(0, status=2)["error"] == "SAME_SUBJECT"
    assert desk.approve(1)["state"] == "APPROVED"
    paid = desk.pay()
    assert (paid["submitted"], paid["accountsApproved"]) == (True, True)
    (file,) = (shop.home.parent / "orders").iterdir()
    assert b"GB82WEST12345698765432" in file.read_bytes()
    assert desk.approve(0, status=2)["error"] == "SETTLEMENT_STATE"

    with reading(shop.engine) as connection:
        log = b"".join(leaf for (leaf,) in connection.execute(text("SELECT leaf FROM log_entry")))
    assert b"payment.ordered" in log
    for digits in (b"0532013000", b"98765432", b"123456"):
        assert digits not in log


def test_without_a_list_the_nets_alone_are_approved(desk: Desk) -> None:
    """As before this release; whoever writes the files is told, and two people may make it good."""
    desk.approve(0)
    desk.approve(1)
    desk.keep(ACCOUNTS)
    told = desk.read("payments", desk.settlement, "--out", desk.home.parent / "orders")
    assert "nobody approved these bank accounts" in told
    assert desk.pay()["accountsApproved"] is False
    assert [desk.approve(by)["type"] for by in (0, 1)] == ["SETTLEMENT_ACCOUNTS"] * 2
    assert desk.pay()["accountsApproved"] is True


def test_a_text_beside_the_log_that_was_altered_is_found(desk: Desk, shop: Network) -> None:
    """The accounts that lie in the database are those that the log binds, or the check-up tells."""
    desk.keep(ACCOUNTS)
    desk.approve(0)
    with shop.engine.begin() as connection:
        connection.execute(text("UPDATE free_text SET text = REPLACE(text, '3000', '3001')"))
    desk.keep({**ACCOUNTS, "SHOP": {"holder": "Corner Shop", "iban": "DE62370400440532013001"}})
    assert desk.approve(1, status=2)["error"] == "ACCOUNTS_CHANGED"
