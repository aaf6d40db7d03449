"""Settlements: netting closed windows, the moves from draft to settled, payments, defaults."""
