"""Plays a scene on a running stack while a fault strikes, and gathers what it left behind."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TypeVar
from uuid import UUID

import httpx
from evendial_chassis.run import Stop

from deploy.local.processes import ProcessFailed
from deploy.local.sample_plan import prompt_wav
from deploy.local.services import is_ready
from deploy.local.stack import Stack
from deploy.local.user import ApiRefused, Body, User
from tests.faults import scene as scenes
from tests.faults.cells import Cell, strike
from tests.faults.evidence import Rules
from tests.faults.scene import Scene

Result = TypeVar("Result")

REST_WITHIN_S = 75.0
"""After the fault has healed: two rings, a retry and Asterisk's second look fit into it."""
ANSWER_S = 3.0
AGAIN_S = 0.1


@dataclass(frozen=True, kw_only=True)
class Played:
    """The campaigns of a scene, with the rules that they had to keep, and what went wrong with the stack."""

    rules: list[Rules]
    deaths: list[datetime]
    stuck: list[str]

    @property
    def campaigns(self) -> list[UUID]:
        """Their ids."""
        return [each.campaign_id for each in self.rules]


class Stage:
    """One stack and its first user; scenes are played on it one after the other."""

    def __init__(self, stack: Stack, user: User) -> None:
        self._stack = stack
        self._user = user
        self._device: str | None = None

    async def play(self, scene: Scene, cell: Cell, lots: Random) -> Played:
        """Returns when all has come to rest, or has not in time."""
        main, stopped, edged, closes_at = await self._prepare(scene)
        deaths: list[datetime] = []
        stopped_at, broken = await asyncio.gather(
            self._stop_at(scene.stop_at_s, stopped), self._strike(scene, cell, lots, deaths)
        )
        stuck = broken or await self._until_at_rest(main, stopped, edged)
        return Played(
            rules=[
                Rules(campaign_id=main, calls_per_minute=scenes.MAIN_PER_MINUTE),
                Rules(campaign_id=stopped, calls_per_minute=scenes.STOPPED_PER_MINUTE, stopped_at=stopped_at),
                Rules(
                    campaign_id=edged,
                    calls_per_minute=scenes.EDGED_PER_MINUTE,
                    max_concurrent_calls=scenes.EDGED_CAP,
                    closes_at=closes_at,
                ),
            ],
            deaths=deaths,
            stuck=stuck,
        )

    async def _prepare(self, scene: Scene) -> tuple[UUID, UUID, UUID, datetime]:
        """Three campaigns, activated."""
        self._device = self._device or await self._user.device()
        main = await self._campaign(
            scene.main,
            calls_per_minute=scenes.MAIN_PER_MINUTE,
            max_retries=scenes.MAX_RETRIES,
            retry_delay_s=scenes.RETRY_DELAY_S,
        )
        stopped = await self._campaign(scene.stopped, calls_per_minute=scenes.STOPPED_PER_MINUTE)
        closes_at = (datetime.now(UTC) + timedelta(seconds=scene.closes_at_s + 1)).replace(microsecond=0)
        opens_at = closes_at - timedelta(hours=1)
        window = {"start": f"{opens_at:%T}", "stop": f"{closes_at:%T}"}
        edged = await self._campaign(
            scene.edged,
            calls_per_minute=scenes.EDGED_PER_MINUTE,
            max_concurrent_calls=scenes.EDGED_CAP,
            window=window,
        )
        await asyncio.gather(*(self._user.activate(each) for each in (main, stopped, edged)))
        return main, stopped, edged, closes_at

    async def _campaign(self, numbers: Iterable[str], **rules: object) -> UUID:
        return await self._user.campaign(
            numbers,
            prompt=prompt_wav(),
            device_id=self._device,
            ring_timeout_s=scenes.RING_TIMEOUT_S,
            **rules,
        )

    async def _stop_at(self, after_s: float, campaign: UUID) -> datetime:
        """When the stop was answered 200, however often it had to be asked for."""
        await Stop().pause(after_s)
        return await _persistently(lambda: self._ask_to_stop(campaign))

    async def _ask_to_stop(self, campaign: UUID) -> datetime | None:
        answer = await self._user.http.post(f"/v1/campaigns/{campaign}/stop", timeout=ANSWER_S)
        return datetime.now(UTC) if answer.status_code == httpx.codes.OK else None

    async def _strike(self, scene: Scene, cell: Cell, lots: Random, deaths: list[datetime]) -> list[str]:
        """What did not come back."""
        await Stop().pause(scene.strikes_at_s)
        struck = cell.struck(lots)
        try:
            async with strike(self._stack, cell, struck, scene.strength):
                if cell.kind == "kill" and any(name.startswith("dialer") for name in struck):
                    deaths.append(datetime.now(UTC))
                await Stop().pause(cell.lasts_s(scene.strength))
        except ProcessFailed as failure:
            return [f"did not start again: {failure}"]
        return []

    async def _until_at_rest(self, main: UUID, stopped: UUID, edged: UUID) -> list[str]:
        """What had not come to rest in time."""
        until = asyncio.get_running_loop().time() + REST_WITHIN_S
        wanted: list[tuple[str, Callable[[], Awaitable[bool | None]]]] = [
            ("main campaign not finished", lambda: self._is(main, "finished")),
            ("edged campaign not stopped", lambda: self._has_stopped(edged)),
            ("stopped campaign has open calls", lambda: self._has_no_calls(stopped)),
            ("edged campaign has open calls", lambda: self._has_no_calls(edged)),
            ("a service is not ready", self._all_ready),
        ]
        stuck = []
        for what, condition in wanted:
            try:
                async with asyncio.timeout_at(max(until, asyncio.get_running_loop().time() + 1)):
                    await _persistently(condition)
            except TimeoutError:
                stuck.append(what)
        return stuck

    async def _is(self, campaign: UUID, status: str) -> bool:
        return bool((await self._progress(campaign))["status"] == status)

    async def _has_stopped(self, campaign: UUID) -> bool:
        return await self._ask_to_stop(campaign) is not None

    async def _has_no_calls(self, campaign: UUID) -> bool:
        states = (await self._progress(campaign))["states"]
        return bool(states["scheduled"] == states["calling"] == 0)

    async def _progress(self, campaign: UUID) -> Body:
        return await self._user.ask("GET", f"/v1/campaigns/{campaign}/progress", timeout=ANSWER_S)

    async def _all_ready(self) -> bool:
        async with httpx.AsyncClient(timeout=2) as client:
            ports = self._stack.wiring.health_ports.values()
            return all([await is_ready(client, port) for port in ports])


async def _persistently(work: Callable[[], Awaitable[Result | None]]) -> Result:
    """As a person would: again and again, until it is done."""
    while True:
        with suppress(httpx.TransportError, ApiRefused):
            if result := await work():
                return result
        await Stop().pause(AGAIN_S)
