"""Brands, their keys and units, and the contracts between them: small tables read whole."""

from domain.store.tables.base import Row
from domain.store.tables.columns import bigint, integers, keyed, text


class PartnerRow(Row, table=True):
    """A brand; ``seq`` is its partner.created."""

    __tablename__ = "partner"
    __table_args__ = keyed()

    code: str = text(key=True)
    currency: str = text()
    issuer: int = bigint()
    acceptor: int = bigint()
    reversal: str = text()
    signing_key: str = text()
    seq: int = bigint()


class CreditLineRow(Row, table=True):
    """What a brand may owe in a currency, and what open holds reserve of it."""

    __tablename__ = "credit_line"
    __table_args__ = keyed(integers("prefund", "cap", "reserved"))

    partner: str = text(key=True)
    currency: str = text(key=True)
    prefund: int = bigint()
    cap: int = bigint()
    reserved: int = bigint()


class ApiKeyRow(Row, table=True):
    """An API key by prefix; ``hash`` is SHA-256 of its text, ``revoked_seq`` 0 while it lives."""

    __tablename__ = "api_key"
    __table_args__ = keyed()

    key: str = text(key=True)
    partner: str = text()
    subject: str = text()
    person: int = bigint()
    role: str = text()
    scopes: str = text()
    hash: str = text()
    seq: int = bigint()
    revoked_seq: int = bigint()


class UnitRow(Row, table=True):
    """One brand's points."""

    __tablename__ = "unit"
    __table_args__ = keyed()

    code: str = text(key=True)
    owner: str = text()
    scale: int = bigint()
    nominal: str = text()
    currency: str = text()
    expiry: str = text()
    grace: int = bigint()
    zone: str = text()
    prepaid: int = bigint()
    earn: str = text()
    version: int = bigint()
    seq: int = bigint()


class ContractRow(Row, table=True):
    """One version of a contract; 0 stands for no cap and not accepted, NEVER for not ended."""

    __tablename__ = "contract"
    __table_args__ = keyed(integers("member_cap", "pair_cap"))

    id: str = text(key=True)
    version: int = bigint(key=True)
    type: str = text()
    proposer: str = text()
    counterparty: str = text()
    source: str = text()
    target: str = text()
    partner: str = text()
    rate: str = text()
    price: str = text()
    currency: str = text()
    fee_points: str = text()
    fee_money: str = text()
    expiry: str = text()
    member_cap: int = bigint()
    pair_cap: int = bigint()
    zone: str = text()
    valid_from: int = bigint()
    valid_to: int = bigint()
    proposer_signature: str = text()
    counterparty_signature: str = text()
    proposed_seq: int = bigint()
    accepted_seq: int = bigint()
    ended_at: int = bigint()
