"""What a person does to a list: numbers are removed, or called once more."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from evendial_chassis.outbox import Connection
from evendial_contracts.campaigns import RemovalReason

from evendial_campaigns import batch_store, batch_work
from evendial_campaigns.batch_store import Batches, Done, Kind
from evendial_campaigns.batch_sweeper import BatchSweeper
from evendial_campaigns.command_handler import CommandHandler
from evendial_campaigns.core.campaign import Campaign
from evendial_campaigns.core.commands import Actor, RecordRedial, RecordRemoval
from evendial_campaigns.core.life import refuse_while_active
from evendial_campaigns.core.listing import chunks_of
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.core.standing import check_reactivation, check_removal


class ListActs:
    """Each act has an id; asked for again under the same one it tells what was done. All raise `Rejected`."""

    def __init__(self, batches: Batches, handler: CommandHandler, sweeper: BatchSweeper) -> None:
        self._batches = batches
        self._handler = handler
        self._sweeper = sweeper

    async def redial_failed(self, batch_id: UUID, campaign: Campaign, by: Actor) -> Done:
        """Has all numbers that have failed called once more."""
        if done := await self._batches.find(batch_id, campaign.campaign_id):
            return done
        async with self._preparing(batch_id, campaign, Kind.REDIAL):
            numbers = await self._batches.gather(batch_id, campaign.campaign_id, batch_store.all_failed())
            if not numbers:
                raise Rejected("none_failed", "No number of this campaign has failed.")
            done = Done(numbers, kept=0)
            command = RecordRedial(by=by, batch_id=batch_id, numbers=numbers, chunks=chunks_of(numbers))
            await self._say(campaign, command, done)
        return done

    async def remove_all(self, batch_id: UUID, campaign: Campaign, by: Actor) -> Done:
        """Takes all numbers off the list but those in a call."""
        if done := await self._batches.find(batch_id, campaign.campaign_id):
            return done
        refuse_while_active(campaign)
        async with self._preparing(batch_id, campaign, Kind.REMOVAL):
            choice = batch_store.all_not_in_a_call()
            numbers = await self._batches.gather(batch_id, campaign.campaign_id, choice)
            done = Done(numbers, kept=await self._batches.in_calls(campaign.campaign_id))
            await self._remove(batch_id, campaign, by, done)
        return done

    async def undo_import(self, batch_id: UUID, campaign: Campaign, by: Actor, import_id: UUID) -> Done:
        """Takes those numbers of an import off the list that were never called."""
        if done := await self._batches.find(batch_id, campaign.campaign_id):
            return done
        refuse_while_active(campaign)
        async with self._preparing(batch_id, campaign, Kind.REMOVAL):
            choice = batch_store.never_called_of(import_id)
            numbers = await self._batches.gather(batch_id, campaign.campaign_id, choice)
            all_of_it = await self._batches.left_of_import(campaign.campaign_id, import_id)
            done = Done(numbers, kept=all_of_it - numbers)
            await self._remove(batch_id, campaign, by, done, import_id)
        return done

    async def reactivate(self, batch_id: UUID, campaign: Campaign, by: Actor, number_id: int) -> None:
        """Has one number called once more, whatever came of it before."""
        command = RecordRedial(by=by, batch_id=batch_id, numbers=1, chunks=1, number_id=number_id)

        async def also(connection: Connection) -> None:
            check_reactivation(await batch_work.hold_one(connection, campaign.campaign_id, number_id))
            await batch_work.do_one(connection, batch_id, campaign, Kind.REDIAL, number_id)

        if not await self._batches.find(batch_id, campaign.campaign_id):
            await self._handler.handle(campaign.campaign_id, command, also)

    async def remove(self, batch_id: UUID, campaign: Campaign, by: Actor, number_id: int) -> None:
        """Takes one number off the list."""
        command = RecordRemoval(
            by=by, batch_id=batch_id, reason=RemovalReason.DELETED, numbers=1, chunks=1, number_id=number_id
        )

        async def also(connection: Connection) -> None:
            check_removal(await batch_work.hold_one(connection, campaign.campaign_id, number_id))
            await batch_work.do_one(connection, batch_id, campaign, Kind.REMOVAL, number_id)

        if not await self._batches.find(batch_id, campaign.campaign_id):
            await self._handler.handle(campaign.campaign_id, command, also)

    async def _remove(
        self, batch_id: UUID, campaign: Campaign, by: Actor, done: Done, import_id: UUID | None = None
    ) -> None:
        if not done.numbers:
            await self._batches.forget(batch_id)
            return
        command = RecordRemoval(
            by=by,
            batch_id=batch_id,
            reason=RemovalReason.IMPORT_UNDONE if import_id else RemovalReason.DELETED,
            numbers=done.numbers,
            chunks=chunks_of(done.numbers),
            import_id=import_id,
        )
        await self._say(campaign, command, done)

    async def _say(self, campaign: Campaign, command: RecordRedial | RecordRemoval, done: Done) -> None:
        """Few numbers are done with at once, in the same transaction."""

        async def also(connection: Connection) -> None:
            await self._batches.say(connection, command.batch_id, done, command.chunks)
            if isinstance(command, RecordRemoval) and command.import_id:
                await self._batches.import_undone(connection, command.import_id)
            if command.chunks == 1:
                await batch_work.apply_chunk(connection, command.batch_id)

        await self._handler.handle(campaign.campaign_id, command, also)

    @asynccontextmanager
    async def _preparing(self, batch_id: UUID, campaign: Campaign, kind: Kind) -> AsyncIterator[None]:
        await self._batches.begin(batch_id, campaign, kind)
        try:
            yield
        except Rejected:
            await self._batches.abandon([batch_id])
            raise
        except BaseException:
            self._sweeper.give_up(batch_id)
            raise
