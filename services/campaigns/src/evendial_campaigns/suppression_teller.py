"""Suppressed means suppressed: first the entry, then the originators' word that their ledger has it."""

import logging
import time
from collections.abc import Sequence
from uuid import UUID

import msgspec
from evendial_chassis.bus import Bus, NoAnswer
from evendial_chassis.run import Stop
from evendial_contracts.requests import (
    AskSuppressions,
    KeepSuppressions,
    SuppressionsKept,
    SuppressionsKnown,
)
from evendial_contracts.subjects import ASK_SUPPRESSIONS, KEEP_SUPPRESSIONS
from evendial_contracts.suppressions import SuppressionEntry

from evendial_campaigns.bell import Bell
from evendial_campaigns.rounds import keep_on
from evendial_campaigns.suppression_changes import SuppressionChanges

logger = logging.getLogger(__name__)

ANSWER_S = 2.0
ASK_AGAIN_S = 2.0
COMPARE_EVERY_S = 30.0
AT_ONCE = 2_000
"""Half of what one message of NATS may hold."""


class SuppressionTeller:
    """The loop that tells the ledger what it does not have, until it answers.

    A ledger that does not take what it is told, twice in a row, knows something newer: this database has been
    restored from a backup.
    """

    def __init__(self, changes: SuppressionChanges, bus: Bus) -> None:
        self._changes = changes
        self._bus = bus
        self._compared_at: float | None = None
        self._unanswered = False
        self._refused = 0
        self.bell = Bell()

    async def run(self, stop: Stop) -> None:
        """Until told to stop."""
        await keep_on("suppressions", self.step, bell=self.bell, every_s=ASK_AGAIN_S, stop=stop)

    async def step(self) -> None:
        """Tells what is new; and now and then whether the ledger has lost something."""
        while (unsaid := await self._changes.unsaid(AT_ONCE)) and await self._tell(unsaid):
            pass
        now = time.monotonic()
        due = self._compared_at is None or now - self._compared_at > COMPARE_EVERY_S
        if due and await self._compare():
            self._compared_at = now

    async def confirm(self, suppression_id: UUID) -> bool:
        """Whether it is certain that the ledger has an entry, or its end; safe to repeat."""
        unsaid = await self._changes.unsaid_of(suppression_id)
        return not unsaid or await self._tell(unsaid)

    async def _tell(self, entries: Sequence[SuppressionEntry]) -> bool:
        request = KeepSuppressions(entries=tuple(entries))
        try:
            answer = await self._bus.ask(KEEP_SUPPRESSIONS, request, SuppressionsKept, timeout_s=ANSWER_S)
        except (NoAnswer, msgspec.DecodeError) as failure:
            if not self._unanswered:
                extra = {"action": "suppression_not_confirmed", "reason": str(failure)}
                logger.warning("suppressions not confirmed", extra=extra)
            self._unanswered = True
            return False
        self._unanswered = False
        if answer.kept < len(entries):
            self._refused, self._compared_at = self._refused + 1, None
            return False
        self._refused = 0
        await self._changes.effective(entries)
        return True

    async def _compare(self) -> bool:
        """After a restore of either database the ledger is told all once more; False when nobody answers."""
        confirmed = await self._changes.confirmed()
        try:
            known = await self._bus.ask(
                ASK_SUPPRESSIONS, AskSuppressions(), SuppressionsKnown, timeout_s=ANSWER_S
            )
        except (NoAnswer, msgspec.DecodeError):
            return False
        if known.newest > await self._changes.newest() or self._refused > 1:
            logger.warning("the ledger is ahead", extra={"action": "suppressions_renumbered"})
            await self._changes.renumber(known.newest)
        elif known.newest < confirmed.newest or known.suppressed < confirmed.suppressed:
            logger.warning("the ledger is behind", extra={"action": "suppressions_said_again"})
            return await self._tell_all()
        return True

    async def _tell_all(self) -> bool:
        revision = 0
        while page := await self._changes.after(revision, AT_ONCE):
            if not await self._tell(page):
                return False
            revision = page[-1].revision
        return True
