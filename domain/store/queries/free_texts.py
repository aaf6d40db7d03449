"""A free text that lies beside the log, with the key under which its entry binds it."""

from typing import NamedTuple

from sqlalchemy import Connection, text


class FreeText(NamedTuple):
    """A text and its key."""

    key: bytes
    text: str


def one(connection: Connection, seq: int) -> FreeText | None:
    """Return the free text of an entry; None where it has none, or none any more."""
    # pk_free_text
    row = connection.execute(
        text("SELECT key, text FROM free_text WHERE seq = :seq"), {"seq": seq}
    ).one_or_none()
    return None if row is None else FreeText(bytes.fromhex(str(row[0])), str(row[1]))
