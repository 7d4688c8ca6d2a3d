"""Each callee gives the events that a real Asterisk gave (tests/integration/pbx holds both to it)."""

from itertools import pairwise

import pytest

from deploy.pbx.core import asterisk
from deploy.pbx.core.effects import Reply
from deploy.pbx.core.state import Carrier, Setup
from tests.unit.pbx.asterisk import BOOTED_AT, Desk

pytestmark = pytest.mark.unit

DECLINED = {
    "20": ("BUSY", "17", "486"),
    "21": ("CONGESTION", "34", "503"),
    "22": ("NOANSWER", "1", "404"),
    "24": ("NOANSWER", "21", "403"),
    "99": ("NOANSWER", "21", "603"),
}


@pytest.mark.parametrize("behaviour", DECLINED)
def test_a_declined_call_has_four_events_and_one_line_on_the_wire(behaviour: str) -> None:
    desk = Desk()
    desk.dial(f"4930{behaviour}00000001")
    desk.after(1)
    status, cause, sip_status = DECLINED[behaviour]
    assert {each["Event"] for each in desk.events()} == {
        "Newchannel",
        "DialEnd",
        "OriginateResponse",
        "Hangup",
    }
    assert desk.event("DialEnd")["DialStatus"] == status
    assert desk.event("OriginateResponse")["Reason"] == "0"
    assert (desk.event("Hangup")["Cause"], desk.event("Hangup")["TechCause"]) == (cause, sip_status)
    assert [(each.what, each.leg.cause) for each in desk.wire] == [("invite", 0), ("end", int(cause))]
    assert not desk.pbx.channels


@pytest.mark.parametrize(("digits", "rings"), [("6480", False), ("7480", True)])
def test_any_sip_status_can_be_dialled(digits: str, rings: bool) -> None:
    desk = Desk()
    desk.dial(f"4930{digits}000001")
    desk.after(1)
    assert (desk.event("Hangup")["Cause"], desk.event("Hangup")["TechCause"]) == ("19", "480")
    assert bool(desk.events("DialState")) is rings


def test_a_trunk_where_nobody_answers_at_all_is_given_up_after_32_seconds() -> None:
    desk = Desk()
    desk.dial("49301200000001", trunk="deadtrunk", Timeout="60000")
    assert desk.after(31.9).events("Hangup") == []
    desk.after(0.2)
    assert (desk.event("Hangup")["Cause"], desk.event("Hangup")["TechCause"]) == ("18", "408")


def test_nothing_is_seen_of_an_accepted_originate_before_its_channel_is_made() -> None:
    desk = Desk(Setup(setup_s=0.5))
    assert desk.dial("49302000000001")["Message"] == "Originate successfully queued"
    assert desk.after(0.4).events() == [] and desk.wire == []
    assert desk.after(0.1).events("Newchannel")


def test_a_callee_who_answers_and_hangs_up() -> None:
    desk = Desk()
    desk.dial("49301130000001")
    desk.after(1)
    assert desk.event("OriginateResponse")["Reason"] == "4"
    assert desk.agi_header()["agi_arg_1"] == "token"
    assert desk.agi_header()["agi_uniqueid"] == "ed-1"
    desk.after(2.1)
    assert desk.agi_lines() == ["HANGUP"]
    assert desk.event("Hangup")["Cause"] == "16"
    assert desk.events("UserEvent") == []
    invited, answered, ended = desk.wire
    assert (invited.what, answered.what, ended.what) == ("invite", "answer", "end")
    assert ended.leg.answered_at is not None and ended.leg.ended_at is not None
    assert ended.leg.ended_at - ended.leg.answered_at == pytest.approx(3)


@pytest.mark.parametrize(("major", "cause"), [(22, "19"), (16, "0")])
def test_a_ring_time_out_has_reason_3_and_no_dial_end(major: int, cause: str) -> None:
    desk = Desk(Setup(major=major))
    desk.dial("49303000000001", Timeout="3000")
    desk.after(2.9)
    assert desk.event("DialState")["DialStatus"] == "RINGING"
    desk.after(0.2)
    assert desk.event("OriginateResponse")["Reason"] == "3"
    assert (desk.event("Hangup")["Cause"], desk.event("Hangup")["ChannelStateDesc"]) == (cause, "Ringing")
    assert desk.events("DialEnd") == []


