"""How long PostgreSQL may keep us waiting, each wait of its own kind (`patient`)."""

# One answer takes milliseconds, the longest of a batch or a page some hundred; whoever waits at a
# till for it gives up before that. Not less: a busy disk may hold one COMMIT up for seconds.
ANSWER_SECONDS_MAX = 10.0
CONNECT_SECONDS = 5  # a server that does not answer by then is down
# For a wait on the log's head: below ANSWER_SECONDS_MAX, so that the server's own word, that the
# lock was not to be had, comes first and no session of ours goes on waiting for it unheard.
LOCK_SECONDS_MAX = 8
# For a process that was stopped while it held the log's head: a batch thinks for milliseconds
# between two statements, and all other processes wait for it meanwhile.
IDLE_SECONDS_MAX = 30
# How often a server that works on a statement looks whether its client is still there.
LOOK_SECONDS = 5
# TCP only: a peer that has gone is missed after 10 + 3 x 5 seconds, or once what was sent has stood
# unacknowledged for 20. The system's own defaults are two hours and a quarter of one.
TCP: dict[str, int] = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,  # milliseconds
}
