"""Books: double-entry journals of each partner and of the operator, made from the ledger's rows.

- ``rows``      what the ledger and settlement say, an entry of the log at a time
- ``chart``     accounts, their names, and the policy of a partner
- ``breakage``  what is estimated never to be exercised, and how much of it was released
- ``journal``   an entry of the log as balanced postings (FINANCE section 4)
- ``settling``  netting and payments as postings
- ``daily``     postings summed by day and event, and the balances that they come to
- ``liability`` what lots carry, by partner, unit, funding and month of expiry
- ``plain_text`` journals for beancount and hledger; ``csv_form`` every posting
- ``export``    a folder of all of it, whole or absent

Debits are positive, credits negative. Nothing here is stored: books are a function of the log, and
anyone who has its rows makes the same.
"""
