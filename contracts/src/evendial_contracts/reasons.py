"""Why a number is not being called right now: asked by campaigns, answered by the scheduler, which plans."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from evendial_contracts.calls import Disposition
from evendial_contracts.trunks import TrunkTrouble


class ReasonCode(StrEnum):
    """The one reason that a number has; docs/reasons.md says what each means and what to do about it."""

    CALLING = "calling"
    SCHEDULED = "scheduled"

    WAITING_FOR_TURN = "waiting_for_turn"
    TRUNK_RATE = "trunk_rate"
    TRUNK_REDUCED = "trunk_reduced"
    SYSTEM_RATE = "system_rate"
    CAMPAIGN_FULL = "campaign_full"
    OWNER_FULL = "owner_full"
    DEVICE_FULL = "device_full"
    TRUNK_FULL = "trunk_full"
    SYSTEM_FULL = "system_full"
    BREAKER_OPEN = "breaker_open"
    WINDOW_CLOSED = "window_closed"
    WINDOW_NEVER_OPENS = "window_never_opens"
    ZONE_CLOSED = "zone_closed"
    ZONE_UNKNOWN = "zone_unknown"
    WAITING_FOR_RETRY = "waiting_for_retry"
    ON_ITS_WAY = "on_its_way"

    NO_DEVICE = "no_device"
    NO_ACTIONS = "no_actions"
    NO_ORIGINATOR = "no_originator"
    NO_ASTERISK = "no_asterisk"
    NO_AGI = "no_agi"
    LEDGER_AWAY = "ledger_away"
    ORIGINATOR_CLOCK_OFF = "originator_clock_off"
    ORIGINATOR_CATCHING_UP = "originator_catching_up"
    SCHEDULER_NOT_ANSWERING = "scheduler_not_answering"
    SCHEDULER_DATABASE_AWAY = "scheduler_database_away"
    SCHEDULER_CLOCK_OFF = "scheduler_clock_off"
    REFILLING = "refilling"
    ACTIVATION_ON_ITS_WAY = "activation_on_its_way"

    DRAFT = "draft"
    STOPPED = "stopped"
    FINISHED = "finished"
    ARCHIVED = "archived"
    NO_FREE_NUMBERS = "no_free_numbers"

    ANSWERED = "answered"
    ATTEMPTS_USED_UP = "attempts_used_up"
    DECLINED = "declined"
    INVALID_NUMBER = "invalid_number"
    UNKNOWN_OUTCOME = "unknown_outcome"
    SUPPRESSED = "suppressed"
    REMOVED = "removed"


class Reason(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A reason with what belongs to it; what does not is None.

    `since`, `until`: UTC; `time_zone` is the IANA zone that people think of them in. `until` is when the
    reason may be over: the window opens, the retry is due, the trial is made, the next slot is. `limit` and
    `in_use` are calls at once, for `trunk_rate` calls a second, for `waiting_for_turn` calls a minute.
    `trouble`: why a trunk is given less. `disposition`: what came of the last call.
    """

    code: ReasonCode
    since: datetime | None = None
    until: datetime | None = None
    time_zone: str | None = None
    limit: float | None = None
    in_use: float | None = None
    owner_id: UUID | None = None
    device_id: UUID | None = None
    trunk_id: UUID | None = None
    pool: str | None = None
    trouble: TrunkTrouble | None = None
    disposition: Disposition | None = None
    suppression_id: UUID | None = None


def failure(disposition: Disposition | None) -> ReasonCode:
    """Why a number has failed whose last call came to this."""
    match disposition:
        case Disposition.REJECTED:
            return ReasonCode.DECLINED
        case Disposition.INVALID_NUMBER:
            return ReasonCode.INVALID_NUMBER
        case _:
            return ReasonCode.ATTEMPTS_USED_UP


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """So many numbers have this reason; where its times differ between them, the earliest is told."""

    reason: Reason
    numbers: int


class AskBlockers(msgspec.Struct, frozen=True, kw_only=True):
    """campaigns -> scheduler: what keeps the next call of this campaign from starting, and each number?"""

    campaign_id: UUID


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """What a campaign may have of its trunk, in calls a second.

    The trunk is set to `set_rate` and given `given` now; all active campaigns that may call on it now want
    `wanted` of it, this one included, and `share` is what this one gets of that.
    """

    trunk_id: UUID
    set_rate: float
    given: float
    wanted: float
    share: float


class Blockers(msgspec.Struct, frozen=True, kw_only=True):
    """The scheduler's answer, as it would plan `at` this time.

    `blockers`: all that would keep the next call of an active campaign from starting, what counts first;
    where nothing else does, that it waits for its slot (`waiting_for_turn`) or its trunk's (`trunk_rate`).
    `counts` add up to the list as the scheduler has it, each number once; None with
    `scheduler_database_away`. `next_slot_at`: of a call that is ordered. `epoch` and `active` are those that
    the scheduler knows of, 0 and false for a campaign of which it has not heard.
    """

    campaign_id: UUID
    at: datetime
    epoch: int
    active: bool
    blockers: tuple[Reason, ...]
    counts: tuple[Counted, ...] | None = None
    next_slot_at: datetime | None = None
    share: Share | None = None


class AskReasons(msgspec.Struct, frozen=True, kw_only=True):
    """campaigns -> scheduler: the reasons of these numbers of a campaign."""

    campaign_id: UUID
    number_ids: tuple[int, ...]


class NumberReason(msgspec.Struct, frozen=True, array_like=True):
    """The reason of one number."""

    number_id: int
    reason: Reason


class Reasons(msgspec.Struct, frozen=True, kw_only=True):
    """The scheduler's answer; numbers that have not reached it yet are not in it.

    `blockers` as in `Blockers`, from the same moment.
    """

    campaign_id: UUID
    at: datetime
    epoch: int
    active: bool
    blockers: tuple[Reason, ...]
    numbers: tuple[NumberReason, ...] = ()
