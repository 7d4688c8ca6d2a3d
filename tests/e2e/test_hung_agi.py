"""An agi service that hangs (SIGSTOP): nobody more is called, nobody hears silence for long, all goes on."""

from datetime import UTC, datetime, timedelta

import pytest

from deploy.local.carrier import CarrierCall
from tests.e2e.conftest import House
from tests.waiting import until

pytestmark = pytest.mark.e2e

STAYS = "4930119"
STOPPED = timedelta(seconds=6)


async def test_no_call_starts_three_seconds_after_agi_hangs_and_none_is_silent_for_four(house: House) -> None:
    numbers = [f"{STAYS}7{n:06d}" for n in range(40)]
    campaign = await house.campaign(numbers, calls_per_minute=300)
    await house.user.activate(campaign)
    await until(lambda: house.record(numbers), timeout=20)

    house.stack.pause("agi")
    stopped_at = datetime.now(UTC)
    await until(lambda: datetime.now(UTC) > stopped_at + STOPPED, timeout=10)
    house.stack.resume("agi")
    resumed_at = datetime.now(UTC)
    await house.finished(campaign, timeout=60)

    calls = house.record(numbers)
    assert sorted(call.number for call in calls) == sorted(numbers)
    assert [call for call in calls if stopped_at + timedelta(seconds=3) < call.started_at < resumed_at] == []
    silent = [call for call in calls if stopped_at < call.started_at < resumed_at]
    assert silent
    assert max(on_the_line(call) for call in silent) < timedelta(seconds=4)
    first = min(call.started_at for call in calls if call.started_at >= resumed_at)
    assert first - resumed_at < timedelta(seconds=4)


def on_the_line(call: CarrierCall) -> timedelta:
    """From its answer to its end."""
    assert call.answered_at
    return call.ended_at - call.answered_at
