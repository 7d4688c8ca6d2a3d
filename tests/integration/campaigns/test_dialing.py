"""Activating and stopping; stop means stop."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest
from evendial_campaigns import stopper
from evendial_chassis.bus import Bus
from evendial_contracts.actions import Play, Wait
from evendial_contracts.campaigns import CampaignActivated, CampaignStopped, SequenceChanged
from evendial_contracts.requests import CloseGate, GateClosed
from evendial_contracts.resources import DeviceDefined, TrunkDefined
from evendial_contracts.subjects import GATE_CLOSE

from tests.integration.campaigns.conftest import Listen, Running, made, wav
from tests.waiting import until

pytestmark = pytest.mark.integration

Answer = Callable[[CloseGate], Awaitable[msgspec.Struct | None]]


class Gate:
    """An originator's side of the gate, as slow or forgetful as a test needs it."""

    def __init__(self, epoch_lag: int = 0) -> None:
        self.asked: list[CloseGate] = []
        self.silent = False
        self._epoch_lag = epoch_lag

    async def close(self, request: CloseGate) -> GateClosed | None:
        """Answers unless it is silent."""
        self.asked.append(request)
        if self.silent:
            return None
        return GateClosed(campaign_id=request.campaign_id, epoch=request.epoch - self._epoch_lag)

    def was_asked_for(self, campaign_id: str, epoch: int = 2) -> bool:
        """At least once, at no other epoch; the loop asks as well while any stop is not confirmed."""
        return {each for each in self.asked if each.campaign_id == UUID(campaign_id)} == {
            CloseGate(campaign_id=UUID(campaign_id), epoch=epoch)
        }


async def post(service: Running, campaign_id: str, act: str) -> httpx.Response:
    return await service.user.post(f"/v1/campaigns/{campaign_id}/{act}")


async def test_a_stop_is_certain_once_an_originator_says_so(
    service: Running, listen: Listen, bus: Bus
) -> None:
    gate = Gate()
    await bus.listen(GATE_CLOSE, CloseGate, gate.close, queue="originators")
    campaign_id = await service.ready_campaign()
    ear = await listen(campaign_id)
    assert (await post(service, campaign_id, "activate")).json() == {
        "campaign_id": campaign_id,
        "version": 4,
        "status": "active",
        "epoch": 1,
    }
    response = await post(service, campaign_id, "stop")
    assert response.status_code == httpx.codes.OK
    assert response.json() == {
        "campaign_id": campaign_id,
        "version": 5,
        "status": "stopped",
        "epoch": 2,
    }
    assert gate.was_asked_for(campaign_id)
    await until(lambda: ear.of(CampaignStopped))
    assert [event.epoch for event in ear.of(CampaignActivated)] == [1]
    assert [event.epoch for event in ear.of(CampaignStopped)] == [2]


async def test_without_an_originator_it_is_stopping_and_may_be_asked_again(
    service: Running, listen: Listen, bus: Bus
) -> None:
    campaign_id = await service.ready_campaign()
    ear = await listen(campaign_id)
    await post(service, campaign_id, "activate")
    response = await post(service, campaign_id, "stop")
    assert (response.status_code, response.json()["status"]) == (httpx.codes.ACCEPTED, "stopping")
    assert (await service.user.get(f"/v1/campaigns/{campaign_id}")).json()["status"] == "stopped"

    gate = Gate()
    await bus.listen(GATE_CLOSE, CloseGate, gate.close, queue="originators")
    again = await post(service, campaign_id, "stop")
    assert (again.status_code, again.json()["status"]) == (httpx.codes.OK, "stopped")
    assert gate.was_asked_for(campaign_id)
    await until(lambda: ear.of(CampaignStopped))
    assert len(ear.of(CampaignStopped)) == 1


async def test_an_originator_that_does_not_answer_leaves_it_stopping(
    service: Running, monkeypatch: pytest.MonkeyPatch, bus: Bus
) -> None:
    monkeypatch.setattr(stopper, "CONFIRM_TIMEOUT_S", 0.2)
    gate = Gate()
    gate.silent = True
    await bus.listen(GATE_CLOSE, CloseGate, gate.close, queue="originators")
    campaign_id = await service.ready_campaign()
    await post(service, campaign_id, "activate")
    assert (await post(service, campaign_id, "stop")).status_code == httpx.codes.ACCEPTED
    assert gate.was_asked_for(campaign_id)


