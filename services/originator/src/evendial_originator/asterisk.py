"""The Asterisk that this originator dials through: a link that is kept up, and what can be asked of it."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from enum import Enum
from typing import Any

from evendial_chassis.clock import HOST_CLOCK, Clock
from evendial_contracts.causes import HangupCause

from evendial_originator.ami import Event, Link, LinkLost, Written
from evendial_originator.ami_session import (
    BOOTING,
    Address,
    LoginRefused,
    Patience,
    keep_awake,
    log_in,
    until_booted,
)
from evendial_originator.core.ami_events import UnreadableEvent, fact_of, sighting_of
from evendial_originator.core.facts import Accepted, Fact, LinkDown, LinkUp, Refused, ShuttingDown, Sighted
from evendial_originator.core.originate import CHANNEL_ID, CONTEXT, SERVED_VARIABLE, Originate

logger = logging.getLogger(__name__)


class NotReady(ConnectionError):
    """Nothing was written: there is no link to a booted Asterisk; the message says what is missing."""


class Lost(Enum):
    """An originate was written, then the link was lost or stayed silent: the call may have been placed."""

    LOST = "lost"


Reply = Accepted | Refused | Lost


Hear = Callable[[Fact], None]


class Asterisk:
    """One link at a time to one Asterisk."""

    def __init__(self, address: Address, patience: Patience | None = None, clock: Clock = HOST_CLOCK) -> None:
        self._address = address
        self._clock = clock
        self._patience = patience or Patience()
        self._hearers: tuple[Hear, ...] = ()
        self._closed = asyncio.Event()
        self._link: Link | None = None
        self._up = False
        self._trouble: str | None = "not connected yet"
        self._booted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._boot_id = ""

    def trouble(self) -> str | None:
        """A health part: why no call can be placed now, or None."""
        return self._trouble

    @property
    def boot_id(self) -> str:
        """When Asterisk was started, as it says itself; empty before the first `LinkUp`."""
        return self._boot_id

    async def run(self, *hearers: Hear) -> None:
        """Keeps the link up until `close`: quick to come back, slow to repeat a login that was refused.

        Facts go to the hearers in the order of their arrival; what they raise is logged and goes no further.
        """
        self._hearers = hearers
        patience = self._patience
        retry_s, login_retry_s = patience.retry_s[0], patience.login_retry_s[0]
        while not self._closed.is_set():
            try:
                await self._session()
                retry_s, login_retry_s = patience.retry_s[0], patience.login_retry_s[0]
                wait_s = retry_s
            except LoginRefused as refusal:
                self._troubled(logging.ERROR, "ami_login_refused", refusal, login_retry_s)
                wait_s, login_retry_s = login_retry_s, min(2 * login_retry_s, patience.login_retry_s[1])
            except (OSError, TimeoutError) as error:
                first = retry_s == patience.retry_s[0]
                self._troubled(logging.WARNING if first else logging.DEBUG, "waiting", error, retry_s)
                wait_s, retry_s = retry_s, min(2 * retry_s, patience.retry_s[1])
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closed.wait(), wait_s)

    def close(self) -> None:
        """Ends the link for good."""
        self._closed.set()
        if self._link:
            self._link.close()

    def originate(self, order: Originate) -> Coroutine[Any, Any, Reply]:
        """Writes the originate at once; await the result for Asterisk's reply.

        Raises `NotReady` or `Unsendable`: then nothing was written. It is never written again by anybody.
        """
        link = self._ready()
        if link.clogged:
            raise NotReady("the AMI connection is clogged")
        return self._reply(link, link.tell(_fields(order), order.channel_id))

    async def awake(self) -> None:
        """Returns once Asterisk has answered a ping. Raises `NotReady`, `LinkLost` or `TimeoutError`."""
        await self._ready().ask({"Action": "Ping"}, deadline_s=self._patience.answer_s)

    async def hangup(self, channel_id: str, cause: HangupCause) -> bool:
        """Whether there was such a channel to hang up. Raises `NotReady`, `LinkLost` or `TimeoutError`."""
        fields = {"Action": "Hangup", "Channel": _ours(channel_id), "Cause": str(int(cause))}
        answer = await self._ready().ask(fields, deadline_s=self._patience.answer_s)
        return answer.get("response") == "Success"

    async def served(self, channel_id: str) -> bool | None:
        """Whether an agi service has reported on the channel that it serves it; None without such a channel.

        Raises `NotReady`, `LinkLost` or `TimeoutError`.
        """
        fields = {"Action": "Getvar", "Channel": _ours(channel_id), "Variable": SERVED_VARIABLE}
        answer = await self._ready().ask(fields, deadline_s=self._patience.answer_s)
        return answer.get("value") == "1" if answer.get("response") == "Success" else None

    async def channels(self) -> list[Sighted]:
        """Our channels that exist now. Raises `NotReady`, `LinkLost` or `TimeoutError`."""
        fields = {"Action": "CoreShowChannels"}
        shown = await self._ready().ask_list(fields, deadline_s=self._patience.answer_s)
        return [sighting for each in shown if (sighting := sighting_of(each, self._clock.now()))]

    async def _session(self) -> None:
        self._booted = asyncio.get_running_loop().create_future()
        address, patience = self._address, self._patience
        link = await Link.open(address.host, address.port, self._hear, deadline_s=patience.answer_s)
        waking = asyncio.create_task(keep_awake(link, patience))
        self._link = link
        try:
            await log_in(link, address, patience)
            self._trouble = BOOTING
            self._came_up(await until_booted(link, self._booted, patience))
            await link.lost
        finally:
            waking.cancel()
            link.close()
            self._went_down()

    def _came_up(self, boot_id: str) -> None:
        self._boot_id, self._up, self._trouble = boot_id, True, None
        logger.info("AMI link up", extra={"action": "ami_up", "address": repr(self._address)})
        self._tell(LinkUp(boot_id=boot_id, at=self._clock.now()))

    def _went_down(self) -> None:
        self._trouble = "no AMI link"
        if self._up:
            self._up = False
            logger.warning("AMI link down", extra={"action": "ami_down", "address": repr(self._address)})
            self._tell(LinkDown(at=self._clock.now()))

    async def _reply(self, link: Link, written: Written) -> Reply:
        try:
            answer = await link.answer(written, deadline_s=self._patience.answer_s)
        except (TimeoutError, LinkLost):
            return Lost.LOST
        if answer.get("response") == "Success":
            return Accepted(channel_id=written.id, at=self._clock.now())
        message = answer.get("message", "").strip()
        extra = {"action": "originate_not_allowed", "channel": written.id, "reason": message}
        logger.warning("AMI refused an originate", extra=extra)
        return Refused(channel_id=written.id, at=self._clock.now(), message=message)

    def _ready(self) -> Link:
        if self._trouble or self._link is None or self._link.lost.done():
            raise NotReady(self._trouble or "no AMI link")
        return self._link

    def _hear(self, event: Event) -> None:
        match event["event"]:
            case "FullyBooted":
                if not self._booted.done():
                    self._booted.set_result(None)
            case "Shutdown":
                self._trouble = "Asterisk is shutting down"
                self._tell(ShuttingDown(at=self._clock.now()))
            case _:
                self._hear_of_channel(event)

    def _hear_of_channel(self, event: Event) -> None:
        try:
            fact = fact_of(event, self._clock.now())
        except UnreadableEvent as error:
            logger.warning("AMI event ignored", extra={"action": "event_ignored", "reason": str(error)})
            return
        if fact:
            self._tell(fact)

    def _tell(self, fact: Fact) -> None:
        for hear in self._hearers:
            try:
                hear(fact)
            except Exception:
                extra = {"action": "fact_failed", "fact": type(fact).__name__}
                logger.exception("fact not handled", extra=extra)

    def _troubled(self, level: int, action: str, error: Exception, retry_s: float) -> None:
        self._trouble = f"no AMI link: {str(error) or 'no answer'}"
        extra = {
            "action": action,
            "part": "ami",
            "address": repr(self._address),
            "reason": self._trouble,
            "retry_s": retry_s,
        }
        logger.log(level, "AMI not available", extra=extra)


def _ours(channel_id: str) -> str:
    """Asterisk takes /text/ for a pattern: none but an id of ours may reach it."""
    if not CHANNEL_ID.fullmatch(channel_id):
        raise ValueError("channel_id must be one of ours")
    return channel_id


def _fields(order: Originate) -> dict[str, str]:
    fields = {
        "Action": "Originate",
        "Async": "true",
        "Channel": order.channel,
        "ChannelId": order.channel_id,
        "Context": CONTEXT,
        "Exten": "s",
        "Priority": "1",
        "Timeout": str(order.timeout_ms),
        "Account": order.account,
        "Variable": order.variable,
    }
    return fields | ({"CallerID": order.caller_id} if order.caller_id else {})
