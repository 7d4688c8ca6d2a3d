"""What the operator decides."""

import socket
from pathlib import Path
from typing import Annotated

import msgspec
from evendial_chassis.settings import BadSettings
from evendial_contracts.call_token import MIN_KEY_BYTES
from evendial_contracts.claims import LedgerName
from evendial_contracts.dialing import PoolName
from msgspec import Meta

Port = Annotated[int, Meta(ge=0, le=65535)]
Secret = Annotated[str, Meta(min_length=MIN_KEY_BYTES)]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Environment variables `EVENDIAL_ORIGINATOR_<NAME>` or `EVENDIAL_<NAME>`; README.md explains each."""

    nats_url: str
    database_url: str
    ami_host: str = "127.0.0.1"
    ami_port: Port = 5038
    ami_user: str
    ami_secret: str
    call_token_key: Secret
    person_key: Secret
    cdr_file: Annotated[str, Meta(pattern=r"^(/[^\x00]+)?\Z")] = ""
    asterisk: Annotated[str, Meta(pattern="^[A-Za-z0-9._:-]{0,64}$")] = ""
    ledger: LedgerName = "ledger"
    pools: str = "default"
    max_starts: Annotated[int, Meta(ge=1, le=1000)] = 60
    health_host: str = "127.0.0.1"
    health_port: Port = 8083
    instance: Annotated[str, Meta(pattern="^[A-Za-z0-9._-]{1,64}$")] = socket.gethostname()

    @property
    def asterisk_name(self) -> str:
        """What the ledger calls the Asterisk behind this originator."""
        return self.asterisk or f"{self.ami_host}:{self.ami_port}"

    @property
    def cdr_path(self) -> Path | None:
        """Where Asterisk writes its own record of calls, if the operator says so."""
        return Path(self.cdr_file) if self.cdr_file else None

    @property
    def pool_names(self) -> tuple[str, ...]:
        """The pools whose commands this originator takes."""
        return tuple(name.strip() for name in self.pools.split(","))


def check(settings: Settings) -> None:
    """Raises `BadSettings` for what only shows in the whole."""
    try:
        msgspec.convert(settings.pool_names, tuple[PoolName, ...])
    except msgspec.ValidationError as error:
        raise BadSettings(f"EVENDIAL_ORIGINATOR_POOLS must be pool names with commas: {error}") from error
