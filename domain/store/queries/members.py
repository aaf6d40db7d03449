"""Members: by a partner's reference, their memberships, consents and quotes, their payloads."""

from typing import NamedTuple

from sqlalchemy import Connection, text

from domain.ledger.records import Consent, Quote
from domain.store.queries.reader import Reader
from domain.store.statements import CONSENTS_CITED, CONSENTS_LIVE, MEMBER_KEYS, QUOTES


class Member(NamedTuple):
    """A member's row: the pseudonym, the key's commitment, the sequence of its enrolment."""

    id: str
    commitment: str
    seq: int


def one(connection: Connection, member: str) -> Member | None:
    """Return a member by its pseudonym."""
    # pk_member
    row = connection.execute(
        text("SELECT id, commitment, seq FROM member WHERE id = :id"), {"id": member}
    ).one_or_none()
    return None if row is None else Member(*row)


def by_reference(connection: Connection, partner: str, reference_index: str) -> str | None:
    """Return the member that a partner knows under a reference, given as the vault's index."""
    # pk_member_reference
    found = connection.execute(
        text(
            "SELECT owner FROM member_reference"
            " WHERE partner = :partner AND reference_index = :reference_index"
        ),
        {"partner": partner, "reference_index": reference_index},
    ).scalar()
    return None if found is None else str(found)


def memberships(connection: Connection, member: str) -> dict[str, int]:
    """Return the partners that know the member, with the sequence at which each came to."""
    # pk_membership, its first column
    rows = connection.execute(
        text("SELECT partner, seq FROM membership WHERE owner = :owner ORDER BY partner"),
        {"owner": member},
    )
    return {row.partner: row.seq for row in rows}


def consents(connection: Connection, member: str) -> list[Consent]:
    """Return the consents that the member has not revoked, expired ones too, oldest first."""
    rows = Reader(connection).read(CONSENTS_LIVE, [(member,)])
    return sorted((Consent(*row) for row in rows), key=lambda consent: consent.seq)


def consent(connection: Connection, member: str, id: str) -> Consent | None:
    """Return one consent, revoked or not."""
    rows = Reader(connection).read(CONSENTS_CITED, [(member, id)])
    return Consent(*rows[0]) if rows else None


def quote(connection: Connection, member: str, id: str) -> Quote | None:
    """Return one quote, used or not."""
    rows = Reader(connection).read(QUOTES, [(member, id)])
    return Quote(*rows[0]) if rows else None


def wrapped_key(connection: Connection, member: str) -> bytes | None:
    """Return the member's key as the vault wrapped it; None once it is erased."""
    rows = Reader(connection).read(MEMBER_KEYS, [(member,)])
    return bytes(rows[0][1]) if rows else None


def erased_seq(connection: Connection, member: str) -> int | None:
    """Return the sequence of the member's erasure; None while it lives."""
    # pk_erasure
    found = connection.execute(
        text("SELECT seq FROM erasure WHERE owner = :owner"), {"owner": member}
    ).scalar()
    return None if found is None else int(found)


def signed_command(connection: Connection, member: str, seq: int) -> bytes | None:
    """Return what a partner signed for an entry, encrypted where a member is named."""
    # pk_signed_command
    found = connection.execute(
        text("SELECT packed FROM signed_command WHERE owner = :owner AND seq = :seq"),
        {"owner": member, "seq": seq},
    ).scalar()
    return None if found is None else bytes(found)


def payload(connection: Connection, member: str, seq: int) -> bytes | None:
    """Return the encrypted payload of an entry about the member."""
    # pk_payload
    found = connection.execute(
        text("SELECT ciphertext FROM payload WHERE owner = :owner AND seq = :seq"),
        {"owner": member, "seq": seq},
    ).scalar()
    return None if found is None else bytes(found)
