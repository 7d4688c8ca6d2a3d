from datetime import time
from uuid import UUID

import pytest
from evendial_contracts.campaigns import CampaignRules
from evendial_contracts.windows import Window
from evendial_scheduler.core import room as rooms
from evendial_scheduler.core.instants import micros
from evendial_scheduler.core.outlook import lines_of
from evendial_scheduler.core.room import has_caps
from evendial_scheduler.core.roster import Active, InFlight, paces_of

from tests.unit.scheduler.makers import CAMPAIGN, DEVICE, NOON, OWNER, TRUNK, active, device, seconds, trunk

pytestmark = pytest.mark.unit

OTHER = UUID(int=99)


def flying(calls: int, campaign_id: UUID = CAMPAIGN) -> InFlight:
    return InFlight(campaign_id=campaign_id, owner_id=OWNER, device_id=DEVICE, trunk_id=TRUNK, calls=calls)


def room_for(campaigns: list[Active], in_flight: list[InFlight]) -> dict[UUID, int]:
    return {who: ceiling.left for who, ceiling in rooms.room_for(campaigns, in_flight).items()}


def capped(calls: int) -> CampaignRules:
    return CampaignRules(name="capped", device_id=DEVICE, max_concurrent_calls=calls)


def test_without_limits_there_is_room_for_every_due_number() -> None:
    assert not has_caps([active()])
    assert room_for([active(due=5)], []) == {CAMPAIGN: 5}


def test_each_limit_leaves_what_calls_in_flight_do_not_use() -> None:
    campaign = active(rules=capped(4), on_device=device(cap=10), on_trunk=trunk(cap=20), owner_cap=7)
    room = room_for([campaign], [flying(3), flying(2, OTHER)])
    assert has_caps([campaign])
    assert room == {CAMPAIGN: 1, OWNER: 2, DEVICE: 5, TRUNK: 15}


def test_the_limit_of_an_owner_counts_the_calls_of_all_their_campaigns_on_any_device() -> None:
    elsewhere = InFlight(campaign_id=OTHER, owner_id=OWNER, device_id=None, trunk_id=None, calls=4)
    strangers = InFlight(campaign_id=OTHER, owner_id=OTHER, device_id=None, trunk_id=None, calls=50)
    campaigns = [active(owner_cap=6), active(OTHER, owner_cap=6)]
    assert has_caps(campaigns)
    assert room_for(campaigns, [elsewhere, strangers]) == {CAMPAIGN: 5, OTHER: 5, OWNER: 2}


def test_a_limit_that_was_lowered_below_the_calls_in_flight_leaves_nothing() -> None:
    assert room_for([active(rules=capped(2))], [flying(3)]) == {CAMPAIGN: 0}


def test_few_due_numbers_are_less_than_a_limit_leaves() -> None:
    assert room_for([active(rules=capped(9), due=2)], []) == {CAMPAIGN: 2}


def test_a_campaign_without_due_numbers_takes_no_slots() -> None:
    assert list(paces_of([active(due=0)], NOON, NOON + seconds(2))) == []


def test_a_campaign_paces_from_its_last_slot_within_its_window() -> None:
    rules = CampaignRules(
        name="noon",
        calls_per_minute=7,
        time_zone="UTC",
        window=Window(start=time(12, 0, 1), stop=time(12, 0, 2)),
    )
    (pace,) = paces_of([active(rules=rules, last_slot_at=NOON)], NOON, NOON + seconds(2))
    assert (pace.last_us, pace.gap_us) == (micros(NOON), 8_571_429)
    assert (pace.opens_us, pace.closes_us) == (micros(NOON + seconds(1)), micros(NOON + seconds(2)))


def test_a_window_that_closes_just_after_the_horizon_is_seen_for_the_last_slot() -> None:
    rules = CampaignRules(name="noon", window=Window(start=time(11), stop=time(12, 0, 2, 500_000)))
    (pace,) = paces_of([active(rules=rules)], NOON, NOON + seconds(2))
    assert pace.closes_us == micros(NOON + seconds(2.5))


def test_a_closed_campaign_takes_no_slots() -> None:
    rules = CampaignRules(name="night", window=Window(start=time(22), stop=time(23)))
    assert list(paces_of([active(rules=rules)], NOON, NOON + seconds(2))) == []


def test_a_trunk_is_one_line_however_many_campaigns_use_it() -> None:
    on_trunk = trunk(cps=3, slots=(NOON,))
    (line,) = lines_of([active(on_trunk=on_trunk), active(OTHER, on_trunk=on_trunk)])
    assert (line.gap_us, line.taken_us) == (333_334, (micros(NOON),))
