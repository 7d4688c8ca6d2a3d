"""Laws on calling hours: chosen by name, recorded as they are."""

import pytest

from tests.integration.campaigns.conftest import Running, made

pytestmark = pytest.mark.integration


async def test_a_campaign_that_chooses_a_law_has_it_in_its_record(service: Running) -> None:
    campaign_id = await service.campaign(
        jurisdiction="us-federal", window_zone="both", unknown_zone="campaign"
    )
    url = f"/v1/campaigns/{campaign_id}"
    shown = (await service.user.get(url)).json()
    assert (shown["jurisdiction"], shown["window_zone"], shown["unknown_zone"]) == (
        "us-federal",
        "both",
        "campaign",
    )
    [law] = (await service.user.get("/v1/jurisdictions")).json()["items"]
    assert shown["jurisdiction_versions"] == [each["version"] for each in law["versions"]]
    [window] = law["versions"][0]["windows"]
    assert (window["start"], window["stop"]) == ("08:00", "21:00")
    assert "within the hours of us-federal" in shown["run_time"]
    log = (await service.user.get(f"{url}/log?kind=campaign")).text
    assert "Within the hours of us-federal (version 2003-10-01)." in log
    copy = made(await service.user.post(f"{url}/clone", json={}))
    assert copy["jurisdiction_versions"] == shown["jurisdiction_versions"]
    gone = (await service.user.patch(url, json={"jurisdiction": None})).json()
    assert (gone["jurisdiction"], gone["jurisdiction_versions"]) == (None, [])


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ({"jurisdiction": "mars"}, "jurisdiction"),
        ({"jurisdiction": 1}, "jurisdiction"),
        ({"window_zone": "called"}, "window_zone"),
        ({"unknown_zone": None}, "unknown_zone"),
        ({"window": {"closed_days": ["2027-02-30"]}}, "window.closed_days[0]"),
        ({"window": {"closed_days": ["2027-02-01", "2027-02-01"]}}, "window.closed_days"),
    ],
)
async def test_what_cannot_be_is_named(service: Running, rules: dict[str, object], field: str) -> None:
    answer = await service.user.post("/v1/campaigns", json={"name": "spring"} | rules)
    assert (answer.status_code, answer.json()["field"]) == (400, field)