def test_a_silent_trunk_makes_a_channel_and_no_invite_and_an_unknown_one_neither() -> None:
    desk = Desk()
    desk.dial("49301200000001", "ed-1", trunk="deadtrunk", Timeout="1000")
    desk.dial("49301200000001", "ed-2", trunk="nobody")
    desk.after(2)
    reasons = {each["Uniqueid"]: each["Reason"] for each in desk.events("OriginateResponse")}
    assert reasons == {"ed-1": "3", "ed-2": "0"}
    assert [each["Uniqueid"] for each in desk.events("Newchannel")] == ["ed-1"]
    assert desk.wire == []


def test_busy_once_then_answers_also_after_a_restart() -> None:
    desk = Desk()
    desk.dial("49301300000001")
    carrier, _ = asterisk.killed(desk.after(1).pbx, desk.now)
    again = Desk(carrier=carrier)
    again.dial("49301300000001")
    assert again.after(1).event("OriginateResponse")["Response"] == "Success"


def test_a_congested_carrier_answers_503_for_everybody_and_no_callee_knows_of_it() -> None:
    desk = Desk(carrier=Carrier(congested=True))
    desk.dial("49301300000001")
    assert desk.after(1).event("Hangup")["TechCause"] == "503"
    assert desk.pbx.carrier.calls == {}


@pytest.mark.parametrize(
    ("live", "new", "taken_on_22", "taken_on_16"),
    [
        ("ed-aa11", "ed-aa11", True, True),
        ("ed-aa11", "ED-AA11", True, True),
        ("ed-aa11", "ed-aa1", True, False),
        ("ed-aa11", "ed-aa112", False, False),
        ("ed-aa11", "aa11", False, False),
    ],
)
def test_a_live_id_is_fenced(live: str, new: str, taken_on_22: bool, taken_on_16: bool) -> None:
    for major, taken in ((22, taken_on_22), (16, taken_on_16)):
        desk = Desk(Setup(major=major))
        desk.dial("49303000000001", live)
        desk.after(1)
        desk.dial("49302000000002", new)
        desk.after(1)
        assert [each.leg.number for each in desk.wire if each.what == "invite"] == (
            ["49303000000001"] if taken else ["49303000000001", "49302000000002"]
        )
        assert desk.events("OriginateResponse")[0]["Reason"] == "0"
        assert live in desk.pbx.channels


def test_two_originates_with_one_id_before_either_has_a_channel_make_one_call() -> None:
    desk = Desk()
    desk.dial("49301200000001")
    desk.dial("49301200000001")
    desk.after(0.5)
    assert [each.what for each in desk.wire] == ["invite"]


def test_hangup_before_the_answer() -> None:
    desk = Desk()
    desk.dial("49303000000001")
    desk.after(1)
    assert desk.ask("Hangup", Channel="ED-1", Cause="19")["Message"] == "Channel Hungup"
    assert desk.event("Hangup")["Cause"] == "19"
    assert desk.event("DialEnd")["DialStatus"] == "NOANSWER"
    assert desk.ask("Hangup", Channel="ed-1")["Message"] == "No such channel"


def test_hangup_of_an_answered_call_ends_its_agi_session_first() -> None:
    desk = Desk()
    desk.dial("49301190000001")
    desk.after(1)
    desk.say("WAIT FOR DIGIT 10000")
    desk.ask("Hangup", Channel="ed-1", Cause="16")
    assert desk.wire[-1].what == "answer"
    desk.after(0.1)
    assert desk.agi_lines() == ["200 result=-1", "HANGUP"]
    assert desk.event("Hangup")["Cause"] == "16"
    assert desk.wire[-1].what == "end"


def test_the_dialplan_ends_every_call_when_its_variable_says() -> None:
    desk = Desk()
    desk.dial("49301200000001", Variable=f"EVENDIAL_CALL={'A' * 75}00060")
    desk.after(62)
    assert desk.agi_lines() == ["HANGUP"]


