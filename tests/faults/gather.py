"""What a scene left behind, from the carrier, the ledger, the durable subscriber and the HTTP API."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import asyncpg
from evendial_chassis.run import Stop

from deploy.local.carrier import read_record
from deploy.local.stack import Stack
from deploy.local.user import User
from tests.faults.evidence import Evidence, Invite, Planned
from tests.faults.stage import Played
from tests.faults.subscriber import Subscriber

TOLD_WITHIN_S = 20.0
CONGESTED = "493021"
_ATTEMPTS = """
select command_id, campaign_id, number_id, generation, attempt_no, slot_at
from attempt where campaign_id = any($1)
"""
_SETTLED = "select command_id, disposition is not null as called from outcome where command_id = any($1)"


class Gather:
    """Waits a while for what is still on its way, so that only what is lost is missing."""

    def __init__(self, stack: Stack, user: User, subscriber: Subscriber) -> None:
        self._stack = stack
        self._user = user
        self._subscriber = subscriber

    async def evidence(self, played: Played, began: datetime) -> Evidence:
        """Everything about these campaigns."""
        await self._end_calls_of_the_dead()
        e164 = await self._e164(played.campaigns)
        ledger = await asyncpg.connect(self._stack.wiring.database_urls["originator"])
        try:
            planned = await self._planned(ledger, played.campaigns, e164)
            ids = [each.command_id for each in planned]
            await _patiently(lambda: self._have_ends(ledger, ids))
            rows = await ledger.fetch(_SETTLED, ids)
        finally:
            await ledger.close()
        called = {row["command_id"] for row in rows if row["called"]}
        await _patiently(lambda: self._is_told(ids, len(rows)))
        await _patiently(lambda: self._api_knows(played.campaigns, called))
        return Evidence(
            invites=self._invites(set(e164.values()), began),
            planned=planned,
            said=[each for each in self._subscriber.said if each.command_id in set(ids)],
            settled={row["command_id"] for row in rows},
            settled_as_called=called,
            known_to_api=await self._api_calls(played.campaigns),
            rules=played.rules,
            deaths=played.deaths,
            stuck=played.stuck,
        )

    async def _end_calls_of_the_dead(self) -> None:
        """Those whose Asterisk was killed: nobody tells the carrier, and it writes down what has ended."""
        if self._stack.telephony and self._stack.telephony.behind:
            await self._stack.telephony.carrier.cli("channel request hangup all")

    async def _e164(self, campaigns: list[UUID]) -> dict[tuple[UUID, int], str]:
        found: dict[tuple[UUID, int], str] = {}
        for campaign in campaigns:
            page = await self._user.ask("GET", f"/v1/campaigns/{campaign}/numbers", params={"limit": 1000})
            found |= {(campaign, each["number_id"]): str(each["e164"]) for each in page["items"]}
        return found

    async def _planned(
        self, ledger: asyncpg.Connection, campaigns: list[UUID], e164: dict[tuple[UUID, int], str]
    ) -> list[Planned]:
        announced = [each for each in self._subscriber.scheduled.values() if each.campaign_id in campaigns]
        fields = ("command_id", "campaign_id", "number_id", "generation", "attempt_no", "slot_at")
        rows = [{name: getattr(each, name) for name in fields} for each in announced]
        rows += [dict(row) for row in await ledger.fetch(_ATTEMPTS, campaigns)]
        planned = {
            row["command_id"]: Planned(
                command_id=row["command_id"],
                campaign_id=row["campaign_id"],
                number=e164[row["campaign_id"], row["number_id"]],
                attempt=(row["generation"], row["attempt_no"]),
                slot_at=row["slot_at"],
            )
            for row in rows
        }
        return list(planned.values())

    async def _have_ends(self, ledger: asyncpg.Connection, ids: list[UUID]) -> bool:
        return len(await ledger.fetch(_SETTLED, ids)) == len(ids)

    async def _is_told(self, ids: list[UUID], count: int) -> bool:
        return len({each.command_id for each in self._subscriber.said} & set(ids)) >= count

    async def _api_knows(self, campaigns: list[UUID], called: set[UUID]) -> bool:
        return called <= await self._api_calls(campaigns)

    async def _api_calls(self, campaigns: list[UUID]) -> set[UUID]:
        calls = [call for campaign in campaigns for call in await self._user.calls(campaign)]
        return {UUID(call["command_id"]) for call in calls if call["disposition"]}

    def _invites(self, numbers: set[str], began: datetime) -> list[Invite]:
        assert self._stack.telephony
        return [
            Invite(
                number=call.number,
                at=call.started_at,
                ended_at=call.ended_at,
                congested=call.number.startswith(CONGESTED),
            )
            for call in read_record(self._stack.telephony.record)
            if call.number in numbers and call.started_at >= began
        ]


async def _patiently(condition: Callable[[], Awaitable[bool]]) -> None:
    """Until it holds, or for so long that it never will."""
    try:
        async with asyncio.timeout(TOLD_WITHIN_S):
            while not await condition():
                await Stop().pause(0.1)
    except TimeoutError:
        return
