"""What AMI says of each callee, event by event, and what the carrier writes down."""

import asyncio

import pytest
from evendial_contracts.calls import Disposition
from evendial_originator.core.cdr import record_of
from evendial_originator.core.facts import Recorded

from deploy.local.ami import Message
from tests.integration.pbx.phones import Phones, callee
from tests.waiting import until

pytestmark = pytest.mark.integration

DECLINED = {
    "20": ("BUSY", "17", "User busy", "486"),
    "21": ("CONGESTION", "34", "Circuit/channel congestion", "503"),
    "22": ("NOANSWER", "1", "Unallocated (unassigned) number", "404"),
    "24": ("NOANSWER", "21", "Call Rejected", "403"),
    "99": ("NOANSWER", "21", "Call Rejected", "603"),
}
CHANNEL = {
    *("Event", "Privilege", "Channel", "ChannelState", "ChannelStateDesc", "CallerIDNum", "CallerIDName"),
    *("ConnectedLineNum", "ConnectedLineName", "Language", "AccountCode", "Context", "Exten", "Priority"),
    *("Uniqueid", "Linkedid"),
}
DESTINATION = {"Event", "Privilege", "DialStatus"} | {
    f"Dest{key}" for key in CHANNEL - {"Event", "Privilege"}
}
FIELDS = {
    "Newchannel": CHANNEL,
    "Newstate": CHANNEL,
    "DialState": DESTINATION,
    "DialEnd": DESTINATION,
    "OriginateResponse": {
        *("Event", "Privilege", "ActionID", "Response", "Channel", "Context", "Exten", "Reason", "Uniqueid"),
        *("CallerIDNum", "CallerIDName"),
    },
    "Hangup": CHANNEL | {"Cause", "Cause-txt"},
    "UserEvent": CHANNEL | {"UserEvent", "Status"},
}


def assert_fields(events: dict[str, Message]) -> None:
    """Each event has the fields of its kind, and none beside them."""
    for name, event in events.items():
        assert set(event) - {"TechCause"} == FIELDS[name], name


async def test_a_callee_who_declines(phones: Phones) -> None:
    numbers = {behaviour: callee(behaviour) for behaviour in DECLINED}
    channels = {behaviour: await phones.dial(number) for behaviour, number in numbers.items()}
    for behaviour, (status, cause, words, sip_status) in DECLINED.items():
        told = await phones.over(channels[behaviour])
        assert set(told) == {"Newchannel", "DialEnd", "OriginateResponse", "Hangup"}
        assert_fields(told)
        assert told["DialEnd"]["DialStatus"] == status
        response = told["OriginateResponse"]
        assert (response["Response"], response["Reason"]) == ("Failure", "0")
        assert response["Channel"] == f"PJSIP/{numbers[behaviour]}@carrier"
        hangup = told["Hangup"]
        assert (hangup["Cause"], hangup["Cause-txt"]) == (cause, words)
        assert hangup.get("TechCause", sip_status) == sip_status
        assert hangup["ChannelStateDesc"] == "Down"
        [call] = await phones.recorded(numbers[behaviour])
        assert call.answered_at is None
        assert behaviour == "99" or call.hangup_cause == int(cause)
        assert call.caller == "4930123456"


async def test_a_new_channel_has_a_name_and_nothing_else_yet(phones: Phones) -> None:
    channel = await phones.dial(callee("20"))
    created = await phones.event(channel, "Newchannel")
    told = {
        key: created[key] for key in ("CallerIDNum", "AccountCode", "Context", "Exten", "ChannelStateDesc")
    }
    assert told == {
        "CallerIDNum": "<unknown>",
        "AccountCode": "",
        "Context": "no-incoming-calls",
        "Exten": "s",
        "ChannelStateDesc": "Down",
    }
    ended = await phones.event(channel, "Hangup")
    assert (ended["CallerIDNum"], ended["AccountCode"]) == ("4930123456", "desk")
    assert created["Channel"].startswith("PJSIP/carrier-")
    assert len(created["Channel"]) == len("PJSIP/carrier-00000000")


async def test_a_callee_who_rings_and_is_busy(phones: Phones) -> None:
    told = await phones.over(await phones.dial(callee("16")))
    assert told["DialState"]["DialStatus"] == "RINGING"
    assert (told["DialEnd"]["DialStatus"], told["Hangup"]["Cause"]) == ("BUSY", "17")


async def test_a_callee_who_answers_and_hangs_up(phones: Phones) -> None:
    number = callee("111")
    channel = await phones.dial(number)
    agi = await phones.agi.session(channel)
    await agi.heard("HANGUP")
    await phones.event(channel, "Hangup")
    [call] = await phones.recorded(number)
    told = {each["Event"]: each for each in phones.told(channel)}
    assert set(told) == {"Newchannel", "Newstate", "DialEnd", "OriginateResponse", "Hangup"}
    assert_fields(told)
    assert told["Newstate"]["ChannelStateDesc"] == "Up"
    assert told["DialEnd"]["DialStatus"] == "ANSWER"
    response = told["OriginateResponse"]
    assert (response["Response"], response["Reason"]) == ("Success", "4")
    assert response["Channel"] == told["Newchannel"]["Channel"]
    assert (told["Hangup"]["Cause"], told["Hangup"]["Context"], told["Hangup"]["Exten"]) == (
        "16",
        "evendial",
        "h",
    )
    assert call.answered_at is not None and call.hangup_cause == 16
    assert 0.9 <= (call.ended_at - call.answered_at).total_seconds() <= 2


