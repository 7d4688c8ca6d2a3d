"""The ledger's database goes back in time under a running originator: nobody is called again.

The judge is what reached the scripted Asterisk.
"""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from evendial_chassis.bus import Bus, NotPublished
from evendial_contracts.calls import Disposition
from evendial_contracts.claims import AttemptClaimed
from evendial_contracts.dialing import DialNumber, VoidReason
from evendial_contracts.message import Message
from evendial_contracts.person_caps import PersonCap
from evendial_originator import mender
from evendial_originator.settings import Settings

from deploy.local.ports import Ports
from tests.integration.chassis.lost_store import LosableNats
from tests.integration.originator.ami_peer import AmiPeer
from tests.integration.originator.past import PastPostgres
from tests.integration.originator.wire import answers, channel, creates, hangs_up, originates
from tests.integration.originator.world import World
from tests.waiting import until

pytestmark = pytest.mark.integration

BACK_S = 15
NOT_AGAIN = (VoidReason.ATTEMPT_HELD, VoidReason.EXPIRED)
BUSY_MACHINE = (VoidReason.EXPIRED, VoidReason.NO_AGI)
"""The second on a busy machine, where the slot of a repeat may pass before it is claimed."""


@pytest.fixture(scope="module")
async def nats(run_folder: Path, ports: Ports) -> AsyncIterator[LosableNats]:
    made = LosableNats(run_folder / "past-nats", ports)
    await made.start()
    yield made
    await made.server.stop()


@pytest.fixture
async def postgres(run_folder: Path, ports: Ports) -> AsyncIterator[PastPostgres]:
    made = PastPostgres(run_folder / f"past-{uuid4().hex[:8]}", ports)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def settings(nats: LosableNats, postgres: PastPostgres, peer: AmiPeer) -> Settings:
    return Settings(
        nats_url=nats.url,
        database_url=await postgres.server.create_database("originator"),
        ami_port=peer.port,
        ami_user="evendial",
        ami_secret=peer.password,
        call_token_key="k" * 32,
        person_key="p" * 32,
        ledger=f"l{uuid4().hex[:12]}",
        pools=f"p{uuid4().hex[:12]}",
        instance="test",
    )


async def dials_again(world: World) -> None:
    """Returns once the originator says that it can dial."""
    before = world.heartbeats
    await until(lambda: world.heartbeats > before, timeout=BACK_S)


async def dialled(world: World, peer: AmiPeer, campaign: UUID, **fields: Any) -> DialNumber:
    """A command that has reached Asterisk; a busy machine may miss a slot or a heartbeat: then another."""
    while True:
        command = await world.command(campaign, **fields | {"command_id": uuid4()})
        if await _has_left(world, peer, command):
            return command
        assert (await world.voided(command)).reason in BUSY_MACHINE


async def _has_left(world: World, peer: AmiPeer, command: DialNumber) -> bool:
    await until(lambda: originates(peer, command) or world.outcomes(command))
    return bool(originates(peer, command))


async def call(world: World, peer: AmiPeer, campaign: UUID, *, ends: int | None = None) -> DialNumber:
    """A command that has been dialled; with a cause, its call is over and settled."""
    command = await dialled(world, peer, campaign)
    creates(peer, command)
    if ends is None:
        answers(peer, command)
        peer.channels.append(channel(command))
    else:
        hangs_up(peer, command, ends, "Ringing")
        await world.ended(command)
    return command


async def tries_again(world: World, commands: list[DialNumber], epoch: int = 1) -> list[DialNumber]:
    """The same commands are delivered once more, and the same attempts are ordered for new slots."""
    for command in commands:
        await world.publish(command)
    return [
        await world.command(command.campaign_id, epoch=epoch, **_attempt(command)) for command in commands
    ]


def _attempt(command: DialNumber) -> dict[str, Any]:
    return {
        "command_id": uuid4(),
        "owner_id": command.owner_id,
        "number_id": command.number_id,
        "digits": command.e164,
    }


def most_originates(peer: AmiPeer) -> int:
    return max(Counter(each["ChannelId"] for each in peer.sent("Originate")).values())


async def test_a_restored_ledger_has_not_forgotten_how_often_somebody_was_called(
    world: World, peer: AmiPeer, postgres: PastPostgres
) -> None:
    await world.start()
    campaign = await world.activated()
    await postgres.back_up()
    person: dict[str, Any] = {"digits": "441174960077", "owner_id": uuid4()}
    person |= {"person_caps": (PersonCap(attempts=1, hours=24),)}
    busy = await dialled(world, peer, campaign, **person)
    creates(peer, busy)
    hangs_up(peer, busy, 17, "Ringing")
    await world.ended(busy)

    await postgres.restore()
    await dials_again(world)
    kept = await world.fetch("select command_id, slot_at from person_attempt")
    assert [tuple(row) for row in kept] == [(busy.command_id, busy.slot_at)]
    void = await world.voided(await world.command(campaign, **person | {"attempt_no": 2}))
    assert (void.reason, void.not_before) == (VoidReason.PERSON_CAP, busy.slot_at + timedelta(hours=24))


