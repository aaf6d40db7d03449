"""`dure-verify` answers by exit status, one line a finding, or one JSON object."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from audit.base64text import to_base64
from audit.bundle import ledger_path
from audit.note import key_id
from audit.verify import FINDINGS_SHOWN_MAX, main
from tests.unit.audit_verify.bundles import KEY, Bundle, honest, write
from tests.unit.audit_verify.logs import HASH, ORIGIN, LogBuilder, name

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    """An honest bundle."""
    return honest(tmp_path / "bundle")


def run(bundle: Bundle, *more: str, key: str = KEY.text()) -> int:
    """Run the command."""
    return main([str(bundle.folder), "--key", key, *more])


def test_clean(bundle: Bundle, capsys: Capture) -> None:
    """A clean bundle exits 0 and says what was checked, how far, under which root and key."""
    assert run(bundle) == 0
    out = capsys.readouterr().out
    assert "nothing was found; " in out.splitlines()[-1]
    assert out.endswith(" things were not checked, see above\n")
    for said in ("110 of 110 entries", "2026-11-22T01:16:49.000000Z", bundle.verify().root, ORIGIN):
        assert said in out


def test_findings(bundle: Bundle, capsys: Capture) -> None:
    """A finding exits 1; its line begins with its code and the last line counts."""
    bundle.rows("lot", lambda rows: rows.pop())
    assert run(bundle) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("ROW_MISSING table=lot key=2222")
    assert lines[-1] == "NOT OK: 1 finding"


def test_json(bundle: Bundle, capsys: Capture) -> None:
    """With --json the answer is one object, the facts of findings with their types."""
    bundle.rows("position", lambda rows: rows[0].update(debits=1))
    assert run(bundle, "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["clean"], told["size"], told["findings_total"]) == (False, 110, 1)
    assert told["findings"][0]["facts"] == {
        "table": "position",
        "key": "AIRLINE,KRW,1",
        "column": "debits",
        "expected": 429,
        "found": 1,
    }


def test_many_findings_are_counted(tmp_path: Path, capsys: Capture) -> None:
    """No more than a screen of findings is printed; the rest is a number."""
    log = LogBuilder()
    log.add("log.genesis", author="system/init", origin=ORIGIN, key=KEY.text(), sandbox="yes")
    log.key("k1", "AIRLINE")
    for _ in range(1200):
        log.add("member.enrolled", member=name(log.seq), partner="AIRLINE", commitment=HASH)
    write(tmp_path / "b", log.leaves)
    bundle = Bundle(tmp_path / "b")
    bundle.change(ledger_path("member"), lambda _: b"")
    assert run(bundle) == 1
    out = capsys.readouterr().out
    assert out.count("ROW_MISSING table=member key=") == FINDINGS_SHOWN_MAX
    assert "... and 1,150 more\n" in out
    assert out.endswith("NOT OK: 1,200 findings\n")
    assert "points are play" in out


@pytest.mark.parametrize("key", ["", "key", "a+b+c", KEY.text()[:-1], "\udcff+00000000+AQ=="])
def test_a_malformed_key_is_bad_use(bundle: Bundle, key: str, capsys: Capture) -> None:
    """A key that is none exits 2 with a reason on stderr."""
    assert run(bundle, key=key) == 2
    assert capsys.readouterr().err.startswith("dure-verify: ")


def test_a_small_order_key_is_rejected(bundle: Bundle, capsys: Capture) -> None:
    """A key under which anyone can sign is a finding, however the bundle looks."""
    weak = b"\x01" + bytes(31)
    text = f"{ORIGIN}+{key_id(ORIGIN, weak).hex()}+{to_base64(bytes([1]) + weak)}"
    assert run(bundle, key=text) == 1
    assert capsys.readouterr().out.startswith("KEY_REJECTED reason=KEY_SMALL_ORDER\n")
    assert run(bundle, "--json", key=text) == 1
    assert json.loads(capsys.readouterr().out)["findings"][0]["code"] == "KEY_REJECTED"


@pytest.mark.parametrize("folder", ["nowhere", "bundle/checkpoint", "x" * 5000, "a\0b"])
def test_no_folder_is_bad_use(bundle: Bundle, folder: str, capsys: Capture) -> None:
    """What is no folder exits 2."""
    assert main([str(bundle.folder.parent / folder), "--key", KEY.text()]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_it_runs_without_the_rest_of_dure(bundle: Bundle) -> None:
    """An auditor can take the one package: nothing of domain, settlement or api is loaded."""
    script = (
        "import sys; from audit.verify import main; code = main(sys.argv[1:]);"
        "rooms = {name.partition('.')[0] for name in sys.modules};"
        "sys.exit(9 if rooms & {'domain', 'settlement', 'api', 'sqlmodel', 'strawberry'} else code)"
    )
    argv = [sys.executable, "-c", script, str(bundle.folder), "--key", KEY.text()]
    done = subprocess.run(argv, capture_output=True, check=False, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_reader_that_leaves_is_no_fault(bundle: Bundle) -> None:
    """`dure-verify | head -0` leaves no traceback."""
    code = f'{sys.executable} -m audit.verify {bundle.folder} --key "{KEY.text()}" | head -c 0'
    done = subprocess.run(["sh", "-c", code], capture_output=True, check=False, text=True)
    assert done.stderr == ""
