"""Sounds on their way to the agi services: into the object store, or out of it, as soon as NATS is there."""

import logging
import time

from evendial_chassis.objects import Objects
from evendial_chassis.run import Stop

from evendial_campaigns.bell import Bell
from evendial_campaigns.rounds import keep_on
from evendial_campaigns.sound_store import Sounds

logger = logging.getLogger(__name__)

POLL_S = 2.0
COMPARE_S = 60.0
"""A bucket that was lost is filled again after so long."""


class PromptPublisher:
    """The loop that keeps the bucket in step with the table `sound`."""

    def __init__(self, sounds: Sounds, objects: Objects, compare_s: float = COMPARE_S) -> None:
        self._sounds = sounds
        self._objects = objects
        self._compare_s = compare_s
        self._compare_at = time.monotonic()
        self.bell = Bell()

    async def run(self, stop: Stop) -> None:
        """Until told to stop."""
        await keep_on("prompt_publisher", self._keep_in_step, bell=self.bell, every_s=POLL_S, stop=stop)

    async def _keep_in_step(self) -> None:
        await self._compare()
        while await self.move_next():
            pass

    async def move_next(self) -> bool:
        """Puts or deletes one object; false when all are where they should be."""
        sound = await self._sounds.next_to_move()
        if sound is None:
            return False
        if sound.withdrawn:
            await self._objects.delete(sound.name)
            await self._sounds.forget(sound)
        else:
            await self._objects.put(sound.name, sound.audio)
            await self._sounds.published(sound)
        return True

    async def _compare(self) -> None:
        if time.monotonic() < self._compare_at:
            return
        await self._sounds.withdraw_unused()
        if missing := await self._sounds.missing(await self._objects.names()):
            logger.warning("prompts put again", extra={"action": "prompts_put_again", "prompts": missing})
        self._compare_at = time.monotonic() + self._compare_s
