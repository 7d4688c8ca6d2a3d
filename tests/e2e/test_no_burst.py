"""After an outage nothing is made up: no second has more calls than planned."""

from uuid import UUID

import pytest

from tests.e2e.conftest import House
from tests.e2e.wire import most_in_a_second
from tests.waiting import until

pytestmark = pytest.mark.e2e

CAMPAIGNS = 10
EACH_A_MINUTE = 120
PLANNED_A_SECOND = CAMPAIGNS * EACH_A_MINUTE // 60


def numbers_of(campaign: int) -> list[str]:
    return [f"4930209{campaign:02d}{n:05d}" for n in range(200)]


async def dialling(house: House) -> list[UUID]:
    """Slow campaigns that fill one trunk: each call may still be placed a quarter of a second late."""
    device = await house.user.device(calls_per_second=PLANNED_A_SECOND)
    made = [
        await house.campaign(numbers_of(n), device_id=device, calls_per_minute=EACH_A_MINUTE)
        for n in range(CAMPAIGNS)
    ]
    for campaign in made:
        await house.user.activate(campaign)
    return made


async def test_after_asterisk_was_killed_with_a_backlog_no_second_has_more_calls_than_planned(
    house: House,
) -> None:
    campaigns = await dialling(house)
    numbers = [number for n in range(CAMPAIGNS) for number in numbers_of(n)]
    await until(lambda: len(house.record(numbers)) >= 2 * PLANNED_A_SECOND, timeout=30)
    house.stack.kill("dialer")
    await house.stack.start("dialer")
    before = len(house.record(numbers))
    await until(lambda: len(house.record(numbers)) >= before + 2 * PLANNED_A_SECOND, timeout=30)
    for campaign in campaigns:
        await house.user.stop(campaign)
    assert most_in_a_second(house.record(numbers)) <= 1.1 * PLANNED_A_SECOND + 1
