"""FastAGI: what each command is answered, and what a hangup does."""

import time
from pathlib import Path

import pytest

from tests.integration.pbx.agi_server import AgiSession
from tests.integration.pbx.phones import Phones, callee
from tests.waiting import until

pytestmark = pytest.mark.integration

ANSWERS = {
    "CHANNEL STATUS": "200 result=6",
    'SET VARIABLE "X" "1 2"': "200 result=1",
    'GET VARIABLE "X"': "200 result=1 (1 2)",
    'GET VARIABLE "NOPE"': "200 result=0",
    'GET FULL VARIABLE "${DIALPLAN_EXISTS(ivr-demo,s,1)}"': "200 result=1 (1)",
    'GET FULL VARIABLE "${DIALPLAN_EXISTS(nope,s,1)}"': "200 result=1 (0)",
    "NOOP": "200 result=0",
    'VERBOSE "hello" 1': "200 result=1",
    'WAIT FOR DIGIT "50"': "200 result=0",
    'STREAM FILE "/nowhere" ""': "200 result=-1 endpos=0",
    'EXEC UserEvent "EvendialX,A: b"': "200 result=0",
    "EXEC Nope x": "200 result=-2",
    "FOO BAR": "510 Invalid or unknown command",
    "WAIT FOR DIGIT": "520-Invalid command syntax.  Proper usage follows:",
    "SET CONTEXT": "520-Invalid command syntax.  Proper usage follows:",
    "ANSWER": "200 result=0",
}


async def answered(phones: Phones, behaviour: str = "119") -> tuple[str, AgiSession, str]:
    """The channel, session and number of a call that the agi service has."""
    number = callee(behaviour)
    channel = await phones.dial(number)
    return channel, await phones.agi.session(channel), number


def a_sound(phones: Phones, seconds: float) -> str:
    """The name of a sound that lasts so long."""
    path = Path(phones.dialer.prompt_dir) / f"tone-{seconds:g}.ulaw"
    path.write_bytes(b"\x7f\xff" * round(seconds * 4000))
    return str(path.with_suffix(""))


async def test_the_header(phones: Phones) -> None:
    channel, agi, _ = await answered(phones)
    assert set(agi.header) == {
        *("agi_network", "agi_network_script", "agi_request", "agi_channel", "agi_language", "agi_type"),
        *("agi_uniqueid", "agi_version", "agi_callerid", "agi_calleridname", "agi_callingpres"),
        *("agi_callingani2", "agi_callington", "agi_callingtns", "agi_dnid", "agi_rdnis", "agi_context"),
        *("agi_extension", "agi_priority", "agi_enhanced", "agi_accountcode", "agi_threadid", "agi_arg_1"),
    }
    told = {
        key: agi.header[f"agi_{key}"] for key in ("network", "uniqueid", "callerid", "accountcode", "arg_1")
    }
    assert told == {
        "network": "yes",
        "uniqueid": channel,
        "callerid": "4930123456",
        "accountcode": "desk",
        "arg_1": f"token-{channel[-4:]}",
    }
    agi.close()
    await phones.event(channel, "Hangup")


async def test_commands(phones: Phones) -> None:
    channel, agi, _ = await answered(phones)
    answers = dict(zip(ANSWERS, await agi.say(*ANSWERS), strict=True))
    assert answers == ANSWERS
    own = await phones.event(channel, "UserEvent")
    assert (own["UserEvent"], own["A"]) == ("EvendialX", "b")
    agi.close()
    await phones.event(channel, "Hangup")


async def test_a_sound_lasts_as_long_as_its_file_and_is_heard(phones: Phones) -> None:
    channel, agi, number = await answered(phones, "12")
    began = time.monotonic()
    assert await agi.say(f'STREAM FILE "{a_sound(phones, 0.5)}" ""') == ["200 result=0 endpos=4000"]
    assert 0.4 <= time.monotonic() - began <= 2
    agi.send("HANGUP")
    await agi.heard("200 result=1")
    await agi.heard("HANGUP")
    ended = await phones.event(channel, "Hangup")
    assert ended["Cause"] == "0"
    [call] = await phones.recorded(number)
    assert 15 <= call.rtp_received <= 35


async def test_a_callee_who_hangs_up_in_the_middle_of_a_sound(phones: Phones) -> None:
    channel, agi, _ = await answered(phones, "14")
    sound = a_sound(phones, 5)
    [cut_off] = await agi.say(f'STREAM FILE "{sound}" ""')
    assert cut_off.startswith("200 result=-1 endpos=")
    assert 0 < int(cut_off.rpartition("=")[2]) < 40_000
    await agi.heard("HANGUP")
    await until(lambda: agi.over)
    assert (await phones.event(channel, "Hangup"))["Cause"] == "16"
    assert phones.told(channel, "UserEvent") == []


async def test_a_hangup_of_ours_in_the_middle_of_a_wait(phones: Phones) -> None:
    channel, agi, number = await answered(phones)
    agi.send("WAIT FOR DIGIT 9000")
    await phones.event(channel, "OriginateResponse")
    assert (await phones.ask("Hangup", Channel=channel, Cause="16"))["Response"] == "Success"
    await agi.heard("200 result=-1")
    await agi.heard("HANGUP")
    await until(lambda: agi.over)
    assert (await phones.event(channel, "Hangup"))["Cause"] == "16"
    assert phones.told(channel, "UserEvent") == []
    await phones.recorded(number)


async def test_a_key_ends_a_wait_and_a_command_interrupts_it(phones: Phones) -> None:
    channel, agi, _ = await answered(phones, "15")
    assert await agi.say("WAIT FOR DIGIT 5000") == ["200 result=49"]
    agi.send("WAIT FOR DIGIT 5000")
    await phones.ask("Ping")
    agi.send("CHANNEL STATUS")
    await agi.heard("200 result=6")
    assert agi.lines[-2:] == ["200 result=1", "200 result=6"]
    agi.close()
    await phones.event(channel, "Hangup")


@pytest.mark.parametrize("end", [AgiSession.close, AgiSession.abort])
async def test_a_server_that_goes_away_counts_as_success(phones: Phones, end: object) -> None:
    channel, agi, _ = await answered(phones)
    end(agi)  # type: ignore[operator]
    assert (await phones.event(channel, "UserEvent"))["Status"] == "SUCCESS"
    assert (await phones.event(channel, "Hangup"))["Cause"] == "16"


async def test_a_server_that_is_not_there_counts_as_failure(phones: Phones) -> None:
    await phones.agi.stop()
    channel = await phones.dial(callee("119"))
    failed = await phones.event(channel, "UserEvent")
    assert (failed["UserEvent"], failed["Status"]) == ("EvendialAgiFailed", "FAILURE")
    assert (await phones.event(channel, "Hangup"))["Cause"] == "16"


async def test_the_call_goes_on_in_another_context(phones: Phones) -> None:
    channel, agi, number = await answered(phones, "12")
    moved = (
        'SET CONTEXT "ivr-demo"',
        'SET EXTENSION "s"',
        'SET PRIORITY "1"',
        "SET VARIABLE EVENDIAL_DONE 1",
    )
    assert await agi.say(*moved) == ["200 result=0"] * 3 + ["200 result=1"]
    agi.close()
    ended = await phones.event(channel, "Hangup")
    assert (ended["Context"], ended["Exten"], ended["Cause"]) == ("ivr-demo", "s", "16")
    [call] = await phones.recorded(number)
    assert 80 <= call.rtp_received <= 120
