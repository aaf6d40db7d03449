"""Error codes of `dure settle` in words: what is wrong, and what to do next.

Codes without a sentence of their own here or in ``messages`` are told in the words that callers of
the network's surface get.
"""

from __future__ import annotations

SETTLING: dict[str, str] = {
    # Who acts, and in which state
    "SUBJECT_UNKNOWN": "{subject} is nobody of the operator's with a live key that may write. "
    "Whom dure init made stands in operator-keys.json of the home, under subject.",
    "SAME_SUBJECT": "Whoever proposed this cannot decide it; somebody else runs the same command "
    "with a subject of their own.",
    "VALUE_INVALID": "{value} is not valid here; what is: {reason}.",
    "TIME_MALFORMED": "{value} is no instant; write one in UTC, such as 2026-12-10T00:00:00Z.",
    "TIME_ZONE_UNKNOWN": "{value} is no time zone; write one such as Asia/Seoul.",
    "DEADLINE_INVALID": "The time must lie between {minimum} and {maximum}.",
    "NOTHING_TO_SETTLE": "No closed window of {currency} waits. Close one with dure settle close; "
    "dure settle status shows what is going on.",
    "NOTHING_TO_SETTLE.NONE_CLOSED": "No window of {currency} was closed yet; {open} is open. "
    "Close it with: dure settle close --currency {currency}",
    "NOTHING_TO_SETTLE.EMPTY": "No closed window of {currency} waits: the last one, {period}, had "
    "no obligations and was SETTLED as it closed; {open} is open.",
    "NOTHING_TO_SETTLE.SETTLED": "No closed window of {currency} waits: the last one, {period}, is "
    "SETTLED already; {open} is open.",
    "NOTHING_TO_SETTLE.SETTLING": "No closed window of {currency} waits: the last one, {period}, "
    "is in a settlement already. See: dure settle status",
    "SETTLEMENT_UNKNOWN": "There is no settlement {settlement}. Those that are not over: "
    "dure settle status",
    "SETTLEMENT_STATE": "Settlement {settlement} is {state}, and in that state this is not done.",
    "SETTLEMENT_UNCHANGED": "Settlement {settlement} is {state} already; nothing changed.",
    "PAY_BY_PASSED": "The time to pay settlement {settlement} ended at {pay_by}, so no payment of "
    "it could be in time. Abort it and net its windows anew: dure settle abort, then create.",
    "FUNDS_UNCLEAR": "Write dure settle funds PARTNER CAP AMOUNT --currency CURRENCY, or "
    "PREFUND_IN or PREFUND_OUT for CAP; nothing of it to see what all partners have.",
    "PROPOSAL_UNKNOWN": "There is no proposal {proposal}. What waits: dure settle status",
    "PROPOSAL_PENDING": "{proposal} of the same waits already, perhaps with other figures: see "
    "dure settle status. Somebody else decides it: dure settle decide {proposal} [--reject]",
    "PROPOSAL_DECIDED": "Proposal {proposal} is {state} already; nothing changed.",
    "REJECTION_MISSING": "The files of settlement {settlement} are out. It is given up only once a "
    "bank's rejection is recorded: dure settle record-payment {settlement} PARTNER --document FILE "
    "--rejected",
    # Bank accounts and payment files
    "ACCOUNTS_MISSING": "{path} is not there. It is a JSON file with the bank account of each "
    "partner and, under OPERATOR, of the clearing account; the README shows one under "
    "Settlement. Put it there, or name another with --accounts FILE.",
    "ACCOUNTS_CHANGED": "The list of bank accounts is not the one that settlement {settlement} is "
    "approved with, or is to be: {partners}. Nothing was written. Put the accounts back; or, where "
    "the new ones are right, let two people approve them: dure settle approve {settlement} (what "
    "waits with the old ones is rejected first: dure settle decide PROPOSAL --reject).",
    "ACCOUNT_MISSING": "The list of bank accounts has none of {partner}; add it, or name another "
    "list with --accounts.",
    "ACCOUNTS_INVALID": "The list of bank accounts is not valid at {path}: {reason}.",
    "ACCOUNT_NUMBER_INVALID": "{path} is no account number: {reason}.",
    "BANK_UNKNOWN": "{path}: no Korean bank has the code {value}; it has three digits, such as "
    "004.",
    "BIC_INVALID": "{path}: {value} is no BIC: {reason}.",
    "IBAN_INVALID": "{path}: {value} is no IBAN: {reason}.",
    "FILE_DIFFERS": "{partner} would be told to pay by another file than the one that the log "
    "names, {message}: give the accounts and the --execute-on of the first time. Nothing was "
    "written.",
    "EXECUTE_ON_TOO_LATE": "Banks that pay on {value} pay after the settlement's time is over; the "
    "last day for it is {last}.",
    "DATE_INVALID": "{value} at {path} is no date.",
    # Banks' statements
    "AMOUNT_MALFORMED": "{value} at {path} is no amount.",
    "AMOUNT_TOO_FINE": "{value} at {path} has more than the {decimals} decimals of {currency}.",
    "CSV_ENCODING": "The file is no text in {encoding}: {reason}. The mapping's encoding says how "
    "to read it.",
    "CSV_HEADING_MISSING": "The heading {heading} of the mapping stands {found} times in {path}, "
    "and must stand there once; the mapping's skip says how many lines are above the headings.",
    "MAPPING_INVALID": "The mapping is not valid at {path}: {reason}.",
    "STATEMENT_INCOMPLETE": "The bank's statement lacks {path}.",
    "STATEMENT_TOO_LARGE": "{path} has more than {limit} bytes; ask the bank for shorter periods.",
    "XML_MALFORMED": "Line {line} is no XML: {reason}. A bank's CSV needs --mapping.",
    "XML_NAMESPACE": "The file is no camt.053 (001.02, 001.08) but a {root} of {namespace}.",
}
