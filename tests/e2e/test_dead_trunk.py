"""A carrier that answers 503 for a while costs no attempt and few calls, and is back when it is mended."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from evendial_contracts.calls import CallEnded, Disposition
from evendial_contracts.dialing import NumberDialVoided, VoidReason

from deploy.local.listener import listening
from tests.e2e.conftest import House
from tests.e2e.wire import most_in_a_second
from tests.waiting import until

pytestmark = pytest.mark.e2e

CALLS_PER_SECOND = 8
OUT_OF_ORDER_S = 8
Q850_NO_CIRCUIT = 34


def now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def out_of_order(house: House) -> AsyncIterator[None]:
    """The carrier answers 503."""
    assert house.stack.telephony
    carrier = house.stack.telephony.carrier
    await carrier.cli("dialplan set global OUT_OF_ORDER yes")
    try:
        yield
    finally:
        await carrier.cli("dialplan set global OUT_OF_ORDER no")


async def test_a_carrier_that_is_out_of_order_costs_nothing(house: House) -> None:
    numbers = [f"493016{n:08d}" for n in range(600)]
    device = await house.user.device(calls_per_second=CALLS_PER_SECOND)
    campaign = await house.campaign(
        numbers, device_id=device, calls_per_minute=60 * CALLS_PER_SECOND, retry_delay_s=600
    )
    owner_id = await house.user.id()
    async with listening(house.stack.wiring.nats_url, owner_id, str(campaign)) as heard:
        await house.user.activate(campaign)
        await until(lambda: len(house.record(numbers)) >= 10, timeout=20)
        async with out_of_order(house):
            broken_at = now()
            await until(lambda: now() > broken_at + timedelta(seconds=OUT_OF_ORDER_S), timeout=60)

        def full_again() -> bool:
            lately = now() - timedelta(seconds=2.5)  # the record has a call once it has ended, 0.5 s later
            return sum(call.started_at > lately for call in house.record(numbers)) >= 2 * CALLS_PER_SECOND

        async def keeps_all_it_refused() -> bool:
            """Once the last busy calls are seen to be final."""
            states = (await house.user.progress(campaign))["states"]
            return bool(states["waiting_retry"] == len(refused) and not states["calling"])

        await until(full_again, timeout=60, every=0.2)
        await house.user.stop(campaign)
        refused = [c for c in house.record(numbers) if c.hangup_cause == Q850_NO_CIRCUIT]
        assert 5 <= len(refused) < 12
        calls = [end for end in heard.ends.values() if isinstance(end, CallEnded)]
        assert {call.disposition for call in calls} == {Disposition.BUSY, Disposition.CONGESTION}
        await until(keeps_all_it_refused, timeout=10)
        voids = [end.reason for end in heard.ends.values() if isinstance(end, NumberDialVoided)]
        assert voids.count(VoidReason.BREAKER) <= 2 * CALLS_PER_SECOND + 1
    assert most_in_a_second(house.record(numbers)) <= 1.1 * CALLS_PER_SECOND + 1
