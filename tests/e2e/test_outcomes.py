"""Calls through a real Asterisk, judged by the carrier's own record."""

from datetime import datetime
from itertools import pairwise

import pytest
from rich.console import Console

from deploy.local.sample import run_sample
from deploy.local.user import asked
from tests.e2e.conftest import House
from tests.waiting import until

pytestmark = pytest.mark.e2e


async def test_the_sample_ends_as_the_carrier_says(house: House) -> None:
    assert house.stack.telephony
    console = Console(record=True)
    agrees = await run_sample(house.stack, house.stack.telephony, console)
    assert agrees, console.export_text()


async def test_slots_of_a_campaign_are_exactly_even_and_never_early(house: House) -> None:
    numbers = [f"493020{n:08d}" for n in range(500, 540)]
    campaign = await house.campaign(numbers, calls_per_minute=600)
    await house.user.activate(campaign)
    await house.finished(campaign, timeout=30)
    calls = await house.user.calls(campaign)
    slots = [call["slot_at"] for call in calls]
    record = {call.number: call for call in house.record(numbers)}
    assert len(set(slots)) == len(record) == len(numbers)
    microseconds = sorted(_microseconds(slot) for slot in slots)
    gaps = [after - before for before, after in pairwise(microseconds)]
    assert min(gaps) >= 100_000
    assert gaps.count(100_000) >= len(gaps) - 1, f"a slot was dropped on an idle machine: {gaps}"
    for call in calls:
        assert record[call["e164"]].started_at.timestamp() * 1e6 >= _microseconds(call["slot_at"])


async def test_stop_stops_and_frees_what_was_not_dialled(house: House) -> None:
    numbers = [f"493020{n:08d}" for n in range(1000, 1400)]
    campaign = await house.campaign(numbers, calls_per_minute=1200)
    await house.user.activate(campaign)
    await until(lambda: len(house.record(numbers)) >= 20)
    answer = await house.user.stop(campaign)
    assert answer["status"] == "stopped"
    dialled = len(house.record(numbers))

    async def settled() -> bool:
        states = (await house.user.progress(campaign))["states"]
        return bool(states["scheduled"] == states["calling"] == 0)

    await until(settled, timeout=15)
    at_rest = house.record(numbers)
    assert dialled <= len(at_rest) <= dialled + 20
    progress = await house.user.progress(campaign)
    assert progress["states"]["free"] == len(numbers) - len(at_rest)
    assert (await house.user.progress(campaign))["status"] == "stopped"
    await house.user.activate(campaign)
    await until(lambda: len(house.record(numbers)) > len(at_rest))
    await house.user.stop(campaign)


async def test_an_ivr_takes_the_call_over(house: House) -> None:
    numbers = ["49301200007001"]
    ivr = await asked(house.user.admin.post("/v1/ivrs", json={"name": "Demo", "context": "ivr-demo"}))
    campaign = await house.campaign(numbers, calls_per_minute=60)
    actions = {"actions": [{"kind": "ivr", "ivr_id": ivr["ivr_id"]}]}
    refused = await house.user.http.put(f"/v1/campaigns/{campaign}/actions", json=actions)
    assert refused.status_code == 403
    await asked(house.user.admin.put(f"/v1/campaigns/{campaign}/actions", json=actions))
    await house.user.activate(campaign)
    await house.finished(campaign, timeout=30)
    call = (await house.user.calls(campaign))[0]
    assert (call["disposition"], call["sequence_result"]) == ("answered", "handed_over")
    assert house.record(numbers)[0].rtp_received > 0


async def test_a_dead_trunk_costs_no_attempt(house: House) -> None:
    device = await house.user.device(endpoint="deadtrunk")
    campaign = await house.campaign(
        ["49301200008001"], device_id=device, calls_per_minute=60, retry_delay_s=600
    )
    await house.user.activate(campaign)

    async def failed() -> bool:
        return [call["disposition"] for call in await house.user.calls(campaign)] == ["failed_system"]

    await until(failed, timeout=30)
    call = (await house.user.calls(campaign))[0]
    assert call["attempt_no"] == 1
    assert (await house.user.progress(campaign))["states"]["failed"] == 0
    await house.user.stop(campaign)


def _microseconds(slot: str) -> int:
    return round(datetime.fromisoformat(slot).timestamp() * 1_000_000)
