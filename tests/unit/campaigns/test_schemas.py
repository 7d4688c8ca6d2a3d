"""The shapes of the HTTP API."""

from datetime import date, time
from typing import Any
from uuid import UUID

import msgspec
import pytest
from evendial_campaigns.api.application import Parts
from evendial_campaigns.core.jurisdictions import Jurisdictions
from evendial_campaigns.core.rules_change import RulesChange
from evendial_campaigns.schemas.body import Body
from evendial_campaigns.schemas.campaigns import CampaignCreate, CampaignPatch, WindowBody
from evendial_campaigns.schemas.resources import DeviceCreate, TrunkCreate
from evendial_campaigns.views import changes_of, rules_of
from evendial_contracts.campaigns import CampaignRules, DuplicatePolicy
from evendial_contracts.windows import Window

pytestmark = pytest.mark.unit

NO_LAWS = Jurisdictions({})
OTHER_DEPENDENCIES = {"person", "actor", "page_window", "kept", "new_id", "expected", "wanted"}


def all_bodies(kind: Any = Body) -> list[Any]:
    return [each for below in kind.__subclasses__() for each in (below, *all_bodies(below))]


def test_no_field_of_a_body_is_named_like_a_dependency() -> None:
    """Litestar would answer 500 for bad input in such a field: it takes it for a fault of ours."""
    fields = {name for body in all_bodies() for name in body.__struct_fields__}
    assert "ring_timeout_s" in fields
    assert fields & (set(Parts.__struct_fields__) | OTHER_DEPENDENCIES) == set()


def test_a_new_campaign_has_the_defaults_of_the_contract() -> None:
    assert rules_of(CampaignCreate(name="spring"), NO_LAWS) == CampaignRules(name="spring")


def test_create_and_patch_know_every_rule() -> None:
    rules = set(CampaignRules.__struct_fields__)
    assert set(CampaignPatch.__struct_fields__) == set(RulesChange.__struct_fields__) == rules
    assert set(CampaignCreate.__struct_fields__) == rules | {"owner_id"}


def test_a_patch_changes_what_it_names() -> None:
    body = msgspec.json.decode(
        b'{"window": {"start": "22:00", "stop": "06:30", "weekdays": [1], "first_day": "2026-05-01"},'
        b' "caller_id": null, "duplicate_policy": "file"}',
        type=CampaignPatch,
    )
    window = Window(start=time(22), stop=time(6, 30), weekdays=(1,), first_day=date(2026, 5, 1))
    before = CampaignRules(name="spring", caller_id="15550001111", max_retries=2)
    after = CampaignRules(name="spring", max_retries=2, window=window, duplicate_policy=DuplicatePolicy.FILE)
    assert changes_of(body, NO_LAWS).applied_to(before) == after


@pytest.mark.parametrize("wall", ["24:00", "9:00", "09:60", "09:00Z", "09:00+01:00", "noon", "09:00\n"])
def test_wall_times_are_hours_and_minutes(wall: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"start": wall}, WindowBody)


@pytest.mark.parametrize("field", ["endpoint", "pool"])
def test_no_text_ends_with_a_line_feed(field: str) -> None:
    """A bare `$` in a pattern would let it pass, and these texts go to Asterisk."""
    good = {"name": "carrier", "endpoint": "carrier", "pool": "default", "calls_per_second": 1}
    assert msgspec.convert(good, TrunkCreate)
    with pytest.raises(msgspec.ValidationError, match=field):
        msgspec.convert(good | {field: f"{good[field]}\n"}, TrunkCreate)


def test_no_text_in_a_list_ends_with_a_line_feed() -> None:
    device = {
        "name": "desk",
        "owner_id": str(UUID(int=1)),
        "trunk_id": str(UUID(int=2)),
        "account_code": "acc1",
        "caller_ids": ["15550001111", "15550002222\n"],
    }
    with pytest.raises(msgspec.ValidationError, match="caller_ids"):
        msgspec.convert(device, DeviceCreate)
