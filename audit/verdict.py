"""The verdict: what was checked and held, what did not hold, and what nobody looked at.

A verification is a list of checks with a status each, as data; sentences are made of it last, by
`audit.words`. A check that was not made is named as such: who reads that nothing was found must
also read where nothing was sought.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from audit.checkpoint import Checkpoint
from audit.cosignature import Cosigned
from audit.disclosure import Shown
from audit.disclosures import Opened
from audit.errors import AuditError
from audit.evidence import CLOCK_TOLERANCE_SECONDS, Evidence, shown_seconds
from audit.findings import Finding, Findings
from audit.policy import NONE
from audit.verify_log import Passed

OK: Final = "ok"
FAILED: Final = "failed"
NOT_CHECKED: Final = "not_checked"

# Every code belongs to the one check that it fails.
CHECKS: Final[dict[str, tuple[str, ...]]] = {
    "checkpoint": (
        *("KEY_REJECTED", "KEY_MISMATCH", "CHECKPOINT_INVALID", "SIGNATURE_INVALID"),
        "ORIGIN_MISMATCH",
    ),
    "keys": ("KEY_HANDOVER_MISSING", "KEY_HANDOVER_INVALID", "KEY_REVOKED"),
    "files": (
        *("FILE_MISSING", "FILE_EXTRA", "FILE_NOT_REGULAR", "FILE_UNREADABLE", "FILE_TOO_LONG"),
    ),
    "entries": (
        *("NOT_CANONICAL", "SEQ_BROKEN", "CHAIN_BROKEN", "TIME_NOT_INCREASING"),
        "GENESIS_INVALID",
    ),
    "tree": (
        *("SIZE_MISMATCH", "ROOT_MISMATCH", "TILE_MISSING", "TILE_EXTRA", "TILE_CHANGED"),
        "ENTRIES_INVALID",
    ),
    "authors": ("AUTHOR_UNKNOWN", "AUTHOR_NOT_PERMITTED", "KEY_REVOKED_USED"),
    "contracts": ("CONTRACT_SIGNATURE", "CONTRACT_PARTIES", "CONTRACT_NOT_IN_FORCE"),
    "consents": ("CONSENT_MISSING",),
    "prices": ("RATE_MISMATCH", "PRICE_MISMATCH", "REVERSAL_INVALID", "DISPUTE_INVALID"),
    "four_eyes": (
        *("APPROVAL_MISSING", "PROPOSAL_NOT_DONE", "DECIDER_NOT_ANOTHER", "DUE_INVALID"),
        "ACCOUNTS_NOT_APPROVED",
    ),
    "charges": (
        *("CHARGE_MISSING", "CHARGE_AMOUNT", "CHARGE_PARTNER", "CHARGE_INVENTED"),
        *("DRAW_MISMATCH", "LOSS_MISMATCH"),
    ),
    "ledger": (
        *("EFFECT_MALFORMED", "EFFECT_IMPOSSIBLE"),
        *("ROW_CHANGED", "ROW_MISSING", "ROW_EXTRA", "ROW_INVALID", "ROW_ORDER"),
    ),
    "witnesses": ("POLICY_LOG", "COSIGNATURE_INVALID", "QUORUM_MISSING"),
    "times": ("ENTRY_BACKDATED", "ENTRY_AHEAD"),
    "earlier": ("SAVED_INVALID", "REWOUND", "FORKED"),
    "receipts": ("RECEIPT_INVALID", "RECEIPT_CONTRADICTED"),
    "stamps": ("STAMP_INVALID",),
    "statements": (
        *("STATEMENT_INVALID", "STATEMENT_CHECKPOINT", "STATEMENT_WINDOW"),
        *("STATEMENT_LINE", "STATEMENT_TOTAL"),
    ),
    # Of the entries that somebody laid open.
    "author_signatures": (
        *("COMMAND_MISMATCH", "COMMAND_MISSING", "COMMAND_REPEATED", "COMMAND_DIFFERS"),
        "AUTHOR_SIGNATURE",
    ),
    "payloads": ("PAYLOAD_MISMATCH", "PAYLOAD_MISSING", "ERASED_SHOWN", "DISCLOSURE_INVALID"),
    # What this verifier never looks at, said in every verdict.
    "revocations": (),
    "rules": (),
}

_UNSOUGHT: Final = frozenset({"revocations", "rules"})
_LAID_OPEN: Final = frozenset({"author_signatures", "payloads"})
_NEED_ALL: Final = frozenset(
    {
        *("keys", "entries", "tree", "authors", "contracts", "consents", "prices", "four_eyes"),
        *("charges", "ledger"),
    }
)
_NEED_LEAVES: Final = _NEED_ALL - {"tree", "keys"}  # hashes, and files of their own, show those

CheckFact = str | int | list[str]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was sought, or was not.

    Attributes:
        name: a key of `CHECKS`.
        status: `ok`, `failed` or `not_checked`.
        facts: figures and names; of what was not checked, `reason` says why.
    """

    name: str
    status: str
    facts: dict[str, CheckFact]


