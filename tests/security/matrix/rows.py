"""One row a mutation: who calls it, an input that is accepted, and the kind of each of its fields.

``$name`` stands for something of the furnished network. A good input has what is needed to reach
the check of any field; ``beside`` says what is left out or added where one certain field is tried,
``blamed`` which other field an answer may name as well.
"""

from dataclasses import dataclass, field

from tests.security.matrix.bank import bank_statement

Given = dict[str, object]


@dataclass(frozen=True)
class Row:
    """A mutation's row. A field of an input inside the input is named with a dot."""

    caller: str
    good: Given
    fields: dict[str, str]
    beside: dict[str, Given] = field(default_factory=dict)
    blamed: dict[str, str] = field(default_factory=dict)


MEMBER = {"memberId": "member_id", "memberReference": "known_reference"}
# A member is named by one of the two; to try the reference, the id is left out.
BY_REFERENCE: dict[str, Given] = {"memberReference": {"memberId": None}}
AIR: Given = {"memberId": "$mina", "unit": "AIR", "amount": "100"}
TURN: Given = {"memberId": "$mina", "fromUnit": "AIR", "toUnit": "HOTEL", "amount": "200"}

ROWS: dict[str, Row] = {
    "apiKeyCreate": Row(
        "operator",
        {"partner": "AIRLINE", "subject": "till-7", "role": "PARTNER", "scopes": ["points:issue"]},
        {
            "partner": "code", "subject": "subject", "person": "boolean", "role": "enum",
            "scopes": "scopes",
        },
    ),
    "apiKeyPropose": Row(
        "operator",
        {
            "fingerprint": "$fingerprint", "subject": "carol", "role": "FINANCE",
            "scopes": ["settlement:decide"],
        },
        {
            "fingerprint": "fingerprint", "subject": "subject", "person": "boolean",
            "role": "enum", "scopes": "scopes", "reason": "reason",
        },
    ),
    "apiKeyRevoke": Row("operator", {"key": "$key"}, {"key": "key_prefix"}),
    "bankLineCarry": Row(
        "operator",
        {"statement": "$bank_file", "line": 1, "partner": "AIRLINE"},
        {
            "statement": "hash", "line": "line", "partner": "code", "holder": "code",
            "settlementId": "settlement_id", "reason": "reason",
        },
    ),
    "bankLineDismiss": Row(
        "operator",
        {"statement": "$bank_file", "line": 2, "reason": "BANK_FEE"},
        {"statement": "hash", "line": "line", "reason": "reason"},
    ),
    "bankStatementImport": Row(
        "operator",
        {"content": bank_statement("S2", 500)},
        {"content": "bank_statement", "mapping": "bank_mapping"},
    ),
    "consentGrant": Row(
        "AIRLINE",
        {
            "memberId": "$mina", "partner": "GRAND", "unit": "AIR", "action": "REDEEM",
            "evidence": "ab" * 32,
        },
        {
            "memberId": "member_id", "partner": "code", "unit": "code", "action": "enum",
            "limit": "amount", "evidence": "hash", "expiresAt": "date_time",
        },
    ),
    "consentRevoke": Row("AIRLINE", {"consentId": "$consent"}, {"consentId": "consent_id"}),
    "contractAccept": Row(
        "OTHER",
        {"contractId": "$offered", "signature": "$offered_signed"},
        {"contractId": "contract_id", "version": "version", "signature": "signature"},
        {"version": {"contractId": "$offered_digits"}},
        {"version": "contractId"},
    ),
    "contractEnd": Row(
        "AIRLINE",
        {"contractId": "$running"},
        {"contractId": "contract_id", "version": "version", "endsAt": "date_time"},
        {"version": {"contractId": "$running_digits"}},
        {"version": "contractId"},
    ),
    "contractPropose": Row(
        "AIRLINE",
        {"terms": "$terms", "signature": "$terms_signed"},
        {
            "terms": "terms", "signature": "signature", "terms.contractId": "entity",
            "terms.version": "version", "terms.type": "enum", "terms.counterparty": "code",
            "terms.source": "code", "terms.target": "code", "terms.partner": "code",
            "terms.rate": "fraction_above_0", "terms.price": "fraction",
            "terms.currency": "currency", "terms.feePoints": "fraction_below_1",
            "terms.feeMoney": "fraction", "terms.expiry": "enum",
            "terms.memberDailyCap": "amount", "terms.pairDailyCap": "amount",
            "terms.zone": "zone", "terms.validFrom": "date_time", "terms.validTo": "date_time",
        },
    ),
    "disputeOpen": Row(
        "operator",
        {"sequence": "$line", "partner": "AIRLINE", "reason": "WRONG_PRICE"},
        {
            "sequence": "sequence", "n": "place", "partner": "code", "reason": "reason",
            "note": "free_text",
        },
        blamed={"n": "sequence", "partner": "sequence"},
    ),
    "disputeResolve": Row(
        "operator",
        {"disputeId": "$dispute", "outcome": "UPHELD", "amount": "1"},
        {
            "disputeId": "dispute_id", "outcome": "enum", "amount": "amount_or_0",
            "reason": "reason",
        },
    ),
    "disputeWithdraw": Row(
        "AIRLINE", {"disputeId": "$dispute_own"}, {"disputeId": "dispute_id", "reason": "reason"}
    ),
    "fundsPropose": Row(
        "operator",
        {"partner": "AIRLINE", "currency": "KRW", "type": "PREFUND_IN", "amount": "100"},
        {
            "partner": "code", "currency": "currency", "type": "enum", "amount": "amount",
            "reason": "reason",
        },
    ),
    "holdCapture": Row(
        "GRAND", {"holdId": "$hold"}, {"holdId": "hold_id", "amount": "amount_or_0"}
    ),
    "holdVoid": Row("GRAND", {"holdId": "$hold_2"}, {"holdId": "hold_id"}),
    "memberEnroll": Row(
        "operator",
        {"partner": "AIRLINE", "reference": "card-of-a-new-one"},
        {"partner": "code", "reference": "reference"},
    ),
    "memberErase": Row("operator", {"memberId": "$leaving"}, {"memberId": "member_id"}),
    "memberLink": Row(
        "operator",
        {"memberId": "$mina", "partner": "OTHER", "reference": "mina-elsewhere"},
        {"memberId": "member_id", "partner": "code", "reference": "reference"},
    ),
    "partnerCreate": Row(
        "operator",
        {"code": "FOURTH", "nameEn": "Fourth", "nameKo": "넷째", "currency": "KRW"},
        {
            "code": "new_code", "nameEn": "name", "nameKo": "name", "currency": "new_currency",
            "issuer": "boolean", "acceptor": "boolean", "prefund": "amount_or_0",
            "netDebitCap": "amount_or_0", "reversalPolicy": "enum", "signingKey": "public_key",
        },
    ),
    "partnerUpdate": Row(
        "operator",
        {"partner": "OTHER", "nameEn": "Another"},
        {
            "partner": "code", "nameEn": "name", "nameKo": "name", "issuer": "boolean",
            "acceptor": "boolean", "netDebitCap": "amount_or_0", "reversalPolicy": "enum",
            "signingKey": "public_key",
        },
    ),
    "pointUnitCreate": Row(
        "operator",
        {
            "code": "MILE", "owner": "AIRLINE", "nameEn": "Mile", "nameKo": "마일", "scale": 2,
            "nominal": "10/1", "currency": "KRW",
        },
        {
            "code": "new_code", "owner": "code", "nameEn": "name", "nameKo": "name",
            "scale": "scale", "nominal": "fraction", "currency": "currency",
            "expiry": "expiry_rule", "zone": "zone", "prepaid": "boolean", "earn": "fraction",
            "graceDays": "grace",
        },
    ),
    "pointsAdjust": Row(
        "AIRLINE",
        {**AIR, "reason": "GOODWILL"},
        {
            **MEMBER, "unit": "code", "amount": "amount_signed", "reason": "reason_listed",
            "effectiveAt": "date_time",
        },
        BY_REFERENCE,
    ),
    "pointsExchange": Row(
        "AIRLINE",
        TURN,
        {**MEMBER, "fromUnit": "code", "toUnit": "code", "amount": "amount", "quoteId": "quote_id"},
        BY_REFERENCE,
    ),
    "pointsGift": Row(
        "AIRLINE",
        {**AIR, "recipientId": "$juno"},
        {**MEMBER, "recipientId": "member_id", "unit": "code", "amount": "amount"},
        BY_REFERENCE,
    ),
    "pointsHold": Row(
        "GRAND",
        {**AIR, "expiresInSeconds": 600},
        {
            **MEMBER, "unit": "code", "amount": "amount", "expiresAt": "date_time",
            "expiresInSeconds": "seconds",
        },
        {**BY_REFERENCE, "expiresAt": {"expiresInSeconds": None}},
    ),
    "pointsIssue": Row(
        "AIRLINE",
        AIR,
        {
            **MEMBER, "unit": "code", "amount": "amount", "funding": "enum",
            "effectiveAt": "date_time",
        },
        BY_REFERENCE,
    ),
    "pointsQuote": Row(
        "AIRLINE",
        TURN,
        {**MEMBER, "fromUnit": "code", "toUnit": "code", "amount": "amount"},
        BY_REFERENCE,
    ),
    "pointsRedeem": Row(
        "GRAND", AIR, {**MEMBER, "unit": "code", "amount": "amount"}, BY_REFERENCE
    ),
    "policyPropose": Row(
        "operator",
        {"name": "EXPOSURE_ALERT", "partner": "AIRLINE", "currency": "KRW", "value": "100"},
        {
            "name": "enum", "partner": "code", "currency": "currency", "value": "amount_or_0",
            "reason": "reason",
        },
        blamed={"name": "partner"},
    ),
    "proposalDecide": Row(
        "second",
        {"proposalId": "$proposal", "decision": "APPROVE"},
        {"proposalId": "proposal_id", "decision": "enum", "reason": "reason"},
    ),
    **{
        f"settlement{step}": Row(
            "operator",
            {"settlementId": thing},
            {"settlementId": "settlement_id", "reason": "reason"},
        )
        for step, thing in (
            ("Approve", "$draft"), ("Abort", "$approved"), ("Default", "$unpaid"),
        )
    },
    "settlementCreate": Row(
        "operator",
        {"currency": "KRW", "payBy": "$pay_by"},
        {
            "currency": "currency", "windows": "periods", "method": "enum", "payBy": "date_time",
        },
    ),
    "settlementMatch": Row(
        "operator",
        {
            "settlementId": "$submitted", "partner": "AIRLINE", "leg": "PAY_IN", "amount": "1",
            "statement": "cd" * 32, "line": 1,
        },
        {
            "settlementId": "settlement_id", "partner": "code", "leg": "enum",
            "counterparty": "code", "amount": "amount", "endToEndId": "entity",
            "statement": "hash", "line": "line", "reference": "hash",
        },
        blamed={"counterparty": "partner"},
    ),
    "settlementRecordPayment": Row(
        "operator",
        {"settlementId": "$submitted", "partner": "AIRLINE", "evidence": "cd" * 32},
        {
            "settlementId": "settlement_id", "partner": "code", "type": "enum",
            "evidence": "hash", "note": "free_text",
        },
    ),
    "settlementRelease": Row(
        "operator",
        {"settlementId": "$paid_in", "messageId": "c" * 32, "hash": "cd" * 32},
        {"settlementId": "settlement_id", "messageId": "entity", "hash": "hash"},
    ),
    "settlementSubmit": Row(
        "operator",
        {
            "settlementId": "$approved_2",
            "files": [{"partner": "AIRLINE", "messageId": "d" * 32, "hash": "cd" * 32}],
        },
        {
            "settlementId": "settlement_id", "files": "files", "files.partner": "code",
            "files.messageId": "entity", "files.hash": "hash",
        },
    ),
    "settlementWindowClose": Row(
        "operator",
        {"currency": "USD"},
        {"currency": "currency", "period": "period", "reason": "reason"},
    ),
    "transferReverse": Row(
        "AIRLINE",
        {"transferId": "$issued"},
        {"transferId": "transfer_id", "amount": "amount", "reason": "reason_listed"},
    ),
}  # fmt: skip
