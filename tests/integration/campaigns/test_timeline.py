"""The timelines of campaigns and numbers over HTTP: told from the record, page by page."""

from functools import partial
from typing import Any
from uuid import UUID

import httpx
import pytest
from evendial_contracts.calls import Disposition

from tests.integration.campaigns.conftest import Running
from tests.integration.campaigns.test_projector import Attempt, recorded, say, with_ids
from tests.waiting import until

pytestmark = pytest.mark.integration


async def dialled(service: Running) -> tuple[str, list[int]]:
    """A campaign with a number that was busy, then answered, one voided, and one never called."""
    campaign_id = await service.ready_campaign(3)
    await service.admin.post(f"/v1/campaigns/{campaign_id}/activate")
    owner_id = await service.owner_id(campaign_id)
    ids = await service.number_ids(campaign_id)

    def attempt(index: int, number: int = 1) -> Attempt:
        return Attempt(UUID(campaign_id), owner_id, ids[index], number)

    for facts in (attempt(0).busy(), attempt(1).voided(), attempt(0, 2).answered()):
        messages = with_ids(facts)
        for message in messages:  # one by one: the record has them in this order
            await say(service, [message])
        ids_said = {id for id, _ in messages}
        await until(partial(recorded, service, ids_said))
    return campaign_id, ids


async def log(service: Running, url: str, **params: Any) -> list[dict[str, Any]]:
    response = await service.user.get(f"/v1/campaigns/{url}/log", params=params)
    assert response.is_success, response.text
    items: list[dict[str, Any]] = response.json()["items"]
    return items


async def test_a_campaign_says_who_did_what_and_what_was_called(service: Running) -> None:
    campaign_id, _ = await dialled(service)
    entries = await log(service, campaign_id, order="asc")
    assert [each["type"].removesuffix(".v1") for each in entries[:4]] == [
        "campaign.created",
        "campaign.numbers_imported",
        "campaign.sequence_changed",
        "campaign.activated",
    ]
    owner_id = str(await service.owner_id(campaign_id))
    admin_id = (await service.admin.get("/v1/me")).json()["user_id"]
    assert [(each["user"], each["user_id"]) for each in entries[2:5]] == [
        ("user", owner_id),
        ("admin", admin_id),
        ("system", None),
    ]
    assert {each["owner_id"] for each in entries} == {owner_id}
    assert entries[1]["sentence"] == "A list was imported: 3 numbers taken, 0 duplicate, 0 refused."
    ended = [each for each in entries if each["type"] == "call.ended.v1"]
    assert [(each["outcome"], each["hangup_cause"], each["attempt_no"]) for each in ended] == [
        ("busy", 17, 1),
        ("answered", 16, 2),
    ]
    voided = [each for each in entries if each["type"] == "number.dial_voided.v1"]
    assert (voided[0]["reason"], voided[0]["slot_at"] is not None) == ("expired", True)
    assert "4915500" not in str(entries)


async def test_page_by_page_in_both_directions_nothing_is_missing(service: Running) -> None:
    campaign_id, _ = await dialled(service)
    whole = [each["id"] for each in await log(service, campaign_id)]
    for order, expected in (("desc", whole), ("asc", whole[::-1])):
        seen: list[str] = []
        params: dict[str, Any] = {"limit": 4, "order": order}
        while True:
            url = f"/v1/campaigns/{campaign_id}/log"
            page = (await service.user.get(url, params=params)).json()
            seen += [each["id"] for each in page["items"]]
            if page["next"] is None:
                break
            params["cursor"] = page["next"]
        assert seen == expected
    assert len(whole) == len(set(whole)) == 4 + 4 + 3 + 5


async def test_kinds_of_facts_can_be_picked(service: Running) -> None:
    campaign_id, ids = await dialled(service)
    calls = await log(service, campaign_id, kind=["call", "action"])
    assert {each["type"].split(".")[0] for each in calls} == {"call", "action"}
    assert len(await log(service, campaign_id, kind="campaign", limit=1)) == 1
    acts = await log(service, f"{campaign_id}/numbers/{ids[0]}", kind="campaign")
    assert [each["type"] for each in acts] == ["campaign.numbers_imported.v1"]


