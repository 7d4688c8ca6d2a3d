"""What panoramisk 1.4 does wrong, on the wire: each test failed against it, none may fail against ours."""

import asyncio
import logging
from uuid import uuid4

import pytest
from evendial_contracts.call_token import TOKEN_LENGTH
from evendial_contracts.causes import HangupCause
from evendial_originator.ami import Event, Link, LinkLost
from evendial_originator.asterisk import Lost, NotReady
from evendial_originator.core.ami_encoding import Unsendable
from evendial_originator.core.facts import (
    Accepted,
    Answered,
    ChannelCreated,
    Fact,
    HungUp,
    LinkDown,
    LinkUp,
    Phase,
    Refused,
    ShuttingDown,
)
from evendial_originator.core.originate import Originate, channel_id
from msgspec.structs import replace

from tests.integration.originator.ami_peer import BOOTED, AmiPeer
from tests.integration.originator.conftest import Client
from tests.waiting import until

pytestmark = pytest.mark.integration

CHANNEL = channel_id(uuid4())
ORDER = Originate(
    channel_id=CHANNEL,
    channel="PJSIP/441174960123@carrier",
    caller_id="441174960000",
    account="acme",
    timeout_ms=30_000,
    variable="EVENDIAL_CALL=" + "A" * TOKEN_LENGTH,
)


async def open_link(peer: AmiPeer) -> tuple[Link, list[Event]]:
    events: list[Event] = []
    return await Link.open("127.0.0.1", peer.port, events.append, deadline_s=5), events


async def test_an_originate_reaches_asterisk_with_exactly_these_fields(peer: AmiPeer, client: Client) -> None:
    client.start()
    await until(client.is_up)

    reply = await client.asterisk.originate(ORDER)

    assert isinstance(reply, Accepted)
    assert peer.sent("Originate") == [
        {
            "Action": "Originate",
            "ActionID": CHANNEL,
            "Account": "acme",
            "Async": "true",
            "CallerID": "441174960000",
            "Channel": "PJSIP/441174960123@carrier",
            "ChannelId": CHANNEL,
            "Context": "evendial",
            "Exten": "s",
            "Priority": "1",
            "Timeout": "30000",
            "Variable": ORDER.variable,
        }
    ]


@pytest.mark.parametrize("field", ["channel", "caller_id", "account", "variable"])
async def test_no_value_can_inject_an_action(peer: AmiPeer, client: Client, field: str) -> None:
    client.start()
    await until(client.is_up)
    evil = replace(ORDER, **{field: "5551000\r\n\r\nAction: Originate\r\nChannel: PJSIP/1@x"})

    with pytest.raises(Unsendable):
        await client.asterisk.originate(evil)

    assert await client.asterisk.channels() == []  # a round trip: whatever was written has arrived
    assert peer.sent("Originate") == []


async def test_an_originate_whose_reply_was_lost_is_not_sent_again(peer: AmiPeer, client: Client) -> None:
    client.start()
    await until(client.is_up)
    peer.silent_about = {"Originate"}

    reply = asyncio.ensure_future(client.asterisk.originate(ORDER))
    await until(lambda: peer.sent("Originate"))
    peer.cut()

    assert await reply is Lost.LOST
    await until(lambda: client.heard(LinkUp) == 2)
    assert await client.asterisk.channels() == []
    assert len(peer.sent("Originate")) == 1


async def test_nothing_is_kept_for_later_while_disconnected(peer: AmiPeer, client: Client) -> None:
    client.start()
    await until(client.is_up)
    await peer.stop()
    await until(lambda: not client.is_up())

    with pytest.raises(NotReady):
        await client.asterisk.originate(ORDER)
    with pytest.raises(NotReady):
        await client.asterisk.hangup(CHANNEL, HangupCause.NORMAL_CLEARING)

    await peer.start()
    await until(client.is_up)
    assert await client.asterisk.channels() == []
    assert peer.sent("Originate") == peer.sent("Hangup") == []


async def test_nothing_is_sent_before_asterisk_has_booted(peer: AmiPeer, client: Client) -> None:
    peer.booted = False
    client.start()
    await until(lambda: peer.sent("Ping"))

    with pytest.raises(NotReady, match="FullyBooted"):
        await client.asterisk.originate(ORDER)
    assert client.facts == []
    assert {action["Action"] for action in peer.actions} == {"Login", "Ping"}

    peer.say(BOOTED)
    await until(client.is_up)
    assert client.asterisk.boot_id == "2026-11-23 12:00:00"


