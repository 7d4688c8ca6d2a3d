"""What an activation would come to: when calls begin, how fast they go, when the list is through."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec
from evendial_contracts.campaigns import CampaignRules
from evendial_contracts.reasons import Counted, Reason, ReasonCode, Share
from evendial_contracts.windows import WindowZone

from evendial_campaigns.core.forecast import Forecast, finish_after
from evendial_campaigns.core.reasons import CALLABLE, PACING

CALL_LASTS_S = 30.0
"""Assumed of a campaign that has not called yet: half a minute of ringing, or a short message."""

MINUTES = 60


class Caution(StrEnum):
    """What does not keep a campaign from being activated, and may not be meant."""

    NO_CALLER_ID = "no_caller_id"
    RATE_ABOVE_TRUNK = "rate_above_trunk"
    TRUNK_REDUCED = "trunk_reduced"
    TRUNK_SHARED = "trunk_shared"
    CALLS_AT_ONCE = "calls_at_once"
    WINDOW_NEVER_OPENS = "window_never_opens"
    ALL_SUPPRESSED = "all_suppressed"
    SCHEDULER_SILENT = "scheduler_silent"


class Cap(msgspec.Struct, frozen=True):
    """So many calls at once may be made by whom."""

    of: str
    calls: int


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What is known before an activation.

    `counts` are as if it were active, and `first` the reason that would then keep its next call from
    starting. `call_s` is how long its calls lasted on average, and `calls_each` how many a number took; None
    before any.
    """

    now: datetime
    rules: CampaignRules
    first: Reason
    counts: Sequence[Counted]
    share: Share | None
    caps: Sequence[Cap]
    call_s: float | None = None
    calls_each: float | None = None


LATER = frozenset({ReasonCode.WAITING_FOR_RETRY, ReasonCode.ZONE_CLOSED, ReasonCode.ON_ITS_WAY})
"""Reasons of numbers that will be called without anybody doing anything."""
PASSES = frozenset(
    {
        ReasonCode.WINDOW_CLOSED,
        ReasonCode.ZONE_CLOSED,
        ReasonCode.WAITING_FOR_RETRY,
        ReasonCode.BREAKER_OPEN,
    }
)
"""Reasons that are over at a time that can be said."""


class Outlook(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be expected. `finish` goes by `calls_each`, `latest` by all attempts a number may have."""

    callable_now: int
    to_call: int
    calls_per_hour: float
    start_at: datetime | None
    finish: Forecast
    latest: Forecast
    assumptions: tuple[str, ...]
    warnings: tuple[tuple[Caution, str], ...]


def outlook(seen: Seen) -> Outlook:
    """By the limits that are known; retry delays are not reckoned with."""
    callable_now = _count(seen.counts, CALLABLE)
    to_call = callable_now + _count(seen.counts, LATER)
    per_minute = _calls_per_minute(seen)
    most_each = 1 + seen.rules.max_retries
    calls_each = min(max(seen.calls_each or 1.0, 1.0), float(most_each))
    start_at = _start(seen) if to_call else None
    return Outlook(
        callable_now=callable_now if seen.first.code in PACING else 0,
        to_call=to_call,
        calls_per_hour=round(per_minute * MINUTES, 1),
        start_at=start_at,
        finish=_finish(seen, to_call * calls_each, per_minute, start_at),
        latest=_finish(seen, to_call * most_each, per_minute, start_at),
        assumptions=tuple(_assumptions(seen, calls_each)),
        warnings=tuple(_warnings(seen, to_call)),
    )


def _count(counts: Sequence[Counted], codes: frozenset[ReasonCode] | set[ReasonCode]) -> int:
    return sum(each.numbers for each in counts if each.reason.code in codes)


def _calls_per_minute(seen: Seen) -> float:
    rates = [float(seen.rules.calls_per_minute)]
    if seen.share:
        rates.append(seen.share.share * MINUTES)
    rates += [_by(cap, seen) for cap in seen.caps]
    return min(rates)


def _by(cap: Cap, seen: Seen) -> float:
    return cap.calls * MINUTES / (seen.call_s or CALL_LASTS_S)


def _start(seen: Seen) -> datetime | None:
    """None where nobody can say when what is in the way will be over."""
    match seen.first.code:
        case code if code in PACING:
            return seen.now
        case code if code in PASSES:
            return seen.first.until
        case _:
            return None


def _finish(seen: Seen, calls: float, per_minute: float, start_at: datetime | None) -> Forecast:
    if not calls:
        return Forecast(None, "No number is left to be called.")
    if start_at is None:
        return Forecast(None, "It cannot be said when the first call starts.")
    zone = ZoneInfo(seen.rules.time_zone)
    return finish_after(timedelta(minutes=calls / per_minute), seen.rules.window, zone, start_at)


def _assumptions(seen: Seen, calls_each: float) -> Iterator[str]:
    measured = "as so far" if seen.calls_each else "no retry is needed"
    calls = "1 call" if calls_each == 1 else f"{calls_each:.2g} calls"
    yield f"A number takes {calls} on average ({measured}); retries need not be waited for."
    if seen.caps:
        lasts = "as so far" if seen.call_s else "assumed, for there were none yet"
        yield f"A call lasts {seen.call_s or CALL_LASTS_S:.0f} s ({lasts})."
    if seen.share:
        yield "The other campaigns on the trunk go on as they do now."
    if seen.rules.jurisdiction or seen.rules.window_zone is not WindowZone.CAMPAIGN:
        yield "Only the window in the campaign's own zone is reckoned with: other hours may make it later."


def _warnings(seen: Seen, to_call: int) -> Iterator[tuple[Caution, str]]:
    rules, share = seen.rules, seen.share
    if rules.caller_id is None:
        yield Caution.NO_CALLER_ID, "The campaign shows no caller id."
    if seen.first.code is ReasonCode.WINDOW_NEVER_OPENS:
        yield Caution.WINDOW_NEVER_OPENS, "The window does not open any more."
    if seen.first.code is ReasonCode.SCHEDULER_NOT_ANSWERING:
        yield Caution.SCHEDULER_SILENT, "The scheduler does not answer, so the trunk's share is not known."
    if share:
        yield from _about_the_trunk(rules.calls_per_minute, share)
    for cap in seen.caps:
        if (rate := _by(cap, seen)) < rules.calls_per_minute:
            said = f"The {cap.of} may have {cap.calls} calls at once: no more than about {rate:.0f} a minute."
            yield Caution.CALLS_AT_ONCE, said
    if not to_call and _count(seen.counts, {ReasonCode.SUPPRESSED}):
        yield Caution.ALL_SUPPRESSED, "All numbers that could be called are on the do-not-call list."


def _about_the_trunk(wanted: int, share: Share) -> Iterator[tuple[Caution, str]]:
    most = share.set_rate * MINUTES
    if wanted > most:
        said = f"The campaign asks for {wanted} calls a minute, its trunk takes {most:.0f}."
        yield Caution.RATE_ABOVE_TRUNK, said
    if share.given < share.set_rate:
        said = f"The trunk is given {share.given:.3g} of its {share.set_rate:.3g} calls per second for now."
        yield Caution.TRUNK_REDUCED, said
    if share.share * MINUTES < min(wanted, share.given * MINUTES):
        said = f"With the other campaigns on its trunk it gets {share.share * MINUTES:.0f} calls a minute."
        yield Caution.TRUNK_SHARED, said
