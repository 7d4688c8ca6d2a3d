"""A stream that is read once more: all of it up to now, and no longer than that takes."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest
from evendial_chassis import pull
from evendial_chassis.bus import Bus, connect
from evendial_chassis.replay import BATCH, last_seq, replay
from evendial_chassis.run import Stop
from evendial_chassis.streams import stream_of
from evendial_contracts.campaigns import CampaignFinished
from evendial_contracts.subjects import EVENTS, subject_of

pytestmark = pytest.mark.integration

WITHIN_S = 20.0


@pytest.fixture
async def bus(nats_url: str) -> AsyncIterator[Bus]:
    async with connect(nats_url, "test", Stop()) as bus:
        assert bus
        yield bus


def finished(owner_id: UUID, epoch: int = 0) -> CampaignFinished:
    return CampaignFinished(campaign_id=UUID(int=0), owner_id=owner_id, epoch=epoch)


async def epochs_of(bus: Bus, owner_id: UUID, after: int) -> list[int]:
    subject = subject_of(finished(owner_id))
    said = [each.message async for batch in replay(bus, [subject], after=after) for each in batch]
    return [each.epoch for each in said if isinstance(each, CampaignFinished)]


@pytest.mark.parametrize("count", [0, 3, BATCH + 1])
async def test_it_ends_with_the_last_message_and_not_with_the_request_for_more(
    bus: Bus, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    owner_id, after = uuid4(), await last_seq(bus, stream_of([EVENTS]))
    for epoch in range(count):
        await bus.publish(finished(owner_id, epoch))
    monkeypatch.setattr(pull, "EXPIRES_S", 2 * WITHIN_S)
    async with asyncio.timeout(WITHIN_S):
        assert await epochs_of(bus, owner_id, after) == [*range(count)]
