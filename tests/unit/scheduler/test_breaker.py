from datetime import datetime
from uuid import UUID

import pytest
from evendial_contracts.calls import CallEnded, Disposition
from evendial_contracts.trunks import TrunkDegraded, TrunkFailing, TrunkRecovered, TrunkTrouble
from evendial_scheduler.core.breaker import (
    Health,
    Phase,
    after_alarm,
    after_call,
    after_carried,
    after_void,
    recovered,
    room,
    trying,
)
from evendial_scheduler.core.trunk_facts import fact_after
from evendial_scheduler.core.trunk_pace import given
from msgspec.structs import replace

from tests.unit.scheduler.makers import COMMAND, NOON, TRUNK, ended, seconds

pytestmark = pytest.mark.unit

RATE = 20
ANSWERED, FAILED, CONGESTION = Disposition.ANSWERED, Disposition.FAILED_SYSTEM, Disposition.CONGESTION
OTHER = UUID(int=77)


def at(after_s: float) -> datetime:
    return NOON + seconds(after_s)


def call(disposition: Disposition, *, rang: bool = False) -> CallEnded:
    return replace(ended(disposition), rang=rang)


def alarm(
    epoch: int = 0, reason: TrunkTrouble = TrunkTrouble.FAILING, failing_at: datetime = NOON
) -> TrunkFailing:
    return TrunkFailing(trunk_id=TRUNK, trunk_epoch=epoch, reason=reason, failing_at=failing_at)


def opened(reason: TrunkTrouble = TrunkTrouble.FAILING) -> Health:
    return after_alarm(Health(), alarm(reason=reason), RATE, NOON)


def on_trial(slot_s: float = 6, reason: TrunkTrouble = TrunkTrouble.FAILING) -> Health:
    return trying(opened(reason), COMMAND, at(slot_s), 30)


def test_calls_pass_until_there_is_an_alarm() -> None:
    assert room(Health(), NOON) is None
    health = opened()
    assert (health.phase, health.epoch, health.reason) == (Phase.OPEN, 1, TrunkTrouble.FAILING)
    assert room(health, at(1)) == 0


def test_an_alarm_opens_it_once() -> None:
    health = opened()
    assert after_alarm(health, alarm(), RATE, at(0.1)) is health
    assert after_alarm(health, alarm(1), RATE, at(0.1)) is health
    closed = after_carried(on_trial(), COMMAND, RATE, at(7))
    assert after_alarm(closed, alarm(), RATE, at(7.1)) is closed


def test_a_breaker_that_has_lost_its_count_takes_it_from_the_alarm() -> None:
    assert after_alarm(Health(), alarm(7), RATE, NOON).epoch == 8


def test_after_the_pause_one_call_is_tried_and_nothing_passes_meanwhile() -> None:
    health = opened()
    assert [room(health, at(s)) for s in (4.9, 5)] == [0, 1]
    assert room(on_trial(), at(20)) == 0


def test_a_trial_that_says_nothing_in_time_is_followed_by_another() -> None:
    assert [room(on_trial(6), at(s)) for s in (45.9, 46)] == [0, 1]
    assert room(after_void(on_trial(6), COMMAND), at(7)) == 1
    assert room(after_void(on_trial(6), OTHER), at(7)) == 0


def test_each_trial_that_fails_doubles_the_pause_up_to_twenty_seconds() -> None:
    health, pauses = opened(), []
    for _ in range(5):
        assert health.until
        pauses.append(health.pause.total_seconds())
        health = trying(health, COMMAND, health.until, 30)
        assert health.until
        health = after_call(health, call(CONGESTION), RATE, health.until)
    assert pauses == [5, 10, 20, 20, 20]


def test_who_fails_again_within_a_minute_waits_longer_and_gets_half() -> None:
    closed = after_carried(on_trial(), COMMAND, RATE, at(7))
    soon, later = (after_alarm(closed, alarm(1), RATE, at(s)) for s in (66, 67))
    assert (soon.pause, later.pause) == (seconds(10), seconds(5))
    tried = [after_carried(trying(each, OTHER, at(90), 30), OTHER, RATE, at(90)) for each in (soon, later)]
    assert [given(each.pace, RATE, at(120)) for each in tried] == [11, 20]