async def test_a_callee_who_rings_first(phones: Phones) -> None:
    channel = await phones.dial(callee("12"))
    agi = await phones.agi.session(channel)
    agi.close()
    await phones.event(channel, "Hangup")
    states = [each["ChannelStateDesc"] for each in phones.told(channel, "Newstate")]
    assert states == ["Ringing", "Up"]
    ringing = phones.told(channel, "DialState")
    assert [each["DialStatus"] for each in ringing] == ["RINGING"]
    assert_fields({"DialState": ringing[0]})


async def test_a_ring_time_out_and_a_trunk_that_says_nothing(phones: Phones) -> None:
    rings, silent = callee("30"), callee("31")
    channels = [
        await phones.dial(rings, Timeout="1000"),
        await phones.dial(silent, Timeout="1000"),
        await phones.dial(callee("20"), trunk="deadtrunk", Timeout="1000"),
    ]
    all_told = await asyncio.gather(*(phones.over(channel) for channel in channels))
    for told, state in zip(all_told, ("Ringing", "Down", "Down"), strict=True):
        assert told["OriginateResponse"]["Reason"] == "3"
        assert "DialEnd" not in told
        assert ("DialState" in told) is (state == "Ringing")
        assert told["Hangup"]["ChannelStateDesc"] == state
        assert (told["Hangup"]["Cause"], told["Hangup"].get("TechCause")) in {("19", "480"), ("0", None)}
    for number in (rings, silent):
        [call] = await phones.recorded(number)
        assert call.answered_at is None
        assert call.hangup_cause in (19, 127)


async def test_asterisks_own_record(phones: Phones) -> None:
    said = {
        "20": Disposition.BUSY,
        "21": Disposition.CONGESTION,
        "22": Disposition.NO_ANSWER,
        "24": Disposition.NO_ANSWER,
        "30": Disposition.NO_ANSWER,
        "14": Disposition.ANSWERED,
    }
    channels = {behaviour: await phones.dial(callee(behaviour), Timeout="800") for behaviour in said}
    silent = await phones.dial(callee("20"), trunk="deadtrunk", Timeout="800")
    nowhere = await phones.dial(callee("20"), trunk="no-such-trunk")
    for channel in (*channels.values(), silent):
        await phones.event(channel, "Hangup")

    def records() -> dict[str, Recorded]:
        lines = phones.dialer.cdr_file.read_text().splitlines(keepends=True)
        return {record.channel_id: record for line in lines if (record := record_of(line))}

    await until(lambda: {*channels.values(), silent} <= set(records()))
    written = records()
    assert {behaviour: written[channel].disposition for behaviour, channel in channels.items()} == said
    assert written[silent].disposition is Disposition.NO_ANSWER
    assert nowhere not in written
    answered = {behaviour for behaviour, channel in channels.items() if written[channel].answered_at}
    assert answered == {"14"}


async def test_an_unknown_trunk_makes_no_channel(phones: Phones) -> None:
    number = callee("20")
    told = await phones.over(await phones.dial(number, trunk="no-such-trunk"))
    assert set(told) == {"OriginateResponse"}
    assert told["OriginateResponse"]["Reason"] == "0"
    assert phones.calls_to(number) == 0


async def test_busy_the_first_time_and_answered_the_second(phones: Phones) -> None:
    number = callee("13")
    told = await phones.over(await phones.dial(number))
    assert told["Hangup"]["Cause"] == "17"
    await phones.recorded(number)
    agi = await phones.agi.session(await phones.dial(number))
    agi.close()
    await phones.recorded(number, 2)


async def test_a_hangup_while_it_rings(phones: Phones) -> None:
    for cause, tech in (("19", "480"), ("16", None), ("", None)):
        channel = await phones.dial(callee("30"))
        await phones.event(channel, "DialState")
        fields = {"Cause": cause} if cause else {}
        response = await phones.ask("Hangup", Channel=channel, **fields)
        assert (response["Response"], response["Message"]) == ("Success", "Channel Hungup")
        told = await phones.over(channel)
        assert told["OriginateResponse"]["Reason"] == "0"
        assert told["DialEnd"]["DialStatus"] == "NOANSWER"
        assert told["Hangup"]["Cause"] == (cause or "0")
        assert told["Hangup"].get("TechCause", tech) == tech
        gone = await phones.ask("Hangup", Channel=channel)
        assert (gone["Response"], gone["Message"]) == ("Error", "No such channel")


async def test_a_live_channel_fences_its_id(phones: Phones) -> None:
    live = await phones.dial(callee("30"))
    await phones.event(live, "DialState")
    for same in (live, live.upper()):
        number = callee("20")
        before = len(phones.told(same, "OriginateResponse"))
        await phones.dial(number, channel_id=same)
        await phones.event(same, "OriginateResponse")
        [refused] = phones.told(same, "OriginateResponse")[before:]
        assert (refused["Response"], refused["Reason"]) == ("Failure", "0")
        assert refused["Channel"] == f"PJSIP/{number}@carrier"
        assert phones.calls_to(number) == 0
    assert phones.told(live, "Hangup") == []
    longer, number = f"{live}-2", callee("20")
    await phones.over(await phones.dial(number, channel_id=longer))
    assert len(await phones.recorded(number)) == 1
    shorter, number = live[:-4], callee("20")
    told = await phones.over(await phones.dial(number, channel_id=shorter))
    taken = "Newchannel" not in told
    assert taken == (phones.major >= 22)
    assert phones.calls_to(number) == int(not taken)
    await phones.ask("Hangup", Channel=live.upper(), Cause="16")
    await phones.event(live, "Hangup")
    again = callee("20")
    await phones.dial(again, channel_id=live)
    assert len(await phones.recorded(again)) == 1, "the fence stands no longer than the call"
