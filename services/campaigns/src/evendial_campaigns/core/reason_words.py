"""Reasons as sentences: what is the matter, until when, and in whose time."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from evendial_contracts.calls import Disposition
from evendial_contracts.dialing import VoidReason
from evendial_contracts.reasons import Reason, ReasonCode
from evendial_contracts.trunks import TrunkTrouble

from evendial_campaigns.core.run_time import DAYS, MONTHS

C = ReasonCode


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What sentences need to know: in which zone and when they are told, and what things are called.

    `stopped_by` is who stopped the campaign last.
    """

    time_zone: str
    now: datetime
    names: Mapping[UUID, str] = {}
    stopped_by: str | None = None


def sentence(reason: Reason, told: Told) -> str:
    """One plain sentence."""
    words = _SENTENCES[reason.code]
    return words(reason, told) if callable(words) else words


def wall_time(at: datetime, told: Told, zone_name: str | None = None) -> str:
    """For example "09:00 America/Chicago (Mon 30 Nov)", the day only where it is not today."""
    name = zone_name or told.time_zone
    zone = ZoneInfo(name)
    local, today = at.astimezone(zone), told.now.astimezone(zone).date()
    said = local.strftime("%H:%M:%S" if local.second else "%H:%M")
    if local.date() == today:
        return f"{said} {name}"
    year = f" {local.year}" if local.year != today.year else ""
    return f"{said} {name} ({DAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]}{year})"


def after_void(reason: VoidReason) -> str:
    """Why the last order to call a number led to no call."""
    return f"Its last order led to no call: {_VOIDED[reason]}."


def came_of_it(disposition: Disposition) -> str:
    """What came of a call, as a clause."""
    return _CAME_OF_IT[disposition]


def _until(words: str, reason: Reason, told: Told) -> str:
    if reason.until is None:
        return f"{words}."
    return f"{words} until {wall_time(reason.until, told, reason.time_zone)}."


def _since(words: str, reason: Reason, told: Told) -> str:
    if reason.since is None:
        return f"{words}."
    return f"{words} since {wall_time(reason.since, told)}."


def _name(id: UUID | None, told: Told) -> str:
    name = told.names.get(id) if id else None
    return f' "{name}"' if name else ""


def _count(value: float | None) -> str:
    return f"{value or 0:.3g}" if value is None or value < 1000 else f"{value:.0f}"


def _calls(value: float | None) -> str:
    return "1 call" if value == 1 else f"{_count(value)} calls"


def _full(what: str, reason: Reason) -> str:
    return f"{what} is at {_count(reason.in_use)} of {_calls(reason.limit)} at once."


def _scheduled(reason: Reason, told: Told) -> str:
    if reason.until is None:
        return "Its call is ordered and about to start."
    return f"Its call is ordered: it starts at {wall_time(reason.until, told)}."


def _turn(reason: Reason, told: Told) -> str:
    words = f"Waiting for its turn: the campaign starts {_calls(reason.limit)} a minute"
    if reason.until is None:
        return f"{words}, and its window closes before the next slot."
    return f"{words}; its next slot is at {wall_time(reason.until, told)}."


def _trunk_rate(reason: Reason, told: Told) -> str:
    return (
        f"Waiting for its turn: trunk{_name(reason.trunk_id, told)} is given {_calls(reason.limit)} per"
        f" second, and campaigns on it ask for {_count(reason.in_use)}."
    )


def _trunk_reduced(reason: Reason, told: Told) -> str:
    words = (
        f"Waiting for its turn: trunk{_name(reason.trunk_id, told)} is given only"
        f" {_calls(reason.limit)} per second for now"
    )
    return f"{words}, for {_TROUBLES[reason.trouble]}." if reason.trouble else f"{words}."


def _system_rate(reason: Reason, _: Told) -> str:
    return f"Waiting for its turn: the whole system is given {_calls(reason.limit)} per second."


def _breaker(reason: Reason, told: Told) -> str:
    trouble = _TROUBLES.get(reason.trouble, "its calls fail") if reason.trouble else "its calls fail"
    said = f"The breaker of trunk{_name(reason.trunk_id, told)} is open, for {trouble}"
    if reason.since:
        said = f"{said}, since {wall_time(reason.since, told)}"
    if reason.until is None:
        return f"{said}; one call is tried next."
    if reason.until <= told.now:
        return f"{said}; one call is tried now."
    return f"{said}; next trial at {wall_time(reason.until, told)}."


def _retry(reason: Reason, told: Told) -> str:
    said = _until("Waiting for its retry", reason, told)
    if reason.disposition is None:
        return said
    return f"{said[:-1]}: {_CAME_OF_IT[reason.disposition]}."


def _used_up(reason: Reason, told: Told) -> str:
    if reason.disposition is None:
        return "All its attempts are used up."
    return f"All its attempts are used up; at the last one {_CAME_OF_IT[reason.disposition]}."


def _stopped(reason: Reason, told: Told) -> str:
    by = f" by {told.stopped_by}" if told.stopped_by else ""
    at = f" at {wall_time(reason.since, told)}" if reason.since else ""
    return f"The campaign is not active: it was stopped{by}{at}."


def _finished(reason: Reason, told: Told) -> str:
    at = f" since {wall_time(reason.since, told)}" if reason.since else ""
    return f"The campaign is finished{at}; it calls again once it is activated."


def _pool(words: str, reason: Reason, told: Told) -> str:
    return _since(words.format(pool=reason.pool), reason, told)


