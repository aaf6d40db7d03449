"""Who may act for the operator: the first two people, and from then on whom two agree on.

A key of the operator's in any role but AUDITOR writes in the operator's name, and whoever could
give one alone would be both of four eyes. Here scopes do not count, nor whether a person holds the
key: entries name subjects.

A log says that it keeps to this by an entry: `key.founded`, by which `dure init` gives the keys of
the first two, or the first proposal of a key. From that entry on every other such key needs its
approval. An older log has neither at its beginning, so what was given there is on one's word; who
those are stands in it.
"""

from typing import Final

from audit.replay.fields import Texts

KEY: Final = "API_KEY"  # the type of a proposal of a key
FOUNDED: Final = "key.founded"

_FOUNDER: Final = "system/init"
_FOUNDERS: Final = 2
_READERS: Final = frozenset({"AUDITOR"})  # who reads decides nothing


def acts_for_operator(fields: Texts) -> bool:
    """Whether a key's holder writes in the operator's name; what founds claims to."""
    writes = not fields["partner"] and fields["role"] not in _READERS
    return writes or fields["kind"] == FOUNDED


def is_person(fields: Texts) -> bool:
    """Whether a key's holder is a person of the operator's who may decide."""
    writes = not fields["partner"] and fields["role"] not in _READERS
    return writes and fields["person"] == "yes"


def key_parts(fields: Texts) -> tuple[str, ...]:
    """What a proposal of this very key has as its value, between commas."""
    holder = "person" if fields["person"] == "yes" else "service"
    fingerprint = f"{fields['key']}.{fields['hash']}"
    return fingerprint, fields["subject"], holder, fields["role"], fields["scopes"]


class Founding:
    """The people so far, and whether the log has begun to keep to the rule."""

    def __init__(self) -> None:
        self._closed = False
        self._people: set[str] = set()  # whoever ever had a key, in lower case

    def close(self) -> None:
        """From here on it takes two."""
        self._closed = True

    def permits(self, fields: Texts) -> bool:
        """Whether a key of somebody who acts for the operator may be given on one's word."""
        first = len(self._people) < _FOUNDERS
        if is_person(fields):
            self._people.add(fields["subject"].casefold())
        if fields["kind"] != FOUNDED:
            return not self._closed
        self._closed = True
        return first and is_person(fields) and fields["author"] == _FOUNDER
