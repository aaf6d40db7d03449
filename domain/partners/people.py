"""Who acts for the operator, and that nobody comes to act for it by one person's word.

Four eyes are worth as much as it takes to become a second person. So whoever could write in the
operator's name, and propose or decide, is agreed on by two (FINANCE section 2):

| key of    | role             | given by                                                        |
|-----------|------------------|-----------------------------------------------------------------|
| operator  | AUDITOR          | one person: it reads and never writes                           |
| operator  | any other        | two people, by a proposal; the first two people by ``dure init`` |
| a partner | any              | one person: it acts for that partner alone                      |

Scopes do not count, nor whether a person holds the key: at the operator's machine a subject acts
without one, and the log names subjects. What the first two are stands in kinds of its own
(``key.founded``); who was ever one is counted in any letters, and revoked ones count too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.ledger.records import ApiKey

FOUNDER = "system/init"  # author of what `dure init` writes
FOUNDERS = 2  # the first people: fewer could agree on nobody
PERSONS_MIN = 2  # fewer could never again agree on anything, on a third person neither
READER = "AUDITOR"
ROLES = ("OPERATOR", "FINANCE")  # of keys that two people agree on

KEY = "API_KEY"  # the type of a proposal of a key
PERSON, SERVICE = "person", "service"

SCOPES_MAX = 64  # several times as many as there are
_FINGERPRINT = re.compile(r"[a-z2-7]{8}\.[0-9a-f]{64}\Z")
_SUBJECT = re.compile(r"[0-9A-Za-z._-]{1,64}\Z")
_SCOPE = re.compile(r"[a-z:]{1,32}\Z")


class Asked(NamedTuple):
    """A key as it is proposed: ``fingerprint`` is its prefix, a dot and SHA-256 of its secret.

    Whoever is to hold the key made it; neither proposer nor decider has seen its secret.
    """

    fingerprint: str
    subject: str
    person: bool
    role: str
    scopes: tuple[str, ...]

    @property
    def prefix(self) -> str:
        """Return what the log names the key by."""
        return self.fingerprint.partition(".")[0]

    @property
    def hash(self) -> str:
        """Return SHA-256 of the key's secret, in hex."""
        return self.fingerprint.partition(".")[2]

    def text(self) -> str:
        """Return it as a proposal's value."""
        holder = PERSON if self.person else SERVICE
        return ",".join((self.fingerprint, self.subject, holder, self.role, ";".join(self.scopes)))

    def fault(self) -> tuple[str, str, str] | None:
        """Return field, value and what is valid where a part is ill-formed."""
        if not _FINGERPRINT.match(self.fingerprint):
            valid = "as `dure key new` shows it: 8 of a-z and 2-7, a dot, 64 lower-case hex digits"
            return "fingerprint", self.fingerprint, valid
        if not _SUBJECT.match(self.subject):
            return "subject", self.subject, "1 to 64 of letters, digits, dot, _ and -"
        if self.role not in ROLES:
            return "role", self.role, " ".join(ROLES)
        if not 1 <= len(self.scopes) <= SCOPES_MAX or not all(map(_SCOPE.match, self.scopes)):
            return "scopes", ";".join(self.scopes), "at least one scope, each once"
        return None


def read_asked(value: str) -> Asked:
    """Read what ``Asked.text`` wrote."""
    fingerprint, subject, holder, role, scopes = value.split(",")
    return Asked(fingerprint, subject, holder == PERSON, role, tuple(scopes.split(";")))


def takes_two(partner: str, role: str) -> bool:
    """Tell whether a key of ``partner`` ("": the operator) in ``role`` is agreed on by two."""
    return not partner and role != READER


def is_person(key: ApiKey) -> bool:
    """Tell whether a key is, or was, of one of the operator's people who may decide."""
    return key.person and takes_two(key.partner, key.role)


def people(keys: Iterable[ApiKey]) -> set[str]:
    """Return the operator's people among the holders of ``keys``, in lower case."""
    return {key.subject.casefold() for key in keys if is_person(key)}


def living(keys: Iterable[ApiKey]) -> set[str]:
    """Return the operator's people who have a live key, in lower case."""
    return people(key for key in keys if not key.revoked_seq)
