"""Answers that were kept long enough, removed again."""

import logging

from evendial_chassis.database import TRANSIENT
from evendial_chassis.run import Stop

from evendial_campaigns.idempotency_store import SWEEP_SLICE, IdempotentAnswers

logger = logging.getLogger(__name__)

POLL_S = 600.0


class IdempotencySweeper:
    """The loop that deletes old answers, slice by slice."""

    def __init__(self, answers: IdempotentAnswers) -> None:
        self._answers = answers

    async def run(self, stop: Stop) -> None:
        """Until told to stop."""
        while not stop.requested:
            try:
                while await self._answers.sweep() == SWEEP_SLICE and not stop.requested:
                    pass
            except TRANSIENT as error:
                logger.warning(
                    "waiting", extra={"action": "waiting", "part": "idempotency", "reason": repr(error)}
                )
            await stop.pause(POLL_S)
