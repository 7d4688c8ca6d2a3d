"""One action on one channel."""

import asyncio
import logging
import math
from typing import assert_never
from uuid import UUID

from evendial_contracts.actions import Action, ActionResult, Ivr, Play, Wait

from evendial_agi.channel import Channel, HungUp, Refused
from evendial_agi.core.command import UnsafeArgument
from evendial_agi.prompt_folder import BadPrompt
from evendial_agi.prompts import Prompts

logger = logging.getLogger(__name__)

IVR_EXTENSION = "s"
IVR_PRIORITY = 1


class Performer:
    """Performs actions for any call."""

    def __init__(self, prompts: Prompts) -> None:
        self._prompts = prompts

    async def perform(self, channel: Channel, owner_id: UUID, action: Action) -> ActionResult:
        """Runs it to its end. Raises Disconnected when nothing more is known of the channel."""
        try:
            match action:
                case Wait():
                    done = await _wait(channel, action.seconds)
                case Play():
                    done = await self._play(channel, owner_id, action)
                case Ivr():
                    done = await _hand_over(channel, action.context)
                case _:
                    assert_never(action)
        except HungUp:
            return ActionResult.CALLEE_HUNG_UP
        except (Refused, UnsafeArgument, BadPrompt) as error:
            logger.error("action refused", extra={"action": "action_refused", "reason": str(error)})
            return ActionResult.FAILED
        return ActionResult.DONE if done else ActionResult.FAILED

    async def _play(self, channel: Channel, owner_id: UUID, play: Play) -> bool:
        """Of the owner's own prompts only, whatever id the action carries."""
        sound = await self._prompts.find(owner_id, play.sha256)
        if sound is None:
            logger.error("no such prompt", extra={"action": "prompt_missing", "prompt_id": play.prompt_id})
            return False
        if await channel.stream_file(sound.name, duration_s=sound.duration_s):
            return True
        logger.error("not playable", extra={"action": "prompt_not_playable", "prompt_id": play.prompt_id})
        return False


async def _wait(channel: Channel, seconds: float) -> bool:
    """WAIT FOR DIGIT ends at once on hangup, and when we die; a key that is pressed only starts it anew."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while (left_s := until - loop.time()) > 0:
        await channel.wait_for_digit(math.ceil(left_s * 1000))
    return True


async def _hand_over(channel: Channel, context: str) -> bool:
    if await channel.context_exists(context, IVR_EXTENSION, IVR_PRIORITY) is False:
        logger.error("no such context", extra={"action": "ivr_missing", "context": context})
        return False
    await channel.continue_at(context, IVR_EXTENSION, IVR_PRIORITY)
    return True
