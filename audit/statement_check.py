"""A partner's statement held against the log: every line and total made again from the leaves.

A statement (`dure-statement/v1`) is a function of the log up to the entry that closed its last
window. So the same document is put together here, in this room's own words, and compared value by
value: whatever differs was altered, left out or invented. It cites the tree right after that entry,
whose root must be the log's own.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, cast

from audit.entry import Fields
from audit.errors import AuditError
from audit.evidence import Saved
from audit.findings import Fact, Findings
from audit.marks import Marks
from audit.replay.fields import MalformedError, Texts, number, numbers, obligations
from audit.replay.transfers import TRANSFER_KINDS
from audit.statement_sums import Json, Line, invoices, sums, totals

FORMAT: Final = "dure-statement/v1"
# A million lines, the most that a statement holds, of some four hundred bytes each.
STATEMENT_BYTES_MAX: Final = 2**29
# Of those lines: ten commas in each and one after it, an object each, and what stands beside them.
# A file of as many bytes that holds more would take many times its length of memory.
_COMMAS_MAX: Final = 16_000_000
_OPENED_MAX: Final = 4_000_000
_WINDOWS_MAX: Final = 10_000  # daily ones for 27 years
_SETTLED: Final = "SETTLED"
_ABSENT: Final = "-"

_WINDOW_KEYS: Final = frozenset({"windows", "opened", "closed", "number"})
_CITED_KEYS: Final = frozenset({"origin", "checkpoint"})


class StatementFormError(AuditError):
    """A file is no statement in its one permitted form."""


@dataclass(slots=True)
class _Window:
    """What the log says of one window of the statement's currency."""

    opened: tuple[int, str]
    closed: tuple[int, str] | None = None
    payable: int = 0
    receivable: int = 0
    settled: bool = False


@dataclass(slots=True)
class _Settling:
    """What the log says of one settlement: its oldest window, and what the partner paid for it."""

    oldest: int
    owes: bool
    paid: int = 0


@dataclass(slots=True)
class _Claim:
    """What a statement says that it is of."""

    document: dict[str, Json]
    partner: str
    currency: str
    windows: tuple[int, ...]
    size: int


def read_claim(data: bytes) -> _Claim:
    """Read a statement as far as it must be read to make it again.

    Raises:
        StatementFormError: `STATEMENT_JSON`, `STATEMENT_TOO_LONG` or `STATEMENT_FIELD`.
    """
    if len(data) > STATEMENT_BYTES_MAX:
        raise StatementFormError("STATEMENT_TOO_LONG", bytes_max=STATEMENT_BYTES_MAX)
    if data.count(b",") > _COMMAS_MAX or data.count(b"[") + data.count(b"{") > _OPENED_MAX:
        raise StatementFormError("STATEMENT_TOO_LONG", values_max=_COMMAS_MAX)
    try:
        parsed = cast("Json", json.loads(data.decode("utf-8"), object_pairs_hook=_pairs))
    except (ValueError, RecursionError):
        raise StatementFormError("STATEMENT_JSON") from None
    if not isinstance(parsed, dict) or parsed.get("format") != FORMAT:
        raise StatementFormError("STATEMENT_FIELD", field="format")
    partner, currency = parsed.get("partner"), parsed.get("currency")
    windows, cited = parsed.get("windows"), parsed.get("checkpoint")
    if not isinstance(partner, str) or not isinstance(currency, str):
        raise StatementFormError("STATEMENT_FIELD", field="partner, currency")
    if not isinstance(windows, list) or not 0 < len(windows) <= _WINDOWS_MAX:
        raise StatementFormError("STATEMENT_FIELD", field="windows")
    numbers = [one for one in windows if type(one) is int and one > 0]
    if len(numbers) < len(windows) or any(
        one != numbers[0] + place for place, one in enumerate(numbers)
    ):
        raise StatementFormError("STATEMENT_FIELD", field="windows")
    size = cited.get("size") if isinstance(cited, dict) else None
    if type(size) is not int or size < 1:
        raise StatementFormError("STATEMENT_FIELD", field="checkpoint")
    return _Claim(parsed, partner, currency, tuple(numbers), size)


