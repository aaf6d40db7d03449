"""Entries and logs that the audit tests begin with: the smallest that are true to form."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from audit.entry import Fields
from audit.errors import AuditError
from audit.keys import Ed25519Signer
from audit.kinds import KINDS
from audit.log import Appended, Appender, Batch

Read = TypeVar("Read")

ORIGIN = "dure.example/seoul"
START = 1_795_310_100_000_000
ID = "0123456789abcdef0123456789abcdef"
AUTHOR = "partner:AIR/dk_4fT9"


def appender(seed: int = 1) -> Appender:
    """Return an appender whose key is always the same for the same seed."""
    return Appender(ORIGIN, Ed25519Signer(bytes([seed]) * 32))


def own_fields(kind: str) -> dict[str, str]:
    """Return a kind's own fields, all empty but two that most entries have."""
    fields = dict.fromkeys(KINDS[kind], "")
    if "legs" in fields:
        fields["legs"] = f"{ID},AIR,ISSUED,WALLET,posted,100"
    return fields


def leaf_fields(kind: str = "points.issued", seq: int = 7) -> Fields:
    """Return all fields of a well-formed entry of a kind."""
    return {
        **own_fields(kind),
        "v": 1,
        "seq": seq,
        "prev": "ab" * 32,
        "time": "2026-11-22T01:15:00.000001Z",
        "kind": kind,
        "id": ID,
        "author": AUTHOR,
        "cmd": "cd" * 32,
        "pd": "",
    }


def add(batch: Batch, time_us: int, kind: str = "points.issued") -> tuple[int, bytes]:
    """Add one well-formed entry."""
    return batch.add(kind, own_fields(kind), ID, AUTHOR, time_us, "", "")


def grow(log: Appender, *batches: int) -> Iterator[Appended]:
    """Yield a log's genesis and then batches of these numbers of entries."""
    done = log.genesis(clock="system", sandbox=True, time_us=START, id=ID, author="system/init")
    yield done
    for length in batches:
        batch = log.begin(done.head)
        for _ in range(length):
            add(batch, START + batch.size)
        done = batch.commit()
        yield done


def attempt(
    errors: type[AuditError] | tuple[type[AuditError], ...], call: Callable[[], Read]
) -> Read | AuditError:
    """Return what a call returns, or the error of these that it raises."""
    try:
        return call()
    except errors as error:
        return error
