"""The parts of the scheduler, put together."""

import os

from evendial_chassis import bus as buses
from evendial_chassis.bus import Bus
from evendial_chassis.clock_watch import ClockWatch
from evendial_chassis.health import Part, serve_health
from evendial_chassis.migrations import migrate
from evendial_chassis.outbox import Relay
from evendial_chassis.run import Stop, together
from evendial_chassis.settings import load
from evendial_chassis.vitals import Vitals

from evendial_scheduler.core.room import System
from evendial_scheduler.explainer import Explainer
from evendial_scheduler.feed import Feed
from evendial_scheduler.forgetter import Forgetter
from evendial_scheduler.heartbeats import Heartbeats
from evendial_scheduler.planner import Planner
from evendial_scheduler.projector import Projector
from evendial_scheduler.refiller import Refiller
from evendial_scheduler.settings import SERVICE, Settings
from evendial_scheduler.store import Pool, open_pool
from evendial_scheduler.sweeper import Sweeper
from evendial_scheduler.tallier import Tallier
from evendial_scheduler.ticker import Ticker
from evendial_scheduler.zone_filler import ZoneFiller

DATABASE_CONNECTIONS = 9
"""One for each loop that uses the database, and two for questions or filling an empty schedule."""


async def serve(stop: Stop) -> None:
    """The service with the settings of this process' environment."""
    await run(load(Settings, SERVICE, os.environ), stop)


async def run(settings: Settings, stop: Stop) -> None:
    """Until told to stop. Waits for NATS and Postgres, in whatever order they come."""
    parts: dict[str, Part] = {"start": lambda: "waiting for NATS and Postgres"}
    await together(
        stop,
        serve_health(settings.health_port, parts, stop, settings.health_host),
        _schedule(settings, parts, stop),
    )


async def _schedule(settings: Settings, parts: dict[str, Part], stop: Stop) -> None:
    async with buses.connect(settings.nats_url, SERVICE, stop, Vitals(parts)) as bus:
        if bus is None:
            return
        pool = await open_pool(settings.database_url, stop=stop, name=SERVICE, size=DATABASE_CONNECTIONS)
        if pool is None:
            return
        try:
            await migrate(pool, "evendial_scheduler")
            await _run(settings, parts, bus, pool, stop)
        finally:
            await pool.close()


async def _run(settings: Settings, parts: dict[str, Part], bus: Bus, pool: Pool, stop: Stop) -> None:
    relay, watch = Relay(pool, bus), ClockWatch(pool)
    await watch.compare()
    ceiling = System(
        calls_per_second=settings.max_calls_per_second, max_concurrent_calls=settings.max_concurrent_calls
    )
    planner = Planner(pool, watch.now, settings.interval_s, relay.wake, ceiling)
    ticker = Ticker(pool, planner, settings.interval_s, relay.wake)
    heartbeats = Heartbeats(ticker.wake)
    projector = Projector(pool, watch.now, ticker, relay.wake)
    feed = Feed(pool, watch.now, ticker, relay.wake)
    sweeper = Sweeper(pool, watch.now, bus)
    refiller = Refiller(pool, bus, watch.now, relay.wake, ticker.wake)
    await heartbeats.listen(bus)
    await Explainer(pool, heartbeats.crew, watch.trouble, ceiling=ceiling).listen(bus)
    parts["start"] = refiller.trouble
    await refiller.begin(stop)
    parts.pop("start")
    parts |= {"nats": bus.trouble, "planner": ticker.trouble, "clock": watch.trouble}
    drained = Stop()

    async def decide() -> None:
        await together(
            stop,
            projector.run(bus, stop),
            feed.run(bus, stop),
            ticker.run(heartbeats.alive, stop),
            sweeper.run(stop),
            watch.run(stop),
            refiller.run(stop),
            Forgetter(pool).run(stop),
            Tallier(pool).run(stop),
            ZoneFiller(pool).run(stop),
        )
        drained.request()

    await together(stop, decide(), relay.run(drained))
