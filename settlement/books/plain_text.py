"""Journals in the plain text of beancount 3 and of hledger.

Both end with a balance assertion for every account and currency, so that whoever loads the file
holds every balance of ours against what its own arithmetic makes of the entries. Beancount infers a
tolerance from decimals; the assertions ask for none.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from settlement.currencies import places, plain

if TYPE_CHECKING:
    from settlement.books.daily import Ledger


class Heading(NamedTuple):
    """Whose books, of which network, and up to where: the size and root (hex) of its log."""

    partner: str
    origin: str
    size: int
    root: str


def beancount(heading: Heading, ledger: Ledger) -> str:
    """Return a partner's journal for beancount."""
    days = ledger.in_order()
    lines = [f";; {line}" for line in _told(heading)]
    lines += ["", f'option "title" "{heading.partner} in {heading.origin}"']
    currencies = sorted({currency for _, currency in ledger.balances})
    lines += [f'option "operating_currency" "{currency}"' for currency in currencies]
    lines.append("")
    first = days[0].day if days else "1970-01-01"
    for name in sorted({name for name, _ in ledger.balances}):
        used = ",".join(sorted(cur for other, cur in ledger.balances if other == name))
        lines.append(f"{first} open {name} {used}")
    for day in days:
        lines += ["", f'{day.day} * "{day.event}" "{_narration(day.entries, day.first, day.last)}"']
        for name, amount in sorted(day.amounts.items()):
            lines.append(f"  {name}  {plain(amount, day.currency)} {day.currency}")
    lines.append("")
    after = _following(days[-1].day) if days else first
    for (name, currency), amount in sorted(ledger.balances.items()):
        lines.append(f"{after} balance {name}  {plain(amount, currency)} ~ 0 {currency}")
    return "\n".join(lines) + "\n"


def hledger(heading: Heading, ledger: Ledger) -> str:
    """Return a partner's journal for hledger."""
    days = ledger.in_order()
    lines = [f"; {line}" for line in _told(heading)]
    lines.append("")
    currencies = sorted({currency for _, currency in ledger.balances})
    lines += [f"commodity 1000.{'0' * places(currency)} {currency}" for currency in currencies]
    lines += [f"account {name}" for name in sorted({name for name, _ in ledger.balances})]
    for day in days:
        told = _narration(day.entries, day.first, day.last)
        lines += ["", f"{day.day} * {day.event} | {told}"]
        for name, amount in sorted(day.amounts.items()):
            lines.append(f"    {name}  {plain(amount, day.currency)} {day.currency}")
    if days:
        lines += ["", f"{days[-1].day} * BALANCES | after entry {heading.size - 1}"]
        for (name, currency), amount in sorted(ledger.balances.items()):
            nothing = plain(0, currency)
            lines.append(f"    {name}  {nothing} {currency} = {plain(amount, currency)} {currency}")
    return "\n".join(lines) + "\n"


def _told(heading: Heading) -> tuple[str, ...]:
    return (
        f"Books of {heading.partner} in {heading.origin}",
        f"made of the log's first {heading.size} entries, root {heading.root}",
        "one entry a day, event and currency; every posting stands in the CSV beside this",
    )


def _narration(count: int, first: int, last: int) -> str:
    return f"{count} entries, {first} to {last}" if count > 1 else f"entry {first}"


def _following(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
