"""What the operator decides."""

import socket
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

import msgspec
from evendial_chassis.settings import BadSettings
from evendial_contracts.call_token import MIN_KEY_BYTES
from msgspec import Meta

Port = Annotated[int, Meta(ge=0, le=65535)]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Environment variables `EVENDIAL_AGI_<NAME>` or `EVENDIAL_<NAME>`; README.md explains each."""

    nats_url: str
    database_url: str
    call_token_key: Annotated[str, Meta(min_length=MIN_KEY_BYTES)]
    prompt_folder: Annotated[str, Meta(pattern=r"^/[A-Za-z0-9._/-]+\Z")]
    prompt_prefix: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._/-]*\Z")] = ""
    listen_host: str = "127.0.0.1"
    listen_port: Port = 4573
    listen_everywhere: bool = False
    health_host: str = "127.0.0.1"
    health_port: Port = 8084
    max_calls: Annotated[int, Meta(ge=1, le=5000)] = 1000
    drain_s: Annotated[float, Meta(ge=0, le=3600)] = 20.0
    asterisk: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:-]{0,64}\Z")] = ""
    instance: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]{1,64}\Z")] = socket.gethostname()

    @property
    def sound_prefix(self) -> str:
        """The prompt folder as Asterisk sees it."""
        return (self.prompt_prefix or self.prompt_folder).rstrip("/")

    @property
    def folder(self) -> Path:
        """Where prompts are written."""
        return Path(self.prompt_folder)


def check(settings: Settings) -> None:
    """FastAGI has no authentication, so it never listens where the world can reach it. Raises BadSettings."""
    try:
        address = ip_address(settings.listen_host)
    except ValueError as error:
        raise BadSettings("EVENDIAL_AGI_LISTEN_HOST is not an IP address") from error
    if address.is_unspecified and not settings.listen_everywhere:
        raise BadSettings(
            "EVENDIAL_AGI_LISTEN_HOST is every address: set EVENDIAL_AGI_LISTEN_EVERYWHERE=true "
            "if only Asterisk can reach this host's network, else name one address"
        )
    if not (address.is_loopback or address.is_private or address.is_link_local):
        raise BadSettings("EVENDIAL_AGI_LISTEN_HOST is a public address: use a loopback or private one")
