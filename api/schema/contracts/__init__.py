"""Contracts between partners."""
