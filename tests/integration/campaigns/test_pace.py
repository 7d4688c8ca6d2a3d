"""How evenly a campaign has called, over HTTP: its slots by interval, and what its last calls came to."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from evendial_contracts.calls import Disposition
from evendial_contracts.dialing import NumberDialVoided, VoidReason

from tests.integration.campaigns.conftest import Running
from tests.integration.campaigns.test_live import watching
from tests.integration.campaigns.test_projector import Attempt, recorded, say, with_ids
from tests.waiting import until

pytestmark = pytest.mark.integration

STEP_S = 10


class Recent(Attempt):
    """An attempt whose slot was some seconds ago."""

    def __init__(self, campaign_id: str, owner_id: UUID, number_id: int, ago_s: float) -> None:
        super().__init__(UUID(campaign_id), owner_id, number_id, 1)
        self.slot = self._common["slot_at"] = datetime.now(UTC) - timedelta(seconds=ago_s)

    @property
    def command_id(self) -> str:
        return str(self._common["command_id"])


async def called(service: Running) -> tuple[str, list[Recent]]:
    """A campaign whose last slots were answered, busy, in a call, void, and answered long ago."""
    campaign_id = await service.ready_campaign(5)
    owner_id = await service.owner_id(campaign_id)
    ids = await service.number_ids(campaign_id)
    slots = (12.0, 9.0, 4.0, 3.0, 7200.0)
    attempts = [Recent(campaign_id, owner_id, id, ago) for id, ago in zip(ids, slots, strict=True)]
    void = attempts[3].said(NumberDialVoided, reason=VoidReason.CAP)
    facts = [
        *attempts[4].answered(),
        *attempts[0].answered(),
        *attempts[1].busy(),
        *attempts[2].started(),
        void,
    ]
    messages = with_ids(facts)
    await say(service, messages)
    await until(lambda: recorded(service, {id for id, _ in messages}))
    return campaign_id, attempts


async def ask(service: Running, campaign_id: str, what: str = "pace", **params: Any) -> Any:
    response = await service.user.get(f"/v1/campaigns/{campaign_id}/{what}", params=params)
    assert response.is_success, response.text
    return response.json()


async def test_intervals_count_what_became_of_their_slots(service: Running) -> None:
    campaign_id, _ = await called(service)
    pace = await ask(service, campaign_id, step_s=STEP_S, steps=6)
    intervals = pace["intervals"]
    begins = [datetime.fromisoformat(each["begins_at"]) for each in intervals]
    assert len(intervals) == 6
    assert begins == [begins[0] + n * timedelta(seconds=STEP_S) for n in range(6)]
    assert begins[0].timestamp() % STEP_S == 0
    assert begins[-1] <= datetime.fromisoformat(pace["at"]) < begins[-1] + timedelta(seconds=STEP_S)
    sums = {name: sum(each[name] for each in intervals) for name in ("slots", "placed", "answered", "voided")}
    assert sums == {"slots": 4, "placed": 3, "answered": 1, "voided": 1}


async def test_the_newest_slots_tell_what_was_placed_on_them(service: Running) -> None:
    campaign_id, attempts = await called(service)
    answered, busy, begun, void, _ = attempts
    slots = (await ask(service, campaign_id, step_s=STEP_S, steps=6))["slots"]
    assert [(each["command_id"], each["disposition"], each["void"]) for each in slots] == [
        (answered.command_id, "answered", None),
        (busy.command_id, "busy", None),
        (begun.command_id, None, None),
        (void.command_id, None, "cap"),
    ]
    assert [bool(each["placed_at"]) for each in slots] == [True, True, True, False]
    two = (await ask(service, campaign_id, step_s=STEP_S, steps=6, slots=2))["slots"]
    assert two == slots[2:]
    assert (await ask(service, campaign_id, slots=0))["slots"] == []


async def test_the_live_feed_goes_on_where_the_pace_ends(service: Running) -> None:
    campaign_id, attempts = await called(service)
    live_id = (await ask(service, campaign_id))["live_id"]
    await say(service, with_ids([attempts[2].ended(Disposition.ANSWERED)]))
    async with watching(service.user, campaign_id, live_id) as viewer:
        await until(lambda: viewer.ids)
        assert viewer.of("fact")[-1]["data"]["outcome"] == "answered"
        assert viewer.events[0]["event"] == "open"


async def test_the_calls_that_ended_last_come_first(service: Running) -> None:
    campaign_id, attempts = await called(service)
    answered, busy, _, _, long_ago = attempts
    calls = (await ask(service, campaign_id, "ended-calls"))["items"]
    assert [each["command_id"] for each in calls] == [
        busy.command_id,
        answered.command_id,
        long_ago.command_id,
    ]
    assert calls[0]["e164"]
    assert (await ask(service, campaign_id, "ended-calls", limit=1))["items"] == calls[:1]


async def test_a_campaign_that_never_called_has_intervals_all_the_same(service: Running) -> None:
    campaign_id = await service.campaign()
    pace = await ask(service, campaign_id, steps=3)
    assert [each["slots"] for each in pace["intervals"]] == [0, 0, 0]
    assert (await ask(service, campaign_id, "ended-calls")) == {"items": []}


@pytest.mark.parametrize(
    ("field", "value"), [("step_s", 0), ("step_s", 301), ("steps", 0), ("steps", 121), ("slots", 1001)]
)
async def test_what_is_too_much_is_refused(service: Running, field: str, value: int) -> None:
    campaign_id = await service.campaign()
    refused = await service.user.get(f"/v1/campaigns/{campaign_id}/pace", params={field: value})
    assert (refused.status_code, refused.json()["field"]) == (httpx.codes.BAD_REQUEST, field)
