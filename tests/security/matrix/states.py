"""What is refused for the state that things are in: each row a change of a mutation's good input.

A row names the caller where it is not the mutation's own, and what is other than in the good input;
None takes a field away. Then the code of the refusal, and the field that it names (empty: the input
as a whole).
"""

from typing import NamedTuple

from tests.security.matrix.bank import bank_statement
from tests.security.matrix.rows import Given


class State(NamedTuple):
    """One refusal: what is the matter, who asks for what, and what they are told."""

    matter: str
    given: Given
    code: str
    path: str
    caller: str = ""


FUTURE = "2099-01-01T00:00:00Z"
PAST = "2025-11-01T00:00:00Z"
_BOTH: Given = {"memberReference": "mina-grand"}
_NEITHER: Given = {"memberId": None}
ERASED = State("erased", {"memberId": "$erased"}, "MEMBER_ERASED", "memberId")
# Whoever names a member names it once, by a reference of their own, and one that is there.
MEMBER = (
    State("named twice", _BOTH, "VALUE_INVALID", "memberId"),
    State("not named", _NEITHER, "VALUE_INVALID", "memberId"),
    State(
        "another partner's reference", {"memberId": None, "memberReference": "mina-grand"},
        "MEMBER_UNKNOWN", "memberReference", "AIRLINE",
    ),
    ERASED,
)  # fmt: skip
CONVERSION = (
    State("self", {"toUnit": "AIR"}, "SAME_UNIT", "toUnit"),
    State("foreign: neither unit's owner", {}, "NOT_PERMITTED", "", "OTHER"),
    State(
        "no contract the other way", {"fromUnit": "HOTEL", "toUnit": "AIR"}, "CONTRACT_MISSING",
        "toUnit",
    ),
    State("too little for one point", {"amount": "1"}, "AMOUNT_TOO_SMALL", "amount"),
)  # fmt: skip
SPENDING = (
    State("no contract", {"unit": "OTHR"}, "CONTRACT_MISSING", "unit"),
    State("no consent", {"memberId": "$juno"}, "CONSENT_REQUIRED", "memberId"),
    State("over the consent", {"amount": "5001"}, "CONSENT_LIMIT_EXCEEDED", "amount"),
    State("over the wallet", {"amount": "200000"}, "INSUFFICIENT_POINTS", "amount", "AIRLINE"),
)

