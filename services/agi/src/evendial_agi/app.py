"""The parts of the agi service, put together."""

import logging
import os
import resource
from contextlib import suppress

import asyncpg
from evendial_chassis import bus as buses
from evendial_chassis.bus import Bus
from evendial_chassis.consumed import Consumed
from evendial_chassis.database import open_pool
from evendial_chassis.health import Part, serve_health
from evendial_chassis.migrations import migrate
from evendial_chassis.objects import Objects
from evendial_chassis.outbox import Relay
from evendial_chassis.run import Stop, patiently, together
from evendial_chassis.settings import load
from evendial_chassis.vitals import Vitals
from evendial_contracts.requests import AgiAlive
from evendial_contracts.subjects import PROMPT_BUCKET

from evendial_agi.admission import Admission
from evendial_agi.caller import Caller
from evendial_agi.heartbeat import Heartbeat
from evendial_agi.library import Library
from evendial_agi.performer import Performer
from evendial_agi.projector import DURABLE, Projector
from evendial_agi.prompt_folder import PromptFolder
from evendial_agi.prompts import Prompts
from evendial_agi.pruner import prune_hourly
from evendial_agi.reporter import Reporter
from evendial_agi.served import SERVICE, Served
from evendial_agi.server import Limits, Server
from evendial_agi.settings import Settings, check

logger = logging.getLogger(__name__)

FLUSH_DEADLINE_S = 2.0


async def serve(stop: Stop) -> None:
    """The service with the settings of this process' environment."""
    await run(load(Settings, SERVICE, os.environ), stop)


async def run(settings: Settings, stop: Stop) -> None:
    """Until told to stop, and then until the calls in progress are over or `drain_s` have passed."""
    check(settings)
    _allow_many_connections()
    parts: dict[str, Part] = {"start": lambda: "waiting for NATS and Postgres"}
    drained = Stop()
    await together(
        stop,
        serve_health(settings.health_port, parts, drained, settings.health_host),
        _serve_calls(settings, parts, stop, drained),
    )


async def _serve_calls(settings: Settings, parts: dict[str, Part], stop: Stop, drained: Stop) -> None:
    try:
        async with buses.connect(settings.nats_url, SERVICE, stop, Vitals(parts, settings.instance)) as bus:
            if bus is None:
                return
            pool = await open_pool(settings.database_url, stop=stop, name=SERVICE)
            if pool is None:
                return
            try:
                await migrate(pool, "evendial_agi")
                await _run(settings, parts, bus, pool, stop, drained)
            finally:
                await pool.close()
    finally:
        drained.request()


async def _run(
    settings: Settings, parts: dict[str, Part], bus: Bus, pool: asyncpg.Pool, stop: Stop, drained: Stop
) -> None:
    relay = Relay(pool, bus)
    served = Served(pool, settings.instance)
    library = Library(pool)
    folder = PromptFolder(settings.folder, settings.sound_prefix)
    prompts = Prompts(Objects(bus, PROMPT_BUCKET), folder)
    reporter = Reporter(served, relay)
    admission = Admission(settings.call_token_key.encode(), library, served)
    caller = Caller(admission, Performer(prompts), reporter)
    server = Server(caller.serve, Limits(calls=settings.max_calls))
    projector = Projector(bus, library, Consumed(pool, DURABLE))
    alive = AgiAlive(instance=settings.instance, asterisk=settings.asterisk)
    heartbeat = Heartbeat(bus=bus, server=server, served=served, projector=projector, alive=alive)
    parts.pop("start")
    parts |= {"nats": bus.trouble, "database": heartbeat.database_trouble, "listener": server.trouble}
    interrupted = await served.end_interrupted()
    logger.info("starting", extra={"action": "starting", "interrupted_calls": interrupted})

    async def listen() -> None:
        await patiently("listener", lambda: server.start(settings.listen_host, settings.listen_port), stop)
        await stop.wait()
        await server.drain(settings.drain_s)
        with suppress(TimeoutError):
            await reporter.flush(FLUSH_DEADLINE_S)
        drained.request()

    await together(
        stop,
        listen(),
        projector.run(stop),
        prompts.run(stop),
        heartbeat.run(stop),
        prune_hourly(served, stop),
        reporter.run(drained),
        relay.run(drained),
    )


def _allow_many_connections() -> None:
    """One call is one connection, and the usual limit of 1024 open files is too low for them."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
