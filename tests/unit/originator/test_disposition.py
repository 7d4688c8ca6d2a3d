"""Each row of the outcome table."""

import pytest
from evendial_contracts.calls import Disposition as D
from evendial_originator.core.disposition import Evidence, disposition

pytestmark = pytest.mark.unit


def seen(**facts: object) -> Evidence:
    return Evidence(**({"waited_s": 1.0} | facts))  # type: ignore[arg-type]


CAUSES = {
    17: D.BUSY,
    18: D.NO_ANSWER,
    19: D.NO_ANSWER,
    20: D.NO_ANSWER,
    1: D.INVALID_NUMBER,
    22: D.INVALID_NUMBER,
    28: D.INVALID_NUMBER,
    21: D.REJECTED,
    27: D.CONGESTION,
    34: D.CONGESTION,
    38: D.CONGESTION,
    41: D.CONGESTION,
    42: D.CONGESTION,
    44: D.CONGESTION,
    47: D.CONGESTION,
    3: D.FAILED_SYSTEM,
    58: D.FAILED_SYSTEM,
    88: D.FAILED_SYSTEM,
}


@pytest.mark.parametrize(("cause", "expected"), CAUSES.items())
def test_the_cause_decides_a_call_that_was_never_answered(cause: int, expected: D) -> None:
    assert disposition(seen(cause=cause)) is expected


@pytest.mark.parametrize("cause", [None, 0, 16, 17, 21, 34, 127])
def test_an_answered_call_is_answered_whatever_the_cause(cause: int | None) -> None:
    assert disposition(seen(answered=True, cause=cause, reason=3)) is D.ANSWERED


def test_an_originate_that_ami_refused_is_ours() -> None:
    assert disposition(seen(refused=True)) is D.FAILED_SYSTEM


@pytest.mark.parametrize("cause", [0, 16, 18, 19, 20, None])
def test_our_ring_timeout_is_no_answer_if_it_rang(cause: int | None) -> None:
    assert disposition(seen(timed_out=True, reason=3, rang=True, cause=cause)) is D.NO_ANSWER


@pytest.mark.parametrize("cause", [0, 16, 18, 19, 20, None])
def test_our_ring_timeout_is_the_trunks_silence_if_nothing_rang(cause: int | None) -> None:
    assert disposition(seen(timed_out=True, reason=3, cause=cause)) is D.FAILED_SYSTEM


@pytest.mark.parametrize("cause", [0, 16, 19])
def test_a_trunk_that_plays_the_ringing_tone_itself_is_not_silent(cause: int) -> None:
    assert disposition(seen(timed_out=True, reason=3, progress=True, cause=cause)) is D.NO_ANSWER


@pytest.mark.parametrize("code", [607, 608])
def test_who_does_not_want_to_be_called_has_rejected(code: int) -> None:
    assert disposition(seen(cause=127, sip_code=code)) is D.REJECTED
    assert disposition(seen(cause=127, sip_code=code, rang=True)) is D.REJECTED


def test_a_redirected_call_may_live_on_unless_asterisk_said_what_became_of_it() -> None:
    assert disposition(seen(cause=23)) is D.UNKNOWN
    assert disposition(seen(cause=23, reason=0)) is D.FAILED_SYSTEM
    assert disposition(seen(cause=23, answered=True)) is D.ANSWERED


@pytest.mark.parametrize("facts", [{"cause": 23}, {"cause": 0, "dial_status": "CANCEL"}])
def test_a_redirected_call_that_timed_out_may_have_rung_there(facts: dict[str, object]) -> None:
    assert disposition(seen(timed_out=True, reason=3, **facts)) is D.NO_ANSWER


def test_a_telling_cause_wins_over_our_ring_timeout() -> None:
    assert disposition(seen(timed_out=True, reason=3, cause=17)) is D.BUSY


def test_no_user_responding_after_sips_own_timeout_is_the_trunks_silence() -> None:
    assert disposition(seen(cause=18, waited_s=32.0)) is D.FAILED_SYSTEM
    assert disposition(seen(cause=18, waited_s=31.0)) is D.NO_ANSWER
    assert disposition(seen(cause=18, waited_s=32.0, rang=True)) is D.NO_ANSWER


@pytest.mark.parametrize("cause", [None, 0, 16, 31, 127])
@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"dial_status": "BUSY"}, D.BUSY),
        ({"reason": 5}, D.BUSY),
        ({"dial_status": "CONGESTION"}, D.CONGESTION),
        ({"reason": 8}, D.CONGESTION),
        ({"rang": True, "reason": 0}, D.NO_ANSWER),
        ({"rang": True, "reason": 0, "gap": True}, D.NO_ANSWER),
        ({"reason": 0}, D.FAILED_SYSTEM),
        ({"dial_status": "NOANSWER"}, D.FAILED_SYSTEM),
        ({"dial_status": "CHANUNAVAIL"}, D.FAILED_SYSTEM),
        ({}, D.FAILED_SYSTEM),
    ],
)
def test_without_a_telling_cause_the_other_facts_decide(
    cause: int | None, facts: dict[str, object], expected: D
) -> None:
    assert disposition(seen(cause=cause, **facts)) is expected


@pytest.mark.parametrize("facts", [{}, {"reason": 0}, {"timed_out": True, "reason": 3}])
def test_what_was_not_seen_proves_nothing_when_the_link_was_lost_meanwhile(facts: dict[str, object]) -> None:
    assert disposition(seen(gap=True, **facts)) is D.UNKNOWN


@pytest.mark.parametrize(("cause", "expected"), CAUSES.items())
def test_a_told_cause_is_believed_even_then(cause: int, expected: D) -> None:
    assert disposition(seen(gap=True, cause=cause)) is expected
