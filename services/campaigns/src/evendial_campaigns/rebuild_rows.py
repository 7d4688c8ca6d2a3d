"""What a rebuild folds with the core, campaigns and definitions; and numbers whose list changes."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from evendial_campaigns.core.campaign import fold
from evendial_campaigns.definition_store import AnyDefinition, key_of
from evendial_campaigns.rebuild_folds import Stream, decided

SLICE = 500

_SAVE_CAMPAIGNS = """
insert into campaign_rebuilt as campaign(campaign_id, owner_id, state, seq, created_at, updated_at, swept)
overriding system value
select told.campaign_id, told.owner_id, told.state::jsonb,
    coalesce(old.seq, nextval(pg_get_serial_sequence('campaign', 'seq'))),
    coalesce(old.created_at, told.began_at), told.changed_at, coalesce(old.swept, false)
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::timestamptz[])
    with ordinality as told(campaign_id, owner_id, state, began_at, changed_at, ord)
left join campaign old on old.campaign_id = told.campaign_id order by told.ord
on conflict (campaign_id) do update set state = excluded.state, updated_at = excluded.updated_at
"""
_SAVE_DEFINITIONS = """
insert into definition_rebuilt as definition(kind, id, seq, owner_id, data) overriding system value
select told.kind, told.id, coalesce(old.seq, nextval(pg_get_serial_sequence('definition', 'seq'))),
    told.owner_id, told.data::jsonb
from unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[])
    with ordinality as told(kind, id, owner_id, data, ord)
left join definition old on old.kind = told.kind and old.id = told.id order by told.ord
on conflict (kind, id) do update set owner_id = excluded.owner_id, data = excluded.data
"""
_LISTS_IN_CHANGE = "select distinct campaign_id from batch where applied_chunks < chunks"
_TAKE_OUT = """
with changed as (
    select unnest($2::uuid[]) as campaign_id
    union
    select (data ->> 'campaign_id')::uuid from event where xid >= $1::text::xid8
        and type in ('campaign.numbers_redialled.v1', 'campaign.numbers_removed.v1'))
delete from number_progress_rebuilt p using changed
where p.campaign_id = changed.campaign_id and not exists (
    select from number n where n.campaign_id = p.campaign_id and n.number_id = p.number_id
        and not n.deleted and n.generation <= p.generation)
"""
_KEEP_SWEPT = """
update campaign_rebuilt set swept = old.swept from campaign old
where old.campaign_id = campaign_rebuilt.campaign_id and old.swept <> campaign_rebuilt.swept
"""

_encode = msgspec.json.Encoder().encode


async def save_decided(
    reading: asyncpg.Connection, writing: asyncpg.Connection, names: Sequence[str] | None
) -> None:
    """Folds these streams, or all, each from its first fact, and saves what they come to."""
    rows: list[Stream] = []
    async for stream in decided(reading, names):
        rows.append(stream)
        if len(rows) >= SLICE:
            await _save(writing, rows)
            rows = []
    await _save(writing, rows)


async def lists_in_change(connection: asyncpg.Connection) -> list[UUID]:
    """The campaigns with numbers that are being removed or redialled just now."""
    return [row["campaign_id"] for row in await connection.fetch(_LISTS_IN_CHANGE)]


async def take_out_changed(connection: asyncpg.Connection, since: str, campaigns: Sequence[UUID]) -> None:
    """Removes the progress of numbers that were removed or redialled since, in these campaigns or others."""
    await connection.execute(_TAKE_OUT, since, list(campaigns))


async def keep_swept(connection: asyncpg.Connection) -> None:
    """What was swept after the campaign was folded stays swept."""
    await connection.execute(_KEEP_SWEPT)


async def _save(writing: asyncpg.Connection, streams: Sequence[Stream]) -> None:
    campaigns: list[tuple[Any, ...]] = []
    definitions: list[tuple[Any, ...]] = []
    for stream in streams:
        if stream.name.startswith("campaign:"):
            campaign = fold(stream.facts)
            if campaign is not None:
                ids = campaign.campaign_id, campaign.owner_id
                campaigns.append((*ids, _encode(campaign).decode(), stream.began_at, stream.changed_at))
        elif stream.facts and isinstance(newest := stream.facts[-1], AnyDefinition):
            definitions.append((*key_of(newest), _encode(newest).decode()))
    if campaigns:
        await writing.execute(_SAVE_CAMPAIGNS, *zip(*campaigns, strict=True))
    if definitions:
        await writing.execute(_SAVE_DEFINITIONS, *zip(*definitions, strict=True))
