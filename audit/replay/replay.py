"""The replay itself: one entry after another, by its kind, to the rows that it makes.

Nothing here knows when an exchange is allowed or what a rate gives. A leaf says what moved; replay
moves it, refuses what arithmetic or reference forbids, and returns the rows. What is owed because a
window closed or a partner defaulted no partner asked for, so that alone is worked out anew.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, cast

from audit.findings import Findings
from audit.replay import fields as read
from audit.replay.accounts import Accounts
from audit.replay.books import Books
from audit.replay.caps import Caps
from audit.replay.charging import Charges
from audit.replay.contracts import Contracts
from audit.replay.disputes import Disputes
from audit.replay.fields import Leg, MalformedError, Texts
from audit.replay.holds import Hold, Holds
from audit.replay.lots import Lots, Moved
from audit.replay.made import NO_ROWS, EntryRows
from audit.replay.members import Members
from audit.replay.obligations import Obligations
from audit.replay.partners import Partners
from audit.replay.proposals import Proposals
from audit.replay.report import Reporter
from audit.replay.settlements import Settlements
from audit.replay.tables import Row
from audit.replay.transfers import TRANSFER_KINDS, actor_of, header
from audit.replay.waiting import Waiting

# What is owed by no transfer.
_CHARGES: Final = frozenset({"obligation.charged", "obligation.corrected", "bank.carried"})
_HOLD_ENDS: Final = {
    "hold.captured": "CAPTURED",
    "hold.voided": "VOIDED",
    "hold.expired": "EXPIRED",
}
_ACTIVITY: Final = frozenset({"points.issued", "points.redeemed", "hold.placed", "hold.captured"})


class Replay:
    """The ledger's state after the entries applied so far.

    Args:
        findings: where impossible and malformed effects are told.
    """

    def __init__(self, findings: Findings) -> None:
        self._report = report = Reporter(findings)
        self._findings = findings
        self._partners = Partners(report)
        self._contracts = Contracts(report)
        books = Books()
        self._members = Members(report, books)
        self._accounts = Accounts(report, books)
        self._lots = Lots(report, books)
        self._holds = Holds(report)
        self._proposals = Proposals(report)
        self._charges = Charges(report, self._proposals)
        self._obligations = Obligations(report, self._charges)
        self._waiting = Waiting(report)
        self._settlements = Settlements(
            report,
            self._obligations,
            self._partners,
            self._proposals,
            self._charges,
            self._waiting,
        )
        self._disputes = Disputes(report)
        self._caps = Caps(books)
        self._appliers: dict[str, Callable[[Texts], None]] = {
            "log.genesis": _nothing,
            "key.rotated": _nothing,
            "partner.created": self._create_partner,
            "partner.updated": self._partners.update,
            "key.founded": self._partners.grant_key,
            "key.granted": self._partners.grant_key,
            "key.revoked": self._partners.revoke_key,
            "unit.created": self._contracts.create_unit,
            "unit.terms": self._contracts.set_terms,
            "contract.proposed": self._contracts.propose,
            "contract.accepted": self._contracts.accept,
            "contract.ended": self._contracts.end,
            "member.enrolled": self._members.enroll,
            "member.linked": self._members.link,
            "subject.erased": self._erase,
            "consent.granted": self._members.grant,
            "consent.revoked": self._members.revoke,
            "quote.given": self._give_quote,
            "proposal.made": self._proposals.propose,
            "proposal.tabled": self._proposals.table,
            "proposal.decided": self._proposals.decide,
            "policy.set": self._proposals.declare,
            "cap.set": self._partners.set_cap,
            "funds.moved": self._partners.move_funds,
            "window.due": self._obligations.fall_due,
            "window.closed": self._obligations.close,
            **self._settlements.appliers(),
            **self._waiting.appliers(),
            "dispute.opened": self._disputes.open,
            "dispute.closed": self._disputes.close,
        }

    def apply(self, fields: Mapping[str, str | int]) -> EntryRows:
        """Apply one entry's effects.

        Args:
            fields: a leaf as `audit.entry.decode` returns it: all of its kind's fields, texts but
                for `v` and `seq`. `seq` names it in findings and rows.

        Returns:
            The streamed rows it makes; none where its effect cannot be read.
        """
        seq = fields["seq"]
        self._report.seq = seq if isinstance(seq, int) else 0
        # Of a leaf's values only `v` and `seq` are no texts, and nothing below reads those two.
        texts = cast("Texts", fields)
        kind = texts["kind"]
        try:
            if kind == "points.issued" and not self._contracts.counted:
                issued = self._issue(texts)
                if issued is not None:
                    return issued
            if kind in TRANSFER_KINDS:
                return self._transfer(kind, texts)
            if kind in _CHARGES:
                owed = read.obligations(texts)
                if kind == "obligation.corrected":
                    self._disputes.correct(texts, owed)
                elif kind == "bank.carried":
                    self._waiting.carry(texts, owed)
                else:
                    self._charges.note(owed)
                return EntryRows(obligation=self._obligations.apply([], owed))
            self._appliers.get(kind, _unknown)(texts)
        except MalformedError as malformed:
            self._report.malformed(malformed.field, malformed.found)
        return NO_ROWS

    def _create_partner(self, fields: Texts) -> None:
        self._obligations.open_first(self._partners.create(fields))

    def _erase(self, fields: Texts) -> None:
        member = fields["member"]
        self._members.erase(member, fields["commitment"])
        for unit, balance in self._accounts.wallets(member, self._contracts.units()):
            if balance != (0, 0):
                self._report.impossible(
                    "erases a member that holds points",
                    member=member,
                    unit=unit,
                    balance=balance[0],
                    pending=balance[1],
                )

    def _give_quote(self, fields: Texts) -> None:
        self._contracts.check_cited(fields["contract"])
        self._members.quote(fields)

    def _issue(self, fields: Texts) -> EntryRows | None:
        """Apply a plain issue in one step; None, and nothing done, where it is any other."""
        seq = self._report.seq
        issue = read.plain_issue(fields, seq)
        if issue is None:
            return None
        book, unit, obligor, issuer, funding, expires_at, currency, cost, amount = issue
        if book in self._members.erased:
            return None
        id_, times = fields["id"], read.times(fields)
        actor = actor_of(fields["author"])
        row = (book, id_, seq, "ISSUE", actor, "", 0, "", "", "", "", "", "", *times)
        if not self._accounts.issue(book, unit, amount):
            return None
        sort = (unit, obligor, issuer, funding, currency)
        self._lots.add(0, book, sort, (expires_at, cost, amount, amount, 0))
        leg = (book, id_, 0, seq, unit, "ISSUED", "WALLET", "posted", amount)
        return EntryRows((row,), (leg,))

    def _transfer(self, kind: str, fields: Texts) -> EntryRows:
        """Read all of a transfer before any of it is applied, then apply it."""
        legs = read.legs(fields)
        uses = read.uses(fields) if fields["uses"] else []
        new = read.lots(fields) if fields["lots"] else []
        owed = read.obligations(fields) if fields["obls"] else []
        expiries = read.expiries(fields) if fields["expiries"] else []
        head = header(kind, fields, self._report.seq)
        hold = _hold(fields, legs, self._report.seq) if "hold" in fields else None
        counted = "day" in fields or "consent" in fields
        if counted:
            _check_countable(fields, legs)
        if kind == "lots.merged":
            self._lots.check_merge(new, uses)
        lot_uses, in_lots = self._lots.apply(legs, new, uses, fields["id"])
        renewed = self._lots.set_expiries(expiries) if expiries else set()
        in_accounts = self._accounts.apply(legs)
        if self._members.erased:
            self._members.check_open({leg[0] for leg in legs})
        if self._contracts.counted:
            brought = renewed | {legs[int(lot[1])][:2] for lot in new if legs}
            self._count_activity(kind, fields, in_accounts, brought)
        if in_accounts != in_lots:
            self._check_wallets(in_accounts, in_lots)
        obligations = self._obligations.apply(legs, owed) if owed else ()
        if fields.get("contract") or counted:
            self._counters(kind, fields, legs)
        if hold is not None:
            self._hold(kind, fields, hold)
        return self._rows(head, legs, lot_uses, obligations, in_lots)

    def _rows(
        self,
        header: Row,
        legs: list[Leg],
        lot_uses: list[Row],
        obligations: Sequence[Row],
        in_lots: Moved,
    ) -> EntryRows:
        """The rows of a transfer: one of `transfer` for each book that it touches."""
        seq, transfer = self._report.seq, header[0]
        if len(legs) == 1:
            ((book, unit, debit, credit, phase, amount),) = legs
            row = (book, transfer, 0, seq, unit, debit, credit, phase, amount)
            return EntryRows(((book, *header),), (row,), lot_uses, obligations)
        leg_rows: list[Row] = [
            (book, transfer, n, seq, unit, debit, credit, phase, amount)
            for n, (book, unit, debit, credit, phase, amount) in enumerate(legs)
        ]
        owners = {leg[0] for leg in legs} or {owner for owner, _ in in_lots}
        if len(owners) > 1:
            leg_rows.sort(key=_owner_place)
            lot_uses.sort(key=_owner_place)
        transfers = [(owner, *header) for owner in sorted(owners)]
        return EntryRows(transfers, leg_rows, lot_uses, obligations)

    def _count_activity(
        self, kind: str, fields: Texts, moved: Moved, brought: set[tuple[str, str]]
    ) -> None:
        """Begin the count of inactivity where the entry does: see `account.active_at`.

        An issue, a redeem or a hold begins it anew; so do points that come in otherwise, or are
        given another expiry, where the wallet had none.
        """
        for place, (posted, _) in moved.items():
            if place[1] not in self._contracts.counted:
                continue
            had = self._accounts.balance(*place) - posted
            if kind in _ACTIVITY or (had == 0 and place in brought):
                self._accounts.count_from(*place, read.time_us(fields["effective"], "effective"))

    def _counters(self, kind: str, fields: Texts, legs: list[Leg]) -> None:
        """Count the transfer's first leg against its consent, its quote and its daily caps."""
        cited, day = fields.get("contract", ""), fields.get("day", "")
        if cited or day:
            self._contracts.check_cited(cited)
        if fields.get("consent"):
            self._members.use_consent(legs[0][0], fields["consent"], legs[0][5])
        if kind == "points.exchanged" and fields["quote"]:
            self._members.use_quote(legs[0][0], fields["quote"])
        if day:
            self._caps.count(legs[0][0], cited.partition(".")[0], day, legs[0][5])

    def _hold(self, kind: str, fields: Texts, hold: Hold) -> None:
        """Place the hold, or end it and give its consent back what was not captured."""
        if kind == "hold.placed":
            self._holds.place(hold)
            self._partners.reserve(fields, 1)
            return
        found = self._holds.end(hold.owner, hold.id, _HOLD_ENDS[kind], hold.captured, hold.reserve)
        self._partners.reserve(fields, -1)
        if found is not None and found.consent and found.amount > hold.captured:
            self._members.use_consent(hold.owner, found.consent, hold.captured - found.amount)

    def _check_wallets(self, in_accounts: Moved, in_lots: Moved) -> None:
        """What a wallet gains in its account, it gains in its lots; so they stay equal."""
        for place in sorted(in_accounts.keys() | in_lots.keys()):
            balance, lots = in_accounts.get(place, (0, 0)), in_lots.get(place, (0, 0))
            if balance != lots:
                self._report.impossible(
                    "moves a wallet by other than its lots",
                    book=place[0],
                    unit=place[1],
                    balance=balance[0],
                    lots=lots[0],
                    pending=balance[1],
                    pinned=lots[1],
                )

    def finish(self) -> None:
        """Check what must hold once all entries are applied."""
        self._charges.finish()
        self._settlements.finish()
        for unit, left in self._accounts.clearing_left():
            self._findings.add(
                "EFFECT_IMPOSSIBLE", why="CLEARING is not zero", unit=unit, left=left
            )

    def tables(self) -> dict[str, Iterator[Row]]:
        """Every table that is not streamed: its rows as of the last entry, in key order."""
        return {
            "partner": self._partners.rows(),
            "credit_line": self._partners.line_rows(),
            "api_key": self._partners.key_rows(),
            "unit": self._contracts.unit_rows(),
            "contract": self._contracts.rows(),
            "member": self._members.rows(),
            "erasure": self._members.erasure_rows(),
            "membership": self._members.membership_rows(),
            "consent": self._members.consent_rows(),
            "quote": self._members.quote_rows(),
            "account": self._accounts.rows(),
            "lot": self._lots.rows(),
            "hold": self._holds.rows(),
            "position": self._obligations.position_rows(),
            "cap_usage": self._caps.rows(),
            "settlement_window": self._obligations.window_rows(),
            "proposal": self._proposals.rows(),
            "proposal_subject": self._proposals.subject_rows(),
            "policy": self._proposals.policy_rows(),
            **self._settlements.tables(),
            "dispute": self._disputes.rows(),
            "bank_waiting": self._waiting.rows(),
        }


