"""Rows of the fault table: what was broken, how often, and that nothing was lost."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

FULL = os.environ.get("DURE_FAULTS") == "full"
# Where `python -m tests.faults` gathers the rows of its run; a plain test run gathers none.
GATHERED = "DURE_FAULTS_ROWS"


@dataclass
class Row:
    """One fault on one kind of database.

    ``acknowledged`` counts commands that were answered before the fault or despite it; ``retried``
    those sent again under the same key; ``lost`` those whose retry did not repeat the answer.
    """

    fault: str
    database: str
    rounds: int = 0
    acknowledged: int = 0
    retried: int = 0
    lost: int = 0

    def close(self) -> None:
        """Claim that nothing was lost, and add the row to the table."""
        gathered = os.environ.get(GATHERED)
        if gathered:
            line = f"{json.dumps(asdict(self))}\n"
            handle = os.open(Path(gathered), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
            os.write(handle, line.encode())
            os.close(handle)
        assert self.lost == 0
