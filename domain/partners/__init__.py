"""Partners, their point units with their expiry rules, and their API keys."""
