"""A finding is one thing a verifier saw that an honest log cannot show.

It is a value, never an exception: a stable upper-case code, and facts that let a reader go and
look. Codes are never renamed; `CODES` is the whole list with its meaning. Facts come from hostile
bytes, so a finding's line is printable ASCII of bounded length whatever they hold.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from audit.errors import AuditError, shown

CODES: Final[dict[str, str]] = {
    # The bundle's files.
    "FILE_MISSING": "a file that every bundle has is absent",
    "FILE_EXTRA": "a file that nothing in the log accounts for",
    "FILE_NOT_REGULAR": "a link, device or pipe stands where a file or folder should",
    "FILE_UNREADABLE": "the operating system would not give the file's bytes",
    "FILE_TOO_LONG": "a file or line is longer than its format allows",
    # The signed checkpoint.
    "KEY_REJECTED": "the verifier key is a weak or non-canonical Ed25519 point",
    "KEY_MISMATCH": "the bundle or its genesis names another key than the one trusted",
    "KEY_HANDOVER_MISSING": "the log passed to another key, and the handover checkpoint is absent",
    "KEY_HANDOVER_INVALID": "a change of the log's key is not vouched for as it must be",
    "KEY_REVOKED": "only a revoked key signed a checkpoint above the size it is believed up to",
    "CHECKPOINT_INVALID": "the checkpoint is not in its one permitted form",
    "SIGNATURE_INVALID": "the trusted key has not signed the checkpoint",
    "ORIGIN_MISMATCH": "the checkpoint or the genesis belongs to another log",
    "SIZE_MISMATCH": "there are more or fewer entries than the checkpoint says",
    "ROOT_MISMATCH": "the entries do not hash to the signed root",
    # Tiles and entry bundles.
    "TILE_MISSING": "a hash tile or entry bundle of this size of log is absent",
    "TILE_EXTRA": "a hash tile or entry bundle that this size of log does not have",
    "TILE_CHANGED": "a hash tile differs from the one recomputed from the entries",
    "ENTRIES_INVALID": "an entry bundle's lengths do not add up to its bytes",
    # Each leaf.
    "NOT_CANONICAL": "a leaf is not RFC 8785 JSON with exactly its kind's fields",
    "SEQ_BROKEN": "a leaf's seq is not its place in the log",
    "CHAIN_BROKEN": "a leaf's prev is not the hash of the leaf before it",
    "TIME_NOT_INCREASING": "a leaf's time is not later than the time of the leaf before it",
    "GENESIS_INVALID": "entry 0 is not a genesis, or a later entry is one",
    # Who wrote the leaves.
    "AUTHOR_UNKNOWN": "an entry's author was never given a key, or is no job of the system",
    "AUTHOR_NOT_PERMITTED": "an author wrote what is not its to write",
    "KEY_REVOKED_USED": "an entry's author had no live key any more",
    # What partners agreed on, and what it gives.
    "CONTRACT_SIGNATURE": "a party's registered key has not signed the contract's terms",
    "CONTRACT_PARTIES": "a contract is not between the two whom its units and prices bind",
    "CONTRACT_NOT_IN_FORCE": "an entry cites a contract version that was not in force then",
    "CONSENT_MISSING": "a member's points were debited without a live consent of the member's",
    "RATE_MISMATCH": "points differ from what the contract's rate gives",
    "PRICE_MISMATCH": "money differs from what the contract's price gives",
    "REVERSAL_INVALID": "a reversal names no transfer before it, or more of it than is left",
    "DISPUTE_INVALID": "a dispute is of no line before it, or tells the line otherwise",
    # What two people must agree on.
    "APPROVAL_MISSING": "what two people must agree on was done without an approved proposal of it",
    "PROPOSAL_NOT_DONE": "an approved proposal was not carried out right after its approval",
    "ACCOUNTS_NOT_APPROVED": "a payment file was written by other bank accounts than two approved",
    "DECIDER_NOT_ANOTHER": "a proposal was approved by its own maker, or by nobody who is a person,"
    " or a key was proposed by nobody who is one",
    "DUE_INVALID": "a window was called due otherwise than the schedule in force says",
    # What a closing charges, and what a default takes.
    "CHARGE_MISSING": "a fee, tax or claim that fell due was not charged",
    "CHARGE_AMOUNT": "a fee, tax or claim is not what the policy, invoice or loss comes to",
    "CHARGE_PARTNER": "a fee, tax or claim was charged to another partner, or for another",
    "CHARGE_INVENTED": "something was charged that no closing and no default gives",
    "DRAW_MISMATCH": "a default drew other than the prefund that it had to draw",
    "LOSS_MISMATCH": "a loss is shared otherwise than by the rule that was declared",
    # What the leaves do, replayed.
    "EFFECT_MALFORMED": "a leaf's effect cannot be read as numbers, times or lists",
    "EFFECT_IMPOSSIBLE": "a leaf does what the state before it does not allow",
    # The rows of the ledger against the rows that the leaves make.
    "ROW_CHANGED": "a row differs from the row that the log makes",
    "ROW_MISSING": "the log makes a row that the ledger does not have",
    "ROW_EXTRA": "the ledger has a row that no entry made",
    "ROW_INVALID": "a ledger line is not one row in its one permitted form",
    "ROW_ORDER": "a ledger line stands out of order, or twice",
    # What the auditor brought: a policy, older checkpoints, receipts.
    "POLICY_LOG": "no log that the policy names has signed the checkpoint",
    "COSIGNATURE_INVALID": "a witness's line does not verify under the key that the policy has",
    "QUORUM_MISSING": "fewer witnesses cosigned the checkpoint than the policy asks for",
    "ENTRY_BACKDATED": "an entry is dated before a witness or authority saw the log without it",
    "ENTRY_AHEAD": "an entry is dated after a witness or authority saw the log with it",
    "STAMP_INVALID": "a time stamp is not what an authority you trust says of that checkpoint",
    "SAVED_INVALID": "what was saved is no checkpoint that the trusted key signed",
    "REWOUND": "the log has fewer entries than a checkpoint that was saved before",
    "FORKED": "the log does not begin with the entries of a checkpoint that was saved before",
    "RECEIPT_INVALID": "a receipt does not prove the entry beside it",
    "RECEIPT_CONTRADICTED": "the log has another entry where a receipt proves one",
    # A partner's statement.
    "STATEMENT_INVALID": "a file is no statement in its one permitted form",
    "STATEMENT_CHECKPOINT": "a statement cites another log, or a tree that this log never had",
    "STATEMENT_WINDOW": "a statement is of windows that are open, unknown or other in the log",
    "STATEMENT_LINE": "a statement's line was altered, left out or added",
    "STATEMENT_TOTAL": "a statement's total, sum or invoice is not what its lines come to",
    # An entry that was laid open.
    "PAYLOAD_MISMATCH": "a payload that is shown is not the one that the entry binds",
    "PAYLOAD_MISSING": "a payload that the entry binds is not shown, and no member was erased",
    "ERASED_SHOWN": "something is shown of a member whose key the log says was destroyed",
    "DISCLOSURE_INVALID": "a line that lays an entry open has not its one form, or no entry",
    "COMMAND_MISSING": "a partner who signs all commands has not signed this one",
    "COMMAND_REPEATED": "a command was signed for one entry, and stands under a second",
    "COMMAND_MISMATCH": "a command that is shown is not the one that the entry binds",
    "COMMAND_DIFFERS": "an entry did other than what the signed command for it asks",
    "AUTHOR_SIGNATURE": "the author's key has not signed the command that is shown",
}

FINDINGS_KEPT_MAX: Final = 1000  # one tampered byte needs one; past this a reader needs the count

Fact = str | int


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong: a code of `CODES` and named facts in the order they are read."""

    code: str
    facts: tuple[tuple[str, Fact], ...]

    def line(self) -> str:
        """The finding on one line of printable ASCII, its code first."""
        return " ".join([self.code, *(f"{name}={shown(value)}" for name, value in self.facts)])


class Findings:
    """Findings in the order they were made: the first FINDINGS_KEPT_MAX, and how many in all.

    Attributes:
        kept: the first ones.
        counts: how many of each code.
    """

    def __init__(self) -> None:
        self.kept: list[Finding] = []
        self.counts: Counter[str] = Counter()

    @property
    def total(self) -> int:
        """How many there are in all."""
        return self.counts.total()

    def add(self, code: str, /, **facts: Fact) -> None:
        """Make a finding. `code` is one of `CODES`."""
        self.counts[code] += 1
        if len(self.kept) < FINDINGS_KEPT_MAX:
            self.kept.append(Finding(code, tuple(facts.items())))

    def extend(self, other: "Findings") -> None:
        """Take over another's findings, after those made so far."""
        self.counts.update(other.counts)
        self.kept += other.kept[: FINDINGS_KEPT_MAX - len(self.kept)]

    def add_error(self, error: AuditError, code: str = "", /, **facts: Fact) -> None:
        """Make a finding of an error: its own code and facts, or as the reason under another."""
        told = {k: v.hex() if isinstance(v, bytes) else v for k, v in error.facts.items()}
        if code:
            told |= {**facts, "reason": error.code}
        self.add(code or error.code, **told)
