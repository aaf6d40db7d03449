"""`make bench`: every measurement in turn; the exit status is 1 where a gate is missed."""

import sys

from tests.benchmarks import engine, over_http
from tests.benchmarks.measurement import tell

sys.exit(tell([*engine.measure(), *over_http.measure()]))
