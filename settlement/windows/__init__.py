"""Settlement windows: closing them, and the proposals that a second subject decides."""
