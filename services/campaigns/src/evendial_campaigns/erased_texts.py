"""Texts that hold a number of an erased person: row variables, refused lines, stored answers."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg
import msgspec

from evendial_campaigns import erasure_store
from evendial_campaigns.core.erasure import Erasing, Place

SLICE = 20_000

# Digits of other scripts count as digits; whatever else stands in between is passed over.
_DIGITS = """
regexp_replace(translate({text}, '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९０１２３４５６７８９',
    '0123456789012345678901234567890123456789'), '[^0-9]', '', 'g')"""
_WANTED = """
with wanted as (
    select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[])
    as wanted(erasure_id, owner_id, e164, national, written))"""
_COUNTED = """
select last.*, (select jsonb_object_agg(erasure_id, texts) from (
    select erasure_id, count(*) as texts from hit group by erasure_id) as counted) as removed"""
_LINES = f"""{_WANTED},
slice as materialized (
    select import_id, line, {_DIGITS.format(text="text")} as digits from refused_line
    where (import_id, line) > ($6, $7) order by import_id, line limit $8),
hit as materialized (
    select erasure_id, import_id, line from slice left join import using (import_id) join wanted
        on (digits like '%' || e164 || '%' or digits like '%' || national || '%')
        and (wanted.owner_id is null or wanted.owner_id = import.owner_id)),
emptied as (
    update refused_line set text = '' from hit
    where refused_line.import_id = hit.import_id and refused_line.line = hit.line)
{_COUNTED} from (select import_id, line from slice order by import_id desc, line desc limit 1) as last
"""  # noqa: S608
_VARIABLES = f"""{_WANTED},
slice as materialized (
    select campaign_id, number_id, variables from number
    where (campaign_id, number_id) > ($6, $7) order by campaign_id, number_id limit $8),
cell as materialized (
    select campaign_id, number_id, key, {_DIGITS.format(text="value")} as digits
    from slice cross join lateral jsonb_each_text(variables) where variables is not null),
hit as materialized (
    select erasure_id, campaign_id, number_id, key from cell join campaign using (campaign_id) join wanted
        on (digits like '%' || e164 || '%' or digits ~ written)
        and (wanted.owner_id is null or wanted.owner_id = campaign.owner_id)),
emptied as (
    update number set variables = number.variables || row.emptied
    from (select campaign_id, number_id, jsonb_object_agg(key, '') as emptied from hit
        group by campaign_id, number_id) as row
    where number.campaign_id = row.campaign_id and number.number_id = row.number_id)
{_COUNTED} from (select campaign_id, number_id from slice
    order by campaign_id desc, number_id desc limit 1) as last
"""  # noqa: S608
_ANSWERS = f"""{_WANTED},
deleted as (
    delete from idempotent_answer using wanted
    where (wanted.owner_id is null or scope = wanted.owner_id)
        and (position(convert_to(e164, 'UTF8') in body) > 0
            or position(convert_to(national, 'UTF8') in body) > 0)
    returning erasure_id)
select jsonb_object_agg(erasure_id, answers) as removed
from (select erasure_id, count(*) as answers from deleted group by erasure_id) as counted
"""  # noqa: S608

Counts = dict[UUID, int]


class ErasedTexts:
    """What people sent, and what they were answered."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def clear(self, erasing: Sequence[Erasing]) -> None:
        """Empties each text that holds one of the numbers, and deletes each answer that does.

        It goes through the tables in slices short enough for others not to wait.
        """
        wanted = (
            [each.erasure_id for each in erasing],
            [each.owner_id for each in erasing],
            [each.digits for each in erasing],
            [each.national or each.digits for each in erasing],
            [each.written for each in erasing],
        )
        for statement, place in ((_LINES, Place.REFUSED_LINES), (_VARIABLES, Place.ROW_VARIABLES)):
            last: tuple[UUID, int] | None = (UUID(int=0), 0)
            while last:
                last = await self._slice(statement, place, wanted, last)
        await self._answers(wanted)

    async def _slice(
        self, statement: str, place: Place, wanted: Sequence[object], after: tuple[UUID, int]
    ) -> tuple[UUID, int] | None:
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(statement, *wanted, *after, SLICE)
            if row is None:
                return None
            await _count(connection, place, row["removed"])
        return row[0], row[1]

    async def _answers(self, wanted: Sequence[object]) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            removed = await connection.fetchval(_ANSWERS, *wanted)
            await _count(connection, Place.STORED_ANSWERS, removed)


async def _count(connection: asyncpg.pool.PoolConnectionProxy, place: Place, removed: object) -> None:
    for erasure_id, texts in msgspec.convert(removed or {}, Counts).items():
        await erasure_store.count(connection, erasure_id, place, texts)
