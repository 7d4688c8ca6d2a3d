"""The steps of one AMI session: log in, wait for the boot, stay awake."""

import asyncio
import logging

import msgspec

from evendial_originator.ami import Link, LinkLost

logger = logging.getLogger(__name__)

BOOTING = "waiting for FullyBooted: Asterisk still boots, or the AMI user lacks read=system"


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where AMI listens and as whom to log in."""

    host: str
    port: int
    username: str
    secret: str

    def __repr__(self) -> str:
        return f"{self.username}@{self.host}:{self.port}"


class Patience(msgspec.Struct, frozen=True, kw_only=True):
    """How long to wait for what, in seconds. A link that answers no ping is noticed after both ping times."""

    answer_s: float = 5.0
    ping_every_s: float = 2.0
    ping_answer_s: float = 2.0
    boot_s: float = 10.0
    retry_s: tuple[float, float] = (0.25, 2.0)
    login_retry_s: tuple[float, float] = (1.0, 60.0)


class LoginRefused(Exception):
    """Asterisk does not take our user or secret."""


async def log_in(link: Link, user: Address, patience: Patience) -> None:
    """Raises `LoginRefused` with Asterisk's own words."""
    fields = {"Action": "Login", "Username": user.username, "Secret": user.secret, "Events": "on"}
    answer = await link.ask(fields, deadline_s=patience.answer_s)
    if answer.get("response") != "Success":
        raise LoginRefused(answer.get("message", "no reason given"))


async def until_booted(link: Link, booted: asyncio.Future[None], patience: Patience) -> str:
    """When this Asterisk was started, in its own words, once it can dial. Raises `LinkLost`, `TimeoutError`.

    AMI takes logins before that, and then refuses originates or lets them wait.
    """
    either = {booted, link.lost}
    await asyncio.wait(either, timeout=patience.boot_s, return_when=asyncio.FIRST_COMPLETED)
    if not any(each.done() for each in either):
        logger.warning("waiting", extra={"action": "waiting", "part": "ami", "reason": BOOTING})
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    status = await link.ask({"Action": "CoreStatus"}, deadline_s=patience.answer_s)
    return f"{status.get('corestartupdate')} {status.get('corestartuptime')}"


async def keep_awake(link: Link, patience: Patience) -> None:
    """Ends a half-open link: one that takes everything and answers nothing."""
    while True:
        await asyncio.sleep(patience.ping_every_s)
        try:
            await link.ask({"Action": "Ping"}, deadline_s=patience.ping_answer_s)
        except (TimeoutError, LinkLost):
            link.close()
            return
