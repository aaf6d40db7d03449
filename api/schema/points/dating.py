"""How far back a caller may date an issue or an adjustment (LEDGER section 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.auth.scopes import Scope
from domain.clock import DAY
from domain.ledger.checks import BACKDATE_PARTNER_MAX

if TYPE_CHECKING:
    from api.auth.principal import Principal

BACKDATE_OPERATOR_MAX = 36_500 * DAY  # a century: the operator brings in what happened before


def backdate_max(caller: Principal) -> int:
    """Return the microseconds; 0 without the scope `backdate`."""
    if Scope.BACKDATE not in caller.scopes:
        return 0
    return BACKDATE_PARTNER_MAX if caller.partner else BACKDATE_OPERATOR_MAX
