"""Stops that end calls in progress: at once, and where the notice was missed, a little later."""

from uuid import uuid4

import asyncpg
import pytest
from evendial_contracts.calls import Disposition
from evendial_contracts.dialing import DialNumber
from evendial_contracts.requests import CloseGate, GateClosed
from evendial_contracts.subjects import GATE_CLOSE
from evendial_originator import hang_ups
from evendial_originator.gate_table import GateChange, GateTable
from evendial_originator.ledger import Ledger

from tests.integration.originator.ami_peer import AmiPeer
from tests.integration.originator.orders import again, order
from tests.integration.originator.wire import answers, channel, creates, hangs_up, sent
from tests.integration.originator.world import World
from tests.waiting import until

pytestmark = pytest.mark.integration


def hung_up(peer: AmiPeer) -> set[str]:
    return {each["Channel"] for each in peer.sent("Hangup")}


async def in_a_call(world: World, peer: AmiPeer, **fields: object) -> DialNumber:
    command = await world.command(await world.activated(), **fields)  # type: ignore[arg-type]
    await sent(peer, command)
    creates(peer, command)
    answers(peer, command)
    peer.channels.append(channel(command))
    return command


async def close(world: World, command: DialNumber, *, hang_up: bool) -> GateClosed:
    request = CloseGate(campaign_id=command.campaign_id, epoch=2, hang_up=hang_up)
    return await world.bus.ask(GATE_CLOSE, request, GateClosed, timeout_s=2)


async def test_a_stop_ends_the_calls_of_its_campaign_alone_and_their_outcomes_are_as_usual(
    world: World, peer: AmiPeer
) -> None:
    await world.start()
    mine, other = await in_a_call(world, peer), await in_a_call(world, peer)
    assert (await close(world, mine, hang_up=False)).epoch == 2
    assert (await close(world, other, hang_up=True)).epoch == 2
    await until(lambda: hung_up(peer) == {channel(other)}, timeout=1)
    hangs_up(peer, other, 16, "Up")
    assert (await world.ended(other)).disposition is Disposition.ANSWERED
    assert channel(mine) not in hung_up(peer)


async def test_whoever_hears_of_the_stop_by_its_event_ends_the_calls_too(world: World, peer: AmiPeer) -> None:
    await world.start()
    command = await in_a_call(world, peer)
    await world.stop_campaign(command.campaign_id, epoch=2, hang_up=True)
    await until(lambda: hung_up(peer) == {channel(command)}, timeout=2)


async def test_an_originator_that_was_away_ends_them_when_it_is_back(
    world: World, peer: AmiPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hang_ups, "LOOK_EVERY_S", 0.2)
    await world.start()
    command = await in_a_call(world, peer)
    await world.kill()
    await world.stop_campaign(command.campaign_id, epoch=2, hang_up=True)
    assert hung_up(peer) == set()
    await world.start()
    await until(lambda: hung_up(peer) == {channel(command)})


async def test_calls_of_a_later_activation_go_on(
    ledger: Ledger, gates: GateTable, pool: asyncpg.Pool
) -> None:
    first = order(late_s=30)
    later = again(first, epoch=3, number_id=2, e164="441170000002")
    campaign = first.campaign_id
    await gates.apply([GateChange(campaign_id=campaign, epoch=1, active=True)])
    await ledger.claim(first, boot_id="b", nonce=uuid4())
    stopped = GateChange(campaign_id=campaign, epoch=2, active=False, hang_up_below=2)
    await gates.apply([stopped, GateChange(campaign_id=campaign, epoch=3, active=True)])
    await ledger.claim(later, boot_id="b", nonce=uuid4())
    assert len(await ledger.live()) == 2
    assert await gates.to_hang_up("a:5038") == [first.command_id]
    assert await gates.to_hang_up("b:5038") == []
    await gates.apply([GateChange(campaign_id=campaign, epoch=2, active=False, hang_up_below=2)])
    assert await gates.epoch(campaign) == 3


async def test_a_stop_that_comes_after_the_next_activation_still_ends_the_calls_before_it(
    ledger: Ledger, gates: GateTable
) -> None:
    command = order(late_s=30)
    campaign = command.campaign_id
    await gates.apply([GateChange(campaign_id=campaign, epoch=1, active=True)])
    await ledger.claim(command, boot_id="b", nonce=uuid4())
    await gates.apply([GateChange(campaign_id=campaign, epoch=3, active=True)])
    await gates.apply([GateChange(campaign_id=campaign, epoch=2, active=False, hang_up_below=2)])
    assert await gates.to_hang_up("a:5038") == [command.command_id]
    assert await gates.epoch(campaign) == 3
