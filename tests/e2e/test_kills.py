"""kill -9 of any service while it dials: nobody is called twice for one attempt, and all finishes."""

from collections import Counter

import pytest
from evendial_contracts.calls import CallEnded

from deploy.local.listener import listening
from tests.e2e.conftest import House
from tests.waiting import until

pytestmark = pytest.mark.e2e

ANSWERS, BUSY, RINGS_OUT = "4930111", "493020", "493030"


@pytest.mark.parametrize("service", ["campaigns", "scheduler", "originator", "agi"])
async def test_a_killed_service_comes_back_and_nobody_is_called_twice(house: House, service: str) -> None:
    tag = ["campaigns", "scheduler", "originator", "agi"].index(service)
    numbers = [f"{ANSWERS}5{tag}{n:05d}" for n in range(40)]
    numbers += [f"{BUSY}8{tag}{n:06d}" for n in range(20)] + [f"{RINGS_OUT}9{tag}000001"]
    campaign = await house.campaign(numbers, calls_per_minute=300)
    owner_id = await house.user.id()
    async with listening(house.stack.wiring.nats_url, owner_id, str(campaign)) as heard:
        await house.user.activate(campaign)
        await until(lambda: len(heard.calls) >= 15, timeout=30)
        house.stack.kill(service)
        await house.stack.start(service)
        await until(lambda: heard.finished, timeout=90)
    assert heard.ended_twice == []
    called = Counter(call.number for call in house.record(numbers))
    assert set(called) <= set(numbers)
    assert max(called.values()) == 1, "max_retries is 0: one attempt, one call"
    outcomes = {heard.e164[end.number_id]: end for end in heard.ends.values() if isinstance(end, CallEnded)}
    assert set(outcomes) == set(numbers), "every number has its one outcome"
    unknown = {number for number, end in outcomes.items() if end.disposition == "unknown"}
    assert len(unknown) <= 12, "unknown at most what was in the air"
    assert set(numbers) - unknown <= set(called)
