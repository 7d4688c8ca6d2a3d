"""The timelines of campaigns and of numbers, read from the record."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from evendial_contracts.campaigns import NumbersImported, NumbersRedialled, NumbersRemoved
from evendial_contracts.message import Message, tag_of
from evendial_contracts.numbers import NumberFailed

from evendial_campaigns.core.number_story import Listed, acts_on
from evendial_campaigns.core.timeline import Kind
from evendial_campaigns.event_store import campaign_stream
from evendial_campaigns.record import AFTER_ALL, BEFORE_ALL, Place, Recorded, recorded

_OF_CAMPAIGN = """
select xid::text as xid, pos, id, type, data, source, at from (
    select fact.* from unnest($2::text[]) as kind cross join lateral (
        select xid, pos, id, type, data::text as data, source, at from event
        where stream = $1 and split_part(type, '.', 1) = kind and (xid, pos) < ($3::text::xid8, $4)
        order by xid desc, pos desc limit $5) as fact
    order by fact.xid desc, fact.pos desc limit $5) as page
order by page.xid desc, page.pos desc
"""
_OF_NUMBER = """
select xid::text as xid, pos, id, type, data, source, at from (
    (select xid, pos, id, type, data::text as data, source, at from event
        where (data ->> 'number_id')::bigint = $6 and data ->> 'number_id' is not null and stream = $1
            and split_part(type, '.', 1) = any($2::text[]) and (xid, pos) < ($3::text::xid8, $4)
        order by xid desc, pos desc limit $5)
    union all
    (select fact.* from call c cross join lateral (
        select xid, pos, id, type, data::text as data, source, at from event
        where (data ->> 'command_id')::uuid = c.command_id and split_part(type, '.', 1) = 'action'
            and 'action' = any($2::text[]) and (xid, pos) < ($3::text::xid8, $4)) as fact
        where c.number_id = $6
        order by fact.xid desc, fact.pos desc limit $5)
    union all
    (select xid, pos, id, type, data::text as data, source, at from event
        where pos = any($7::bigint[]) and 'campaign' = any($2::text[]) and (xid, pos) < ($3::text::xid8, $4))
    order by xid desc, pos desc limit $5) as page
order by page.xid desc, page.pos desc
"""
_ACTS_ON_MANY = """
select xid::text as xid, pos, id, type, data::text as data, source, at from event
where stream = $1 and version is not null and type = any($2::text[]) and data ->> 'number_id' is null
"""
_WHAT_DECIDES = """
select xid::text as xid, pos, id, type, data::text as data, source, at from event
where (data ->> 'number_id')::bigint = $2 and data ->> 'number_id' is not null and stream = $1
    and type = any($3::text[])
"""
_LISTED = """
select n.number_id, n.import_id, n.deleted from number n
join import i on i.import_id = n.import_id and i.state = 'finished'
where n.campaign_id = $1 and n.number_id = $2
"""
_IS_TOLD_OF = """
select exists(select from event
    where (data ->> 'number_id')::bigint = $2 and data ->> 'number_id' is not null and stream = $1)
"""
_NAMES = "select user_id, name from person where user_id = any($1::uuid[])"

_LISTS = [tag_of(each) for each in (NumbersImported, NumbersRemoved, NumbersRedialled)]
_DECISIVE = [tag_of(each) for each in (NumberFailed, NumbersRemoved, NumbersRedialled)]


def _onwards(query: str) -> str:
    """The same, oldest first."""
    return query.replace(" desc", "").replace("(xid, pos) < (", "(xid, pos) > (")


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of a timeline: `limit` facts of some kinds beyond a place, backwards or onwards."""

    kinds: Sequence[Kind] = tuple(Kind)
    onwards: bool = False
    beyond: Place | None = None
    limit: int = 100

    @property
    def arguments(self) -> list[Any]:
        """For the queries; one more than wanted tells whether there is more."""
        place = self.beyond or (BEFORE_ALL if self.onwards else AFTER_ALL)
        return [list(self.kinds), str(place.xid), place.pos, self.limit + 1]


async def of_campaign(pool: asyncpg.Pool, campaign_id: UUID, wanted: Wanted) -> list[Recorded]:
    """The facts of a campaign."""
    query = _onwards(_OF_CAMPAIGN) if wanted.onwards else _OF_CAMPAIGN
    return [recorded(row) for row in await pool.fetch(query, campaign_stream(campaign_id), *wanted.arguments)]


async def of_number(
    pool: asyncpg.Pool, campaign_id: UUID, number_id: int, wanted: Wanted
) -> list[Recorded] | None:
    """The facts about a number, with the acts on the whole list that concerned it; None: it is not there."""
    stream = campaign_stream(campaign_id)
    number = await _listed(pool, campaign_id, number_id)
    if number is None:
        return None
    acts = await _acts_on(pool, stream, number)
    query = _onwards(_OF_NUMBER) if wanted.onwards else _OF_NUMBER
    rows = await pool.fetch(query, stream, *wanted.arguments, number_id, [place.pos for place in acts])
    return [recorded(row) for row in rows]


async def names(pool: asyncpg.Pool, user_ids: set[UUID]) -> dict[UUID, str]:
    """What those users are called; who is gone is not among them."""
    if not user_ids:
        return {}
    return {row["user_id"]: row["name"] for row in await pool.fetch(_NAMES, list(user_ids))}


async def _listed(pool: asyncpg.Pool, campaign_id: UUID, number_id: int) -> Listed | None:
    """A number of the list; one that is gone for good as long as facts name it."""
    row = await pool.fetchrow(_LISTED, campaign_id, number_id)
    if row is not None:
        return msgspec.convert(dict(row), Listed)
    named = await pool.fetchval(_IS_TOLD_OF, campaign_stream(campaign_id), number_id)
    return Listed(number_id, None, deleted=True) if named else None


async def _acts_on(pool: asyncpg.Pool, stream: str, number: Listed) -> list[Place]:
    rows = await pool.fetch(_ACTS_ON_MANY, stream, _LISTS)
    rows += await pool.fetch(_WHAT_DECIDES, stream, number.number_id, _DECISIVE)
    facts = sorted((recorded(row) for row in rows), key=lambda each: each.place)
    return acts_on(number, [(each.place, each.fact) for each in facts if isinstance(each.fact, Message)])