def _pairs(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


@dataclass(slots=True)
class StatementCheck:
    """One statement, made again while the log passes by.

    Attributes:
        name: what findings call it, a path say.
        lines: how many lines the log has for it.
    """

    name: str
    claim: _Claim
    findings: Findings
    windows: dict[int, _Window] = field(default_factory=dict)
    kept: list[Line] = field(default_factory=list)
    carried: list[Json] = field(default_factory=list)
    settling: dict[str, _Settling] = field(default_factory=dict)
    owing: set[str] = field(default_factory=set)  # settlements in which the partner's net is a debt

    @property
    def lines(self) -> int:
        """How many lines the log has for it."""
        return len(self.kept)

    @property
    def _done(self) -> bool:
        last = self.windows.get(self.claim.windows[-1])
        return last is not None and last.closed is not None

    def see(self, fields: Fields) -> None:
        """Take what the next entry says about the statement's windows."""
        kind = str(fields["kind"])
        if self._done:
            return
        texts = cast("Texts", fields)
        if fields.get("obls"):
            self._owe(kind, texts, int(fields["seq"]))
        elif kind in {"partner.created", "partner.updated"}:
            if texts["currency"] == self.claim.currency and not self.windows:
                self.windows[1] = _Window((int(fields["seq"]), texts["time"]))
        elif kind == "window.closed" and texts["currency"] == self.claim.currency:
            self._close(texts, int(fields["seq"]))
        elif kind.startswith("settlement.") and texts.get("currency") == self.claim.currency:
            try:
                self._settle(kind, texts)
            except MalformedError:
                return  # the replay tells of it

    def _owe(self, kind: str, texts: Texts, seq: int) -> None:
        claim = self.claim
        try:
            owed = obligations(texts)
        except MalformedError:
            return  # the replay tells of it
        for n, (debtor, creditor, currency, period, amount, contract, of) in enumerate(owed):
            if currency != claim.currency or claim.partner not in (debtor, creditor):
                continue
            owes = debtor == claim.partner
            window = self.windows.get(period)
            if window is not None and owes:
                window.payable += amount
            elif window is not None:
                window.receivable += amount
            if claim.windows[0] <= period <= claim.windows[-1]:
                name = TRANSFER_KINDS.get(kind, "")
                self.kept.append(
                    Line(
                        seq,
                        n,
                        texts["time"],
                        texts["id"] if name else "",
                        name or kind,
                        creditor if owes else debtor,
                        period,
                        of,
                        contract,
                        amount if owes else 0,
                        0 if owes else amount,
                    )
                )

    def _settle(self, kind: str, texts: Texts) -> None:
        """What was paid for earlier windows, or that they are settled."""
        id_, partner = texts["settlement"], self.claim.partner
        if kind == "settlement.netted" and texts["partner"] == partner:
            if number(texts, "debits") > number(texts, "credits"):
                self.owing.add(id_)
        elif kind == "settlement.created":
            oldest = numbers(texts, "windows")[0]
            self.settling[id_] = _Settling(oldest, id_ in self.owing)
        elif kind in {"settlement.paid", "settlement.drawn"} and id_ in self.settling:
            if partner in (texts["partner"], texts.get("counterparty")):
                self.settling[id_].paid += number(texts, "amount")
        elif kind == "settlement.moved" and texts["window_state"] == _SETTLED:
            self.settling.pop(id_, None)
            for period in numbers(texts, "windows"):
                if period in self.windows:
                    self.windows[period].settled = True

    def _carried(self) -> list[Json]:
        """What earlier windows bring forward; what was paid for them stands on the other side."""
        first = self.claim.windows[0]
        sums = {
            period: [one.payable, one.receivable]
            for period, one in self.windows.items()
            if period < first and not one.settled and (one.payable or one.receivable)
        }
        for one in self.settling.values():
            if one.oldest < first and one.paid:
                sums.setdefault(one.oldest, [0, 0])[one.owes] += one.paid
        return [
            {"window": period, "payable": str(payable), "receivable": str(receivable)}
            for period, (payable, receivable) in sorted(sums.items())
        ]

    def _close(self, texts: Texts, seq: int) -> None:
        try:
            period, following = int(texts["window"]), int(texts["next"])
        except ValueError:
            return  # the replay tells of it
        moment = (seq, texts["time"])
        window = self.windows.setdefault(period, _Window(moment))
        window.closed = moment
        window.settled = texts["state"] == _SETTLED
        self.windows[following] = _Window(moment)
        if period == self.claim.windows[-1]:
            self.carried = self._carried()

    def finish(self, origin: str, marks: Marks) -> bool:
        """Compare what the log makes with what the statement says; returns whether it agrees."""
        before = self.findings.total
        first, last = (self.windows.get(self.claim.windows[place]) for place in (0, -1))
        if first is None or last is None or last.closed is None:
            state = "unknown" if last is None else "open"
            self._tell("STATEMENT_WINDOW", window=self.claim.windows[-1], state=state)
            return False
        size = last.closed[0] + 1
        root = marks.roots.get(self.claim.size, b"").hex() if self.claim.size == size else _ABSENT
        expected = self._document(origin, size, root, first.opened, last.closed)
        if self.claim.size != size:
            self._tell("STATEMENT_CHECKPOINT", field="size", expected=size, found=self.claim.size)
            expected["checkpoint"] = self.claim.document["checkpoint"]
        self._compare(expected)
        return self.findings.total == before

    def _document(
        self,
        origin: str,
        size: int,
        root: str,
        opened: tuple[int, str],
        closed: tuple[int, str],
    ) -> dict[str, Json]:
        """The statement as this log makes it; its lines apart."""
        claim = self.claim
        first, last = claim.windows[0], claim.windows[-1]
        span = str(first) if first == last else f"{first}-{last}"
        return {
            "format": FORMAT,
            "origin": origin,
            "partner": claim.partner,
            "currency": claim.currency,
            "number": f"{claim.partner}-{claim.currency}-{span}",
            "windows": list(claim.windows),
            "opened": {"sequence": opened[0], "time": opened[1]},
            "closed": {"sequence": closed[0], "time": closed[1]},
            "checkpoint": {"size": size, "root": root},
            "carried": self.carried,
            "totals": totals(self.carried, self.kept),
            "sums": sums(self.kept),
            "invoices": invoices(claim.partner, claim.currency, self.kept),
        }

    def _compare(self, expected: dict[str, Json]) -> None:
        document = self.claim.document
        for key in sorted(expected.keys() | (document.keys() - {"lines"})):
            code = (
                "STATEMENT_CHECKPOINT"
                if key in _CITED_KEYS
                else "STATEMENT_WINDOW"
                if key in _WINDOW_KEYS
                else "STATEMENT_TOTAL"
            )
            for path, wanted, found in _differences(key, expected.get(key), document.get(key)):
                self._tell(code, field=path, expected=wanted, found=found)
        self._compare_lines(document.get("lines"))

    def _compare_lines(self, told: Json) -> None:
        """Hold the lines against the log's, by their places in it."""
        found: dict[tuple[Json, Json], dict[str, Json]] = {}
        if not isinstance(told, list):
            self._tell("STATEMENT_LINE", field="lines", expected="list", found=_text(told))
        for one in told if isinstance(told, list) else ():
            if not isinstance(one, dict):
                self._tell("STATEMENT_LINE", field="lines", expected="object", found=_text(one))
                continue
            place = (one.get("sequence"), one.get("n"))
            if not all(type(part) is int for part in place) or place in found:
                self._tell("STATEMENT_LINE", **_placed(place), expected=_ABSENT, found="line")
                continue
            found[place] = one
        for line in self.kept:
            place = (line.seq, line.n)
            mine = found.pop(place, None)
            if mine is None:
                self._tell("STATEMENT_LINE", **_placed(place), expected="line", found=_ABSENT)
                continue
            for path, wanted, other in _differences("", line.told(), mine):
                self._tell(
                    "STATEMENT_LINE", **_placed(place), field=path, expected=wanted, found=other
                )
        for place in found:
            self._tell("STATEMENT_LINE", **_placed(place), expected=_ABSENT, found="line")

    def _tell(self, code: str, /, **facts: Fact) -> None:
        self.findings.add(code, statement=self.name, **facts)


def _placed(place: tuple[Json, Json]) -> dict[str, Fact]:
    return {"sequence": _text(place[0]), "n": _text(place[1])}


def _differences(path: str, expected: Json, found: Json) -> Iterator[tuple[str, str, str]]:
    """Where two values differ: the path, and both as text."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in sorted(expected.keys() | found.keys()):
            inside = f"{path}.{key}" if path else key
            yield from _differences(inside, expected.get(key), found.get(key))
    elif isinstance(expected, list) and isinstance(found, list):
        for place in range(max(len(expected), len(found))):
            one = expected[place] if place < len(expected) else None
            other = found[place] if place < len(found) else None
            yield from _differences(f"{path}[{place}]", one, other)
    elif type(expected) is not type(found) or expected != found:
        yield path, _text(expected), _text(found)


def _text(value: Json) -> str:
    if isinstance(value, dict | list):
        # Of any depth, which may be more than a writer of JSON goes.
        return "object" if isinstance(value, dict) else "list"
    return _ABSENT if value is None else value if isinstance(value, str) else json.dumps(value)


def open_statements(brought: Iterable[Saved], findings: Findings) -> list[StatementCheck]:
    """Read the statements that an auditor brings; one that is none is told, and left out."""
    checks: list[StatementCheck] = []
    for one in brought:
        try:
            checks.append(StatementCheck(one.name, read_claim(one.data), findings))
        except StatementFormError as error:
            findings.add_error(error, "STATEMENT_INVALID", statement=one.name)
    return checks
