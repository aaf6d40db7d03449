"""One entry after another, held against who may write it and what was agreed before it."""

from collections.abc import Callable, Mapping
from typing import Final, cast

from audit.entry import Fields
from audit.findings import Findings
from audit.replay.fields import MalformedError, Texts
from audit.warrants.accounts import Accounts
from audit.warrants.agreements import Agreements
from audit.warrants.authors import Authors
from audit.warrants.consents import Consents
from audit.warrants.disputes import Disputes
from audit.warrants.four_eyes import FourEyes
from audit.warrants.obligors import Obligors
from audit.warrants.prices import Prices
from audit.warrants.reversals import Reversals


class Warrants:
    """The rights behind the entries applied so far.

    Args:
        findings: where an entry without its right is told.
    """

    def __init__(self, findings: Findings) -> None:
        self._agreements = agreements = Agreements(findings)
        self._authors = Authors(agreements, findings)
        self._consents = consents = Consents(agreements, findings)
        self._obligors = obligors = Obligors()
        self._prices = Prices(agreements, obligors, findings)
        self._disputes = Disputes(findings)
        self._four_eyes = four_eyes = FourEyes(findings)
        self._accounts = accounts = Accounts(findings)
        self._reversals = Reversals(agreements, self._prices, obligors, findings)
        self._settings: dict[str, Callable[[int, Texts], object]] = {
            "log.genesis": lambda _, fields: agreements.begin(fields),
            "partner.created": lambda _, fields: agreements.set_partner(fields),
            "partner.updated": lambda _, fields: agreements.set_partner(fields),
            "unit.created": lambda _, fields: agreements.set_unit(fields),
            "unit.terms": lambda _, fields: agreements.set_unit(fields),
            "contract.proposed": agreements.propose,
            "contract.accepted": agreements.accept,
            "contract.ended": lambda _, fields: agreements.end(fields),
            "consent.granted": lambda _, fields: consents.grant(fields),
            "consent.revoked": consents.revoke,
            "dispute.opened": self._disputes.note,
            "key.founded": self._grant,
            "key.granted": self._grant,
            "key.revoked": self._revoke,
            **four_eyes.checks(),
            **accounts.checks(),
            "proposal.tabled": self._propose,
            "proposal.decided": self._decide,
        }

    def _grant(self, seq: int, fields: Texts) -> None:
        self._authors.grant(fields)
        self._four_eyes.grant(seq, fields)

    def _revoke(self, _seq: int, fields: Texts) -> None:
        self._authors.revoke(fields)
        self._four_eyes.revoke(fields)

    def _propose(self, seq: int, fields: Texts) -> None:
        self._four_eyes.propose(seq, fields)
        self._accounts.propose(fields)

    def _decide(self, seq: int, fields: Texts) -> None:
        self._four_eyes.decide(seq, fields)
        self._accounts.decide(fields)

    def check(self, fields: Mapping[str, str | int]) -> None:
        """Check one entry."""
        seq = cast("int", fields["seq"])
        texts = cast("Texts", fields)
        self._authors.check(seq, texts)
        setting = self._settings.get(texts["kind"])
        if setting is not None:
            try:
                setting(seq, texts)
            except MalformedError:
                return  # replay has told
        else:
            lots = texts.get("lots")
            if lots:
                self._obligors.note(seq, lots)
            if "consent" in texts:
                self._consents.check(seq, texts)
            self._prices.check(seq, texts)
            self._reversals.note(seq, texts)

    def finish(self, read: Callable[[int], Fields | None]) -> None:
        """Check what needs a second look at entries long passed; `read` finds one by number."""
        self._four_eyes.finish()
        self._reversals.finish(read)
        self._disputes.finish(read)


__all__: Final = ["Warrants"]
