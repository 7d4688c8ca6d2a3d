"""Says each claim outside of the ledger's database, before it is sent."""

from datetime import datetime
from uuid import UUID, uuid5

import msgspec
from evendial_chassis.bus import Bus, NotPublished
from evendial_contracts.claims import AttemptClaimed

from evendial_originator import metrics
from evendial_originator.core.attempt import Attempt


class Witness:
    """What is not acknowledged here may not be sent: a ledger that forgets it could not learn it again."""

    def __init__(self, bus: Bus, *, ledger: str, asterisk: str) -> None:
        self._bus = bus
        self._ledger = ledger
        self._asterisk = asterisk

    async def hears(
        self,
        attempt: Attempt,
        *,
        person: bytes,
        boot_id: str,
        counted_until: datetime | None,
        within_s: float,
    ) -> bool:
        """Whether the bus has the claim for sure; False also when that is not known in time."""
        claimed = AttemptClaimed(
            **msgspec.structs.asdict(attempt),
            ledger=self._ledger,
            person=person,
            asterisk=self._asterisk,
            boot_id=boot_id,
            forgotten_at=attempt.forgotten_at,
            counted_until=counted_until,
        )
        with metrics.witnessed.time():
            try:
                await self._bus.publish(claimed, id=claim_id(claimed), deadline_s=0, ack_s=within_s)
            except NotPublished:
                return False
        return True


def claim_id(claimed: AttemptClaimed) -> UUID:
    """One for each command."""
    return uuid5(claimed.command_id, "claimed")
