"""Purchases made elsewhere, brought in as points.

- `reader`    a file of CSV or NDJSON, plain or gzip, row by row
- `ndjson`    a line of JSON as a row
- `rows`      a row's values: a purchase, or what is wrong with it
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
from api.purchases.reader import form_of, read_purchases
from api.purchases.rows import BadRow, Columns, Purchase

__all__ = [
    "BadRow",
    "Columns",
    "ImportOptions",
    "ImportReport",
    "Outcome",
    "Purchase",
    "PurchaseImporter",
    "RefusedRow",
    "form_of",
    "import_purchases",
    "read_purchases",
]
