"""What can be shown of one entry: its payload and signed command, under a key of its own alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.receipts import prove
from audit import disclosure as files
from audit.entry import decode
from domain.keyed_hash import hmac_sha256
from domain.store.engine import reading
from domain.store.queries import members

if TYPE_CHECKING:
    from api.bootstrap import Network
    from api.schema.core.reading import Connection


def disclose(network: Network, seq: int) -> dict[str, bytes]:
    """Return the files of an entry's disclosure; of an erased member, the erasure's receipt.

    Raises NetworkError ``ENTRY_UNKNOWN``; StoreError where what is kept was altered.
    """
    with reading(network.engine) as connection:
        proved = prove(network, connection, seq)
        found = {files.ENTRY: proved.leaf, files.PROOF: proved.proof.encode()}
        lines: list[str] = []
        for owner in files.books(decode(proved.leaf)):
            erased = members.erased_seq(connection, owner)
            wrapped = members.wrapped_key(connection, owner)
            if erased is not None:
                erasure = prove(network, connection, erased)
                found[files.ERASED_ENTRY] = erasure.leaf
                found[files.ERASED_PROOF] = erasure.proof.encode()
            elif wrapped is not None:
                key = network.vault.unwrap(wrapped)
                lines.append(f"{owner} {hmac_sha256(key, seq.to_bytes(8, 'big')).hex()}\n")
                _open(network, connection, owner, seq, key, found)
        command = members.signed_command(connection, "", seq)
        if command is not None:
            found[files.COMMAND] = command
    if lines:
        found[files.ENTRY_KEYS] = "".join(lines).encode()
    return found


def _open(
    network: Network,
    connection: Connection,
    owner: str,
    seq: int,
    key: bytes,
    found: dict[str, bytes],
) -> None:
    payload = members.payload(connection, owner, seq)
    if payload is not None:
        found[files.PAYLOAD] = network.vault.decrypt(key, f"{owner}/{seq}".encode(), payload)
    command = members.signed_command(connection, owner, seq)
    if command is not None:
        context = f"{owner}/{seq}/command".encode()
        found[files.COMMAND] = network.vault.decrypt(key, context, command)
