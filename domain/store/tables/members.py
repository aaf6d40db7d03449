"""Persons by their pseudonyms, and what they let others do. Personal data lies here, encrypted."""

from sqlalchemy import Index

from domain.store.tables.base import Row
from domain.store.tables.columns import bigint, data, integers, keyed, note, text


class MemberRow(Row, table=True):
    """A person; ``commitment`` is SHA-256 of the member's key."""

    __tablename__ = "member"
    __table_args__ = keyed()

    id: str = text(key=True)
    commitment: str = text()
    seq: int = bigint()


class ErasureRow(Row, table=True):
    """A member that was erased: no key of that ``commitment`` exists any more."""

    __tablename__ = "erasure"
    __table_args__ = keyed()

    owner: str = text(key=True)
    commitment: str = text()
    seq: int = bigint()


class MembershipRow(Row, table=True):
    """A member is known to a partner."""

    __tablename__ = "membership"
    __table_args__ = keyed()

    owner: str = text(key=True)
    partner: str = text(key=True)
    seq: int = bigint()


class ConsentRow(Row, table=True):
    """A member lets a partner REDEEM or EXCHANGE a unit; ``max`` 0 is no limit."""

    __tablename__ = "consent"
    __table_args__ = keyed(integers("max", "used"))

    owner: str = text(key=True)
    id: str = text(key=True)
    partner: str = text()
    unit: str = text()
    action: str = text()
    max: int = bigint()
    used: int = bigint()
    vouched: str = text()
    evidence: str = text()
    expires_at: int = bigint()
    seq: int = bigint()
    revoked_seq: int = bigint()


class QuoteRow(Row, table=True):
    """A rate held for a minute; ``used_seq`` 0 until an exchange cites it."""

    __tablename__ = "quote"
    __table_args__ = keyed(integers("source", "target"))

    owner: str = text(key=True)
    id: str = text(key=True)
    partner: str = text()
    contract: str = text()
    source: int = bigint()
    target: int = bigint()
    expires_at: int = bigint()
    seq: int = bigint()
    used_seq: int = bigint()


class MemberKeyRow(Row, table=True):
    """A member's key, wrapped by the vault. Erasure removes this row."""

    __tablename__ = "member_key"
    __table_args__ = keyed()

    owner: str = text(key=True)
    wrapped: bytes = data()


class PayloadRow(Row, table=True):
    """Personal data bound to an entry by its ``pd``, encrypted under the member's key."""

    __tablename__ = "payload"
    __table_args__ = keyed()

    owner: str = text(key=True)
    seq: int = bigint(key=True)
    ciphertext: bytes = data()


class SignedCommandRow(Row, table=True):
    """What a partner signed, bound to an entry by its ``cmd``.

    Encrypted under the member's key; as it is, with the owner "", where no member is touched.
    """

    __tablename__ = "signed_command"
    __table_args__ = keyed()

    owner: str = text(key=True)
    seq: int = bigint(key=True)
    packed: bytes = data()


class MemberReferenceRow(Row, table=True):
    """A partner's own reference of a member, as a keyed hash."""

    __tablename__ = "member_reference"
    __table_args__ = keyed([Index(None, "owner")])

    partner: str = text(key=True)
    reference_index: str = text(key=True)
    owner: str = text()


class DisplayNameRow(Row, table=True):
    """What people call a partner or a unit; ``kind`` is ``partner`` or ``unit``."""

    __tablename__ = "display_name"
    __table_args__ = keyed()

    kind: str = text(key=True)
    code: str = text(key=True)
    name_en: str = note()
    name_ko: str = note()
