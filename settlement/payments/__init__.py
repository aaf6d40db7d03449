"""Payment files that banks take, and the bank accounts that they name.

A file moves one debtor's own account, so each debtor gets its own; the operator's pays out. What
stands in one is a function of the settlement, the accounts and the time of its submission: written
again, it is the same byte for byte, under the same ids.

- ``identifiers``: message ids, end-to-end ids and structured references, derived by hashing
- ``orders``: payments of a settlement and the files they go into
- ``register``: the operator's list of accounts
- ``accounts``: IBAN and BIC, Korean banks, others; ``korean_banks``: their codes, names, digits
- ``charset``: names in the letters that banks outside Korea take
- ``pain001``: ISO 20022 ``pain.001.001.09``

Writing stands on the standard library: XML is put together by ``xml.etree``, so nothing is escaped
by hand; a test holds every file against the official schema with somebody else's validator.
"""
