"""What the operator decides."""

from typing import Annotated

import msgspec
from msgspec import Meta

Port = Annotated[int, Meta(ge=0, le=65535)]
Key = Annotated[str, Meta(min_length=32, max_length=512)]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Environment variables `EVENDIAL_CAMPAIGNS_<NAME>` or `EVENDIAL_<NAME>`; README.md explains each."""

    database_url: str
    nats_url: str
    person_key: Key
    health_host: str = "127.0.0.1"
    health_port: Port = 8081
    host: str = "127.0.0.1"
    http_port: Port = 8080
    admin_api_key: Key | None = None
    user_api_key: Key | None = None
    public_url: Annotated[str, Meta(pattern=r"^https?://[^/\s?#]+/?\Z")] | None = None
    trusted_proxies: Annotated[int, Meta(ge=0, le=10)] = 0
    jurisdiction_folder: str | None = None
    console_folder: str | None = None
    import_max_bytes: Annotated[int, Meta(ge=1_000)] = 256 << 20
