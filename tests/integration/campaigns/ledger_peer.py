"""The originators' side of a stop and of suppressions: as slow, forgetful or far away as a test needs it."""

from uuid import UUID

from evendial_chassis.bus import Bus
from evendial_contracts.requests import (
    AskSuppressions,
    KeepSuppressions,
    SuppressionsKept,
    SuppressionsKnown,
)
from evendial_contracts.subjects import ASK_SUPPRESSIONS, KEEP_SUPPRESSIONS
from evendial_contracts.suppressions import SuppressionEntry


class LedgerPeer:
    """Keeps the newest of what it is told of each person on each list."""

    def __init__(self) -> None:
        self.entries: dict[tuple[str, UUID | None], SuppressionEntry] = {}
        self.asked = 0
        self.silent = False

    async def listen(self, bus: Bus) -> None:
        """From now on, as one of all originators."""
        await bus.listen(KEEP_SUPPRESSIONS, KeepSuppressions, self._keep, queue="originators")
        await bus.listen(ASK_SUPPRESSIONS, AskSuppressions, self._known, queue="originators")

    def suppressed(self) -> set[UUID]:
        """The entries that forbid a call."""
        return {each.suppression_id for each in self.entries.values() if each.suppressed}

    async def _keep(self, request: KeepSuppressions) -> SuppressionsKept | None:
        self.asked += 1
        if self.silent:
            return None
        for entry in request.entries:
            known = self.entries.get((entry.person, entry.list_id))
            if known is None or known.revision < entry.revision:
                self.entries[entry.person, entry.list_id] = entry
        standing = [each for each in request.entries if self.entries[each.person, each.list_id] == each]
        return SuppressionsKept(kept=len(standing))

    async def _known(self, request: AskSuppressions) -> SuppressionsKnown | None:
        newest = max((each.revision for each in self.entries.values()), default=0)
        known = SuppressionsKnown(suppressed=len(self.suppressed()), newest=newest)
        return None if self.silent else known
