"""Retries by outcome over HTTP: taken, shown, copied, logged, and refused where they cannot be."""

from typing import Any

import pytest

from tests.integration.campaigns.conftest import Running, made

pytestmark = pytest.mark.integration

OUTCOMES = ("busy", "no_answer", "rejected", "congestion", "failed_system")
POLICY = {"busy": {"delays_s": [300, 1800], "max_retries": 3}, "rejected": {}}


def shown(policy: dict[str, Any]) -> dict[str, Any]:
    """As an answer has it: every outcome, every field."""
    plain: dict[str, Any] = {"delays_s": [], "max_retries": None}
    return {name: plain | policy[name] if name in policy else None for name in OUTCOMES}


async def test_a_policy_is_kept_copied_replaced_as_a_whole_and_taken_away(service: Running) -> None:
    campaign_id = await service.campaign(max_retries=4, retry_policy=POLICY)
    url = f"/v1/campaigns/{campaign_id}"
    assert (await service.user.get(url)).json()["retry_policy"] == shown(POLICY)
    copy = made(await service.user.post(f"{url}/clone"))
    assert copy["retry_policy"] == shown(POLICY)
    other = {"no_answer": {"delays_s": [60]}}
    for change, policy in (
        ({"retry_policy": other}, shown(other)),
        ({"name": "x"}, shown(other)),
        ({"retry_policy": None}, None),
    ):
        assert (await service.user.patch(url, json=change)).json()["retry_policy"] == policy
    sentences = [each["sentence"] for each in (await service.user.get(f"{url}/log")).json()["items"]]
    assert [each.partition(").")[2] for each in sentences if "rules were changed" in each] == [
        "",
        " Retries by outcome: no answer after 60 s.",
        " Retries by outcome: no answer after 60 s.",
    ]
    assert sentences[-1] == (
        "The campaign “test” was made. Retries by outcome: busy after 300, then 1800 s, 3 times at most;"
        " rejected after 300 s."
    )


@pytest.mark.parametrize(
    ("policy", "field"),
    [
        ({"answered": {}}, "retry_policy.answered"),
        ({"unknown": {}}, "retry_policy.unknown"),
        ({"busy": {"delay_s": 5}}, "retry_policy.busy.delay_s"),
        ({"busy": {"delays_s": 5}}, "retry_policy.busy.delays_s"),
        ({"busy": {"delays_s": ["5"]}}, "retry_policy.busy.delays_s[0]"),
        ({"busy": {"delays_s": [1, -1]}}, "retry_policy.busy.delays_s[1]"),
        ({"busy": 300}, "retry_policy.busy"),
        ([], "retry_policy"),
    ],
)
async def test_what_no_policy_can_be_is_refused_by_its_name(
    service: Running, policy: Any, field: str
) -> None:
    body = {"name": "x", "max_retries": 1, "retry_policy": policy}
    refused = await service.user.post("/v1/campaigns", json=body)
    assert (refused.status_code, refused.json()["field"]) == (400, field)


async def test_a_policy_without_a_retry_to_time_is_refused(service: Running) -> None:
    refused = await service.user.post("/v1/campaigns", json={"name": "x", "retry_policy": POLICY})
    assert (refused.status_code, refused.json()["field"]) == (400, "max_retries")
    campaign_id = await service.campaign(max_retries=1, retry_policy=POLICY)
    refused = await service.user.patch(f"/v1/campaigns/{campaign_id}", json={"max_retries": 0})
    assert (refused.status_code, refused.json()["field"]) == (400, "max_retries")
