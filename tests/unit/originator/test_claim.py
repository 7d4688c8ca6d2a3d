from datetime import timedelta
from uuid import UUID

import pytest
from evendial_contracts.dialing import Caps, VoidReason
from evendial_contracts.person_caps import PersonCap
from evendial_originator.core.claim import EARLY, Gate, Verdict, cap_locks, judge
from msgspec.structs import replace

from tests.unit.originator.samples import COMMAND

pytestmark = pytest.mark.unit

IN_TIME = COMMAND.slot_at
LATE = COMMAND.not_after + timedelta(microseconds=1)
PERSON = bytes(range(32))
OPEN = Gate(epoch=COMMAND.epoch, active=True)


def test_an_open_gate_of_the_same_epoch_lets_pass() -> None:
    assert judge(COMMAND, OPEN, IN_TIME) is Verdict.GO
    assert judge(COMMAND, OPEN, COMMAND.not_after) is Verdict.GO


def test_after_its_time_a_command_is_expired() -> None:
    assert judge(COMMAND, OPEN, LATE) is VoidReason.EXPIRED


@pytest.mark.parametrize("active", [True, False])
@pytest.mark.parametrize("now", [IN_TIME, LATE])
def test_a_newer_gate_means_stopped_even_if_dialling_again(active: bool, now: object) -> None:
    gate = Gate(epoch=COMMAND.epoch + 1, active=active)
    assert judge(COMMAND, gate, now) is VoidReason.STOPPED  # type: ignore[arg-type]


@pytest.mark.parametrize("gate", [None, Gate(epoch=0, active=False), Gate(epoch=0, active=True)])
def test_an_older_gate_is_waited_for_until_the_command_is_late(gate: Gate | None) -> None:
    assert judge(COMMAND, gate, IN_TIME) is Verdict.NOT_YET
    assert judge(COMMAND, gate, LATE) is VoidReason.EXPIRED


def test_a_gate_that_was_never_opened_is_closed() -> None:
    assert judge(COMMAND, Gate(epoch=COMMAND.epoch, active=False), IN_TIME) is VoidReason.STOPPED


def test_the_end_of_its_window_voids_a_command_even_one_that_is_late_as_well() -> None:
    closing = replace(COMMAND, closes_at=COMMAND.not_after)
    just_before = COMMAND.not_after - timedelta(microseconds=1)
    assert judge(closing, OPEN, just_before) is Verdict.GO
    for now in (COMMAND.not_after, LATE):
        assert judge(closing, OPEN, now) is VoidReason.WINDOW_CLOSED
        assert judge(closing, None, now) is VoidReason.WINDOW_CLOSED
    assert judge(closing, Gate(epoch=2, active=True), LATE) is VoidReason.STOPPED


def test_a_slot_that_is_more_than_a_second_away_is_too_early() -> None:
    assert judge(COMMAND, OPEN, COMMAND.slot_at - EARLY) is Verdict.GO
    assert judge(COMMAND, OPEN, COMMAND.slot_at - EARLY - timedelta(microseconds=1)) is Verdict.TOO_EARLY


def test_locks_are_taken_in_one_order_and_for_limited_caps_alone() -> None:
    assert cap_locks(COMMAND, PERSON) == []
    all_of_them = cap_locks(replace(COMMAND, caps=Caps(campaign=1, owner=1, device=1, trunk=1)), PERSON)
    assert len(all_of_them) == 4
    assert all_of_them == sorted(all_of_them)
    exchanged = replace(
        COMMAND,
        campaign_id=COMMAND.trunk_id,
        trunk_id=COMMAND.campaign_id,
        caps=Caps(campaign=1, trunk=1),
    )
    assert cap_locks(exchanged, PERSON) == cap_locks(replace(COMMAND, caps=Caps(campaign=1, trunk=1)), PERSON)
    assert set(cap_locks(exchanged, PERSON)) < set(all_of_them)


def test_a_person_is_locked_where_their_attempts_are_counted() -> None:
    capped = replace(COMMAND, person_caps=(PersonCap(attempts=1, hours=24),))
    (lock,) = cap_locks(capped, PERSON)
    assert cap_locks(replace(capped, campaign_id=UUID(int=9)), PERSON) == [lock]
    assert cap_locks(capped, PERSON[::-1]) != [lock]
