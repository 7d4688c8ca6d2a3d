from collections import Counter
from itertools import accumulate, pairwise
from uuid import UUID

import pytest
from evendial_scheduler.core.instants import SECOND_US
from evendial_scheduler.core.limits import Ceiling, Limit
from evendial_scheduler.core.pacing import MINUTE_US, campaign_gap_us, not_after_us, trunk_gap_us
from evendial_scheduler.core.plan import plan
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.scheduler.pacing_run import AHEAD_US, DEVICE, LEAD_US, TRUNK, Run, campaign_id, line, pace

pytestmark = pytest.mark.unit

NOW = 1_800_000_000 * SECOND_US
rates = st.integers(1, 6000)
waits = st.lists(
    st.sampled_from([1_000, 250_000, SECOND_US, 1_003_017, 1_900_000, 7 * SECOND_US]), max_size=40
)
"""From a plan to the next: woken, early, on time, late, later than was planned ahead."""


def calls(left: int) -> Ceiling:
    return Ceiling(limit=Limit.DEVICE_CALLS, most=left)


def test_ten_a_minute_are_six_seconds_apart_from_the_first_call_on() -> None:
    run = Run([10], calls_per_second=100)
    run.plan_each(range(NOW, NOW + MINUTE_US, SECOND_US))
    first = NOW + LEAD_US
    assert run.of(campaign_id(0)) == [first + n * 6 * SECOND_US for n in range(11)]


@given(rates)
def test_gaps_are_never_a_hair_too_short(rate: int) -> None:
    assert campaign_gap_us(rate) * rate >= MINUTE_US
    assert (campaign_gap_us(rate) - 1) * rate < MINUTE_US


@given(st.lists(rates, min_size=1, max_size=4), st.integers(1, 50), waits)
def test_a_campaign_never_exceeds_its_rate_in_any_minute(
    rates: list[int], cps: int, waits: list[int]
) -> None:
    run = Run(rates, cps)
    run.plan_each(accumulate(waits, initial=NOW))
    for index, rate in enumerate(rates):
        slots = run.of(campaign_id(index))
        assert all(later - earlier >= campaign_gap_us(rate) for earlier, later in pairwise(slots))
        in_minute_from = (sum(at <= other < at + MINUTE_US for other in slots) for at in slots)
        assert max(in_minute_from, default=0) <= rate


@given(st.lists(rates, min_size=1, max_size=6), st.integers(1, 50), waits)
def test_calls_on_a_trunk_are_never_closer_than_it_allows(
    rates: list[int], cps: int, waits: list[int]
) -> None:
    run = Run(rates, cps)
    run.plan_each(accumulate(waits, initial=NOW))
    slots = sorted(slot.at_us for slot in run.slots)
    assert all(later - earlier >= trunk_gap_us(cps) for earlier, later in pairwise(slots))


@given(rates, st.integers(3 * SECOND_US, 86_400 * SECOND_US))
def test_what_was_missed_is_not_made_up(rate: int, down: int) -> None:
    run = Run([rate], calls_per_second=1000)
    last, gap, back = run.plan_at(NOW)[-1].at_us, campaign_gap_us(rate), NOW + down
    after = [slot.at_us for slot in run.plan_at(back)]
    first = max(last + gap, back + LEAD_US)
    assert after == list(range(first, back + AHEAD_US, gap))


@given(rates, st.lists(st.integers(1, SECOND_US), min_size=1, max_size=30))
def test_planning_more_often_changes_nothing(rate: int, waits: list[int]) -> None:
    often, once = Run([rate], 1000), Run([rate], 1000)
    often.plan_each(accumulate(waits, initial=NOW))
    once.plan_each(range(NOW, NOW + sum(waits), SECOND_US))
    assert all(a == b for a, b in zip(often.slots, once.slots, strict=False))


def test_stop_and_go_do_not_outrun_the_rate() -> None:
    run = Run([10], calls_per_second=100)
    run.plan_at(NOW)
    run.active.clear()
    run.plan_at(NOW + SECOND_US)
    run.active.add(campaign_id(0))
    run.plan_each(range(NOW + 2 * SECOND_US, NOW + 10 * SECOND_US, SECOND_US))
    first, second = run.of(campaign_id(0))
    assert second - first == 6 * SECOND_US


def test_a_slot_that_the_trunk_moves_takes_its_campaigns_anchor_with_it() -> None:
    taken = NOW + LEAD_US
    slots = plan([pace(campaign_id(0), opens_us=taken)], [line(10, (taken,))], {}, NOW + 2 * SECOND_US).slots
    assert [slot.at_us - taken for slot in slots] == [100_000, 1_100_000]