async def test_a_gate_at_an_older_epoch_is_not_closed(service: Running, bus: Bus) -> None:
    await bus.listen(GATE_CLOSE, CloseGate, Gate(epoch_lag=1).close, queue="originators")
    campaign_id = await service.ready_campaign()
    await post(service, campaign_id, "activate")
    assert (await post(service, campaign_id, "stop")).status_code == httpx.codes.ACCEPTED


async def test_a_draft_is_stopped_without_asking_anybody(service: Running) -> None:
    response = await post(service, await service.ready_campaign(), "stop")
    assert (response.status_code, response.json()["status"]) == (httpx.codes.OK, "draft")


async def test_activating_says_everything_that_is_missing(service: Running) -> None:
    campaign_id = await service.campaign()
    response = await post(service, campaign_id, "activate")
    assert (response.status_code, response.json()["type"]) == (httpx.codes.CONFLICT, "not_ready")
    assert response.json()["missing"] == ["numbers", "actions", "device"]
    for word in ("numbers", "actions", "device"):
        assert word in response.json()["detail"]

    made(await service.import_list(campaign_id, "4915100000001\n"))
    assert (await post(service, campaign_id, "activate")).json()["missing"] == ["actions", "device"]
    body = {"actions": [{"kind": "wait", "seconds": 1}]}
    await service.user.put(f"/v1/campaigns/{campaign_id}/actions", json=body)
    assert (await post(service, campaign_id, "activate")).json()["missing"] == ["device"]
    await service.user.patch(f"/v1/campaigns/{campaign_id}", json={"device_id": await service.device()})
    assert (await post(service, campaign_id, "activate")).json()["epoch"] == 1


async def test_many_activations_and_stops_at_once_leave_one_history(service: Running, listen: Listen) -> None:
    campaign_id = await service.ready_campaign()
    ear = await listen(campaign_id)
    answers = await asyncio.gather(*(post(service, campaign_id, "activate") for _ in range(10)))
    assert {answer.json()["epoch"] for answer in answers} == {1}
    acts = ["stop", "activate"] * 5
    assert all(
        answer.is_success for answer in await asyncio.gather(*(post(service, campaign_id, a) for a in acts))
    )
    final = (await service.user.get(f"/v1/campaigns/{campaign_id}")).json()
    await until(lambda: len(ear.of(CampaignActivated)) + len(ear.of(CampaignStopped)) == final["epoch"])
    epochs = [event.epoch for _, event in ear.heard if isinstance(event, CampaignActivated | CampaignStopped)]
    assert epochs == list(range(1, final["epoch"] + 1))


async def test_what_was_set_is_what_is_published(service: Running, listen: Listen) -> None:
    prompt = made(await service.user.post("/v1/prompts?name=hello", content=wav()))
    device_id = await service.device()
    campaign_id = await service.campaign(device_id=device_id, caller_id="15550001111")
    ear = await listen(campaign_id)
    actions = [{"kind": "wait", "seconds": 0.5}, {"kind": "play", "prompt_id": prompt["prompt_id"]}]
    url = f"/v1/campaigns/{campaign_id}/actions"
    answer = (await service.user.put(url, json={"actions": actions})).json()
    assert answer["sequence_version"] == 1
    (changed,) = await until(lambda: ear.of(SequenceChanged))
    play = Play(
        prompt_id=UUID(prompt["prompt_id"]), sha256=prompt["sha256"], duration_ms=prompt["duration_ms"]
    )
    assert changed.actions == (Wait(seconds=0.5), play)
    assert changed.owner_id == await service.owner_id(campaign_id)


async def test_definitions_are_published(service: Running, listen: Listen) -> None:
    ear = await listen("evendial.event.")
    device_id = await service.device(("15550001111", "15550002222"))
    (device,) = await until(
        lambda: [each for each in ear.of(DeviceDefined) if str(each.device_id) == device_id]
    )
    assert (device.revision, device.account_code) == (1, "acc1")
    assert device.caller_ids == ("15550001111", "15550002222")
    (trunk,) = [each for each in ear.of(TrunkDefined) if each.trunk_id == device.trunk_id]
    assert (trunk.endpoint, trunk.pool, trunk.calls_per_second) == ("carrier", "default", 20)


async def test_commands_on_a_campaign_that_is_not_there_are_not_found(service: Running) -> None:
    for act in ("activate", "stop"):
        assert (await post(service, str(uuid4()), act)).status_code == httpx.codes.NOT_FOUND
