"""Memory that is free but not given back."""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress


def give_back_memory() -> None:
    """Let the system have what reading large files took; the C library would keep tens of megabytes for later.

    Takes some 50 ms, so call it after loading, never while a user waits. Does nothing where the C library is not glibc.
    """
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
