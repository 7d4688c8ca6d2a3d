"""The parts of a simulated Asterisk, put together: sockets, model, wire log and faults."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import assert_never

import msgspec
from msgspec.structs import replace

from deploy.pbx.agi_client import AgiClient
from deploy.pbx.ami_server import AmiServer, Connection
from deploy.pbx.core import asterisk, manager
from deploy.pbx.core.effects import AgiClose, AgiOpen, AgiSay, Cdr, Down, Effect, Event, Reply, Wire
from deploy.pbx.core.faults import NONE, Faults, deliveries, reply_lost
from deploy.pbx.core.session import Access, banner, take
from deploy.pbx.core.state import Carrier, Setup
from deploy.pbx.machine import Machine
from deploy.pbx.wire_log import WireLog


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """Where it listens, whom it calls, and where it writes."""

    ami_port: int
    access: Access
    agi_port: int
    sounds: Path
    journal: Path
    record: Path
    cdr: Path
    setup: Setup
    host: str = "127.0.0.1"


class SimulatedAsterisk:
    """A running one, in this process."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._faults = NONE
        self._count = 0
        self._asking: Connection | None = None
        self.down = asyncio.Event()
        self._start_machine()

    async def start(self) -> None:
        """Listen. Raises OSError."""
        await self._ami.start(self._exchange.host, self._exchange.ami_port)

    def fail(self, faults: Faults) -> None:
        """From now on these things go wrong, and no others."""
        self._faults = faults
        setup_s = self._exchange.setup.setup_s if faults.setup_s is None else faults.setup_s
        pbx = self._machine.pbx
        self._machine.set_up(
            replace(pbx.setup, setup_s=setup_s), replace(pbx.carrier, congested=faults.congested)
        )

    async def cut_power(self, off_s: float) -> None:
        """As kill -9: every connection is reset, no call is told of. It boots again after `off_s` seconds."""
        self._ami.stop(cut=True)
        self._machine.stop()
        await self._agi.close()
        self._log.close()
        await asyncio.sleep(off_s)
        self._start_machine()
        await self.start()

    def shut_down(self) -> None:
        """SIGTERM: hang up, say so, end."""
        self._machine.put(asterisk.shut_down)

    async def close(self) -> None:
        """After `down`."""
        self._ami.stop(cut=False)
        await self._agi.close()
        self._log.close()

    def _start_machine(self) -> None:
        exchange = self._exchange
        self._log = WireLog(exchange.journal, exchange.record, exchange.cdr)
        self._machine = Machine(exchange.setup, Carrier(), self._carry)
        self._agi = AgiClient(exchange.host, exchange.agi_port, exchange.sounds)
        self._ami = AmiServer(self._take, lambda: banner(self._machine.pbx))

    def _take(self, connection: Connection, action: Mapping[str, str]) -> None:
        machine = self._machine
        access = replace(self._exchange.access, refused=self._faults.refuse_logins)
        own = take(connection.session, access, machine.pbx, action, machine.now())
        if own is None:
            self._perform(connection, action)
            return
        connection.session, said = own
        if connection.session.over:
            connection.last_words = said
            return
        for message in said:
            connection.send(message)

    def _perform(self, connection: Connection, action: Mapping[str, str]) -> None:
        self._asking = connection
        self._remember_calls()
        self._machine.put(lambda pbx, now: manager.perform(pbx, action, now))
        self._asking = None

    def _remember_calls(self) -> None:
        """The callees are the same for all that share the carrier's record."""
        carrier = self._machine.pbx.carrier
        known = carrier.calls
        more = {number: count for number, count in self._log.news().items() if count > known.get(number, 0)}
        if more:
            self._machine.set_up(self._machine.pbx.setup, replace(carrier, calls={**known, **more}))

    def _carry(self, effect: Effect) -> None:
        match effect:
            case Wire():
                self._log.note(effect)
            case Reply():
                self._count += 1
                if self._asking and not reply_lost(self._faults, self._machine.pbx.setup.seed, self._count):
                    self._asking.send(effect)
            case Event():
                self._tell(effect)
            case Cdr():
                self._log.note_cdr(effect)
            case AgiOpen():
                self._agi.open(self._machine, effect)
            case AgiSay(channel_id, text):
                self._agi.say(channel_id, text)
            case AgiClose(channel_id):
                self._agi.hang_up(channel_id)
            case Down():
                self.down.set()
            case _:
                assert_never(effect)

    def _tell(self, event: Event) -> None:
        self._count += 1
        for delay_s in deliveries(self._faults, self._machine.pbx.setup.seed, self._count):
            if delay_s:
                asyncio.get_running_loop().call_later(delay_s, self._ami.tell, event)
            else:
                self._ami.tell(event)
