"""`python -m evendial_originator`, or `evendial-originator`."""

import asyncio

from evendial_chassis.run import run

from evendial_originator.app import serve
from evendial_originator.ledger import SERVICE


def main() -> None:
    """Runs the service until it is told to stop.

    On asyncio's own loop, which writes at once: what was judged to be in time must not wait in this process.
    """
    run(SERVICE, serve, loop=asyncio.new_event_loop)


if __name__ == "__main__":
    main()
