"""The ends of attempts: what becomes of each number, in the transaction that hears of them."""

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from uuid import UUID

from evendial_chassis import outbox
from evendial_chassis.bus import sealed
from evendial_contracts.calls import CallEnded, Disposition
from evendial_contracts.dialing import NumberDialVoided

from evendial_scheduler import attempt_store, resource_store, suppression_store
from evendial_scheduler.attempt_store import Held
from evendial_scheduler.core.facts import fact_after, fact_id
from evendial_scheduler.core.retry import Standing, after_call, after_void, callable_again
from evendial_scheduler.settings import SERVICE
from evendial_scheduler.store import Connection

End = CallEnded | NumberDialVoided
TrunkHealth = Mapping[UUID, datetime | None]


async def settle(connection: Connection, ends: Sequence[End], now: datetime) -> None:
    """Settles each number whose command has ended, and stores what is to be said of it.

    An end that was heard before finds its number in no command's hands, or in another's, and changes nothing.
    """
    if not ends:
        return
    health = await _trunk_health(connection, [end for end in ends if isinstance(end, CallEnded)])
    held = await attempt_store.held(connection, ends)
    lifted = await suppression_store.lifted_among(connection, [_suppression(end) for end in ends])
    settled = [
        (end, _after(end, held.pop(end.command_id), health, lifted, now))
        for end in ends
        if end.command_id in held
    ]
    await attempt_store.settle(connection, settled)
    facts = [fact for end, after in settled if (fact := fact_after(end, after))]
    await outbox.store(connection, [sealed(fact, SERVICE, id=fact_id(fact)) for fact in facts])


async def _trunk_health(connection: Connection, calls: Sequence[CallEnded]) -> TrunkHealth:
    """Notes which trunks carried a call to an end of its own; a call of unknown end proves nothing."""
    healthy = [
        (call.trunk_id, call.ended_at)
        for call in calls
        if call.disposition.consumes_attempt and call.disposition is not Disposition.UNKNOWN
    ]
    await resource_store.ended_in_health(connection, healthy)
    return await resource_store.health_of(connection, [call.trunk_id for call in calls])


def _suppression(end: End) -> UUID | None:
    return end.suppression_id if isinstance(end, NumberDialVoided) else None


def _after(end: End, held: Held, health: TrunkHealth, lifted: Set[UUID], now: datetime) -> Standing:
    if isinstance(end, NumberDialVoided) and end.suppression_id in lifted:
        return callable_again(held.standing, now)
    if isinstance(end, NumberDialVoided):
        return after_void(held.standing, end.reason, now, end.not_before)
    ended_at = min(max(end.ended_at, end.slot_at), now)  # an originator's clock may be wrong by hours
    return after_call(held.standing, held.rules, end.disposition, ended_at, health.get(end.trunk_id))
