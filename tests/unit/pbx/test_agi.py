"""FastAGI as a real Asterisk speaks it."""

import pytest

from deploy.pbx.core.agi import DEAD, USAGE
from deploy.pbx.core.effects import AgiClose
from tests.unit.pbx.asterisk import Desk

pytestmark = pytest.mark.unit


@pytest.fixture
def desk() -> Desk:
    """A callee has answered and stays; the agi service has the call."""
    made = Desk()
    made.dial("49301200000001")
    return made.after(1.1)


def hung_up(desk: Desk) -> None:
    """Somebody ends the call."""
    desk.ask("Hangup", Channel="ed-1", Cause="16")


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("CHANNEL STATUS", "200 result=6"),
        ('SET VARIABLE "X" "1 2"', "200 result=1"),
        ('GET VARIABLE "EVENDIAL_CALL"', "200 result=1 (token)"),
        ('GET VARIABLE "NOPE"', "200 result=0"),
        ('GET FULL VARIABLE "${DIALPLAN_EXISTS(ivr-demo,s,1)}"', "200 result=1 (1)"),
        ('GET FULL VARIABLE "${DIALPLAN_EXISTS(nope,s,1)}"', "200 result=1 (0)"),
        ("SET CONTEXT evendial", "200 result=0"),
        ("NOOP", "200 result=0"),
        ("ANSWER", "200 result=0"),
        ('VERBOSE "hello" 1', "200 result=1"),
        ("EXEC Nope x", "200 result=-2"),
        ("FOO BAR", "510 Invalid or unknown command"),
        ("WAIT FOR DIGIT", USAGE),
        ("SET CONTEXT", USAGE),
        ('STREAM FILE "/nowhere" ""', "200 result=-1 endpos=0"),
    ],
)
def test_answers(desk: Desk, line: str, answer: str) -> None:
    assert desk.say(line) == [answer]


def test_a_sound_takes_its_time_and_is_heard(desk: Desk) -> None:
    assert desk.say('STREAM FILE "tone" ""', sound_s=2.0) == []
    assert desk.after(1.9).agi_lines() == []
    assert desk.after(0.2).agi_lines() == ["200 result=0 endpos=16000"]
    desk.say("HANGUP")
    desk.after(0.1)
    assert desk.wire[-1].leg.heard_s == pytest.approx(2.0)


def test_a_sound_that_a_hangup_cuts_off(desk: Desk) -> None:
    desk.say('STREAM FILE "tone" ""', sound_s=2.0)
    desk.after(0.5)
    hung_up(desk)
    assert desk.agi_lines() == ["200 result=-1 endpos=4000"]
    assert desk.after(0.05).agi_lines()[-1] == "HANGUP"
    assert AgiClose("ed-1") in desk.effects
    assert desk.wire[-1].leg.heard_s == pytest.approx(0.5)


def test_what_a_callee_has_heard_who_hangs_up_in_between() -> None:
    desk = Desk()
    desk.dial("49301400000001")
    desk.after(0.1)
    desk.say('STREAM FILE "tone" ""', sound_s=2.0)
    desk.after(1)
    ended = desk.wire[-1]
    assert ended.what == "end"
    assert ended.leg.heard_s == pytest.approx(0.4, abs=0.01)


def test_a_key_ends_a_wait() -> None:
    desk = Desk()
    desk.dial("49301500000001")
    desk.after(0.5)
    desk.say("WAIT FOR DIGIT 5000")
    assert desk.after(0.6).agi_lines() == ["200 result=49"]


def test_a_key_is_lost_on_a_sound() -> None:
    desk = Desk()
    desk.dial("49301500000001")
    desk.after(0.5)
    desk.say('STREAM FILE "tone" ""', sound_s=2.0)
    assert desk.after(2.0).agi_lines() == ["200 result=0 endpos=16000"]


def test_the_next_command_interrupts_the_one_before(desk: Desk) -> None:
    desk.say("WAIT FOR DIGIT 5000")
    assert desk.say("CHANNEL STATUS") == ["200 result=1", "200 result=6"]
    desk.say('STREAM FILE "tone" ""', sound_s=2.0)
    assert desk.say("CHANNEL STATUS") == ["200 result=6"]


def test_a_dead_channel_takes_variables_and_little_else(desk: Desk) -> None:
    hung_up(desk)
    for line in ("CHANNEL STATUS", "HANGUP", "WAIT FOR DIGIT 10", 'STREAM FILE "x" ""', "SET CONTEXT x"):
        assert desk.say(line) == [DEAD]
    assert desk.say('SET VARIABLE "EVENDIAL_DONE" "1"') == ["200 result=1"]
    assert desk.say('GET VARIABLE "EVENDIAL_DONE"') == ["200 result=1 (1)"]


def test_the_done_marker_keeps_the_dialplan_quiet(desk: Desk) -> None:
    desk.say('SET VARIABLE "EVENDIAL_DONE" "1"')
    desk.close()
    assert desk.events("UserEvent") == []
    assert desk.event("Hangup")["Cause"] == "16"


def test_a_hangup_by_the_agi_service(desk: Desk) -> None:
    assert desk.say("HANGUP") == ["200 result=1"]
    assert desk.events("Hangup") == []
    assert desk.after(0.05).agi_lines()[-1] == "HANGUP"
    assert desk.event("Hangup")["Cause"] == "0"
    assert desk.events("UserEvent") == []


def test_a_server_that_goes_away_is_a_success_to_asterisk(desk: Desk) -> None:
    desk.close()
    assert desk.event("UserEvent")["Status"] == "SUCCESS"
    assert desk.event("Hangup")["Cause"] == "16"


def test_a_server_that_is_not_there_is_a_failure(desk: Desk) -> None:
    desk.refuse()
    assert desk.event("UserEvent")["Status"] == "FAILURE"
    assert desk.event("Hangup")["Cause"] == "16"


def test_the_call_goes_on_in_another_context(desk: Desk) -> None:
    for line in ("SET CONTEXT ivr-demo", "SET EXTENSION s", "SET PRIORITY 1", "SET VARIABLE EVENDIAL_DONE 1"):
        desk.say(line)
    desk.close()
    assert desk.events("Hangup") == []
    desk.after(2.1)
    assert (desk.event("Hangup")["Context"], desk.event("Hangup")["Cause"]) == ("ivr-demo", "16")
    assert desk.wire[-1].leg.heard_s == pytest.approx(2.0)


def test_a_user_event_of_the_agi_service(desk: Desk) -> None:
    assert desk.say('EXEC UserEvent "EvendialX,A: b"') == ["200 result=0"]
    assert (desk.event("UserEvent")["UserEvent"], desk.event("UserEvent")["A"]) == ("EvendialX", "b")