_SENTENCES: Mapping[ReasonCode, str | Callable[[Reason, Told], str]] = {
    C.CALLING: "It is in a call.",
    C.SCHEDULED: _scheduled,
    C.WAITING_FOR_TURN: _turn,
    C.TRUNK_RATE: _trunk_rate,
    C.TRUNK_REDUCED: _trunk_reduced,
    C.SYSTEM_RATE: _system_rate,
    C.CAMPAIGN_FULL: lambda reason, _: _full("The campaign", reason),
    C.OWNER_FULL: lambda reason, _: _full("The campaign's owner", reason),
    C.DEVICE_FULL: lambda reason, told: _full(f"Device{_name(reason.device_id, told)}", reason),
    C.TRUNK_FULL: lambda reason, told: _full(f"Trunk{_name(reason.trunk_id, told)}", reason),
    C.SYSTEM_FULL: lambda reason, _: _full("The whole system", reason),
    C.BREAKER_OPEN: _breaker,
    C.WINDOW_CLOSED: lambda reason, told: _until("The window is closed", reason, told),
    C.WINDOW_NEVER_OPENS: lambda reason, _: f"The window does not open any more ({reason.time_zone}).",
    C.ZONE_CLOSED: lambda reason, told: _until("It is not the time to call where it is", reason, told),
    C.ZONE_UNKNOWN: "Its time zone is not known, so it is skipped.",
    C.WAITING_FOR_RETRY: _retry,
    C.ON_ITS_WAY: "It is on its way to the scheduler.",
    C.NO_DEVICE: "The campaign has no device that calls can be placed through.",
    C.NO_ACTIONS: "The campaign has no actions for an answered call.",
    C.NO_ORIGINATOR: lambda reason, told: _pool("No originator in pool {pool} is heard", reason, told),
    C.NO_ASTERISK: lambda reason, told: _pool(
        "The originator of pool {pool} has no connection to its Asterisk (AMI)", reason, told
    ),
    C.NO_AGI: lambda reason, told: _pool("No agi service answers for pool {pool}", reason, told),
    C.LEDGER_AWAY: lambda reason, told: _pool(
        "The ledger's database is away from the originator of pool {pool}", reason, told
    ),
    C.ORIGINATOR_CLOCK_OFF: lambda reason, told: _pool(
        "The clock of the originator of pool {pool} is off", reason, told
    ),
    C.ORIGINATOR_CATCHING_UP: lambda reason, told: _pool(
        "The originator of pool {pool} still reads what was decided before it may call", reason, told
    ),
    C.SCHEDULER_NOT_ANSWERING: "The scheduler does not answer.",
    C.SCHEDULER_DATABASE_AWAY: "The scheduler's database does not answer.",
    C.SCHEDULER_CLOCK_OFF: "The scheduler's clock is off from its database's, so it plans nothing.",
    C.REFILLING: "The scheduler has lost its database and is being told again what its lists are.",
    C.ACTIVATION_ON_ITS_WAY: "The scheduler has not heard of the activation yet.",
    C.DRAFT: "The campaign is not active: it was never activated.",
    C.STOPPED: _stopped,
    C.FINISHED: _finished,
    C.ARCHIVED: "The campaign is archived.",
    C.NO_FREE_NUMBERS: "No number is left to be called.",
    C.ANSWERED: "Its call was answered.",
    C.ATTEMPTS_USED_UP: _used_up,
    C.DECLINED: "The call was declined, so it is not called again by itself.",
    C.INVALID_NUMBER: "The network says that there is no such number.",
    C.UNKNOWN_OUTCOME: "What came of its call is not known, so it is not called again by itself.",
    C.SUPPRESSED: lambda reason, told: _since("It is on the do-not-call list", reason, told),
    C.REMOVED: "It was taken off the list.",
}

_CAME_OF_IT = {
    Disposition.ANSWERED: "the call was answered",
    Disposition.BUSY: "the number was busy",
    Disposition.NO_ANSWER: "nobody answered",
    Disposition.REJECTED: "the call was declined",
    Disposition.INVALID_NUMBER: "the network knew no such number",
    Disposition.CONGESTION: "the trunk had no way to the number",
    Disposition.FAILED_SYSTEM: "the call could not be set up",
    Disposition.UNKNOWN: "it is not known what came of the call",
}
_TROUBLES = {
    TrunkTrouble.FAILING: "too many of its calls fail",
    TrunkTrouble.REJECTING: "it refuses all calls",
    TrunkTrouble.CONGESTED: "it has no room for more calls",
}
_VOIDED = {
    VoidReason.EXPIRED: "it came too late for its slot",
    VoidReason.STOPPED: "the campaign was stopped before it",
    VoidReason.WINDOW_CLOSED: "the window had closed before it",
    VoidReason.SUPPRESSED: "the number was on the do-not-call list, and is not any more",
    VoidReason.IN_ANOTHER_CALL: "the same person was in another call",
    VoidReason.ATTEMPT_HELD: "another order has the same attempt",
    VoidReason.CAP: "as many calls at once as are allowed were in progress",
    VoidReason.PERSON_CAP: "the person had been called as often as is allowed",
    VoidReason.BREAKER: "the trunk had just been closed to calls",
    VoidReason.NO_ORIGINATOR: "no originator was there to take it",
    VoidReason.NO_ASTERISK: "the originator had no connection to Asterisk",
    VoidReason.NO_AGI: "no agi service was there for an answered call",
    VoidReason.OVERLOADED: "Asterisk was behind with the calls before it",
    VoidReason.REFUSED: "Asterisk refused it",
    VoidReason.TOMBSTONE: "nobody had taken it in time",
    VoidReason.LEDGER_EPOCH: "the ledger was restored before it",
}
