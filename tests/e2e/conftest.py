"""One stack for all end-to-end tests: real servers, a real Asterisk and its carrier."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from deploy.local.asterisk import AsteriskInstance
from deploy.local.asterisk_build import AsteriskBuild
from deploy.local.carrier import CarrierCall, read_record
from deploy.local.sample_plan import prompt_wav
from deploy.local.stack import Stack, local_stack
from deploy.local.user import User, user_of
from tests.waiting import until


@dataclass(frozen=True)
class House:
    """A running stack, its first user, and the carrier's own record."""

    stack: Stack
    user: User

    def record(self, numbers: list[str]) -> list[CarrierCall]:
        """What the carrier wrote down about these numbers, in order of their start."""
        assert self.stack.telephony
        calls = [c for c in read_record(self.stack.telephony.record) if c.number in set(numbers)]
        return sorted(calls, key=lambda call: call.started_at)

    async def calls_up(self) -> int:
        """How many calls the dialer's Asterisk has that were answered."""
        assert self.stack.telephony
        dialer = self.stack.telephony.dialers[0]
        assert isinstance(dialer, AsteriskInstance)
        return (await dialer.cli("core show channels concise")).count("!Up!")

    async def finished(self, campaign_id: UUID, *, timeout: float) -> None:
        """Waits until the campaign has nothing left to call."""

        async def is_finished() -> bool:
            return bool((await self.user.progress(campaign_id))["status"] == "finished")

        await until(is_finished, timeout=timeout, every=0.1)

    async def campaign(self, numbers: list[str], **rules: Any) -> UUID:
        """A campaign that is ready to be activated: it plays a tone."""
        return await self.user.campaign(numbers, prompt=prompt_wav(), **rules)


@pytest.fixture(scope="session")
async def house(asterisk_build: AsteriskBuild) -> AsyncIterator[House]:
    async with local_stack(asterisk_build) as stack, user_of(stack.api) as user:
        yield House(stack, user)
