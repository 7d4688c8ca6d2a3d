"""What others say of a call whose end we did not see."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from evendial_contracts.actions import ActionCompleted, ActionResult, SequenceEnded, SequenceResult
from evendial_contracts.calls import Disposition
from evendial_originator.core.call import Call, evolve, missed, verdict
from evendial_originator.core.doubt import doubtful
from evendial_originator.core.facts import (
    Accepted,
    Answered,
    CallFact,
    ChannelCreated,
    DialEnded,
    HungUp,
    Left,
    NotAnswered,
    Phase,
    Recorded,
    Served,
    Sighted,
    Vanished,
)
from evendial_originator.core.proof import Proof, facts_of, proof_of, together
from msgspec.structs import replace

from tests.unit.originator.samples import CHANNEL, COMMAND_ID, SENT, after, fresh_call

pytestmark = pytest.mark.unit

ENDED = SequenceEnded(
    campaign_id=UUID(int=1),
    owner_id=UUID(int=2),
    command_id=COMMAND_ID,
    sequence_version=1,
    result=SequenceResult.COMPLETED,
    actions_done=1,
    actions_total=1,
)
ACTED = ActionCompleted(
    campaign_id=UUID(int=1),
    owner_id=UUID(int=2),
    command_id=COMMAND_ID,
    sequence_version=1,
    index=0,
    kind="wait",
    result=ActionResult.DONE,
    started_at=after(4),
    duration_ms=2000,
)
VANISHED = Vanished(channel_id=CHANNEL, at=after(600))


def told(*facts: CallFact) -> Call:
    call = missed(fresh_call())
    for fact in facts:
        call = evolve(call, fact)
    return call


def recorded(disposition: Disposition, answered_at: datetime | None = None) -> Recorded:
    return Recorded(
        channel_id=CHANNEL,
        at=after(20),
        disposition=disposition,
        started_at=SENT,
        answered_at=answered_at,
    )


class TestAgi:
    def test_an_action_proves_an_answer_at_its_begin(self) -> None:
        assert proof_of(ACTED, after(6)) == Proof(answered_at=after(4))

    @pytest.mark.parametrize(
        ("result", "left"),
        [
            (SequenceResult.COMPLETED, True),
            (SequenceResult.CALLEE_HUNG_UP, True),
            (SequenceResult.FAILED, True),
            (SequenceResult.CONFIG_ERROR, True),
            (SequenceResult.HANDED_OVER, False),
            (SequenceResult.INTERRUPTED, False),
        ],
    )
    def test_the_end_of_a_sequence_may_be_the_end_of_the_call(
        self, result: SequenceResult, left: bool
    ) -> None:
        ended = replace(ENDED, result=result)
        said = proof_of(ended, after(9))
        assert said == Proof(answered_at=after(9), left_at=after(9) if left else None)

    def test_the_earliest_answer_and_the_end_are_kept(self) -> None:
        both = together(proof_of(ACTED, after(6)), proof_of(ENDED, after(9)))
        assert both == Proof(answered_at=after(4), left_at=after(9))

    def test_a_call_that_was_served_is_answered_and_ended_when_the_service_was_done(self) -> None:
        facts = [*facts_of(ACTED, proof_of(ACTED, after(6))), *facts_of(ENDED, proof_of(ENDED, after(9)))]
        assert facts == [
            Served(channel_id=CHANNEL, at=after(4)),
            Served(channel_id=CHANNEL, at=after(9)),
            Left(channel_id=CHANNEL, at=after(9)),
        ]
        outcome = verdict(told(*facts, VANISHED), after(700))
        assert outcome is not None
        assert (outcome.disposition, outcome.ended_at, outcome.billed_s) == (
            Disposition.ANSWERED,
            after(9),
            5,
        )


class TestRecord:
    @pytest.mark.parametrize("disposition", [*list(Disposition)[:3], Disposition.CONGESTION])
    def test_of_a_call_of_which_nothing_else_is_known_the_record_is_believed(
        self, disposition: Disposition
    ) -> None:
        answered_at = after(5) if disposition is Disposition.ANSWERED else None
        outcome = verdict(told(recorded(disposition, answered_at), VANISHED), after(600))
        assert outcome is not None
        assert (outcome.disposition, outcome.ended_at) == (disposition, after(20))
        assert outcome.billed_s == (15 if answered_at else 0)

    def test_its_end_is_better_than_the_moment_of_looking(self) -> None:
        answered = Answered(channel_id=CHANNEL, at=after(5))
        call = told(answered, recorded(Disposition.ANSWERED, after(5)), VANISHED)
        outcome = verdict(call, after(700))
        assert outcome is not None
        assert outcome.ended_at == after(20)

    def test_what_was_told_says_more(self) -> None:
        rejected = DialEnded(channel_id=CHANNEL, at=after(3), status="BUSY")
        failed = NotAnswered(channel_id=CHANNEL, at=after(3), reason=0)
        call = told(rejected, failed, recorded(Disposition.NO_ANSWER))
        outcome = verdict(call, after(600))
        assert outcome is not None
        assert outcome.disposition is Disposition.BUSY

    @pytest.mark.parametrize(
        ("lasted_s", "disposition"), [(2, Disposition.FAILED_SYSTEM), (30, Disposition.NO_ANSWER)]
    )
    def test_a_failure_as_long_as_our_ring_time_out_is_no_answer(
        self, lasted_s: int, disposition: Disposition
    ) -> None:
        """Asterisk 16 calls it FAILED, which would let the number be called again."""
        failed = replace(recorded(Disposition.FAILED_SYSTEM), at=after(lasted_s))
        outcome = verdict(told(failed), after(600))
        assert outcome is not None
        assert outcome.disposition is disposition

    def test_a_hangup_that_was_seen_wins(self) -> None:
        busy = HungUp(channel_id=CHANNEL, at=after(7), cause=17, phase=Phase.DOWN)
        call = told(busy, recorded(Disposition.FAILED_SYSTEM))
        outcome = verdict(call, after(600))
        assert outcome is not None
        assert (outcome.disposition, outcome.ended_at) == (Disposition.BUSY, after(7))


def test_an_answered_call_of_unknown_end_is_not_billed_beyond_its_longest() -> None:
    late = Vanished(channel_id=CHANNEL, at=after(100_000))
    outcome = verdict(told(Answered(channel_id=CHANNEL, at=after(5)), late), after(200_000))
    assert outcome is not None
    assert outcome.billed_s == 3600


class TestDoubt:
    def test_a_call_of_which_nothing_is_heard_for_six_seconds_is_doubtful(self) -> None:
        call = evolve(fresh_call(), Accepted(channel_id=CHANNEL, at=after(0.01)))
        assert not doubtful(call, SENT + timedelta(seconds=5.9))
        assert doubtful(call, after(6))

    @pytest.mark.parametrize(
        "fact",
        [
            ChannelCreated(channel_id=CHANNEL, at=after(0.1)),
            Sighted(channel_id=CHANNEL, at=after(7), phase=Phase.DOWN),
            NotAnswered(channel_id=CHANNEL, at=after(0.1), reason=0),
        ],
    )
    def test_one_that_asterisk_has_shown_is_not(self, fact: CallFact) -> None:
        assert not doubtful(evolve(fresh_call(), fact), after(1000))

    def test_after_a_lost_link_every_call_is(self) -> None:
        call = missed(evolve(fresh_call(), ChannelCreated(channel_id=CHANNEL, at=after(0.1))))
        assert doubtful(call, after(0.2))
