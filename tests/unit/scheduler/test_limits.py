"""The smallest limit wins and is named."""

from collections.abc import Sequence
from datetime import time
from uuid import UUID

import pytest
from evendial_contracts.campaigns import CampaignRules
from evendial_contracts.windows import Window
from evendial_scheduler.core.limits import Binding, Ceiling, Limit, smaller
from evendial_scheduler.core.outlook import planned
from evendial_scheduler.core.room import NO_CEILING, System
from evendial_scheduler.core.roster import Active, InFlight
from msgspec.structs import replace

from tests.unit.scheduler.makers import CAMPAIGN, DEVICE, NOON, OWNER, TRUNK, active, device, seconds, trunk

pytestmark = pytest.mark.unit

OTHER = UUID(int=99)


def rules(**changes: object) -> CampaignRules:
    return replace(CampaignRules(name="spring", device_id=DEVICE, calls_per_minute=600), **changes)


def flying(calls: int) -> InFlight:
    return InFlight(campaign_id=CAMPAIGN, owner_id=OWNER, device_id=DEVICE, trunk_id=TRUNK, calls=calls)


def binding(campaign: Active, calls: int = 0, system: System = NO_CEILING) -> Binding:
    return bindings([campaign], calls, system)[campaign.campaign_id]


def bindings(campaigns: Sequence[Active], calls: int = 0, system: System = NO_CEILING) -> dict[UUID, Binding]:
    return planned(campaigns, [flying(calls)], NOON, NOON + seconds(2), system).bindings


def test_nobody_due_and_a_closed_window_come_before_all_limits() -> None:
    closed = rules(window=Window(start=time(22), stop=time(23)))
    assert binding(active(due=0)) == Binding(limit=Limit.NUMBERS, of=CAMPAIGN)
    assert binding(active(rules=closed)) == Binding(limit=Limit.WINDOW, of=CAMPAIGN)


def test_a_campaign_that_runs_out_of_numbers_or_time_while_it_is_planned_is_bound_by_that() -> None:
    soon_over = rules(window=Window(start=time(11), stop=time(12, 0, 1)))
    assert binding(active(rules=rules(), due=3)) == Binding(limit=Limit.NUMBERS, of=CAMPAIGN)
    assert binding(active(rules=soon_over, due=21)) == Binding(limit=Limit.WINDOW, of=CAMPAIGN)


def test_who_gets_all_that_its_rate_allows_is_bound_by_its_rate() -> None:
    slow = rules(calls_per_minute=6)
    assert binding(active(rules=slow)) == Binding(limit=Limit.CAMPAIGN_RATE, of=CAMPAIGN, most=6)
    just_called = active(rules=slow, last_slot_at=NOON - seconds(1))
    assert binding(just_called) == Binding(limit=Limit.CAMPAIGN_RATE, of=CAMPAIGN, most=6)


def test_a_trunk_that_gives_fewer_calls_a_second_binds() -> None:
    assert binding(active(rules=rules(), due=21, on_trunk=trunk(cps=5))) == Binding(
        limit=Limit.TRUNK_RATE, of=TRUNK, most=5
    )
    less = replace(trunk(cps=5), reduced=True)
    assert binding(active(rules=rules(), due=21, on_trunk=less)).limit is Limit.REDUCED_PACE


def test_a_trunk_whose_breaker_is_open_is_given_nothing() -> None:
    broken = active(rules=rules(), on_trunk=replace(trunk(cap=50), room=0))
    assert binding(broken) == Binding(limit=Limit.BREAKER, of=TRUNK, most=0, used=0)


@pytest.mark.parametrize(
    ("campaign", "limit", "of"),
    [
        (active(rules=rules(max_concurrent_calls=4), due=21), Limit.CAMPAIGN_CALLS, CAMPAIGN),
        (active(rules=rules(), due=21, owner_cap=4), Limit.OWNER_CALLS, OWNER),
        (active(rules=rules(), due=21, on_device=device(cap=4)), Limit.DEVICE_CALLS, DEVICE),
        (active(rules=rules(), due=21, on_trunk=trunk(cap=4)), Limit.TRUNK_CALLS, TRUNK),
    ],
)
def test_a_limit_of_calls_at_once_binds_with_what_is_planned(
    campaign: Active, limit: Limit, of: UUID
) -> None:
    assert binding(campaign, calls=1) == Binding(limit=limit, of=of, most=4, used=4)
    assert binding(campaign, calls=6) == Binding(limit=limit, of=of, most=4, used=6)


def test_the_ceilings_of_the_system_bind() -> None:
    campaign = active(rules=rules(), due=21, on_trunk=trunk(cap=20))
    assert binding(campaign, system=System(calls_per_second=2)) == Binding(limit=Limit.SYSTEM_RATE, most=2)
    assert binding(campaign, calls=1, system=System(max_concurrent_calls=7)) == Binding(
        limit=Limit.SYSTEM_CALLS, most=7, used=7
    )


def test_the_smallest_of_many_limits_is_named() -> None:
    campaign = active(
        rules=rules(max_concurrent_calls=9),
        due=21,
        owner_cap=8,
        on_device=device(cap=7),
        on_trunk=trunk(cap=6, cps=5),
    )
    assert binding(campaign, calls=1).limit is Limit.TRUNK_CALLS
    assert binding(replace(campaign, due=2), calls=1).limit is Limit.NUMBERS
    assert binding(campaign, system=System(calls_per_second=1)).limit is Limit.SYSTEM_RATE


def test_campaigns_that_share_a_trunk_are_each_bound_by_what_holds_them() -> None:
    greedy = active(rules=rules(calls_per_minute=1200), due=41)
    modest = active(OTHER, rules(calls_per_minute=6), due=2)
    found = bindings([greedy, modest])
    assert found[CAMPAIGN].limit is Limit.TRUNK_RATE
    assert found[OTHER].limit is Limit.CAMPAIGN_RATE


def test_of_two_ceilings_the_one_that_leaves_less_is_smaller() -> None:
    ten_left, two_left = (Ceiling(limit=Limit.TRUNK_CALLS, most=20, used=used) for used in (10, 18))
    assert smaller(None, ten_left) is ten_left
    assert smaller(ten_left, two_left) is two_left
    assert smaller(two_left, ten_left) is two_left
