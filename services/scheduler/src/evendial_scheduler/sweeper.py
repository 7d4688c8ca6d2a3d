"""The loop that asks the originators to end commands of which nothing was heard."""

import asyncio
import logging
from datetime import timedelta

from evendial_chassis.bus import Bus, NoAnswer
from evendial_chassis.run import Stop
from evendial_contracts.requests import CommandKnown, EndCommand
from evendial_contracts.subjects import END_COMMAND

from evendial_scheduler import attempt_store
from evendial_scheduler.clock import Clock
from evendial_scheduler.store import PASSING, Pool, transaction

logger = logging.getLogger(__name__)

EVERY_S = 5.0
OVERDUE = timedelta(seconds=5)
"""After `not_after` nobody may originate the command any more; so long its end may be on its way."""
MOST_AT_ONCE = 250
SIDE_BY_SIDE = 10
ANSWER_TIMEOUT_S = 2.0


class Sweeper:
    """Asks for 250 commands every 5 s at most. Whatever the answer is, the end comes as an event."""

    def __init__(self, pool: Pool, clock: Clock, bus: Bus) -> None:
        self._pool = pool
        self._clock = clock
        self._bus = bus
        self._unanswered = False

    async def run(self, stop: Stop) -> None:
        """Until told to stop."""
        while not await stop.pause(EVERY_S):
            try:
                await self.sweep()
            except PASSING as error:
                logger.debug("sweep failed", extra={"action": "sweep_failed", "reason": repr(error)})

    async def sweep(self) -> int:
        """Asks once for each command that is overdue; returns how many were answered."""
        overdue = await attempt_store.overdue(self._pool, self._clock() - OVERDUE, MOST_AT_ONCE)
        answered, claimed = 0, []
        for start in range(0, len(overdue), SIDE_BY_SIDE):
            asked = overdue[start : start + SIDE_BY_SIDE]
            answers = await asyncio.gather(*(self._ask(each) for each in asked))
            answered += sum(answer is not None for answer in answers)
            claimed += [
                each for each, answer in zip(asked, answers, strict=True) if answer and not answer.voided
            ]
            if not any(answers):
                break  # nobody is there to answer the others
        self._say(len(overdue), answered)
        async with transaction(self._pool) as connection:
            await attempt_store.now_calling(connection, claimed)
        return answered

    async def _ask(self, command: EndCommand) -> CommandKnown | None:
        try:
            return await self._bus.ask(END_COMMAND, command, CommandKnown, timeout_s=ANSWER_TIMEOUT_S)
        except NoAnswer:
            return None

    def _say(self, overdue: int, answered: int) -> None:
        unanswered = overdue > 0 and not answered
        if unanswered and not self._unanswered:
            extra = {"action": "sweep_unanswered", "commands": overdue}
            logger.warning("no originator answers for overdue commands", extra=extra)
        if answered:
            logger.info("overdue commands asked for", extra={"action": "swept", "commands": answered})
        self._unanswered = unanswered
