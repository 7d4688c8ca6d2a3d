"""Answers that were kept long enough, removed again."""

from evendial_chassis.run import Stop

from evendial_campaigns.bell import Bell
from evendial_campaigns.idempotency_store import SWEEP_SLICE, IdempotentAnswers
from evendial_campaigns.rounds import keep_on

POLL_S = 600.0


class IdempotencySweeper:
    """The loop that deletes old answers, slice by slice."""

    def __init__(self, answers: IdempotentAnswers) -> None:
        self._answers = answers

    async def run(self, stop: Stop) -> None:
        """Until told to stop."""
        await keep_on(
            "idempotency_sweeper", lambda: self._sweep(stop), bell=Bell(), every_s=POLL_S, stop=stop
        )

    async def _sweep(self, stop: Stop) -> None:
        while not stop.requested and await self._answers.sweep() == SWEEP_SLICE:
            pass
