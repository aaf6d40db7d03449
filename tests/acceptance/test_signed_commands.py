"""A network whose partner signs all it asks for: every entry did that, and another one is found."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from api.checkup import check_up
from audit.bundle import write_bundle
from audit.disclosures import Line, lines
from audit.entry import Fields, decode, encode
from audit.findings import Findings
from audit.keys import Signer, read_key_file
from audit.note import VerifierKey
from audit.verdict import Check, Report
from audit.verification import verify_bundle
from domain.store.engine import writing
from tests.acceptance.stage import Json, Stage, open_stage
from tests.acceptance.tamper.forging import rechained, signed
from tests.acceptance.tamper.test_disclosure_rows import laid_open
from tests.acceptance.test_signed_requests import send
from tests.founding import ORIGIN
from tests.unit.audit_verify.logs import replayed


@dataclass(frozen=True)
class Kept:
    """A log, what was laid open of it, and who signs it."""

    leaves: list[bytes]
    lines: list[Line]
    key: VerifierKey
    operator: Signer

    def verify(self, out: Path, kind: str = "", old: str = "", new: str = "") -> Report:
        """What is found where the operator changed one entry, and made and signed all anew."""
        leaves = list(self.leaves)
        for seq, leaf in enumerate(leaves):
            if kind and decode(leaf)["kind"] == kind:
                fields: Fields = {
                    name: value.replace(old, new) if isinstance(value, str) else value
                    for name, value in decode(leaf).items()
                }
                assert fields != decode(leaf)
                leaves[seq] = encode(fields)
                break
        log = rechained(leaves)
        note = signed(log, ORIGIN, self.operator)
        tables = replayed(log, Findings())
        write_bundle(out, note, self.key.text(), log, tables, laid_open=lines(self.lines))
        return verify_bundle(out, self.key)


async def live(stage: Stage) -> None:
    """One signed request for each mutation that moves points."""
    mina, hana = await stage.member("AIRLINE"), await stage.member("AIRLINE")
    asked = 0

    async def ask(mutation: str, **given: object) -> Json:
        nonlocal asked
        asked += 1
        sent: Json = dict(given)
        status, answer = await send(stage, "AIRLINE", mutation, f"asked {asked}", sent)
        payload: Json = answer["data"][mutation]
        assert (status, payload["__typename"].endswith("Success")) == (200, True), answer
        return payload

    wallet: dict[str, object] = {"memberId": mina, "unit": "AIR"}
    issued = await ask("pointsIssue", **wallet, amount="50000")
    await ask("pointsRedeem", **wallet, amount="700")
    await ask("pointsGift", **wallet, recipientId=hana, amount="300")
    await ask("pointsAdjust", **wallet, amount="-20", reason="CORRECTION")
    for captured in ({"amount": "500"}, {"amount": "0"}, {}):
        placed = await ask("pointsHold", **wallet, amount="900", expiresInSeconds=600)
        await ask("holdCapture", holdId=placed["hold"]["id"], **captured)
    placed = await ask("pointsHold", **wallet, amount="900", expiresInSeconds=600)
    await ask("holdVoid", holdId=placed["hold"]["id"])
    exchange = {"memberId": mina, "fromUnit": "AIR", "toUnit": "HOTEL", "amount": "10199"}
    quoted = await ask("pointsQuote", **exchange)
    await ask("pointsExchange", **exchange, quoteId=quoted["quote"]["id"])
    await ask("pointsExchange", **exchange)
    await ask("transferReverse", transferId=issued["transfer"]["id"], amount="1000")
    await ask("memberEnroll", reference="card 9")
    await ask("pointsIssue", memberReference="card 9", unit="AIR", amount="800")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """One network for all of these tests, whose check-up is content and names what is tampered."""
    folder = tmp_path_factory.mktemp("signed")

    async def play() -> Kept:
        home = folder / "home"
        async with open_stage(home, f"sqlite:///{folder}/dure.db") as stage:
            await live(stage)
            leaves, shown = laid_open(stage, folder / "bundle")
            assert told(stage) == []
            for codes, statement in TAMPERED:
                with writing(stage.network.engine) as connection:
                    connection.execute(text("CREATE TABLE kept AS SELECT * FROM signed_command"))
                    assert connection.execute(text(statement)).rowcount > 0, statement
                assert told(stage) == codes, statement
                with writing(stage.network.engine) as connection:
                    connection.execute(text("DELETE FROM signed_command"))
                    connection.execute(text("INSERT INTO signed_command SELECT * FROM kept"))
                    connection.execute(text("DROP TABLE kept"))
            key = VerifierKey.parse(stage.network.verifier_key)
            return Kept(leaves, shown, key, read_key_file(home / "keys/log.key", "a pass phrase"))

    return asyncio.run(play())


# Of the last row, what was signed for the first; cut; of nobody; of an entry that is not there.
FIRST = "(SELECT packed FROM signed_command ORDER BY seq LIMIT 1)"
LAST = "WHERE seq = (SELECT MAX(seq) FROM signed_command)"
TAMPERED = [
    (["SIGNED_COMMAND_MISSING"], f"DELETE FROM signed_command {LAST}"),
    (["SIGNED_COMMAND_ALTERED"], f"UPDATE signed_command SET packed = {FIRST} {LAST}"),
    (["SIGNED_COMMAND_ALTERED"], f"UPDATE signed_command SET packed = substr(packed, 2) {LAST}"),
    (["SIGNED_COMMAND_ALTERED"], f"UPDATE signed_command SET owner = '' {LAST}"),
    (
        ["SIGNED_COMMAND_MISSING", "SIGNED_COMMAND_ORPHAN"],
        f"UPDATE signed_command SET seq = seq + 1000 {LAST}",
    ),
]


def told(stage: Stage) -> list[str]:
    """The codes that the check-up tells."""
    return sorted({breach.code for breach in check_up(stage.network, lambda _: None).breaches})


def author_signatures(report: Report) -> Check:
    """What the verdict says of commands."""
    return next(one for one in report.checks if one.name == "author_signatures")


def test_every_entry_did_what_was_signed(kept: Kept, tmp_path: Path) -> None:
    """All are compared but what an entry cannot show, which the verdict names and counts."""
    report = kept.verify(tmp_path / "bundle")
    assert report.clean, report.findings
    facts = author_signatures(report).facts
    assert (facts["opened"], facts["compared"]) == (18, 15)
    assert facts["left"] == ["memberEnroll (1)", "memberReference (1)", "pointsQuote (1)"]


CHANGED = [
    ("points.issued", ",50000", ",60000", "amount"),
    ("points.redeemed", ",700", ",600", "amount"),
    ("points.adjusted", "CORRECTION", "FRAUD", "reason"),
    ("hold.placed", ",900", ",901", "amount"),
    ("hold.captured", "posted,500", "posted,400", "amount"),
    ("points.exchanged", "posted,50", "posted,49", "amount"),
    ("transfer.reversed", "1000", "1001", "amount"),
]


@pytest.mark.parametrize(("kind", "old", "new", "field"), CHANGED)
def test_an_entry_that_did_otherwise(
    kept: Kept, tmp_path: Path, kind: str, old: str, new: str, field: str
) -> None:
    """Whoever does other than was asked, and signs all anew, has the request against it."""
    report = kept.verify(tmp_path / "bundle", kind, old, new)
    found = [dict(one.facts) for one in report.findings if one.code == "COMMAND_DIFFERS"]
    assert [one["field"] for one in found] == [field], report.findings
    assert author_signatures(report).status == "failed"
