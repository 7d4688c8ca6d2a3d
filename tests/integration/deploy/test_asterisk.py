import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from evendial_contracts.call_token import TOKEN_LENGTH

from deploy.local.ami import AmiSession, Message
from deploy.local.asterisk import configure_carrier
from deploy.local.asterisk_build import AsteriskBuild
from deploy.local.carrier import CarrierCall, read_record
from deploy.local.ports import Ports
from tests.conftest import AsteriskPair
from tests.waiting import until

pytestmark = pytest.mark.integration

CALLER = "3705550100"


@pytest.fixture
async def ami(asterisk_pair: AsteriskPair) -> AsyncIterator[AmiSession]:
    session = await AmiSession.open(asterisk_pair.dialer.ami)
    yield session
    await session.close()


def originate(ami: AmiSession, number: str, *, timeout_s: int = 10, call: str = "token") -> str:
    channel_id = f"ed-{number}"
    ami.send(
        "Originate",
        Channel=f"PJSIP/{number}@carrier",
        Context="evendial",
        Exten="s",
        Priority="1",
        CallerID=CALLER,
        Timeout=str(timeout_s * 1000),
        Async="true",
        ActionID=channel_id,
        ChannelId=channel_id,
        Variable=f"EVENDIAL_CALL={call}",
    )
    return channel_id


async def hangup_of(ami: AmiSession, channel_id: str) -> Message:
    return await ami.receive(
        lambda m: m.get("Event") == "Hangup" and m.get("Uniqueid") == channel_id, timeout=20
    )


async def carriers_view(pair: AsteriskPair, number: str) -> CarrierCall:
    def written() -> list[CarrierCall]:
        return [call for call in read_record(pair.carrier.record) if call.number == number]

    return (await until(written))[-1]


async def test_the_ami_user_may_run_no_command(ami: AmiSession) -> None:
    answer = await ami.ask("Command", Command="core show version")
    assert (answer["Response"], answer["Message"]) == ("Error", "Permission denied")


async def test_the_ami_user_may_originate_into_no_application(ami: AmiSession) -> None:
    answer = await ami.ask(
        "Originate", Channel="PJSIP/1@carrier", Application="System", Data="id", Async="true"
    )
    assert answer["Response"] == "Error"
    assert answer["Message"].startswith("Originate Access Forbidden")


async def test_lists_come_through_the_event_filter(ami: AmiSession) -> None:
    ami.send("CoreShowChannels")
    assert await ami.receive(lambda m: m.get("Event") == "CoreShowChannelsComplete")


async def test_nothing_but_the_originators_events_comes(asterisk_pair: AsteriskPair, ami: AmiSession) -> None:
    channel_id = originate(ami, "1110000901")
    seen: set[str] = set()
    while not {"Hangup", "UserEvent"} <= seen:
        seen.add(
            (await ami.receive(lambda m: channel_id in (m.get("Uniqueid"), m.get("DestUniqueid"))))["Event"]
        )
    assert seen <= {
        "Newchannel",
        "Newstate",
        "DialState",
        "DialEnd",
        "OriginateResponse",
        "UserEvent",
        "Hangup",
    }


@pytest.mark.parametrize(
    ("number", "cause"),
    [("2000000901", "17"), ("2100000901", "34"), ("2200000901", "1"), ("2400000901", "21")],
    ids=["busy", "congestion", "unallocated", "rejected"],
)
async def test_a_callee_that_fails_gives_its_cause(
    asterisk_pair: AsteriskPair, ami: AmiSession, number: str, cause: str
) -> None:
    hangup = await hangup_of(ami, originate(ami, number))
    assert hangup["Cause"] == cause

    call = await carriers_view(asterisk_pair, number)
    assert (call.caller, call.answered_at, call.hangup_cause) == (CALLER, None, int(cause))


async def test_ringing_out_and_silence_end_by_the_callers_timeout(
    asterisk_pair: AsteriskPair, ami: AmiSession
) -> None:
    rings, silent = originate(ami, "3000000901", timeout_s=1), originate(ami, "3100000901", timeout_s=1)
    ends = {
        m["Uniqueid"]: m["ChannelStateDesc"] for m in [await hangup(ami, {rings, silent}) for _ in range(2)]
    }
    assert ends == {rings: "Ringing", silent: "Down"}
    assert (await carriers_view(asterisk_pair, "3000000901")).answered_at is None


async def hangup(ami: AmiSession, channel_ids: set[str]) -> Message:
    return await ami.receive(lambda m: m.get("Event") == "Hangup" and m.get("Uniqueid") in channel_ids)


async def test_one_number_is_busy_first_and_then_answers(
    asterisk_pair: AsteriskPair, ami: AmiSession
) -> None:
    assert (await hangup_of(ami, originate(ami, "1300000901")))["Cause"] == "17"
    assert (await hangup_of(ami, originate(ami, "1300000901")))["ChannelStateDesc"] == "Up"


async def test_a_call_lasts_no_longer_than_what_follows_its_token_says_whoever_is_away(
    asterisk_pair: AsteriskPair, ami: AmiSession
) -> None:
    asked: list[bytes] = []

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\n\n"))
        await reader.read()
        writer.close()

    token = "A" * TOKEN_LENGTH
    async with await asyncio.start_server(say_nothing, "127.0.0.1", asterisk_pair.agi_port):
        channel_id = originate(ami, "1200000977", call=f"{token}00002")
        assert (await hangup_of(ami, channel_id))["ChannelStateDesc"] == "Up"
        call = await carriers_view(asterisk_pair, "1200000977")
    assert call.answered_at is not None
    assert 1.9 <= (call.ended_at - call.answered_at).total_seconds() <= 5
    assert f"agi_arg_1: {token}\n".encode() in asked[0]


async def test_a_call_that_no_agi_server_takes_is_said_and_ended(ami: AmiSession) -> None:
    channel_id = originate(ami, "1200000901")
    said = await ami.receive(lambda m: m.get("Event") == "UserEvent")
    assert (said["UserEvent"], said["Uniqueid"], said["Status"]) == (
        "EvendialAgiFailed",
        channel_id,
        "FAILURE",
    )
    assert (await hangup_of(ami, channel_id))["ChannelStateDesc"] == "Up"


async def test_the_callee_hears_a_prompt_of_the_prompt_folder(
    asterisk_pair: AsteriskPair, ami: AmiSession
) -> None:
    (asterisk_pair.dialer.prompt_dir / "tone.ulaw").write_bytes(bytes([0x80, 0x00]) * 2000)
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\n\n")
        for command in (b'STREAM FILE "evendial/tone" ""\n', b"SET VARIABLE EVENDIAL_DONE 1\n"):
            writer.write(command)
            heard.append(await reader.readline())
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", asterisk_pair.agi_port):
        channel_id = originate(ami, "1200000902")
        seen: list[Message] = []
        while not seen or seen[-1]["Event"] != "Hangup":
            seen.append(await ami.receive(lambda m: m.get("Uniqueid") == channel_id))
    assert heard == [b"200 result=0 endpos=4000\n", b"200 result=1\n"]
    assert "UserEvent" not in {message["Event"] for message in seen}
    assert (await carriers_view(asterisk_pair, "1200000902")).rtp_received >= 20


async def test_a_killed_asterisk_starts_again_on_its_ports(
    run_folder: Path, ports: Ports, asterisk_build: AsteriskBuild
) -> None:
    instance = configure_carrier(run_folder / "killed", build=asterisk_build, ports=ports)
    first = await instance.start()
    first.kill()

    second = await instance.start()
    assert (await instance.cli("core show channels count")).startswith("0 active channels")
    assert await second.stop() == 0
