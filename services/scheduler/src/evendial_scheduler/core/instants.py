"""Instants as whole microseconds since the Unix epoch, in which slots are worked out without rounding."""

from datetime import UTC, datetime, timedelta

SECOND_US = 1_000_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """Exact; `at` is aware."""
    return (at - _EPOCH) // _MICROSECOND


def instant(us: int) -> datetime:
    """Exact, in UTC."""
    return _EPOCH + us * _MICROSECOND
