"""How the services are, as the API says it."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from evendial_campaigns.core.service_health import ServiceHealth


class SystemHealth(msgspec.Struct, frozen=True, kw_only=True):
    """All services at that moment, by what their processes have said since `since`, every 2 s.

    For some seconds after it a service may seem to be `away` that was not heard yet.
    """

    at: datetime
    since: datetime
    services: Sequence[ServiceHealth]
