"""`make bench`: every measurement in turn; the exit status is 1 where a gate is missed."""

import sys

from tests.benchmarks import engine, over_http

sys.exit(max(engine.main(), over_http.main()))
