"""Two people settle one month at once: whoever comes second does nothing a second time."""

from pathlib import Path

from tests.faults.launch import ended, launch
from tests.faults.month import ANN, assert_paid_once, begun, close_alone, prepared
from tests.faults.report import FULL, Row
from tests.faults.stand import Stands

ROUNDS = 10 if FULL else 1


def test_two_who_run_every_verb_at_once_settle_once(stands: Stands, tmp_path: Path) -> None:
    """Two processes run all verbs until it is over: one closing, one settlement, each line once."""
    first = prepared(stands)
    row = Row("two people settle at once", stands.database)
    for turn in range(ROUNDS):
        month = first.on(stands.copy_of(first.stand))
        outputs = [tmp_path / f"{turn}-{who}" for who in ("ann", "bob")]
        both = [
            launch(
                close_alone, month, me, output, environment=month.stand.environment, output=output
            )
            for me, output in zip((ANN, month.bob), outputs, strict=True)
        ]
        said = [ended(process) for process in both]
        assert said == [0, 0], [output.read_text()[-3000:] for output in outputs]
        assert_paid_once(month)
        assert not begun(month)
        month.stand.assert_sound()
        row.rounds += 1
    row.close()
