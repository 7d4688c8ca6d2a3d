"""The life of a service process: logs, signals, drain, exit status."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import uvloop

from evendial_chassis import logs
from evendial_chassis.settings import BadSettings

logger = logging.getLogger(__name__)

EXIT_BAD_SETTINGS = 2
LARGER_THAN_A_READ = 1 << 20


class Stop:
    """Asked for by the first signal; whoever loops looks at it."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    @property
    def requested(self) -> bool:
        """Whether the process is to end."""
        return self._event.is_set()

    def request(self) -> None:
        """Asks everything to finish its work and return."""
        self._event.set()

    async def wait(self) -> None:
        """Returns once the process is to end."""
        await self._event.wait()

    async def pause(self, seconds: float) -> bool:
        """Waits so long at most; true once the process is to end."""
        try:
            await asyncio.wait_for(self._event.wait(), seconds)
        except TimeoutError:
            return False
        return True


Serve = Callable[[Stop], Coroutine[Any, Any, None]]


def run(
    service: str, serve: Serve, loop: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
) -> None:
    """Runs `serve` until it returns; ends the process with 0, 1 (a failure) or 2 (bad settings).

    The first SIGTERM or SIGINT asks it to drain, the second kills the process. `loop` makes the event loop:
    uvloop's costs less than asyncio's, and writes at the end of its turn.
    """
    logs.configure(service, os.environ.get("EVENDIAL_LOG_LEVEL", "INFO"))
    _keep_read_buffers()
    try:
        with asyncio.Runner(loop_factory=loop) as runner:
            runner.run(_run(serve))
    except BadSettings as problem:
        print(f"evendial-{service} cannot start:\n{problem}", file=sys.stderr)
        sys.exit(EXIT_BAD_SETTINGS)
    except Exception:
        logger.exception("service failed", extra={"action": "service_failed"})
        sys.exit(1)


def _keep_read_buffers() -> None:
    """Lets glibc reuse what asyncio reads into: 256 kB at a time, of which it keeps some hundred bytes.

    Blocks of that size are mapped and unmapped for each read, until a larger one was freed (mallopt(3), "The
    dynamic mmap threshold").
    """
    bytes(LARGER_THAN_A_READ)


async def _run(serve: Serve) -> None:
    stop = Stop()
    loop = asyncio.get_running_loop()

    def drain(sign: signal.Signals) -> None:
        logger.info("draining", extra={"action": "draining", "signal": sign.name})
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(each)
            signal.signal(each, signal.SIG_DFL)
        stop.request()

    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, drain, sign)
    await serve(stop)
    logger.info("stopped", extra={"action": "stopped"})


async def together(stop: Stop, *loops: Coroutine[Any, Any, None]) -> None:
    """Runs the loops of a service side by side until they return; if one fails, all end and it is raised."""
    try:
        async with asyncio.TaskGroup() as group:
            for loop in loops:
                group.create_task(loop)
    except* Exception as failures:
        stop.request()
        raise failures.exceptions[0] from None


async def patiently(what: str, attempt: Callable[[], Awaitable[None]], stop: Stop) -> bool:
    """Repeats `attempt` until it works, with one log line while it does not; false when told to stop."""
    waited = False
    while not stop.requested:
        try:
            await attempt()
        except (OSError, TimeoutError, ConnectionError) as error:
            if not waited:
                logger.warning(
                    "waiting", extra={"action": "waiting", "part": what, "reason": str(error) or repr(error)}
                )
            waited = True
            await stop.pause(0.5)
            continue
        if waited:
            logger.info("found", extra={"action": "found", "part": what})
        return True
    return False
