"""Witnesses, from both sides: running one, and asking those of a policy.

======= ===========================================================================================
home    a witness's own folder: its sealed key, its public key, its memory
app     a witness over HTTP (C2SP tlog-witness)
policy  the network's witness policy: the file, and where each witness is asked
serving what is served only grows, though the policy comes and goes
publish about once a second: offer the newest checkpoint, gather cosignatures, publish
ask     what every process does before its first batch
compare before signing: no witness may have seen a larger log than the database holds
======= ===========================================================================================
"""
