"""Commands and payloads of a network laid open, and then tampered with: rows 16 and 17."""

import asyncio
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from api.bundles import export_bundle
from audit.bundle import ENTRIES_LAID_OPEN, write_bundle
from audit.disclosures import Line, lines
from audit.entry import decode, encode
from audit.evidence import Evidence
from audit.findings import Findings
from audit.http_signature import content_digest, read, sign, unpack
from audit.keys import Ed25519Signer, Signer, read_key_file
from audit.note import VerifierKey
from audit.tiles import decode_entries
from audit.verdict import Report
from audit.verification import verify_bundle
from domain.store.engine import reading, writing
from domain.store.queries import members
from tests.acceptance.stage import DOCUMENTS, Json, Stage, open_stage
from tests.acceptance.tamper.forging import rechained, signed
from tests.acceptance.test_signed_requests import JSON, send
from tests.founding import ORIGIN
from tests.unit.audit_verify.logs import replayed

KIM, LEE, GONE = "kim@example.com", "lee@example.com", "gone@example.com"
TIGHT = "TIGHT"  # a partner that signs all that it asks for

Edit = Callable[[list[Line]], list[Line]]


@dataclass(frozen=True)
class Shown:
    """An honest network as it was laid open, before and after a member's erasure."""

    leaves: list[bytes]
    lines: list[Line]
    erased: list[Line]  # what was shown of the member before it was erased
    key: VerifierKey
    operator: Signer
    partner: Signer

    def seq(self, reference: str) -> int:
        """The entry that enrolled a member whose payload is shown."""
        return next(one.seq for one in self.lines if reference.encode() in one.payload)

    def last(self) -> Line:
        """What is shown of the last entry that the partner who signs all made."""
        return [one for one in self.lines if one.command][-1]

    def verify(self, out: Path, shown: list[Line], leaves: list[bytes] | None = None) -> Report:
        """What is found in a bundle that its operator wrote anew and signed, rows and all."""
        log = self.leaves if leaves is None else rechained(leaves)
        tables = replayed(log, Findings())
        note = signed(log, ORIGIN, self.operator)
        write_bundle(out, note, self.key.text(), log, tables, laid_open=lines(shown))
        return verify_bundle(out, self.key, evidence=Evidence(must_sign=frozenset({TIGHT})))

    def codes(self, out: Path, shown: list[Line], leaves: list[bytes] | None = None) -> set[str]:
        """The codes of that."""
        return set(self.verify(out, shown, leaves).counts)


def laid_open(stage: Stage, out: Path) -> tuple[list[bytes], list[Line]]:
    """Export a network with all that its entries bind; its leaves and its lines."""
    size = export_bundle(stage.network, out, lambda _: None, payloads=True).size
    found = [Line.parse(one) for one in (out / ENTRIES_LAID_OPEN).read_bytes().splitlines(True)]
    assert size <= 256
    entries = (out / f"tile/entries/000.p/{size}").read_bytes()
    return decode_entries(entries, size), [one for one in found if one is not None]


async def live(stage: Stage) -> str:
    """Enrol three members, have one partner sign all that it asks for; return who is to go."""
    await stage.admit(TIGHT, "TGT", 0)
    gone = ""
    for reference in (KIM, LEE, GONE):
        _, answer = await send(stage, TIGHT, "memberEnroll", reference, {"reference": reference})
        gone = answer["data"]["memberEnroll"]["member"]["id"]
        given: Json = {"memberId": gone, "unit": "TGT", "amount": "700"}
        await send(stage, TIGHT, "pointsIssue", f"issue {reference}", given)
    return gone


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """One network for all of these tests: each tampers with a copy."""
    folder = tmp_path_factory.mktemp("laid-open")

    async def play() -> Shown:
        home = folder / "home"
        async with open_stage(home, f"sqlite:///{folder}/dure.db") as stage:
            gone = await live(stage)
            _, before = laid_open(stage, folder / "before")
            await stage.done(stage.operators[0], "memberErase", memberId=gone)
            await send(
                stage, TIGHT, "memberEnroll", "later", {"reference": "park@example.com"}
            )  # fmt: skip
            leaves, after = laid_open(stage, folder / "after")
            owner = next(one.owner for one in before if GONE.encode() in one.payload)
            return Shown(
                leaves,
                after,
                [one for one in before if one.owner == owner],
                VerifierKey.parse(stage.network.verifier_key),
                read_key_file(home / "keys" / "log.key", "a pass phrase"),
                stage.signers[TIGHT],
            )

    return asyncio.run(play())