def test_asterisks_own_record_has_every_channel_and_nothing_else() -> None:
    desk = Desk()
    for behaviour in ("20", "21", "22", "30", "111", "6404"):
        desk.dial(f"4930{behaviour}{'1' * (10 - len(behaviour))}", behaviour, Timeout="1000")
    desk.dial("49301200000001", "dead", trunk="deadtrunk", Timeout="1000")
    desk.dial("49301200000001", "none", trunk="nobody")
    desk.after(3)
    assert desk.cdrs() == {
        "20": "BUSY",
        "21": "CONGESTION",
        "22": "NO ANSWER",
        "6404": "NO ANSWER",
        "30": "NO ANSWER",
        "111": "ANSWERED",
        "dead": "NO ANSWER",
    }


def test_shown_channels() -> None:
    desk = Desk()
    desk.dial("49303000000001", "ed-1")
    desk.dial("49301190000001", "ed-2")
    desk.after(2)
    assert desk.ask("CoreShowChannels", ActionID="7")["EventList"] == "start"
    shown = [dict(each.fields) for each in desk.effects if isinstance(each, Reply)]
    states = {each["Uniqueid"]: each["ChannelStateDesc"] for each in shown if "Uniqueid" in each}
    assert states == {"ed-1": "Ringing", "ed-2": "Up"}
    assert shown[-1]["ListItems"] == "2"


def test_an_orderly_end_tells_of_every_call_and_a_kill_of_none() -> None:
    desk = Desk()
    desk.dial("49303000000001", "ed-1")
    desk.dial("49301190000001", "ed-2")
    desk.after(1)
    _, wire = asterisk.killed(desk.pbx, desk.now)
    assert {(each.leg.number, each.leg.ended_at) for each in wire} == {
        ("49303000000001", desk.now),
        ("49301190000001", desk.now),
    }
    desk.shut_down()
    assert {each["Uniqueid"] for each in desk.events("Hangup")} == {"ed-1", "ed-2"}
    assert desk.events()[-1]["Event"] == "Shutdown"


def test_while_it_boots_it_takes_no_originate() -> None:
    desk = Desk(Setup(boot_s=2))
    assert desk.dial("49301200000001")["Message"] == "Extension does not exist."
    assert desk.after(1.9).events() == []
    assert desk.after(0.2).event("FullyBooted")["Status"] == "Fully Booted"
    assert desk.dial("49301200000001")["Response"] == "Success"


def test_the_boot_is_told_in_whole_seconds() -> None:
    booted = asterisk.boot(Setup(), Carrier(), BOOTED_AT + 1.5)
    desk = Desk()
    first = desk.ask("CoreStatus")
    desk.pbx = booted
    assert (first["CoreStartupDate"], first["CoreStartupTime"]) == ("2026-11-23", "18:53:20")
    assert desk.ask("CoreStatus")["CoreStartupTime"] == "18:53:21"


def test_the_same_seed_gives_the_same_order_and_many_calls_give_every_order() -> None:
    def orders(seed: int) -> list[tuple[str, ...]]:
        found = []
        for number in range(400):
            desk = Desk(Setup(seed=seed))
            desk.dial("49302000000001", f"ed-{number:03d}")
            found.append(tuple(each["Event"] for each in desk.after(1).events()[1:]))
        return found

    seen = orders(1)
    assert seen == orders(1)
    assert seen != orders(2)
    late = sum(order.index("Hangup") < order.index("OriginateResponse") for order in seen)
    assert 20 <= late <= 75, "11 % of busy calls"
    assert {order[0] for order in seen} == {"DialEnd", "OriginateResponse"}


def test_time_moves_everything_in_its_order_however_late_it_is_asked() -> None:
    desk = Desk()
    for second in (3, 1, 2):
        desk.dial(f"493011{second}0000001", f"ed-{second}")
    desk.after(60)
    ends = [each.leg.ended_at for each in desk.wire if each.what == "end"]
    assert len(ends) == 3
    assert all(before < after for before, after in pairwise(end for end in ends if end))
