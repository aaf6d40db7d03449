"""Partners, their point units and API keys."""
