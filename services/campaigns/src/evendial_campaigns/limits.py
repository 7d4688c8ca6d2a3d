"""How much each owner may call."""

from uuid import UUID

import msgspec
from evendial_chassis.outbox import Connection
from evendial_contracts.resources import LimitsDefined

from evendial_campaigns import access_log
from evendial_campaigns.access_log import Deed, Doer
from evendial_campaigns.core.versions import Expected, check_version
from evendial_campaigns.definition_store import Definitions
from evendial_campaigns.event_store import Conflict
from evendial_campaigns.schemas.limits import LimitsView

TRIES = 10


class Limits:
    """The newest limits of each owner; without any, the defaults of `LimitsDefined`."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions

    async def of(self, owner_id: UUID) -> LimitsDefined:
        """What holds for an owner; `revision` is 0 while nothing was defined."""
        defined = await self._definitions.find(LimitsDefined, owner_id)
        return defined or LimitsDefined(owner_id=owner_id, revision=0)

    async def define(self, wanted: LimitsDefined, expected: Expected, by: Doer) -> LimitsDefined:
        """Announces them under the next revision; what holds already is not announced again.

        Raises `Rejected` when the revision that holds is not an expected one.
        """
        for _ in range(TRIES - 1):
            try:
                return await self._once(wanted, expected, by)
            except Conflict:
                continue
        return await self._once(wanted, expected, by)

    async def _once(self, wanted: LimitsDefined, expected: Expected, by: Doer) -> LimitsDefined:
        holding = await self.of(wanted.owner_id)
        check_version(holding.revision, expected)
        if msgspec.structs.replace(wanted, revision=holding.revision) == holding and holding.revision:
            return holding
        following = msgspec.structs.replace(wanted, revision=holding.revision + 1)

        async def also(connection: Connection) -> None:
            await access_log.record(connection, by, Deed.LIMITS_DEFINED, wanted.owner_id)

        await self._definitions.define(following, also)
        return following


def limits_view(limits: LimitsDefined) -> LimitsView:
    """As the API shows them."""
    return msgspec.convert(limits, LimitsView, from_attributes=True)