def test_a_new_campaign_uses_the_room_between_slots_that_were_given_before() -> None:
    taken = (NOW + 60_000, NOW + 1_900_000)
    slots = plan(
        [pace(campaign_id(0), opens_us=NOW + LEAD_US)], [line(10, taken)], {}, NOW + 2 * SECOND_US
    ).slots
    assert [slot.at_us - NOW for slot in slots] == [160_000, 1_160_000]


def test_a_hundred_campaigns_share_a_full_trunk_evenly() -> None:
    run = Run([6] * 100, calls_per_second=10)
    run.plan_each(range(NOW, NOW + MINUTE_US, SECOND_US))
    slots = [slot.at_us for slot in run.slots]
    assert {later - earlier for earlier, later in pairwise(slots)} == {100_000}
    assert set(Counter(slot.campaign_id for slot in run.slots[:600]).values()) == {6}


@given(st.lists(rates, min_size=2, max_size=12), st.integers(1, 5))
def test_nobody_starves_on_a_trunk_that_is_too_small(rates: list[int], cps: int) -> None:
    run = Run(rates, cps)
    run.plan_each(range(NOW, NOW + 30 * SECOND_US, SECOND_US))
    for index, rate in enumerate(rates):
        slots = run.of(campaign_id(index))
        a_turn_of_all = len(rates) * trunk_gap_us(cps)
        patience = campaign_gap_us(rate) + max(campaign_gap_us(rate), a_turn_of_all) + a_turn_of_all
        assert all(later - earlier <= patience for earlier, later in pairwise(slots))
        assert slots[0] <= NOW + LEAD_US + a_turn_of_all


@given(st.integers(2, 10), st.integers(1, 5))
def test_campaigns_of_one_rate_get_equal_shares(campaigns: int, cps: int) -> None:
    run = Run([6000] * campaigns, cps)
    run.plan_each(range(NOW, NOW + 30 * SECOND_US, SECOND_US))
    shares = [len(run.of(campaign_id(index))) for index in range(campaigns)]
    assert max(shares) - min(shares) <= 1


def test_no_slot_is_given_after_the_window_or_the_horizon() -> None:
    closes = NOW + 1_500_000
    slots = plan(
        [pace(campaign_id(0), opens_us=NOW, rate=120, closes_us=closes)], [line()], {}, NOW + 9 * SECOND_US
    ).slots
    assert [slot.at_us - NOW for slot in slots] == [0, 500_000, 1_000_000]
    assert {slot.closes_us for slot in slots} == {closes}
    unbounded = plan([pace(campaign_id(0), opens_us=NOW)], [line()], {}, NOW + 2 * SECOND_US).slots
    assert [slot.at_us - NOW for slot in unbounded] == [0, SECOND_US]


def test_a_closed_campaign_does_not_hold_up_the_others() -> None:
    closed = pace(campaign_id(0), opens_us=NOW, closes_us=NOW)
    slots = plan([closed, pace(campaign_id(1), opens_us=NOW)], [line()], {}, NOW + SECOND_US).slots
    assert [slot.campaign_id for slot in slots] == [campaign_id(1)]


@pytest.mark.parametrize("limited", [campaign_id(0), DEVICE, TRUNK])
def test_the_smallest_room_wins(limited: UUID) -> None:
    room = {campaign_id(0): calls(5), DEVICE: calls(6), TRUNK: calls(7)} | {limited: calls(2)}
    slots = plan([pace(campaign_id(0), opens_us=NOW, rate=6000)], [line()], room, NOW + SECOND_US).slots
    assert len(slots) == 2


def test_a_trunk_without_room_moves_no_slot_of_another_one() -> None:
    run = Run([60, 60], 100, trunks=[0, 1])
    slots = run.plan_at(NOW, {TRUNK: calls(0)})
    assert [(slot.campaign_id, slot.at_us - NOW) for slot in slots] == [
        (campaign_id(1), LEAD_US),
        (campaign_id(1), LEAD_US + SECOND_US),
    ]


def test_room_of_a_device_is_shared_in_turn() -> None:
    paces = [pace(campaign_id(n), opens_us=NOW, rate=6000) for n in range(3)]
    slots = plan(paces, [line()], {DEVICE: calls(6)}, NOW + SECOND_US).slots
    assert Counter(slot.campaign_id for slot in slots) == {campaign_id(n): 2 for n in range(3)}


@pytest.mark.parametrize(
    ("gap_us", "closes_us", "late_us"),
    [
        (20_000, None, 100_000),
        (400_000, None, 200_000),
        (6 * SECOND_US, None, SECOND_US),
        (6 * SECOND_US, NOW + 300_000, 300_000),
        (6 * SECOND_US, NOW + 5 * SECOND_US, SECOND_US),
    ],
)
def test_how_late_a_call_may_start(gap_us: int, closes_us: int | None, late_us: int) -> None:
    assert not_after_us(NOW, gap_us, closes_us) == NOW + late_us
