"""kill -9 of the originator with 50 calls up: all are adopted, none is placed again, dialling goes on."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from evendial_contracts.calls import CallEnded, Disposition

from deploy.local.carrier import CarrierCall
from deploy.local.listener import listening
from tests.e2e.conftest import House
from tests.waiting import until

pytestmark = pytest.mark.e2e

STAYS, BUSY = "493012", "493020"
UP, TALKS_S = 50, 8
BACK_S = 5.0


async def test_fifty_calls_outlive_their_originator(house: House) -> None:
    up, others = [f"{STAYS}8{n:06d}" for n in range(UP)], [f"{BUSY}8{n:06d}" for n in range(70)]
    long = await house.campaign(up, calls_per_minute=1500)
    short = await house.campaign(others, calls_per_minute=300)
    actions = {"actions": [{"kind": "wait", "seconds": TALKS_S}]}
    await house.user.ask("PUT", f"/v1/campaigns/{long}/actions", json=actions)
    owner_id = await house.user.id()

    async def all_up() -> bool:
        return await house.calls_up() >= UP

    async with listening(house.stack.wiring.nats_url, owner_id, str(long)) as heard:
        await house.user.activate(long)
        await house.user.activate(short)
        await until(all_up, timeout=20, every=0.2)
        house.stack.kill("originator")
        killed_at = datetime.now(UTC)
        await house.stack.start("originator")

        def later() -> list[CarrierCall]:
            return [call for call in house.record(others) if call.started_at > killed_at]

        [next_call, *_] = await until(later, timeout=15)
        assert (next_call.started_at - killed_at).total_seconds() < BACK_S
        await until(lambda: heard.finished, timeout=40)
    ends = [end for end in heard.ends.values() if isinstance(end, CallEnded)]
    assert Counter(end.disposition for end in ends) == {Disposition.ANSWERED: UP}
    assert {end.billed_s for end in ends} <= {TALKS_S, TALKS_S + 1}
    assert heard.ended_twice == []
    await house.finished(short, timeout=40)
    assert Counter(call.number for call in house.record(up)) == dict.fromkeys(up, 1)
    assert max(Counter(call.number for call in house.record(others)).values()) == 1
