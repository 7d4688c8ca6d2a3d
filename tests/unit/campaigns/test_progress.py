"""Where a number stands, from the facts about its attempts in any order."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from evendial_campaigns.core.call_record import merged
from evendial_campaigns.core.progress import NumberState, latest
from evendial_contracts.actions import SequenceEnded, SequenceResult
from evendial_contracts.calls import CallAnswered, CallEnded, CallOriginated, Disposition
from evendial_contracts.dialing import NumberDialVoided, VoidReason
from evendial_contracts.message import AttemptFact, Message
from evendial_contracts.numbers import (
    NumberFailed,
    NumberReleased,
    NumberScheduled,
    NumberSuppressed,
    NumberWaitingRetry,
)
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.unit

SLOT = datetime(2026, 5, 1, 9, tzinfo=UTC)
COMMAND = UUID(int=70)


def fact(kind: type[AttemptFact], number: int = 1, slot: int = 0, generation: int = 0, **more: Any) -> Any:
    return kind(
        campaign_id=UUID(int=1),
        owner_id=UUID(int=2),
        command_id=UUID(int=number * 1000 + slot),
        number_id=number,
        generation=generation,
        attempt_no=slot + 1,
        slot_at=SLOT + timedelta(seconds=slot),
        **more,
    )


def ended(disposition: Disposition, **more: Any) -> Any:
    return fact(
        CallEnded,
        disposition=disposition,
        ended_at=SLOT,
        account_code="acc1",
        device_id=UUID(int=3),
        trunk_id=UUID(int=4),
        **more,
    )


def waiting(**more: Any) -> Any:
    return fact(NumberWaitingRetry, disposition=Disposition.BUSY, retry_at=SLOT, **more)


def failed(disposition: Disposition, **more: Any) -> Any:
    return fact(NumberFailed, disposition=disposition, **more)


@pytest.mark.parametrize(
    ("message", "state"),
    [
        (fact(NumberScheduled), NumberState.SCHEDULED),
        (fact(CallOriginated, originated_at=SLOT), NumberState.CALLING),
        (fact(CallAnswered, answered_at=SLOT), NumberState.CALLING),
        (ended(Disposition.ANSWERED), NumberState.COMPLETED),
        (ended(Disposition.UNKNOWN), NumberState.UNKNOWN),
        (ended(Disposition.BUSY), NumberState.WAITING_RETRY),
        (ended(Disposition.FAILED_SYSTEM), NumberState.WAITING_RETRY),
        (waiting(), NumberState.WAITING_RETRY),
        (failed(Disposition.INVALID_NUMBER), NumberState.FAILED),
        (failed(Disposition.UNKNOWN), NumberState.UNKNOWN),
        (fact(NumberReleased, reason=VoidReason.STOPPED), NumberState.FREE),
        (fact(NumberSuppressed, suppression_id=None), NumberState.SUPPRESSED),
    ],
)
def test_each_fact_puts_the_number_somewhere(message: Message, state: NumberState) -> None:
    assert [progress.state for progress in latest([message])] == [state]


def test_a_voided_command_moves_no_number_until_the_scheduler_frees_it() -> None:
    assert latest([fact(NumberDialVoided, reason=VoidReason.EXPIRED)]) == []


BUSY_THEN_ANSWERED = [
    fact(NumberScheduled, slot=0),
    fact(CallOriginated, slot=0, originated_at=SLOT),
    ended(Disposition.BUSY, slot=0),
    waiting(slot=0),
    fact(NumberScheduled, slot=5),
    fact(CallOriginated, slot=5, originated_at=SLOT),
    fact(CallAnswered, slot=5, answered_at=SLOT),
    ended(Disposition.ANSWERED, slot=5),
]


@given(st.permutations(BUSY_THEN_ANSWERED), st.integers(0, 8))
def test_the_order_and_the_batches_in_which_facts_come_make_no_difference(
    facts: list[Message], cut: int
) -> None:
    whole = latest(facts)
    parts = [*latest(facts[:cut]), *latest(facts[cut:])]
    assert whole == [max(parts, key=lambda progress: progress.order)]
    assert (whole[0].state, whole[0].attempt_no) == (NumberState.COMPLETED, 6)


def test_a_new_generation_wins_over_later_slots_of_the_old_one() -> None:
    redial = fact(NumberScheduled, slot=1, generation=1)
    assert latest([redial, ended(Disposition.ANSWERED, slot=9)])[0].state is NumberState.SCHEDULED


def test_numbers_come_sorted_so_that_two_writers_never_lock_crosswise() -> None:
    facts = [fact(NumberScheduled, number=number) for number in (5, 2, 9, 2)]
    assert [progress.number_id for progress in latest(facts)] == [2, 5, 9]


CALL = [
    fact(CallOriginated, originated_at=SLOT),
    fact(CallAnswered, answered_at=SLOT + timedelta(seconds=2)),
    ended(
        Disposition.ANSWERED,
        hangup_cause=16,
        originated_at=SLOT,
        started_at=SLOT,
        answered_at=SLOT + timedelta(seconds=2),
        billed_s=7,
    ),
    SequenceEnded(
        campaign_id=UUID(int=1),
        owner_id=UUID(int=2),
        command_id=UUID(int=1000),
        sequence_version=1,
        result=SequenceResult.COMPLETED,
        actions_done=2,
        actions_total=2,
    ),
]


@given(st.permutations(CALL))
def test_a_call_is_put_together_from_its_facts_in_any_order(facts: list[Message]) -> None:
    (call,) = merged(facts)
    assert (call.command_id, call.number_id, call.attempt_no) == (UUID(int=1000), 1, 1)
    assert (call.disposition, call.hangup_cause, call.billed_s) == (Disposition.ANSWERED, 16, 7)
    assert (call.originated_at, call.started_at) == (SLOT, SLOT)
    assert (call.sequence_result, call.actions_done) == (SequenceResult.COMPLETED, 2)


def test_what_is_no_call_makes_none() -> None:
    assert merged([fact(NumberScheduled), fact(NumberDialVoided, reason=VoidReason.EXPIRED)]) == []


DIFFERING = [
    ended(Disposition.BUSY, hangup_cause=17, billed_s=0, started_at=SLOT),
    ended(Disposition.ANSWERED, hangup_cause=16, billed_s=4),
    fact(CallOriginated, originated_at=SLOT, reference="b"),
    fact(CallOriginated, originated_at=SLOT + timedelta(seconds=1), reference="a"),
]


@given(st.permutations(DIFFERING))
def test_calls_that_were_told_of_differently_look_the_same_in_any_order(facts: list[Message]) -> None:
    (call,) = merged(facts)
    assert (call.disposition, call.hangup_cause, call.billed_s) == (Disposition.ANSWERED, 16, 0)
    assert (call.originated_at, call.started_at, call.reference) == (SLOT, SLOT, "a")
    assert (call.account_code, call.device_id, call.trunk_id) == ("acc1", UUID(int=3), UUID(int=4))


@given(st.permutations([waiting(), failed(Disposition.BUSY), fact(NumberReleased, reason=VoidReason.CAP)]))
def test_ends_of_one_attempt_that_contradict_each_other_look_the_same_in_any_order(
    facts: list[Message],
) -> None:
    assert latest(facts)[0].state is NumberState.WAITING_RETRY


SUPPRESSED = fact(NumberSuppressed, suppression_id=None)
LIFTED = fact(NumberReleased, reason=VoidReason.SUPPRESSED)


@given(st.permutations([fact(NumberScheduled), SUPPRESSED, LIFTED]))
def test_what_was_suppressed_is_free_once_the_entry_is_gone(facts: list[Message]) -> None:
    assert latest(facts)[0].state is NumberState.FREE
    assert latest([each for each in facts if each != LIFTED])[0].state is NumberState.SUPPRESSED
