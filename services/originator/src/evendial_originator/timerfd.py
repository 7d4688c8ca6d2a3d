"""Linux timerfd on the wall clock: asyncio's own timers are rounded up to whole milliseconds."""

import os
import sys
from contextlib import suppress

NS = 1_000_000_000

if sys.version_info >= (3, 13):

    def create() -> int:
        """A timer descriptor; raises `OSError` where the system has none."""
        return os.timerfd_create(0, flags=os.TFD_NONBLOCK | os.TFD_CLOEXEC)  # 0: CLOCK_REALTIME

    def set_at(descriptor: int, when_ns: int) -> None:
        """Readable once the wall clock shows `when_ns` (Unix time); 0 disarms it."""
        os.timerfd_settime_ns(descriptor, flags=os.TFD_TIMER_ABSTIME, initial=when_ns)

else:
    import ctypes

    _TFD_NONBLOCK, _TFD_CLOEXEC, _TFD_TIMER_ABSTIME = 0o4000, 0o2000000, 1

    class _ItimerSpec(ctypes.Structure):
        _fields_ = (
            ("interval_s", ctypes.c_long),
            ("interval_ns", ctypes.c_long),
            ("value_s", ctypes.c_long),
            ("value_ns", ctypes.c_long),
        )

    _libc = ctypes.CDLL(None, use_errno=True)

    def create() -> int:
        """A timer descriptor; raises `OSError` where the system has none."""
        if not hasattr(_libc, "timerfd_create"):
            raise OSError("this system has no timerfd")
        return _checked(_libc.timerfd_create(0, _TFD_NONBLOCK | _TFD_CLOEXEC))

    def set_at(descriptor: int, when_ns: int) -> None:
        """Readable once the wall clock shows `when_ns` (Unix time); 0 disarms it."""
        spec = _ItimerSpec(0, 0, *divmod(when_ns, NS))
        _checked(_libc.timerfd_settime(descriptor, _TFD_TIMER_ABSTIME, ctypes.byref(spec), None))

    def _checked(result: int) -> int:
        if result < 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        return result


def clear(descriptor: int) -> None:
    """Takes the expiry off the descriptor, so that it is not readable any more."""
    with suppress(BlockingIOError):
        os.read(descriptor, 8)
