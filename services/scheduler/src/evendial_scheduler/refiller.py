"""Fills a schedule that has lost its tables from the campaigns service's record, while it is used."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

import msgspec
from evendial_chassis.bus import Bus, NoAnswer
from evendial_chassis.run import Stop
from evendial_contracts.calls import CallEnded
from evendial_contracts.codec import UnknownMessage, decode
from evendial_contracts.dialing import NumberDialVoided
from evendial_contracts.message import CampaignFact, Message
from evendial_contracts.numbers import NumbersChunk
from evendial_contracts.record import (
    AskDecided,
    AskLists,
    AskNumbers,
    Decided,
    ListsDone,
    NumbersRecorded,
    RecordedFact,
)
from evendial_contracts.subjects import RECORD_DECIDED, RECORD_LISTS, RECORD_NUMBERS

from evendial_scheduler import projector, refill_store, slices, suppression_store
from evendial_scheduler.clock import Clock
from evendial_scheduler.core.refill import listed, refilled
from evendial_scheduler.outcomes import settle
from evendial_scheduler.refill_store import Unfilled
from evendial_scheduler.store import PASSING, Pool, transaction

logger = logging.getLogger(__name__)

EVERY_S = 5.0
ASK_AGAIN_S = 1.0
ANSWER_S = 10.0
PUT_BY_AT_ONCE = 500

Answer = TypeVar("Answer")


class Refiller:
    """Asks page by page; where it or another was interrupted, it goes on. One at a time does it."""

    def __init__(
        self,
        pool: Pool,
        bus: Bus,
        clock: Clock,
        stored: Callable[[], None],
        filled: Callable[[], None],
    ) -> None:
        self._pool = pool
        self._bus = bus
        self._clock = clock
        self._stored = stored
        self._filled = filled
        self._trouble = "asking the campaigns service what there is to call"
        self.numbers = 0
        """So many were told since this began."""

    def trouble(self) -> str:
        """A health part, until `begin` has returned."""
        return self._trouble

    async def begin(self, stop: Stop) -> None:
        """Returns once this database knows which campaigns there are, or when told to stop."""
        while not stop.requested:
            with suppress(*PASSING):
                if await refill_store.is_listed(self._pool) or await self._list_alone(stop):
                    return
            await stop.pause(ASK_AGAIN_S)

    async def run(self, stop: Stop) -> None:
        """Until told to stop: takes in the numbers of campaigns that are not all here."""
        while not stop.requested:
            try:
                if await refill_store.next_unfilled(self._pool):
                    async with refill_store.alone(self._pool) as alone:
                        if alone:
                            await self.fill(stop)
            except PASSING as error:
                logger.debug("refill failed", extra={"action": "refill_failed", "reason": repr(error)})
            await stop.pause(EVERY_S)

    async def list(self, stop: Stop) -> bool:
        """Takes in all that was decided; numbers are still to come. False when told to stop before."""
        after, campaigns = None, set()
        while True:
            page = await self._ask(RECORD_DECIDED, AskDecided(after=after), Decided, stop)
            if page is None:
                return False
            facts = _messages(page.facts)
            async with transaction(self._pool) as connection:
                if page.heard:
                    await refill_store.keep_place(connection, projector.DURABLE, page.heard)
                for fact in facts:
                    await projector.take_in(connection, fact)
                found = {fact.campaign_id for fact in facts if isinstance(fact, CampaignFact)}
                await refill_store.hold(connection, found)
                if page.last is None:
                    await refill_store.listed(connection)
            campaigns |= found
            after = page.last
            if after is None:
                break
        if campaigns:
            extra = {"action": "schedule_is_empty", "campaigns": len(campaigns)}
            logger.warning("the schedule is filled from the record", extra=extra)
        return True

    async def fill(self, stop: Stop) -> None:
        """Takes in all numbers that are still to come, campaign by campaign, the active ones first."""
        while not stop.requested and (unfilled := await refill_store.next_unfilled(self._pool)):
            if await self._fill(unfilled, stop):
                extra = {"action": "campaign_refilled", "campaign_id": unfilled.campaign_id}
                logger.info("all numbers of a campaign are here", extra=extra)
                self._filled()

    async def _list_alone(self, stop: Stop) -> bool:
        async with refill_store.alone(self._pool) as alone:
            return alone and await self.list(stop)

    async def _fill(self, campaign: Unfilled, stop: Stop) -> bool:
        if not campaign.refilled_to and not await self._take_lists(campaign, stop):
            return False
        asking = asyncio.create_task(self._numbers(campaign, campaign.refilled_to, stop))
        try:
            while page := await asking:
                if page.last is not None:
                    asking = asyncio.create_task(self._numbers(campaign, page.last, stop))
                await self._take(campaign, page)
                if page.last is None:
                    return await self._finish(campaign)
        finally:
            asking.cancel()
        return False

    async def _take_lists(self, campaign: Unfilled, stop: Stop) -> bool:
        """Before the numbers: what these lists say must be among them."""
        question = AskLists(campaign_id=campaign.campaign_id)
        done = await self._ask(RECORD_LISTS, question, ListsDone, stop)
        if done is None:
            return False
        async with transaction(self._pool) as connection:
            await refill_store.lists_done(connection, campaign.campaign_id, done.lists)
        return True

    async def _numbers(self, campaign: Unfilled, after: int, stop: Stop) -> NumbersRecorded | None:
        question = AskNumbers(campaign_id=campaign.campaign_id, after=after)
        return await self._ask(RECORD_NUMBERS, question, NumbersRecorded, stop)

    async def _take(self, campaign: Unfilled, page: NumbersRecorded) -> None:
        now = self._clock()
        chunk = NumbersChunk(
            campaign_id=campaign.campaign_id,
            owner_id=campaign.owner_id,
            import_id=campaign.campaign_id,
            chunk_no=0,
            numbers=tuple(map(listed, page.numbers)),
        )
        known = [each for number in page.numbers if (each := refilled(campaign.campaign_id, number, now))]
        ends = [each for each in _messages(page.ends) if isinstance(each, CallEnded | NumberDialVoided)]
        zones = await slices.look_up(chunk)
        async with transaction(self._pool) as connection:
            await slices.take(connection, chunk, zones, now)
            await refill_store.stand(connection, campaign.campaign_id, known)
            await settle(connection, ends, now)
            heard_of = await suppression_store.lifted_among(
                connection, [each.suppression_id for each in known]
            )
            await suppression_store.lift(connection, [*page.lifted, *heard_of], now)
            if page.last is not None:
                await refill_store.told(connection, campaign.campaign_id, page.last)
        self.numbers += len(page.numbers)
        self._stored()

    async def _finish(self, campaign: Unfilled) -> bool:
        """Takes in what was heard meanwhile; then the campaign may be planned."""
        while True:
            async with transaction(self._pool) as connection:
                facts = await refill_store.take_out(connection, campaign.campaign_id, PUT_BY_AT_ONCE)
                if facts:
                    await projector.take_turns(connection, facts, self._clock())
                else:
                    await refill_store.filled(connection, campaign.campaign_id)
            self._stored()
            if not facts:
                return True

    async def _ask(
        self, subject: str, question: msgspec.Struct, answer: type[Answer], stop: Stop
    ) -> Answer | None:
        """Until there is an answer; None when told to stop."""
        waited = False
        while not stop.requested:
            try:
                return await self._bus.ask(subject, question, answer, timeout_s=ANSWER_S)
            except (NoAnswer, msgspec.DecodeError) as failure:
                if not waited:
                    extra = {"action": "waiting", "part": "record", "reason": str(failure)}
                    logger.warning("waiting for the campaigns service", extra=extra)
                waited = True
                await stop.pause(ASK_AGAIN_S)
        return None


def _messages(facts: Sequence[RecordedFact]) -> list[Message]:
    decoded = [decode(each.type, bytes(each.data)) for each in facts]
    return [each for each in decoded if not isinstance(each, UnknownMessage)]
