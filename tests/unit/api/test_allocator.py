"""The C library's arenas, bounded in a process of its own."""

import subprocess
import sys

# Threads that hold memory at once would each be given an arena: 64 MiB of addresses apiece, which
# the kernel lists as a mapping of that size.
COUNTED = """
import ctypes, sys, threading
from api.allocator import bound_arenas
if sys.argv[1] == "bounded":
    assert bound_arenas()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
ready, done = threading.Barrier(9), threading.Event()
def hold():
    libc.malloc(50_000)
    ready.wait()
    done.wait()
threads = [threading.Thread(target=hold) for _ in range(8)]
for each in threads:
    each.start()
ready.wait()
libc.malloc_info.argtypes = [ctypes.c_int, ctypes.c_void_p]
libc.fdopen.restype = ctypes.c_void_p
stream = libc.fdopen(1, b"w")
libc.malloc_info(0, stream)
libc.fflush(ctypes.c_void_p(stream))
done.set()
"""


def arenas(how: str) -> int:
    """Return how many arenas a process of eight busy threads has."""
    told = subprocess.run(
        [sys.executable, "-c", COUNTED, how], capture_output=True, text=True, check=True, timeout=60
    )
    return told.stdout.count("<heap nr=")


def test_threads_share_one_arena_where_it_is_asked() -> None:
    """Eight threads that hold memory at once have several arenas, and one after the call."""
    assert arenas("free") > 1
    assert arenas("bounded") == 1
