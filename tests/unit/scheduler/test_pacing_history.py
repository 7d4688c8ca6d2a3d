"""What holds of slots whatever happens: ticks at odd times, downtime, stop and go, edits."""

from itertools import pairwise

import pytest
from evendial_scheduler.core.instants import SECOND_US
from evendial_scheduler.core.pacing import MINUTE_US, Slot, campaign_gap_us, trunk_gap_us
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.scheduler.pacing_run import AHEAD_US, LEAD_US, Run, campaign_id

pytestmark = pytest.mark.unit

NOW = 1_800_000_000 * SECOND_US
CAMPAIGNS = 4

waits = st.sampled_from([0, 1_000, 250_000, SECOND_US, 1_003_017, 1_900_000, 7 * SECOND_US, MINUTE_US])
"""From a plan to the next: woken, early, on time, late, later than was planned ahead, after an outage."""
who = st.integers(0, CAMPAIGNS - 1)
acts = st.one_of(
    st.tuples(st.just("toggle"), who),
    st.tuples(st.just("rate"), who, st.integers(1, 6000)),
    st.tuples(st.just("weight"), who, st.integers(1, 100)),
    st.tuples(st.just("trunk"), st.floats(0.2, 50)),
    st.tuples(st.just("ceiling"), st.floats(0.5, 50)),
    st.tuples(st.just("nothing")),
)


class History(Run):
    """Checks each plan as it is made, by the gaps that were in force then."""

    def happens(self, act: tuple[object, ...]) -> None:
        match act:
            case "toggle", int(index):
                self.active ^= {campaign_id(index)}
            case "rate", int(index), int(rate):
                self.gaps[campaign_id(index)] = campaign_gap_us(rate)
            case "weight", int(index), int(weight):
                self.weights[campaign_id(index)] = weight
            case "trunk", float(rate):
                self.trunk_gap = trunk_gap_us(rate)
            case "ceiling", float(rate):
                self.ceiling_gap = trunk_gap_us(rate)
            case _:
                pass

    def plans(self, now: int) -> None:
        before = len(self.slots)
        new = self.plan_at(now)
        assert all(now + LEAD_US <= slot.at_us < now + AHEAD_US for slot in new)
        assert {slot.campaign_id for slot in new} <= self.active
        for campaign, gap in self.gaps.items():
            self._apart([slot.at_us for slot in self.slots if slot.campaign_id == campaign], new, gap)
        for trunk in {slot.trunk_id for slot in new}:
            on_it = [slot.at_us for slot in self.slots if slot.trunk_id == trunk]
            self._apart(on_it, new, self.trunk_gap)
        self._apart([slot.at_us for slot in self.slots], new, self.ceiling_gap)
        assert self.slots[before:] == new

    @staticmethod
    def _apart(slots: list[int], new: list[Slot], gap: int) -> None:
        fresh = {slot.at_us for slot in new}
        slots = sorted(slots)
        assert all(later - slot >= gap for slot, later in pairwise(slots) if later in fresh)


@given(
    st.lists(st.integers(1, 6000), min_size=CAMPAIGNS, max_size=CAMPAIGNS),
    st.lists(st.tuples(waits, acts), max_size=25),
)
def test_no_slot_is_early_or_too_close_to_another_whatever_happens(
    rates: list[int], history: list[tuple[int, tuple[object, ...]]]
) -> None:
    run, now = History(rates, 20, trunks=[0, 0, 1, 1], ceiling=1000), NOW
    for wait, act in history:
        run.happens(act)
        run.plans(now)
        now += wait


@given(
    st.lists(st.integers(1, 6000), min_size=CAMPAIGNS, max_size=CAMPAIGNS),
    st.integers(1, 50),
    st.lists(st.tuples(waits, who), max_size=40),
)
def test_no_half_open_minute_holds_more_than_the_rate(
    rates: list[int], cps: int, history: list[tuple[int, int]]
) -> None:
    run, now = History(rates, cps), NOW
    for wait, toggled in history:
        run.happens(("toggle", toggled))
        run.plan_at(now)
        now += wait
    for index, rate in enumerate(rates):
        slots = run.of(campaign_id(index))
        assert all(sum(at <= each < at + MINUTE_US for each in slots) <= rate for at in slots)


@given(st.integers(1, 600), st.integers(3 * SECOND_US, 3_600 * SECOND_US), st.integers(1, 20))
def test_after_an_outage_a_trunk_is_given_no_more_than_ever(rate: int, down: int, campaigns: int) -> None:
    run = Run([rate] * campaigns, 10)
    run.plan_at(NOW)
    back = run.plan_at(NOW + down)
    assert all(later.at_us - slot.at_us >= 100_000 for slot, later in pairwise(back))
    assert len(back) <= 20


def test_a_hundred_campaigns_use_all_of_a_trunk_and_none_is_early_or_loses_a_call_in_ten_minutes() -> None:
    run, gap = Run([6] * 100, calls_per_second=10), 10 * SECOND_US
    run.plan_each(now + (now * 7919) % 60_000 for now in range(NOW, NOW + 600 * SECOND_US, SECOND_US))
    slots = [slot.at_us for slot in run.slots]
    assert {later - slot for slot, later in pairwise(slots)} == {100_000}
    for index in range(100):
        own = run.of(campaign_id(index))
        assert {later - slot for slot, later in pairwise(own)} == {gap}
        assert len(own) >= 60


@pytest.mark.parametrize("rates", [[300] + [10] * 15, [7, 11, 20, 45, 60, 90, 3, 33], [200, 100, 30, 30]])
def test_a_trunk_with_some_room_to_spare_gives_each_campaign_nearly_its_rate(rates: list[int]) -> None:
    run = Run(rates, sum(rates) / 60 / 0.75)
    run.plan_each(range(NOW, NOW + 600 * SECOND_US, SECOND_US))
    for index, rate in enumerate(rates):
        assert len(run.of(campaign_id(index))) >= 0.9 * rate * 10
