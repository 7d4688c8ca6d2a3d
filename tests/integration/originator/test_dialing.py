"""From the dial command to the wire and back, on real NATS and Postgres, with a scripted Asterisk."""

from datetime import UTC, datetime

import pytest
from evendial_contracts.call_token import TOKEN_LENGTH, verify
from evendial_contracts.calls import CallAnswered, CallOriginated, Disposition
from evendial_contracts.dialing import VoidReason

from tests.integration.originator.ami_peer import AmiPeer
from tests.integration.originator.wire import answers, channel, creates, fails, hangs_up, originates, sent
from tests.integration.originator.world import World
from tests.waiting import until

pytestmark = pytest.mark.integration


async def test_a_command_becomes_one_originate_never_early_and_one_outcome(
    world: World, peer: AmiPeer
) -> None:
    await world.start()
    command = await world.command(await world.activated(), due_in_s=0.5)
    await sent(peer, command)
    assert datetime.now(UTC) >= command.slot_at
    creates(peer, command)
    answers(peer, command)
    await until(lambda: world.facts(command, CallAnswered))
    hangs_up(peer, command, 16, "Up")

    outcome = await world.ended(command)

    assert outcome.disposition is Disposition.ANSWERED
    assert outcome.hangup_cause == 16
    assert outcome.slot_at == command.slot_at
    assert outcome.started_at is not None
    assert outcome.answered_at is not None
    assert command.slot_at <= outcome.started_at <= outcome.answered_at <= outcome.ended_at
    assert outcome.billed_s >= 1
    assert (outcome.account_code, outcome.reference) == ("acme", "row")
    assert len(originates(peer, command)) == 1
    assert len(world.facts(command, CallOriginated)) == 1
    assert len(world.outcomes(command)) == 1


async def test_a_call_whose_end_overtakes_the_reply_was_originated_when_its_channel_was_made(
    world: World, peer: AmiPeer
) -> None:
    peer.silent_about = {"Originate"}
    await world.start()
    command = await world.command(await world.activated())
    await sent(peer, command)
    creates(peer, command)
    hangs_up(peer, command, 1)
    fails(peer, command)

    outcome = await world.ended(command)

    assert outcome.disposition is Disposition.INVALID_NUMBER
    [said] = await until(lambda: world.facts(command, CallOriginated))
    assert isinstance(said, CallOriginated)
    assert said.originated_at == outcome.originated_at == outcome.started_at


async def test_the_originate_carries_a_token_that_the_agi_service_takes(world: World, peer: AmiPeer) -> None:
    await world.start()
    command = await world.command(await world.activated(), sequence_version=7)
    name, _, value = (await sent(peer, command))["Variable"].partition("=")
    until = command.not_after.timestamp() + command.ring_timeout_s
    claims = verify(value[:TOKEN_LENGTH], b"k" * 32, now=until)
    assert name == "EVENDIAL_CALL"
    assert claims.command_id == command.command_id
    assert claims.campaign_id == command.campaign_id
    assert claims.sequence_version == 7
    assert int(value[TOKEN_LENGTH:]) == command.max_call_s + 10


async def test_commands_leave_in_the_order_of_their_slots_each_not_before_its_own(
    world: World, peer: AmiPeer
) -> None:
    await world.start()
    campaign = await world.activated()
    late_first = [0.9, 0.5, 0.7, 0.6, 0.8]
    commands = [await world.command(campaign, due_in_s=each) for each in late_first]
    await until(lambda: len(peer.sent("Originate")) == 5)
    in_order = sorted(commands, key=lambda each: each.slot_at)
    assert [each["ChannelId"] for each in peer.sent("Originate")] == [channel(each) for each in in_order]
    for each in commands:
        creates(peer, each)
        fails(peer, each)
        hangs_up(peer, each, 17)
    for each in commands:
        outcome = await world.ended(each)
        assert outcome.originated_at is not None
        assert outcome.originated_at >= each.slot_at


