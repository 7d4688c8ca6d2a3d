"""What the operator decides."""

from typing import Annotated

import msgspec
from msgspec import Meta

SERVICE = "scheduler"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Environment variables `EVENDIAL_SCHEDULER_<NAME>` or `EVENDIAL_<NAME>`; README.md explains each."""

    nats_url: str
    database_url: str
    health_host: str = "127.0.0.1"
    health_port: Annotated[int, Meta(ge=0, le=65535)] = 8082
    interval_s: Annotated[float, Meta(ge=0.1, le=60)] = 1.0
    max_calls_per_second: Annotated[float, Meta(gt=0, le=10_000)] | None = None
    max_concurrent_calls: Annotated[int, Meta(ge=1)] | None = None
