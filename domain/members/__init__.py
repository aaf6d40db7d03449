"""Members: pseudonyms, memberships of partners, consents."""
