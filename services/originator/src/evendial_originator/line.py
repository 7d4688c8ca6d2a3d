"""Everything between a dial command and the end of its call, put together: one Asterisk, one line to it."""

from collections.abc import Sequence

from evendial_chassis.bus import Bus
from evendial_chassis.consumer import Consumer
from evendial_chassis.outbox import Relay
from evendial_chassis.run import Stop, together
from evendial_contracts.dialing import VoidReason
from evendial_contracts.subjects import dial_commands

from evendial_originator.agi_watch import AgiWatch
from evendial_originator.agi_witness import AgiWitness
from evendial_originator.ami_session import Address
from evendial_originator.asterisk import Asterisk
from evendial_originator.cdr_file import CdrFile
from evendial_originator.core.attempt import Attempt
from evendial_originator.core.call import Ended
from evendial_originator.core.originate import channel_id
from evendial_originator.dialer import Dialer
from evendial_originator.event_reader import EventReader
from evendial_originator.ledger import Ledger
from evendial_originator.reconcile import Reconcile
from evendial_originator.sender import Sender
from evendial_originator.settings import Settings
from evendial_originator.starts import Starts
from evendial_originator.timer import SlotTimer
from evendial_originator.tracker import Tracker
from evendial_originator.trunks import Trunks
from evendial_originator.witness import Witness
from evendial_originator.witness_table import WitnessTable
from evendial_originator.witnesses import Witnesses

COMMAND_ACK_WAIT_S = 3.0
"""Longer than a command is held; what a killed process had in hand is then voided by the next.

A process that is stopped, not killed, is given commands until its last pull expires (2 s): 5 s in all.
"""
FINISH_S = 2.0
SETTLE_S = 1.0
"""At a stop: how long calls that were just placed may take to be refused, so that their outcome is known."""


class Line:
    """Places calls while `asterisk` and `agi` are well, and follows them all."""

    def __init__(
        self,
        settings: Settings,
        *,
        bus: Bus,
        ledger: Ledger,
        witness_table: WitnessTable,
        relay: Relay,
        agi: AgiWatch,
    ) -> None:
        self.asterisk = Asterisk(_address(settings))
        self._agi = agi
        self._timer = SlotTimer()
        self._trunks = Trunks(bus)
        self._starts = Starts(settings.max_starts)
        self._tracker = Tracker(
            asterisk=self.asterisk, ledger=ledger, bus=bus, relay=relay, hear_end=self._hear_end
        )
        self._agi_witness = AgiWitness(bus, witness_table, self._tracker)
        self._reconcile = Reconcile(
            asterisk=self.asterisk,
            ledger=ledger,
            table=witness_table,
            tracker=self._tracker,
            witnesses=Witnesses(self._agi_witness, CdrFile(settings.cdr_path) if settings.cdr_path else None),
        )
        self._dialer = Dialer(
            asterisk=self.asterisk,
            ledger=ledger,
            sender=Sender(
                asterisk=self.asterisk,
                tracker=self._tracker,
                trunks=self._trunks,
                starts=self._starts,
                ledger=ledger,
                relay=relay,
                timer=self._timer,
                cannot=self._cannot,
            ),
            witness=Witness(bus, ledger=settings.ledger, asterisk=settings.asterisk_name),
            trunks=self._trunks,
            relay=relay,
            token_key=settings.call_token_key.encode(),
            cannot=self._cannot,
        )
        self._commands = [_commands(bus, pool) for pool in settings.pool_names]

    async def run(self, readers: Sequence[EventReader], stop: Stop) -> None:
        """Until told to stop: what is claimed by then is still sent; calls in progress go on without us."""
        hearers = (self._starts.hear, self._trunks.hear, self._tracker.hear, self._reconcile.hear)
        await together(
            stop,
            self.asterisk.run(*hearers),
            self._reconcile.run(stop),
            self._agi_witness.run(stop),
            self._dial(readers, stop),
        )

    def reconcile(self) -> None:
        """Compares the ledger's live attempts with Asterisk's channels now."""
        self._reconcile.want()

    async def _dial(self, readers: Sequence[EventReader], stop: Stop) -> None:
        try:
            await self._trunks.listen()
            for reader in readers:
                await reader.catch_up(stop)
            await together(stop, *(self._dialer.run(commands, stop) for commands in self._commands))
            await self._dialer.finish(FINISH_S)
            await self._tracker.settle_down(SETTLE_S)
        finally:
            self.asterisk.close()
            await self._tracker.finish(FINISH_S)
            await self._trunks.finish()
            self._timer.close()

    def _hear_end(self, attempt: Attempt, ended: Ended) -> None:
        self._starts.settled(channel_id(attempt.command_id))
        self._trunks.ended(attempt, ended)

    def _cannot(self) -> VoidReason | None:
        if self.asterisk.trouble():
            return VoidReason.NO_ASTERISK
        return VoidReason.NO_AGI if self._agi.trouble() else None


def _address(settings: Settings) -> Address:
    return Address(
        host=settings.ami_host,
        port=settings.ami_port,
        username=settings.ami_user,
        secret=settings.ami_secret,
    )


def _commands(bus: Bus, pool: str) -> Consumer:
    """Shared by the originators of the pool; what one of them drops is delivered again to any."""
    durable = f"originator-dial-{pool}"
    return Consumer(bus, durable, [dial_commands(pool)], ack_wait_s=COMMAND_ACK_WAIT_S)
