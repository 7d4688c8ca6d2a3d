"""Everything that Evendial needs, running on loopback, in a folder of its own."""

import asyncio
import secrets
import signal
from collections.abc import AsyncIterator, Awaitable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.asterisk import AsteriskInstance, configure_carrier, configure_dialer
from deploy.local.asterisk_build import AsteriskBuild
from deploy.local.folders import RunFolder
from deploy.local.nats import NatsServer, start_nats
from deploy.local.parts import Parts
from deploy.local.ports import Ports
from deploy.local.postgres import PostgresServer, start_postgres
from deploy.local.processes import Process, ProcessFailed
from deploy.local.services import SERVICES, Dialer, Wiring, wire
from deploy.local.user import ApiAccess

_POSTGRES_STOP = signal.SIGQUIT  # at once, without a checkpoint; what was committed is kept even so


@dataclass(frozen=True, kw_only=True)
class Telephony:
    """Our own pair of Asterisks: the one that dials, and the carrier with its callees behind it."""

    dialer: AsteriskInstance
    carrier: AsteriskInstance


@dataclass(frozen=True, kw_only=True)
class Stack:
    """All parts, running: nats, postgres, dialer, carrier, campaigns, scheduler, originator, agi."""

    folder: Path
    parts: Parts
    wiring: Wiring
    telephony: Telephony | None
    """None where the operator's own Asterisk is used."""

    @property
    def api(self) -> ApiAccess:
        """Where the HTTP API is, and its first keys."""
        return ApiAccess(
            url=f"http://127.0.0.1:{self.wiring.http_port}",
            admin_key=self.wiring.admin_api_key,
            user_key=self.wiring.user_api_key,
        )

    def log(self, name: str) -> Path:
        """The log of one part."""
        return self.parts.process(name).log

    def kill(self, name: str) -> None:
        """SIGKILL to one part."""
        self.parts.kill(name)

    async def start(self, name: str) -> None:
        """Start a killed part again, and wait until it is ready."""
        await self.parts.start(name)

    async def restart(self, name: str) -> None:
        """End one part in an orderly way, start it again, and wait until it is ready."""
        await self.parts.restart(name)


@asynccontextmanager
async def local_stack(
    build: AsteriskBuild | None, *, rtp_ports: int = 400, services: Collection[str] = SERVICES
) -> AsyncIterator[Stack]:
    """Start all parts and wait until they are ready; at the end stop them and remove their folder.

    Without `build` the originator uses the Asterisk that `EVENDIAL_AMI_HOST` and the like describe.
    `services` are those to be started: without the originator no Asterisk is needed.
    `rtp_ports` bounds the calls at once (two for each). Raises ProcessFailed with the log of what failed.
    """
    ports, parts = Ports(), Parts(SERVICES)
    with RunFolder("stack") as folder:
        try:
            yield await _start(folder, ports, parts, build, rtp_ports, services)
        finally:
            await parts.stop()
            ports.close()


async def _start(
    folder: Path,
    ports: Ports,
    parts: Parts,
    build: AsteriskBuild | None,
    rtp_ports: int,
    services: Collection[str],
) -> Stack:
    servers, agi_port = _Servers(folder, ports), ports.one()
    telephony = None if build is None else _configure(folder, build, ports, agi_port, rtp_ports)
    asterisks = () if telephony is None else (telephony.carrier, telephony.dialer)
    await _together(
        parts.add("nats", servers.start_nats),
        parts.add("postgres", servers.start_postgres, stop_signal=_POSTGRES_STOP),
        *(parts.add(asterisk.name, asterisk.start) for asterisk in asterisks),
    )
    wiring = Wiring(
        nats_url=servers.nats.url,
        database_urls={name: await servers.postgres.create_database(name) for name in SERVICES},
        health_ports={name: ports.one() for name in SERVICES},
        http_port=ports.one(),
        call_token_key=secrets.token_hex(32),
        person_key=secrets.token_hex(32),
        admin_api_key=secrets.token_urlsafe(32),
        user_api_key=secrets.token_urlsafe(32),
        asterisk=None if telephony is None else _told_of(telephony.dialer, agi_port),
    )
    wanted = [service for service in wire(wiring, folder) if service.name in services]
    await _together(*(parts.add(service.name, service.start) for service in wanted))
    return Stack(folder=folder, parts=parts, wiring=wiring, telephony=telephony)


def _configure(folder: Path, build: AsteriskBuild, ports: Ports, agi_port: int, rtp_ports: int) -> Telephony:
    carrier = configure_carrier(folder / "carrier", build=build, ports=ports, rtp_ports=rtp_ports)
    dialer = configure_dialer(
        folder / "dialer",
        build=build,
        ports=ports,
        agi_port=agi_port,
        carrier_sip_port=carrier.sip_port,
        rtp_ports=rtp_ports,
    )
    return Telephony(dialer=dialer, carrier=carrier)


def _told_of(dialer: AsteriskInstance, agi_port: int) -> Dialer:
    return Dialer(ami=dialer.ami, agi_port=agi_port, prompt_dir=dialer.prompt_dir)


class _Servers:
    """NATS and Postgres, as durable as on one production host; both keep their address over a restart."""

    nats: NatsServer
    postgres: PostgresServer

    def __init__(self, folder: Path, ports: Ports) -> None:
        self._folder = folder
        self._nats_port, self._monitor_port, self._postgres_port = ports.one(), ports.one(), ports.one()

    async def start_nats(self) -> Process:
        self.nats = await start_nats(
            self._folder / "nats", port=self._nats_port, monitor_port=self._monitor_port, always_sync=True
        )
        return self.nats.process

    async def start_postgres(self) -> Process:
        self.postgres = await start_postgres(self._folder / "postgres", port=self._postgres_port)
        return self.postgres.process


async def _together(*starts: Awaitable[None]) -> None:
    """All at once; the first failure cancels the others and is raised."""

    async def wait(start: Awaitable[None]) -> None:
        await start

    try:
        async with asyncio.TaskGroup() as group:
            for start in starts:
                group.create_task(wait(start))
    except* ProcessFailed as failures:
        raise failures.exceptions[0] from None
