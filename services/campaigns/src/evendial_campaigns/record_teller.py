"""Answers schedulers that have lost their database: what was decided, and where each number stands."""

from collections import defaultdict
from collections.abc import Sequence

import asyncpg
from evendial_chassis.bus import Bus
from evendial_contracts.record import (
    AskDecided,
    AskLists,
    AskNumbers,
    Decided,
    ListsDone,
    NumbersRecorded,
    RecordedFact,
    RecordPlace,
)
from evendial_contracts.subjects import RECORD_DECIDED, RECORD_LISTS, RECORD_NUMBERS

from evendial_campaigns import record_store
from evendial_campaigns.core.recorded import Called, recorded
from evendial_campaigns.event_store import SERVICE
from evendial_campaigns.projector import DURABLE
from evendial_campaigns.record_store import Page

FACTS = 500
FACTS_BYTES = 500_000
"""An answer is one message of the bus, which is a megabyte at most; a single fact is far smaller."""
NUMBERS = 2_500


class RecordTeller:
    """Reads, and changes nothing. Of several processes one answers each question."""

    def __init__(self, pool: asyncpg.Pool, bus: Bus) -> None:
        self._pool = pool
        self._bus = bus

    async def listen(self) -> None:
        """From now on questions are answered."""
        await self._bus.listen(RECORD_DECIDED, AskDecided, self.decided, queue=SERVICE)
        await self._bus.listen(RECORD_LISTS, AskLists, self.lists, queue=SERVICE)
        await self._bus.listen(RECORD_NUMBERS, AskNumbers, self.numbers, queue=SERVICE)

    async def decided(self, asked: AskDecided) -> Decided:
        """Some facts, and how far the events of others were in the record before them."""
        heard = await record_store.heard(self._pool, DURABLE)
        rows = await record_store.decided(self._pool, asked.after, FACTS)
        kept = _fitting(rows)
        more = len(kept) < len(rows) or len(rows) == FACTS
        return Decided(facts=tuple(fact for _, fact in kept), last=kept[-1][0] if more else None, heard=heard)

    async def lists(self, asked: AskLists) -> ListsDone:
        """Which lists are done in the numbers that are told from now on."""
        return ListsDone(lists=await record_store.lists(self._pool, asked.campaign_id))

    async def numbers(self, asked: AskNumbers) -> NumbersRecorded:
        """Some numbers with what became of them."""
        page = await record_store.numbers(self._pool, asked.campaign_id, asked.after, NUMBERS)
        last = page.numbers[-1].listed.number_id if len(page.numbers) == NUMBERS else None
        return _answer(page, last)


def _fitting(rows: Sequence[tuple[RecordPlace, RecordedFact]]) -> list[tuple[RecordPlace, RecordedFact]]:
    size = 0
    kept: list[tuple[RecordPlace, RecordedFact]] = []
    for place, fact in rows:
        size += len(fact.data)
        if kept and size > FACTS_BYTES:
            break
        kept.append((place, fact))
    return kept


def _answer(page: Page, last: int | None) -> NumbersRecorded:
    suppressions = {fact.command_id: fact.suppression_id for fact in page.suppressed}
    calls: defaultdict[int, list[Called]] = defaultdict(list)
    for call in page.calls:
        calls[call.number_id].append(call)
    return NumbersRecorded(
        numbers=tuple(
            recorded(
                each,
                suppressions.get(each.command_id) if each.command_id else None,
                calls.get(each.listed.number_id, ()),
            )
            for each in page.numbers
        ),
        ends=tuple(page.ends),
        lifted=tuple(page.lifted),
        last=last,
    )