def _nothing(_fields: Texts) -> None:
    """What names the log and its keys makes no row."""


def _unknown(fields: Texts) -> None:
    """No kind of entry that this version can replay."""
    raise MalformedError("kind", fields["kind"])


def _check_countable(fields: Texts, legs: list[Leg]) -> None:
    """What is counted against a consent, a quote or a cap is the first leg: there is one."""
    if not legs and (fields.get("consent") or fields.get("quote") or fields.get("day")):
        raise MalformedError("legs", "")


def _owner_place(row: Row) -> tuple[str, int]:
    """A leg's or lot use's owner and place: their order within an entry."""
    owner, n = row[0], row[2]
    return str(owner), int(n)


def _hold(fields: Texts, legs: list[Leg], seq: int) -> Hold:
    """The hold that a transfer places or ends, with what it captures."""
    if not legs:
        raise MalformedError("legs", "")
    read.reserves(fields)
    return Hold(
        owner=legs[0][0],
        id=fields["hold"],
        unit=legs[0][1],
        amount=legs[0][5],
        acceptor=fields["acceptor"],
        contract=fields["contract"],
        consent=fields.get("consent", ""),
        deadline=read.time_us(fields["deadline"], "deadline"),
        reserve=fields["reserve"],
        seq=seq,
        captured=sum(leg[5] for leg in legs if leg[4] == "posted"),
    )
