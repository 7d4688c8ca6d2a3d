from uuid import UUID

import msgspec
import pytest
from evendial_contracts.campaigns import CampaignRules
from evendial_contracts.dialing import Caps, DialNumber, command_id
from evendial_scheduler.core.instants import instant, micros
from evendial_scheduler.core.orders import filled, orders, slots_to_keep
from evendial_scheduler.core.pacing import Slot
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.unit.scheduler.makers import (
    CAMPAIGN,
    DEVICE,
    NOON,
    OWNER,
    TRUNK,
    active,
    claimed,
    device,
    seconds,
    trunk,
)

pytestmark = pytest.mark.unit


def slot(after_s: float, campaign_id: UUID = CAMPAIGN) -> Slot:
    at = micros(NOON + seconds(after_s))
    return Slot(
        campaign_id=campaign_id, trunk_id=TRUNK, at_us=at, not_after_us=at + 500_000, closes_us=at + 900_000
    )


def test_an_order_carries_all_that_the_originator_needs() -> None:
    rules = CampaignRules(name="spring", device_id=DEVICE, caller_id="37052000000", max_concurrent_calls=3)
    campaign = active(CAMPAIGN, rules, on_device=device(cap=5), on_trunk=trunk(cap=6), owner_cap=4)
    (order,) = orders([slot(1)], [claimed(11, attempts=1)], [campaign], 7)
    assert order == DialNumber(
        command_id=command_id(CAMPAIGN, 2, 11, 2, NOON + seconds(1)),
        campaign_id=CAMPAIGN,
        owner_id=OWNER,
        number_id=11,
        generation=2,
        attempt_no=2,
        epoch=3,
        slot_at=NOON + seconds(1),
        not_after=NOON + seconds(1.5),
        e164="37060000011",
        caller_id="37052000000",
        pool="default",
        endpoint="carrier",
        trunk_id=TRUNK,
        device_id=DEVICE,
        account_code="acc-1",
        ring_timeout_s=30,
        max_call_s=3600,
        sequence_version=7,
        reference="row 11",
        closes_at=NOON + seconds(1.9),
        caps=Caps(campaign=3, owner=4, device=5, trunk=6, system=7),
    )
    assert msgspec.json.decode(msgspec.json.encode(order), type=DialNumber) == order


def test_who_has_been_due_longest_is_called_first_and_lists_keep_their_order() -> None:
    numbers = [claimed(13), claimed(11, due_at=NOON + seconds(1)), claimed(12)]
    made = orders([slot(1), slot(2), slot(3)], numbers, [active()])
    assert [order.number_id for order in made] == [12, 13, 11]


def test_what_failed_by_no_fault_of_its_own_is_a_retry_and_comes_before_who_was_never_tried() -> None:
    never_tried, failed = claimed(11), replace(claimed(12, due_at=NOON + seconds(1)), system_failures=1)
    busy = claimed(13, attempts=1, due_at=NOON + seconds(2))
    made = orders([slot(1), slot(2), slot(3)], [never_tried, failed, busy], [active()])
    assert [each.number_id for each in made] == [12, 13, 11]


def test_slots_without_a_number_are_left_out() -> None:
    other = UUID(int=99)
    made = list(orders([slot(1), slot(1.1, other), slot(2)], [claimed(11)], [active(), active(other)]))
    assert [(order.number_id, order.slot_at) for order in made] == [(11, NOON + seconds(1))]


def test_a_trunk_keeps_only_slots_that_a_new_one_may_be_too_close_to() -> None:
    before = (NOON - seconds(0.5), NOON - seconds(0.4))
    assert slots_to_keep(before, [slot(1)], 2, NOON) == [NOON - seconds(0.4), NOON + seconds(1)]
    assert slots_to_keep(before, [], 2, NOON + seconds(9)) == [NOON - seconds(0.4)]


def test_only_slots_that_a_number_was_found_for_are_filled() -> None:
    made = list(orders([slot(1), slot(2)], [claimed(11)], [active()]))
    assert filled([slot(1), slot(2)], made) == [slot(1)]


@given(st.integers(-(10**15), 10**16))
def test_instants_survive_as_microseconds(us: int) -> None:
    assert micros(instant(us)) == us
