"""What a plan comes to, and why to no more: the one answer for the planner and for whoever asks."""

from collections.abc import Sequence
from datetime import datetime

from evendial_scheduler.core.instants import micros
from evendial_scheduler.core.limits import EVERYTHING, Binding, Limit
from evendial_scheduler.core.pacing import Line, trunk_gap_us
from evendial_scheduler.core.plan import Plan, plan
from evendial_scheduler.core.room import NO_CEILING, System, room_for
from evendial_scheduler.core.roster import Active, InFlight, paces_of


def planned(
    campaigns: Sequence[Active],
    in_flight: Sequence[InFlight],
    start: datetime,
    horizon: datetime,
    system: System = NO_CEILING,
) -> Plan:
    """The slots of these campaigns from `start` to `horizon`, and for each campaign the limit that binds it.

    `in_flight` may be empty where nothing `has_caps`. Nothing is changed by asking: it also answers why a
    campaign is not calling.
    """
    paces = list(paces_of(campaigns, start, horizon))
    lines, room = lines_of(campaigns), room_for(campaigns, in_flight, system)
    made = plan(paces, lines, room, micros(horizon), _line_of(system))
    open_now = {pace.campaign_id for pace in paces}
    for each in campaigns:
        if each.campaign_id not in made.bindings:
            made.bindings[each.campaign_id] = _bound_by_itself(each, each.campaign_id in open_now)
    return made


def lines_of(campaigns: Sequence[Active]) -> list[Line]:
    """The trunks that these campaigns call through, in a fixed order."""
    trunks = {each.trunk.trunk_id: each.trunk for each in campaigns}
    return [
        Line(
            trunk_id=trunk.trunk_id,
            gap_us=trunk_gap_us(trunk.calls_per_second),
            taken_us=tuple(sorted(micros(slot) for slot in trunk.slots)),
            bound=Binding(
                limit=Limit.REDUCED_PACE if trunk.reduced else Limit.TRUNK_RATE,
                of=trunk.trunk_id,
                most=trunk.calls_per_second,
            ),
            served=trunk.served,
            clock=trunk.clock,
        )
        for _, trunk in sorted(trunks.items())
    ]


def _line_of(system: System) -> Line:
    rate = system.calls_per_second
    return Line(
        trunk_id=EVERYTHING,
        gap_us=0 if rate is None else trunk_gap_us(rate),
        taken_us=tuple(sorted(micros(slot) for slot in system.slots)),
        bound=Binding(limit=Limit.SYSTEM_RATE, most=rate),
    )


def _bound_by_itself(campaign: Active, open_now: bool) -> Binding:
    if not campaign.due:
        return Binding(limit=Limit.NUMBERS, of=campaign.campaign_id)
    if not open_now:
        return Binding(limit=Limit.WINDOW, of=campaign.campaign_id)
    return Binding(limit=Limit.CAMPAIGN_RATE, of=campaign.campaign_id, most=campaign.rules.calls_per_minute)
