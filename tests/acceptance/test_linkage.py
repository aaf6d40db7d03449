"""What still links a member's entries is told, counted, before an erasure and after it."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from api.bootstrap import Network
from api.cli import app
from api.linkage import DESTROYED, TRACES, Linkage, measure
from api.linkage_words import WORDS
from api.schema.core.ids import member_key
from domain.store.engine import writing
from tests.acceptance.stage import Json, Stage, play
from tests.acceptance.test_signed_requests import send


def counted(told: Linkage) -> dict[str, int | None]:
    """The counts by code."""
    return {one.code: one.counted for one in told.traces}


async def live(stage: Stage) -> str:
    """Two members who are alike but for one purchase, a gift, a consent, a link, a refusal."""
    air = stage.tokens["AIRLINE"]
    mina, jun = await stage.member("AIRLINE", AIR="10000"), await stage.member("AIRLINE")
    given: Json = {"memberId": jun, "unit": "AIR", "amount": "10000"}
    await send(stage, "AIRLINE", "pointsIssue", "signed", given)
    await stage.done(air, "pointsIssue", memberId=mina, unit="AIR", amount="777")
    await stage.done(air, "pointsGift", memberId=mina, recipientId=jun, unit="AIR", amount="50")
    await stage.done(stage.tokens["GRAND"], "memberLink", memberId=mina, reference="mina-grand")
    await stage.do(air, "pointsRedeem", memberId=mina, unit="AIR", amount="99999999")
    return mina


def test_what_an_erasure_leaves_is_counted(tmp_path: Path, database_url: str) -> None:
    """Entries and dealings stay under the pseudonym; references, payloads and the key are gone."""

    async def story(stage: Stage) -> None:
        mina = await live(stage)
        owner = member_key(mina)
        assert owner is not None
        before = measure(stage.network, owner)
        assert (before.erased_seq, before.undone) == (None, False)
        found = counted(before)
        # Enrolled, linked, two issues and a gift; of the three, only one issue has a twin.
        assert (found["ENTRIES"], found["DEALINGS"], found["ALONE"]) == (5, 3, 1)
        assert (found["OTHER_MEMBERS"], found["BRANDS"], found["KEPT_ANSWERS"]) == (1, 2, 5)
        assert (found["REFERENCES"], found["PAYLOADS"], found["MEMBER_KEY"]) == (2, 2, 1)
        assert (found["PLAIN_REQUESTS"], found["REFUSALS"], found["EXPORTS"]) == (0, 1, None)
        erased = await stage.done(stage.operators[0], "memberErase", memberId=mina)
        after = measure(stage.network, owner)
        assert (after.erased_seq, after.undone) == (int(erased["receipt"]["sequence"]), False)
        left = counted(after)
        assert [left[code] for code, kind in TRACES.items() if kind.fate == DESTROYED] == [0] * 4
        assert (left["ENTRIES"], left["DEALINGS"], left["KEPT_ANSWERS"]) == (7, 4, 6)
        assert left["PLAIN_REQUESTS"] == 0
        put_back(stage.network, owner)
        assert measure(stage.network, owner).undone

    play(tmp_path / "home", database_url, story)


def put_back(network: Network, owner: str) -> None:
    """Bring a key back, as a restored table would."""
    with writing(network.engine) as connection:
        connection.execute(
            text("INSERT INTO member_key VALUES (:owner, :wrapped)"),
            {"owner": owner, "wrapped": b"x"},
        )


def test_the_report_is_for_people_and_programs(
    tmp_path: Path, sqlite_url: str, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """In English, in Korean and as JSON it names every trace; nobody and nonsense are refused."""
    told: list[str] = []

    async def story(stage: Stage) -> None:
        told.append(await live(stage))
        await stage.done(stage.operators[0], "memberErase", memberId=told[0])

    play(tmp_path / "home", sqlite_url, story)
    monkeypatch.setenv("DURE_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("DURE_PASSPHRASE", "a pass phrase")
    monkeypatch.setenv("COLUMNS", "400")

    def say(*arguments: str) -> tuple[int, str]:
        status = app.run(["audit", "linkage", *arguments, "--home", str(tmp_path / "home")])
        return status, capsys.readouterr().out

    for place, language in enumerate(("en", "ko")):
        status, said = say(told[0], "--lang", language)
        assert status == 0
        assert [code for code in TRACES if WORDS[code][place] not in said] == []
    status, said = say(told[0], "--json")
    report = json.loads(said)
    assert (status, report["erased"], report["good"]) == (0, True, True)
    assert report["erased_at"].startswith("2026-01-02T")
    assert {one["code"] for one in report["traces"]} == set(TRACES)
    assert say("nonsense", "--json")[0] == 2
    status, said = say("f" * 32, "--json")
    assert (status, json.loads(said)["error"]) == (2, "MEMBER_UNKNOWN")
