"""Keeps the health of trunks up to date with what is heard of their calls, and says how it changes."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from evendial_chassis import outbox
from evendial_chassis.bus import sealed
from evendial_contracts.calls import CallEnded
from evendial_contracts.dialing import DialNumber, NumberDialVoided
from evendial_contracts.message import Message
from evendial_contracts.trunks import TrunkCarried, TrunkDegraded, TrunkFailing

from evendial_scheduler import health_store
from evendial_scheduler.core import breaker
from evendial_scheduler.core.breaker import Health
from evendial_scheduler.core.trunk_facts import TrunkFact, fact_after, fact_id
from evendial_scheduler.settings import SERVICE
from evendial_scheduler.store import Connection

logger = logging.getLogger(__name__)

Change = Callable[[Health, int], Health]
"""From the health of a trunk and its set rate to its health after something has happened."""


async def hear(connection: Connection, messages: Sequence[Message], now: datetime) -> list[TrunkFact]:
    """Takes in what messages tell of trunks, in the order in which they came; returns what is said of it.

    What comes twice, and the end of a call that was no trial, changes nothing.
    """
    ends = [each.command_id for each in messages if isinstance(each, CallEnded | NumberDialVoided)]
    tried = await health_store.tried_by(connection, ends) if ends else {}
    changes = [found for each in messages if (found := _change(each, tried, now))]
    return await _apply(connection, changes, now)


async def planned(
    connection: Connection, orders: Sequence[DialNumber], trunks: Sequence[UUID], now: datetime
) -> list[TrunkFact]:
    """Notes the trials among these orders, and which of these degraded trunks are well again."""
    trials = [(order.trunk_id, _trying(order)) for order in orders if order.trial]
    reviews: list[tuple[UUID, Change]] = [(trunk_id, _recovered(now)) for trunk_id in trunks]
    return await _apply(connection, trials + reviews, now)


def tell(facts: Sequence[TrunkFact]) -> None:
    """For operators, once what was said is committed."""
    for fact in facts:
        if isinstance(fact, TrunkDegraded):
            extra = {
                "action": "trunk_degraded",
                "trunk_id": fact.trunk_id,
                "reason": fact.reason.value,
                "calls_per_second": fact.calls_per_second,
                "until": fact.until,
            }
            logger.warning("trunk degraded", extra=extra)
        else:
            logger.info("trunk recovered", extra={"action": "trunk_recovered", "trunk_id": fact.trunk_id})


async def _apply(
    connection: Connection, changes: Sequence[tuple[UUID, Change]], now: datetime
) -> list[TrunkFact]:
    """Trunks that nobody has defined are passed over."""
    if not changes:
        return []
    known = await health_store.locked(connection, sorted({trunk_id for trunk_id, _ in changes}))
    health = {trunk_id: each.health for trunk_id, each in known.items()}
    facts: list[TrunkFact] = []
    for trunk_id, change in changes:
        if trunk_id in known:
            before, rate = health[trunk_id], known[trunk_id].set_rate
            after = health[trunk_id] = change(before, rate)
            fact = fact_after(trunk_id, before, after, rate, now)
            facts += [fact] if fact else []
    for trunk_id, after in health.items():
        if after != known[trunk_id].health:
            await health_store.keep(connection, trunk_id, after)
    await outbox.store(connection, [sealed(each, SERVICE, id=fact_id(each)) for each in facts])
    return facts


def _change(message: Message, tried: Mapping[UUID, UUID], now: datetime) -> tuple[UUID, Change] | None:
    match message:
        case TrunkFailing():
            return message.trunk_id, lambda health, rate: breaker.after_alarm(health, message, rate, now)
        case TrunkCarried(command_id=command):
            return message.trunk_id, lambda health, rate: breaker.after_carried(health, command, rate, now)
        case CallEnded() if trunk_id := tried.get(message.command_id):
            return trunk_id, lambda health, rate: breaker.after_call(health, message, rate, now)
        case NumberDialVoided(command_id=command) if trunk_id := tried.get(command):
            return trunk_id, lambda health, _: breaker.after_void(health, command)
        case _:
            return None


def _trying(order: DialNumber) -> Change:
    return lambda health, _: breaker.trying(health, order.command_id, order.slot_at, order.ring_timeout_s)


def _recovered(now: datetime) -> Change:
    return lambda health, rate: breaker.recovered(health, rate, now)
