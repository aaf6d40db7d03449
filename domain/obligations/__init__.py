"""What transfers make partners owe: pricing, and the net debit cap before the fact."""
