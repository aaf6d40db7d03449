"""A statement made again from the log: an honest one agrees, an altered one is found by name."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.bundle import TileStream
from audit.entry import decode, parse_time
from audit.evidence import Saved
from audit.findings import Findings
from audit.marks import Marks
from audit.merkle import leaf_hash, leaf_hashes
from audit.replay.fields import obligations
from audit.replay.transfers import TRANSFER_KINDS
from audit.statement_check import open_statements
from audit.statement_sums import Json
from audit.verify import main
from settlement.statements.derive import statement_of
from settlement.statements.json_form import as_json
from settlement.statements.model import Citation, Line, Moment, Scope
from tests.unit.audit_verify.bundles import KEY, honest, write
from tests.unit.audit_verify.logs import ORIGIN, every_kind

LEAVES = every_kind(KEY.text())
PARTIES = ("AIRLINE", "HOTELS", "OPERATOR")


def _root(leaves: list[bytes]) -> str:
    stream = TileStream()
    stream.extend(map(leaf_hash, leaves))
    return stream.root().hex()


def statement(partner: str) -> bytes:
    """The partner's statement of KRW's first window, made by settlement of the log's entries."""
    lines: list[Line] = []
    opened = closed = Moment(0, 0)
    for leaf in LEAVES:
        fields = {name: str(value) for name, value in decode(leaf).items()}
        moment = Moment(int(fields["seq"]), parse_time(fields["time"]))
        kind = fields["kind"]
        if kind == "partner.created" and not opened.seq:
            opened = moment
        if (kind, fields.get("currency"), fields.get("window")) == ("window.closed", "KRW", "1"):
            closed = moment
        for n, (debtor, creditor, _, window, amount, contract, of) in enumerate(
            obligations(fields) if fields.get("obls") else ()
        ):
            name = TRANSFER_KINDS.get(kind, "")
            transfer, event = (fields["id"], name) if name else ("", kind)
            if window == 1 and partner in (debtor, creditor):
                lines.append(
                    Line(*moment[:1], n, moment.time, transfer, event, debtor, creditor, window,
                         amount, contract, of)
                )  # fmt: skip
    size = closed.seq + 1
    cited = Citation(size, _root(LEAVES[:size]))
    return as_json(
        statement_of(Scope(ORIGIN, partner, "KRW", (1,), opened, closed, (), cited), lines)
    )


def found(data: bytes) -> Findings:
    """What is found where the log passes by with this statement."""
    findings = Findings()
    checks = open_statements([Saved("s", data)], findings)
    marks = Marks(one.claim.size for one in checks)
    marks.extend(TileStream(), LEAVES, leaf_hashes(LEAVES))
    for leaf in LEAVES:
        for one in checks:
            one.see(decode(leaf))
    for one in checks:
        assert one.finish(ORIGIN, marks) == (not findings.total)
    return findings


@pytest.mark.parametrize("partner", PARTIES)
def test_an_honest_statement_agrees(partner: str) -> None:
    """Two derivations that share no line of code make the same document."""
    made = statement(partner)
    assert [one.line() for one in found(made).kept] == []
    assert len(json.loads(made)["lines"]) >= 1