async def test_a_restored_base_backup_calls_nobody_again(
    world: World, peer: AmiPeer, postgres: PastPostgres
) -> None:
    await world.start()
    campaign = await world.activated()
    before = await call(world, peer, campaign)
    await postgres.back_up()
    live = await call(world, peer, campaign)
    busy = await call(world, peer, campaign, ends=17)
    congested = await call(world, peer, campaign, ends=34)

    await postgres.restore()
    assert await world.fetch("select from attempt where held") != []
    await dials_again(world)
    repeats = await tries_again(world, [before, live, busy])
    for repeat in repeats:
        assert (await world.voided(repeat)).reason in NOT_AGAIN
    assert most_originates(peer) == 1

    await dialled(world, peer, campaign, **_attempt(congested))
    hangs_up(peer, live, 16, "Up")
    assert (await world.ended(live)).disposition is Disposition.ANSWERED
    for command in (before, live, busy, congested):
        assert len(originates(peer, command)) == 1
        assert len(world.outcomes(command)) == (0 if command is before else 1)
    (epoch,) = await world.fetch("select reason from epoch where reason <> 'first'")
    assert epoch["reason"] == "behind"


async def test_a_stop_that_the_restored_ledger_forgot_still_holds(
    world: World, peer: AmiPeer, postgres: PastPostgres
) -> None:
    await world.start()
    campaign = await world.activated()
    await call(world, peer, campaign)
    await postgres.back_up()
    await call(world, peer, campaign)
    await world.stop_campaign(campaign, epoch=2)
    await world.until_rows("select from gate where not active")
    await postgres.restore()
    await dials_again(world)
    late = await world.command(campaign, epoch=1)
    assert (await world.voided(late)).reason is VoidReason.STOPPED


async def test_a_promoted_standby_that_was_behind_calls_nobody_again(
    world: World, peer: AmiPeer, postgres: PastPostgres, ports: Ports
) -> None:
    await world.start()
    campaign = await world.activated()
    standby = await postgres.follow(ports)
    replicated = await call(world, peer, campaign)

    async def has_followed() -> bool:
        connection = await asyncpg.connect(
            world.settings.database_url.replace(str(postgres.port), str(standby.port))
        )
        try:
            return bool(await connection.fetchval("select exists(select from attempt)"))
        finally:
            await connection.close()

    await until(has_followed)
    await standby.stop()
    lost = [await call(world, peer, campaign), await call(world, peer, campaign, ends=17)]
    await standby.promote_in_place_of(postgres)
    try:
        await dials_again(world)
        for repeat in await tries_again(world, [replicated, *lost]):
            assert (await world.voided(repeat)).reason in NOT_AGAIN
        assert most_originates(peer) == 1
        (epoch,) = await world.fetch("select reason, timeline from epoch where reason <> 'first'")
        assert tuple(epoch) == ("behind", 2)
        await dialled(world, peer, campaign)
        await world.drain()
    finally:
        await standby.stop()
        await postgres.start()


async def test_a_lost_claims_stream_is_filled_again_by_who_has_lived_through_it(
    world: World, peer: AmiPeer, postgres: PastPostgres, nats: LosableNats
) -> None:
    await world.start()
    campaign = await world.activated()
    await call(world, peer, campaign)
    await postgres.back_up()
    lost = [await call(world, peer, campaign), await call(world, peer, campaign, ends=17)]
    lost_at = datetime.now(UTC)
    await nats.lose_store()
    await world.until_rows(f"select from outside where claims_made_at > '{lost_at}' and claims_seq >= 3")
    assert await world.fetch("select from epoch where reason <> 'first'") == []
    await world.activate(campaign, epoch=2)
    await postgres.restore()
    await dials_again(world)
    for repeat in await tries_again(world, lost, epoch=2):
        assert (await world.voided(repeat)).reason in NOT_AGAIN
    assert most_originates(peer) == 1


async def test_without_any_witness_what_may_have_been_called_is_waited_for(
    world: World, peer: AmiPeer, nats: LosableNats, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.start()
    campaign = await world.activated()
    await call(world, peer, campaign)
    await world.kill()
    await nats.lose_store()
    monkeypatch.setattr(mender, "GRACE_S", 0.5)
    await world.start()
    await world.activate(campaign, epoch=2)
    command = await world.command(campaign, epoch=2)
    assert (await world.voided(command)).reason is VoidReason.LEDGER_EPOCH
    await world.fetch("update epoch set opened_at = opened_at - interval '61 min'")
    await world.drain()
    await world.start()
    await dialled(world, peer, campaign, epoch=2, max_call_s=3500)


async def test_a_fresh_ledger_waits_for_nothing(world: World, peer: AmiPeer) -> None:
    await world.start()
    await call(world, peer, await world.activated())
    assert [row["reason"] for row in await world.fetch("select reason from epoch")] == ["first"]


async def test_a_claim_that_nobody_outside_has_heard_of_is_not_sent(
    world: World, peer: AmiPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.start()
    publish = Bus.publish

    async def refuse_claims(bus: Bus, message: Message, **more: object) -> None:
        if isinstance(message, AttemptClaimed):
            raise NotPublished("no answer")
        await publish(bus, message, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Bus, "publish", refuse_claims)
    command = await world.command(await world.activated())
    assert (await world.voided(command)).reason is VoidReason.EXPIRED
    assert originates(peer, command) == []
    assert await world.fetch("select from attempt where live or held") == []
