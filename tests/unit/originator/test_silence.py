"""A callee who has answered hears something within seconds, or the call ends."""

import pytest
from evendial_originator.core.call import Call, evolve, hangup_asked, verdict
from evendial_originator.core.facts import Answered, CallFact, HungUp, Phase, Served, Vanished
from evendial_originator.core.silence import unserved, unserved_at

from tests.unit.originator.samples import CHANNEL, after, fresh_call

pytestmark = pytest.mark.unit


def told(*facts: CallFact) -> Call:
    call = fresh_call()
    for fact in facts:
        call = evolve(call, fact)
    return call


ANSWERED = Answered(channel_id=CHANNEL, at=after(10))
SERVED = Served(channel_id=CHANNEL, at=after(10.1))
ENDED = HungUp(channel_id=CHANNEL, at=after(11), cause=16, phase=Phase.UP)
VANISHED = Vanished(channel_id=CHANNEL, at=after(11))


def test_a_call_that_is_answered_and_not_served_is_given_three_seconds() -> None:
    call = told(ANSWERED)
    assert unserved_at(call) == after(13)
    assert not unserved(call, after(12.99))
    assert unserved(call, after(13))


def test_it_is_asked_about_again_after_two_seconds() -> None:
    call = hangup_asked(told(ANSWERED), after(13))
    assert not unserved(call, after(14.9))
    assert unserved(call, after(15))


@pytest.mark.parametrize("facts", [(ANSWERED, SERVED), (SERVED, ANSWERED), (SERVED,)])
def test_a_served_call_is_left_alone(facts: tuple[CallFact, ...]) -> None:
    assert unserved_at(told(*facts)) is None
    assert not unserved(told(*facts), after(1000))


@pytest.mark.parametrize("facts", [(), (ANSWERED, ENDED), (ANSWERED, VANISHED)])
def test_a_call_that_is_not_answered_or_over_is_left_alone(facts: tuple[CallFact, ...]) -> None:
    assert unserved_at(told(*facts)) is None
    assert not unserved(told(*facts), after(1000))


def test_whoever_is_served_has_answered() -> None:
    assert told(SERVED).answered_at == after(10.1)


def test_a_call_hung_up_for_its_silence_was_answered_all_the_same() -> None:
    call = evolve(hangup_asked(told(ANSWERED), after(13)), ENDED)
    outcome = verdict(call, after(20))
    assert outcome is not None
    assert outcome.disposition == "answered"