async def test_a_number_tells_its_whole_story(service: Running) -> None:
    campaign_id, ids = await dialled(service)
    story = await log(service, f"{campaign_id}/numbers/{ids[0]}", order="asc")
    assert [each["type"].removesuffix(".v1") for each in story] == [
        "campaign.numbers_imported",
        "number.scheduled",
        "call.originated",
        "call.ended",
        "number.waiting_retry",
        "number.scheduled",
        "call.originated",
        "call.answered",
        "call.ended",
        "action.sequence_ended",
    ]
    backwards = await log(service, f"{campaign_id}/numbers/{ids[0]}")
    assert backwards == story[::-1]
    never_called = await log(service, f"{campaign_id}/numbers/{ids[2]}")
    assert [each["type"] for each in never_called] == ["campaign.numbers_imported.v1"]


async def test_a_number_pages_through_its_story(service: Running) -> None:
    campaign_id, ids = await dialled(service)
    url = f"/v1/campaigns/{campaign_id}/numbers/{ids[0]}/log"
    first = (await service.user.get(url, params={"limit": 7})).json()
    second = (await service.user.get(url, params={"limit": 7, "cursor": first["next"]})).json()
    assert (len(first["items"]), len(second["items"]), second["next"]) == (7, 3, None)
    assert second["items"][-1]["type"] == "campaign.numbers_imported.v1"


async def test_acts_on_a_number_are_in_its_log_even_when_it_is_gone(service: Running) -> None:
    campaign_id = await service.ready_campaign(2)
    called, never_called = await service.number_ids(campaign_id)
    owner_id = await service.owner_id(campaign_id)
    first = Attempt(UUID(campaign_id), owner_id, called, 1)
    messages = with_ids([*first.started(), first.ended(Disposition.BUSY), first.failed()[-1]])
    for message in messages:
        await say(service, [message])
    await until(lambda: recorded(service, {id for id, _ in messages}))
    url = f"/v1/campaigns/{campaign_id}"
    assert (await service.user.post(f"{url}/redial-failed")).is_success
    await until(lambda: free_again(service, called))
    for number_id in (called, never_called):
        assert (await service.admin.delete(f"{url}/numbers/{number_id}")).is_success
    story = [each["sentence"] for each in await log(service, f"{campaign_id}/numbers/{called}", order="asc")]
    assert story[0].startswith("A list was imported")
    assert story[-2:] == ["1 number that had failed will be called again.", "The number was deleted."]
    gone = await log(service, f"{campaign_id}/numbers/{never_called}")
    assert [(each["sentence"], each["user"]) for each in gone[:1]] == [("The number was deleted.", "admin")]


async def free_again(service: Running, number_id: int) -> bool:
    generation = await service.pool.fetchval("select generation from number where number_id = $1", number_id)
    return bool(generation == 1)


async def test_timelines_of_others_are_not_there(service: Running) -> None:
    campaign_id, ids = await dialled(service)
    elsewhere = await service.campaign()
    for client, url in (
        (service.other, f"{campaign_id}/log"),
        (service.other, f"{campaign_id}/numbers/{ids[0]}/log"),
        (service.user, f"{elsewhere}/numbers/{ids[0]}/log"),
        (service.user, f"{campaign_id}/numbers/0/log"),
        (service.user, f"{campaign_id}/numbers/{2**70}/log"),
        (service.user, f"{campaign_id}/numbers/x/log"),
    ):
        assert (await client.get(f"/v1/campaigns/{url}")).status_code == httpx.codes.NOT_FOUND


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "campaign' or 1=1"),
        ("kind", "\x00"),
        ("order", "newest"),
        ("cursor", "1;drop table event"),
        ("cursor", "😀"),
        ("limit", "1001"),
    ],
)
async def test_questions_that_mean_nothing_are_refused(service: Running, field: str, value: str) -> None:
    campaign_id = await service.campaign()
    refused = await service.user.get(f"/v1/campaigns/{campaign_id}/log", params={field: value})
    assert (refused.status_code, refused.json()["field"]) == (httpx.codes.BAD_REQUEST, field)
