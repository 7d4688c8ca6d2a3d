"""Whatever the order of the facts, each call has one verdict."""

from datetime import timedelta
from itertools import permutations

import pytest
from evendial_contracts.calls import Disposition
from evendial_contracts.causes import HangupCause
from evendial_originator.core.call import (
    Call,
    Ended,
    evolve,
    hangup_asked,
    lost,
    missed,
    verdict,
)
from evendial_originator.core.facts import (
    Accepted,
    Answered,
    CallFact,
    ChannelCreated,
    DialEnded,
    HungUp,
    NotAnswered,
    Phase,
    Progress,
    Refused,
    Ringing,
    Sighted,
    Vanished,
)
from evendial_originator.core.limits import look_again_at, overrun
from msgspec.structs import replace

from tests.unit.originator.samples import CHANNEL, after, fresh_call

pytestmark = pytest.mark.unit

LATER = after(10_000)


def accepted(at: float = 0.01) -> Accepted:
    return Accepted(channel_id=CHANNEL, at=after(at))


def created(at: float = 0.02) -> ChannelCreated:
    return ChannelCreated(channel_id=CHANNEL, at=after(at))


def rings(at: float = 1) -> Ringing:
    return Ringing(channel_id=CHANNEL, at=after(at))


def answered(at: float = 3) -> Answered:
    return Answered(channel_id=CHANNEL, at=after(at))


def not_answered(reason: int = 0, at: float = 3) -> NotAnswered:
    return NotAnswered(channel_id=CHANNEL, at=after(at), reason=reason)


def dial_ended(status: str, at: float = 3) -> DialEnded:
    return DialEnded(channel_id=CHANNEL, at=after(at), status=status)


def hung_up(cause: int, phase: Phase = Phase.DOWN, at: float = 3) -> HungUp:
    return HungUp(channel_id=CHANNEL, at=after(at), cause=cause, phase=phase)


def told(*facts: CallFact, call: Call | None = None) -> Call:
    state = call or fresh_call()
    for fact in facts:
        state = evolve(state, fact)
    return state


def ended(call: Call) -> Ended:
    outcome = verdict(call, LATER)
    assert outcome is not None
    return outcome


