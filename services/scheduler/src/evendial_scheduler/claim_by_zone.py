"""What is due and what is taken of lists whose numbers are called by the time where they are."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from math import ceil
from uuid import UUID

import msgspec

from evendial_scheduler.core.called_party import judged_by_number
from evendial_scheduler.core.openings import Place, openings_of
from evendial_scheduler.core.orders import Claimed
from evendial_scheduler.core.pacing import Slot
from evendial_scheduler.core.roster import Active
from evendial_scheduler.store import Connection

# State numbers as in core/state.py: 0 free, 1 waiting for a retry, 2 scheduled. Zone sets travel as '{3,7}'.
# The index `number_in_zone` says why `-state`.

_PLACES = """
select campaign_id, zone_set, zones from campaign_zone join zone_set using (zone_set)
where campaign_id = any($1::uuid[])
"""
_DUE = """
select campaign_id, (
    select count(*) from (
        (select from unnest(zone_sets::smallint[]) as open(zone_set) cross join lateral (
            select from number where number.campaign_id = wanted.campaign_id
                and number.zone_set = open.zone_set and zone_set > -2
                and state in (0, 1) and -state = -1 and due_at <= $4 order by due_at) as retry)
        union all
        (select from unnest(zone_sets::smallint[]) as open(zone_set) cross join lateral (
            select from number where number.campaign_id = wanted.campaign_id
                and number.zone_set = open.zone_set and zone_set > -2
                and state in (0, 1) and -state = 0 and due_at <= $4 order by due_at) as fresh)
        limit wanted.most) as callable
) as due
from unnest($1::uuid[], $2::text[], $3::bigint[]) as wanted(campaign_id, zone_sets, most)
"""
CLAIM_OPEN = """
update number set state = 2 where ctid = any(array(
    select due.row from unnest($1::uuid[], $2::text[], $3::bigint[]) as wanted(campaign_id, zone_sets, slots)
    cross join lateral (
        select row from (
            select retry.row from unnest(wanted.zone_sets::smallint[]) as open(zone_set) cross join lateral (
                select ctid as row from number where number.campaign_id = wanted.campaign_id
                    and number.zone_set = open.zone_set and zone_set > -2
                    and state in (0, 1) and -state = -1 and due_at <= $4
                order by due_at, number_id limit wanted.slots for update skip locked) as retry) as retries
        union all
        select row from (
            select fresh.row from unnest(wanted.zone_sets::smallint[]) as open(zone_set) cross join lateral (
                select ctid as row from number where number.campaign_id = wanted.campaign_id
                    and number.zone_set = open.zone_set and zone_set > -2
                    and state in (0, 1) and -state = 0 and due_at <= $4
                order by due_at, number_id limit wanted.slots for update skip locked) as fresh) as freshes
        limit wanted.slots) as due))
returning campaign_id, number_id, e164, generation, attempts, system_failures, reference, due_at, zone_set
"""
"""As number_store.CLAIM, of these zone sets only, in their order: no more are locked than are taken."""


async def places_of(connection: Connection, campaigns: Sequence[UUID]) -> dict[UUID, list[Place]]:
    """Where the numbers of these lists are, or were."""
    places: dict[UUID, list[Place]] = {campaign_id: [] for campaign_id in campaigns}
    for row in await connection.fetch(_PLACES, campaigns):
        place = Place(zone_set=row["zone_set"], zones=tuple(row["zones"]))
        places[row["campaign_id"]].append(place)
    return places


async def with_openings(
    connection: Connection, campaigns: Sequence[Active], now: datetime, start: datetime, until: datetime
) -> list[Active]:
    """Of those that go by the number's own zone: what is open, and `due` counted there alone."""
    placed = {each.campaign_id: each for each in campaigns if judged_by_number(each.rules)}
    if not placed:
        return list(campaigns)
    places = await places_of(connection, list(placed))
    for campaign_id, each in placed.items():
        openings = openings_of(each.rules, places[campaign_id], start, until)
        placed[campaign_id] = msgspec.structs.replace(each, openings=openings, due=0)
    due = await _due(connection, placed, now, (until - now).total_seconds())
    return [
        msgspec.structs.replace(placed[each.campaign_id], due=due.get(each.campaign_id, 0))
        if each.campaign_id in placed
        else each
        for each in campaigns
    ]


async def claim(connection: Connection, slots: Sequence[Slot], now: datetime) -> list[Claimed]:
    """Takes a due number of an open zone set for each slot: retries first, then what closes first."""
    claimed = []
    for turn in _turns(slots):
        ids, sets, counts = zip(*((*key, count) for key, count in turn.items()), strict=True)
        rows = await connection.fetch(CLAIM_OPEN, ids, [_text(each) for each in sets], counts, now)
        open_in = dict(zip(ids, sets, strict=True))
        claimed += [
            msgspec.convert(dict(row) | {"zone_sets": open_in[row["campaign_id"]]}, Claimed) for row in rows
        ]
    return claimed


async def _due(
    connection: Connection, placed: Mapping[UUID, Active], now: datetime, ahead_s: float
) -> dict[UUID, int]:
    able = [each for each in placed.values() if each.openings]
    if not able:
        return {}
    rows = await connection.fetch(
        _DUE,
        [each.campaign_id for each in able],
        [_text([opening.zone_set for opening in each.openings or ()]) for each in able],
        [1 + ceil(each.rules.calls_per_minute * ahead_s / 60) for each in able],
        now,
    )
    return {row["campaign_id"]: row["due"] for row in rows}


def _turns(slots: Sequence[Slot]) -> Iterator[dict[tuple[UUID, tuple[int, ...]], int]]:
    """Slots counted by what is open; each campaign once a turn, or one number would be found twice."""
    left = Counter((slot.campaign_id, slot.zone_sets or ()) for slot in slots)
    while left:
        turn: dict[UUID, tuple[int, ...]] = {}
        for campaign_id, zone_sets in left:
            turn.setdefault(campaign_id, zone_sets)
        yield {key: left.pop(key) for key in turn.items()}


def _text(zone_sets: Sequence[int]) -> str:
    return f"{{{','.join(map(str, zone_sets))}}}"
