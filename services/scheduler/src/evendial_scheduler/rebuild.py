"""`evendial-scheduler rebuild`: the schedule filled anew from the campaigns service's record."""

import asyncio
import os
import time

import msgspec
from evendial_chassis import bus as buses
from evendial_chassis.clock_watch import ClockWatch
from evendial_chassis.migrations import migrate
from evendial_chassis.outbox import Relay
from evendial_chassis.run import Stop, together
from evendial_chassis.settings import load

from evendial_scheduler import refill_store
from evendial_scheduler.refiller import Refiller
from evendial_scheduler.settings import SERVICE
from evendial_scheduler.store import Pool, open_pool, transaction

CONNECTIONS = 4
TELL_EVERY_S = 2.0
EXIT_BUSY = 3


class RebuildSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a rebuild needs; the service has the same."""

    nats_url: str
    database_url: str


async def serve(stop: Stop) -> None:
    """On the database and the bus of this process' environment; a signal leaves the rest to the service."""
    settings = load(RebuildSettings, SERVICE, os.environ)
    async with buses.connect(settings.nats_url, f"{SERVICE}-rebuild", stop) as bus:
        if bus is None:
            return
        pool = await open_pool(settings.database_url, stop=stop, name=f"{SERVICE}-rebuild", size=CONNECTIONS)
        if pool is None:
            return
        try:
            await migrate(pool, "evendial_scheduler")
            async with refill_store.alone(pool) as alone:
                if not alone:
                    print("Another process fills this schedule already; its log tells how far it is.")
                    raise SystemExit(EXIT_BUSY)
                await _rebuild(pool, bus, stop)
        finally:
            await pool.close()


async def _rebuild(pool: Pool, bus: buses.Bus, stop: Stop) -> None:
    relay, watch = Relay(pool, bus), ClockWatch(pool)
    await watch.compare()
    refiller = Refiller(pool, bus, watch.now, relay.wake, lambda: None)
    said = Stop()

    async def work() -> None:
        try:
            await _fill(pool, refiller, stop)
        finally:
            said.request()

    await together(stop, work(), relay.run(said))


async def _fill(pool: Pool, refiller: Refiller, stop: Stop) -> None:
    """Goes on where an earlier one was interrupted, or begins anew."""
    began = time.monotonic()
    if not (await refill_store.is_listed(pool) and await refill_store.left(pool)):
        async with transaction(pool) as connection:
            await refill_store.begin_anew(connection)
        print("Asking the campaigns service what there is to call.", flush=True)
        await refiller.list(stop)
    filling = asyncio.ensure_future(refiller.fill(stop))
    while not filling.done():
        await asyncio.wait({filling}, timeout=TELL_EVERY_S)
        took_s, left = time.monotonic() - began, await refill_store.left(pool)
        print(f"{took_s:6.1f} s  {refiller.numbers:,} numbers; campaigns still to come: {left}", flush=True)
    await filling
    print("Interrupted; run it again to go on." if stop.requested else "Done.", flush=True)