CALLS: dict[str, tuple[tuple[CallFact, ...], Disposition]] = {
    "busy": (
        (accepted(), created(), dial_ended("BUSY"), not_answered(), hung_up(17)),
        Disposition.BUSY,
    ),
    "congestion": (
        (accepted(), created(), dial_ended("CONGESTION"), not_answered(), hung_up(34)),
        Disposition.CONGESTION,
    ),
    "unallocated": (
        (accepted(), created(), dial_ended("NOANSWER"), not_answered(), hung_up(1)),
        Disposition.INVALID_NUMBER,
    ),
    "rings out on 22": (
        (accepted(), created(), rings(), not_answered(3), hung_up(19, Phase.RINGING)),
        Disposition.NO_ANSWER,
    ),
    "rings out on 16": (
        (accepted(), created(), rings(), not_answered(3), hung_up(0, Phase.RINGING)),
        Disposition.NO_ANSWER,
    ),
    "silent trunk on 22": (
        (accepted(), created(), not_answered(3), hung_up(19)),
        Disposition.FAILED_SYSTEM,
    ),
    "silent trunk on 16": (
        (accepted(), created(), not_answered(3), hung_up(0)),
        Disposition.FAILED_SYSTEM,
    ),
    "trunk that plays the ringing tone itself": (
        (accepted(), created(), Progress(channel_id=CHANNEL, at=after(1)), not_answered(3), hung_up(0)),
        Disposition.NO_ANSWER,
    ),
    "redirected to nowhere": (
        (accepted(), created(), dial_ended("CANCEL"), not_answered(), hung_up(23)),
        Disposition.FAILED_SYSTEM,
    ),
    "temporarily unavailable": (
        (accepted(), created(), dial_ended("NOANSWER"), not_answered(), hung_up(19)),
        Disposition.NO_ANSWER,
    ),
    "answered": (
        (accepted(), created(), rings(), answered(), hung_up(16, Phase.UP, at=8.2)),
        Disposition.ANSWERED,
    ),
    "dead trunk": (
        (accepted(), not_answered()),
        Disposition.FAILED_SYSTEM,
    ),
    "refused": (
        (Refused(channel_id=CHANNEL, at=after(0.01), message="Extension does not exist."),),
        Disposition.FAILED_SYSTEM,
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_the_order_of_the_facts_does_not_matter(name: str) -> None:
    facts, expected = CALLS[name]
    outcomes = {ended(told(*order)) for order in permutations(facts)}
    assert {outcome.disposition for outcome in outcomes} == {expected}
    assert len(outcomes) == 1


@pytest.mark.parametrize("name", CALLS)
def test_a_fact_told_twice_changes_nothing(name: str) -> None:
    facts, _ = CALLS[name]
    assert ended(told(*facts, *facts)) == ended(told(*facts))


def test_a_failure_waits_a_second_for_the_hangup_that_explains_it() -> None:
    call = told(accepted(), created(), not_answered(at=3))
    assert verdict(call, LATER) is None
    assert ended(evolve(call, hung_up(17, at=3.4))).disposition is Disposition.BUSY


def test_a_failure_without_any_channel_is_the_trunks_after_a_second() -> None:
    call = told(accepted(), not_answered(at=0.1))
    assert verdict(call, after(1.0)) is None
    assert look_again_at(call) == after(1.1)
    assert verdict(call, after(1.1)) is not None


def test_a_hangup_waits_a_second_for_the_answer_to_the_originate() -> None:
    call = told(accepted(), created(), hung_up(0, at=3))
    assert verdict(call, after(3.9)) is None
    assert look_again_at(call) == after(4)
    assert ended(call).disposition is Disposition.FAILED_SYSTEM


def test_a_redirected_call_whose_answer_was_missed_may_live_on() -> None:
    assert ended(told(accepted(), created(), hung_up(23))).disposition is Disposition.UNKNOWN


def test_what_a_refused_duplicate_says_does_not_end_the_live_call() -> None:
    call = told(accepted(), created(), rings(), not_answered(0, at=2))
    assert verdict(call, LATER) is None
    assert ended(told(answered(), hung_up(16, Phase.UP, at=9), call=call)).disposition is Disposition.ANSWERED


def test_billed_seconds_are_begun_seconds_from_answer_to_hangup() -> None:
    outcome = ended(told(created(), answered(at=3), hung_up(16, Phase.UP, at=8.2)))
    assert outcome.billed_s == 6
    assert outcome.answered_at == after(3)
    assert outcome.ended_at == after(8.2)
    assert ended(told(created(), answered(at=3), hung_up(16, Phase.UP, at=8))).billed_s == 5
    assert ended(told(created(), hung_up(17), not_answered())).billed_s == 0


def test_a_hangup_in_state_up_is_an_answer_that_we_did_not_see() -> None:
    outcome = ended(told(hung_up(16, Phase.UP, at=9), call=missed(fresh_call())))
    assert outcome.disposition is Disposition.ANSWERED
    assert outcome.answered_at == after(9)


def test_the_outcome_tells_when_what_happened() -> None:
    outcome = ended(told(accepted(0.01), created(0.02), not_answered(), hung_up(17, at=3)))
    assert (outcome.originated_at, outcome.started_at, outcome.ended_at) == (
        after(0.01),
        after(0.02),
        after(3),
    )
    assert outcome.hangup_cause == 17


def test_the_outcome_tells_whether_it_rang() -> None:
    assert ended(told(created(), rings(), not_answered(), hung_up(21))).rang
    assert ended(told(created(), hung_up(21, Phase.RINGING), not_answered())).rang
    assert not ended(told(created(), not_answered(), hung_up(21))).rang


def test_after_a_lost_link_a_failure_without_a_hangup_is_left_to_reconcile() -> None:
    call = told(accepted(), not_answered(0, at=3), call=missed(fresh_call()))
    assert verdict(call, LATER) is None
    assert look_again_at(call) is None


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ((), Disposition.UNKNOWN),
        ((accepted(), created(), rings()), Disposition.UNKNOWN),
        ((accepted(), created(), answered()), Disposition.ANSWERED),
        ((accepted(), created(), rings(), not_answered(3)), Disposition.NO_ANSWER),
        ((accepted(), created(), not_answered(3)), Disposition.UNKNOWN),
        ((accepted(), created(), dial_ended("BUSY"), not_answered(0)), Disposition.BUSY),
    ],
)
def test_a_call_that_vanished_is_what_was_told_of_it_else_unknown(
    facts: tuple[CallFact, ...], expected: Disposition
) -> None:
    vanished = Vanished(channel_id=CHANNEL, at=after(20))
    assert ended(told(*facts, vanished)).disposition is expected
    assert lost(told(*facts), after(20)).disposition is expected


