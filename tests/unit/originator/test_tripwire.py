from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from evendial_contracts.calls import Disposition
from evendial_contracts.trunks import TrunkTrouble
from evendial_originator.core.call import Ended
from evendial_originator.core.tripwire import (
    Tripwire,
    after_call,
    ordered,
    placed,
    refused,
    refuses,
    told,
    trouble,
)

pytestmark = pytest.mark.unit

NOON = datetime(2027, 6, 4, 12, tzinfo=UTC)
EPOCH = 3
FAILED, CONGESTION, REJECTED = Disposition.FAILED_SYSTEM, Disposition.CONGESTION, Disposition.REJECTED


def at(after_s: float) -> datetime:
    return NOON + timedelta(seconds=after_s)


def ended(disposition: Disposition, *, rang: bool = False) -> Ended:
    return Ended(disposition=disposition, ended_at=NOON, rang=rang)


def with_calls(count: int, wire: Tripwire | None = None) -> Tripwire:
    """So many calls were placed and go on."""
    wire = wire or ordered(None, EPOCH, NOON)
    for _ in range(count):
        wire = placed(wire)
    return wire


def ending(wire: Tripwire, numbers: Iterable[int], disposition: Disposition = FAILED) -> Tripwire:
    for number in numbers:
        wire = after_call(wire, number, ended(disposition))
    return wire


CALLS = with_calls(100)


def test_five_neighbours_that_failed_are_a_dead_trunk_in_whatever_order_they_ended() -> None:
    assert trouble(ending(CALLS, [50, 54, 51, 53])) is None
    assert trouble(ending(CALLS, [50, 54, 51, 53, 52])) is TrunkTrouble.FAILING


def test_failures_between_calls_that_go_on_are_not_a_dead_trunk() -> None:
    assert trouble(ending(CALLS, range(0, 100, 3))) is None


def test_half_of_twenty_neighbours_are() -> None:
    assert trouble(ending(CALLS, range(0, 18, 2))) is None
    assert trouble(ending(CALLS, range(0, 20, 2))) is TrunkTrouble.FAILING


def test_ten_neighbours_that_were_rejected_unheard_are_the_trunks_doing() -> None:
    assert trouble(ending(CALLS, [*range(9), *range(10, 19)], REJECTED)) is None
    assert trouble(ending(CALLS, range(10), REJECTED)) is TrunkTrouble.REJECTING


def test_people_who_decline_and_numbers_that_do_not_exist_are_not() -> None:
    wire = ending(CALLS, range(0, 50), Disposition.INVALID_NUMBER)
    for number in range(50, 100):
        wire = after_call(wire, number, ended(REJECTED, rang=True))
    assert trouble(wire) is None


def test_some_congestion_is_a_trunk_without_room_and_is_said_once() -> None:
    assert trouble(ending(CALLS, [10, 14, 18, 22, 30], CONGESTION)) is None
    squeezed = ending(CALLS, [10, 14, 18, 22, 26], CONGESTION)
    assert trouble(squeezed) is TrunkTrouble.CONGESTED
    after = told(squeezed, TrunkTrouble.CONGESTED, NOON)
    assert trouble(after) is None
    assert not refuses(after, EPOCH, NOON)
    assert trouble(ending(CALLS, [10, 14, 18, 22, 26])) is None


def test_a_dead_trunk_is_refused_for_this_epoch_and_for_a_while() -> None:
    dead = told(CALLS, TrunkTrouble.FAILING, NOON)
    assert [refuses(dead, epoch, NOON) for epoch in (2, 3, 4)] == [True, True, False]
    assert [refuses(dead, EPOCH, at(s)) for s in (29.9, 30)] == [True, False]


def test_what_another_originator_saw_of_this_epoch_counts_here_too() -> None:
    assert refuses(refused(CALLS, EPOCH, NOON), EPOCH, NOON)
    assert not refuses(refused(CALLS, EPOCH - 1, NOON), EPOCH, NOON)


def test_another_epoch_has_a_clean_sheet_and_ends_those_before_it() -> None:
    tried = with_calls(10, ordered(ending(CALLS, range(90, 94)), EPOCH + 1, at(7)))
    assert [refuses(tried, epoch, at(7)) for epoch in (EPOCH, EPOCH + 1)] == [True, False]
    assert ordered(tried, EPOCH, at(8)) == tried
    assert trouble(ending(tried, range(90, 104))) is None, "calls of before prove nothing"
    assert trouble(ending(tried, range(90, 105))) is TrunkTrouble.FAILING


def test_a_scheduler_that_has_lost_its_count_is_refused_for_half_a_minute_only() -> None:
    refused_yet = ordered(ordered(CALLS, 9, at(5)), 0, at(34.9))
    assert refuses(refused_yet, 0, at(34.9))
    followed = ordered(refused_yet, 0, at(35))
    assert not refuses(followed, 0, at(35))
    assert (followed.epoch, trouble(ending(with_calls(5, followed), range(100, 105)))) == (
        0,
        TrunkTrouble.FAILING,
    )