def _places(value: Json, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every value in a document that is no list and no object."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _places(one, (*path, key))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _places(one, (*path, place))
    else:
        yield path


def _altered(document: Json, path: tuple[str | int, ...]) -> bytes:
    changed = copy.deepcopy(document)
    inside = changed
    for step in path[:-1]:
        inside = inside[step]  # type: ignore[index]  # the path is the document's own
    value = inside[path[-1]]  # type: ignore[index]
    other: Json = value + 1 if isinstance(value, int) else f"{value}1"
    inside[path[-1]] = other  # type: ignore[index]
    return json.dumps(changed).encode()


def test_every_value_altered_is_found() -> None:
    """No value of a statement can be changed unseen; a line's is told as a line's."""
    document = json.loads(statement("AIRLINE"))
    paths = list(_places(document))
    assert len(paths) > 80
    for path in paths:
        codes = {one.code for one in found(_altered(document, path)).kept}
        assert codes, path
        assert all(code.startswith("STATEMENT_") for code in codes)
        if path[0] == "lines":
            assert codes == {"STATEMENT_LINE"}
        if path[0] in ("totals", "sums", "invoices"):
            assert codes == {"STATEMENT_TOTAL"}
        if path[0] in ("origin", "checkpoint"):
            assert codes == {"STATEMENT_CHECKPOINT"}
        if path[0] in ("opened", "closed", "number"):
            assert codes == {"STATEMENT_WINDOW"}


def test_lines_left_out_added_and_doubled_are_found() -> None:
    """A line that is missing, invented, told twice or no line at all is found."""
    document = json.loads(statement("AIRLINE"))
    lines = document["lines"]
    for other in (
        lines[1:],
        [*lines, {**lines[0], "sequence": 1}],
        [*lines, lines[0]],
        [*lines, "line"],
        [*lines, {"sequence": [], "n": {}}],
        "none",
    ):
        told = found(json.dumps({**document, "lines": other}).encode())
        assert set(told.counts) == {"STATEMENT_LINE"}
    assert found(json.dumps({**document, "note": "paid"}).encode()).counts["STATEMENT_TOTAL"] == 1


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{", b"\xff", b"[]", b"[" * 100_000, b'{"format":"dure-statement/v2"}',
        b'{"a":1,"a":1}', b"[" + b"[]," * 4_000_000 + b"[]]", b"[" + b"1," * 16_000_001 + b"1]",
        b'{"format":"dure-statement/v1","partner":1,"currency":"KRW"}',
    ],
)  # fmt: skip
def test_what_is_no_statement_is_a_finding(data: bytes) -> None:
    """Bytes that are no statement are one finding, whatever they are."""
    assert dict(found(data).counts) == {"STATEMENT_INVALID": 1}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("windows", []), ("windows", [0]), ("windows", [2, 1]), ("windows", [1, 3]),
        ("windows", [1, 10**11]), ("windows", [1, 10**4000]),
        ("windows", ["1"]), ("windows", [True]), ("checkpoint", {}), ("checkpoint", {"size": 0}),
        ("currency", None),
    ],
)  # fmt: skip
def test_a_claim_of_the_wrong_form_is_a_finding(field: str, value: Json) -> None:
    """Windows, checkpoint and currency have one form each."""
    document = {**json.loads(statement("AIRLINE")), field: value}
    assert dict(found(json.dumps(document).encode()).counts) == {"STATEMENT_INVALID": 1}


@pytest.mark.parametrize("lines", [None, {}, "none", 7])
def test_lines_are_a_list(lines: Json) -> None:
    """Where the log has no line for a partner, anything but an empty list is one finding."""
    document = {**json.loads(statement("NOBODY")), "lines": lines}
    assert found(json.dumps({**document, "lines": []}).encode()).total == 0
    assert dict(found(json.dumps(document).encode()).counts) == {"STATEMENT_LINE": 1}


def test_a_value_may_be_of_any_depth() -> None:
    """What a statement holds beside its fields is one finding, however deep it goes."""
    document = statement("AIRLINE").rstrip().removesuffix(b"}")
    for depth in range(900, 1000):  # a reader of JSON goes a little deeper than a writer of it
        data = document + b',"note":' + b"[" * depth + b"]" * depth + b"}"
        codes = found(data).counts
        assert codes in ({"STATEMENT_TOTAL": 1}, {"STATEMENT_INVALID": 1})


@pytest.mark.parametrize(("window", "state"), [(2, "open"), (9, "unknown")])
def test_a_statement_of_an_open_window_is_a_finding(window: int, state: str) -> None:
    """What the log has not closed has no statement."""
    document = {**json.loads(statement("AIRLINE")), "windows": [window]}
    told = found(json.dumps(document).encode())
    assert [dict(one.facts)["state"] for one in told.kept] == [state]


def test_the_command_says_whether_a_statement_follows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`dure-verify BUNDLE --statement FILE`: clean for an honest one, named for an altered one."""
    bundle = honest(tmp_path / "bundle")
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_bytes(statement("HOTELS"))
    bad.write_bytes(statement("HOTELS").replace(b'"payable": "50"', b'"payable": "40"'))
    argv = [str(bundle.folder), "--key", KEY.text()]
    assert main([*argv, "--statement", str(good)]) == 0
    assert "Every line and total of each statement follows" in capsys.readouterr().out
    assert main([*argv, "--statement", str(good), "--statement", str(bad), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    check = next(one for one in told["checks"] if one["name"] == "statements")
    assert check["status"] == "failed"
    assert {one["facts"]["statement"] for one in told["findings"]} == {str(bad)}
    assert main(["--statement", str(good), "--key", KEY.text()]) == 2
    assert main([*argv, "--statement", str(tmp_path / "none")]) == 2
    # A log that ends before the window closed has no such statement.
    closed = next(n for n, leaf in enumerate(LEAVES) if decode(leaf)["kind"] == "window.closed")
    write(tmp_path / "shorter", LEAVES[:closed])
    assert main([str(tmp_path / "shorter"), "--key", KEY.text(), "--statement", str(good)]) == 1
    assert "STATEMENT_WINDOW" in capsys.readouterr().out
