"""Consents: whoever debits a member's points in another's unit needs the member's (LEDGER 7).

The unit's owner needs none. A consent is for one partner, one unit and one action, and lives until
it is revoked or expires. How much may be debited under it is a limit, which is not looked at here.
"""

from typing import Final, NamedTuple

from audit.findings import Findings
from audit.replay.fields import Texts
from audit.warrants.agreements import Agreements

_PARTNER: Final = "partner:"

# What each kind of entry does with a member's points, in the words of a consent.
_ACTIONS: Final[dict[str, str]] = {
    "points.redeemed": "REDEEM",
    "hold.placed": "REDEEM",
    "points.exchanged": "EXCHANGE",
}


class _Consent(NamedTuple):
    member: str
    partner: str
    unit: str
    action: str
    expires: str


class Consents:
    """Consents that are live by now."""

    def __init__(self, agreements: Agreements, findings: Findings) -> None:
        self._agreements = agreements
        self._findings = findings
        self._live: dict[str, _Consent] = {}

    def grant(self, fields: Texts) -> None:
        """A consent, which counts from the next entry on."""
        self._live[fields["consent"]] = _Consent(
            *(fields["member"], fields["partner"], fields["unit"], fields["action"]),
            fields["expires"],
        )

    def revoke(self, seq: int, fields: Texts) -> None:
        """A consent's end, by the partner it was given to or the unit's owner."""
        consent = self._live.pop(fields["consent"], None)
        partner = _partner(fields["author"])
        if consent is None or not partner:
            return
        if partner not in {consent.partner, self._agreements.owner(consent.unit)}:
            self._findings.add(
                "AUTHOR_NOT_PERMITTED", seq=seq, author=fields["author"], kind=fields["kind"]
            )

    def check(self, seq: int, fields: Texts) -> None:
        """Hold a debit against the consent that it cites, or should."""
        action = _ACTIONS.get(fields["kind"])
        leg = fields["legs"].split(",", 2) if action else ()
        if action is None or len(leg) <= 1:
            return
        member, unit, cited = leg[0], leg[1], fields["consent"]
        partner = fields.get("acceptor") or _partner(fields["author"])
        if not cited and (not partner or partner == self._agreements.owner(unit)):
            return
        consent = self._live.get(cited)
        if consent is None or consent[:4] != (member, partner, unit, action):
            why = "none of this member, partner, unit and action is live"
        elif consent.expires and consent.expires <= fields["time"]:
            why = "it has expired"
        else:
            return
        self._findings.add("CONSENT_MISSING", seq=seq, consent=cited, partner=partner, why=why)


def _partner(author: str) -> str:
    """The partner that an author writes for; "" for the operator and the system."""
    room, _, _ = author.partition("/")
    return room.removeprefix(_PARTNER) if room.startswith(_PARTNER) else ""
