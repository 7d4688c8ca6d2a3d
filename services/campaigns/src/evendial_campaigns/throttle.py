"""How often a sign-in may fail."""

import math
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable

LIMIT = 5
PERIOD_S = 60.0
KEPT_MAX = 50_000


class TooManyAttempts(Exception):
    """Another try is taken in `retry_after_s` seconds."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"too many attempts; wait {retry_after_s} s")
        self.retry_after_s = retry_after_s


class Attempt:
    """One try, counted as failed until it is forgiven."""

    def __init__(self, keys: tuple[Hashable, ...], at: float) -> None:
        self.keys = keys
        self.at = at


class Throttle:
    """Five failures a minute for each key (an account, an address); `now` is a clock in seconds.

    What is kept is bounded: the key that was tried longest ago goes first.
    """

    def __init__(self, now: Callable[[], float], kept_max: int = KEPT_MAX) -> None:
        self._now = now
        self._kept_max = kept_max
        self._failures: OrderedDict[Hashable, deque[float]] = OrderedDict()

    def attempt(self, *keys: Hashable) -> Attempt:
        """Counts a try before it is judged, so that many at once are not free; raises `TooManyAttempts`."""
        now = self._now()
        wait = max((self._wait(key, now) for key in keys), default=0.0)
        if wait > 0:
            raise TooManyAttempts(math.ceil(wait))
        for key in keys:
            self._failures.setdefault(key, deque(maxlen=LIMIT)).append(now)
            self._failures.move_to_end(key)
        while len(self._failures) > self._kept_max:
            self._failures.popitem(last=False)
        return Attempt(keys, now)

    def forgive(self, attempt: Attempt) -> None:
        """It was right: it does not count."""
        for key in attempt.keys:
            failures = self._failures.get(key)
            if failures and attempt.at in failures:
                failures.remove(attempt.at)
                if not failures:
                    del self._failures[key]

    def _wait(self, key: Hashable, now: float) -> float:
        failures = self._failures.get(key, ())
        recent = [at for at in failures if now - at < PERIOD_S]
        return PERIOD_S - (now - recent[0]) if len(recent) >= LIMIT else 0.0
