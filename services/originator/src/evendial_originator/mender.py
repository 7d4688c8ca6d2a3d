"""The loop that compares the ledger with what was said of it outside, and mends it before the next claim.

A connection to a database server that was not compared takes no part in the ledger (`admit`). That holds for
claims, outcomes, the outbox and the heartbeat alike, for they share one pool. The start of a server tells it
from another: no connection outlives it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import asyncpg
import msgspec
from evendial_chassis.clock import HOST_CLOCK
from evendial_chassis.database import TRANSIENT, NotYet
from evendial_chassis.outbox import Connection
from evendial_chassis.run import Stop, patiently
from evendial_contracts.claims import AttemptClaimed
from evendial_contracts.dialing import DialNumber
from evendial_contracts.suppressions import entries_of

from evendial_originator import mend_store
from evendial_originator.core.epoch import Comparison, Epochs, Reason, opened_by
from evendial_originator.gate_table import GateTable, change_of
from evendial_originator.mend_store import Server
from evendial_originator.outside import Facts, Outside, Places
from evendial_originator.suppression_table import SuppressionTable

logger = logging.getLogger(__name__)

EVERY_S = 2.0
GRACE_S = 6.0
"""Where the claims stream is lost: how long an originator that lived through it may take to fill it."""
SAID_AGAIN = timedelta(hours=5)
"""As long as the claims stream keeps them."""
SLICE = 500


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What one look has brought. `lost_stream_at`: when the claims stream was made that is lost."""

    comparison: Comparison
    places: Places
    lost_stream_at: datetime | None
    missing: Sequence[AttemptClaimed]
    facts: Facts


