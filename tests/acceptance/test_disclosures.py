"""An auditor is shown single entries, and learns nothing of any other."""

import asyncio
import json
import stat
from pathlib import Path

import pytest

from api.bootstrap import Network
from api.bundles import export_bundle
from api.disclosing import disclose
from api.receipts import write_files
from audit.bundle import ENTRIES_LAID_OPEN
from audit.disclosure import COMMAND, ENTRY_KEYS, ERASED_ENTRY, PAYLOAD, PROOF
from audit.verify import main
from tests.acceptance.stage import Json, open_stage
from tests.acceptance.test_signed_requests import send


def verified(
    network: Network, folder: Path, capsys: pytest.CaptureFixture[str], *more: str
) -> tuple[int, set[str], dict[str, str]]:
    """What dure-verify says of a disclosure: status, findings, and each check's status."""
    status = main(["--key", network.verifier_key, "--disclosure", str(folder), "--json", *more])
    said = json.loads(capsys.readouterr().out)
    checks = {check["name"]: check["status"] for check in said["checks"]}
    return status, {finding["code"] for finding in said["findings"]}, checks


def test_what_is_shown_is_what_the_entry_binds(
    tmp_path: Path, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Payload and command verify offline; changed, withheld or of another entry, they fail."""

    async def play() -> None:
        async with open_stage(tmp_path / "home", database_url) as stage:
            enrolled = await stage.done(
                stage.tokens["AIRLINE"], "memberEnroll", reference="kim@example.com"
            )
            mina, seq = enrolled["member"]["id"], int(enrolled["receipt"]["sequence"])
            given: Json = {"memberId": mina, "unit": "AIR", "amount": "700"}
            _, answer = await send(stage, "AIRLINE", "pointsIssue", "s1", given)
            issued = int(answer["data"]["pointsIssue"]["receipt"]["sequence"])
            network = stage.network
            shown, signed = tmp_path / "shown", tmp_path / "signed"
            write_files(shown, disclose(network, seq), force=False)
            write_files(signed, disclose(network, issued), force=False)
            assert json.loads((shown / PAYLOAD).read_text()) == {"reference": "kim@example.com"}
            status, findings, checks = verified(network, shown, capsys)
            assert (status, findings, checks["payloads"]) == (0, set(), "ok")
            assert checks["author_signatures"] == "not_checked"
            signer = ("--signer", stage.signers["AIRLINE"].public_key.hex())
            status, findings, checks = verified(network, signed, capsys, *signer)
            assert (status, findings, checks["author_signatures"]) == (0, set(), "ok")
            other = ("--signer", stage.signers["GRAND"].public_key.hex())
            assert verified(network, signed, capsys, *other)[1] == {"AUTHOR_SIGNATURE"}
            assert main(["--key", network.verifier_key, "--disclosure", str(signed)]) == 2

            # The key of one entry opens no other.
            keys = (signed / ENTRY_KEYS).read_bytes()
            good = (shown / ENTRY_KEYS).read_bytes()
            assert keys != good
            (shown / ENTRY_KEYS).write_bytes(keys)
            assert verified(network, shown, capsys)[1] == {"PAYLOAD_MISMATCH"}
            (shown / ENTRY_KEYS).write_bytes(good)
            payload = (shown / PAYLOAD).read_bytes()
            (shown / PAYLOAD).write_bytes(payload.replace(b"kim", b"lee"))
            assert verified(network, shown, capsys)[1] == {"PAYLOAD_MISMATCH"}
            (shown / PAYLOAD).unlink()
            assert verified(network, shown, capsys)[1] == {"PAYLOAD_MISSING"}
            command = bytearray((signed / COMMAND).read_bytes())
            command[-1] ^= 1
            (signed / COMMAND).write_bytes(bytes(command))
            found = verified(network, signed, capsys, *signer)[1]
            assert found == {"COMMAND_MISMATCH", "AUTHOR_SIGNATURE"}

            (shown / PROOF).write_text("no receipt")
            assert "RECEIPT_INVALID" in verified(network, shown, capsys)[1]

    asyncio.run(play())


def test_of_an_erased_member_there_is_nothing_to_show(
    tmp_path: Path, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The erasure's receipt takes the payload's place, and that is no tampering."""

    async def play() -> None:
        async with open_stage(tmp_path / "home", database_url) as stage:
            enrolled = await stage.done(
                stage.tokens["AIRLINE"], "memberEnroll", reference="kim@example.com"
            )
            mina, seq = enrolled["member"]["id"], int(enrolled["receipt"]["sequence"])
            network = stage.network
            await stage.done(stage.operators[0], "memberErase", memberId=mina)
            gone = disclose(network, seq)
            assert PAYLOAD not in gone
            assert ENTRY_KEYS not in gone
            write_files(tmp_path / "gone", gone, force=False)
            status, findings, checks = verified(network, tmp_path / "gone", capsys)
            assert (status, findings, checks["payloads"]) == (0, set(), "ok")
            (tmp_path / "gone" / ERASED_ENTRY).write_bytes(gone[ERASED_ENTRY] + b" ")
            found = verified(network, tmp_path / "gone", capsys)[1]
            assert found == {"PAYLOAD_MISSING", "RECEIPT_INVALID"}
            (tmp_path / "gone" / ERASED_ENTRY).unlink()
            assert "PAYLOAD_MISSING" in verified(network, tmp_path / "gone", capsys)[1]

    asyncio.run(play())


def test_a_whole_log_is_laid_open_for_who_may_know(
    tmp_path: Path, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The folder is its owner's alone and verifies; an erased reference is in no file."""

    async def play() -> tuple[str, int]:
        async with open_stage(tmp_path / "home", database_url) as stage:
            for reference in ("kim@example.com", "lee@example.com"):
                enrolled = await stage.done(
                    stage.tokens["AIRLINE"], "memberEnroll", reference=reference
                )
                given: Json = {
                    "memberId": enrolled["member"]["id"], "unit": "AIR", "amount": "700"
                }  # fmt: skip
                await send(stage, "AIRLINE", "pointsIssue", reference, given)
            await stage.done(stage.operators[0], "memberErase", memberId=given["memberId"])
            exported = export_bundle(
                stage.network, tmp_path / "open", lambda _: None, payloads=True
            )
            assert exported.laid_open == (1, 1, 0)
            return stage.network.verifier_key, exported.size

    key, size = asyncio.run(play())
    out = tmp_path / "open"
    modes = [
        stat.S_IMODE(path.stat().st_mode)
        for path in (out, out / "disclosures", out / ENTRIES_LAID_OPEN)
    ]
    assert modes == [0o700, 0o700, 0o600]
    everything = b"".join(path.read_bytes() for path in out.rglob("*") if path.is_file())
    assert (b"kim@example.com" in everything, b"lee@example.com" in everything) == (True, False)
    assert main([str(out), "--key", key, "--lang", "ko"]) == 0
    assert "공개된 부속 자료 1건" in capsys.readouterr().out
    # Who brings no more than that hears of AIRLINE's own entries that nobody can show as signed.
    assert main([str(out), "--key", key, "--must-sign", "AIRLINE", "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert {finding["code"] for finding in said["findings"]} == {"COMMAND_MISSING"}
    assert said["entries"] == size