STATES: dict[str, tuple[State, ...]] = {
    "apiKeyCreate": (
        State("a service makes a person", {"person": True}, "PERSON_REQUIRED", "person", "service"),
        State(
            "more scopes than the giver's",
            {"partner": None, "role": "OPERATOR", "scopes": ["audit:read"]},
            "NOT_PERMITTED", "scopes", "service",
        ),
        State(
            "the operator's by one person",
            {"partner": None, "role": "FINANCE", "scopes": ["settlement:decide"]},
            "KEY_NEEDS_PROPOSAL", "role",
        ),
        State("a partner's without partner", {"partner": None}, "VALUE_INVALID", "role"),
        State("an operator's with partner", {"role": "OPERATOR"}, "VALUE_INVALID", "role"),
        State("foreign: a partner", {}, "FORBIDDEN", "", "AIRLINE"),
    ),
    "apiKeyPropose": (
        State("a service", {}, "PERSON_REQUIRED", "", "service"),
        State(
            "more scopes than the proposer's", {"scopes": ["audit:read"]}, "NOT_PERMITTED",
            "scopes", "service",
        ),
        State("a reader", {"role": "AUDITOR", "scopes": ["audit:read"]}, "VALUE_INVALID", "role"),
        State("a partner's", {"role": "PARTNER"}, "VALUE_INVALID", "role"),
        State(
            "a known key", {"fingerprint": "$fingerprint_known"}, "API_KEY_EXISTS", "fingerprint"
        ),
        State("pending", {"fingerprint": "$fingerprint_proposed"}, "PROPOSAL_PENDING", ""),
        State("foreign: a partner", {}, "FORBIDDEN", "", "AIRLINE"),
    ),
    "apiKeyRevoke": (
        State("one of two people", {"key": "$operator_key"}, "PERSONS_TOO_FEW", "key"),
        State("revoked", {"key": "$key_revoked"}, "API_KEY_REVOKED", "key"),
        State("foreign: a partner", {}, "FORBIDDEN", "", "AIRLINE"),
    ),
    "consentGrant": (
        State("foreign unit", {"unit": "HOTEL"}, "NOT_PERMITTED", "unit"),
        State("expired", {"expiresAt": PAST}, "VALUE_INVALID", "expiresAt"),
        ERASED,
    ),
    "consentRevoke": (
        State("revoked", {"consentId": "$consent_revoked"}, "CONSENT_REVOKED", "consentId"),
        State("foreign", {}, "CONSENT_UNKNOWN", "consentId", "GRAND"),
    ),
    "contractAccept": (
        State("used", {"contractId": "$accepted"}, "CONTRACT_STATE", "contractId"),
        State("closed", {"contractId": "$withdrawn"}, "CONTRACT_STATE", "contractId"),
        State("too late", {"contractId": "$too_late"}, "VALIDITY_TOO_SOON", "contractId"),
        State("self", {}, "NOT_PERMITTED", "contractId", "AIRLINE"),
        State("foreign", {}, "CONTRACT_UNKNOWN", "contractId", "GRAND"),
        State("another's signature", {"signature": "$terms_signed"}, "SIGNATURE_INVALID",
              "signature"),
        State("two versions", {"version": 2}, "VALUE_INVALID", "contractId"),
        State("no version", {"contractId": "$offered_digits"}, "VALUE_INVALID", "contractId"),
    ),
    "contractEnd": (
        State("closed", {"contractId": "$withdrawn"}, "CONTRACT_STATE", "contractId"),
        State("foreign", {}, "CONTRACT_UNKNOWN", "contractId", "GRAND"),
        State("ends before now", {"endsAt": PAST}, "VALIDITY_TOO_SOON", "endsAt"),
    ),
    "contractPropose": (
        State("known", {"terms": "$terms_known"}, "CONTRACT_EXISTS", "terms.version"),
        State("a version skipped", {"terms": "$terms_skipping"}, "TERMS_INVALID", "terms.version"),
        State("self", {"terms": "$terms_with_self"}, "TERMS_INVALID", "terms.counterparty"),
        State("over before it begins", {"terms": "$terms_over"}, "TERMS_INVALID", "terms.validTo"),
        State("begun", {"terms": "$terms_begun"}, "TERMS_INVALID", "terms.validFrom"),
        State("other terms than signed", {"terms": "$terms_other"}, "SIGNATURE_INVALID",
              "signature"),
        State("foreign units", {}, "TERMS_INVALID", "terms.counterparty", "GRAND"),
    ),
    "disputeOpen": (
        State("pending", {"sequence": "$line_disputed"}, "DISPUTE_PENDING", "sequence"),
        State("a correction", {"sequence": "$line_corrected"}, "LINE_NOT_DISPUTABLE", "sequence"),
        State("no line", {"sequence": "1"}, "LINE_UNKNOWN", "sequence"),
        State("foreign", {"partner": None}, "LINE_UNKNOWN", "sequence", "OTHER"),
        State("for another", {}, "NOT_PERMITTED", "partner", "GRAND"),
    ),
    "disputeResolve": (
        State("ended", {"disputeId": "$dispute_ended"}, "DISPUTE_STATE", "disputeId"),
        State("more than twice the line", {"amount": "999999"}, "AMOUNT_OUT_OF_RANGE", "amount"),
        State("no amount", {"amount": None}, "VALUE_INVALID", "amount"),
        State("rejected with an amount", {"outcome": "REJECTED"}, "VALUE_INVALID", "amount"),
        State("foreign: a partner", {}, "FORBIDDEN", "", "AIRLINE"),
    ),
    "bankLineCarry": (
        State("over", {"line": 3}, "BANK_LINE_STATE", "line"),
        State("unknown", {"line": 99}, "BANK_LINE_UNKNOWN", "line"),
        State("to itself", {"partner": "OPERATOR"}, "VALUE_INVALID", "holder"),
        State("foreign: a partner", {}, "FORBIDDEN", "", "AIRLINE"),
    ),
    "bankLineDismiss": (
        State("over", {"line": 3}, "BANK_LINE_STATE", "line"),
        State("unknown", {"line": 99}, "BANK_LINE_UNKNOWN", "line"),
        State("foreign: a partner", {}, "FORBIDDEN", "", "AIRLINE"),
    ),
    "bankStatementImport": (
        State("its name is another's", {"content": bank_statement("S1", 7)},
              "VALUE_INVALID", "content"),
        State("foreign: a partner", {}, "FORBIDDEN", "", "AIRLINE"),
    ),
    "disputeWithdraw": (
        State("ended", {"disputeId": "$dispute_ended"}, "DISPUTE_STATE", "disputeId"),
        State("the other party's", {}, "NOT_PERMITTED", "disputeId", "GRAND"),
        State("foreign", {}, "DISPUTE_UNKNOWN", "disputeId", "OTHER"),
    ),
    "fundsPropose": (
        State("more than there is", {"type": "PREFUND_OUT", "amount": "999999999999"},
              "FUNDS_INSUFFICIENT", "amount"),
        State("foreign: a partner", {}, "FORBIDDEN", "", "AIRLINE"),
    ),
    "holdCapture": (
        State("ended", {"holdId": "$hold_ended"}, "HOLD_ENDED", "holdId"),
        State("expired", {"holdId": "$hold_expired"}, "HOLD_EXPIRED", "holdId", "AIRLINE"),
        State("over the hold", {"amount": "101"}, "CAPTURE_EXCEEDS_HOLD", "amount"),
        State("foreign", {}, "HOLD_UNKNOWN", "holdId", "OTHER"),
        State("the unit's owner's, not the acceptor's", {}, "NOT_PERMITTED", "holdId", "AIRLINE"),
    ),
    "holdVoid": (
        State("ended", {"holdId": "$hold_ended"}, "HOLD_ENDED", "holdId"),
        State("expired", {"holdId": "$hold_expired"}, "HOLD_EXPIRED", "holdId", "AIRLINE"),
        State("foreign", {}, "HOLD_UNKNOWN", "holdId", "OTHER"),
    ),
    "memberEnroll": (
        State("foreign partner", {}, "NOT_PERMITTED", "partner", "GRAND"),
        State("used", {"partner": "GRAND", "reference": "mina-grand"}, "REFERENCE_TAKEN",
              "reference"),
        State("for no partner", {"partner": None}, "VALUE_INVALID", "partner"),
    ),
    "memberErase": (
        State("a service", {}, "PERSON_REQUIRED", "", "service"),
        State("holds", {"memberId": "$mina"}, "MEMBER_HAS_HOLD", "memberId"),
        State("foreign: a partner", {}, "FORBIDDEN", "", "AIRLINE"),
        ERASED,
    ),
    "memberLink": (
        ERASED,
        State("foreign partner", {}, "NOT_PERMITTED", "partner", "GRAND"),
        State("linked", {"partner": "GRAND"}, "ALREADY_LINKED", "memberId"),
        State(
            "used", {"memberId": "$juno", "partner": "GRAND", "reference": "mina-grand"},
            "REFERENCE_TAKEN", "reference",
        ),
        State("for no partner", {"partner": None}, "VALUE_INVALID", "partner"),
    ),
    "partnerCreate": (
        State("used", {"code": "AIRLINE"}, "PARTNER_EXISTS", "code"),
        State("another's key", {"signingKey": "$air_key"}, "PUBLIC_KEY_INVALID", "signingKey"),
        State("foreign: a partner", {}, "FORBIDDEN", "", "AIRLINE"),
    ),
    "partnerUpdate": (
        State("a higher cap", {"netDebitCap": "1000000001"}, "CAP_RAISE_NEEDS_PROPOSAL",
              "netDebitCap"),
        State("another's key", {"signingKey": "$air_key"}, "PUBLIC_KEY_INVALID", "signingKey"),
        State("foreign: a partner", {}, "FORBIDDEN", "", "AIRLINE"),
    ),
    "pointUnitCreate": (
        State("used", {"code": "AIR"}, "UNIT_EXISTS", "code"),
        State("foreign: a partner", {}, "FORBIDDEN", "", "AIRLINE"),
    ),
    "pointsAdjust": (
        *MEMBER,
        State("foreign unit", {}, "NOT_PERMITTED", "unit", "GRAND"),
        State("ahead", {"effectiveAt": FUTURE}, "EFFECTIVE_IN_FUTURE", "effectiveAt"),
        State("too far back", {"effectiveAt": "2025-01-01T00:00:00Z"}, "BACKDATE_NOT_PERMITTED",
              "effectiveAt"),
        State("not to be dated", {"effectiveAt": PAST}, "BACKDATE_NOT_PERMITTED", "effectiveAt",
              "undated"),
        State("over the wallet", {"amount": "-200000"}, "INSUFFICIENT_POINTS", "amount"),
    ),
    "pointsExchange": (
        *MEMBER,
        *CONVERSION,
        State("over the wallet", {"amount": "200000"}, "INSUFFICIENT_POINTS", "amount"),
        State("over the consent", {"amount": "6000"}, "CONSENT_LIMIT_EXCEEDED", "amount", "GRAND"),
        State("no consent", {"memberId": "$juno"}, "CONSENT_REQUIRED", "memberId", "GRAND"),
        State("used quote", {"quoteId": "$quote_used"}, "QUOTE_USED", "quoteId"),
        State("expired quote", {"quoteId": "$quote_expired"}, "QUOTE_EXPIRED", "quoteId"),
        State("foreign quote", {"quoteId": "$quote"}, "QUOTE_UNKNOWN", "quoteId", "GRAND"),
        State("another amount", {"quoteId": "$quote", "amount": "400"}, "QUOTE_MISMATCH",
              "quoteId"),
        State("another member's quote", {"quoteId": "$quote", "memberId": "$juno"},
              "QUOTE_UNKNOWN", "quoteId"),
    ),
    "pointsGift": (
        *MEMBER,
        State("self", {"recipientId": "$mina"}, "SAME_MEMBER", "recipientId"),
        State("foreign unit", {}, "NOT_PERMITTED", "unit", "GRAND"),
        State("over the wallet", {"amount": "200000"}, "INSUFFICIENT_POINTS", "amount"),
    ),
    "pointsHold": (
        *MEMBER,
        *SPENDING,
        State("no deadline", {"expiresInSeconds": None}, "VALUE_INVALID", "expiresAt"),
        State("two deadlines", {"expiresAt": FUTURE}, "VALUE_INVALID", "expiresAt"),
        State("expired", {"expiresInSeconds": None, "expiresAt": PAST}, "DEADLINE_INVALID",
              "expiresAt"),
        State("over limit", {"expiresInSeconds": None, "expiresAt": FUTURE}, "DEADLINE_INVALID",
              "expiresAt"),
    ),
    "pointsIssue": (
        *MEMBER,
        State("foreign unit", {}, "CONTRACT_MISSING", "unit", "GRAND"),
        State("ahead", {"effectiveAt": FUTURE}, "EFFECTIVE_IN_FUTURE", "effectiveAt"),
        State("too far back", {"effectiveAt": "2025-01-01T00:00:00Z"}, "BACKDATE_NOT_PERMITTED",
              "effectiveAt"),
        State("not to be dated", {"effectiveAt": PAST}, "BACKDATE_NOT_PERMITTED", "effectiveAt",
              "undated"),
    ),
    "pointsQuote": (*MEMBER, *CONVERSION),
    "pointsRedeem": (*MEMBER, *SPENDING),
    "policyPropose": (
        State("of no partner", {"partner": None}, "VALUE_INVALID", "partner"),
        State("of a partner", {"name": "LOSS_SHARING", "value": "BY_NET"}, "VALUE_INVALID",
              "partner"),
        State("foreign: a partner", {}, "FORBIDDEN", "", "AIRLINE"),
    ),
    "proposalDecide": (
        State("self", {}, "SAME_SUBJECT", "proposalId", "operator"),
        State("a service", {}, "PERSON_REQUIRED", "", "service"),
        State("decided", {"proposalId": "$proposal_decided"}, "PROPOSAL_DECIDED", "proposalId"),
        State("foreign: a partner", {}, "FORBIDDEN", "", "AIRLINE"),
    ),
    "settlementAbort": (
        State("submitted, not rejected", {"settlementId": "$submitted"}, "REJECTION_MISSING",
              "settlementId"),
        State("aborted", {"settlementId": "$aborted"}, "SETTLEMENT_UNCHANGED", "settlementId"),
        State("partly paid", {"settlementId": "$paid_in"}, "SETTLEMENT_STATE", "settlementId"),
        State("foreign: a partner", {}, "FORBIDDEN", "", "AIRLINE"),
    ),
    "settlementApprove": (
        State("approved", {"settlementId": "$approved"}, "SETTLEMENT_UNCHANGED", "settlementId"),
        State("submitted", {"settlementId": "$submitted"}, "SETTLEMENT_STATE", "settlementId"),
        State("foreign: a partner", {}, "FORBIDDEN", "", "AIRLINE"),
    ),
    "settlementCreate": (
        State("nothing closed", {"currency": "USD"}, "NOTHING_TO_SETTLE", "currency"),
        State("open", {"windows": [9]}, "WINDOW_STATE", "windows"),
        State("over before it begins", {"payBy": PAST}, "DEADLINE_INVALID", "payBy"),
        State("foreign: a partner", {}, "FORBIDDEN", "", "AIRLINE"),
    ),
    "settlementDefault": (
        State("not due yet", {"settlementId": "$submitted"}, "PAY_BY_NOT_REACHED",
              "settlementId"),
        State("drafted", {"settlementId": "$draft"}, "SETTLEMENT_STATE", "settlementId"),
        State("foreign: a partner", {}, "FORBIDDEN", "", "AIRLINE"),
    ),
    "settlementMatch": (
        State("counted", {"settlementId": "$paid_in", "statement": "ab" * 32},
              "BANK_LINE_KNOWN", "line"),
        State("a creditor pays", {"partner": "GRAND"}, "PAYMENT_UNEXPECTED", "partner"),
        State("direct through clearing", {"leg": "DIRECT", "counterparty": "GRAND"},
              "PAYMENT_UNEXPECTED", "partner"),
        State("approved", {"settlementId": "$approved"}, "SETTLEMENT_STATE", "settlementId"),
        State("foreign: a partner", {}, "FORBIDDEN", "", "AIRLINE"),
    ),
    "settlementRecordPayment": (
        State("approved", {"settlementId": "$approved"}, "SETTLEMENT_STATE", "settlementId"),
        State("foreign: a partner", {}, "FORBIDDEN", "", "AIRLINE"),
    ),
    "settlementRelease": (
        State("nothing came in", {"settlementId": "$submitted"}, "PAYOUT_NOT_COVERED",
              "settlementId"),
        State("known", {"messageId": "b" * 32}, "FILE_KNOWN", "messageId"),
        State("approved", {"settlementId": "$approved"}, "SETTLEMENT_STATE", "settlementId"),
        State("foreign: a partner", {}, "FORBIDDEN", "", "AIRLINE"),
    ),
    "settlementSubmit": (
        State("submitted", {"settlementId": "$submitted"}, "SETTLEMENT_UNCHANGED",
              "settlementId"),
        State("drafted", {"settlementId": "$draft"}, "SETTLEMENT_STATE", "settlementId"),
        State(
            "a creditor's",
            {"files": [{"partner": "GRAND", "messageId": "e" * 32, "hash": "cd" * 32}]},
            "PAYMENT_UNEXPECTED", "files.partner",
        ),
        State(
            "known",
            {"files": [{"partner": "AIRLINE", "messageId": "b" * 32, "hash": "cd" * 32}]},
            "FILE_KNOWN", "files.messageId",
        ),
        State("foreign: a partner", {}, "FORBIDDEN", "", "AIRLINE"),
    ),
    "settlementWindowClose": (
        State("pending", {"currency": "KRW"}, "PROPOSAL_PENDING", ""),
        State("closed", {"currency": "KRW", "period": 1}, "WINDOW_STATE", "period"),
        State("foreign: a partner", {}, "FORBIDDEN", "", "AIRLINE"),
    ),
    "transferReverse": (
        State("of one erased", {"transferId": "$erased_issued"}, "MEMBER_ERASED", "transferId"),
        State("used", {"transferId": "$reversed"}, "REVERSAL_EXCEEDS_ORIGINAL", "amount"),
        State("a reversal", {"transferId": "$reversal"}, "NOT_REVERSIBLE", "transferId"),
        State("foreign", {}, "TRANSFER_UNKNOWN", "transferId", "GRAND"),
        State("another's", {"transferId": "$redeemed"}, "TRANSFER_UNKNOWN", "transferId"),
        State("more than it was", {"amount": "101"}, "REVERSAL_EXCEEDS_ORIGINAL", "amount"),
        State("spent", {"transferId": "$spent"}, "POINTS_SPENT", "amount"),
    ),
}  # fmt: skip
