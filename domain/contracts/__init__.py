"""Contracts between two partners: terms, signatures, validity, and no round trip that gains."""
