"""`dure settle`: a window closed, netted and approved from the command line, by two people."""

import json
import shlex
from dataclasses import replace

import pytest
from sqlalchemy import text

from api.bootstrap import Network
from api.checkup import check_up
from api.cli.settle_pending import command_of
from api.cli.settling import acting, reference_of
from api.writing import written
from domain.errors import StoreError
from domain.ledger.records import Proposal
from domain.partners.commands import RevokeKey
from domain.store.engine import reading
from settlement.commands import DecideProposal, ProposePolicy, ProposeWindowClose
from tests.hiring import hire
from tests.integration.cli.conftest import Dure


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
    read = dure("settle", "disputes", "--home", shop.home).out
    assert (" 5.00 " in read, " 500 " in read) == (True, False)
    listed = dure("settle", "disputes", "--home", shop.home, "--json").result["disputes"]
    assert isinstance(listed, list)
    assert [(one["dispute"], one["state"], one["corrected"]) for one in listed] == [
        (again, "REJECTED", "500"), (made, "UPHELD", "500"),
    ]  # fmt: skip


def test_status_tells_what_waits_for_a_second_person(
    dure: Dure, shop: Network, people: tuple[str, str]
) -> None:
    """Whoever runs the command that stands there, as somebody else, decides the proposal."""
    first, second = people
    here = ("--home", shop.home, "--json")
    dure("settle", "close", "--currency", "USD", *here, "--as", first)
    value = "DAILY 18:00 Asia/Seoul KR FOLLOWING"
    dure("settle", "schedule", value, "--currency", "USD", *here, "--as", first)
    waiting = dure("settle", "status", *here).result["proposals"]
    assert isinstance(waiting, list)
    assert [(one["type"], one["maker"]) for one in waiting] == [
        ("WINDOW_CLOSE", f"operator/{first}"), ("POLICY_WINDOW_SCHEDULE", f"operator/{first}"),
    ]  # fmt: skip
    read = dure("settle", "status", "--home", shop.home).out
    for one in waiting:
        assert f"{one['proposal']}: {one['command']} --as SUBJECT" in read
        command = shlex.split(str(one["command"]))[1:]
        assert dure(*command, *here, "--as", second).result["state"] == "APPROVED"
    assert dure("settle", "status", *here).result["proposals"] == []


def test_each_proposal_is_decided_by_the_command_that_is_named() -> None:
    """The command of every type: it says again what is decided, that a slip is no approval."""
    made = Proposal("7" * 32, "", 3, "KRW", "operator/a", "PENDING", "", "CHECKED", 9, 0)
    held = replace(made, settlement="5" * 32, partner="AIR", amount=500)
    told = {
        command_of(replace(made, type="WINDOW_CLOSE")),
        command_of(replace(held, type="SETTLEMENT_DEFAULT")),
        command_of(replace(held, type="DISPUTE_UPHOLD", value="d" * 32)),
        command_of(replace(held, type="BANK_CARRY", value=f"{'a' * 64}.2.OPERATOR")),
        command_of(replace(made, type="POLICY_WINDOW_SCHEDULE", value="NONE")),
        command_of(replace(held, type="SETTLEMENT_ACCOUNTS")),
        command_of(replace(held, type="CAP")),
        command_of(replace(held, type="PREFUND_OUT")),
        command_of(replace(held, type="POLICY_PERIODIC_FEE", value="700 0/1")),
        command_of(replace(made, type="LATER", currency="")),
    }
    assert told == {
        "dure settle close --currency KRW --window 3",
        f"dure settle default {'5' * 32}",
        f"dure settle uphold {'d' * 32} --amount 500",
        f"dure settle carry {'a' * 64}.2 AIR --settlement {'5' * 32} --holder OPERATOR",
        "dure settle schedule NONE --currency KRW",
        f"dure settle approve {'5' * 32}",
        "dure settle funds AIR CAP 500 --currency KRW",
        "dure settle funds AIR PREFUND_OUT 500 --currency KRW",
        "dure settle policy PERIODIC_FEE '700 0/1' --partner AIR --currency KRW",
        f"dure settle decide {'7' * 32}",
    }


def test_why_nothing_is_to_settle(dure: Dure, shop: Network) -> None:
    """No window closed yet, or an empty one that is settled as it closes: each is told as that."""
    people = [one["subject"] for one in json.loads((shop.home / "operator-keys.json").read_text())]
    here = ("--home", shop.home, "--as")
    create = ("settle", "create", "--currency", "USD", "--pay-by", "2026-12-31T00:00:00Z")
    assert "No window of USD was closed yet; 1 is open." in dure(*create, *here, people[0]).err
    close = ("settle", "close", "--currency", "USD", "--window", "1", *here)
    assert "SETTLED at once" not in dure(*close, people[0]).out
    assert "SETTLED at once" in dure(*close, people[1]).out
    assert "the last one, 1, had no obligations" in dure(*create, *here, people[0]).err
    korean = dure(*create, *here, people[0], "--lang", "ko")
    assert "마감과 함께 정산 완료(SETTLED)" in korean.err
    told = dure(*create, *here, people[0], "--lang", "ko", "--json").result
    assert told == dure(*create, *here, people[0], "--json").result


def test_people_read_korean_and_programs_the_same_in_either(
    dure: Dure, shop: Network, people: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine's language turns tables, sentences and errors, never what a program reads."""
    here = ("--home", shop.home)
    dure("settle", "close", "--currency", "USD", *here, "--as", people[0])
    english = [dure("settle", "status", *here, "--json").out, dure("settle", "status", *here).out]
    monkeypatch.delenv("DURE_LANG")
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    korean = [dure("settle", "status", *here, "--json").out, dure("settle", "status", *here).out]
    assert korean[0] == english[0]
    for words in (
        "정산 기간",
        "진행 중 (OPEN)",
        "다른 담당자의 결정을 기다리는 제안",
        "기간 마감 (WINDOW_CLOSE)",
    ):
        assert words in korean[1]
        assert words not in english[1]
    assert "정산 9이(가) 없습니다" in dure("settle", "approve", "9", *here, "--as", people[0]).err


def test_a_person_whose_key_ended_meanwhile_writes_nothing(
    shop: Network, people: tuple[str, str]
) -> None:
    """Between a verb's look at the keys and its command another process may end the key."""
    _, second = people
    hire(shop, "third")  # two people always stay
    late = acting(shop, "third")
    for key in reference_of(shop).keys.values():
        if key.subject == "third":
            written(
                shop, RevokeKey(actor=acting(shop, second), id=shop.ids.entity(), prefix=key.key)
            )
    close = ProposeWindowClose(actor=late, id=shop.ids.entity(), period=1, currency="USD")
    with pytest.raises(StoreError, match="SUBJECT_REVOKED"):
        written(shop, close)
    assert check_up(shop, lambda _: None).breaches == []
