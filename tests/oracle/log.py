"""What was said and when, and nothing else: all that the judge knows of a run."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from evendial_contracts.message import Message

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(at: datetime) -> int:
    """Whole microseconds since the Unix epoch."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def instant(at_us: int) -> datetime:
    """The other way round, in UTC."""
    return _EPOCH + timedelta(microseconds=at_us)


@dataclass(slots=True)
class Log:
    """Messages in the order in which the scheduler heard or said them, each with its instant.

    What it heard together has one instant; no two such batches have the same. `away`: from when until when
    there was no scheduler. `calls_per_second` and `calls_at_once` are what all calls together may come to.
    """

    interval_us: int
    begins_us: int
    calls_per_second: float | None = None
    calls_at_once: int | None = None
    entries: list[tuple[int, Message]] = field(default_factory=list)
    away: list[tuple[int, int]] = field(default_factory=list)
    ends_us: int = 0

    def add(self, at_us: int, message: Message) -> None:
        """The next one."""
        self.entries.append((at_us, message))

    def together(self) -> Iterator[tuple[int, list[Message]]]:
        """The messages of each instant."""
        batch: list[Message] = []
        last_us = self.begins_us
        for at_us, message in self.entries:
            if at_us != last_us and batch:
                yield last_us, batch
                batch = []
            batch.append(message)
            last_us = at_us
        if batch:
            yield last_us, batch
