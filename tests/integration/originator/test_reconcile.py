"""What is in doubt is looked for, then the witnesses are asked, and only then it is unknown."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from evendial_contracts.actions import ActionCompleted, ActionResult, SequenceEnded, SequenceResult
from evendial_contracts.calls import CallAnswered, Disposition
from evendial_contracts.dialing import DialNumber
from evendial_originator.core.claim import Claimed
from evendial_originator.ledger import Ledger
from evendial_originator.settings import Settings
from msgspec.structs import replace

from tests.integration.originator.ami_peer import AmiPeer
from tests.integration.originator.orders import order
from tests.integration.originator.wire import channel, creates, hangs_up, originates, sent
from tests.integration.originator.world import World
from tests.waiting import until

pytestmark = pytest.mark.integration

LOOKS_S = 25
"""Six seconds of silence, a sweep each 5 s, and two looks, 5 s apart."""


@pytest.fixture
async def settings(settings: Settings, tmp_path: Path) -> Settings:
    """With a CDR file that the test writes."""
    return replace(settings, cdr_file=str(tmp_path / "cdr.csv"))


def write_down(world: World, command: DialNumber, word: str) -> datetime:
    """As Asterisk would, at the end of the call; returns when that was."""
    end = datetime.now(UTC)
    began = command.slot_at.timestamp()
    with Path(world.settings.cdr_file).open("a") as file:
        file.write(f'"{channel(command)}","acme","{began:f}","0.0","{end.timestamp():f}","0","{word}"\n')
    return end


async def serve(world: World, command: DialNumber) -> ActionCompleted:
    """As the agi service would say it."""
    completed = ActionCompleted(
        campaign_id=command.campaign_id,
        owner_id=command.owner_id,
        command_id=command.command_id,
        sequence_version=1,
        index=0,
        kind="wait",
        result=ActionResult.DONE,
        started_at=datetime.now(UTC) - timedelta(seconds=1),
        duration_ms=1000,
    )
    ended = SequenceEnded(
        campaign_id=command.campaign_id,
        owner_id=command.owner_id,
        command_id=command.command_id,
        sequence_version=1,
        result=SequenceResult.COMPLETED,
        actions_done=1,
        actions_total=1,
    )
    await world.bus.publish(completed)
    await world.bus.publish(ended)
    return completed


async def test_calls_of_which_nothing_is_heard_on_a_link_that_is_up_are_looked_for(
    world: World, peer: AmiPeer
) -> None:
    await world.start()
    campaign = await world.activated()
    peer.silent_about = {"Originate"}
    gone, shown, busy = [await world.command(campaign) for _ in range(3)]
    for command in (gone, shown, busy):
        await sent(peer, command)
    orphan = await claimed_by_a_process_that_died(world)
    peer.channels = [channel(shown)]
    write_down(world, busy, "BUSY")

    await until(lambda: world.facts(shown, CallAnswered), timeout=LOOKS_S)
    hangs_up(peer, shown, 16, "Up")
    assert (await world.ended(shown)).disposition is Disposition.ANSWERED
    assert (await world.ended(busy, within_s=LOOKS_S)).disposition is Disposition.BUSY
    assert (await world.ended(gone, within_s=LOOKS_S)).disposition is Disposition.UNKNOWN
    assert (await world.ended(orphan, within_s=LOOKS_S)).disposition is Disposition.UNKNOWN
    assert len(peer.sent("Originate")) == 3
    assert originates(peer, orphan) == []
    assert peer.connections == 1


async def claimed_by_a_process_that_died(world: World) -> DialNumber:
    """A claim of this Asterisk in the ledger that nobody follows."""
    command = order(campaign_id=await world.activated(), due_in_s=0.2)
    await world.until_rows(f"select from gate where campaign_id = '{command.campaign_id}'")
    async with asyncpg.create_pool(world.settings.database_url, min_size=1, max_size=1) as pool:
        ledger = Ledger(pool, key=b"p" * 32, asterisk=world.settings.asterisk_name)
        boot_id = "2026-11-23 12:00:00"
        assert await ledger.claim(command, boot_id=boot_id, nonce=uuid4()) == Claimed()
    return command


async def test_calls_that_ended_while_nobody_listened_are_what_the_witnesses_say(
    world: World, peer: AmiPeer
) -> None:
    await world.start()
    campaign = await world.activated()
    served, busy, lost = [await world.command(campaign) for _ in range(3)]
    for command in (served, busy, lost):
        await sent(peer, command)
        creates(peer, command)
    await world.kill()
    completed = await serve(world, served)
    ended_at = write_down(world, busy, "BUSY")

    await world.start()
    answered = await world.ended(served, within_s=LOOKS_S)
    assert answered.disposition is Disposition.ANSWERED
    assert answered.answered_at == completed.started_at
    assert answered.billed_s in (1, 2)
    occupied = await world.ended(busy)
    assert (occupied.disposition, occupied.ended_at) == (Disposition.BUSY, ended_at)
    assert (await world.ended(lost)).disposition is Disposition.UNKNOWN
    assert len(peer.sent("Originate")) == 3
    assert [len(world.outcomes(each)) for each in (served, busy, lost)] == [1, 1, 1]


async def test_an_answer_that_only_the_agi_service_saw_is_said_while_the_call_goes_on(
    world: World, peer: AmiPeer
) -> None:
    await world.start()
    command = await world.command(await world.activated())
    await sent(peer, command)
    creates(peer, command)
    completed = await serve(world, command)
    [answered] = await until(lambda: world.facts(command, CallAnswered))
    assert isinstance(answered, CallAnswered)
    assert answered.answered_at == completed.started_at
    await world.until_rows("select from attempt where answered_at is not null")
    hangs_up(peer, command, 16, "Up")
    assert (await world.ended(command)).disposition is Disposition.ANSWERED
