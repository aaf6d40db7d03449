"""`dure settle funds`, `policy`, `decide`, `record-payment`: what used to need GraphQL."""

import hashlib
import json
import shlex

from api.bootstrap import Network
from tests.integration.cli.conftest import Dure

DUE = "2026-12-31T00:00:00Z"


def test_two_people_set_a_cap_and_move_collateral(
    dure: Dure, shop: Network, people: tuple[str, str]
) -> None:
    """The first proposes, the second repeats or decides by id; another sum is refused."""
    first, second = people
    here = ("--home", shop.home, "--json", "--as")
    usd = ("--currency", "USD", "--home", shop.home, "--json", "--as")
    cap = ("settle", "funds", "SHOP", "CAP")
    assert dure(*cap, "9000", *usd, first).result["state"] == "PENDING"
    assert dure(*cap, "9000", *usd, first).result["error"] == "SAME_SUBJECT"
    assert dure(*cap, "8000", *usd, second).result["error"] == "PROPOSAL_PENDING"
    waiting = dure("settle", "status", "--home", shop.home, "--json").result["proposals"]
    assert isinstance(waiting, list)
    (command,) = (str(one["command"]) for one in waiting)
    assert command == "dure settle funds SHOP CAP 9000 --currency USD"
    again = shlex.split(command)[1:]
    assert dure(*again, *here, second).result["state"] == "APPROVED"

    paid_in = ("settle", "funds", "SHOP", "PREFUND_IN", "500", *usd)
    proposal = str(dure(*paid_in, first).result["proposal"])
    decide = ("settle", "decide", proposal)
    assert dure(*decide, *here, first).result["error"] == "SAME_SUBJECT"
    assert dure(*decide, "--reject", *here, second).result["state"] == "REJECTED"
    said = dure(*decide, *here, second)
    assert (said.status, said.result["error"]) == (2, "PROPOSAL_DECIDED")
    proposal = str(dure(*paid_in, first).result["proposal"])
    assert dure("settle", "decide", proposal, *here, second).result["state"] == "APPROVED"
    missing = dure("settle", "decide", "0" * 32, *here, second).result
    assert missing == {"error": "PROPOSAL_UNKNOWN", "facts": {"proposal": "0" * 32}}
    out = ("settle", "funds", "SHOP", "PREFUND_OUT", "600", *usd, first)
    assert dure(*out).result["facts"] == {"available": 500, "required": 600}

    told = dure("settle", "funds", "--home", shop.home, "--json").result["funds"]
    assert told == [
        {
            "partner": "SHOP", "currency": "USD", "prefund": "500", "cap": "9000", "exposure": "0",
            "reserved": "0",
        }
    ]  # fmt: skip
    english = dure("settle", "funds", "--home", shop.home, "--lang", "en").out
    assert (" 90.00 " in english, " collateral " in english) == (True, True)
    assert "예치금" in dure("settle", "funds", "--home", shop.home, "--lang", "ko").out


def test_two_people_declare_a_policy(dure: Dure, shop: Network, people: tuple[str, str]) -> None:
    """What is declared is shown; a form that the policy does not take is refused with the right."""
    first, second = people
    here = ("--home", shop.home, "--json", "--as")
    block = ("settle", "policy", "DISPUTES_BLOCK")
    bad = dure(*block, "MAYBE", *here, first)
    assert (bad.status, bad.result["facts"]) == (2, {"value": "MAYBE", "reason": "YES or NO"})
    assert dure(*block, "YES", *here, first).result["state"] == "PENDING"
    assert dure(*block, "YES", *here, second).result["state"] == "APPROVED"
    alert = ("settle", "policy", "EXPOSURE_ALERT", "700", "--partner", "SHOP", "--currency", "USD")
    for subject in people:
        said = dure(*alert, "--home", shop.home, "--lang", "en", "--as", subject)
    assert "POLICY_EXPOSURE_ALERT SHOP USD: 700: approved by" in said.out
    told = dure("settle", "policy", "--home", shop.home, "--json").result["policies"]
    assert isinstance(told, list)
    assert [(one["name"], one["partner"], one["value"]) for one in told] == [
        ("DISPUTES_BLOCK", "", "YES"),
        ("EXPOSURE_ALERT", "SHOP", "700"),
        ("PERIODIC_FEE", "SHOP", "700 0/1"),
    ]
    only = dure("settle", "policy", "PERIODIC_FEE", "--home", shop.home).out
    assert ("700 0/1" in only, "EXPOSURE_ALERT" in only) == (True, False)


def test_a_bank_rejects_a_file_and_the_settlement_is_given_up(
    dure: Dure, shop: Network, people: tuple[str, str]
) -> None:
    """Without the recorded rejection nobody aborts what was sent; with it two people do."""
    first, second = people
    here = ("--home", shop.home, "--json", "--as")
    for subject in people:
        dure("settle", "close", "--currency", "USD", *here, subject)
    made = dure("settle", "create", "--currency", "USD", "--pay-by", DUE, *here, first).result
    settlement = str(made["settlement"])
    for subject in people:
        dure("settle", "approve", settlement, *here, subject)
    listed = {
        "OPERATOR": {"holder": "Dure", "iban": "DE89370400440532013000"},
        "SHOP": {"holder": "Corner Shop", "iban": "GB82WEST12345698765432"},
    }
    (shop.home / "bank-accounts.json").write_text(json.dumps(listed))
    letter = shop.home.parent / "letter.pdf"
    letter.write_bytes(b"we do not pay")
    record = ("settle", "record-payment", settlement, "SHOP", "--document", letter)
    assert dure(*record, "--rejected", *here, first).result["error"] == "SETTLEMENT_STATE"
    orders = shop.home.parent / "orders"
    assert dure("settle", "payments", settlement, "--out", orders, *here, first).status == 0

    abort = ("settle", "abort", settlement)
    refused = dure(*abort, "--home", shop.home, "--as", first, "--lang", "en").err
    assert "dure settle record-payment" in refused
    assert dure(*record, *here, first).result["type"] == "PAYMENT"
    assert dure(*abort, *here, first).result["error"] == "REJECTION_MISSING"
    said = dure(*record, "--rejected", "--note", "account closed", *here, first).result
    assert said["evidence"] == hashlib.sha256(b"we do not pay").hexdigest()
    assert (said["type"], said["now"]) == ("REJECTION", "SUBMITTED")
    nobody = ("settle", "record-payment", settlement, "OPERATOR", "--document", letter)
    assert dure(*nobody, "--rejected", *here, first).result["error"] == "PAYMENT_UNEXPECTED"
    assert dure(*abort, *here, first).result["state"] == "PENDING"
    assert dure(*abort, *here, second).result["now"] == "ABORTED"
    assert dure("doctor", "--home", shop.home).status == 0
