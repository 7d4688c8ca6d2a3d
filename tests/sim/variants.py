"""Broken on purpose: what the simulation must catch, or it catches nothing."""

from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest.mock import patch
from uuid import UUID

from evendial_contracts.dialing import DialNumber
from evendial_originator.asterisk import Asterisk, Lost, NotReady, Reply
from evendial_originator.background import Background
from evendial_originator.core.claim import Answer, Claimed, Known
from evendial_originator.core.originate import Originate
from evendial_originator.ledger import Ledger
from evendial_originator.persistently import persistently

from tests.sim.cluster import Cluster

Variant = Callable[[Cluster], AbstractContextManager[None]]


@contextmanager
def act_then_ack(cluster: Cluster) -> Iterator[None]:
    """Dials what the ledger does not know yet, and writes the claim down afterwards."""
    claim = Ledger.claim
    afterwards = Background()

    async def looked_up(ledger: Ledger, command: DialNumber, *, boot_id: str, nonce: UUID) -> Answer:
        if cluster.ledger.command.get(command.command_id):
            return Known()

        async def write_down() -> None:
            await persistently("claim", lambda: claim(ledger, command, boot_id=boot_id, nonce=nonce))

        afterwards.start(write_down())
        return Claimed()

    with patch.object(Ledger, "claim", looked_up):
        yield


@contextmanager
def replay_after_reconnect(cluster: Cluster) -> Iterator[None]:
    """Sends an originate whose answer was lost once more, as panoramisk does by itself."""
    originate, came_up = Asterisk.originate, Asterisk._came_up
    lost: dict[int, list[Originate]] = {}
    again = Background()

    def watched(asterisk: Asterisk, order: Originate) -> Coroutine[Any, Any, Reply]:
        reply = originate(asterisk, order)

        async def heard() -> Reply:
            found = await reply
            if found is Lost.LOST:
                lost.setdefault(id(asterisk), []).append(order)
            return found

        return heard()

    def replay(asterisk: Asterisk, boot_id: str) -> None:
        came_up(asterisk, boot_id)
        for order in lost.pop(id(asterisk), []):
            try:
                again.start(_unheard(watched(asterisk, order)))
            except NotReady:
                return

    with patch.object(Asterisk, "originate", watched), patch.object(Asterisk, "_came_up", replay):
        yield


async def _unheard(reply: Coroutine[Any, Any, Reply]) -> None:
    await reply