async def test_a_command_delivered_again_is_dialled_once(world: World, peer: AmiPeer) -> None:
    await world.start()
    command = await world.command(await world.activated())
    await world.publish(command)
    await sent(peer, command)
    await world.publish(command)
    creates(peer, command)
    fails(peer, command)
    hangs_up(peer, command, 17)
    assert (await world.ended(command)).disposition is Disposition.BUSY
    await world.publish(command)

    next_one = await world.command(command.campaign_id)
    await sent(peer, next_one)
    assert len(originates(peer, command)) == 1
    assert len(world.outcomes(command)) == 1


async def test_an_originate_that_asterisk_refuses_ends_as_failed_system_and_consumes_nothing(
    world: World, peer: AmiPeer
) -> None:
    peer.errors = {"Originate": "Extension does not exist."}
    await world.start()
    command = await world.command(await world.activated())
    assert (await world.ended(command)).disposition is Disposition.FAILED_SYSTEM
    assert await world.fetch("select from attempt where held or live") == []


async def test_a_trunk_that_makes_no_channel_is_failed_system(world: World, peer: AmiPeer) -> None:
    await world.start()
    command = await world.command(await world.activated())
    await sent(peer, command)
    fails(peer, command)
    assert (await world.ended(command)).disposition is Disposition.FAILED_SYSTEM


async def test_a_command_of_a_campaign_not_known_yet_waits_for_it(world: World, peer: AmiPeer) -> None:
    await world.start()
    unknown = await world.command((await world.activated()), epoch=2, due_in_s=0.2, late_s=5.0)
    await until(lambda: datetime.now(UTC) > unknown.slot_at)
    assert originates(peer, unknown) == []
    await world.activate(unknown.campaign_id, epoch=2)
    await sent(peer, unknown)


async def test_a_command_whose_campaign_stays_unknown_expires(world: World, peer: AmiPeer) -> None:
    await world.start()
    unknown = await world.command(await world.activated(), epoch=2, late_s=0.2)
    assert (await world.voided(unknown)).reason is VoidReason.EXPIRED
    assert originates(peer, unknown) == []


async def test_a_late_command_is_sent_at_once_while_it_is_good_and_void_after_that(
    world: World, peer: AmiPeer
) -> None:
    await world.start()
    campaign = await world.activated()
    late = await world.command(campaign, due_in_s=-0.5, late_s=60)
    too_late = await world.command(campaign, due_in_s=-2, late_s=1)
    await sent(peer, late)
    assert (await world.voided(too_late)).reason is VoidReason.EXPIRED
    assert originates(peer, too_late) == []


async def test_one_person_is_not_called_twice_at_once(world: World, peer: AmiPeer) -> None:
    await world.start()
    first = await world.command(await world.activated())
    await sent(peer, first)
    second = await world.command(await world.activated(), digits=first.e164, owner_id=first.owner_id)
    assert (await world.voided(second)).reason is VoidReason.IN_ANOTHER_CALL
    creates(peer, first)
    fails(peer, first)
    hangs_up(peer, first, 17)
    await world.ended(first)
    third = await world.command(second.campaign_id, digits=first.e164, owner_id=first.owner_id)
    await sent(peer, third)


@pytest.mark.parametrize(
    ("field", "value"),
    [("ring_timeout_s", 0), ("max_call_s", 99_999)],
)
async def test_a_command_that_makes_no_sense_is_void_as_refused(
    world: World, peer: AmiPeer, field: str, value: int
) -> None:
    await world.start()
    command = await world.command(await world.activated(), **{field: value})
    assert (await world.voided(command)).reason is VoidReason.REFUSED
    assert originates(peer, command) == []


async def test_a_call_that_lasts_too_long_is_hung_up(world: World, peer: AmiPeer) -> None:
    await world.start()
    command = await world.command(await world.activated(), max_call_s=1)
    await sent(peer, command)
    creates(peer, command)
    answers(peer, command)
    [hangup] = await until(lambda: peer.sent("Hangup"))
    assert (hangup["Channel"], hangup["Cause"]) == (channel(command), "16")
    hangs_up(peer, command, 16, "Up")
    assert (await world.ended(command)).disposition is Disposition.ANSWERED
