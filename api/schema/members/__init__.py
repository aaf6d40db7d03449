"""Members, their memberships and their consents."""
