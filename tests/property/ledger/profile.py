"""How long the ledger's properties run: seconds by default, longer where DURE_PROPERTY=full."""

import os

from hypothesis import HealthCheck, settings

FULL = os.environ.get("DURE_PROPERTY") == "full"

MACHINE = settings(
    max_examples=1_500 if FULL else 30,
    stateful_step_count=60 if FULL else 30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
SMALL = settings(max_examples=20_000 if FULL else 150, deadline=None)
# Each of these founds a network or two.
HEAVY = settings(max_examples=3_000 if FULL else 50, deadline=None)
WALKS = settings(max_examples=3_000 if FULL else 30, deadline=None)
WALK_STEPS = 200 if FULL else 80
