"""How the C library gives a server its memory.

glibc keeps an arena for each thread that asks at the same time, up to eight a core, and each keeps
what its busiest moment took. A server's readers and its writer then grow one another's share for
hours. With one arena the memory is level once the caches are full (`make bench`, group `memory`);
nothing is lost, for threads hold the interpreter's lock while they make objects, and each has its
own small cache of free pieces.
"""

import ctypes
import sys

_M_ARENA_MAX = -8  # of <malloc.h>; mallopt(3)
ARENAS_MAX = 1


def bound_arenas() -> bool:
    """Let this process's threads share their arenas; tell whether the C library could be asked.

    To be called before threads are started. Other C libraries than glibc have no such arenas.
    """
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and bool(mallopt(_M_ARENA_MAX, ARENAS_MAX))