@dataclass(slots=True)
class Seen:
    """What a verification learns on its way, for the report.

    Attributes:
        key: the trusted key's text.
        brought: what the auditor brought.
        bundle: whether there is a bundle; else an address, or receipts alone.
        remote: of a log at an address, `entries` or `hashes`: what of it may be read.
        checkpoint: the bundle's; without a bundle, the latest of the receipts'.
        passed: what the pass over the leaves saw.
        whole: whether all entries that the checkpoint covers were read, or all of their hashes.
        cosigned: cosignatures of the policy's witnesses.
        bounds: how many cosignatures and time stamps bounded entries' times.
        disputed: cosignatures that contradict an entry's time, where no quorum does.
        stamps: time stamps that verified, each with its size and time.
        stamped: whether there are any.
        stamps_unread: how many older ones an address lists, which were not asked for.
        consistent: saved checkpoints that the log begins with, with their sizes.
        receipts: receipts that prove their entry, with its number.
        statements: statements that the entries make, with how many lines they have.
        handovers: how often one key gave way to the next.
        today: the key that signs now, as text.
        shown: what was laid open of single entries; None where that could not be read.
        opened: what was laid open of the whole log.
    """

    key: str
    brought: Evidence
    bundle: bool
    remote: str = ""
    checkpoint: Checkpoint | None = None
    passed: Passed = field(default_factory=Passed)
    whole: bool = False
    cosigned: tuple[Cosigned, ...] = ()
    bounds: int = 0
    disputed: list[str] = field(default_factory=list)
    stamps: list[str] = field(default_factory=list)
    stamped: bool = False
    stamps_unread: int = 0
    consistent: list[tuple[str, int]] = field(default_factory=list)
    receipts: list[tuple[str, int]] = field(default_factory=list)
    statements: list[tuple[str, int]] = field(default_factory=list)
    handovers: int = 0
    today: str = ""
    shown: list[Shown | None] = field(default_factory=list)
    opened: Opened = field(default_factory=Opened)

    @property
    def clock(self) -> str:
        """`system` or `simulated`, as the genesis says; "" where that was not read."""
        return str((self.passed.genesis or {}).get("clock", ""))


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification saw.

    Attributes:
        findings: the first of them, in the order of checking; empty where all is well.
        findings_total: how many there are in all.
        counts: how many of each code.
        checks: what was sought, in the order of `CHECKS`.
        origin: the log's name, as the checkpoint says it.
        size: entries that the checkpoint covers.
        entries: entries read and checked.
        root: the checkpoint's root in hex.
        time: the last entry's time, "" where none was read.
        clock: `system` or `simulated`, from the genesis; "" where that was not read.
        sandbox: whether the genesis says that this network is play.
        key: the trusted key's text.
    """

    findings: tuple[Finding, ...]
    findings_total: int
    counts: dict[str, int]
    checks: tuple[Check, ...]
    origin: str
    size: int
    entries: int
    root: str
    time: str
    clock: str
    sandbox: bool
    key: str

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return self.findings_total == 0


def report(seen: Seen, findings: Findings) -> Report:
    """Make the report of what was seen and found."""
    checkpoint = seen.checkpoint
    return Report(
        findings=tuple(findings.kept),
        findings_total=findings.total,
        counts=dict(findings.counts),
        checks=tuple(_check(name, seen, findings) for name in CHECKS),
        origin=checkpoint.origin if checkpoint else "",
        size=checkpoint.size if checkpoint else 0,
        entries=seen.passed.entries,
        root=checkpoint.root.hex() if checkpoint else "",
        time=seen.passed.time,
        clock=seen.clock,
        sandbox=(seen.passed.genesis or {}).get("sandbox") == "yes",
        key=seen.key,
    )


def rejected(key: str, error: AuditError) -> Report:
    """Make the report of a key under which nothing can be verified."""
    findings = Findings()
    findings.add("KEY_REJECTED", reason=error.code)
    return report(Seen(key, Evidence(), bundle=True), findings)


def _check(name: str, seen: Seen, findings: Findings) -> Check:
    found = sum(findings.counts[code] for code in CHECKS[name])
    if found:
        return Check(name, FAILED, {"found": found, **_facts(name, seen)})
    reason = _unchecked(name, seen)
    if reason:
        return Check(name, NOT_CHECKED, {"reason": reason, **_facts(name, seen)})
    return Check(name, OK, _facts(name, seen))


def _unchecked(name: str, seen: Seen) -> str:
    """Why a check that found nothing says nothing; "" where it does."""
    if name in _UNSOUGHT:
        return "never"
    if name in _LAID_OPEN:
        return _unopened(name, seen)
    if seen.remote and (reason := _unreachable(name, seen)):
        return reason
    elsewhere = not seen.bundle and not seen.remote
    if elsewhere and (name in _NEED_ALL or name in {"files", "times", "earlier"}):
        return "no_bundle"
    if name == "checkpoint":
        return "" if seen.checkpoint else "unreadable"
    if name in _NEED_ALL:
        return "" if seen.whole else "incomplete"
    if name == "witnesses":
        return _unwitnessed(seen)
    if name == "times":
        if seen.clock == "simulated":
            return "simulated"
        if seen.disputed:
            return "clocks_disagree"
        return "" if seen.bounds else "no_cosignature"
    return _unbrought(name, seen)


def _unopened(name: str, seen: Seen) -> str:
    facts = _facts(name, seen)
    if seen.bundle and seen.opened.sought and not seen.whole:
        return "incomplete"
    return "" if facts["shown"] or facts.get("opened") or facts.get("erased") else "never"


def _unbrought(name: str, seen: Seen) -> str:
    if name == "stamps":
        if not seen.stamped:
            return "no_stamps"
        return "" if seen.brought.authorities else "no_authority"
    if name == "earlier":
        anchors = len(seen.brought.saved) + len(seen.brought.receipts)
        if not anchors:
            return "not_given"
        return "" if len(seen.consistent) == anchors else "incomplete"
    if name == "statements":
        if not seen.brought.statements:
            return "not_given"
        return "" if seen.whole else "incomplete"
    if name == "receipts":
        if not seen.brought.receipts:
            return "not_given"
        return "incomplete" if seen.bundle and not seen.whole else ""
    return ""


def _unreachable(name: str, seen: Seen) -> str:
    """What no address shows, or not to one who may read hashes alone; "" for the rest."""
    if name == "files":
        return "no_files"
    if seen.remote == "hashes" and (name == "times" or name in _NEED_LEAVES):
        return "no_entries"
    return "no_rows" if name == "ledger" else ""


def _unwitnessed(seen: Seen) -> str:
    policy = seen.brought.policy
    if policy is None:
        return "no_policy"
    if policy.quorum == NONE:
        return "no_quorum"
    return "" if seen.checkpoint else "unreadable"


def _facts(name: str, seen: Seen) -> dict[str, CheckFact]:
    """The figures and names that a check's sentence needs."""
    checkpoint = seen.checkpoint
    if name == "checkpoint":
        return {
            "key": seen.key,
            "origin": checkpoint.origin if checkpoint else "",
            "size": checkpoint.size if checkpoint else 0,
            "root": checkpoint.root.hex() if checkpoint else "",
        }
    if name == "keys":
        return {"key": seen.key, "handovers": seen.handovers, "today": seen.today}
    if name in _NEED_ALL:
        size = checkpoint.size if checkpoint else 0
        facts: dict[str, CheckFact] = {
            "entries": seen.passed.entries, "size": size, "time": seen.passed.time
        }  # fmt: skip
        return {**facts, "form": "hashes"} if seen.remote == "hashes" else facts
    if name == "witnesses":
        times = [f"{one.witness.name} {shown_seconds(one.time)}" for one in seen.cosigned]
        return {"witnesses": times, "size": checkpoint.size if checkpoint else 0}
    if name == "times":
        tolerance = CLOCK_TOLERANCE_SECONDS
        return {"bounds": seen.bounds, "tolerance": tolerance, "disputed": seen.disputed}
    if name == "stamps":
        form = "newest" if seen.stamps_unread else "all"
        return {"stamps": seen.stamps, "unread": seen.stamps_unread, "form": form}
    if name == "earlier":
        return {"saved": _numbered(seen.consistent)}
    if name == "receipts":
        return {"receipts": _numbered(seen.receipts)}
    if name == "statements":
        return {"statements": _numbered(seen.statements)}
    return _laid_open(name, seen) if name in _LAID_OPEN else {}


def _laid_open(name: str, seen: Seen) -> dict[str, CheckFact]:
    """What was laid open of single entries, and of the whole log."""
    payloads = name == "payloads"
    shown = [one for one in seen.shown if one and (one.command or payloads)]
    erased = sum(one.erased for one in shown)
    single: dict[str, CheckFact] = {"shown": _numbered([(one.name, one.seq) for one in shown])}
    opened = seen.opened
    if not payloads:
        left = opened.left + Counter(one for each in shown for one in each.left)
        single["compared"] = opened.compared + sum(not each.left for each in shown)
        single["left"] = _numbered(sorted(left.items()))
    if not opened.sought:
        return {**single, "erased": erased}
    if payloads:
        facts: dict[str, CheckFact] = {"opened": opened.payloads, "erased": erased + opened.erased}
    else:
        facts = {"opened": opened.commands, "unsigned": opened.unsigned}
    return {**single, **facts, "form": "log"}


def _numbered(named: Sequence[tuple[str, int]]) -> list[str]:
    return [f"{name} ({number})" for name, number in named]
