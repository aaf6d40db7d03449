"""Statements: what one partner owes and is owed in closed windows, and where each sum comes from.

- ``model``     lines, sums, invoices, the statement
- ``derive``    a statement from a stream of obligations; pure
- ``words``     labels, English and Korean
- ``json_form`` the exact form, which `dure-verify --statement` recomputes from the log
- ``csv_form``, ``xlsx_form``, ``pdf_form``  for people and their programs
- ``fonts``     the Korean font that a PDF embeds
- ``formats``   a name of a format to bytes

A statement is a function of the log up to the closing of its last window, so that it is the same
whenever it is made. Sums have settlement's sign: positive where the partner owes.
"""
