"""The check-up's warrants see what the verifier's see, without a replay."""

import pytest

from api.warrant_check import CODES, WarrantCheck
from audit.entry import decode
from tests.unit.audit_verify.bundles import KEY
from tests.unit.audit_verify.logs import every_kind
from tests.unit.audit_verify.test_warrants import WRONG, Edit, found


@pytest.mark.parametrize(("kind", "place", "edit", "_line"), WRONG)
def test_the_check_up_finds_what_the_verifier_finds(
    kind: str, place: int, edit: Edit, _line: str
) -> None:
    """Every entry that the verifier finds without its right, the check-up names by its code."""
    leaves = [decode(leaf) for leaf in every_kind(KEY.text())]
    edit([fields for fields in leaves if fields["kind"] == kind][place])
    check = WarrantCheck()
    for fields in leaves:
        check.see(fields)
    told = [breach.code for breach in check.finish(lambda seq: leaves[seq])]
    assert told == [line.partition(" ")[0] for line in found(kind, edit, place)]
    assert told
    assert set(told) <= set(CODES)
