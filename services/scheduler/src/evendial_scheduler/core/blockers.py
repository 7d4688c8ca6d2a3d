"""What keeps the next call of a campaign from starting, worked out by the functions that plan."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from evendial_contracts.campaigns import CampaignRules
from evendial_contracts.reasons import Reason, ReasonCode, Share
from evendial_contracts.windows import Window, WindowZone

from evendial_scheduler.core import crew, pacing, zone_reasons
from evendial_scheduler.core.breaker import Health, Phase
from evendial_scheduler.core.called_party import hours_of, judged_by_number
from evendial_scheduler.core.crew import Crew
from evendial_scheduler.core.fair import level
from evendial_scheduler.core.hours import next_open
from evendial_scheduler.core.instants import SECOND_US, instant, micros
from evendial_scheduler.core.limits import Limit
from evendial_scheduler.core.openings import Place, openings_of
from evendial_scheduler.core.outlook import planned
from evendial_scheduler.core.pacing import Pace
from evendial_scheduler.core.room import NO_CEILING, System, room_for
from evendial_scheduler.core.roster import Active, Device, InFlight, Trunk, as_healthy, paces_of

CODES = {
    Limit.NUMBERS: ReasonCode.NO_FREE_NUMBERS,
    Limit.WINDOW: ReasonCode.WINDOW_CLOSED,
    Limit.CAMPAIGN_RATE: ReasonCode.WAITING_FOR_TURN,
    Limit.TRUNK_RATE: ReasonCode.TRUNK_RATE,
    Limit.REDUCED_PACE: ReasonCode.TRUNK_REDUCED,
    Limit.SYSTEM_RATE: ReasonCode.SYSTEM_RATE,
    Limit.BREAKER: ReasonCode.BREAKER_OPEN,
    Limit.CAMPAIGN_CALLS: ReasonCode.CAMPAIGN_FULL,
    Limit.OWNER_CALLS: ReasonCode.OWNER_FULL,
    Limit.DEVICE_CALLS: ReasonCode.DEVICE_FULL,
    Limit.TRUNK_CALLS: ReasonCode.TRUNK_FULL,
    Limit.SYSTEM_CALLS: ReasonCode.SYSTEM_FULL,
}
"""What people are told of each limit of a plan."""
CALLS_AT_ONCE = frozenset(
    {
        Limit.CAMPAIGN_CALLS,
        Limit.OWNER_CALLS,
        Limit.DEVICE_CALLS,
        Limit.TRUNK_CALLS,
        Limit.SYSTEM_CALLS,
    }
)
ENOUGH = 1 - 1e-6
"""Gaps are whole microseconds, rounded up: a rate is never met to the last digit."""

_NAMED = {
    "owner_id": Limit.OWNER_CALLS,
    "device_id": Limit.DEVICE_CALLS,
    "trunk_id": Limit.TRUNK_CALLS,
}


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign, whatever its state, and what it calls through; None: not heard of, or gone.

    `refilling`: its list is being told again.
    """

    campaign_id: UUID
    owner_id: UUID
    epoch: int = 0
    active: bool = False
    sequence_version: int | None = None
    rules: CampaignRules | None = None
    device: Device | None = None
    trunk: Trunk | None = None
    health: Health = Health()
    owner_cap: int | None = None
    last_slot_at: datetime | None = None
    refilling: bool = False


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """What else a plan depends on: who else is active on the trunk, calls in flight, the originators.

    `places`: where the numbers of the campaign are, if that matters.
    """

    rivals: Sequence[Active]
    in_flight: Sequence[InFlight]
    crew: Crew
    system: System = NO_CEILING
    places: Sequence[Place] = ()


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """All blockers of a campaign, what counts first, and what it may have of its trunk.

    `by_zone`: of its numbers in these zone sets, which are closed now.
    """

    blockers: tuple[Reason, ...]
    share: Share | None = None
    by_zone: Mapping[int, Reason] = {}

    def blocker(self, zone_set: int | None) -> Reason:
        """Why a number there is not called, if it is due."""
        return self.by_zone.get(zone_set, self.blockers[0]) if zone_set is not None else self.blockers[0]


def find(known: Known, around: Around | None, start: datetime) -> Found:
    """`start` is the earliest slot that a plan would give now; nothing is `around` what has no trunk."""
    if known.refilling:
        return Found(blockers=(Reason(code=ReasonCode.REFILLING),))
    if known.sequence_version is None:
        return Found(blockers=(Reason(code=ReasonCode.NO_ACTIONS),))
    own = _as_active(known, start)
    if own is None or known.trunk is None or around is None:
        return Found(blockers=(Reason(code=ReasonCode.NO_DEVICE),))
    share = share_of(own, around.rivals, known.trunk.calls_per_second, start)
    by_zone: Mapping[int, Reason] = {}
    if judged_by_number(own.rules):
        by_zone = zone_reasons.by_zone(own.rules, around.places, start)
        horizon = instant(micros(start) + pacing.MINUTE_US)
        openings = openings_of(own.rules, around.places, start, horizon)
        own = msgspec.structs.replace(own, openings=openings)
    reasons = (
        _window(own.rules, start) or zone_reasons.of_all(by_zone, around.places),
        crew.blocker(around.crew),
        _breaker(own.trunk.trunk_id, known.health),
        *_full(own, around.in_flight, around.system),
    )
    blockers = tuple(each for each in reasons if each)
    blockers = blockers or (_turn(own, known.health, share, start),)
    return Found(blockers=blockers, share=share, by_zone=by_zone)


