"""Bank lines that wait for a person: queued, then matched by hand, dismissed, or carried over."""