def test_what_is_laid_open_is_clean(shown: Shown, tmp_path: Path) -> None:
    """What the others tamper with is accepted as it is, and the erased member's part is named."""
    report = shown.verify(tmp_path / "bundle", shown.lines)
    assert report.clean, report.findings
    checks = {check.name: check for check in report.checks}
    assert (checks["payloads"].status, checks["author_signatures"].status) == ("ok", "ok")
    assert (checks["payloads"].facts["opened"], checks["payloads"].facts["erased"]) == (3, 1)
    assert checks["author_signatures"].facts["opened"] == 5


def rebound(shown: Shown, line: Line, command: bytes) -> tuple[list[Line], list[bytes]]:
    """The lines and leaves in which an entry binds another command, as if it had always done so."""
    leaves, changed = list(shown.leaves), line._replace(command=command)
    cmd = hmac.digest(line.key, command, "sha256").hex()
    leaves[line.seq] = encode({**decode(leaves[line.seq]), "cmd": cmd})
    return [changed if one.seq == line.seq else one for one in shown.lines], leaves


def made_up(signer: Signer, body: Json, nonce: str = "never asked", tag: str = ORIGIN) -> bytes:
    """A command as somebody who has that key signs it."""
    data = json.dumps(body).encode()
    made = sign(signer, "/graphql", data, created=1_767_225_600, nonce=nonce, tag=tag)
    headers = (made["Content-Digest"], made["Signature-Input"], made["Signature"])
    return read("/graphql", data, *headers).packed()


def altered(command: bytes) -> bytes:
    """A genuine command that says something else, its digest made to fit."""
    genuine = unpack(command)
    changed = genuine.body.replace(b"park", b"choi")
    assert changed != genuine.body
    before, after = (content_digest(body).encode() for body in (genuine.body, changed))
    return genuine._replace(base=genuine.base.replace(before, after), body=changed).packed()


def test_16_a_command_invented_or_altered(shown: Shown, tmp_path: Path) -> None:
    """An operator who binds, chains and signs all anew cannot sign for the partner."""
    line = shown.last()
    thief = Ed25519Signer(b"t" * 32)
    body: Json = {"query": "mutation { memberEnroll }"}
    invented = {
        "SIGNATURE_KEY": made_up(thief, body),
        "SIGNATURE_WRONG": altered(line.command),
        "SIGNATURE_TAG": made_up(shown.partner, body, tag="dure.example/other"),
        "SIGNED_BYTES": line.command[:-1],
    }
    for why, command in invented.items():
        report = shown.verify(tmp_path / why, *rebound(shown, line, command))
        assert set(report.counts) == {"AUTHOR_SIGNATURE"}
        assert dict(report.findings[0].facts)["why"] == why
    # What the partner did sign, but not for this entry.
    other = next(one for one in shown.lines if one.command and one.seq != line.seq)
    repeated = rebound(shown, line, other.command)
    assert shown.codes(tmp_path / "repeated", *repeated) == {"COMMAND_REPEATED"}
    exchanged = [
        one._replace(command=made_up(shown.partner, body)) if one.seq == line.seq else one
        for one in shown.lines
    ]
    assert shown.codes(tmp_path / "exchanged", exchanged) == {"COMMAND_MISMATCH"}
    # An entry in the name of a partner who signs everything, with no command at all.
    bare = [one._replace(command=b"") if one.seq == line.seq else one for one in shown.lines]
    assert shown.codes(tmp_path / "bare", bare) == {"COMMAND_MISSING"}


def test_16_a_command_altered_on_the_wire(tmp_path: Path, sqlite_url: str) -> None:
    """Whoever stands between partner and network changes the amount and the digest: refused."""

    async def play() -> None:
        async with open_stage(tmp_path / "home", sqlite_url) as stage:
            member = await stage.member("AIRLINE")
            given: Json = {"memberId": member, "unit": "AIR", "amount": "7", "idempotencyKey": "k"}
            asked = {"query": DOCUMENTS["pointsIssue"], "variables": {"input": given}}
            body = json.dumps(asked).encode()
            headers = sign(
                stage.signers["AIRLINE"], "/graphql", body,
                created=stage.clock.now() // 1_000_000, nonce="k", tag=ORIGIN,
            )  # fmt: skip
            forged = body.replace(b'"7"', b'"7000"')
            sent = {
                **headers, "Content-Digest": content_digest(forged), **JSON,
                "authorization": f"Bearer {stage.tokens['AIRLINE']}",
            }  # fmt: skip
            answer = await stage.client.post("/graphql", content=forged, headers=sent)
            (error,) = answer.json()["errors"]
            assert (answer.status_code, error["extensions"]["code"]) == (401, "SIGNATURE_INVALID")
            assert await stage.available(stage.tokens["AIRLINE"], member, "AIR") == 0

    asyncio.run(play())


