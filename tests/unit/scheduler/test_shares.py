"""Where a ceiling binds, campaigns share in proportion to their weights, and nothing is wasted."""

from collections import Counter
from itertools import pairwise
from uuid import UUID

import pytest
from evendial_scheduler.core.fair import level
from evendial_scheduler.core.instants import SECOND_US
from evendial_scheduler.core.limits import EVERYTHING, Ceiling, Limit
from evendial_scheduler.core.shares import TURN
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.scheduler.pacing_run import DEVICE, TRUNK, Run, campaign_id

pytestmark = pytest.mark.unit

NOW = 1_800_000_000 * SECOND_US
GREEDY = 6000
few = settings(max_examples=25)
weights = st.lists(st.integers(1, 100), min_size=2, max_size=8)


def seconds_of(run: Run, count: int) -> Run:
    run.plan_each(range(NOW, NOW + count * SECOND_US, SECOND_US))
    return run


def all_have_called(run: Run) -> None:
    """So nobody is new; each owes nothing."""
    run.served |= {each: -round(TURN / weight) for each, weight in run.weights.items()}


def counts(run: Run) -> list[int]:
    each = Counter(slot.campaign_id for slot in run.slots)
    return [each[campaign_id(index)] for index in range(len(run.gaps))]


@given(weights, st.integers(1, 20))
@few
def test_of_a_full_trunk_each_has_its_share_to_within_one_slot_at_any_time(
    weights: list[int], cps: int
) -> None:
    run = Run([GREEDY] * len(weights), cps, weights=weights)
    all_have_called(run)
    got = Counter[UUID]()
    for count, slot in enumerate(seconds_of(run, 15).slots, 1):
        got[slot.campaign_id] += 1
        shares = (count * weight / sum(weights) for weight in weights)
        assert all(abs(got[campaign_id(n)] - share) < 1.001 for n, share in enumerate(shares))
    assert all(later.at_us - slot.at_us <= SECOND_US // cps + 1 for slot, later in pairwise(run.slots))


def test_who_is_new_has_its_first_slot_before_all_others_and_pays_for_it() -> None:
    run = Run([GREEDY] * 5, 1, weights=[10, 10, 10, 10, 1])
    run.active.discard(campaign_id(4))
    seconds_of(run, 60)
    before = len(run.slots)
    run.active.add(campaign_id(4))
    run.plan_each(range(NOW + 60 * SECOND_US, NOW + 240 * SECOND_US, SECOND_US))
    new = [index for index, slot in enumerate(run.slots[before:]) if slot.campaign_id == campaign_id(4)]
    assert new[0] == 0
    assert 38 <= new[1] - new[0] <= 48
    assert len(new) <= 1 + 180 / 41 + 1


@pytest.mark.parametrize(
    ("campaigns", "cps"),
    [
        ([(3, 1), (61, 1), (30, 1)], 1),
        ([(20, 1)] + [(GREEDY, 1)] * 10, 5),
        ([(6, 1), (6, 1), (6, 5), (60, 1), (600, 2), (GREEDY, 1)], 2),
        ([(30, 1), (600, 1), (600, 10)], 5),
        ([(301, 1)] + [(10, 1)] * 30, 10),
    ],
)
def test_who_asks_for_less_than_its_share_gets_it_and_the_others_share_the_rest(
    campaigns: list[tuple[int, int]], cps: int
) -> None:
    rates, weights = [rate for rate, _ in campaigns], [weight for _, weight in campaigns]
    run = seconds_of(Run(rates, cps, weights=weights), 600)
    each_may = level([(rate / 60, weight) for rate, weight in campaigns], cps)
    assert len(run.slots) >= 0.998 * 600 * cps
    for (rate, weight), got in zip(campaigns, counts(run), strict=True):
        fair = 600 * min(rate / 60, each_may * weight)
        assert abs(got - fair) <= 0.02 * fair + 2


@given(weights, st.integers(1, 10))
@few
def test_a_ceiling_of_the_system_is_shared_by_weight_over_all_trunks(
    weights: list[int], ceiling: int
) -> None:
    trunks = [index % 3 for index in range(len(weights))]
    run = Run([GREEDY] * len(weights), 50, weights=weights, trunks=trunks, ceiling=ceiling)
    all_have_called(run)
    seconds_of(run, 20)
    assert all(later.at_us - slot.at_us >= SECOND_US // ceiling for slot, later in pairwise(run.slots))
    assert len(run.slots) >= 20 * ceiling
    for weight, got in zip(weights, counts(run), strict=True):
        assert abs(got - len(run.slots) * weight / sum(weights)) < 4


def test_a_trunk_that_is_slower_than_its_share_of_the_system_leaves_the_rest_to_others() -> None:
    run = seconds_of(Run([GREEDY, 60], 50, trunks=[0, 1], ceiling=10), 60)
    fast, slow = counts(run)
    assert slow >= 57
    assert fast + slow >= 600


@given(weights)
@few
def test_room_that_becomes_free_is_shared_by_weight(weights: list[int]) -> None:
    run = Run([GREEDY] * len(weights), 50, weights=weights)
    all_have_called(run)
    for now in range(NOW, NOW + 50 * SECOND_US, SECOND_US):
        run.plan_at(now, {DEVICE: Ceiling(limit=Limit.DEVICE_CALLS, most=2)})
    assert len(run.slots) == 100
    for weight, got in zip(weights, counts(run), strict=True):
        assert abs(got - 100 * weight / sum(weights)) < 1.001


def test_room_that_becomes_free_goes_by_weight_not_by_how_much_is_asked_for() -> None:
    run = Run([GREEDY, 600, 60], 50, weights=[1, 1, 2])
    for now in range(NOW, NOW + 100 * SECOND_US, 4 * SECOND_US):
        run.plan_at(now, {DEVICE: Ceiling(limit=Limit.DEVICE_CALLS, most=1)})
    assert all(abs(got - share) <= 2 for got, share in zip(counts(run), (6.25, 6.25, 12.5), strict=True))


@pytest.mark.parametrize("weight", [1, 5])
def test_who_was_away_is_owed_one_call_and_not_all_that_others_had_meanwhile(weight: int) -> None:
    run = Run([GREEDY, GREEDY], 5, weights=[1, weight])
    seconds_of(run, 10)
    run.active.discard(campaign_id(1))
    run.plan_each(range(NOW + 10 * SECOND_US, NOW + 70 * SECOND_US, SECOND_US))
    run.active.add(campaign_id(1))
    before = len(run.slots)
    run.plan_each(range(NOW + 70 * SECOND_US, NOW + 82 * SECOND_US, SECOND_US))
    back = run.slots[before : before + 60]
    assert abs(sum(slot.campaign_id == campaign_id(1) for slot in back) - 60 * weight / (weight + 1)) <= 2


@pytest.mark.parametrize(("weight", "most", "shares"), [(20, 5, (527, 27, 27)), (100, 1, (569, 6, 6))])
def test_room_that_is_short_now_and_then_does_not_mix_up_the_shares_of_the_trunk(
    weight: int, most: int, shares: tuple[int, ...]
) -> None:
    run = Run([GREEDY, GREEDY, GREEDY, 2], 1, weights=[weight, 1, 1, weight])
    for second in range(600):
        short = {DEVICE: Ceiling(limit=Limit.DEVICE_CALLS, most=most)}
        run.plan_at(NOW + second * SECOND_US, short if second % 5 == 0 else {})
    assert all(abs(got - share) <= 2 for got, share in zip(counts(run), (*shares, 20), strict=True))


def test_room_that_is_not_what_binds_changes_no_share() -> None:
    run = Run([GREEDY, GREEDY, 1], 50, trunks=[0, 1, 0], ceiling=1)
    for second in range(300):
        run.plan_at(NOW + second * SECOND_US, {TRUNK: Ceiling(limit=Limit.TRUNK_CALLS, most=50)})
    assert all(abs(got - share) <= 2 for got, share in zip(counts(run), (147, 147, 5), strict=True))


def test_a_campaign_with_a_hundred_times_the_weight_starves_nobody() -> None:
    run = seconds_of(Run([GREEDY] * 100, 10, weights=[100] + [1] * 99), 100)
    assert min(counts(run)) >= 4


def test_how_often_it_is_planned_changes_no_share() -> None:
    often, seldom = (Run([GREEDY] * 3, 7, weights=[1, 2, 4]) for _ in range(2))
    often.plan_each(range(NOW, NOW + 60 * SECOND_US, SECOND_US // 4))
    seldom.plan_each(range(NOW, NOW + 60 * SECOND_US, SECOND_US))
    assert seldom.slots[:400] == often.slots[:400]


def test_all_calls_at_once_are_shared_over_trunks() -> None:
    run = Run([60, 60], 50, trunks=[0, 1])
    run.plan_at(NOW, {EVERYTHING: Ceiling(limit=Limit.SYSTEM_CALLS, most=2)})
    assert counts(run) == [1, 1]
