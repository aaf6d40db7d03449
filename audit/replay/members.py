"""Members, their memberships, consents, quotes and erasures.

A consent counts what was debited under it; a quote is used once. Both belong to the member's
book and are found by (book, id).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from audit.replay.books import Books
from audit.replay.fields import Texts, number, number_or_zero, time_or
from audit.replay.report import Reporter
from audit.replay.tables import NEVER, Row


@dataclass(slots=True)
class _Consent:
    """A consent's fixed columns around the counter, and its counter."""

    before: Row
    after: Row
    used: int = 0
    revoked_seq: int = 0


class Members:
    """The tables `member`, `membership`, `consent` and `quote`."""

    def __init__(self, report: Reporter, books: Books) -> None:
        self._report = report
        self._books = books
        self._members: dict[str, Row] = {}
        self.erased: dict[str, Row] = {}
        self._memberships: dict[tuple[str, str], int] = {}
        self._consents: dict[tuple[str, str], _Consent] = {}
        self._quotes: dict[tuple[str, str], Row] = {}
        self._quotes_used: dict[tuple[str, str], int] = {}

    def enroll(self, fields: Texts) -> None:
        """A new member, with its first membership."""
        # The name as the books have it: two copies of each are a tenth of all that is remembered.
        member = self._books.names[self._books.number(fields["member"])]
        commitment, partner = fields["commitment"], fields["partner"]
        if member in self._members:
            self._report.impossible("enrolls a member twice", member=member)
        self._members[member] = (member, commitment, self._report.seq)
        self._add_membership(member, partner)

    def link(self, fields: Texts) -> None:
        """A further membership of a known member."""
        member = fields["member"]
        self._check_known(member)
        self._add_membership(member, fields["partner"])

    def erase(self, member: str, commitment: str) -> None:
        """The end of a member: its key, which the commitment names, is destroyed."""
        self._check_known(member)
        if member in self._members and self._members[member][1] != commitment:
            self._report.impossible("destroys another key than the member's", member=member)
        self.erased[member] = (member, commitment, self._report.seq)

    def check_open(self, books: set[str]) -> None:
        """No book that an entry touches is an erased member's."""
        for member in sorted(books & self.erased.keys()):
            self._report.impossible("touches the book of an erased member", member=member)

    def _add_membership(self, member: str, partner: str) -> None:
        if (member, partner) in self._memberships:
            self._report.impossible("links a member twice", member=member, partner=partner)
        self._memberships[member, partner] = self._report.seq

    def _check_known(self, member: str) -> None:
        if member not in self._members:
            self._report.impossible("names an unknown member", member=member)
        elif member in self.erased:
            self._report.impossible("names an erased member", member=member)

    def grant(self, fields: Texts) -> None:
        """A member's consent to be debited."""
        key = (fields["member"], fields["consent"])
        before = (
            *(*key, fields["partner"], fields["unit"], fields["action"]),
            number_or_zero(fields, "limit"),
        )
        after = (
            *(fields["vouched"], fields["evidence"]),
            *(time_or(fields["expires"], "expires", NEVER), self._report.seq),
        )
        self._check_known(key[0])
        if key in self._consents:
            self._report.impossible("grants a consent twice", consent=key[1])
        self._consents[key] = _Consent(before, after)

    def revoke(self, fields: Texts) -> None:
        """The end of a consent."""
        key = (fields["member"], fields["consent"])
        consent = self._consents.get(key)
        self._check_known(key[0])
        if consent is None or consent.revoked_seq:
            self._report.impossible("revokes a consent that is not live", consent=key[1])
            return
        consent.revoked_seq = self._report.seq

    def use_consent(self, member: str, consent_id: str, amount: int) -> None:
        """Count an amount debited under a consent; a negative one gives it back."""
        consent = self._consents.get((member, consent_id))
        if consent is None:
            self._report.impossible("cites an unknown consent", consent=consent_id)
            return
        consent.used += amount
        if consent.used < 0:
            self._report.impossible("gives back more than was used", consent=consent_id)

    def quote(self, fields: Texts) -> None:
        """A rate held for one member."""
        key = (fields["member"], fields["quote"])
        row = (
            *(*key, fields["partner"], fields["contract"]),
            *(number(fields, "source"), number(fields, "target")),
            *(time_or(fields["expires"], "expires", NEVER), self._report.seq),
        )
        self._check_known(key[0])
        if key in self._quotes:
            self._report.impossible("gives a quote twice", quote=key[1])
        self._quotes[key] = row

    def use_quote(self, member: str, quote_id: str) -> None:
        """Use a quote up."""
        key = (member, quote_id)
        if key not in self._quotes or key in self._quotes_used:
            self._report.impossible("uses a quote that is not open", quote=quote_id)
            return
        self._quotes_used[key] = self._report.seq

    def rows(self) -> Iterator[Row]:
        """The table `member`, in key order."""
        for member in sorted(self._members):
            yield self._members[member]

    def erasure_rows(self) -> Iterator[Row]:
        """The table `erasure`, in key order."""
        for member in sorted(self.erased):
            yield self.erased[member]

    def membership_rows(self) -> Iterator[Row]:
        """The table `membership`, in key order."""
        for key in sorted(self._memberships):
            yield (*key, self._memberships[key])

    def consent_rows(self) -> Iterator[Row]:
        """The table `consent`, in key order."""
        for key in sorted(self._consents):
            consent = self._consents[key]
            yield (*consent.before, consent.used, *consent.after, consent.revoked_seq)

    def quote_rows(self) -> Iterator[Row]:
        """The table `quote`, in key order."""
        for key in sorted(self._quotes):
            yield (*self._quotes[key], self._quotes_used.get(key, 0))
