"""Why a campaign and its numbers are not being called right now: asks the scheduler, and adds the rest."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec
from evendial_chassis.bus import Bus, NoAnswer
from evendial_chassis.clock import HOST_CLOCK, Clock
from evendial_contracts.reasons import (
    AskBlockers,
    AskReasons,
    Blockers,
    Counted,
    Reason,
    Reasons,
    Share,
)
from evendial_contracts.subjects import ASK_BLOCKERS, ASK_REASONS

from evendial_campaigns import campaign_store, reason_store
from evendial_campaigns.core import reasons
from evendial_campaigns.core.campaign import Campaign
from evendial_campaigns.core.reason_words import Told
from evendial_campaigns.core.reasons import OwnRow, Turn
from evendial_campaigns.shared import Shared

logger = logging.getLogger(__name__)

ANSWER_TIMEOUT_S = 1.0


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """Why a campaign is as it is; of `blockers`, what counts first."""

    campaign: Campaign
    at: datetime
    top: Reason
    blockers: tuple[Reason, ...]
    counts: Sequence[Counted]
    next_slot_at: datetime | None
    share: Share | None
    answered: bool
    told: Told


class ReasonReader:
    """One question for everybody who asks about a campaign at once."""

    def __init__(self, pool: asyncpg.Pool, bus: Bus, clock: Clock = HOST_CLOCK) -> None:
        self._pool = pool
        self._bus = bus
        self._clock = clock
        self._campaigns = Shared(self._explain)
        self._silent_until_s = 0.0

    async def read(self, campaign_id: UUID, *, as_if_active: bool = False) -> Explained | None:
        """Of a campaign; None when it is not there any more."""
        return await self._campaigns.get((campaign_id, as_if_active))

    async def numbers(self, campaign: Campaign, rows: Mapping[int, OwnRow]) -> tuple[dict[int, Reason], Told]:
        """Of these numbers of a campaign."""
        answer = await self._ask_numbers(campaign.campaign_id, tuple(rows))
        turn = await reason_store.turn(self._pool, campaign.campaign_id)
        now = answer.at if answer else self._clock.now()
        blocker = reasons.blockers_of(campaign, turn, answer)[0]
        found = reasons.reasons_of(campaign, rows, answer, blocker, now)
        since = await reason_store.suppressed_since(
            self._pool, {id for each in found.values() if (id := each.suppression_id)}
        )
        found = {number_id: _since(each, since) for number_id, each in found.items()}
        return found, await self._told(campaign, turn, found.values(), now)

    async def _explain(self, asked: tuple[UUID, bool]) -> Explained | None:
        campaign_id, as_if_active = asked
        answer = await self._ask(campaign_id)
        kept = await campaign_store.find(self._pool, campaign_id, None)
        if kept is None:
            return None
        campaign = reasons.activated(kept.campaign) if as_if_active else kept.campaign
        turn = await reason_store.turn(self._pool, campaign_id)
        now = answer.at if answer else self._clock.now()
        blockers = reasons.blockers_of(campaign, turn, answer, as_if_active=as_if_active)
        counts: Sequence[Counted]
        if answer and answer.counts is not None:
            counts = reasons.counts_of(campaign, answer.counts, blockers[0])
        else:
            counts = await self._own_counts(campaign, blockers[0], now)
        top = reasons.top(campaign, blockers, counts)
        shown = [top, *blockers, *(each.reason for each in counts)]
        return Explained(
            campaign=kept.campaign,
            at=now,
            top=top,
            blockers=blockers,
            counts=counts,
            next_slot_at=answer.next_slot_at if answer else None,
            share=answer.share if answer else None,
            answered=not reasons.is_away(answer),
            told=await self._told(campaign, turn, shown, now),
        )

    async def _own_counts(self, campaign: Campaign, blocker: Reason, now: datetime) -> Sequence[Counted]:
        groups = await reason_store.groups(self._pool, campaign.campaign_id, now)
        return reasons.own_counts(campaign, [(each.row, each.numbers) for each in groups], blocker, now)

    async def _told(self, campaign: Campaign, turn: Turn, shown: Iterable[Reason], now: datetime) -> Told:
        ids = {id for each in shown for id in (each.device_id, each.trunk_id) if id}
        names = await reason_store.names(self._pool, ids | ({turn.by} if turn.by else set()))
        by = names.get(turn.by) if turn.by else None
        return Told(time_zone=campaign.rules.time_zone, now=now, names=names, stopped_by=by)

    async def _ask(self, campaign_id: UUID) -> Blockers | None:
        asked = AskBlockers(campaign_id=campaign_id)
        try:
            return await self._bus.ask(ASK_BLOCKERS, asked, Blockers, timeout_s=ANSWER_TIMEOUT_S)
        except (NoAnswer, msgspec.DecodeError) as failure:
            self._say(campaign_id, failure)
            return None

    async def _ask_numbers(self, campaign_id: UUID, number_ids: tuple[int, ...]) -> Reasons | None:
        """Of a scheduler that has just not answered no page of a long list is asked for a second."""
        if not number_ids or self._clock.monotonic() < self._silent_until_s:
            return None
        asked = AskReasons(campaign_id=campaign_id, number_ids=number_ids)
        try:
            return await self._bus.ask(ASK_REASONS, asked, Reasons, timeout_s=ANSWER_TIMEOUT_S)
        except (NoAnswer, msgspec.DecodeError) as failure:
            self._silent_until_s = self._clock.monotonic() + ANSWER_TIMEOUT_S
            self._say(campaign_id, failure)
            return None

    def _say(self, campaign_id: UUID, failure: Exception) -> None:
        extra = {"action": "scheduler_silent", "campaign_id": campaign_id, "reason": str(failure)}
        logger.info("the scheduler does not answer", extra=extra)


def _since(reason: Reason, since: Mapping[UUID, datetime]) -> Reason:
    if reason.suppression_id is None:
        return reason
    return msgspec.structs.replace(reason, since=since.get(reason.suppression_id))