async def test_a_boot_that_takes_long_is_said_with_its_likely_cause(
    peer: AmiPeer, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    peer.booted = False
    client.start()
    await until(lambda: [each for each in caplog.records if "read=system" in str(vars(each).get("reason"))])


async def test_a_cut_link_ends_every_wait(peer: AmiPeer) -> None:
    peer.answering = False
    link, _ = await open_link(peer)
    waits = [asyncio.ensure_future(link.ask({"Action": "Ping"}, deadline_s=60)) for _ in range(3)]
    await until(lambda: len(peer.sent("Ping")) == 3)

    peer.cut()

    for wait in waits:
        with pytest.raises(LinkLost):
            await wait
    assert link.waiting == 0
    with pytest.raises(LinkLost):
        link.tell({"Action": "Ping"}, "x")


async def test_every_answer_has_a_deadline_and_leaves_nothing_behind(peer: AmiPeer) -> None:
    peer.answering = False
    link, _ = await open_link(peer)
    for _ in range(20):
        with pytest.raises(TimeoutError):
            await link.ask({"Action": "Ping"}, deadline_s=0.001)
    assert link.waiting == 0
    link.close()


async def test_a_half_open_link_is_noticed(peer: AmiPeer, client: Client) -> None:
    client.start()
    await until(client.is_up)

    peer.answering = False
    await until(lambda: client.heard(LinkDown) == 1, timeout=5)
    with pytest.raises(NotReady):
        await client.asterisk.originate(ORDER)

    peer.answering = True
    await until(lambda: client.heard(LinkUp) == 2)


async def test_a_wrong_password_is_one_clear_error_and_backs_off(
    peer: AmiPeer, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    peer.password = "another"
    client.start()

    def refusals() -> list[logging.LogRecord]:
        return [each for each in caplog.records if vars(each).get("action") == "ami_login_refused"]

    await until(lambda: len(refusals()) >= 4)
    assert [vars(each)["retry_s"] for each in refusals()[:4]] == [0.01, 0.02, 0.04, 0.05]
    assert {each.levelname for each in refusals()} == {"ERROR"}
    assert "Authentication failed" in vars(refusals()[0])["reason"]
    assert client.asterisk.trouble() == "no AMI link: Authentication failed"
    assert "secret" not in caplog.text
    assert client.facts == []

    peer.password = "secret"
    await until(client.is_up)


async def test_a_hearer_that_fails_takes_nothing_down(peer: AmiPeer, client: Client) -> None:
    def fail(fact: Fact) -> None:
        raise ValueError("a bug")

    client.hearers.insert(0, fail)
    client.start()
    await until(client.is_up)

    peer.event("Newchannel", Uniqueid=CHANNEL)
    peer.event("Hangup", Uniqueid=CHANNEL, Cause="17", ChannelStateDesc="Down")

    await until(lambda: client.heard(HungUp))
    assert client.heard(ChannelCreated) == 1
    assert peer.connections == 1
    assert client.is_up()


async def test_utf8_may_be_cut_anywhere_between_two_segments(peer: AmiPeer) -> None:
    link, events = await open_link(peer)
    await link.ask({"Action": "Ping"}, deadline_s=5)
    message = "Event: Hangup\r\nName: Łódź\r\n\r\n".encode()
    for cut in range(1, len(message)):
        events.clear()
        peer.say(b"Event: Hangup\r\nName: before\r\n\r\n" + message[:cut])
        await until(lambda: events)
        peer.say(message[cut:])
        await until(lambda: len(events) == 2)
        assert events[1]["name"] == "Łódź"
    link.close()


async def test_a_closed_client_stays_closed(peer: AmiPeer, client: Client) -> None:
    client.start()
    await until(client.is_up)
    await peer.stop()
    await until(lambda: client.heard(LinkDown))

    client.asterisk.close()
    assert client.running
    await asyncio.wait_for(client.running, 5)

    before = peer.connections
    await peer.start()
    with pytest.raises(NotReady):
        await client.asterisk.originate(ORDER)
    assert peer.connections == before


async def test_the_answer_to_an_originate_is_a_fact(peer: AmiPeer, client: Client) -> None:
    client.start()
    await until(client.is_up)
    await client.asterisk.originate(ORDER)

    peer.event("OriginateResponse", ActionID=CHANNEL, Uniqueid=CHANNEL, Response="Success", Reason="4")

    await until(lambda: client.heard(Answered))


async def test_an_early_answer_to_an_originate_does_not_pass_for_its_reply(
    peer: AmiPeer, client: Client
) -> None:
    client.start()
    await until(client.is_up)
    peer.silent_about = {"Originate"}
    reply = asyncio.ensure_future(client.asterisk.originate(ORDER))
    await until(lambda: peer.sent("Originate"))

    peer.event("OriginateResponse", ActionID=CHANNEL, Uniqueid=CHANNEL, Response="Failure", Reason="0")
    await until(lambda: len(client.facts) == 2)
    assert not reply.done()
    peer.say(f"Response: Success\r\nActionID: {CHANNEL}\r\nMessage: Originate successfully queued\r\n\r\n")
    assert isinstance(await reply, Accepted)


async def test_an_originate_that_asterisk_refuses_is_told_with_its_reason(
    peer: AmiPeer, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    peer.errors = {"Originate": "Extension does not exist."}
    client.start()
    await until(client.is_up)
    reply = await client.asterisk.originate(ORDER)
    assert isinstance(reply, Refused)
    assert reply.message == "Extension does not exist."
    [warning] = [each for each in caplog.records if vars(each).get("action") == "originate_not_allowed"]
    assert vars(warning)["reason"] == "Extension does not exist."


async def test_answers_are_matched_by_their_exact_id(peer: AmiPeer) -> None:
    peer.answering = False
    link, events = await open_link(peer)
    wait = asyncio.ensure_future(link.answer(link.tell({"Action": "Ping"}, "Abc-1"), deadline_s=5))
    for other in ("abc-1", "Abc-10", "Abc", ""):
        peer_says = f"Response: Success\r\nActionID: {other}\r\nMessage: not for you\r\n\r\n"
        await until(lambda: peer.sent("Ping"))
        peer.say(peer_says)
    peer.say("Response: Success\r\nMessage: without an id\r\n\r\n")
    peer.say("Response: Success\r\nActionID: Abc-1\r\nMessage: for you\r\n\r\n")
    assert (await wait)["message"] == "for you"
    assert events == []
    link.close()


async def test_a_repeated_field_is_its_first_value(peer: AmiPeer) -> None:
    link, events = await open_link(peer)
    await link.ask({"Action": "Ping"}, deadline_s=5)
    peer.say("Event: Hangup\r\nUniqueid: 1\r\nUniqueid: 2\r\nCause: 17\r\n\r\n")
    await until(lambda: events)
    assert events[0]["uniqueid"] == "1"
    link.close()


async def test_a_list_is_all_of_its_events(peer: AmiPeer, client: Client) -> None:
    peer.channels = [CHANNEL, "1763900000.17"]
    client.start()
    await until(client.is_up)
    sightings = await client.asterisk.channels()
    assert [(each.channel_id, each.phase) for each in sightings] == [(CHANNEL, Phase.UP)]


async def test_only_our_own_channels_can_be_hung_up(peer: AmiPeer, client: Client) -> None:
    client.start()
    await until(client.is_up)
    for other in ("/.*/", "PJSIP/carrier-00000001", "", CHANNEL + "x"):
        with pytest.raises(ValueError, match="one of ours"):
            await client.asterisk.hangup(other, HangupCause.NORMAL_CLEARING)
    assert peer.sent("Hangup") == []
    assert await client.asterisk.hangup(CHANNEL, HangupCause.NORMAL_CLEARING)
    assert peer.sent("Hangup")[0]["Channel"] == CHANNEL
    peer.errors = {"Hangup": "No such channel"}
    assert not await client.asterisk.hangup(CHANNEL, HangupCause.NORMAL_CLEARING)


async def test_a_shutdown_is_told_and_ends_originates_at_once(peer: AmiPeer, client: Client) -> None:
    client.start()
    await until(client.is_up)
    peer.event("Shutdown", Shutdown="Cleanly", Restart="False")
    await until(lambda: client.heard(ShuttingDown))
    with pytest.raises(NotReady, match="shutting down"):
        await client.asterisk.originate(ORDER)
    peer.boot_time = "13:00:00"
    peer.cut()
    await until(lambda: client.heard(LinkUp) == 2)
    assert client.asterisk.boot_id == "2026-11-23 13:00:00"
    assert client.heard(LinkDown) == 1


async def test_an_originate_is_refused_while_earlier_bytes_wait(peer: AmiPeer) -> None:
    link, _ = await open_link(peer)
    await link.ask({"Action": "Ping"}, deadline_s=5)
    peer.pause_reading()
    for number in range(2000):
        if link.clogged:
            break
        link.tell({"Action": "Ping", "Padding": "x" * 10_000}, f"p-{number}")
    assert link.clogged
    link.close()
    assert link.waiting == 0


@pytest.mark.parametrize(
    "noise",
    [
        b"\r\n\r\n\r\n\r\n",
        b"no colon at all\r\n\r\n",
        b"\xff\xfe\x00\x80\r\n\r\n",
        b"Event\r\n\r\n",
        b"Event: Hangup\r\n\r\n",
        b"Response: Goodbye\r\n\r\n",
        b"Response: Follows\r\nActionID: zzz\r\nbody\r\n\r\n",
        b"Event: VarSet\r\nActionID: nobody\r\n\r\n",
    ],
)
async def test_noise_changes_nothing(peer: AmiPeer, client: Client, noise: bytes) -> None:
    client.start()
    await until(client.is_up)
    peer.say(noise)
    peer.event("Newchannel", Uniqueid=CHANNEL)
    await until(lambda: client.heard(ChannelCreated))
    assert (client.heard(LinkDown), peer.connections) == (0, 1)


async def test_a_message_without_end_ends_the_link_not_the_memory(peer: AmiPeer, client: Client) -> None:
    client.start()
    await until(client.is_up)
    peer.say(b"Event: Hangup\r\nName: " + b"x" * (2 << 20))
    await until(lambda: client.heard(LinkUp) == 2)
    assert client.heard(LinkDown) == 1
