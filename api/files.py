"""Files that hold secrets: readable by their owner alone, whole or absent, never replaced."""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from domain.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

OWNER_ONLY = 0o600
OWNER_ONLY_FOLDER = 0o700
PARTIAL = ".partial"  # ends the name of a folder that is still being written
_DRAWN = "[0-9a-f]{16}"  # what parts the names of two that write the same


def refuse_newer(path: Path, data: bytes, known: str) -> None:
    """Refuse a file whose first word names a later version of the format ``known`` (`name/vN`).

    Raises StoreError ``FORMAT_NEWER``.
    """
    found = data.split(maxsplit=1)[0].decode("ascii", "replace") if data.strip() else ""
    name, _, version = known.rpartition("/v")
    number = found.removeprefix(f"{name}/v")
    if number != found and number.isdecimal() and int(number) > int(version):
        raise StoreError("FORMAT_NEWER", path=str(path), found=found, known=known)


def write_private(path: Path, data: bytes) -> None:
    """Write a new file of mode 0600; a crash leaves it whole or absent.

    Raises StoreError ``FILE_EXISTS`` or ``FILE_NOT_WRITTEN``.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        try:
            _fill(handle, data)
            # A hard link refuses a name that is taken, where a rename would replace it.
            os.link(beside, path)
        finally:
            beside.unlink()
        sync(path.parent)
    except FileExistsError:
        raise StoreError("FILE_EXISTS", path=str(path)) from None
    except OSError as error:
        raise StoreError("FILE_NOT_WRITTEN", path=str(path), reason=error.strerror or "") from None


def _fill(handle: int, data: bytes) -> None:
    with os.fdopen(handle, "wb") as opened:
        opened.write(data)
        opened.flush()
        os.fsync(opened.fileno())


def write_set(out: Path, files: Mapping[str, bytes]) -> None:
    """Write files that belong together into a folder, made where there is none; none is replaced.

    One that is there with the very same bytes is left as it is, so that a repeated command
    succeeds; two at once on one folder take turns. What a killed one left half written goes.
    Raises StoreError ``FILE_EXISTS`` before anything is written, ``FILE_NOT_WRITTEN``.
    """
    try:
        out.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
        with _locked(out) as alone:
            if alone:
                _sweep(out, files)
            missing = {}
            for name, data in files.items():
                path = out / name
                if not path.exists() and not path.is_symlink():
                    missing[path] = data
                elif not path.is_file() or path.read_bytes() != data:
                    raise StoreError("FILE_EXISTS", path=str(path))
            for path, data in missing.items():
                write_private(path, data)
    except OSError as error:
        raise StoreError("FILE_NOT_WRITTEN", path=str(out), reason=error.strerror or "") from None


@contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Have a folder to oneself; say so, for some file systems have no locks."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        alone = True
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError:
            alone = False
        yield alone
    finally:
        os.close(handle)


def _sweep(folder: Path, names: Mapping[str, bytes]) -> None:
    """Remove what was begun under these names by processes that are gone."""
    for path in list(folder.iterdir()):
        begun = re.fullmatch(rf"\.(.+)\.{_DRAWN}", path.name)
        if begun is not None and begun[1] in names:
            path.unlink(missing_ok=True)


@contextmanager
def folder_beside(out: Path) -> Iterator[Path]:
    """Lend a new folder beside ``out``, to be renamed to it; one that is not, goes.

    So does what killed processes left: whoever lives holds a lock on his. Raises OSError.
    """
    begun = re.compile(rf"\.{re.escape(out.name)}\.{_DRAWN}{re.escape(PARTIAL)}")
    out.parent.mkdir(parents=True, exist_ok=True)
    for path in [path for path in out.parent.iterdir() if begun.fullmatch(path.name)]:
        with suppress(OSError):  # it is another's, or where no locks are nobody knows whose
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path)
            finally:
                os.close(handle)
    beside = out.with_name(f".{out.name}.{secrets.token_hex(8)}{PARTIAL}")
    beside.mkdir()
    handle = os.open(beside, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield beside
    finally:
        os.close(handle)
        shutil.rmtree(beside, ignore_errors=True)


def sync(path: Path) -> None:
    """Have a file's bytes, or a folder's names, on the disk.

    A new file is not there after a power cut unless its folder was flushed too.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def flush_tree(folder: Path) -> None:
    """Have every file under a folder, and its names, on the disk."""
    for path in [*folder.rglob("*"), folder]:
        sync(path)
