"""One number for a list: it goes through the same rules as a line of an import, or nothing of it is kept."""

import csv
import hashlib
import io
from collections.abc import Mapping
from uuid import UUID

import asyncpg
import msgspec
from evendial_chassis.outbox import Connection
from evendial_contracts.campaigns import DuplicatePolicy

from evendial_campaigns import batch_work
from evendial_campaigns.command_handler import CommandHandler
from evendial_campaigns.core.batch import Batch
from evendial_campaigns.core.campaign import Campaign
from evendial_campaigns.core.commands import Actor, RecordImport
from evendial_campaigns.core.csv_format import CsvOptions
from evendial_campaigns.core.numbers import SUPPRESSED, Refusal, Refused
from evendial_campaigns.core.rejected import Rejected, invalid
from evendial_campaigns.import_slices import Suppressed, unique_in
from evendial_campaigns.number_import import NumberImport

OPTIONS = CsvOptions(delimiter=",", header=True, number_column="1", reference_column="2")
_FIELDS = {
    Refusal.BAD_REFERENCE: "reference",
    Refusal.REFERENCE_IS_A_NUMBER: "reference",
    Refusal.BAD_VALUE: "variables",
    Refusal.VALUE_TOO_LONG: "variables",
}

_FIND = """
select number_id from number join import using (import_id) where import_id = $1 and import.campaign_id = $2
"""
_IMPORT = """
insert into import(import_id, campaign_id, owner_id, started_by, state, lines, bytes, accepted, chunks,
    sha256)
values ($1, $2, $3, $4, 'finished', 1, $5, 1, 1, $6)
"""
_NUMBER = """
insert into number(campaign_id, import_id, unique_in, e164, reference, variables)
select $1, $2, $3, $4, $5, $6::text::jsonb
where $7::uuid is null or not exists (
    select from number as other join campaign using (campaign_id)
    where other.e164 = $4 and not other.deleted and campaign.owner_id = $7
        and campaign.status = 'active')
on conflict do nothing returning number_id
"""
_FEED_FROM = "update import set fed_number_id = $2 where import_id = $1"


class NewNumber(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants to be on a list."""

    number: str
    reference: str | None
    variables: Mapping[str, str]


class NumberAdder:
    """Adds single numbers to lists, each as an import of one line."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        handler: CommandHandler,
        number_import: NumberImport,
        suppressed: Suppressed,
    ) -> None:
        self._pool = pool
        self._handler = handler
        self._number_import = number_import
        self._suppressed = suppressed

    async def add(self, import_id: UUID, campaign: Campaign, by: Actor, new: NewNumber) -> int:
        """The id of the number, the same when it is added again under the id. Raises `Rejected`."""
        known: int | None = await self._pool.fetchval(_FIND, import_id, campaign.campaign_id)
        if known is not None:
            return known
        line = _line(new)
        batch = await self._read(campaign, line)
        command = RecordImport(
            by=by,
            import_id=import_id,
            accepted=1,
            duplicates=0,
            rejected=0,
            chunks=1,
            sha256=hashlib.sha256(line).hexdigest(),
        )
        added = 0

        async def also(connection: Connection) -> None:
            nonlocal added
            await batch_work.refuse_while_busy(connection, campaign.campaign_id)
            added = await _store(connection, campaign, command, batch, len(line))

        await self._handler.handle(campaign.campaign_id, command, also)
        return added

    async def _read(self, campaign: Campaign, line: bytes) -> Batch:
        reader = await self._number_import.reader(campaign, OPTIONS)
        batch = Batch()
        for part in (*reader.read(line), *reader.end()):
            batch.add(part)
        if batch.refused:
            raise _refused(batch.refused[0].refused)
        if not batch.numbers:
            raise invalid("number", "is empty; send the digits with the country code first")
        if await self._suppressed(campaign.owner_id, batch.numbers):
            raise _refused(SUPPRESSED)
        return batch


async def _store(
    connection: Connection, campaign: Campaign, command: RecordImport, batch: Batch, size: int
) -> int:
    campaign_id, policy = campaign.campaign_id, campaign.rules.duplicate_policy
    whose = (command.import_id, campaign_id, campaign.owner_id, command.by.user_id)
    await connection.execute(_IMPORT, *whose, size, command.sha256)
    number_id: int | None = await connection.fetchval(
        _NUMBER,
        campaign_id,
        command.import_id,
        unique_in(policy, campaign_id, command.import_id),
        batch.numbers[0],
        batch.references[0],
        batch.variables[0],
        campaign.owner_id if policy is DuplicatePolicy.ACTIVE else None,
    )
    if number_id is None:
        raise Rejected("duplicate_number", "The number is on the list already.", field="number")
    await connection.execute(_FEED_FROM, command.import_id, number_id - 1)
    return number_id


def _line(new: NewNumber) -> bytes:
    out = io.StringIO(newline="")
    names, values = zip(*new.variables.items(), strict=True) if new.variables else ((), ())
    csv.writer(out).writerows([("number", "reference", *names), (new.number, new.reference or "", *values)])
    return out.getvalue().encode("utf-8", "surrogatepass")


def _refused(refused: Refused) -> Rejected:
    return Rejected("number_refused", refused.detail, field=_FIELDS.get(refused.reason, "number"))
