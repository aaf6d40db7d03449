"""`make fuzz`: atheris against every parser of the log's and banks' files, until time is up."""

import sys
from pathlib import Path

import atheris  # type: ignore[import-untyped]  # installed by `make fuzz`, beside the lock

with atheris.instrument_imports(include=["audit", "settlement"]):
    from tests.fuzz.parsers import feed, samples

CORPUS = Path("build") / "fuzz"
CORPUS.mkdir(parents=True, exist_ok=True)
for place, sample in enumerate(samples()):
    (CORPUS / f"sample{place:02}").write_bytes(sample)


def one_input(data: bytes) -> None:
    """Feed one input; libFuzzer stops at whatever is raised."""
    feed(data)


atheris.Setup([*sys.argv, str(CORPUS)], one_input)
atheris.Fuzz()
