"""By what right an entry stands: a live key, terms that both parties signed, their rate and price.

Replay shows that effects add up; here they are held against what the log itself says was agreed.
Nothing of the operator's software is run: the arithmetic is written a second time, from the
specification.

=========== ==================================================================
authors     who may write which kind of entry, and with which key
agreements  units, contracts, both parties' signatures, and what was in force
consents    whose points another may debit
obligors    who stands behind each lot
prices      what issues, redemptions, holds and exchanges must have given
reversals   what parts of a transfer turned round must have given back
schedules   windows that are due
four_eyes   what one proposed and another approved, and what was done of it
warrants    one entry after another through all of these
=========== ==================================================================
"""

from audit.warrants.warrants import Warrants

__all__ = ["Warrants"]
