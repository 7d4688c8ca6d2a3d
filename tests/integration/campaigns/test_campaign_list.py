"""The list of campaigns: what it shows, how it is filtered and sorted, and that it is quick."""

import json
import time
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from evendial_campaigns.campaign_list import Sort

from tests.integration.campaigns.conftest import Running, made

pytestmark = pytest.mark.integration


async def listed(client: httpx.AsyncClient, query: str = "") -> list[dict[str, Any]]:
    """All pages of it, two rows each."""
    rows: list[dict[str, Any]] = []
    cursor = ""
    while True:
        response = await client.get(f"/v1/campaigns?limit=2{query}{cursor}")
        assert response.is_success, response.text
        page = response.json()
        rows += page["items"]
        if page["next"] is None:
            return rows
        assert len(page["items"]) == 2
        cursor = f"&cursor={page['next']}"


def names(rows: list[dict[str, Any]]) -> list[str]:
    return [row["name"] for row in rows]


async def test_a_row_shows_what_an_admin_looks_for(fresh: Running) -> None:
    campaign_id = await fresh.ready_campaign(
        numbers=5,
        time_zone="Europe/Berlin",
        calls_per_minute=30,
        window={"start": "09:00", "stop": "20:00", "weekdays": [1, 2, 3, 4, 5]},
    )
    number_ids = await fresh.number_ids(campaign_id)
    await fresh.pool.executemany(
        "insert into number_progress(number_id, campaign_id, generation, slot_at, rank, state, attempt_no)"
        " values ($1, $2, 0, now(), 4, $3, 1)",
        [
            (number_id, UUID(campaign_id), state)
            for number_id, state in zip(
                number_ids, ("completed", "failed", "waiting_retry", "calling"), strict=False
            )
        ],
    )
    await fresh.user.post(f"/v1/campaigns/{campaign_id}/activate")
    call = """
        insert into call(command_id, campaign_id, number_id, generation, attempt_no, slot_at, originated_at)
        select gen_random_uuid(), $1, $2, 0, n, now() - n * interval '25 s', now() - n * interval '25 s'
        from generate_series(1, 4) n
    """
    await fresh.pool.execute(call, UUID(campaign_id), number_ids[0])
    for client in (fresh.admin, fresh.user):
        (row,) = await listed(client)
        assert (row["owner_name"], row["status"], row["calls_per_minute"]) == ("user", "active", 30)
        assert row["run_time"] == "Mon-Fri 09:00-20:00 (Europe/Berlin)"
        assert (row["numbers"], row["numbers_left"], row["called"], row["answered"]) == (5, 3, 3, 1)
        assert row["calls_last_minute"] == 2
        assert row["actions"] == ["wait"]
        assert row["updated_at"] > row["created_at"]
        view = (await client.get(f"/v1/campaigns/{campaign_id}")).json()
        assert {key: row[key] for key in view} == view
    assert await listed(fresh.other) == []


async def test_a_list_is_sorted_and_paged_by_each_of_its_keys(fresh: Running) -> None:
    wanted = ["beta", "Alpha", "alpha", "gamma", "délta", "  ä"]
    ids = [
        made(await fresh.user.post("/v1/campaigns", json={"name": name}))["campaign_id"] for name in wanted
    ]
    await fresh.user.patch(f"/v1/campaigns/{ids[0]}", json={"max_retries": 1})
    assert names(await listed(fresh.user)) == wanted[::-1]
    assert names(await listed(fresh.user, "&sort=created")) == wanted
    assert names(await listed(fresh.user, "&sort=updated")) == [*wanted[1:], wanted[0]]
    by_name = names(await listed(fresh.user, "&sort=name"))
    assert [name for name in by_name if name.isascii()] == ["Alpha", "alpha", "beta", "gamma"]
    for sort in Sort:
        rows = [row["campaign_id"] for row in await listed(fresh.user, f"&sort={sort}")]
        assert sorted(rows) == sorted(ids)
        turned = sort.removeprefix("-") if sort.startswith("-") else f"-{sort}"
        assert [row["campaign_id"] for row in await listed(fresh.user, f"&sort={turned}")] == rows[::-1]


async def test_a_page_goes_on_where_the_last_one_ended_whatever_changes_meanwhile(fresh: Running) -> None:
    for name in "abcdef":
        made(await fresh.user.post("/v1/campaigns", json={"name": name}))
    first = (await fresh.user.get("/v1/campaigns?sort=name&limit=3")).json()
    assert names(first["items"]) == ["a", "b", "c"]
    made(await fresh.user.post("/v1/campaigns", json={"name": "aa"}))
    for row in (first["items"][0], first["items"][2]):
        assert (await fresh.user.delete(f"/v1/campaigns/{row['campaign_id']}")).is_success
    rest = (await fresh.user.get(f"/v1/campaigns?sort=name&cursor={first['next']}")).json()
    assert (names(rest["items"]), rest["next"]) == (["d", "e", "f"], None)


