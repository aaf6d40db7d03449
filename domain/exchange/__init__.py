"""Exchange of points across brands: its arithmetic, quotes, and the decision."""
