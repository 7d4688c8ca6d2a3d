"""What Asterisk answers to actions that it does not carry out."""

import pytest

from deploy.pbx.core.state import Setup
from tests.unit.pbx.asterisk import Desk

pytestmark = pytest.mark.unit

REFUSED = {
    "no channel": ({"Channel": ""}, "Channel not specified"),
    "no slash": ({"Channel": "PJSIP"}, "Invalid channel"),
    "context": ({"Context": "nope"}, "Extension does not exist."),
    "extension": ({"Exten": "x"}, "Extension does not exist."),
    "priority": ({"Priority": "9"}, "Extension does not exist."),
    "timeout": ({"Timeout": "abc"}, "Invalid timeout"),
    "long id": ({"ChannelId": "e" * 150}, "Uniqueid length exceeds maximum of 149\n"),
    "application": ({"Application": "AGI"}, "Originate Access Forbidden: app or data blacklisted"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_an_originate_is_refused_at_once_and_nothing_follows(case: str) -> None:
    fields, message = REFUSED[case]
    desk = Desk()
    response = desk.dial("49302000000001", **fields)
    assert (response["Response"], response["Message"]) == ("Error", message)
    assert desk.after(1).events() == [] and desk.wire == []


def test_a_refused_application_has_other_words_on_16() -> None:
    response = Desk(Setup(major=16)).dial("49302000000001", Application="AGI")
    assert response["Message"] == "Originate Access Forbidden: Application"


def test_other_actions() -> None:
    desk = Desk()
    assert desk.ask("Command", Command="core stop now")["Message"] == "Permission denied"
    assert desk.ask("Nope")["Message"].startswith("Invalid/unknown command: Nope.")
    assert desk.ask("")["Message"] == "Missing action in request"
    assert desk.ask("Ping", ActionID="7") | {"Timestamp": ""} == {
        "Response": "Success",
        "ActionID": "7",
        "Ping": "Pong",
        "Timestamp": "",
    }
    assert desk.ask("Hangup")["Message"] == "No channel specified"


def test_a_comma_splits_a_variable_and_what_is_no_assignment_is_lost() -> None:
    desk = Desk()
    desk.dial("49301200000001", Variable="EVENDIAL_CALL=a,B=c,d")
    desk.after(1.1)
    assert desk.say("GET VARIABLE EVENDIAL_CALL") == ["200 result=1 (a)"]
    assert desk.say("GET VARIABLE B") == ["200 result=1 (c)"]
