"""Rings the loops as soon as a transaction that stored something has committed, in whichever process."""

import logging
from collections.abc import Callable, Sequence

import asyncpg
from evendial_chassis.database import TRANSIENT
from evendial_chassis.run import Stop

from evendial_campaigns.bell import Bell
from evendial_campaigns.event_store import WAKE_CHANNEL
from evendial_campaigns.pulse import Pulse

logger = logging.getLogger(__name__)

CONNECT_TIMEOUT_S = 5.0
RECONNECT_S = 0.25
PROBE_S = 0.4
ANSWER_S = 1.2
"""With the pulse's grace a request knows of a silent database within 2.3 s."""


class Waker:
    """A LISTEN connection of its own that comes back when it is lost; its loops poll meanwhile.

    It is watched all the time, so it knows first when the database goes silent.
    """

    def __init__(self, database_url: str, pulse: Pulse, ring: Sequence[Callable[[], None]]) -> None:
        self._database_url = database_url
        self._pulse = pulse
        self._ring = ring
        self._trouble: str | None = "not connected to Postgres"

    def trouble(self) -> str | None:
        """A health part: what is wrong with the connection."""
        return self._trouble

    async def run(self, stop: Stop) -> None:
        """Listens until told to stop."""
        while not stop.requested:
            try:
                await self._listen(stop)
            except TRANSIENT as error:
                if self._trouble is None:
                    logger.warning(
                        "waiting", extra={"action": "waiting", "part": "waker", "reason": repr(error)}
                    )
                self._trouble = f"Postgres: {error!r}"
                self._pulse.lost()
                await stop.pause(RECONNECT_S)

    async def _listen(self, stop: Stop) -> None:
        lost = Bell()
        connection = await asyncpg.connect(
            self._database_url,
            timeout=CONNECT_TIMEOUT_S,
            command_timeout=ANSWER_S,
            server_settings={"application_name": "evendial-campaigns-waker"},
        )
        try:
            connection.add_termination_listener(lambda _: lost.ring())
            await connection.add_listener(WAKE_CHANNEL, lambda *_: self._ring_all())
            self._trouble = None
            self._pulse.found()
            self._ring_all()
            while not stop.requested:
                await lost.wait(stop, PROBE_S)
                if not stop.requested:
                    await connection.execute("select 1")
        finally:
            connection.terminate()

    def _ring_all(self) -> None:
        for ring in self._ring:
            ring()
