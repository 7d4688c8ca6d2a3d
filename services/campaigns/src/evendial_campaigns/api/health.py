"""How the services are, for those who run them."""

from litestar import get
from litestar.di import NamedDependency

from evendial_campaigns.auth import admin_only
from evendial_campaigns.schemas.health import SystemHealth
from evendial_campaigns.service_watch import ServiceWatch


@get("/health", tags=["operations"], operation_id="GetHealth", guards=[admin_only], sync_to_thread=False)
def get_health(service_watch: NamedDependency[ServiceWatch]) -> SystemHealth:
    """Every service with its processes: when each was last heard, its version, and what it waits for."""
    at, services = service_watch.now()
    return SystemHealth(at=at, since=service_watch.since, services=services)
