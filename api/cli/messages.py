"""Error codes in words: one sentence each, with what to do next."""

from __future__ import annotations

from api.cli.language import spoken
from api.cli.messages_settling import SETTLING

ENGLISH_MESSAGES: dict[str, str] = {
    "AMOUNT_TOO_LARGE": "A spreadsheet keeps {digits} digits, and {amount} minor units have more; "
    "leave xlsx out of --format.",
    "ALREADY_FOUNDED": "The database already holds the network {origin}.",
    "AUDIT_OUT_NOT_EMPTY": "{path} is not empty; an export never replaces anything.",
    "BANK_LINE_DIFFERS": "Line {line} waits with {amount}, below 0 where it went out; it is no "
    "such payment.",
    "BANK_LINE_STATE": "Line {line} does not wait any more, or not for that amount: {state}.",
    "BANK_LINE_UNKNOWN": "No line {line} waits. See: dure settle unmatched",
    "BOOKS_DIFFER": "{partner}, {unit}: the journals carry {journal}, the lots {lots}. Run: "
    "dure doctor",
    "BOOKS_EXIST": "{path} is there already; books need a folder that is new or empty.",
    "BOOKS_NOT_WRITTEN": "{path} cannot be written: {reason}.",
    "BOOKS_POLICY_INVALID": "The policy is not valid at {at}: {reason}.",
    "BUNDLE_EXISTS": "{path} is there already; an export needs a folder that is new or empty.",
    "BUNDLE_WRITE": "{path} cannot be written: {reason}.",
    "CHECK_INTERRUPTED": "The check-up was ended from outside; run it again.",
    "CONTRACT_TERMS_INVALID": "{path} does not hold contract terms: {reason}.",
    "DATABASE_DIRECTORY_MISSING": "There is no folder {path} for the database.",
    "DATABASE_NOT_A_DATABASE": "{path} is not a database.",
    "DATABASE_UNREACHABLE": "The database {path} cannot be reached: {reason}",
    "DATABASE_URL_INVALID": "The database address is not understood; give {expected}.",
    "DEMO_INTERRUPTED": "The demo was interrupted; nothing of it is left.",
    "MEMBER_UNKNOWN": "The log knows no member {member}.",
    "ENTRY_UNKNOWN": "The log has no entry {seq}; it has {size} entries.",
    "FILE_EXISTS": "{path} exists already and is never replaced.",
    "FILE_NOT_READABLE": "{path} cannot be read: {reason}.",
    "FILE_NOT_USABLE": "{path}: {reason}.",
    "FILE_NOT_WRITTEN": "{path} cannot be written: {reason}.",
    "FORMAT_UNKNOWN": "There is no format {format}; there are {known}.",
    "FORMAT_NEWER": "{path} is in the format {found}, of a later program than this one, which "
    "knows {known}. Run that program.",
    "OPERATOR_KEYS_INVALID": "{path} does not hold the keys of the operator's first two people, as "
    "dure init wrote them.",
    "KEY_NEEDS_PROPOSAL": "Two people agree on who may act for the operator. The holder runs: dure "
    "key new. One proposes with dure key grant, another approves by the same command.",
    "MAKER_REVOKED": "Who proposed this has no live key any more; somebody else proposes it.",
    "DATABASE_MISSING": "{path} is not there. Put it back, or name the database that is.",
    "HOME_MISSING": "There is no network in {path}. Make one with: dure init --home {path}",
    "FENCE_NOT_MOVED": "The log has {size} entries, but the high-water mark could not be moved: "
    "{reason}. What was written is answered when it can be.",
    "LOCKS_MISSING": "{path} cannot be locked: {reason}. A home lies on a file system with locks, "
    "which some network file systems lack.",
    "FENCE_MALFORMED": "{path} is not a high-water mark of this program.",
    "HOME_NOT_A_FOLDER": "{path} is a file; a network lives in a folder.",
    "HOME_NOT_EMPTY": "{path} is not empty; a new network needs a folder of its own.",
    "HOME_NOT_WRITABLE": "{path} cannot be made: {reason}.",
    "KEY_FILE_NEWER": "{path} is in the format {found}, of a later program than this one, which "
    "knows {known}. Run that program.",
    "KEY_FOREIGN": "The key in {path} is not the one that the log of {origin} was begun with.",
    "CURRENCY_MISSING": "Name it with --currency CODE; or close what schedules say, with --due.",
    "CURRENCY_UNKNOWN": "{currency} is no currency that a partner settles in; give its code of ISO "
    "4217, in capitals, such as KRW.",
    "CUT_OFF_INVALID": "The log has {size} entries; a key cannot be believed up to {cut_off}.",
    "CUT_OFF_NEEDED": "--compromised and --cut-off SIZE belong together: up to which size is what "
    "the old key signed still believed?",
    "LANGUAGE_UNKNOWN": "There are no words in {language}; there are {known}.",
    "LOG_KEY_MISSING": "The log is signed by {key}, and no file in {path} holds that key. Copy it "
    "from the home where the key was rotated.",
    "LOG_KEYS_BROKEN": "The log's entries tell of no history of keys: {reason}.",
    "QUORUM_NEEDED": "A compromised key can only be replaced where a witness policy names a "
    "quorum: its cosignatures take the place of the old key's line.",
    "ROTATION_RUNNING": "Another process is rotating the key in {path}.",
    "ROTATIONS_TOO_MANY": "The key was rotated {rotations} times already, as often as it can be.",
    "HANDOVER_INVALID": "{path} does not hand a log over from a key that is known: {reason}.",
    "LOG_BEHIND": "The log has {size} entries, but {path} remembers {remembered}: the database was "
    "restored from an older copy, or is another one. Restore the newer database.",
    "LOG_BEHIND_WITNESS": "The log has {size} entries, but the witness {witness} has cosigned "
    "{remembered}: the database was restored from an older copy. Restore the newer one; the log "
    "signs nothing until then.",
    "LOG_FORKED_WITNESS": "The log's first {remembered} entries are not those that the witness "
    "{witness} has cosigned: this is another database under the same name. Restore the right one.",
    "LOG_FORKED": "The log differs from what {path} remembers at size {remembered}: this is "
    "another database under the same name. Restore the right one.",
    "MIGRATION_FAILED": "The schema could not be brought to {revision}: {reason}. It is as it was.",
    "NOT_INITIALISED": "The database holds no network. Make one with: dure init --home {path}",
    "ORIGIN_INVALID": "{origin} cannot name a log: no spaces, no plus sign, up to 255 characters.",
    "PARTNER_UNKNOWN": "The network has no partner {partner}.",
    "PASSPHRASE_MISSING": "The pass phrase is needed: set DURE_PASSPHRASE or "
    "DURE_PASSPHRASE_FILE, or put it into {path}.",
    "PASSPHRASE_WRONG": "The pass phrase does not open {path}.",
    "POLICY_INVALID": "{path} is no witness policy: {reason}.",
    "POLICY_UNREADABLE": "{path} cannot be read: {reason}.",
    "PORT_TAKEN": "Port {port} on {host} is in use by another program; choose one with --port.",
    "PURCHASES_MALFORMED": "{path}, line {line}: {reason}.",
    "RATE_MISSING": "Say what a purchase earns with --rate NUM/DEN, whole points per minor unit of "
    "the file's money; unit {unit} has no rate of its own.",
    "RATIO_MALFORMED": "{value} is no fraction; write NUM/DEN, such as 1/10.",
    "RECEIPT_EXISTS": "{path} is there already; name another folder, or replace it with --force.",
    "REVISION_UNKNOWN": "There is no revision {revision}; this program has {known}.",
    "SIZES_UNKNOWN": "The log has had the sizes 0 to {size}; {old} to {new} cannot be proved.",
    "CHECKPOINT_UNKNOWN": "No signed checkpoint of {size} entries is kept; leave NEW_SIZE out to "
    "prove up to the one that is served.",
    "IDEMPOTENCY_KEY_MISSING": "{path} has no variables.input.idempotencyKey; name the mutation's "
    "with --idempotency-key.",
    "REQUEST_INVALID": "{path} holds no JSON object of at most {maximum} bytes.",
    "REQUEST_UNREADABLE": "{path} cannot be read: {reason}.",
    "SCHEMA_MISSING": "The database holds no tables yet. Run: dure migrate",
    "SCHEMA_NEWER": "The database is at schema {found}, of a later program than this one, "
    "which knows {latest} at most. Run that program; nothing was changed.",
    "SCHEMA_OLDER": "The database is at schema {found}, this program needs {expected}. "
    "Make a backup, stop other servers, and run: dure migrate",
    "SETTING_INVALID": "{setting} is not valid: {reason}.",
    "UNIT_NOT_CHOSEN": "{partner} has the units {units}; choose one with --unit.",
    "UNIT_UNKNOWN": "The partner has no point unit {unit}.",
    "USAGE_INVALID": "{reason}. See: dure --help",
    "STATEMENT_TOO_LONG": "A statement holds {maximum} lines; ask for fewer windows.",
    "STATE_FOREIGN": "{path} was not written by this witness ({reason}). A witness that goes on "
    "from a memory that is not its own could cosign a fork; restore the file.",
    "STATE_FOLDER": "{path} cannot be used: {reason}. A witness's memory lies on a file system of "
    "its own machine, with locks.",
    "STATE_LOST": "This witness has cosigned {origin} before, but what it remembered, {path}, is "
    "gone. Put the file back. If there is no copy, see that the log goes on from what other "
    "witnesses and partners hold of it, and start once with: --begin-anew {origin}",
    "STATE_PRESENT": "Nothing of {origin} is lost: {path} is there. Leave --begin-anew out.",
    "STATE_IN_USE": "Another process of this witness runs on {path}.",
    "WINDOWS_NOT_CONSECUTIVE": "Windows {windows}: name consecutive ones, oldest first.",
    "WINDOW_STATE": "Window {period} of {currency} is {state}. Statements and settlements are made "
    "of windows that closed, and only an open one is closed.",
    "WINDOW_UNKNOWN": "There is no window {period} of {currency}.",
    "SCHEDULE_INVALID": "{value} is no schedule: the {part} has to be {reason}.",
    "SCHEDULE_NONE": "No schedule closes windows of {currency}: dure settle schedule",
    "SUBJECT_MISSING": "Say who acts, with --as SUBJECT: what two people decide is never a job's.",
    "WITNESSES_SILENT": "Too few witnesses cosigned ({failed}); {quorum} are needed.",
    "WITNESS_LOGS_MISSING": "Name the log to witness with --log VKEY, once for each log.",
    "WITNESS_MALFORMED": "{path} does not belong to this witness's key: {reason}.",
    "WITNESS_MISSING": "There is no witness in {path}. Make one with: dure audit witness --init "
    "--name NAME --home {path}",
    "WRITE_REFUSED": "{step} was refused: {refusal} {facts}",
    "SUBJECT_REVOKED": "The API key that {subject} writes under was revoked meanwhile. What was "
    "done stays; run the same command again --as somebody whose key is live, for the rest.",
    "WRITER_FAULT": "The database took no more at {step}: {fault}. Run the same command again; "
    "what was done is not done twice.",
    **SETTLING,
}


