"""The parts of the originator, put together."""

import gc
import os

import asyncpg
from evendial_chassis import bus as buses
from evendial_chassis.bus import Bus
from evendial_chassis.clock_watch import ClockWatch
from evendial_chassis.database import open_pool
from evendial_chassis.health import Part, serve_health
from evendial_chassis.migrations import migrate
from evendial_chassis.outbox import Relay
from evendial_chassis.run import Stop, together
from evendial_chassis.settings import load
from evendial_chassis.vitals import Vitals
from evendial_contracts.requests import Trouble

from evendial_originator.agi_watch import AgiWatch
from evendial_originator.gate_table import GateTable
from evendial_originator.gates import DURABLE as GATES_DURABLE
from evendial_originator.gates import gate_reader
from evendial_originator.hang_ups import HangUps
from evendial_originator.heartbeat import Heartbeat
from evendial_originator.ledger import SERVICE, Ledger
from evendial_originator.line import Line
from evendial_originator.mender import Mender
from evendial_originator.outside import Outside
from evendial_originator.person_attempts import PersonAttempts
from evendial_originator.requests import Requests
from evendial_originator.settings import Settings, check
from evendial_originator.suppression_table import SuppressionTable
from evendial_originator.suppressions import DURABLE as SUPPRESSIONS_DURABLE
from evendial_originator.suppressions import suppression_reader
from evendial_originator.warm_up import warm
from evendial_originator.witness_table import WitnessTable

POOL_SIZE = 10
MENDER_POOL_SIZE = 2


async def serve(stop: Stop) -> None:
    """Until told to stop."""
    settings = load(Settings, SERVICE, os.environ)
    check(settings)
    parts: dict[str, Part] = {}
    await together(
        stop,
        serve_health(settings.health_port, parts, stop, settings.health_host),
        run(settings, parts, stop),
    )


async def run(settings: Settings, parts: dict[str, Part], stop: Stop) -> None:
    """The service without its health port; `parts` says what it still waits for."""
    parts["start"] = lambda: "waiting for NATS and Postgres"
    async with buses.connect(settings.nats_url, SERVICE, stop, Vitals(parts, settings.instance)) as bus:
        if bus is None:
            return
        own = await open_pool(settings.database_url, stop=stop, name="mender", size=MENDER_POOL_SIZE)
        if own is None:
            return
        try:
            await migrate(own, "evendial_originator")
            outside = Outside(bus, ledger=settings.ledger, readers=(GATES_DURABLE, SUPPRESSIONS_DURABLE))
            mender = Mender(pool=own, outside=outside, ledger=settings.ledger)
            await mender.begin(stop)
            ended = Stop()
            await together(stop, mender.run(ended), _with_ledger(settings, parts, bus, mender, stop, ended))
        finally:
            await own.close()


async def _with_ledger(
    settings: Settings, parts: dict[str, Part], bus: Bus, mender: Mender, stop: Stop, ended: Stop
) -> None:
    async def admit(connection: asyncpg.Connection) -> None:
        await mender.admit(connection)
        await warm(connection)

    dsn, pool = settings.database_url, None
    try:
        pool = await open_pool(dsn, stop=stop, name=SERVICE, size=POOL_SIZE, ready=POOL_SIZE, admit=admit)
        if pool is not None:
            mender.on_doubt(pool.expire_connections)
            await _run(settings, parts, bus, pool, mender, stop)
    finally:
        ended.request()
        if pool is not None:
            await pool.close()


async def _run(
    settings: Settings, parts: dict[str, Part], bus: Bus, pool: asyncpg.Pool, mender: Mender, stop: Stop
) -> None:
    relay, watch = Relay(pool, bus), ClockWatch(pool)
    await watch.compare()
    ledger = Ledger(pool, key=settings.person_key.encode(), asterisk=settings.asterisk_name, bars=mender.bars)
    table, suppressed = GateTable(pool), SuppressionTable(pool)
    gates, suppressions = gate_reader(bus, table), suppression_reader(bus, suppressed)
    agi = AgiWatch(settings.asterisk_name)
    witness_table = WitnessTable(pool, settings.asterisk_name)
    line = Line(settings, bus=bus, ledger=ledger, witness_table=witness_table, relay=relay, agi=agi)
    mender.on_mended(line.reconcile)
    needed = {
        "asterisk": line.asterisk.trouble,
        "campaigns": gates.trouble,
        "suppressions": suppressions.trouble,
        "agi": agi.trouble,
        "clock": watch.trouble,
    }
    heartbeat = Heartbeat(
        bus=bus,
        ledger=ledger,
        pools=settings.pool_names,
        instance=settings.instance,
        parts={
            Trouble.CLOCK_OFF: watch.trouble,
            Trouble.NO_ASTERISK: line.asterisk.trouble,
            Trouble.NO_AGI: agi.trouble,
            Trouble.CATCHING_UP: lambda: gates.trouble() or suppressions.trouble(),
        },
    )
    drained = Stop()

    async def call() -> None:
        try:
            await line.run((gates, suppressions), stop)
        finally:
            drained.request()
            relay.wake()

    hang_ups = HangUps(asterisk=line.asterisk, gates=table, name=settings.asterisk_name)
    requests = Requests(bus=bus, gates=table, suppressions=suppressed, ledger=ledger, relay=relay)
    await requests.listen()
    await hang_ups.listen(bus)
    await agi.listen(bus)
    gc.freeze()  # what is there by now stays: a collection that walks it would cost slots some milliseconds
    parts.pop("start")
    parts |= needed | {"nats": bus.trouble, "database": heartbeat.database_trouble}
    reading = (gates.run(stop), suppressions.run(stop), hang_ups.run(stop), PersonAttempts(pool).run(stop))
    await together(stop, call(), *reading, watch.run(stop), heartbeat.run(stop), relay.run(drained))