@pytest.mark.parametrize("disposition", [ANSWERED, Disposition.BUSY, Disposition.INVALID_NUMBER])
def test_a_trial_that_reaches_the_world_closes_it(disposition: Disposition) -> None:
    health = after_call(on_trial(), call(disposition), RATE, at(7))
    assert (health.phase, given(health.pace, RATE, at(7)), given(health.pace, RATE, at(32))) == (
        Phase.CLOSED,
        1,
        20,
    )


def test_a_trial_is_proved_by_ringing_and_only_by_its_own() -> None:
    assert after_carried(on_trial(), OTHER, RATE, at(7)).phase is Phase.TRYING
    health = after_carried(on_trial(), COMMAND, RATE, at(7))
    assert health.phase is Phase.CLOSED
    assert after_call(health, call(FAILED), RATE, at(90)) is health  # its end, later


def test_what_rejects_all_calls_is_not_proved_by_a_rejection() -> None:
    rejecting = on_trial(reason=TrunkTrouble.REJECTING)
    assert after_call(rejecting, call(Disposition.REJECTED), RATE, at(7)).phase is Phase.OPEN
    assert after_call(rejecting, call(Disposition.REJECTED, rang=True), RATE, at(7)).phase is Phase.CLOSED
    assert after_call(on_trial(), call(Disposition.REJECTED), RATE, at(7)).phase is Phase.CLOSED


def test_a_trial_of_unknown_end_is_followed_by_another() -> None:
    assert room(after_call(on_trial(), call(Disposition.UNKNOWN), RATE, at(7)), at(7)) == 1


def test_congestion_among_good_calls_halves_the_pace_and_is_said() -> None:
    after = after_alarm(Health(), alarm(reason=TrunkTrouble.CONGESTED), RATE, at(10))
    assert (after.phase, given(after.pace, RATE, at(10))) == (Phase.CLOSED, 10)
    assert after_alarm(after, alarm(reason=TrunkTrouble.CONGESTED, failing_at=at(14)), RATE, at(14)) is after
    again = after_alarm(after, alarm(reason=TrunkTrouble.CONGESTED, failing_at=at(16)), RATE, at(16))
    assert given(again.pace, RATE, at(16)) == 5
    assert after_alarm(after, alarm(reason=TrunkTrouble.CONGESTED), RATE, at(16)) is after, "said twice"
    assert fact_after(TRUNK, Health(), after, RATE, at(10)) == TrunkDegraded(
        trunk_id=TRUNK,
        revision=1,
        reason=TrunkTrouble.CONGESTED,
        calls_per_second=10,
        until=at(110),
        degraded_at=at(10),
    )


def test_a_dead_trunk_comes_back_to_the_pace_it_had_before_it_failed() -> None:
    squeezed = after_alarm(Health(), alarm(reason=TrunkTrouble.CONGESTED), RATE, at(10))
    dead = after_alarm(squeezed, alarm(), RATE, at(10.1))
    closed = after_carried(trying(dead, COMMAND, at(15), 30), COMMAND, RATE, at(16))
    assert given(closed.pace, RATE, at(41)) == 20


def test_nothing_for_others_to_see_is_nothing_to_say() -> None:
    assert fact_after(TRUNK, Health(), Health(), RATE, at(1)) is None
    assert fact_after(TRUNK, opened(), on_trial(), RATE, at(6)) is None


def test_the_way_down_and_up_is_said() -> None:
    dead = opened()
    said = fact_after(TRUNK, Health(), dead, RATE, NOON)
    assert isinstance(said, TrunkDegraded)
    assert (said.calls_per_second, said.until, said.reason) == (0, at(5), TrunkTrouble.FAILING)
    closed = after_carried(on_trial(), COMMAND, RATE, at(7))
    said = fact_after(TRUNK, dead, closed, RATE, at(7))
    assert isinstance(said, TrunkDegraded)
    assert (said.calls_per_second, said.until) == (1, at(32))
    assert recovered(closed, RATE, at(31.9)) is closed
    well = recovered(closed, RATE, at(32))
    assert fact_after(TRUNK, closed, well, RATE, at(32)) == TrunkRecovered(
        trunk_id=TRUNK, revision=3, recovered_at=at(32)
    )
    assert recovered(dead, RATE, at(500)) is dead
