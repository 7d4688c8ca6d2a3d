"""Who is asked about a call that is gone: the agi service's events, then Asterisk's own record of it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from evendial_originator.agi_witness import AgiWitness
from evendial_originator.cdr_file import CdrFile
from evendial_originator.core.facts import Recorded

HEAR_OUT_S = 5.0
"""So long events of the agi service may take to be read, after a long outage for example."""


class Witnesses:
    """Both are optional: without them what cannot be known is `unknown`."""

    def __init__(self, agi: AgiWitness, cdr: CdrFile | None) -> None:
        self._agi = agi
        self._cdr = cdr

    async def heard_out(self) -> None:
        """Waits a moment for what the agi service has said to be in the ledger."""
        await self._agi.heard_out(HEAR_OUT_S)

    async def records(self, slots: Mapping[str, datetime]) -> Iterable[Recorded]:
        """What Asterisk wrote down about those channels; each with the slot of its call."""
        if self._cdr is None or not slots:
            return ()
        return (await self._cdr.find(slots.keys(), min(slots.values()))).values()
