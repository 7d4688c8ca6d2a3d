"""The ledger of attempts: every command is claimed at most once and ends exactly once."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec
from evendial_chassis.bus import sealed
from evendial_chassis.clock import HOST_CLOCK, Clock
from evendial_chassis.outbox import Connection
from evendial_contracts.calls import CallEnded
from evendial_contracts.dialing import Caps, DialNumber, NumberDialVoided, VoidReason
from evendial_contracts.requests import EndCommand

from evendial_originator import ledger_sql as sql
from evendial_originator.core.attempt import Attempt, attempt_of, call_ended, fact_id, voided
from evendial_originator.core.call import Ended
from evendial_originator.core.claim import (
    EARLY,
    Answer,
    Claimed,
    Gate,
    Known,
    NotYet,
    TooEarly,
    Verdict,
    Voided,
    cap_locks,
    judge,
)
from evendial_originator.core.person_cap import counted_until
from evendial_originator.person_hash import Persons

SERVICE = "originator"

NO_CAPS = Caps()

Bars = Callable[[DialNumber, datetime], bool]
"""Whether a command that was planned then may not be claimed, for the ledger had gone back in time since."""


class LiveAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt whose end is not known yet. `boot_id`: the run of Asterisk that it was claimed under.

    `left_at`: when the agi service was done with it.
    """

    attempt: Attempt
    boot_id: str
    answered_at: datetime | None
    left_at: datetime | None


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What a claim is judged by; `suppression_id` is an entry that forbids it, `now` the database's clock."""

    gate: Gate | None
    suppression_id: UUID | None
    now: datetime