def test_a_hangup_that_comes_within_a_second_wins_over_vanishing() -> None:
    vanished = Vanished(channel_id=CHANNEL, at=after(20))
    gone = told(created(), vanished)
    assert verdict(gone, after(20.9)) is None
    assert look_again_at(gone) == after(21)
    assert ended(told(hung_up(17, at=20.5), not_answered(), call=gone)).disposition is Disposition.BUSY
    assert ended(told(created(), hung_up(17), not_answered(), vanished)).disposition is Disposition.BUSY


def test_a_sighted_call_goes_on_from_where_it_stands() -> None:
    up = told(Sighted(channel_id=CHANNEL, at=after(5), phase=Phase.UP), call=missed(fresh_call()))
    assert up.answered_at == after(5)
    again = told(Sighted(channel_id=CHANNEL, at=after(9), phase=Phase.UP), call=up)
    assert again.answered_at == after(5)
    ringing = told(Sighted(channel_id=CHANNEL, at=after(5), phase=Phase.RINGING), call=missed(fresh_call()))
    assert ringing.ringing
    assert ringing.created_at is None  # when it began we did not see


class TestOverrun:
    def test_a_call_that_asterisk_lets_ring_too_long_is_hung_up(self) -> None:
        call = told(accepted(), created(), rings())
        assert look_again_at(call) == after(32)
        assert overrun(call, after(31.9)) is None
        assert overrun(call, after(32)) is HangupCause.NO_ANSWER

    def test_its_outcome_is_that_of_our_ring_timeout(self) -> None:
        rung = hangup_asked(told(accepted(), created(), rings()), after(32))
        assert ended(told(not_answered(0), hung_up(19), call=rung)).disposition is Disposition.NO_ANSWER
        silent = hangup_asked(told(accepted(), created()), after(32))
        assert ended(told(not_answered(0), hung_up(19), call=silent)).disposition is Disposition.FAILED_SYSTEM

    def test_an_answered_call_is_hung_up_at_its_longest(self) -> None:
        call = told(accepted(), created(), answered(at=3), call=replace(fresh_call(), max_call_s=60))
        assert look_again_at(call) == after(63)
        assert overrun(call, after(62.9)) is None
        assert overrun(call, after(63)) is HangupCause.NORMAL_CLEARING

    def test_a_hangup_is_asked_for_again_after_two_seconds(self) -> None:
        call = hangup_asked(told(accepted(), created(), rings()), after(32))
        assert overrun(call, after(33.9)) is None
        assert look_again_at(call) == after(34)
        assert overrun(call, after(34)) is HangupCause.NO_ANSWER

    def test_a_call_without_a_channel_is_not_hung_up(self) -> None:
        assert overrun(told(accepted()), LATER) is None
        assert look_again_at(told(accepted())) is None

    def test_a_call_that_is_over_is_not_hung_up(self) -> None:
        assert overrun(told(created(), hung_up(17)), LATER) is None


def test_time_never_runs_backwards_in_an_outcome() -> None:
    outcome = ended(told(created(), hung_up(16, Phase.UP, at=3), answered(at=3.01)))
    assert outcome.ended_at - (outcome.answered_at or after(0)) >= timedelta(0)
    assert outcome.billed_s >= 0
