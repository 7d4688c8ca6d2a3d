"""What the carrier's record shows of the pace of calls."""

from collections.abc import Sequence
from datetime import timedelta

from deploy.local.carrier import CarrierCall


def most_in_a_second(calls: Sequence[CarrierCall]) -> int:
    """The most calls that began within any one second."""
    starts = sorted(call.started_at for call in calls)
    return max(sum(start <= other < start + timedelta(seconds=1) for other in starts) for start in starts)