class Ledger:
    """All originators share one. `asterisk` names the one that this process dials through."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        *,
        key: bytes,
        asterisk: str,
        bars: Bars = lambda command, planned_at: False,
        clock: Clock = HOST_CLOCK,
    ) -> None:
        self._pool = pool
        self._bars = bars
        self.persons = Persons(key)
        self._asterisk = asterisk
        self._clock = clock

    async def claim(
        self, command: DialNumber, *, boot_id: str, nonce: UUID, planned_at: datetime | None = None
    ) -> Answer:
        """Only `Claimed` may dial: it means a confirmed, synchronous commit of this very nonce.

        Whoever could not see whether its commit was done asks again with the same nonce.
        """
        async with self._pool.acquire() as connection:
            if planned_at and self._bars(command, planned_at):
                async with connection.transaction():
                    void = Voided(reason=VoidReason.LEDGER_EPOCH)
                    return await self._void_in(connection, command, void, nonce)
            if await self._claim_at_once(connection, command, boot_id, nonce):
                return Claimed()
            async with connection.transaction():
                return await self._claim_or_say_why(connection, command, boot_id, nonce)

    async def void(self, command: DialNumber | EndCommand, reason: VoidReason) -> bool:
        """Ends a command that the ledger does not know; False when it does: then nothing is changed."""
        return bool(
            await self._pool.fetchval(sql.VOID_UNKNOWN, *self._void_unknown(command, Voided(reason=reason)))
        )

    async def void_claimed(self, attempt: Attempt, reason: VoidReason) -> bool:
        """Ends a claim of the caller's own that was surely not sent. False when it had ended before."""
        return bool(await self._pool.fetchval(sql.SETTLE, *self._void_known(attempt, Voided(reason=reason))))

    async def settle(self, attempt: Attempt, ended: Ended) -> bool:
        """Ends a call, in one transaction with what is said about it. False when it had ended before."""
        verdict = (ended.disposition.value, None, ended.ended_at, ended.disposition.consumes_attempt)
        said = _outbox_row(call_ended(attempt, ended))
        return bool(await self._pool.fetchval(sql.SETTLE, attempt.command_id, *verdict, *said))

    async def answered(self, attempt: Attempt, at: datetime) -> None:
        """Remembers an answer, so that it outlives this process."""
        await self._pool.execute(sql.ANSWERED, attempt.command_id, at)

    async def live(self) -> list[LiveAttempt]:
        """The attempts of this Asterisk that have not ended."""
        return [_live(row) for row in await self._pool.fetch(sql.LIVE, self._asterisk)]

    async def forgotten(self) -> list[LiveAttempt]:
        """Attempts of any Asterisk that have been live for longer than any call may last."""
        return [_live(row) for row in await self._pool.fetch(sql.FORGOTTEN)]

    async def answers(self) -> None:
        """Raises when the database could not take a claim."""
        await self._pool.fetchval("select 1")

    async def _claim_at_once(
        self, connection: Connection, command: DialNumber, boot_id: str, nonce: UUID
    ) -> bool:
        """Most claims; False where nothing was done, and what is in the way is to be looked at."""
        if command.caps != NO_CAPS or command.person_caps:
            return False
        terms = (command.not_after, command.closes_at, EARLY, self.persons.barred(command))
        claim = self._attempt(command, boot_id, nonce)
        try:
            return bool(await connection.fetchval(sql.CLAIM, *claim, *terms))
        except asyncpg.UniqueViolationError:
            return False

    async def _claim_or_say_why(
        self, connection: Connection, command: DialNumber, boot_id: str, nonce: UUID
    ) -> Answer:
        seen = await self._look(connection, command)
        match judge(command, seen.gate, seen.now, suppressed=seen.suppression_id is not None):
            case VoidReason() as reason:
                entry = seen.suppression_id if reason is VoidReason.SUPPRESSED else None
                forbidden = Voided(reason=reason, suppression_id=entry)
                return await self._void_in(connection, command, forbidden, nonce)
            case Verdict.NOT_YET:
                return NotYet()
            case Verdict.TOO_EARLY:
                return TooEarly()
            case Verdict.GO if void := await self._called_enough(connection, command):
                return await self._void_in(connection, command, void, nonce)
            case Verdict.GO:
                return await self._take(connection, command, boot_id, nonce)

    async def _take(self, connection: Connection, command: DialNumber, boot_id: str, nonce: UUID) -> Answer:
        attempt = attempt_of(command)
        terms = (*msgspec.structs.astuple(command.caps), counted_until(command))
        claim = self._attempt(command, boot_id, nonce)
        new, taken, free = await _row(connection, sql.TAKE, *claim, *terms)
        if taken:
            return Claimed()
        if not new:
            return Claimed() if await _own(connection, command, nonce) else Known()
        void = Voided(reason=await _in_the_way(connection, attempt) if free else VoidReason.CAP)
        await connection.fetchval(sql.SETTLE, *self._void_known(command, void))
        return void

    async def _called_enough(self, connection: Connection, command: DialNumber) -> Voided | None:
        """Whether a cap per person is reached; it is not known yet whether a call in progress counts."""
        if not command.person_caps:
            return None
        about = (self.persons.called(command), command.command_id, command.slot_at)
        attempts = [cap.attempts for cap in command.person_caps]
        hours = [cap.hours for cap in command.person_caps]
        counted = await _row(connection, sql.PERSON_FREE_AT, *about, attempts, hours, command.owner_id)
        if counted["free_at"] is None:
            return None
        if counted["in_a_call"]:
            return Voided(reason=VoidReason.IN_ANOTHER_CALL)
        return Voided(reason=VoidReason.PERSON_CAP, not_before=counted["free_at"])

    async def _look(self, connection: Connection, command: DialNumber) -> Seen:
        """Holds the gate and the caps of a command until the transaction ends."""
        persons = self.persons.barred(command)
        locks = cap_locks(command, persons[0])
        row = await _row(connection, sql.GATE, command.campaign_id, locks, persons)
        gate = None if row["epoch"] is None else Gate(epoch=row["epoch"], active=row["active"])
        return Seen(gate=gate, suppression_id=row["suppression_id"], now=row["now"])

    async def _void_in(
        self, connection: Connection, command: DialNumber, void: Voided, nonce: UUID
    ) -> Answer:
        if await connection.fetchval(sql.VOID_UNKNOWN, *self._void_unknown(command, void)):
            return void
        if await _own(connection, command, nonce):
            await connection.fetchval(sql.SETTLE, *self._void_known(command, void))
            return void
        return Known()

    def _void_unknown(self, what: DialNumber | EndCommand, void: Voided) -> tuple[object, ...]:
        said = _outbox_row(voided(what, void.reason, void.suppression_id, void.not_before))
        return (what.command_id, void.reason.value, self._clock.now(), *said)

    def _void_known(self, what: DialNumber | Attempt, void: Voided) -> tuple[object, ...]:
        said = _outbox_row(voided(what, void.reason, void.suppression_id, void.not_before))
        return (what.command_id, None, void.reason.value, self._clock.now(), False, *said)

    def _attempt(self, command: DialNumber, boot_id: str, nonce: UUID) -> tuple[object, ...]:
        """The first values of `CLAIM` and of `TAKE`."""
        attempt = attempt_of(command)
        place = (nonce, self.persons.called(command), self._asterisk, boot_id, attempt.forgotten_at)
        return (*msgspec.structs.astuple(attempt), *place, command.epoch)


async def _in_the_way(connection: Connection, attempt: Attempt) -> VoidReason:
    """What keeps an attempt from being taken that there is room for."""
    key = (attempt.campaign_id, attempt.generation, attempt.number_id, attempt.attempt_no)
    held = await connection.fetchval(sql.HELD, *key)
    return VoidReason.ATTEMPT_HELD if held else VoidReason.IN_ANOTHER_CALL


async def _own(connection: Connection, command: DialNumber, nonce: UUID) -> bool:
    """Whether an earlier try with this nonce was committed after all."""
    return bool(await connection.fetchval(sql.OWN, command.command_id, nonce))


async def _row(connection: Connection, statement: str, *values: object) -> asyncpg.Record:
    row = await connection.fetchrow(statement, *values)
    assert row is not None, "the statement always gives one row"
    return row


def _live(row: asyncpg.Record) -> LiveAttempt:
    attempt = Attempt(**{field: row[field] for field in Attempt.__struct_fields__})
    known = {field: row[field] for field in ("boot_id", "answered_at", "left_at")}
    return LiveAttempt(attempt=attempt, **known)


def _outbox_row(message: CallEnded | NumberDialVoided) -> tuple[object, ...]:
    outgoing = sealed(message, SERVICE, id=fact_id(message))
    return (outgoing.id, outgoing.subject, outgoing.type, outgoing.headers, outgoing.data)
