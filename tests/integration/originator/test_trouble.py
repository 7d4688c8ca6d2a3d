"""Whatever breaks: no second originate, and one outcome for each command."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from evendial_chassis.bus import NoAnswer
from evendial_contracts.calls import CallAnswered, Disposition
from evendial_contracts.dialing import VoidReason
from evendial_contracts.requests import CloseGate, CommandKnown, EndCommand, GateClosed
from evendial_contracts.subjects import END_COMMAND, GATE_CLOSE
from msgspec.structs import asdict

from tests.integration.originator.ami_peer import AmiPeer
from tests.integration.originator.orders import order
from tests.integration.originator.wire import answers, channel, creates, fails, hangs_up, originates, sent
from tests.integration.originator.world import World
from tests.waiting import until

pytestmark = pytest.mark.integration

LOOKS_S = 20
"""Enough for two looks, 5 s apart."""

DISCONNECT = """
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and wait_event_type = 'Lock'
"""


async def test_without_asterisk_nothing_is_dialled_and_that_is_said(world: World, peer: AmiPeer) -> None:
    await world.start()
    campaign = await world.activated()
    await peer.stop()
    await until(lambda: world.parts["asterisk"]())
    command = await world.command(campaign, late_s=0.3)
    assert (await world.voided(command)).reason is VoidReason.NO_ASTERISK
    before = world.heartbeats
    await peer.start()
    await until(lambda: world.heartbeats > before)
    assert originates(peer, command) == []


async def test_a_link_that_breaks_between_claim_and_slot_leaves_the_command_void(
    world: World, peer: AmiPeer
) -> None:
    await world.start()
    command = await world.command(await world.activated(), due_in_s=0.6)
    await world.until_rows("select from attempt where live", every_s=0.005)
    await peer.stop()
    assert (await world.voided(command)).reason is VoidReason.NO_ASTERISK
    assert await world.fetch("select from attempt where live or held") == []
    await peer.start()


async def test_without_an_agi_service_nothing_is_dialled(world: World, peer: AmiPeer) -> None:
    await world.start()
    campaign = await world.activated()
    world.agi_alive = False
    await until(lambda: world.parts["agi"]())
    command = await world.command(campaign, late_s=0.3)
    assert (await world.voided(command)).reason is VoidReason.NO_AGI
    assert originates(peer, command) == []


async def test_nothing_is_said_to_be_alive_before_everything_is_there(world: World, peer: AmiPeer) -> None:
    peer.booted = False
    world.launch()
    await until(lambda: peer.sent("Login") and "asterisk" in world.parts)
    assert world.heartbeats == 0
    assert world.parts["asterisk"]() is not None
    peer.say("Event: FullyBooted\r\nStatus: Fully Booted\r\n\r\n")
    await until(lambda: world.heartbeats)
    assert {part() for part in world.parts.values()} == {None}


async def test_an_originate_whose_reply_was_lost_is_never_sent_again_and_ends_unknown(
    world: World, peer: AmiPeer
) -> None:
    await world.start()
    peer.silent_about = {"Originate"}
    command = await world.command(await world.activated())
    await sent(peer, command)
    peer.cut()
    outcome = await world.ended(command, within_s=LOOKS_S)
    assert outcome.disposition is Disposition.UNKNOWN
    assert len(originates(peer, command)) == 1
    assert await world.fetch("select from attempt where held and not live")


async def test_a_call_that_goes_on_while_the_link_is_away_is_adopted(world: World, peer: AmiPeer) -> None:
    await world.start()
    command = await world.command(await world.activated())
    await sent(peer, command)
    creates(peer, command)
    peer.channels = [channel(command)]
    peer.cut()
    await until(lambda: world.facts(command, CallAnswered))
    hangs_up(peer, command, 16, "Up")
    outcome = await world.ended(command)
    assert outcome.disposition is Disposition.ANSWERED
    assert len(originates(peer, command)) == 1


async def test_a_channel_that_asterisk_shows_only_at_the_second_look_is_adopted(
    world: World, peer: AmiPeer
) -> None:
    await world.start()
    peer.silent_about = {"Originate"}
    command = await world.command(await world.activated())
    await sent(peer, command)
    looks = len(peer.sent("CoreShowChannels"))
    peer.cut()
    await until(lambda: len(peer.sent("CoreShowChannels")) == looks + 1)
    peer.channels = [channel(command)]
    await until(lambda: world.facts(command, CallAnswered), timeout=LOOKS_S)
    hangs_up(peer, command, 16, "Up")
    assert (await world.ended(command)).disposition is Disposition.ANSWERED


async def test_an_answered_call_whose_end_was_missed_stays_answered(world: World, peer: AmiPeer) -> None:
    await world.start()
    command = await world.command(await world.activated())
    await sent(peer, command)
    creates(peer, command)
    answers(peer, command)
    await until(lambda: world.facts(command, CallAnswered))
    peer.cut()
    outcome = await world.ended(command, within_s=LOOKS_S)
    assert outcome.disposition is Disposition.ANSWERED
    assert outcome.hangup_cause is None


async def test_calls_are_adopted_by_the_next_process(world: World, peer: AmiPeer) -> None:
    await world.start()
    campaign = await world.activated()
    answered, ringing = await world.command(campaign), await world.command(campaign)
    for command in (answered, ringing):
        await sent(peer, command)
        creates(peer, command)
    answers(peer, answered)
    await world.until_rows("select from attempt where answered_at is not null")

    await world.kill()
    peer.channels = [channel(answered)]
    await world.start()
    await until(lambda: world.facts(answered, CallAnswered) and peer.sent("CoreShowChannels"))
    hangs_up(peer, answered, 16, "Up")

    assert (await world.ended(answered, LOOKS_S)).disposition is Disposition.ANSWERED
    assert (await world.ended(ringing, LOOKS_S)).disposition is Disposition.UNKNOWN
    assert len(peer.sent("Originate")) == 2
    assert len(world.outcomes(answered)) == len(world.outcomes(ringing)) == 1


async def test_after_a_restart_of_asterisk_its_calls_are_over_at_the_first_look(
    world: World, peer: AmiPeer
) -> None:
    await world.start()
    command = await world.command(await world.activated())
    await sent(peer, command)
    creates(peer, command)
    peer.boot_time = "13:00:00"
    peer.cut()
    assert (await world.ended(command, within_s=4.5)).disposition is Disposition.UNKNOWN


async def test_an_attempt_of_an_asterisk_that_never_comes_back_is_unknown_after_its_longest_time(
    world: World, peer: AmiPeer
) -> None:
    await world.start()
    command = await world.command(await world.activated())
    await sent(peer, command)
    await world.fetch(
        "update attempt set asterisk = 'gone', forgotten_at = clock_timestamp() - interval '1 s'"
    )
    assert (await world.ended(command, within_s=LOOKS_S)).disposition is Disposition.UNKNOWN


async def test_a_process_that_ends_sends_what_it_has_claimed_and_leaves_the_rest(
    world: World, peer: AmiPeer
) -> None:
    await world.start()
    campaign = await world.activated()
    now, later = await world.command(campaign, due_in_s=0.5), await world.command(campaign, due_in_s=6)
    await world.until_rows("select from attempt where live", every_s=0.005)
    await world.drain()
    assert len(originates(peer, now)) == 1
    assert originates(peer, later) == []

    await world.start()
    await sent(peer, later)
    assert len(peer.sent("Originate")) == 2


async def test_an_outcome_waits_for_the_database(world: World, peer: AmiPeer) -> None:
    await world.start()
    command = await world.command(await world.activated())
    await sent(peer, command)
    creates(peer, command)
    async with world.locked("lock table outcome"):
        fails(peer, command)
        hangs_up(peer, command, 17)
        await world.until_rows("select from pg_stat_activity where wait_event_type = 'Lock'")
        await world.fetch(DISCONNECT)
    assert (await world.ended(command)).disposition is Disposition.BUSY


async def test_a_claim_waits_for_the_database_and_is_never_sent_late(world: World, peer: AmiPeer) -> None:
    await world.start()
    campaign = await world.activated()
    async with world.locked("lock table attempt"):
        command = await world.command(campaign, due_in_s=0.3, late_s=0.2)
        await world.until_rows("select from pg_stat_activity where wait_event_type = 'Lock'")
        await until(lambda: datetime.now(UTC) > command.not_after)
    assert (await world.voided(command)).reason is VoidReason.EXPIRED
    assert originates(peer, command) == []
    assert await world.fetch("select from attempt where live or held") == []


async def test_a_claim_that_lost_its_connection_is_asked_for_again(world: World, peer: AmiPeer) -> None:
    await world.start()
    campaign = await world.activated()
    async with world.locked("lock table attempt"):
        command = await world.command(campaign, due_in_s=0.3, late_s=30)
        await world.until_rows("select from pg_stat_activity where wait_event_type = 'Lock'")
        await world.fetch(DISCONNECT)
    await sent(peer, command)
    creates(peer, command)
    fails(peer, command)
    hangs_up(peer, command, 17)
    assert (await world.ended(command)).disposition is Disposition.BUSY
    assert len(originates(peer, command)) == 1


class TestRequests:
    async def test_a_closed_gate_is_confirmed_and_voids_what_is_in_hand(
        self, world: World, peer: AmiPeer
    ) -> None:
        await world.start()
        command = await world.command(await world.activated(), due_in_s=1)
        request = CloseGate(campaign_id=command.campaign_id, epoch=2)
        closed = await world.bus.ask(GATE_CLOSE, request, GateClosed, timeout_s=2)
        assert closed.epoch == 2
        assert (await world.voided(command)).reason is VoidReason.STOPPED
        again = await world.bus.ask(GATE_CLOSE, request, GateClosed, timeout_s=2)
        assert again.epoch == 2
        assert originates(peer, command) == []

    async def test_closing_an_older_gate_tells_the_newer_epoch(self, world: World) -> None:
        await world.start()
        campaign = await world.activated(epoch=5)
        request = CloseGate(campaign_id=campaign, epoch=2)

        await world.until_rows("select from gate where epoch = 5")
        assert (await world.bus.ask(GATE_CLOSE, request, GateClosed, timeout_s=2)).epoch == 5
        assert await world.fetch("select from gate where active")

    async def test_a_stop_event_alone_closes_the_gate_too(self, world: World, peer: AmiPeer) -> None:
        await world.start()
        campaign = await world.activated()
        await world.stop_campaign(campaign, epoch=2)
        await world.until_rows("select from gate where epoch = 2 and not active")
        command = await world.command(campaign)
        assert (await world.voided(command)).reason is VoidReason.STOPPED

    async def test_a_command_that_never_arrived_gets_a_tombstone_and_can_not_dial_any_more(
        self, world: World, peer: AmiPeer
    ) -> None:
        await world.start()
        campaign = await world.activated()
        pool = world.settings.pool_names[0]
        command = order(campaign_id=campaign, due_in_s=1, pool=pool)
        request = EndCommand(
            **{name: value for name, value in asdict(command).items() if name in EndCommand.__struct_fields__}
        )
        answer = await world.bus.ask(END_COMMAND, request, CommandKnown, timeout_s=2)
        assert answer == CommandKnown(command_id=command.command_id, voided=True)
        assert (await world.voided(command)).reason is VoidReason.TOMBSTONE
        answer = await world.bus.ask(END_COMMAND, request, CommandKnown, timeout_s=2)
        assert answer == CommandKnown(command_id=command.command_id, voided=False)

        await world.publish(command)
        other = await world.command(campaign, due_in_s=1.2)
        await sent(peer, other)
        assert originates(peer, command) == []
        assert len(world.outcomes(command)) == 1

    async def test_a_request_that_makes_no_sense_gets_no_answer(self, world: World) -> None:
        await world.start()
        with pytest.raises(NoAnswer):
            await world.bus.ask(
                GATE_CLOSE, CommandKnown(command_id=uuid4(), voided=True), GateClosed, timeout_s=1
            )


async def test_nothing_is_sent_once_the_close_of_a_gate_is_confirmed(world: World, peer: AmiPeer) -> None:
    """The commands were claimed before the close: they are sent before it is confirmed, or never."""
    await world.start()
    campaign = await world.activated()
    commands = [await world.command(campaign, due_in_s=0.4 + n * 0.02) for n in range(30)]
    await world.until_rows("select count(*) from attempt where live")
    closed = await world.bus.ask(
        GATE_CLOSE, CloseGate(campaign_id=campaign, epoch=2), GateClosed, timeout_s=5
    )
    sent_by_then = [command for command in commands if originates(peer, command)]
    assert closed.epoch == 2
    for command in commands:
        if command not in sent_by_then:
            assert (await world.voided(command)).reason in (VoidReason.STOPPED, VoidReason.EXPIRED)
    assert [command for command in commands if originates(peer, command)] == sent_by_then
