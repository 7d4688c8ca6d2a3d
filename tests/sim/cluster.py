"""All that runs: two schedulers, two originators with an Asterisk each, agi, the console, their servers."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from evendial_chassis import bus as buses
from evendial_chassis.run import Stop
from evendial_contracts.message import Message
from evendial_contracts.requests import AgiAlive
from evendial_contracts.subjects import AGI_HEARTBEAT
from evendial_originator import app as originator
from evendial_originator.settings import Settings as OriginatorSettings
from evendial_scheduler import app as scheduler
from evendial_scheduler.settings import Settings as SchedulerSettings

from tests.sim.ami_wire import Session
from tests.sim.asterisk import Asterisk, WireCall
from tests.sim.broker import Broker
from tests.sim.console import PERSON_KEY, Campaign, Console
from tests.sim.database import Database
from tests.sim.ledger_tables import LedgerTables
from tests.sim.mend_tables import MendTables
from tests.sim.nats_client import Network
from tests.sim.process import Process
from tests.sim.scheduler_tables import SchedulerTables
from tests.sim.surroundings import surroundings
from tests.sim.world import World

AMI_PORT = 5038
SECRET = PERSON_KEY.decode()


class Cluster:
    """What faults strike and invariants look at. Services are known by their names."""

    def __init__(self, world: World, campaigns: Sequence[Campaign], before: Sequence[Message]) -> None:
        self.world = world
        self.wire: list[WireCall] = []
        self.broker = Broker(world)
        self.network = Network(world, self.broker)
        self.ledger_database = Database(world, "ledger")
        self.ledger = LedgerTables(self.ledger_database)
        MendTables(self.ledger_database, self.ledger)
        self.scheduler_database = Database(world, "scheduler")
        self.schedule = SchedulerTables(self.scheduler_database)
        self.asterisks = [Asterisk(world, f"asterisk{n}", self.wire) for n in (1, 2)]
        self.sessions: list[Session] = []
        self.agi_state = "served"
        self.agi_gone: list[tuple[float, float]] = []
        self.wrong_clocks_s = 0.0
        self._agi_gone_s: float | None = None
        for each in self.asterisks:
            each.agi_serves = lambda _: self.agi_state
        self.services: dict[str, Process] = {}
        self._lives: dict[str, int] = {}
        self._mains: dict[str, Callable[[], Any]] = {
            "scheduler1": self._schedule,
            "scheduler2": self._schedule,
            "originator1": lambda: self._originate(1),
            "originator2": lambda: self._originate(2),
            "agi": self._serve_agi,
        }
        self.console = Console(Process(world, "console"), campaigns, before)

    @contextmanager
    def running(self) -> Iterator["Cluster"]:
        """From the start of everything to its end."""
        databases = {
            "postgres://ledger": self.ledger_database,
            "postgres://scheduler": self.scheduler_database,
        }
        with surroundings(self.world, self.network, databases):
            self.console.process.start(self.console.run())
            for name in self._mains:
                self.start(name)
            try:
                yield self
            finally:
                for process in list(self.world.processes):
                    process.kill()

    def start(self, name: str) -> None:
        """A service comes up; it is new to everybody."""
        self._lives[name] = self._lives.get(name, 0) + 1
        process = self.services[name] = Process(self.world, f"{name}.{self._lives[name]}")
        process.loop.connect = lambda factory, host, _: self._connect(process, factory, host)
        process.loop.connecting_s = self.network.delay_s
        process.start(self._mains[name]())

    def kill(self, name: str, for_s: float) -> None:
        """kill -9, and a start after a while. Its connections end with it."""
        process = self.services[name]
        if not process.alive:
            return
        self.world.note("fault", f"kill {process.name}")
        for client in [each for each in self.network.clients if each.process is process]:
            client.leave()
        process.kill()
        self.cut_ami(process)
        self.world.after(for_s, lambda: self.start(name))

    def cut_bus(self, process: Process, for_s: float) -> None:
        """Its connection to the bus breaks."""
        for client in [each for each in self.network.clients if each.process is process]:
            client.cut(for_s)

    def cut_ami(self, process: Process) -> None:
        """Its connection to Asterisk breaks."""
        for session in [each for each in self.sessions if each.process is process]:
            session.end()

    def set_agi(self, state: str) -> None:
        """`served`; `dead`: says nothing, takes no call; `hung`: takes calls and does nothing with them."""
        now_s = self.world.now_s
        if self.agi_state == "dead" and self._agi_gone_s is not None:
            self.agi_gone.append((self._agi_gone_s, now_s))
        self.agi_state, self._agi_gone_s = state, now_s if state == "dead" else None

    async def _schedule(self) -> None:
        settings = SchedulerSettings(nats_url="nats://sim", database_url="postgres://scheduler")
        await scheduler._schedule(settings, {"start": lambda: None}, Stop())

    async def _originate(self, number: int) -> None:
        settings = OriginatorSettings(
            nats_url="nats://sim",
            database_url="postgres://ledger",
            ami_host=f"asterisk{number}",
            ami_port=AMI_PORT,
            ami_user="evendial",
            ami_secret=SECRET,
            call_token_key=SECRET,
            person_key=SECRET,
            asterisk=f"asterisk{number}",
            instance=f"originator{number}",
        )
        await originator.run(settings, {}, Stop())

    async def _serve_agi(self) -> None:
        async with buses.connect("nats://sim", "agi", Stop()) as bus:
            assert bus
            while True:
                if self.agi_state != "dead":
                    for each in self.asterisks:
                        await bus.tell(AGI_HEARTBEAT, AgiAlive(instance="agi", asterisk=each.name))
                await asyncio.sleep(1.0)

    def _connect(
        self, process: Process, factory: Callable[[], asyncio.BaseProtocol], host: str
    ) -> tuple[asyncio.Transport, asyncio.BaseProtocol]:
        asterisk = next(each for each in self.asterisks if each.name == host)
        if not asterisk.up:
            raise ConnectionRefusedError(host)
        protocol = factory()
        assert isinstance(protocol, asyncio.Protocol)
        session = Session(asterisk, process, protocol)
        self.sessions.append(session)
        return session.open()


__all__ = ["Cluster", "suppress"]
