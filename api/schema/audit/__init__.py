"""The signed log as callers see it: entries, checkpoints, proofs, receipts."""