_MONEY = ("amount", "available", "journal", "lots", "required")  # where a currency is told with it


def in_words(code: str, facts: dict[str, str | int], language: str | None = None) -> str:
    """Return the error as one line: its code, and what it means where that is known.

    In ``language``, else in that of this run.
    """
    from api.cli.messages_korean import KOREAN_MESSAGES
    from audit.language import KOREAN
    from domain.ledger.bounds import message
    from domain.ledger.codes import CODES

    korean = (language or spoken()) == KOREAN
    told = _told(code, facts)
    words = KOREAN_MESSAGES if korean else ENGLISH_MESSAGES
    sentence = words.get(f"{code}.{facts.get('why')}") or words.get(code)
    if sentence is not None:
        try:
            return f"{code}: {sentence.format_map(told)}"
        except KeyError:
            pass  # the same code can come from a place that knows fewer facts
    shown = " ".join(f"{name}={value}" for name, value in told.items())
    if code not in CODES:
        return f"{code} {shown}".rstrip()
    return f"{code}: {message(code, told, korean=korean)} {shown}".rstrip()


def _told(code: str, facts: dict[str, str | int]) -> dict[str, str | int]:
    """Return the facts for a person: instants in UTC, money as on paper where its currency is told.

    A fact that is no integer any more is one that somebody has written out already.
    """
    from domain.clock import format_instant
    from domain.ledger.bounds import is_instant
    from settlement.currencies import grouped

    currency = facts.get("currency")
    return {
        name: value
        if not isinstance(value, int)
        else format_instant(value)
        if is_instant(code, name)
        else f"{grouped(value, currency)} {currency}"
        if name in _MONEY and isinstance(currency, str)
        else value
        for name, value in facts.items()
    }