class Mender:
    """`pool` is its own, of connections that need no admission."""

    def __init__(self, *, pool: asyncpg.Pool, outside: Outside, ledger: str) -> None:
        self._pool = pool
        self._outside = outside
        self._ledger = ledger
        self._gates = GateTable(pool)
        self._suppressions = SuppressionTable(pool)
        self._compared: Server | None = None
        self._epochs = Epochs()
        self._wanted = asyncio.Event()
        self._witness_until: float | None = None
        self._mended: list[Callable[[], None]] = []
        self._doubted: list[Callable[[], Awaitable[None]]] = []

    def bars(self, command: DialNumber, planned_at: datetime) -> bool:
        """Whether the command may not be claimed, for it was planned before the ledger was mended."""
        return self._epochs.bar(command, planned_at)

    def on_mended(self, hear: Callable[[], None]) -> None:
        """Calls `hear` each time attempts were put back."""
        self._mended.append(hear)

    def on_doubt(self, drop: Callable[[], Awaitable[None]]) -> None:
        """Calls `drop` when connections that were admitted should be asked again."""
        self._doubted.append(drop)

    async def admit(self, connection: Connection) -> None:
        """Raises `NotYet` unless the server behind the connection has been compared."""
        if await mend_store.server(connection) != self._compared:
            self._wanted.set()
            raise NotYet("the ledger's server has not been compared with the claims yet")

    async def begin(self, stop: Stop) -> None:
        """Compares for the first time; waits for Postgres and NATS if need be."""
        await patiently("ledger compared", self._attempt, stop)

    async def run(self, stop: Stop) -> None:
        """Until told to stop: looks every 2 s, and at once when a connection was not admitted."""
        while not await self._wait(stop):
            with suppress(ConnectionError):
                await self._attempt()

    async def compare(self) -> None:
        """Mends if need be. What it raises passes; until then only a server compared before is admitted."""
        async with self._pool.acquire() as connection:
            reached = await mend_store.server(connection)
            if not reached.timeline:
                raise NotYet("the ledger's server is a standby")
            lived_through = reached == self._compared
            if not lived_through:
                self._compared = None
            if lived_through and await self._in_step(connection):
                return
            async with mend_store.locked(connection):
                found = await self._look(connection, reached, lived_through)
                self._wait_for_witness(opened_by(found.comparison))
                if found.missing:
                    await self._doubt()
                await self._mend(connection, reached, found)

    async def _wait(self, stop: Stop) -> bool:
        either = [asyncio.ensure_future(self._wanted.wait()), asyncio.ensure_future(stop.wait())]
        await asyncio.wait(either, timeout=EVERY_S, return_when=asyncio.FIRST_COMPLETED)
        for each in either:
            each.cancel()
        self._wanted.clear()
        return stop.requested

    async def _attempt(self) -> None:
        try:
            await self.compare()
        except TRANSIENT as error:
            raise ConnectionError(str(error) or repr(error)) from error

    async def _in_step(self, connection: Connection) -> bool:
        """Whether nothing that was said is missing; then notes how far that goes."""
        places, newest = await self._outside.places(), await self._outside.newest_claim()
        kept = await mend_store.note(connection)
        if kept is None or _lost(kept, places):
            return False
        if newest and not await mend_store.known(connection, [newest]):
            return False
        await mend_store.keep_note(connection, places)
        return True

    def _wait_for_witness(self, reason: Reason | None) -> None:
        now = HOST_CLOCK.monotonic()
        if reason is not Reason.UNWITNESSED:
            self._witness_until = None
            return
        self._witness_until = self._witness_until or now + GRACE_S
        if now < self._witness_until:
            raise NotYet("the claims stream is lost; perhaps another originator fills it again")

    async def _doubt(self) -> None:
        self._compared = None
        for drop in self._doubted:
            await drop()

    async def _look(self, connection: Connection, reached: Server, lived_through: bool) -> Found:
        places, kept = await self._outside.places(), await mend_store.note(connection)
        lost = kept is not None and _lost(kept, places)
        claims = await self._outside.claims(after=kept.claims_seq if kept and not lost else 0)
        filled_again = kept and any(each.lost_stream_at == kept.claims_made_at for each in claims)
        known = await mend_store.known(connection, [each.command_id for each in claims])
        missing = [each for each in claims if each.command_id not in known]
        facts = Facts()
        if kept or missing:
            same = kept and kept.events_made_at == places.events_made_at
            facts = await self._outside.facts(after=kept.events_seq if kept and same else 0)
        comparison = Comparison(
            compared=kept is not None,
            used=await mend_store.used(connection),
            heard=bool(claims),
            stream_lost=lost and not filled_again,
            lived_through=lived_through,
            missing=len(missing),
            moved=await mend_store.moved(connection, reached),
        )
        lost_at = kept.claims_made_at if kept and lost and lived_through else None
        return Found(
            comparison=comparison, places=places, lost_stream_at=lost_at, missing=missing, facts=facts
        )

    async def _mend(self, connection: Connection, reached: Server, found: Found) -> None:
        """Gates and suppressions first: nothing may be claimed behind a stop that was forgotten."""
        if found.facts.gates:
            await self._gates.apply([change_of(each) for each in found.facts.gates])
        for each in found.facts.suppressions:
            await self._suppressions.apply(list(entries_of(each)))
        reason = opened_by(found.comparison)
        if found.lost_stream_at:
            await self._say_again(connection, found.lost_stream_at)
        async with connection.transaction():
            await mend_store.put_back(connection, found.missing, found.facts.ends)
            if reason:
                await mend_store.open_epoch(connection, reason, reached)
            await mend_store.keep_note(connection, found.places)
        self._epochs = await mend_store.epochs(connection)
        self._compared = reached
        _say(reason, found)
        if found.missing:
            for hear in self._mended:
                hear()

    async def _say_again(self, connection: Connection, lost_stream_at: datetime) -> None:
        """Fills a claims stream that was lost: a backup from before the loss may yet be restored."""
        since = HOST_CLOCK.now() - SAID_AGAIN
        claims = await mend_store.recent(connection, self._ledger, since, lost_stream_at)
        for start in range(0, len(claims), SLICE):
            await self._outside.say(claims[start : start + SLICE])


def _lost(kept: Places, places: Places) -> bool:
    """Whether the claims stream is not the one that the ledger was last compared with."""
    return places.claims_made_at != kept.claims_made_at or places.claims_seq < kept.claims_seq


def _say(reason: Reason | None, found: Found) -> None:
    extra = {
        "action": "ledger_compared",
        "epoch": reason.value if reason else None,
        "claims_put_back": len(found.missing),
        "ends_read": len(found.facts.ends),
    }
    if reason in (None, Reason.FIRST):
        logger.info("ledger compared", extra=extra)
    else:
        logger.warning("a new epoch of the ledger begins", extra=extra)
