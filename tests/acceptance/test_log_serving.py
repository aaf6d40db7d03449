"""The log as files over HTTP: which exist, what may keep them, and for whom."""

import asyncio
import gzip
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from sqlalchemy import text

from audit.tiles import decode_entries
from domain.store.engine import writing
from tests.acceptance.stage import Stage, open_stage

BUNDLE_END = 256
TILE_END = 65_536
UPPER_END = 16_777_216
IMMUTABLE = "max-age=31536000, immutable"


def fake_hash(*place: int) -> bytes:
    """A hash that stands at one place of a tree that nobody could make in a test."""
    return sha256(repr(place).encode()).digest()


def fake_leaf(seq: int) -> bytes:
    """The leaf that stands there."""
    return b"leaf %d" % seq


def around(end: int) -> Iterator[int]:
    """The last bundle before a boundary, and the first entry behind it."""
    yield from range(end - BUNDLE_END, end + 1)


def grow(stage: Stage) -> None:
    """Put the edges of a log of 2^24 + 1 entries into the database, as appending would have."""
    seqs = sorted({*around(TILE_END), *around(UPPER_END)})
    tiles = [(1, 0, 256), (1, 1, 1), (1, 255, 256), (2, 0, 256), (3, 0, 1)]
    with writing(stage.network.engine) as connection:
        connection.execute(
            text("INSERT INTO log_entry (seq, hash, leaf) VALUES (:seq, :hash, :leaf)"),
            [{"seq": s, "hash": fake_hash(0, s), "leaf": fake_leaf(s)} for s in seqs],
        )
        connection.execute(
            text("INSERT INTO log_tile (level, number, hashes) VALUES (:level, :number, :hashes)"),
            [
                {
                    "level": level,
                    "number": number,
                    "hashes": b"".join(fake_hash(level, number * 256 + n) for n in range(width)),
                }
                for level, number, width in tiles
            ],
        )


# Each with its first node and how many; `tile/2/001` would be 2^16 * 256 entries further on.
SERVED = {
    "0/255": (0, TILE_END - 256, 256),
    "0/256.p/1": (0, TILE_END, 1),
    "0/x065/535": (0, UPPER_END - 256, 256),
    "0/x065/536.p/1": (0, UPPER_END, 1),
    "1/000": (1, 0, 256),
    "1/000.p/255": (1, 0, 255),
    "1/001.p/1": (1, 256, 1),
    "1/255": (1, TILE_END - 256, 256),
    "2/000": (2, 0, 256),
    "3/000.p/1": (3, 0, 1),
    "entries/255": (None, TILE_END - 256, 256),
    "entries/256.p/1": (None, TILE_END, 1),
    "entries/x065/535": (None, UPPER_END - 256, 256),
    "entries/x065/536.p/1": (None, UPPER_END, 1),
}
ABSENT = ("0/256.p/2", "0/x065/536.p/2", "1/256", "2/001.p/1", "3/000.p/2", "entries/x065/536.p/2")


