"""The calls of a campaign over HTTP: filtered, page by page, and all that billing needs."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from evendial_contracts.calls import Disposition

from tests.integration.campaigns.conftest import Running
from tests.integration.campaigns.test_projector import SLOT, Attempt, recorded, say, with_ids
from tests.waiting import until

pytestmark = pytest.mark.integration


class Called:
    """A campaign with four calls: answered, busy, invalid, and one that is under way."""

    def __init__(self, service: Running, campaign_id: str, attempts: list[Attempt]) -> None:
        self._service = service
        self.url = f"/v1/campaigns/{campaign_id}/calls"
        self.attempts = attempts

    async def ask(self, **params: Any) -> httpx.Response:
        return await self._service.user.get(self.url, params=params)

    async def slots(self, **params: Any) -> list[str]:
        return [call["slot_at"] for call in (await self.ask(**params)).json()["items"]]


async def called(service: Running) -> Called:
    campaign_id = await service.ready_campaign(4)
    owner_id = await service.owner_id(campaign_id)
    ids = await service.number_ids(campaign_id)
    attempts = [Attempt(UUID(campaign_id), owner_id, number_id, 1) for number_id in ids]
    facts = [*attempts[0].answered(), *attempts[1].busy(), *attempts[2].failed(), *attempts[3].started()]
    messages = with_ids(facts)
    await say(service, messages)
    await until(lambda: recorded(service, {id for id, _ in messages}))
    return Called(service, campaign_id, sorted(attempts, key=lambda attempt: attempt.slot))


async def test_the_list_is_in_the_order_of_the_slots_page_by_page(service: Running) -> None:
    told = await called(service)
    first = (await told.ask(limit=3)).json()
    second = (await told.ask(limit=3, cursor=first["next"])).json()
    slots = [call["slot_at"] for call in first["items"] + second["items"]]
    assert slots == sorted(slots)
    assert (len(first["items"]), len(second["items"]), second["next"]) == (3, 1, None)


async def test_filters_by_outcome_number_and_time(service: Running) -> None:
    told = await called(service)
    everything = await told.slots()
    assert len(everything) == 4
    assert len(await told.slots(disposition="busy")) == 1
    one = (await told.ask(disposition="answered")).json()["items"][0]
    assert await told.slots(number_id=one["number_id"]) == [one["slot_at"]]
    assert await told.slots(number_id=one["number_id"], disposition="busy") == []
    assert await told.slots(**{"from": everything[1], "to": everything[3]}) == everything[1:3]
    assert await told.slots(to=(SLOT - timedelta(days=1)).isoformat()) == []


async def test_a_call_has_all_that_billing_needs(service: Running) -> None:
    told = await called(service)
    listed = (await told.ask(disposition="answered")).json()["items"][0]
    call = (await service.user.get(f"{told.url}/{listed['command_id']}")).json()
    assert call == listed
    assert (call["account_code"], call["billed_s"], call["hangup_cause"]) == ("acc1", 8, 16)
    assert UUID(call["device_id"])
    assert UUID(call["trunk_id"])


async def test_a_removed_number_leaves_its_calls(service: Running) -> None:
    told = await called(service)
    answered = (await told.ask(disposition="answered")).json()["items"][0]
    await service.pool.execute("delete from number where number_id = $1", answered["number_id"])
    assert (await told.ask(disposition="answered")).json()["items"] == [answered | {"e164": None}]
    assert len(await told.slots()) == 4


async def test_calls_of_others_are_not_there(service: Running) -> None:
    told = await called(service)
    command_id = (await told.ask()).json()["items"][0]["command_id"]
    elsewhere = await service.campaign()
    for client, url in (
        (service.other, told.url),
        (service.other, f"{told.url}/{command_id}"),
        (service.user, f"{told.url}/{uuid4()}"),
        (service.user, f"/v1/campaigns/{elsewhere}/calls/{command_id}"),
    ):
        assert (await client.get(url)).status_code == httpx.codes.NOT_FOUND
    assert (await service.admin.get(f"{told.url}/{command_id}")).is_success


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("disposition", "answered' or 1=1"),
        ("disposition", "\x00"),
        ("number_id", "-1"),
        ("number_id", str(2**63)),
        ("from", "yesterday"),
        ("from", "2026-05-01T09:00:00"),
        ("to", "0001-01-01T00:00:00+14:00"),
        ("to", "9999-12-31T23:59:59-14:00"),
        ("cursor", "1"),
        ("cursor", f"{'9' * 18}.{'0' * 32}"),
        ("cursor", f"-1.{'0' * 32}"),
        ("limit", "0"),
    ],
)
async def test_filters_that_mean_nothing_are_refused(service: Running, field: str, value: str) -> None:
    campaign_id = await service.campaign()
    refused = await service.user.get(f"/v1/campaigns/{campaign_id}/calls", params={field: value})
    assert (refused.status_code, refused.json()["field"]) == (httpx.codes.BAD_REQUEST, field)


async def test_progress_says_how_fast_it_goes_and_why_no_end_can_be_told(service: Running) -> None:
    told = await called(service)
    url = told.url.removesuffix("/calls")
    progress = (await service.user.get(f"{url}/progress")).json()
    assert progress["answered_share"] == pytest.approx(1 / 3, abs=0.001)
    assert (progress["calls_last_minute"], progress["last_event_at"] is not None) == (0, True)
    assert (progress["expected_finish_at"], progress["expected_finish_reason"]) == (
        None,
        "The campaign is not active.",
    )
    assert Disposition(next(name for name, count in progress["dispositions"].items() if count))
