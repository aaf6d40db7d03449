"""The log: what was done, in what order, so that anyone may check it without us.

Every change of the ledger is one *entry*; its bytes are a *leaf* of a Merkle tree; after each batch
the operator signs the tree's size and root, a *checkpoint*. All formats are public ones (RFC 8785,
RFC 6962/9162, C2SP signed-note, tlog-checkpoint, tlog-tiles, tlog-proof), so that tools which are
not ours can verify them.

Where things live, from the ground up:

============ ======================================================================================
errors       the one root of this room's errors: a stable code and typed facts
kinds        the kinds of entries and their frozen lists of fields
times        a moment as text: RFC 3339, UTC, six decimals
entry        an entry's fields to the leaf's bytes and back, and its hash
base64text   base64 with one spelling for each value
merkle       hashing, the frontier, proofs and their verification
keys         Ed25519: signing, key files, screening of public keys
note         signed notes and verifier keys
checkpoint   origin, size and root, signed
cosignature  a witness's word on a checkpoint, with its time
policy       who must have cosigned
rotation     how one key of a log gives way to the next, and the history of its keys
tiles        the tree cut into files that never change
growth       what one batch adds to the tree: subtrees, upper tiles, its entries' proofs
proof        receipts: an entry's proof and the checkpoint it leads to, in one text
log          the append: a batch of entries becomes leaves, tiles, proofs and one checkpoint
bundle       an export on disk, written and read
replay       leaves to the ledger's rows, by their effects alone
warrants     by what right an entry stands: keys, signed contracts, rates and prices
disclosure   one entry laid open: payload, signed command, a key of its own; `disclosures` are
             those of a whole log, in a bundle
command_check whether an entry did what the `signed_request` for it asks
findings     what a verification can find, each with its code
marks        what a pass over the log keeps of it for later
evidence     what an auditor brings: a policy, older checkpoints, receipts
der, stamp   a third party's time stamp (RFC 3161); `stamps` are those in a bundle
remote       a log at an address; `remote_tree` its tree, `remote_verification` all that it shows
memory       what was seen of a log last
watch        a monitor: looks again and again, and alarms
custody      the walk from the key that an auditor trusts to the key of today
verification a bundle, or receipts alone, held against a key and all that was brought
verdict      what was checked, what was found, what nobody looked at; `words*` say it
verify       `dure-verify`: the command; `verify_options` what it can be asked; `verify_url` its
             half that fetches and remembers
============ ======================================================================================

This room imports the standard library and `cryptography` (and orjson where it is present), and
nothing else of Dure, so that an auditor can take it alone. `api` may import it; `domain` and
`settlement` reach the log through a protocol of their own.
"""
