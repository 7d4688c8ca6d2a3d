"""The calls of a campaign, as the API tells of them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec
from evendial_contracts.calls import Disposition

from evendial_campaigns.page import Page
from evendial_campaigns.schemas.calls import CallView

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)

# A look-up and no join, which stale statistics would make a scan of the whole list for each call.
E164 = """
(select n.e164::text from number n where n.campaign_id = c.campaign_id and n.number_id = c.number_id) as e164
"""
_LIST = f"""
select c.*, {E164} from call c
where c.campaign_id = $1 and c.slot_at >= $2 and c.slot_at < $3 and (c.slot_at, c.command_id) > ($4, $5)
    and ($6::text is null or c.disposition = $6)
order by c.slot_at, c.command_id limit $7
"""  # noqa: S608 - a text of ours
_LIST_OF_NUMBER = f"""
select c.*, {E164} from call c
where c.campaign_id = $1 and c.slot_at >= $2 and c.slot_at < $3 and (c.slot_at, c.command_id) > ($4, $5)
    and ($6::text is null or c.disposition = $6) and c.number_id = $8
order by c.slot_at, c.command_id limit $7
"""  # noqa: S608 - a text of ours
_FIND = f"""
select c.*, {E164} from call c
where c.campaign_id = $1 and c.command_id = $2 and c.slot_at is not null
"""  # noqa: S608 - a text of ours


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which calls: by slot from `since` on and before `before`, after the call that the cursor names."""

    disposition: Disposition | None = None
    number_id: int | None = None
    since: datetime = EPOCH
    before: datetime = END_OF_TIME
    after: tuple[datetime, UUID] = (EPOCH, UUID(int=0))
    limit: int = 100


async def calls(pool: asyncpg.Pool, campaign_id: UUID, wanted: Wanted) -> Page[CallView]:
    """The calls of a campaign in the order of their slots."""
    between = wanted.since, wanted.before, *wanted.after
    arguments = [campaign_id, *between, wanted.disposition, wanted.limit + 1]
    if wanted.number_id is None:
        rows = await pool.fetch(_LIST, *arguments)
    else:
        rows = await pool.fetch(_LIST_OF_NUMBER, *arguments, wanted.number_id)
    shown = [_view(row) for row in rows[: wanted.limit]]
    return Page(shown, cursor_of(shown[-1]) if len(rows) > wanted.limit else None)


async def call(pool: asyncpg.Pool, campaign_id: UUID, command_id: UUID) -> CallView | None:
    """One call of a campaign."""
    row = await pool.fetchrow(_FIND, campaign_id, command_id)
    return _view(row) if row else None


def cursor_of(call: CallView) -> str:
    """Names the place of a call in the list."""
    return f"{(call.slot_at - EPOCH) // timedelta(microseconds=1)}.{call.command_id.hex}"


def place_of(cursor: str) -> tuple[datetime, UUID]:
    """The place that a cursor of the right form names; raises ValueError for one beyond all time."""
    slot_us, _, command_id = cursor.partition(".")
    try:
        return EPOCH + timedelta(microseconds=int(slot_us)), UUID(command_id)
    except OverflowError as error:
        raise ValueError(cursor) from error


def _view(row: asyncpg.Record) -> CallView:
    return msgspec.convert(dict(row), CallView)
