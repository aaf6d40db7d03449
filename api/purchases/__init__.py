"""Purchases made elsewhere, brought in as points.

- `reader`    a CSV file, plain or gzip, row by row, each row a purchase or what is wrong with it
- `importer`  purchases to issues: members found or enrolled, written in bulk, refusals reported

`dure import purchases` and the demonstration both come in here.
"""

from api.purchases.importer import (
    ImportOptions,
    ImportReport,
    Outcome,
    PurchaseImporter,
    RefusedRow,
    import_purchases,
)
from api.purchases.reader import BadRow, Columns, Purchase, read_purchases

__all__ = [
    "BadRow",
    "Columns",
    "ImportOptions",
    "ImportReport",
    "Outcome",
    "Purchase",
    "PurchaseImporter",
    "RefusedRow",
    "import_purchases",
    "read_purchases",
]