def test_tiles_stand_at_their_paths_at_every_boundary(tmp_path: Path, database_url: str) -> None:
    """Around 65,536 and 16,777,216 entries each tile and bundle is where tlog-tiles has it."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", database_url) as stage:
            grow(stage)
            headers = {"authorization": f"Bearer {stage.operators[0]}"}
            for path, (level, first, count) in SERVED.items():
                answer = await stage.client.get(f"/log/tile/{path}", headers=headers)
                assert answer.status_code == 200, path
                assert answer.headers["content-type"] == "application/octet-stream"
                if level is None:
                    leaves = [fake_leaf(first + n) for n in range(count)]
                    assert decode_entries(answer.content, count) == leaves, path
                else:
                    row = [fake_hash(level, first + n) for n in range(count)]
                    assert answer.content == b"".join(row), path
            for path in ABSENT:
                answer = await stage.client.get(f"/log/tile/{path}", headers=headers)
                assert answer.status_code == 404, path
            # No log is so long, and no database counts so far.
            for kind in ("0", "1", "6", "entries"):
                path = f"/log/tile/{kind}/x999/x999/x999/x999/x999/999"
                assert (await stage.client.get(path, headers=headers)).status_code == 404, path

    asyncio.run(story())


def test_what_never_changes_is_kept_and_asked_for_once(tmp_path: Path, database_url: str) -> None:
    """Tiles are immutable, tagged, answered 304 to who holds them; entries are kept privately."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", database_url) as stage:
            mina = await stage.member("AIRLINE", AIR="5")
            get, headers = stage.client.get, {"authorization": f"Bearer {stage.operators[0]}"}
            note = await get("/log/checkpoint")
            size = int(note.text.split("\n")[1])
            hashes = await get(f"/log/tile/0/000.p/{size}")
            entries = await get(f"/log/tile/entries/000.p/{size}", headers=headers)
            assert hashes.headers["cache-control"] == f"public, {IMMUTABLE}"
            assert entries.headers["cache-control"] == f"private, {IMMUTABLE}"
            assert note.headers["cache-control"] == "no-cache"
            # Public parts may be read by a page of any origin; entries by none but ours.
            assert note.headers["access-control-allow-origin"] == "*"
            assert hashes.headers["access-control-allow-origin"] == "*"
            assert "access-control-allow-origin" not in entries.headers
            await stage.done(
                stage.tokens["AIRLINE"], "pointsIssue", memberId=mina, unit="AIR", amount="1"
            )
            for path, first, status in (
                (f"/log/tile/0/000.p/{size}", hashes, 304),
                (f"/log/tile/entries/000.p/{size}", entries, 304),
                ("/log/checkpoint", note, 200),
            ):
                tag = first.headers["etag"]
                for held in (tag, f'"other", W/{tag}', "*"):
                    again = await get(path, headers={**headers, "if-none-match": held})
                    expected = 304 if held == "*" else status
                    assert (again.status_code, again.content == b"") == (expected, expected == 304)
                other = await get(path, headers={**headers, "if-none-match": '"other"'})
                assert other.status_code == 200

    asyncio.run(story())


def test_bundles_are_packed_for_who_takes_it(tmp_path: Path, sqlite_url: str) -> None:
    """Entries and checkpoints come in gzip where asked for, under a tag of their own; tiles never.

    HEAD tells the length of what GET would send and sends nothing.
    """

    async def story() -> None:
        async with open_stage(tmp_path / "home", sqlite_url) as stage:
            await stage.member("AIRLINE", AIR="5")
            client = stage.client
            size = int((await client.get("/log/checkpoint")).text.split("\n")[1])
            bearer = {"authorization": f"Bearer {stage.operators[0]}"}
            for path, packed in (
                (f"/log/tile/entries/000.p/{size}", True),
                ("/log/checkpoint", True),
                (f"/log/tile/0/000.p/{size}", False),
            ):
                tags: dict[str, str] = {}
                for asked, gives in (
                    ("gzip", packed), ("br, gzip;q=0.5", packed), ("*", packed),
                    ("identity", False), ("gzip;q=0", False), ("br, *;q=0", False),
                ):  # fmt: skip
                    sent = {**bearer, "accept-encoding": asked}
                    request = client.build_request("GET", path, headers=sent)
                    answer = await client.send(request, stream=True)
                    raw = b"".join([part async for part in answer.aiter_raw()])
                    assert (answer.headers.get("content-encoding") == "gzip") == gives, asked
                    assert int(answer.headers["content-length"]) == len(raw)
                    plain = gzip.decompress(raw) if gives else raw
                    tags[str(gives)] = answer.headers["etag"]
                    head = await client.head(path, headers=sent)
                    assert (head.status_code, head.content) == (200, b"")
                    told = {k: v for k, v in head.headers.items() if k != "date"}
                    assert told == {k: v for k, v in answer.headers.items() if k != "date"}
                    assert (
                        sha256(plain).digest()
                        == sha256((await client.get(path, headers=bearer)).content).digest()
                    )
                assert len(set(tags.values())) == (2 if packed else 1)
            refused = await client.post("/log/checkpoint")
            assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")
            tile = f"/log/tile/entries/000.p/{size}"
            partner = {"authorization": f"Bearer {stage.tokens['AIRLINE']}", "if-none-match": "*"}
            assert (await client.head(tile, headers=partner)).status_code == 403
            assert (await client.get(tile, headers=partner)).status_code == 403

    asyncio.run(story())
