"""Settlement windows, and the proposals that a second subject decides."""
