"""`dure settle`: a window closed, netted and approved from the command line, by two people."""

import json

import pytest
from sqlalchemy import text

from api.bootstrap import Network
from api.cli.settling import acting, written
from domain.store.engine import reading
from settlement.commands import DecideProposal, ProposePolicy
from tests.integration.cli.conftest import Dure


@pytest.fixture
def people(shop: Network) -> tuple[str, str]:
    """The operator's two people; SHOP pays a fee of 700 at each closing."""
    first, second = json.loads((shop.home / "operator-keys.json").read_text())
    proposal = ProposePolicy(
        actor=acting(shop, first["subject"]), id=shop.ids.entity(), name="PERIODIC_FEE",
        partner="SHOP", currency="USD", value="700 0/1", reason="AGREED",
    )  # fmt: skip
    written(shop, proposal)
    written(
        shop,
        DecideProposal(
            actor=acting(shop, second["subject"]),
            id=shop.ids.entity(),
            proposal=proposal.id,
            approve=True,
        ),
    )
    return first["subject"], second["subject"]


def test_a_month_is_closed_netted_and_approved_by_two(
    dure: Dure, shop: Network, people: tuple[str, str]
) -> None:
    """The first who runs a verb proposes, the second approves; nobody does both."""
    first, second = people
    close = ("settle", "close", "--currency", "USD", "--home", shop.home, "--json")
    said = dure(*close, "--as", first)
    assert (said.status, said.result["state"], said.result["window"]) == (0, "PENDING", "OPEN")
    assert dure(*close, "--as", first).result["error"] == "SAME_SUBJECT"
    said = dure(*close, "--as", second)
    assert (said.result["state"], said.result["window"]) == ("APPROVED", "CLOSED")

    create = ("settle", "create", "--currency", "USD", "--pay-by", "2099-01-01T00:00:00Z")
    here = ("--home", shop.home, "--json", "--as", first)
    assert dure(*create, *here).result["error"] == "DEADLINE_INVALID"
    due = "2026-12-31T00:00:00Z"
    made = dure("settle", "create", "--currency", "USD", "--pay-by", due, *here).result
    assert (made["state"], made["nets"]) == ("DRAFT", {"OPERATOR": "-700", "SHOP": "700"})

    approve = ("settle", "approve", str(made["settlement"]), "--home", shop.home, "--json")
    assert dure(*approve, "--as", first).result["now"] == "DRAFT"
    assert dure(*approve, "--as", second).result["now"] == "APPROVED"
    said = dure(*approve, "--as", second)
    assert (said.status, said.result["error"]) == (2, "SETTLEMENT_UNCHANGED")

    status = dure("settle", "status", "--home", shop.home, "--json")
    assert status.status == 0
    assert status.result["settlements"] == [
        {
            "settlement": made["settlement"], "currency": "USD", "windows": [1], "net": "700",
            "state": "APPROVED", "pay_by": "2026-12-31T00:00:00.000000Z",
        }
    ]  # fmt: skip
    assert status.result["windows"] == [
        {"currency": "USD", "period": 1, "state": "SETTLING"},
        {"currency": "USD", "period": 2, "state": "OPEN"},
    ]
    people_read = dure("settle", "status", "--home", shop.home).out
    assert "APPROVED" in people_read
    # People read money as on paper, with its decimals, and ids that are whole.
    assert " 7.00 " in people_read
    assert f" {made['settlement']} " in people_read
    assert dure("doctor", "--home", shop.home).status == 0


def test_an_exposure_above_its_alert_is_a_finding(
    dure: Dure, shop: Network, people: tuple[str, str]
) -> None:
    """Status 1 as long as what a partner owes passes its alert, and 0 below it."""
    first, second = people
    for subject in people:
        dure("settle", "close", "--currency", "USD", "--home", shop.home, "--as", subject)
    for threshold, status in (("700", 0), ("699", 1)):
        proposal = ProposePolicy(
            actor=acting(shop, first), id=shop.ids.entity(), name="EXPOSURE_ALERT",
            partner="SHOP", currency="USD", value=threshold, reason="CAREFUL",
        )  # fmt: skip
        written(shop, proposal)
        written(
            shop,
            DecideProposal(
                actor=acting(shop, second), id=shop.ids.entity(), proposal=proposal.id, approve=True
            ),
        )
        said = dure("settle", "status", "--home", shop.home, "--json")
        assert said.status == status
    assert said.result["alerts"] == [
        {"partner": "SHOP", "currency": "USD", "exposure": "700", "threshold": "699"}
    ]


def test_a_line_is_disputed_and_corrected_by_two(
    dure: Dure, shop: Network, people: tuple[str, str]
) -> None:
    """Whoever would approve another amount than was proposed is refused; rejecting takes one."""
    first, second = people
    here = ("--home", shop.home, "--json", "--as")
    for subject in people:
        dure("settle", "close", "--currency", "USD", *here, subject)
    with reading(shop.engine) as connection:
        sequence = connection.execute(text("SELECT MAX(seq) FROM obligation")).scalar_one()
    line = ("settle", "dispute", "SHOP", "--sequence", str(sequence), *here, first)
    assert dure("settle", "dispute", "NOBODY", *line[3:]).result["error"] == "LINE_UNKNOWN"
    assert dure(*line[:4], "9" * 30, *line[5:]).result["error"] == "LINE_UNKNOWN"
    made = str(dure(*line).result["dispute"])
    assert dure(*line).result["error"] == "DISPUTE_PENDING"

    uphold = ("settle", "uphold", made, "--amount")
    assert dure(*uphold, "500", *here, first).result["now"] == "OPEN"
    assert dure(*uphold, "400", *here, second).result["error"] == "PROPOSAL_PENDING"
    assert dure(*uphold, "500", *here, first).result["error"] == "SAME_SUBJECT"
    assert dure(*uphold, "500", *here, second).result["now"] == "UPHELD"
    missing = ("settle", "uphold", "\udcff", "--amount", "1", *here, first)
    assert dure(*missing).result["error"] == "DISPUTE_UNKNOWN"

    again = str(dure(*line).result["dispute"])
    assert dure("settle", "reject", again, *here, first).result["state"] == "REJECTED"
    assert dure("settle", "reject", again, *here, first).result["error"] == "DISPUTE_STATE"
    listed = dure("settle", "disputes", "--home", shop.home, "--json").result["disputes"]
    assert isinstance(listed, list)
    assert [(one["dispute"], one["state"], one["corrected"]) for one in listed] == [
        (again, "REJECTED", "500"), (made, "UPHELD", "500"),
    ]  # fmt: skip
