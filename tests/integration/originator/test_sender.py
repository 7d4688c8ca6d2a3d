"""The last check before the write: what is surely not sent is void, and its attempt free again."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest
from evendial_chassis.bus import connect
from evendial_chassis.outbox import Relay
from evendial_chassis.run import Stop
from evendial_contracts.call_token import TOKEN_LENGTH
from evendial_contracts.dialing import DialNumber, VoidReason
from evendial_originator.core.attempt import attempt_of
from evendial_originator.core.claim import Claimed
from evendial_originator.core.originate import originate
from evendial_originator.gate_table import GateChange, GateTable
from evendial_originator.ledger import Ledger
from evendial_originator.sender import Claim, Sender
from evendial_originator.starts import Starts
from evendial_originator.timer import SlotTimer
from evendial_originator.tracker import Tracker
from evendial_originator.trunks import Through, Trunks
from msgspec.structs import replace

from tests.integration.originator.ami_peer import AmiPeer
from tests.integration.originator.conftest import Client
from tests.integration.originator.orders import again, order
from tests.waiting import until

pytestmark = pytest.mark.integration


class Slot:
    """A sender before the scripted Asterisk, and what it made of a claim."""

    def __init__(self, client: Client, ledger: Ledger, gates: GateTable, pool: asyncpg.Pool) -> None:
        self.asterisk = client.asterisk
        self.ledger = ledger
        self._gates = gates
        self._pool = pool
        self.sender: Sender
        self.cannot: VoidReason | None = None

    async def claimed(self, due_in_s: float = 0.1, **fields: object) -> tuple[DialNumber, Claim]:
        command = order(due_in_s=due_in_s, **fields)  # type: ignore[arg-type]
        change = GateChange(campaign_id=command.campaign_id, epoch=command.epoch, active=True)
        await self._gates.apply([change])
        boot_id = self.asterisk.boot_id
        assert await self.ledger.claim(command, boot_id=boot_id, nonce=uuid4()) == Claimed()
        return command, Claim(
            attempt=attempt_of(command),
            through=Through(trunk_id=command.trunk_id, trunk_epoch=0, trial=False),
            order=originate(command, "A" * TOKEN_LENGTH),
            not_after=command.not_after,
            boot_id=boot_id,
            claimed_at=time.monotonic(),
        )

    async def reason(self, command: DialNumber) -> str | None:
        """Why it is void, once the sender has let go of it."""
        reason: str | None = await self._pool.fetchval(
            "select void_reason from outcome where command_id = $1", command.command_id
        )
        return reason


@pytest.fixture
async def slot(
    nats_url: str, client: Client, ledger: Ledger, gates: GateTable, pool: asyncpg.Pool
) -> AsyncIterator[Slot]:
    client.start()
    await until(client.is_up)
    async with connect(nats_url, "test", Stop()) as bus:
        assert bus
        made = Slot(client, ledger, gates, pool)
        relay, timer = Relay(pool, bus), SlotTimer()
        tracker = Tracker(asterisk=client.asterisk, ledger=ledger, bus=bus, relay=relay)
        made.sender = Sender(
            asterisk=client.asterisk,
            tracker=tracker,
            trunks=Trunks(bus),
            starts=Starts(60),
            ledger=ledger,
            relay=relay,
            timer=timer,
            cannot=lambda: made.cannot,
        )
        yield made
        timer.close()
        await tracker.finish(0.1)


async def test_a_fresh_claim_is_written_on_its_slot_and_stays_live(slot: Slot, peer: AmiPeer) -> None:
    command, claim = await slot.claimed()
    await slot.sender.send_on_slot(claim)
    assert datetime.now(UTC) >= command.slot_at
    await until(lambda: peer.sent("Originate"))
    assert await slot.reason(command) is None
    assert [live.attempt.command_id for live in await slot.ledger.live()] == [command.command_id]


async def test_a_claim_older_than_its_life_is_void(slot: Slot, peer: AmiPeer) -> None:
    command, claim = await slot.claimed()
    await slot.sender.send_on_slot(replace(claim, claimed_at=claim.claimed_at - 0.25))
    assert await slot.reason(command) == VoidReason.EXPIRED


async def test_a_claim_whose_slot_does_not_come_because_the_clock_was_set_back_is_void(
    slot: Slot, peer: AmiPeer
) -> None:
    command, claim = await slot.claimed()
    in_an_hour = replace(claim.attempt, slot_at=command.slot_at + timedelta(hours=1))
    await asyncio.wait_for(slot.sender.send_on_slot(replace(claim, attempt=in_an_hour)), 5)
    assert await slot.reason(command) == VoidReason.EXPIRED
    assert peer.sent("Originate") == []


async def test_a_claim_past_its_time_is_void(slot: Slot, peer: AmiPeer) -> None:
    command, claim = await slot.claimed()
    await slot.sender.send_on_slot(replace(claim, not_after=command.slot_at - timedelta(seconds=1)))
    assert await slot.reason(command) == VoidReason.EXPIRED


async def test_a_claim_is_void_when_nobody_would_serve_its_call_any_more(slot: Slot, peer: AmiPeer) -> None:
    command, claim = await slot.claimed()
    slot.cannot = VoidReason.NO_AGI
    await slot.sender.send_on_slot(claim)
    assert await slot.reason(command) == VoidReason.NO_AGI
    assert peer.sent("Originate") == []


async def test_of_late_calls_one_fills_the_gap_and_the_others_are_not_made_up(
    slot: Slot, peer: AmiPeer
) -> None:
    trunk_id = uuid4()
    late = [await slot.claimed(due_in_s, trunk_id=trunk_id) for due_in_s in (-0.4, -0.3, -0.2)]
    on_time = await slot.claimed(0.05, trunk_id=trunk_id)
    other = await slot.claimed(-0.3)
    for _, claim in (*late, on_time, other):
        await slot.sender.send_on_slot(replace(claim, claimed_at=time.monotonic()))
    reasons = [await slot.reason(command) for command, _ in (*late, on_time, other)]
    assert reasons == [None, VoidReason.EXPIRED, VoidReason.EXPIRED, None, None]


async def test_an_asterisk_that_stands_still_is_given_no_more(slot: Slot, peer: AmiPeer) -> None:
    peer.silent_about = {"Originate"}
    reasons = []
    for _ in range(10):
        command, claim = await slot.claimed(0.1)
        await slot.sender.send_on_slot(claim)
        reasons.append(await slot.reason(command))
    written = reasons.count(None)
    assert 1 <= written <= 6
    assert reasons == [None] * written + [VoidReason.OVERLOADED] * (10 - written)


async def test_nothing_is_written_to_an_asterisk_that_does_not_say_that_it_is_awake(
    slot: Slot, peer: AmiPeer
) -> None:
    peer.silent_about = {"Ping"}
    command, claim = await slot.claimed()
    await slot.sender.send_on_slot(claim)
    assert await slot.reason(command) in (VoidReason.OVERLOADED, VoidReason.NO_ASTERISK)
    assert peer.sent("Originate") == []


async def test_a_claim_under_another_run_of_asterisk_is_void(slot: Slot, peer: AmiPeer) -> None:
    command, claim = await slot.claimed()
    await slot.sender.send_on_slot(replace(claim, boot_id="2026-11-23 11:59:59"))
    assert await slot.reason(command) == VoidReason.NO_ASTERISK


async def test_a_claim_without_a_link_is_void(slot: Slot, peer: AmiPeer) -> None:
    command, claim = await slot.claimed()
    slot.asterisk.close()
    await slot.sender.send_on_slot(claim)
    assert await slot.reason(command) == VoidReason.NO_ASTERISK


async def test_a_claim_that_can_not_be_encoded_is_void(slot: Slot, peer: AmiPeer) -> None:
    command, claim = await slot.claimed()
    await slot.sender.send_on_slot(replace(claim, order=replace(claim.order, account="a\r\nb")))
    assert await slot.reason(command) == VoidReason.REFUSED


async def test_after_each_of_these_nothing_was_written_and_the_attempt_is_free(
    slot: Slot, peer: AmiPeer
) -> None:
    command, claim = await slot.claimed()
    await slot.sender.send_on_slot(replace(claim, boot_id="another"))
    assert await slot.asterisk.channels() == []
    assert peer.sent("Originate") == []
    retry = again(command, not_after=command.not_after + timedelta(seconds=60))
    assert await slot.ledger.claim(retry, boot_id="b", nonce=uuid4()) == Claimed()
