"""A campaign that never dialled is deleted, and nothing is left of its list."""

from typing import Any
from uuid import UUID

import httpx
import pytest
from evendial_campaigns import deletion_store
from evendial_campaigns.campaign_sweeper import CampaignSweeper
from evendial_contracts.campaigns import CampaignDeleted

from tests.integration.campaigns.conftest import Listen, Running, listing, made
from tests.waiting import until

pytestmark = pytest.mark.integration

TABLES = ("number", "number_progress", "call", "batch", "import")


async def left_of(service: Running, campaign_id: str) -> dict[str, int]:
    return {
        table: await service.pool.fetchval(
            f"select count(*) from {table} where campaign_id = $1",  # noqa: S608
            UUID(campaign_id),
        )
        for table in TABLES
    }


async def test_a_deleted_campaign_is_nowhere(service: Running, listen: Listen) -> None:
    campaign_id = await service.ready_campaign()
    url = f"/v1/campaigns/{campaign_id}"
    (number_id, *_) = await service.number_ids(campaign_id)
    import_id = made(await service.import_list(campaign_id, "no number\n"))["import_id"]
    ear = await listen(campaign_id)
    theirs = await service.other.delete(url)
    assert theirs.status_code == httpx.codes.NOT_FOUND
    deleted = await service.user.delete(url)
    assert (deleted.status_code, deleted.content) == (204, b"")
    (fact,) = await until(lambda: ear.of(CampaignDeleted))
    assert str(fact.campaign_id) == campaign_id
    gone: list[tuple[str, str, Any]] = [
        ("GET", "", None),
        ("DELETE", "", None),
        ("PATCH", "", {"name": "y"}),
        ("GET", "/actions", None),
        ("PUT", "/actions", {"actions": []}),
        ("GET", "/numbers", None),
        ("GET", f"/numbers/{number_id}", None),
        ("GET", "/calls", None),
        ("GET", "/progress", None),
        ("GET", "/log", None),
        *(("POST", f"/{act}", None) for act in ("activate", "stop", "archive", "restore", "clone")),
        ("POST", "/redial-failed", None),
    ]
    for client in (service.user, service.admin):
        for method, path, body in gone:
            response = await client.request(method, f"{url}{path}", json=body)
            assert response.status_code == httpx.codes.NOT_FOUND, (method, path, response.text)
        listed = (await client.get("/v1/campaigns?archived=all&limit=1000")).json()["items"]
        assert campaign_id not in {row["campaign_id"] for row in listed}
    assert (await service.import_list(campaign_id, listing(1))).status_code == httpx.codes.NOT_FOUND
    for client in (service.user, service.admin):
        for path in ("", "/refused"):
            gone_import = await client.get(f"/v1/imports/{import_id}{path}")
            assert gone_import.status_code == httpx.codes.NOT_FOUND


async def test_its_list_goes_in_slices_and_nobody_elses(
    service: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deletion_store, "SLICE", 2)
    kept = await service.ready_campaign(numbers=5)
    before = await left_of(service, kept)
    campaign_id = await service.ready_campaign(numbers=5)
    imported = (await service.import_list(campaign_id, listing(3, first=4915900000000))).json()["import_id"]
    assert (await service.user.delete(f"/v1/campaigns/{campaign_id}")).is_success
    await until(lambda: _is_swept(service, campaign_id))
    assert await left_of(service, kept) == before
    assert (await service.user.get(f"/v1/imports/{imported}")).status_code == httpx.codes.NOT_FOUND
    assert await CampaignSweeper(service.pool).sweep() == 0


async def test_what_a_killed_process_left_is_removed_by_the_next_one(service: Running) -> None:
    campaign_id = await service.ready_campaign(numbers=5)
    await service.pool.execute("delete from number where campaign_id = $1", UUID(campaign_id))
    assert (await service.user.delete(f"/v1/campaigns/{campaign_id}")).is_success
    await until(lambda: _is_swept(service, campaign_id))


async def test_a_list_on_its_way_is_left_to_those_who_bring_it(service: Running) -> None:
    campaign_id = await service.ready_campaign(numbers=5)
    running = "insert into import(import_id, campaign_id, owner_id) values (gen_random_uuid(), $1, $1)"
    await service.pool.execute(running, UUID(campaign_id))
    assert (await service.user.delete(f"/v1/campaigns/{campaign_id}")).is_success
    await CampaignSweeper(service.pool).sweep()
    assert (await left_of(service, campaign_id))["number"] == 5
    given_up = "update import set state = 'abandoned' where campaign_id = $1 and state = 'running'"
    await service.pool.execute(given_up, UUID(campaign_id))
    await until(lambda: _is_swept(service, campaign_id), timeout=25)


async def _is_swept(service: Running, campaign_id: str) -> bool:
    await CampaignSweeper(service.pool).sweep()
    return not any((await left_of(service, campaign_id)).values())


@pytest.mark.parametrize(
    "insert",
    [
        "insert into call(command_id, campaign_id) values (gen_random_uuid(), $1)",
        "insert into number_progress(number_id, campaign_id, generation, slot_at, rank, state, attempt_no)"
        " values (-1, $1, 0, now(), 1, 'scheduled', 1)",
    ],
)
async def test_what_was_dialled_or_may_be_is_archived_instead(service: Running, insert: str) -> None:
    campaign_id = await service.ready_campaign()
    url = f"/v1/campaigns/{campaign_id}"
    await service.pool.execute(insert, UUID(campaign_id))
    refused = await service.user.delete(url)
    assert (refused.status_code, refused.json()["type"]) == (409, "was_dialled")
    assert "archive" in refused.json()["detail"]
    assert (await service.user.post(f"{url}/archive")).is_success
    assert (await service.user.delete(url)).status_code == httpx.codes.CONFLICT


async def test_a_repeat_does_not_bring_a_deleted_campaign_back(service: Running) -> None:
    campaign_id = made(await service.user.post("/v1/campaigns", json={"name": "x"}))["campaign_id"]
    assert (await service.user.delete(f"/v1/campaigns/{campaign_id}")).is_success
    assert (await service.user.delete(f"/v1/campaigns/{campaign_id}")).status_code == httpx.codes.NOT_FOUND