def share_of(own: Active, rivals: Sequence[Active], set_rate: float, start: datetime) -> Share:
    """What the campaign gets of its trunk beside all that call on it now."""
    calling = [each for each in rivals if each.campaign_id != own.campaign_id]
    paces = [*paces_of(calling, start, start), _pace(own, start)]
    given = own.trunk.calls_per_second
    most = level([(_rate(each), each.weight) for each in paces], given) * paces[-1].weight
    return Share(
        trunk_id=own.trunk.trunk_id,
        set_rate=set_rate,
        given=given,
        wanted=sum(map(_rate, paces)),
        share=min(_rate(paces[-1]), most),
    )


def _pace(own: Active, start: datetime) -> Pace:
    """As if it were open now."""
    always = msgspec.structs.replace(
        own.rules, window=Window(), window_zone=WindowZone.CAMPAIGN, jurisdiction=None
    )
    (pace,) = paces_of([msgspec.structs.replace(own, rules=always, openings=None)], start, start)
    return pace


def _rate(pace: Pace) -> float:
    return SECOND_US / pace.gap_us


def _as_active(known: Known, now: datetime) -> Active | None:
    if known.rules is None or known.device is None or known.trunk is None:
        return None
    return Active(
        campaign_id=known.campaign_id,
        owner_id=known.owner_id,
        epoch=known.epoch,
        sequence_version=known.sequence_version or 0,
        rules=known.rules,
        device=known.device,
        trunk=as_healthy(known.trunk, known.health, now),
        owner_cap=known.owner_cap,
        last_slot_at=known.last_slot_at,
        due=1,
    )


def _window(rules: CampaignRules, start: datetime) -> Reason | None:
    hours = None if judged_by_number(rules) else hours_of(rules)
    if hours is None:
        return None
    opens = next_open(hours, start)
    if opens is None:
        return Reason(code=ReasonCode.WINDOW_NEVER_OPENS, time_zone=rules.time_zone)
    if opens > start:
        return Reason(code=ReasonCode.WINDOW_CLOSED, until=opens, time_zone=rules.time_zone)
    return None


def _breaker(trunk_id: UUID, health: Health) -> Reason | None:
    if health.phase is Phase.CLOSED:
        return None
    return Reason(
        code=ReasonCode.BREAKER_OPEN,
        since=health.opened_at,
        until=health.until,
        trunk_id=trunk_id,
        trouble=health.reason,
    )


def _full(own: Active, in_flight: Sequence[InFlight], system: System) -> Iterator[Reason]:
    """The limits of calls at once that are reached, the smallest first."""
    reached = [
        (ceiling, who)
        for who, ceiling in room_for([own], in_flight, system).items()
        if ceiling.limit in CALLS_AT_ONCE and not ceiling.left
    ]
    for ceiling, who in sorted(reached, key=lambda each: (each[0].most, each[0].limit)):
        of: dict[str, Any] = {name: who for name, limit in _NAMED.items() if ceiling.limit is limit}
        yield Reason(code=CODES[ceiling.limit], limit=ceiling.most, in_use=ceiling.used, **of)


def _turn(own: Active, health: Health, share: Share, start: datetime) -> Reason:
    """It waits for its slot; the trunk's rate is the reason where the campaign's own is not reached."""
    slot_at, pace = _next_slot(own, start), _pace(own, start)
    if share.share >= _rate(pace) * ENOUGH:
        return Reason(code=CODES[Limit.CAMPAIGN_RATE], until=slot_at, limit=float(own.rules.calls_per_minute))
    return Reason(
        code=CODES[Limit.REDUCED_PACE if own.trunk.reduced else Limit.TRUNK_RATE],
        until=slot_at,
        limit=share.given,
        in_use=share.wanted,
        trunk_id=share.trunk_id,
        trouble=health.reason if own.trunk.reduced else None,
    )


def _next_slot(own: Active, start: datetime) -> datetime | None:
    """The slot that a plan would give if it gave none to others; None where the window closes before it."""
    wanted = _pace(own, start).wanted_us(None if own.last_slot_at is None else micros(own.last_slot_at))
    slots = planned([own], [], start, instant(wanted + pacing.MINUTE_US)).slots
    return instant(slots[0].at_us) if slots else None
