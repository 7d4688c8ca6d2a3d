"""What the scheduler says of a trunk when what it is given has changed."""

from datetime import datetime
from uuid import UUID, uuid5

from evendial_contracts.trunks import TrunkDegraded, TrunkRecovered, TrunkTrouble

from evendial_scheduler.core import trunk_pace
from evendial_scheduler.core.breaker import Health, Phase

TrunkFact = TrunkDegraded | TrunkRecovered


def fact_after(
    trunk_id: UUID, before: Health, after: Health, set_rate: float, now: datetime
) -> TrunkFact | None:
    """None where nothing that others can see has changed."""
    if after.revision == before.revision:
        return None
    if after.phase is Phase.CLOSED and after.pace is None:
        return TrunkRecovered(trunk_id=trunk_id, revision=after.revision, recovered_at=now)
    rate, until = _given(after, set_rate, now)
    return TrunkDegraded(
        trunk_id=trunk_id,
        revision=after.revision,
        reason=after.reason or TrunkTrouble.FAILING,
        calls_per_second=rate,
        until=until,
        degraded_at=now,
    )


def fact_id(fact: TrunkFact) -> UUID:
    """The same however often the fact is worked out."""
    return uuid5(fact.trunk_id, f"revision {fact.revision}")


def _given(health: Health, set_rate: float, now: datetime) -> tuple[float, datetime]:
    if health.phase is Phase.CLOSED and health.pace:
        return trunk_pace.given(health.pace, set_rate, now), trunk_pace.full_at(health.pace, set_rate)
    return 0.0, health.until or now
