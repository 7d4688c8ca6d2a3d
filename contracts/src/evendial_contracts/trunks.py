"""How well trunks carry calls. `trunk_epoch` counts how often a trunk was closed to calls.

The originators say what they have just seen of a trunk; the scheduler decides what the trunk is given.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from evendial_contracts.message import Event


class TrunkTrouble(StrEnum):
    """What is wrong with a trunk: too many of its calls fail, it refuses all, or it has no room for more."""

    FAILING = "failing"
    REJECTING = "rejecting"
    CONGESTED = "congested"


class TrunkDegraded(Event, tag="trunk.degraded.v1", frozen=True, kw_only=True):
    """A trunk is given less than its set rate; the highest `revision` wins.

    `calls_per_second` is what it is given from now on; 0: no call but one trial at `until`. Above 0 it rises
    by itself, and is back at the set rate at `until` if nothing else goes wrong.
    """

    trunk_id: UUID
    revision: int
    reason: TrunkTrouble
    calls_per_second: float
    until: datetime
    degraded_at: datetime


class TrunkRecovered(Event, tag="trunk.recovered.v1", frozen=True, kw_only=True):
    """The trunk is given its set rate again; the highest `revision` wins."""

    trunk_id: UUID
    revision: int
    recovered_at: datetime


class TrunkFailing(Event, tag="trunk.failing.v1", frozen=True, kw_only=True):
    """An originator saw too many calls fail by the fault of this trunk.

    Unless it has only no room for more (`congested`), no originator places a call of this or an earlier
    `trunk_epoch` any more.
    """

    trunk_id: UUID
    trunk_epoch: int
    reason: TrunkTrouble
    failing_at: datetime


class TrunkCarried(Event, tag="trunk.carried.v1", frozen=True, kw_only=True):
    """The trial call of a trunk has rung or was answered; how it ends does not matter for the trunk."""

    trunk_id: UUID
    command_id: UUID
    carried_at: datetime
