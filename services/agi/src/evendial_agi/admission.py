"""Whether a call is served: its token, its sequence, and that nobody showed the token before."""

import asyncio
from uuid import UUID

import msgspec
from evendial_chassis.clock import HOST_CLOCK
from evendial_chassis.database import TRANSIENT
from evendial_contracts.actions import Action
from evendial_contracts.call_token import BadToken, CallToken, verify

from evendial_agi.core.header import Header
from evendial_agi.core.sequence import Sequence
from evendial_agi.library import Library
from evendial_agi.served import Served

UNKNOWN_VERSION_WAIT_S = 1.0
DEADLINE_S = 2.0
"""For the database and that wait together: the callee hears nothing meanwhile."""


class NotAdmitted(Exception):
    """The call is not served; the message says why."""


class Admitted(msgspec.Struct, frozen=True, kw_only=True):
    """A call let in; `sequence` is None for an unknown version, `owner_id` for an unknown campaign."""

    token: CallToken
    owner_id: UUID | None
    sequence: Sequence | None

    @property
    def actions(self) -> tuple[Action, ...]:
        """What to run: nothing, when the version is unknown."""
        return self.sequence.actions if self.sequence else ()


class Admission:
    """Lets each command's call in once."""

    def __init__(self, key: bytes, library: Library, served: Served) -> None:
        self._key = key
        self._library = library
        self._served = served

    async def admit(self, header: Header) -> Admitted:
        """Raises NotAdmitted."""
        try:
            shown = header.arguments[0] if header.arguments else ""
            token = verify(shown, self._key, HOST_CLOCK.now().timestamp())
        except BadToken as error:
            raise NotAdmitted(str(error)) from error
        try:
            async with asyncio.timeout(DEADLINE_S):
                admitted = await self._look_up(token)
                total = len(admitted.actions)
                new = await self._served.claim(token, owner_id=admitted.owner_id, actions_total=total)
        except TRANSIENT as error:
            raise NotAdmitted("no database") from error
        if not new:
            raise NotAdmitted("already served")
        return admitted

    async def _look_up(self, token: CallToken) -> Admitted:
        sequence = await self._library.find(
            token.campaign_id, token.sequence_version, wait_s=UNKNOWN_VERSION_WAIT_S
        )
        owner_id = sequence.owner_id if sequence else await self._library.owner_of(token.campaign_id)
        return Admitted(token=token, owner_id=owner_id, sequence=sequence)
