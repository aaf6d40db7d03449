"""Holds: a pending redemption, captured, voided or timed out."""
