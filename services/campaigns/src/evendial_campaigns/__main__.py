"""`python -m evendial_campaigns`, or `evendial-campaigns`: the service, or a rebuild beside it."""

import argparse
import os

from evendial_chassis.run import run

from evendial_campaigns import app, rebuild
from evendial_campaigns.event_store import SERVICE

GIVES_WAY = 5
"""A large list must not hold up the slots of an originator on the same machine (nice(2))."""


def main() -> None:
    """Runs the service until it is told to stop, or one rebuild beside it."""
    parser = argparse.ArgumentParser(prog="evendial-campaigns", description="Evendial's campaigns service.")
    parser.add_argument(
        "act",
        nargs="?",
        choices=("serve", "rebuild"),
        default="serve",
        help="serve (default), or make the read models anew from the record while the service runs",
    )
    os.nice(GIVES_WAY)
    run(SERVICE, rebuild.serve if parser.parse_args().act == "rebuild" else app.serve)


if __name__ == "__main__":
    main()
