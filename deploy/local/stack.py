"""Everything that Evendial needs, running on loopback, in a folder of its own."""

import asyncio
import os
import secrets
import shutil
import signal
from collections.abc import AsyncIterator, Awaitable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.asterisk_build import AsteriskBuild
from deploy.local.edges import Edge
from deploy.local.folders import RunFolder
from deploy.local.nats import NatsServer, start_nats
from deploy.local.parts import Parts
from deploy.local.places import Crew, lay_places
from deploy.local.ports import Ports
from deploy.local.postgres import PostgresServer, start_postgres
from deploy.local.processes import Process, ProcessFailed
from deploy.local.services import SERVICES, Wiring, wire
from deploy.local.telephony import Telephony, configure_telephony
from deploy.local.user import ApiAccess
from deploy.local.wires import Wires
from deploy.pbx.instance import Simulation

_POSTGRES_STOP = signal.SIGQUIT  # at once, without a checkpoint; what was committed is kept even so


@dataclass(frozen=True, kw_only=True)
class Stack:
    """All parts, running: nats, postgres, dialer, carrier, campaigns, scheduler, originator, agi.

    Where there are several of one kind, the second is `scheduler-2`, `originator-2`, `agi-2`, `dialer-2`.
    """

    folder: Path
    parts: Parts
    wiring: Wiring
    telephony: Telephony | None
    """None where the operator's own Asterisk is used."""
    edges: Mapping[str, Edge]
    """The wires that can be made to fail, by name (`originator-2>nats`); none unless asked for."""

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

    def pause(self, name: str) -> None:
        """SIGSTOP to one part."""
        self.parts.pause(name)

    def resume(self, name: str) -> None:
        """SIGCONT to one part."""
        self.parts.resume(name)

    async def start(self, name: str) -> None:
        """Start a killed part again, and wait until it is ready."""
        await self.parts.start(name)

    async def restart(self, name: str) -> None:
        """End one part in an orderly way, start it again, and wait until it is ready."""
        await self.parts.restart(name)

    async def lose_streams(self) -> None:
        """Kill NATS and start it again without all that JetStream had kept."""
        self.kill("nats")
        shutil.rmtree(self.folder / "nats/store")
        await self.start("nats")

    def move_clock(self, name: str, seconds: float) -> None:
        """Set the wall clock of one service wrong by so much; 0 sets it right."""
        clock = next(place.clock_file for place in self.wiring.places if place.name == name)
        if clock is None:
            raise ValueError("this stack was not started with `faulty`")
        written = clock.with_suffix(".new")
        written.write_text(str(seconds))
        os.replace(written, clock)


@asynccontextmanager
async def local_stack(
    build: AsteriskBuild | Simulation | None,
    *,
    rtp_ports: int = 400,
    services: Collection[str] = SERVICES,
    crew: Crew | None = None,
    faulty: bool = False,
    unclaimed: bool = False,
) -> AsyncIterator[Stack]:
    """Start all parts and wait until they are ready; at the end stop them and remove their folder.

    A `Simulation` in place of a build needs no Asterisk and calls nobody; without either the originator uses
    the Asterisk that `EVENDIAL_AMI_HOST` and the like describe.
    `services` are those to be started: without the originator no Asterisk is needed.
    `rtp_ports` bounds the calls at once (two for each). With `faulty` the wires can be made to fail, and the
    clocks be moved. `unclaimed`: nobody has a key to it yet. Raises ProcessFailed with the log of what
    failed.
    """
    ports, crew = Ports(), crew or Crew()
    parts, wires = (
        Parts([name for names in crew.names.values() for name in names]),
        Wires(ports, faulty=faulty),
    )
    with RunFolder("stack") as folder:
        try:
            yield await _Start(folder, ports, parts, wires, crew, unclaimed).start(build, rtp_ports, services)
        finally:
            await parts.stop()
            await wires.close()
            ports.close()


class _Start:
    """The way up: servers and Asterisks, then their addresses, then the services."""

    def __init__(
        self, folder: Path, ports: Ports, parts: Parts, wires: Wires, crew: Crew, unclaimed: bool
    ) -> None:
        self._unclaimed = unclaimed
        self._folder = folder
        self._ports = ports
        self._parts = parts
        self._wires = wires
        self._crew = crew

    async def start(
        self, build: AsteriskBuild | Simulation | None, rtp_ports: int, services: Collection[str]
    ) -> Stack:
        telephony = None
        if build is not None:
            telephony = await configure_telephony(
                self._folder, build, self._ports, self._wires, self._crew, rtp_ports
            )
        servers = _Servers(self._folder, self._ports)
        asterisks = () if telephony is None else telephony.asterisks
        await _together(
            self._parts.add("nats", servers.start_nats),
            self._parts.add("postgres", servers.start_postgres, stop_signal=_POSTGRES_STOP),
            *(self._parts.add(asterisk.name, asterisk.start) for asterisk in asterisks),
        )
        wiring = await self._wire(servers, telephony)
        wanted = [each for each in wire(wiring, self._folder) if each.program in services]
        await _together(*(self._parts.add(service.name, service.start) for service in wanted))
        return Stack(
            folder=self._folder,
            parts=self._parts,
            wiring=wiring,
            telephony=telephony,
            edges=self._wires.edges,
        )

    async def _wire(self, servers: "_Servers", telephony: Telephony | None) -> Wiring:
        urls = {name: await servers.postgres.create_database(name) for name in SERVICES}
        places = await lay_places(
            self._folder,
            self._ports,
            self._wires,
            self._crew,
            nats_url=servers.nats.url,
            database_urls=urls,
            asterisks=() if telephony is None else telephony.told,
        )
        return Wiring(
            nats_url=servers.nats.url,
            postgres_url=servers.postgres.dsn,
            database_urls=urls,
            places=places,
            http_port=self._ports.one(),
            call_token_key=secrets.token_hex(32),
            person_key=secrets.token_hex(32),
            admin_api_key=secrets.token_urlsafe(32),
            user_api_key=secrets.token_urlsafe(32),
            unclaimed=self._unclaimed,
        )


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
