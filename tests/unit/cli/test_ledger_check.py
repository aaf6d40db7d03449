"""Live rows against the log's, and the log by itself: each difference is named for what it is."""

from collections.abc import Iterator

import pytest

from api.breach import Breach
from api.chain_check import check_chain, check_published
from api.ledger_check import Compared, compare
from api.log_ports import as_rows
from audit.checkpoint import Checkpoint
from audit.keys import Ed25519Signer
from audit.log import Appender
from audit.merkle import leaf_hash, root
from audit.note import VerifierKey
from audit.replay import TABLES, Row
from domain.ports import Head

SIGNER = Ed25519Signer(b"s" * 32)
APPENDER = Appender("dure.example/test", SIGNER)
KEYS = ("aaaaaaaa", "cccccccc")


def logged() -> tuple[Head, list[bytes]]:
    """A log that grants two API keys."""
    genesis = APPENDER.genesis(
        clock="system", sandbox=True, time_us=1, id="0" * 32, author="system/init"
    )
    batch = APPENDER.begin(genesis.head)
    for n, key in enumerate(KEYS, 2):
        fields = {
            "key": key,
            "partner": "",
            "subject": "someone",
            "person": "yes",
            "role": "OPERATOR",
            "scopes": "audit:read",
            "hash": "0" * 64,
        }
        batch.add("key.granted", fields, f"{n:032x}", "operator/a", n, "", "")
    appended = batch.commit()
    leaves = [leaf for _, _, leaf in [*genesis.leaves, *appended.leaves]]
    return as_rows(appended).head, leaves


HEAD, LEAVES = logged()
ROWS: list[Row] = [
    (key, "", "someone", 1, "OPERATOR", "audit:read", "0" * 64, seq, 0)
    for seq, key in enumerate(KEYS, 1)
]


def check(rows: list[Row], leaves: list[bytes] | None = None) -> Compared:
    """Compare with these rows of api_key and no others."""
    tables: dict[str, Iterator[Row]] = {name: iter(()) for name in TABLES}
    tables["api_key"] = iter(rows)
    return compare(iter(LEAVES if leaves is None else leaves), tables, lambda _: None)


def bonds(leaves: list[bytes], key: VerifierKey = APPENDER.verifier_key) -> list[Breach]:
    """Check these leaves by themselves, under the log's own checkpoint."""
    return check_chain(HEAD.checkpoint, leaves, key, lambda _: None)


def _node(level: int, index: int) -> bytes:
    return root([leaf_hash(leaf) for leaf in LEAVES][index << level : (index + 1) << level])


OTHER = Checkpoint("dure.example/test", 2, b"r" * 32).sign(SIGNER)


@pytest.mark.parametrize(
    ("published", "size", "why"),
    [
        (None, 3, []),
        ((3, HEAD.checkpoint), 3, []),
        ((3, HEAD.checkpoint), 2, ["SIZE"]),
        ((9, HEAD.checkpoint), 9, ["SIZE"]),
        ((2, OTHER), 3, ["ROOT"]),
        ((3, "nothing"), 3, ["NOTE_FORM"]),
        ((3, HEAD.checkpoint.replace("\n3\n", "\n2\n")), 3, ["NOTE_SIGNATURE_INVALID"]),
    ],
)
def test_what_is_published_is_of_this_log(
    published: tuple[int, str] | None, size: int, why: list[str]
) -> None:
    """A row that no publisher wrote would be served as cosigned, or keep what is from coming."""
    found = check_published(published, size, _node, APPENDER.verifier_key)
    assert [one.facts["why"] for one in found] == why


def test_rows_that_the_log_makes_are_good() -> None:
    """The very rows of the log have no breach, and every entry is counted by its kind."""
    seen = check(ROWS)
    assert (seen.entries, seen.breaches) == (3, [])
    assert seen.kinds == {"log.genesis": 1, "key.granted": 2}


@pytest.mark.parametrize(
    ("rows", "code", "key"),
    [
        (ROWS[1:], "ROW_MISSING", "aaaaaaaa"),
        (ROWS[:1], "ROW_MISSING", "cccccccc"),
        ([], "ROW_MISSING", "aaaaaaaa"),
        ([ROWS[0], ("bbbbbbbb", *ROWS[0][1:]), ROWS[1]], "ROW_EXTRA", "bbbbbbbb"),
        ([*ROWS, ("dddddddd", *ROWS[0][1:])], "ROW_EXTRA", "dddddddd"),
        ([ROWS[0], (*ROWS[1][:-1], 9)], "ROW_CHANGED", "cccccccc"),
    ],
)
def test_a_difference_is_named_for_what_it_is(rows: list[Row], code: str, key: str) -> None:
    """A row missing, added or changed, first, last or between, is told by code and key."""
    (breach,) = check(rows).breaches
    assert (breach.code, breach.facts["table"], breach.facts["key"]) == (code, "api_key", key)


def test_a_changed_column_is_told_with_both_values() -> None:
    """Of a changed row the column, the log's value and the row's are told."""
    (breach,) = check([ROWS[0], (*ROWS[1][:-1], 9)]).breaches
    told = [breach.facts[name] for name in ("column", "expected", "found")]
    assert told == ["revoked_seq", 0, 9]


@pytest.mark.parametrize(
    ("leaves", "code"),
    [
        ([LEAVES[0], LEAVES[2], LEAVES[1]], "CHAIN_BROKEN"),
        ([LEAVES[0], LEAVES[2]], "CHAIN_BROKEN"),
        (LEAVES[:2], "SIZE_MISMATCH"),
        ([LEAVES[0], LEAVES[1] + b" ", LEAVES[2]], "NOT_CANONICAL"),
        ([*LEAVES[:2], LEAVES[2].replace(b"audit:read", b"audit:rear")], "ROOT_MISMATCH"),
    ],
    ids=["swapped", "removed", "cut", "reformed", "rewritten"],
)
def test_a_log_that_was_touched_is_told(leaves: list[bytes], code: str) -> None:
    """Entries swapped, removed, cut off, respelt or rewritten each break one of its bonds."""
    assert [breach.code for breach in bonds(leaves)] == [code]


def test_a_log_as_it_was_written_is_good() -> None:
    """The log's own leaves keep every bond."""
    assert bonds(LEAVES) == []


def test_a_time_that_stands_still_is_told() -> None:
    """An entry as old as the one before it breaks the log, though every hash and mark is right."""
    still = LEAVES[1].replace(b"00.000002Z", b"00.000001Z")
    assert still != LEAVES[1]
    assert [breach.code for breach in bonds([LEAVES[0], still])] == ["TIME_NOT_INCREASING"]


def test_a_checkpoint_of_another_key_is_told() -> None:
    """A log whose checkpoint another key signed is not this network's."""
    other = VerifierKey("dure.example/test", Ed25519Signer(b"t" * 32).public_key)
    assert [breach.code for breach in bonds(LEAVES, other)] == ["SIGNATURE_INVALID"]


def test_a_leaf_that_cannot_be_read_ends_the_replay() -> None:
    """Rows are compared up to a leaf that is none, and whatever lies behind it is nobody's."""
    seen = check(ROWS, [*LEAVES[:2], b"{}"])
    assert (seen.entries, [breach.code for breach in seen.breaches]) == (2, ["ROW_EXTRA"])
