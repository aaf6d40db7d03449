"""Where random identities come from: the domain's ``Ids`` port."""

from __future__ import annotations

import uuid_utils


class RandomIds:
    """Identities from the system's randomness."""

    def entity(self) -> str:
        """Return a UUIDv7 as 32 hex digits: it sorts by birth (RFC 9562 section 5.7)."""
        return uuid_utils.uuid7().hex

    def member(self) -> str:
        """Return a UUIDv4 as 32 hex digits: it tells nothing, not even when it was given."""
        return uuid_utils.uuid4().hex
