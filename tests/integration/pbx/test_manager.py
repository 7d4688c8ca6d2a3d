"""Logins, lists, and what Asterisk does not do for our user."""

import asyncio
from dataclasses import replace

import pytest

from deploy.local.ami import AmiRefused, AmiSession
from tests.integration.pbx.phones import Phones, callee

pytestmark = pytest.mark.integration

REFUSED = {
    "Channel": ("", "Channel not specified"),
    "Context": ("nope", "Extension does not exist."),
    "Exten": ("x", "Extension does not exist."),
    "Priority": ("9", "Extension does not exist."),
    "Timeout": ("abc", "Invalid timeout"),
    "ChannelId": ("e" * 150, "Uniqueid length exceeds maximum of 149\n"),
}


async def test_originates_that_are_refused_at_once(phones: Phones) -> None:
    for field, (value, message) in REFUSED.items():
        number = callee("20")
        response = await phones.originate(number, f"refused-{field}", **{field: value})
        assert (response["Response"], response["Message"]) == ("Error", message)
        assert phones.calls_to(number) == 0
    response = await phones.originate("1", "refused", Channel="PJSIP")
    assert response["Message"] == "Invalid channel"
    response = await phones.originate("1", "refused", Application="AGI", Data="x")
    assert response["Message"].startswith("Originate Access Forbidden: ")


async def test_what_our_user_may_not_do(phones: Phones) -> None:
    for action in ("Command", "Filter", "Reload", "UserEvent", "PJSIPShowEndpoints"):
        response = await phones.ask(action)
        assert (response["Response"], response["Message"]) == ("Error", "Permission denied")
    response = await phones.ask("Nope")
    hint = "Use Action: ListCommands to show available commands."
    assert response["Message"] == f"Invalid/unknown command: Nope. {hint}"
    assert (await phones.ask("Hangup"))["Message"] == "No channel specified"


async def test_questions(phones: Phones) -> None:
    ping = await phones.ask("Ping")
    assert set(ping) == {"Response", "ActionID", "Ping", "Timestamp"}
    assert ping["Ping"] == "Pong"
    status = await phones.ask("CoreStatus")
    assert {
        "CoreStartupDate",
        "CoreStartupTime",
        "CoreReloadDate",
        "CoreReloadTime",
        "CoreCurrentCalls",
    } <= set(status)


async def test_a_variable_of_a_channel(phones: Phones) -> None:
    channel = await phones.dial(callee("119"))
    agi = await phones.agi.session(channel)
    await agi.say("SET VARIABLE EVENDIAL_SERVED 1")
    told = await phones.ask("Getvar", Channel=channel, Variable="EVENDIAL_SERVED")
    assert (told["Response"], told["Variable"], told["Value"]) == ("Success", "EVENDIAL_SERVED", "1")
    unset = await phones.ask("Getvar", Channel=channel, Variable="NOPE")
    assert (unset["Response"], unset["Value"]) == ("Success", "")
    assert (await phones.ask("Getvar", Channel=channel))["Message"] == "No variable specified"
    agi.close()
    await phones.event(channel, "Hangup")
    gone = await phones.ask("Getvar", Channel=channel, Variable="NOPE")
    assert (gone["Response"], gone["Message"]) == ("Error", "No such channel")


async def test_channels_are_listed_with_their_state(phones: Phones) -> None:
    ringing, up = await phones.dial(callee("30")), await phones.dial(callee("119"))
    agi = await phones.agi.session(up)
    await phones.event(ringing, "DialState")
    start, *shown, end = await phones.ask_list("CoreShowChannels", until_count=4)
    assert (start["EventList"], start["Message"]) == ("start", "Channels will follow")
    assert (end["Event"], end["EventList"], end["ListItems"]) == ("CoreShowChannelsComplete", "Complete", "2")
    by_id = {each["Uniqueid"]: each for each in shown}
    applications = {id: (each["ChannelStateDesc"], each["Application"]) for id, each in by_id.items()}
    assert applications == {ringing: ("Ringing", "AppDial2"), up: ("Up", "AGI")}
    assert set(by_id[up]) == {
        *("Event", "ActionID", "Channel", "ChannelState", "ChannelStateDesc", "CallerIDNum", "CallerIDName"),
        *("ConnectedLineNum", "ConnectedLineName", "Language", "AccountCode", "Context", "Exten", "Priority"),
        *("Uniqueid", "Linkedid", "Application", "ApplicationData", "Duration", "BridgeId"),
    }
    assert (by_id[up]["Context"], by_id[up]["Exten"], by_id[up]["Priority"]) == ("evendial", "s", "3")
    assert by_id[up]["ApplicationData"].endswith(f",token-{up[-4:]}")
    agi.close()
    await phones.ask("Hangup", Channel=ringing)
    await asyncio.gather(*(phones.event(channel, "Hangup") for channel in (ringing, up)))
    assert len(await phones.ask_list("CoreShowChannels", until_count=2)) == 2


async def test_a_refused_login_is_told_late_and_ends_the_connection(phones: Phones) -> None:
    ami, began = phones.dialer.ami, asyncio.get_running_loop().time()
    for wrong in asyncio.as_completed(
        [AmiSession.open(replace(ami, secret="wrong")), AmiSession.open(replace(ami, user="nobody"))]
    ):
        with pytest.raises(AmiRefused, match="Authentication failed"):
            await wrong
        assert asyncio.get_running_loop().time() - began >= 0.9


async def test_nothing_is_done_before_a_login(phones: Phones) -> None:
    ami = phones.dialer.ami
    reader, writer = await asyncio.open_connection(ami.host, ami.port)
    assert (await reader.readline()).startswith(b"Asterisk Call Manager/")
    session = AmiSession(reader, writer)
    assert (await session.ask("Ping"))["Message"] == "Permission denied"
    await session.close()


async def test_a_session_hears_that_asterisk_has_booted_and_every_call(phones: Phones) -> None:
    other = await AmiSession.open(phones.dialer.ami)
    booted = await other.receive(lambda message: message.get("Event") == "FullyBooted")
    assert set(booted) == {"Event", "Privilege", "Uptime", "LastReload", "Status"}
    channel = await phones.dial(callee("20"))
    heard = await other.receive(lambda message: message.get("Event") == "Hangup")
    assert heard["Uniqueid"] == channel
    other.send("Logoff")
    goodbye = await other.receive(lambda message: message.get("Response") == "Goodbye")
    assert goodbye["Message"] == "Thanks for all the fish."
    with pytest.raises(EOFError):
        await other.receive()
    await other.close()
