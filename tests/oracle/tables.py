"""The scheduler's tables in memory, with indexes where a long run needs them, and no time of their own."""

from bisect import bisect_left, bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from math import inf
from typing import Any
from uuid import UUID

from evendial_chassis import outbox
from evendial_contracts.codec import UnknownMessage, decode
from evendial_contracts.message import Message
from evendial_scheduler.core.state import State

from tests.sim.database import Database, Row, Table, Values
from tests.sim.number_tables import CALLABLE, IN_HAND, NumberTables
from tests.sim.scheduler_tables import SchedulerTables
from tests.sim.world import World

Place = tuple[int, datetime, int]
"""Where a number stands in line: retries first, then who is due longest, then its id."""


class StillDatabase(Database):
    """Answers at once."""

    def __init__(self, seed: int) -> None:
        super().__init__(World(seed), "scheduler")

    async def way(self) -> None:
        """Nothing is on its way for any time."""


class Lists(Table):
    """The rows of `number`; those that may be called stand in the lines of their campaign and zone set."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.line: defaultdict[UUID, list[Place]] = defaultdict(list)
        self.in_zones: defaultdict[tuple[UUID, int], list[Place]] = defaultdict(list)
        self.in_hand: Counter[UUID] = Counter()

    def put(self, key: Any, **values: Any) -> Values:
        """As any table."""
        before = self.rows.get(key)
        if before:
            self._leave(before)
        row = super().put(key, **values)
        if row["state"] in CALLABLE:
            for line in self._lines(row):
                insort(line, _place(row))
        elif row["state"] in IN_HAND:
            self.in_hand[row["campaign_id"]] += 1
        return row

    def _leave(self, row: Values) -> None:
        if row["state"] in CALLABLE:
            for line in self._lines(row):
                del line[bisect_left(line, _place(row))]
        elif row["state"] in IN_HAND:
            self.in_hand[row["campaign_id"]] -= 1

    def _lines(self, row: Values) -> tuple[list[Place], list[Place]]:
        campaign_id = row["campaign_id"]
        return self.line[campaign_id], self.in_zones[campaign_id, row["zone_set"]]


class _Due(Sequence[Values]):
    """Who is due in these lines: the retries of one line after the other, then all others."""

    def __init__(
        self, rows: Mapping[Any, Values], campaign_id: UUID, lines: Iterable[list[Place]], now: datetime
    ):
        self._rows = rows
        self._campaign_id = campaign_id
        parts = [_due(line, state, now) for state in (-State.WAITING_RETRY, 0) for line in lines]
        self._parts = [(line, begin, end) for line, begin, end in parts if begin < end]
        self._len = sum(end - begin for _, begin, end in self._parts)

    def __len__(self) -> int:
        return self._len

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            return list(islice(self, *at.indices(self._len)))
        for line, begin, end in self._parts:
            if at < end - begin:
                return self._rows[self._campaign_id, line[begin + at][2]]
            at -= end - begin
        raise IndexError(at)


class IndexedNumbers(NumberTables):
    """Finds through the index what NumberTables finds by reading all."""

    def __init__(self, database: Database, campaign: Table, device: Table) -> None:
        super().__init__(database, campaign, device)
        self.number: Lists = Lists(database)

    def callable_of(self, campaign_id: UUID, now: datetime) -> Sequence[Values]:
        """Due numbers in line."""
        return _Due(self.number.rows, campaign_id, [self.number.line[campaign_id]], now)

    def open_of(self, campaign_id: UUID) -> bool:
        """Whether any number may be called, ever, or is in a command's hands."""
        callable_ever = len(self.number.line[campaign_id])
        if self._campaign.rows[campaign_id]["skips_unknown"]:
            callable_ever -= len(self.number.in_zones[campaign_id, -1])
        return bool(callable_ever or self.number.in_hand[campaign_id])

    def _in_sets(self, campaign_id: UUID, text: str, now: datetime) -> Sequence[Values]:
        sets = [int(each) for each in text.strip("{}").split(",") if each]
        lines = [self.number.in_zones[campaign_id, each] for each in sets]
        return _Due(self.number.rows, campaign_id, lines, now)

    def _in_flight(self) -> list[Row]:
        return [self._flying(each, count) for each, count in self.number.in_hand.items() if count]


class Tables(SchedulerTables):
    """All of them. What is stored to be said goes to `say` at once, each id once."""

    def __init__(self, database: Database, say: Callable[[Message], None]) -> None:
        super().__init__(database)
        self.numbers: IndexedNumbers = IndexedNumbers(database, self.campaign, self.device)
        self._say = say
        self._said: set[UUID] = set()
        database.statements[outbox._INSERT] = self._insert

    def _insert(self, *columns: Sequence[Any]) -> str:
        for id, _, type, _, data in zip(*columns, strict=True):
            if id not in self._said:
                self._said.add(id)
                message = decode(type, data)
                assert not isinstance(message, UnknownMessage)
                self._say(message)
        return "INSERT"

    def _exhausted_row(self, campaign_id: UUID, row: Values) -> list[Row]:
        return [] if self.numbers.open_of(campaign_id) else super()._exhausted_row(campaign_id, row)


def _place(row: Values) -> Place:
    return (-row["state"], row["due_at"], row["number_id"])


def _due(line: list[Place], state: int, now: datetime) -> tuple[list[Place], int, int]:
    """The part of a line that is due and stands there in this state."""
    return line, bisect_left(line, (state,)), bisect_right(line, (state, now, inf))