def _on(seq: int, change: Callable[[Line], Line | None]) -> Edit:
    """An edit of one entry's line."""

    def edit(shown: list[Line]) -> list[Line]:
        changed = [change(one) if one.seq == seq else one for one in shown]
        return [one for one in changed if one is not None]

    return edit


def test_17_a_payload_swapped_or_kept_back(shown: Shown, tmp_path: Path) -> None:
    """A payload of another entry, changed, under another key, or missing, is each named."""
    kim, lee = shown.seq(KIM), shown.seq(LEE)
    by_seq = {one.seq: one for one in shown.lines}
    other = by_seq[lee].payload
    end = Line(len(shown.leaves), "", b"", b"{}", b"")
    edits: list[tuple[Edit, str]] = [
        (_on(kim, lambda one: one._replace(payload=other)), "PAYLOAD_MISMATCH"),
        (_on(kim, lambda one: one._replace(payload=one.payload + b" ")), "PAYLOAD_MISMATCH"),
        (_on(kim, lambda one: one._replace(payload=b"")), "PAYLOAD_MISSING"),
        (lambda all_: [*all_, end], "DISCLOSURE_INVALID"),
        (lambda all_: [all_[0], *all_], "DISCLOSURE_INVALID"),
    ]
    for place, (edit, code) in enumerate(edits):
        assert shown.codes(tmp_path / f"edit{place}", edit(shown.lines)) == {code}
    issued = next(one for one in shown.lines if one.owner == by_seq[kim].owner and not one.payload)
    other_key = _on(kim, lambda one: one._replace(key=issued.key))
    assert shown.codes(tmp_path / "key", other_key(shown.lines)) == {
        "COMMAND_MISMATCH", "PAYLOAD_MISMATCH",
    }  # fmt: skip
    # What the log says is destroyed is in nobody's hands, or the erasure was a lie.
    kept = sorted([*shown.lines, *shown.erased])
    assert shown.codes(tmp_path / "kept", kept) == {"ERASED_SHOWN"}


def _without_erasure(leaves: list[bytes]) -> list[bytes]:
    """A log that tells of no erasure, nor of what it made expire."""
    at = next(n for n, leaf in enumerate(leaves) if b"subject.erased" in leaf)
    assert b"points.expired" in leaves[at - 1]
    return [*leaves[: at - 1], *leaves[at + 1 :]]


def test_17_missing_without_an_erasure(shown: Shown, tmp_path: Path) -> None:
    """The same bundle with the erasure's entry and without: erased, and then missing."""
    at = next(n for n, leaf in enumerate(shown.leaves) if b"subject.erased" in leaf)
    before = [one for one in shown.lines if one.seq < at]
    assert shown.codes(tmp_path / "erased", before, shown.leaves[: at + 1]) == set()
    cut = _without_erasure(shown.leaves[: at + 1])
    found = shown.codes(tmp_path / "missing", before, cut)
    assert found == {"PAYLOAD_MISSING", "COMMAND_MISSING"}


DELETED = "DELETE FROM {table} WHERE owner = :owner"


@pytest.mark.parametrize("table", ["payload", "member_key"])
def test_17_destroyed_in_the_database_alone(tmp_path: Path, database_url: str, table: str) -> None:
    """A payload or its key that somebody deletes is missing: no entry says that it may be."""

    async def play() -> dict[bool, set[str]]:
        told: dict[bool, set[str]] = {}
        async with open_stage(tmp_path / "home", database_url) as stage:
            await stage.done(stage.tokens["AIRLINE"], "memberEnroll", reference=KIM)
            network = stage.network
            index = network.vault.reference_index("AIRLINE", KIM)
            with reading(network.engine) as connection:
                owner = members.by_reference(connection, "AIRLINE", index)
            with writing(network.engine) as connection:
                statement = text(DELETED.format(table=table))
                assert connection.execute(statement, {"owner": owner}).rowcount == 1
            for payloads in (True, False):
                out = tmp_path / f"bundle {payloads}"
                export_bundle(network, out, lambda _: None, payloads=payloads)
                report = verify_bundle(out, VerifierKey.parse(network.verifier_key))
                told[payloads] = set(report.counts)
        return told

    assert asyncio.run(play()) == {True: {"PAYLOAD_MISSING"}, False: set()}
