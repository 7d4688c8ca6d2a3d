"""A stop whose effect is not certain yet becomes so by itself, whoever was away or was killed meanwhile."""

import asyncio
from uuid import UUID

import httpx
import pytest
from evendial_campaigns import stopper
from evendial_campaigns.app import run
from evendial_campaigns.settings import Settings
from evendial_chassis.bus import Bus
from evendial_chassis.run import Stop
from evendial_contracts.campaigns import CampaignStopped
from evendial_contracts.requests import CloseGate, GateClosed
from evendial_contracts.subjects import GATE_CLOSE

from tests.integration.campaigns.conftest import Listen, Running, running
from tests.waiting import until

pytestmark = pytest.mark.integration


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopper, "ASK_AGAIN_S", 0.1)
    monkeypatch.setattr(stopper, "CONFIRM_TIMEOUT_S", 0.5)


class Originators:
    """They answer once they are there."""

    def __init__(self) -> None:
        self.asked: list[CloseGate] = []

    async def come(self, bus: Bus) -> None:
        await bus.listen(GATE_CLOSE, CloseGate, self._close, queue="originators")

    async def _close(self, request: CloseGate) -> GateClosed:
        self.asked.append(request)
        return GateClosed(campaign_id=request.campaign_id, epoch=request.epoch)


async def post(service: Running, campaign_id: str, act: str, **body: object) -> httpx.Response:
    return await service.user.post(f"/v1/campaigns/{campaign_id}/{act}", json=body or None)


async def shown(service: Running, campaign_id: str) -> httpx.Response:
    return await service.user.get(f"/v1/campaigns/{campaign_id}")


async def confirmed(service: Running, campaign_id: str) -> bool:
    return bool((await shown(service, campaign_id)).json()["stop_confirmed"])


async def test_it_is_shown_until_an_originator_has_the_gate(fresh: Running, bus: Bus) -> None:
    campaign_id = await fresh.ready_campaign()
    await post(fresh, campaign_id, "activate")
    assert await confirmed(fresh, campaign_id)
    assert (await post(fresh, campaign_id, "stop")).status_code == httpx.codes.ACCEPTED

    view = await shown(fresh, campaign_id)
    assert (view.json()["status"], view.json()["stop_confirmed"]) == ("stopped", False)
    assert "ETag" not in view.headers, "or it would seem to stay so"
    (row,) = (await fresh.user.get("/v1/campaigns")).json()["items"]
    assert row["stop_confirmed"] is False

    originators = Originators()
    await originators.come(bus)
    await until(lambda: confirmed(fresh, campaign_id))
    assert originators.asked[0] == CloseGate(campaign_id=UUID(campaign_id), epoch=2)
    assert "ETag" in (await shown(fresh, campaign_id)).headers
    asked = len(originators.asked)
    assert (await post(fresh, campaign_id, "stop")).status_code == httpx.codes.OK
    assert len(originators.asked) == asked + 1, "what is certain is not asked for by itself"


async def test_a_service_that_was_killed_between_the_two_asks_after_its_start(
    settings: Settings, bus: Bus
) -> None:
    async with running(settings) as service:
        campaign_id = await service.ready_campaign()
        await post(service, campaign_id, "activate")
        await post(service, campaign_id, "stop", hang_up=True)
        await service.pool.execute("delete from outbox")
    originators, end = Originators(), Stop()
    await originators.come(bus)
    again = asyncio.create_task(run(settings, end))
    await until(lambda: originators.asked)
    assert originators.asked[0] == CloseGate(campaign_id=UUID(campaign_id), epoch=2, hang_up=True)
    end.request()
    await again


async def test_calls_may_be_hung_up_by_the_stop_or_after_it(fresh: Running, bus: Bus, listen: Listen) -> None:
    originators = Originators()
    await originators.come(bus)
    campaign_id = await fresh.ready_campaign()
    ear = await listen(campaign_id)
    await post(fresh, campaign_id, "activate")
    first = await post(fresh, campaign_id, "stop")
    then = await post(fresh, campaign_id, "stop", hang_up=True)
    again = await post(fresh, campaign_id, "stop", hang_up=True)
    assert [each.status_code for each in (first, then, again)] == [httpx.codes.OK] * 3
    assert [each.json()["epoch"] for each in (first, then, again)] == [2, 3, 3]
    asked = [(each.epoch, each.hang_up) for each in originators.asked]
    assert [*dict.fromkeys(asked)] == [(2, False), (3, True)], "the loop may ask for each of them as well"
    await until(lambda: len(ear.of(CampaignStopped)) == 2)
    assert [each.hang_up for each in ear.of(CampaignStopped)] == [False, True]
    log = (await fresh.user.get(f"/v1/campaigns/{campaign_id}/log")).json()["items"]
    assert any("hung up" in each["sentence"] for each in log)


@pytest.mark.parametrize("body", [{"hang_up": "yes"}, {"hangup": True}, [], "now"])
async def test_what_a_stop_does_not_know_is_refused(fresh: Running, body: object) -> None:
    campaign_id = await fresh.ready_campaign()
    await post(fresh, campaign_id, "activate")
    refused = await fresh.user.post(f"/v1/campaigns/{campaign_id}/stop", json=body)
    assert refused.status_code == httpx.codes.BAD_REQUEST
    assert (await shown(fresh, campaign_id)).json()["status"] == "active"
