"""What scheduler, originator and agi say, shown by the API: the same whatever the order and however often."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from evendial_contracts.actions import SequenceEnded, SequenceResult
from evendial_contracts.calls import CallAnswered, CallEnded, CallOriginated, Disposition
from evendial_contracts.campaigns import CampaignExhausted, CampaignFinished
from evendial_contracts.dialing import NumberDialVoided, VoidReason, command_id
from evendial_contracts.message import AttemptFact, Message
from evendial_contracts.numbers import NumberFailed, NumberReleased, NumberScheduled, NumberWaitingRetry

from tests.integration.campaigns.conftest import Listen, Running
from tests.waiting import until

pytestmark = pytest.mark.integration

SLOT = datetime(2026, 5, 1, 9, tzinfo=UTC)
Kind = type[AttemptFact]


class Attempt:
    """One attempt at one number, and the facts about it."""

    def __init__(self, campaign_id: UUID, owner_id: UUID, number_id: int, attempt_no: int) -> None:
        slot = SLOT + timedelta(seconds=number_id % 1000 + attempt_no * 600)
        self.slot = slot
        self._common: dict[str, Any] = {
            "campaign_id": campaign_id,
            "owner_id": owner_id,
            "command_id": command_id(campaign_id, 0, number_id, attempt_no, slot),
            "number_id": number_id,
            "generation": 0,
            "attempt_no": attempt_no,
            "slot_at": slot,
        }

    def said(self, kind: Kind, **more: Any) -> Message:
        return kind(**self._common, **more)

    def started(self) -> list[Message]:
        return [self.said(NumberScheduled), self.said(CallOriginated, originated_at=self.slot)]

    def ended(self, disposition: Disposition, **more: Any) -> Message:
        trunk = {"account_code": "acc1", "device_id": uuid4(), "trunk_id": uuid4()}
        at = self.slot + timedelta(seconds=9)
        times = {"originated_at": self.slot, "started_at": self.slot, "ended_at": at}
        return self.said(CallEnded, disposition=disposition, **trunk, **times, **more)

    def answered(self) -> list[Message]:
        sequence = SequenceEnded(
            campaign_id=self._common["campaign_id"],
            owner_id=self._common["owner_id"],
            command_id=self._common["command_id"],
            sequence_version=1,
            result=SequenceResult.COMPLETED,
            actions_done=1,
            actions_total=1,
        )
        answered_at = self.slot + timedelta(seconds=1)
        ended = self.ended(Disposition.ANSWERED, hangup_cause=16, answered_at=answered_at, billed_s=8)
        return [*self.started(), self.said(CallAnswered, answered_at=answered_at), ended, sequence]

    def busy(self) -> list[Message]:
        waiting = self.said(NumberWaitingRetry, disposition=Disposition.BUSY, retry_at=self.slot)
        return [*self.started(), self.ended(Disposition.BUSY, hangup_cause=17), waiting]

    def failed(self) -> list[Message]:
        ended = self.ended(Disposition.INVALID_NUMBER, hangup_cause=1)
        return [*self.started(), ended, self.said(NumberFailed, disposition=Disposition.INVALID_NUMBER)]

    def voided(self) -> list[Message]:
        reason = {"reason": VoidReason.EXPIRED}
        return [
            self.said(NumberScheduled),
            self.said(NumberDialVoided, **reason),
            self.said(NumberReleased, **reason),
        ]


class Told:
    """A running campaign of eight numbers, about which everything there is was said."""

    def __init__(self, campaign_id: str, messages: list[Message]) -> None:
        self.campaign_id = campaign_id
        self.messages = messages


async def story(service: Running) -> Told:
    campaign_id = await service.ready_campaign(8)
    owner_id = await service.owner_id(campaign_id)
    ids = await service.number_ids(campaign_id)

    def attempt(index: int, number: int = 1) -> Attempt:
        return Attempt(UUID(campaign_id), owner_id, ids[index], number)

    messages = [
        *attempt(0).answered(),
        *attempt(1).busy(),
        *attempt(1, 2).answered(),
        *attempt(2).busy(),
        *attempt(3).failed(),
        *attempt(4).voided(),
        *attempt(5).started(),
        attempt(6).said(NumberScheduled),
        attempt(6).ended(Disposition.UNKNOWN),
    ]
    return Told(campaign_id, messages)


async def say(service: Running, messages: Sequence[tuple[UUID, Message]]) -> None:
    for id, message in messages:
        await service.bus.publish(message, id=id)


def with_ids(messages: Sequence[Message]) -> list[tuple[UUID, Message]]:
    return [(uuid4(), message) for message in messages]


async def recorded(service: Running, ids: set[UUID]) -> bool:
    count = await service.pool.fetchval("select count(*) from event where id = any($1::uuid[])", list(ids))
    return bool(count == len(ids))


@pytest.mark.parametrize("seed", [None, 1, 2])
async def test_the_api_shows_what_became_of_each_number(service: Running, seed: int | None) -> None:
    told = await story(service)
    messages = with_ids(told.messages)
    if seed is not None:
        random.Random(seed).shuffle(messages)
    await say(service, messages)
    await until(lambda: recorded(service, {id for id, _ in messages}))

    progress = await service.progress(told.campaign_id)
    expected = {
        "free": 2,
        "scheduled": 0,
        "calling": 1,
        "completed": 2,
        "waiting_retry": 1,
        "failed": 1,
        "unknown": 1,
        "suppressed": 0,
    }
    assert progress["states"] == expected
    dispositions = {name: count for name, count in progress["dispositions"].items() if count}
    assert dispositions == {"answered": 2, "busy": 2, "invalid_number": 1, "unknown": 1}
    assert (progress["numbers"], progress["calls_in_progress"], progress["attempts"]) == (8, 1, 7)

    url = f"/v1/campaigns/{told.campaign_id}"
    for state, count in expected.items():
        page = (await service.user.get(f"{url}/numbers?state={state}")).json()
        assert [number["state"] for number in page["items"]] == [state] * count
    calls = (await service.user.get(f"{url}/calls")).json()["items"]
    assert sorted(call["disposition"] or "" for call in calls) == [
        "",
        "answered",
        "answered",
        "busy",
        "busy",
        "invalid_number",
        "unknown",
    ]
    retried = [call for call in calls if call["attempt_no"] == 2]
    assert [(call["sequence_result"], call["billed_s"]) for call in retried] == [("completed", 8)]


async def test_what_is_said_twice_changes_nothing(service: Running) -> None:
    told = await story(service)
    messages = with_ids(told.messages)
    await say(service, messages)
    await until(lambda: recorded(service, {id for id, _ in messages}))
    before = await service.progress(told.campaign_id)
    calls = (await service.user.get(f"/v1/campaigns/{told.campaign_id}/calls")).json()
    events = await service.pool.fetchval("select count(*) from event")

    again = with_ids([messages[0][1]])
    redelivered = [(id, message) for id, message in reversed(messages)]
    for id, message in redelivered:  # under other ids too, so that the bus cannot tell
        await service.bus.client.publish("ignored", b"")
        await service.bus.publish(message, id=id)
    fresh = with_ids([message for _, message in redelivered])
    await say(service, [*fresh, *again])
    await until(lambda: recorded(service, {id for id, _ in [*fresh, *again]}))
    last_event_at = (after := await service.progress(told.campaign_id)).pop("last_event_at")
    assert last_event_at > before.pop("last_event_at")
    assert after == before
    assert (await service.user.get(f"/v1/campaigns/{told.campaign_id}/calls")).json() == calls
    assert await service.pool.fetchval("select count(*) from event") == events + len(fresh) + 1


async def test_an_exhausted_campaign_is_finished_once(service: Running, listen: Listen) -> None:
    campaign_id = await service.ready_campaign()
    await service.user.post(f"/v1/campaigns/{campaign_id}/activate")
    ear = await listen(campaign_id)
    owner_id = await service.owner_id(campaign_id)
    ids = await service.number_ids(campaign_id)
    done = [message for each in ids for message in Attempt(UUID(campaign_id), owner_id, each, 1).answered()]
    exhausted = CampaignExhausted(campaign_id=UUID(campaign_id), owner_id=owner_id, epoch=1)
    stale = CampaignExhausted(campaign_id=UUID(campaign_id), owner_id=owner_id, epoch=0)
    unknown = CampaignExhausted(campaign_id=uuid4(), owner_id=owner_id, epoch=1)
    messages = with_ids([*done, stale, unknown, exhausted, exhausted])
    await say(service, messages)
    await until(lambda: recorded(service, {id for id, _ in messages}))
    await until(lambda: ear.of(CampaignFinished))

    campaign = (await service.user.get(f"/v1/campaigns/{campaign_id}")).json()
    assert (campaign["status"], campaign["epoch"]) == ("finished", 2)
    again = await service.user.post(f"/v1/campaigns/{campaign_id}/activate")
    assert again.json()["missing"] == ["numbers"]
    await service.import_list(campaign_id, "4917700000001\n")
    assert (await service.user.post(f"/v1/campaigns/{campaign_id}/activate")).json()["epoch"] == 3
    assert len(ear.of(CampaignFinished)) == 1
