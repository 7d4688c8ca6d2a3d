"""Caps on how often one person is called, over HTTP."""

from typing import Any

import pytest

from tests.integration.campaigns.conftest import Running, made

pytestmark = pytest.mark.integration

DAY, WEEK = {"attempts": 3, "hours": 24}, {"attempts": 7, "hours": 168}
NO_LIMITS = {
    "max_campaigns": None,
    "calls_per_minute": None,
    "max_concurrent_calls": None,
    "allowed_prefixes": None,
    "premium": False,
}


async def test_an_admin_caps_an_owner_and_the_owner_a_campaign(service: Running) -> None:
    owner_id = (await service.user.get("/v1/me")).json()["user_id"]
    url = f"/v1/users/{owner_id}/limits"
    assert (await service.admin.get(url)).json()["person_caps"] == []
    kept = await service.admin.put(url, json=NO_LIMITS | {"person_caps": [DAY]})
    assert kept.json()["person_caps"] == [DAY]
    campaign = f"/v1/campaigns/{await service.campaign(person_caps=[WEEK])}"
    assert (await service.user.get(campaign)).json()["person_caps"] == [WEEK]
    copy = made(await service.user.post(f"{campaign}/clone"))
    assert copy["person_caps"] == [WEEK]
    changed = await service.user.patch(campaign, json={"person_caps": [DAY, WEEK]})
    assert changed.json()["person_caps"] == [DAY, WEEK]
    assert (await service.user.patch(campaign, json={"person_caps": []})).json()["person_caps"] == []
    for body, caps in ((NO_LIMITS, [DAY]), (NO_LIMITS | {"person_caps": []}, [])):
        assert (await service.admin.put(url, json=body)).json()["person_caps"] == caps


@pytest.mark.parametrize(
    ("caps", "field"),
    [
        ([{"attempts": 0, "hours": 24}], "person_caps[0].attempts"),
        ([DAY, {"attempts": 1, "hours": 8785}], "person_caps[1].hours"),
        ([{"attempts": 1}], "person_caps[0].hours"),
        ([DAY | {"days": 1}], "person_caps[0].days"),
        ([DAY] * 5, "person_caps"),
        (DAY, "person_caps"),
    ],
)
async def test_what_no_cap_can_be_is_refused_by_its_name(service: Running, caps: Any, field: str) -> None:
    refused = await service.user.post("/v1/campaigns", json={"name": "x", "person_caps": caps})
    assert (refused.status_code, refused.json()["field"]) == (400, field)
    owner_id = (await service.user.get("/v1/me")).json()["user_id"]
    body = NO_LIMITS | {"person_caps": caps}
    refused = await service.admin.put(f"/v1/users/{owner_id}/limits", json=body)
    assert (refused.status_code, refused.json()["field"]) == (400, field)
