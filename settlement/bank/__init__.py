"""What a bank says was paid, and which payments that proves.

A payment is final only by a line of a bank's statement. Files are read whole or refused whole; a
line is matched once, by what it names, and where that is not certain it waits for a person.

- ``lines``: a statement's lines, and what makes a file or a line the same one again
- ``xml_events``: XML as bounded, streamed events: no document type, no entity, nothing fetched
- ``camt053``: ISO 20022 ``camt.053.001.02`` and ``.08``
- ``csv_mapping``: a declared mapping of a bank's CSV export; ``csv_statement``: reading by it
- ``standing``: what of the payments is still waited for, and since when
- ``matching``: lines to payments; ``candidates``: what a line that waits may be
"""
