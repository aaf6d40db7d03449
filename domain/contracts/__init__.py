"""Contracts between two partners: terms, signatures, validity, and no gainful round trip."""
