"""Prompts on their way from the bus into Asterisk's folder: at start, on a change, when a call asks first."""

import asyncio
import logging
from contextlib import aclosing
from uuid import UUID

from evendial_chassis.objects import ObjectChanged, Objects
from evendial_chassis.run import Stop

from evendial_agi.prompt_folder import BadPrompt, PromptFolder, Sound, prompt_name

logger = logging.getLogger(__name__)

CALL_WAITS_S = 2.0
"""How long a call waits for a prompt that is not here yet: the callee hears nothing meanwhile."""
FETCH_DEADLINE_S = 30.0
RELIST_S = 60.0
"""A change that the watch missed is seen after so long."""


class Prompts:
    """The folder, kept in step with the bucket."""

    def __init__(self, objects: Objects, folder: PromptFolder) -> None:
        self._objects = objects
        self._folder = folder
        self._fetching: dict[str, asyncio.Task[None]] = {}

    async def find(self, owner_id: UUID, sha256: str) -> Sound | None:
        """The owner's prompt of that content, fetched if need be; None when it cannot be had in time."""
        name = prompt_name(owner_id, sha256)
        if (sound := self._folder.sound(name)) is not None:
            return sound
        await asyncio.wait({self._fetch_once(name)}, timeout=CALL_WAITS_S)
        return self._folder.sound(name)

    async def run(self, stop: Stop) -> None:
        """Keeps the folder in step until told to stop."""
        warned = False
        while not stop.requested:
            try:
                async with aclosing(self._objects.changes(stop, for_s=RELIST_S)) as changes:
                    async for change in changes:
                        await self._apply(change)
                warned = False
            except ConnectionError as error:
                if not warned:
                    logger.warning(
                        "waiting", extra={"action": "waiting", "part": "prompts", "reason": str(error)}
                    )
                warned = True
                await stop.pause(1)

    async def _apply(self, change: ObjectChanged) -> None:
        try:
            if change.deleted:
                self._folder.remove(change.name)
            elif self._folder.size(change.name) != change.size:
                await self._fetch_once(change.name)
        except BadPrompt as error:
            logger.error("prompt refused", extra={"action": "prompt_refused", "reason": str(error)})

    def _fetch_once(self, name: str) -> asyncio.Task[None]:
        """However many calls ask for a prompt at once, it is fetched once."""
        if (task := self._fetching.get(name)) is None:
            task = self._fetching[name] = asyncio.create_task(self._fetch(name))
            task.add_done_callback(lambda _: self._fetching.pop(name))
        return task

    async def _fetch(self, name: str) -> None:
        try:
            async with asyncio.timeout(FETCH_DEADLINE_S):
                audio = await self._objects.get(name)
            if audio is None:
                raise BadPrompt("not in the bucket")
            await asyncio.to_thread(self._folder.write, name, audio)
        except (OSError, BadPrompt) as error:
            logger.error("prompt not here", extra={"action": "prompt_failed", "reason": repr(error)})
            return
        logger.info("prompt here", extra={"action": "prompt_fetched", "prompt": name})
