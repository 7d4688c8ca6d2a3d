"""What the rules of a campaign may be: each field that cannot is named."""

from datetime import UTC, date, time
from typing import Any
from uuid import UUID

import msgspec
import pytest
from evendial_campaigns.core.commands import ChangeRules, Create
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.core.rules import BOUNDS, Bound, check, check_device
from evendial_campaigns.core.rules_change import RulesChange
from evendial_contracts.campaigns import CampaignRules
from evendial_contracts.retries import Retry, RetryPolicy
from evendial_contracts.windows import Window

from tests.unit.campaigns.given import A_DEVICE, CAMPAIGN, FACTS, RULES, USER, Given, created

pytestmark = pytest.mark.unit


def refused_field(rules: CampaignRules) -> str | None:
    with pytest.raises(Rejected) as refusal:
        check(rules, FACTS.time_zones, FACTS.regions)
        check_device(rules, A_DEVICE)
    assert refusal.value.slug == "invalid_field"
    assert refusal.value.detail.startswith(("must ", "needs "))
    return refusal.value.field


def retried(**outcomes: Retry) -> dict[str, Any]:
    return {"max_retries": 3, "retry_policy": RetryPolicy(**outcomes)}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"time_zone": ""}, "time_zone"),
        ({"window": Window(weekdays=())}, "window.weekdays"),
        ({"window": Window(weekdays=(0,))}, "window.weekdays"),
        ({"window": Window(weekdays=(8,))}, "window.weekdays"),
        ({"window": Window(weekdays=(1, 1))}, "window.weekdays"),
        ({"window": Window(start=time(9, tzinfo=UTC))}, "window.start"),
        ({"window": Window(stop=time(9, tzinfo=UTC))}, "window.stop"),
        ({"window": Window(first_day=date(2026, 5, 2), last_day=date(2026, 5, 1))}, "window.last_day"),
        ({"window": Window(closed_days=(date(2026, 5, 1),) * 2)}, "window.closed_days"),
        (
            {"window": Window(closed_days=tuple(date.fromordinal(740_000 + n) for n in range(401)))},
            "window.closed_days",
        ),
        ({"max_retries": -1}, "max_retries"),
        ({"ring_timeout_s": 9}, "ring_timeout_s"),
        ({"max_call_s": 29}, "max_call_s"),
        ({"max_call_s": 14_401}, "max_call_s"),
        ({"calls_per_minute": 0}, "calls_per_minute"),
        ({"calls_per_minute": 30_001}, "calls_per_minute"),
        ({"retry_delay_s": -1}, "retry_delay_s"),
        ({"max_concurrent_calls": 0}, "max_concurrent_calls"),
        ({"weight": 0}, "weight"),
        ({"weight": 101}, "weight"),
        ({"default_region": "de"}, "default_region"),
        ({"default_region": ""}, "default_region"),
        ({"default_region": "XX"}, "default_region"),
        (retried(busy=Retry(delays_s=(60, -1))), "retry_policy.busy.delays_s[1]"),
        (retried(no_answer=Retry(delays_s=(2_592_001,))), "retry_policy.no_answer.delays_s[0]"),
        (retried(rejected=Retry(delays_s=(1,) * 21)), "retry_policy.rejected.delays_s"),
        (retried(congestion=Retry(max_retries=-1)), "retry_policy.congestion.max_retries"),
        (retried(failed_system=Retry(max_retries=1_001)), "retry_policy.failed_system.max_retries"),
        (retried(busy=Retry()) | {"max_retries": 0}, "max_retries"),
        ({"caller_id": "15550002222"}, "caller_id"),
        ({"caller_id": "15550001111", "device_id": None}, "caller_id"),
    ],
)
def test_a_field_that_cannot_be_is_named(change: dict[str, Any], field: str) -> None:
    assert refused_field(msgspec.structs.replace(RULES, **change)) == field


@pytest.mark.parametrize(
    "outcomes",
    [
        {"busy": Retry(delays_s=(0, 2_592_000), max_retries=1_000)},
        {"rejected": Retry(delays_s=(1,) * 20, max_retries=0)},
        {},
    ],
)
def test_a_retry_policy_may_name_any_of_the_outcomes(outcomes: dict[str, Retry]) -> None:
    check(msgspec.structs.replace(RULES, **retried(**outcomes)), FACTS.time_zones, FACTS.regions)


@pytest.mark.parametrize("outcome", [{"congestion": Retry()}, {"busy": Retry(max_retries=0)}])
def test_what_needs_no_further_attempt_may_stand_beside_none(outcome: dict[str, Retry]) -> None:
    rules = msgspec.structs.replace(RULES, max_retries=0, retry_policy=RetryPolicy(**outcome))
    check(rules, FACTS.time_zones, FACTS.regions)


@pytest.mark.parametrize("bound", BOUNDS, ids=lambda bound: bound.field)
def test_both_ends_of_a_bound_are_allowed(bound: Bound) -> None:
    for value in (bound.least, bound.most):
        check(msgspec.structs.replace(RULES, **{bound.field: value}), FACTS.time_zones, FACTS.regions)


@pytest.mark.parametrize(
    "window",
    [
        Window(start=time(22), stop=time(6)),
        Window(start=time(9), stop=time(9)),
        Window(first_day=date(2026, 5, 1), last_day=date(2026, 5, 1), weekdays=(7, 1)),
    ],
)
def test_a_window_may_cross_midnight_last_all_day_and_be_one_day(window: Window) -> None:
    check(msgspec.structs.replace(RULES, window=window), FACTS.time_zones, FACTS.regions)


def test_a_device_of_somebody_else_is_no_device() -> None:
    known = msgspec.structs.replace(FACTS, device=None)
    refused = {"slug": "invalid_field", "field": "device_id"}
    Given().when(Create(campaign_id=CAMPAIGN, by=USER, rules=RULES), known).then_rejected(**refused)
    other = ChangeRules(by=USER, changes=RulesChange(device_id=UUID(int=77)))
    Given(created()).when(other, known).then_rejected(**refused)


def test_a_campaign_needs_no_device_at_first() -> None:
    bare = CampaignRules(name="spring")
    check(bare, FACTS.time_zones, FACTS.regions)
    check_device(bare, None)
