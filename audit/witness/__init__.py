"""A witness: it cosigns a log's checkpoint only if that log has grown from the last one it saw.

C2SP tlog-witness. Partners run one each: what a quorum of them has cosigned, the operator cannot
take back or show differently to somebody else.

======== ==========================================================================================
request  the body of add-checkpoint, read strictly and written
decide   what a witness answers, from the request and the last checkpoint it cosigned: pure
state    the last cosigned checkpoint of each log, on disk before the answer goes out
service  a witness: its key, the logs it knows, its state; one request after another
client   how a log asks a witness
======== ==========================================================================================
"""
