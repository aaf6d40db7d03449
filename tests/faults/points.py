"""Places in the program at which a process kills itself, without the program knowing of them.

A point is a function and whether it is entered or left. The interpreter reports each call and
return (`sys.setprofile`); at the n-th that fits, the process gets SIGKILL from itself. So what is
killed is the program as it is, and a point whose function was renamed fails instead of passing.
"""

import importlib
import inspect
import os
import signal
import sys
import threading
from functools import reduce
from types import CodeType, FrameType
from typing import NamedTuple


class Point(NamedTuple):
    """``function`` is ``module:qualified.name``; ``event`` is ``call`` or ``return``."""

    name: str
    function: str
    event: str
    nth: int = 1


def _points(**given: tuple[str, str]) -> dict[str, Point]:
    return {
        name.replace("_", " "): Point(name.replace("_", " "), function, event)
        for name, (function, event) in given.items()
    }


SESSIONS = {
    "sqlite": "domain.store.hot_sqlite:SqliteSession",
    "postgresql": "domain.store.hot_postgres:PostgresSession",
}


def writer_points(database: str) -> dict[str, Point]:
    """Return the points of one batch, in their order."""
    session = SESSIONS[database]
    return _points(
        before_the_lock=(f"{session}.begin", "call"),
        under_the_lock=(f"{session}.begin", "return"),
        after_decide=("domain.store.deciding:Batch._write", "call"),
        half_of_the_rows=("domain.store.writing:write_effects", "return"),
        before_COMMIT=(f"{session}.commit", "call"),
        after_COMMIT=(f"{session}.commit", "return"),
        before_the_high_water_file=("api.fence:FileFence.advance", "call"),
        before_the_answer=("api.fence:FileFence.advance", "return"),
    )


def migration_points() -> dict[str, Point]:
    """Return the points of a migration."""
    return _points(
        before_the_first_table=("alembic.ddl.impl:DefaultImpl.create_table", "call"),
        before_the_revision=("alembic.runtime.migration:HeadMaintainer.update_to_step", "call"),
        before_COMMIT=("sqlalchemy.engine.default:DefaultDialect.do_commit", "call"),
        after_COMMIT=("sqlalchemy.engine.default:DefaultDialect.do_commit", "return"),
    )


def export_points() -> dict[str, Point]:
    """Return the points of an export."""
    return _points(
        before_the_tiles=("audit.bundle:_write_tiles", "call"),
        among_the_tiles=("audit.bundle:_write_tile", "return"),
        before_the_ledger=("audit.bundle:_write_ledger", "call"),
        before_the_folder_gets_its_name=("audit.bundle:_write_ledger", "return"),
    )


def init_points() -> dict[str, Point]:
    """Return the points between a network's genesis and its first two people's keys."""
    return _points(
        the_genesis_written=("domain.store.genesis:found", "return"),
        the_keys_written=("api.bootstrap:write_keys", "return"),
        a_key_granted=("api.bootstrap:grant_key", "return"),
    )


def import_points(database: str) -> dict[str, Point]:
    """Return the points of an import, besides those of its batches."""
    return _points(
        members_enrolled=("api.purchases.importer:PurchaseImporter._enroll", "return"),
        before_COMMIT=(f"{SESSIONS[database]}.commit", "call"),
        after_COMMIT=(f"{SESSIONS[database]}.commit", "return"),
        rows_told=("api.purchases.importer:PurchaseImporter.write", "return"),
    )


def _code(function: str) -> CodeType:
    module, _, name = function.partition(":")
    found = reduce(getattr, name.split("."), importlib.import_module(module))
    code: CodeType = inspect.unwrap(found).__code__  # type: ignore[arg-type]  # it is a function
    return code


def die_at(point: Point) -> None:
    """Have this process killed at the point, in whichever thread comes there."""
    code, event, left = _code(point.function), point.event, point.nth

    def watch(frame: FrameType, seen: str, _: object) -> None:
        nonlocal left
        if frame.f_code is code and seen == event:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    threading.setprofile(watch)
    sys.setprofile(watch)


def rotation_points(database: str) -> dict[str, Point]:
    """Return the points of a rotation of the log's key, in their order."""
    session = SESSIONS[database]
    points = _points(
        before_the_new_file=("audit.keys:write_key_file", "call"),
        after_the_new_file=("audit.keys:write_key_file", "return"),
        before_COMMIT=(f"{session}.commit", "call"),
        after_COMMIT=(f"{session}.commit", "return"),
        before_the_names=("api.rotation:_settle", "call"),
        the_old_file_linked=("api.files:sync", "call"),
        the_new_file_named=("pathlib:Path.replace", "return"),
    )
    # The first call looks for what an earlier rotation left.
    points["before the names"] = points["before the names"]._replace(nth=2)
    return points


def decision_points(database: str) -> dict[str, Point]:
    """Return the points of a verb that writes one batch, in their order."""
    answers = _points(before_the_verb_answers=("api.cli.output:Output.result", "call"))
    return writer_points(database) | answers


_FILES = _points(
    a_file_begun=("api.files:_fill", "call"),
    a_file_without_its_name=("api.files:_fill", "return"),
    between_two_files=("api.files:write_private", "return"),
    all_files_written=("api.files:write_set", "return"),
)


def payments_points(database: str) -> dict[str, Point]:
    """Return the points of the payment files, from their hashes in the log to the last of them."""
    hashes = _points(all_hashes_in_the_log=("api.payments:order_payments", "return"))
    return writer_points(database) | hashes | _FILES


def import_bank_points(database: str) -> dict[str, Point]:
    """Return the points of a bank's statement: a batch a line, then the statement is kept."""
    lines = _points(
        between_two_lines=("api.bank_import:_code", "return"),
        before_it_is_kept=("api.bank_import:keep_file", "call"),
    )
    return writer_points(database) | lines | _FILES


def statement_points(_: str) -> dict[str, Point]:
    """Return the points of a partner's statement in its forms."""
    forms = _points(between_two_forms=("settlement.statements.formats:rendered", "return"))
    third = {"before the third file": _FILES["a file begun"]._replace(nth=3)}
    return forms | _FILES | third


def books_points(_: str) -> dict[str, Point]:
    """Return the points of the books: their folder, its files, its name."""
    return _points(
        a_folder_begun=("api.books:_write", "call"),
        before_the_journals=("api.books:_Folder.finish", "call"),
        a_folder_without_its_name=("api.books:_write", "return"),
        the_folder_has_its_name=("pathlib:Path.rename", "return"),
    )