async def test_a_list_is_filtered(fresh: Running) -> None:
    ready = await fresh.ready_campaign(name="50% off_\\ today")
    await fresh.user.post(f"/v1/campaigns/{ready}/activate")
    away = await fresh.campaign(name="Away")
    await fresh.user.post(f"/v1/campaigns/{away}/archive")
    await fresh.campaign(name="Today's ÜBER")
    await fresh.campaign(fresh.other, name="theirs today")
    for query, expected in (
        ("", ["Today's ÜBER", "50% off_\\ today"]),
        ("&archived=true", ["Away"]),
        ("&archived=all", ["Today's ÜBER", "Away", "50% off_\\ today"]),
        ("&status=active", ["50% off_\\ today"]),
        ("&status=finished", []),
        ("&q=TODAY", ["Today's ÜBER", "50% off_\\ today"]),
        ("&q=über", ["Today's ÜBER"]),
        ("&q=%25", ["50% off_\\ today"]),
        ("&q=_", ["50% off_\\ today"]),
        ("&q=%5C", ["50% off_\\ today"]),
        ("&q='", ["Today's ÜBER"]),
        ("&q='%20or%201=1--", []),
        ("&q=%F0%9F%8E%89", []),
    ):
        assert names(await listed(fresh.user, query)) == expected, query
    owner_id = (await fresh.other.get("/v1/me")).json()["user_id"]
    assert names(await listed(fresh.admin, f"&owner_id={owner_id}")) == ["theirs today"]
    assert await listed(fresh.admin, f"&owner_id={uuid4()}") == []
    assert await listed(fresh.user, f"&owner_id={owner_id}") == []
    assert len(await listed(fresh.admin)) == 3


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("sort=colour", "sort"),
        ("sort=name;drop", "sort"),
        ("sort=", "sort"),
        ("status=lost", "status"),
        ("archived=perhaps", "archived"),
        ("owner_id=me", "owner_id"),
        ("q=" + "x" * 201, "q"),
        ("q=a%00b", "q"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=many", "limit"),
        ("cursor=", "cursor"),
        ("cursor=17", "cursor"),
        ("cursor=%00", "cursor"),
        ("cursor=" + "A" * 3000, "cursor"),
        ("cursor=WyItY3JlYXRlZCIsIngiLDFd", "cursor"),
    ],
)
async def test_a_query_that_cannot_be_is_named(service: Running, query: str, field: str) -> None:
    response = await service.user.get(f"/v1/campaigns?{query}")
    assert (response.status_code, response.json()["field"]) == (400, field), response.text
    assert "regex" not in response.json()["reason"]


async def test_a_cursor_of_another_sort_is_refused(fresh: Running) -> None:
    for _ in range(2):
        await fresh.campaign()
    cursor = (await fresh.user.get("/v1/campaigns?limit=1&sort=name")).json()["next"]
    for sort in ("-name", "created", "updated"):
        response = await fresh.user.get(f"/v1/campaigns?sort={sort}&cursor={cursor}")
        assert (response.status_code, response.json()["field"]) == (400, "cursor")
    assert (await fresh.user.get(f"/v1/campaigns?sort=name&cursor={cursor}")).is_success


async def test_two_hundred_campaigns_with_a_million_numbers_are_listed_quickly(fresh: Running) -> None:
    first = await fresh.campaign(name="big")
    insert = (
        "insert into number_progress(number_id, campaign_id, generation, slot_at, rank, state, attempt_no)"
        " select n, $1, 0, now(), 5, (array['completed', 'failed', 'waiting_retry'])[1 + n % 3], 1"
        " from generate_series(1, 1000000) n"
    )
    await fresh.pool.execute(insert, UUID(first), timeout=60)
    for query in (
        "insert into campaign(campaign_id, owner_id, state) select id, owner_id,"
        " state || jsonb_build_object('campaign_id', id)"
        " from campaign cross join (select gen_random_uuid() as id from generate_series(1, 199)) as other",
        "vacuum analyze number_progress",
    ):
        await fresh.pool.execute(query, timeout=60)
    took: list[float] = []
    for _ in range(5):
        start = time.perf_counter()
        response = await fresh.admin.get("/v1/campaigns?limit=200")
        took.append(time.perf_counter() - start)
    rows = response.json()["items"]
    (big,) = [row for row in rows if row["campaign_id"] == first]
    assert (len(rows), big["answered"], big["numbers_left"]) == (200, 333_333, 0 - 666_667)
    print(json.dumps({"list_of_200_s": sorted(took)}))
    assert min(took) < 0.5, took
