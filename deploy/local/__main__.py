"""`python -m deploy.local run`; see the Makefile."""

import asyncio
import os
import signal
import sys

from rich.console import Console

from deploy.local.asterisk_build import AsteriskBuild
from deploy.local.asterisk_fetch import AsteriskUnavailable
from deploy.local.postgres_binaries import PostgresUnavailable
from deploy.local.processes import ProcessFailed
from deploy.local.run import UnknownPbx, choose_asterisk, run
from deploy.local.user import ApiRefused
from deploy.pbx.instance import Simulation

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_NO_ASTERISK = 3
EXIT_INTERRUPTED = 130

USAGE = "usage: python -m deploy.local run    (ONCE=1: end after the sample; PBX=simulated: no telephony)"


def main() -> int:
    """Exit status: 0, 1 something failed or an outcome is wrong, 2 usage, 3 no Asterisk, 130 interrupted."""
    if sys.argv[1:] != ["run"]:
        print(USAGE, file=sys.stderr)
        return EXIT_USAGE
    once = os.environ.get("ONCE", "") not in ("", "0")
    console = Console()
    try:
        return asyncio.run(_until_told(console, once, choose_asterisk(console)))
    except AsteriskUnavailable as reason:
        print(f"{str(reason).removesuffix('.')}; make run PBX=simulated needs none.", file=sys.stderr)
        return EXIT_NO_ASTERISK
    except UnknownPbx as reason:
        print(reason, file=sys.stderr)
        return EXIT_USAGE
    except (ProcessFailed, PostgresUnavailable, ApiRefused) as failure:
        print(failure, file=sys.stderr)
        return EXIT_FAILED
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


async def _until_told(console: Console, once: bool, build: AsteriskBuild | Simulation | None) -> int:
    """Run; the first SIGINT or SIGTERM ends everything in order."""
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    work = asyncio.ensure_future(run(console, build, once=once))

    def end() -> None:
        told.set()
        work.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, end)
    try:
        return await work
    except (Exception, asyncio.CancelledError):
        if not told.is_set():
            raise
        return EXIT_INTERRUPTED if once else 0


if __name__ == "__main__":
    sys.exit(main())
