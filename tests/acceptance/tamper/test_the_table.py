"""The table of tamperings that verification must catch (AUDIT_FORMAT), and the tests that do it."""

import ast
from pathlib import Path
from typing import Final

ROWS: Final = 20

PROVEN: Final[dict[int, str]] = {
    1: "test_01_an_entry_byte_changed",
    2: "test_02_rewritten_with_all_hashes_recomputed",
    3: "test_03_rewritten_and_signed_by_the_operator",
    4: "test_04_tail_cut_or_rewound",
    5: "test_05_entries_moved",
    6: "test_06_longer_than_the_size_says",
    7: "test_07_a_hash_tile_altered",
    8: "test_08_key_swapped_signature_forged_small_order",
    9: "test_09_a_note_edited",
    10: "test_10_another_origin_under_the_same_key",
    11: "test_11_cosignatures",
    12: "test_12_not_canonical",
    13: "test_13_receipts",
    14: "test_14_rows_and_entries_are_one_to_one",
    15: "test_15_a_balance_a_lot_an_obligation",
    16: "test_16_a_command_invented_or_altered",
    17: "test_17_a_payload_swapped_or_kept_back",
    18: "test_18_a_key_without_its_right",
    19: "test_19_a_database_restored_to_an_older_state",
    20: "test_20_backdating",
}


def test_every_row_has_its_test() -> None:
    """Each row of the table is a test that exists here."""
    assert sorted(PROVEN) == list(range(1, ROWS + 1))
    found = {
        node.name
        for path in Path(__file__).parent.glob("test_*_rows.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef)
    }
    assert set(PROVEN.values()) <= found
