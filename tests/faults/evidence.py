"""What a cell left behind: what the carrier wrote down, what was planned, and what was said of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Invite:
    """A call as the carrier saw it. `congested`: the trunk refused it, and no callee ever knew of it."""

    number: str
    at: datetime
    ended_at: datetime
    congested: bool = False


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A dial command that is known to exist, from the scheduler's events or from the ledger."""

    command_id: UUID
    campaign_id: UUID
    number: str
    attempt: tuple[int, int]
    """Generation and number of the attempt."""
    slot_at: datetime


@dataclass(frozen=True, kw_only=True)
class Said:
    """An end of a command as the durable subscriber received it; `called` unless it was voided."""

    command_id: UUID
    message_id: str
    body: bytes
    called: bool
    consumes_attempt: bool


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What a campaign was allowed: `silent_from` is when its stop was answered 200, or its window closed."""

    campaign_id: UUID
    calls_per_minute: int
    max_concurrent_calls: int | None = None
    stopped_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Of one cell. Instants are of this host's clock, which no fault moves.

    `settled` and `known_to_api` are the commands that have an end in the ledger, and those of them that were
    called and that the HTTP API lists. `deaths` are when an Asterisk was killed: its calls ended then, though
    the carrier may not have noticed. `stuck` is what had not come to rest in time, in words.
    """

    invites: list[Invite]
    planned: list[Planned]
    said: list[Said]
    settled: set[UUID]
    settled_as_called: set[UUID]
    known_to_api: set[UUID]
    rules: list[Rules]
    deaths: list[datetime]
    stuck: list[str]
