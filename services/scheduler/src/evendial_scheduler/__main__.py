"""`python -m evendial_scheduler`, or `evendial-scheduler`: the service, or a rebuild beside it."""

import argparse

from evendial_chassis.run import run

from evendial_scheduler import app, rebuild
from evendial_scheduler.settings import SERVICE


def main() -> None:
    """Runs the service until it is told to stop, or one rebuild beside it."""
    parser = argparse.ArgumentParser(prog="evendial-scheduler", description="Evendial's scheduler.")
    parser.add_argument(
        "act",
        nargs="?",
        choices=("serve", "rebuild"),
        default="serve",
        help="serve (default), or fill the schedule anew from the campaigns service's record",
    )
    run(SERVICE, rebuild.serve if parser.parse_args().act == "rebuild" else app.serve)


if __name__ == "__main__":
    main()
