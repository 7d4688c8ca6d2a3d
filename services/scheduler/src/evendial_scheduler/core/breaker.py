"""Whether a trunk is given calls at all: closed to them when they fail by its fault, tried again by one call.

docs/adr/0008 says why the pauses and limits are what they are.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec
from evendial_contracts.calls import CallEnded, Disposition
from evendial_contracts.trunks import TrunkFailing, TrunkTrouble
from msgspec.structs import replace

from evendial_scheduler.core import trunk_pace
from evendial_scheduler.core.trunk_pace import Pace

SHORTEST = timedelta(seconds=5)
LONGEST = timedelta(seconds=20)
"""A trunk that is back is noticed within so long, however long it was away."""
RELAPSE = timedelta(seconds=60)
"""Who fails again so soon is not given the shortest pause anew."""
TRIAL_LASTS = timedelta(seconds=10)
"""Beyond its ringing a trial is waited for so long; then another number is tried."""

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Phase(StrEnum):
    """Calls pass; no call passes; one call is tried."""

    CLOSED = "closed"
    OPEN = "open"
    TRYING = "trying"


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a trunk. `epoch` counts openings, `revision` all that was said of it.

    `since`: when it was last closed, `opened_at`: when it opened after that. `until`: when it is tried, or
    tried again after a silent trial.
    """

    epoch: int = 0
    revision: int = 0
    phase: Phase = Phase.CLOSED
    since: datetime = LONG_AGO
    reason: TrunkTrouble | None = None
    opened_at: datetime | None = None
    pause: timedelta = SHORTEST
    until: datetime | None = None
    trial: UUID | None = None
    pace: Pace | None = None


def room(health: Health, now: datetime) -> int | None:
    """How many calls the breaker lets the trunk be given now; None is any number."""
    if health.phase is Phase.CLOSED:
        return None
    return 1 if health.until is None or now >= health.until else 0


def after_alarm(health: Health, alarm: TrunkFailing, set_rate: float, now: datetime) -> Health:
    """An originator saw too many calls fail; what it says of an earlier epoch has been acted upon."""
    if health.phase is not Phase.CLOSED or alarm.trunk_epoch < health.epoch:
        return health
    if alarm.reason is TrunkTrouble.CONGESTED:
        answered = health.pace is not None and alarm.failing_at < health.pace.since
        return health if answered else _squeezed(health, set_rate, now)
    at_least = replace(health, epoch=alarm.trunk_epoch)  # higher, if this is a database that was restored
    return _opened(at_least, alarm.reason, set_rate, now)


def after_call(health: Health, call: CallEnded, set_rate: float, now: datetime) -> Health:
    """After the end of a trial."""
    if health.phase is not Phase.TRYING or call.command_id != health.trial:
        return health
    if call.disposition is Disposition.UNKNOWN:
        return replace(health, trial=None, until=None)
    barred = call.disposition is Disposition.REJECTED and not call.rang
    if call.disposition.consumes_attempt and not (barred and health.reason is TrunkTrouble.REJECTING):
        return after_carried(health, call.command_id, set_rate, now)
    return _opened(health, health.reason or TrunkTrouble.FAILING, set_rate, now)


def after_void(health: Health, command_id: UUID) -> Health:
    """A trial that was not dialled is followed by another at once."""
    return replace(health, trial=None, until=None) if command_id == health.trial else health


def after_carried(health: Health, command_id: UUID, set_rate: float, now: datetime) -> Health:
    """The trial has rung: the trunk is given calls again, few at first."""
    if health.phase is not Phase.TRYING or command_id != health.trial:
        return health
    reach = health.pace.reach if health.pace else set_rate
    return replace(
        health,
        revision=health.revision + 1,
        phase=Phase.CLOSED,
        since=now,
        until=None,
        trial=None,
        pace=trunk_pace.resumed(reach, set_rate, now),
    )


def trying(health: Health, command_id: UUID, slot_at: datetime, ring_timeout_s: int) -> Health:
    """The one call that it is given has its slot."""
    until = slot_at + timedelta(seconds=ring_timeout_s) + TRIAL_LASTS
    return replace(health, phase=Phase.TRYING, trial=command_id, until=until)


def recovered(health: Health, set_rate: float, now: datetime) -> Health:
    """Nothing is held back any more once the pace is at the set rate."""
    if (
        health.phase is not Phase.CLOSED
        or health.pace is None
        or now < trunk_pace.full_at(health.pace, set_rate)
    ):
        return health
    return replace(health, revision=health.revision + 1, reason=None, pace=None)


def _opened(health: Health, reason: TrunkTrouble, set_rate: float, now: datetime) -> Health:
    """No call passes until the pause is over; it is longer, and less is given then, when it fails again."""
    relapsed = health.phase is Phase.CLOSED and now < health.since + RELAPSE
    again = relapsed or health.phase is Phase.TRYING
    pause = min(LONGEST, 2 * health.pause) if again else SHORTEST
    reach = trunk_pace.before_trouble(health.pace, set_rate, now)
    return replace(
        health,
        epoch=health.epoch + 1,
        revision=health.revision + 1,
        phase=Phase.OPEN,
        reason=reason,
        opened_at=health.opened_at if health.phase is Phase.TRYING else now,
        pause=pause,
        until=now + pause,
        trial=None,
        pace=trunk_pace.resumed(trunk_pace.half(reach, set_rate) if relapsed else reach, set_rate, now),
    )


def _squeezed(health: Health, set_rate: float, now: datetime) -> Health:
    pace = trunk_pace.halved(health.pace, set_rate, now)
    if pace is health.pace:
        return health
    return replace(health, revision=health.revision + 1, reason=TrunkTrouble.CONGESTED, pace=pace)
