"""What closing a window adds to what is owed: periodic fees and tax, by declared policy."""
