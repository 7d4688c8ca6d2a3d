"""Prompts on their way to the agi services: into the object store, at once or when NATS is back."""

import logging

from evendial_chassis.database import TRANSIENT
from evendial_chassis.objects import Objects
from evendial_chassis.run import Stop

from evendial_campaigns.bell import Bell
from evendial_campaigns.prompt_store import Prompts

logger = logging.getLogger(__name__)

POLL_S = 2.0


class PromptPublisher:
    """The loop that puts each prompt into the bucket under `<owner_id>/<sha256>`."""

    def __init__(self, prompts: Prompts, objects: Objects) -> None:
        self._prompts = prompts
        self._objects = objects
        self.bell = Bell()

    async def run(self, stop: Stop) -> None:
        """Until told to stop."""
        warned = False
        while not stop.requested:
            try:
                while await self._publish_next():
                    pass
                warned = False
            except TRANSIENT as error:
                if not warned:
                    logger.warning(
                        "waiting",
                        extra={"action": "waiting", "part": "prompt_publisher", "reason": repr(error)},
                    )
                warned = True
            await self.bell.wait(stop, POLL_S)

    async def _publish_next(self) -> bool:
        prompt = await self._prompts.unpublished()
        if prompt is None:
            return False
        await self._objects.put(f"{prompt.owner_id}/{prompt.sha256}", prompt.audio)
        await self._prompts.published(prompt.owner_id, prompt.sha256)
        return True
