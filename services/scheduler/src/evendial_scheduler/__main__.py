"""`python -m evendial_scheduler`, or `evendial-scheduler`."""

from evendial_chassis.run import run

from evendial_scheduler.app import serve
from evendial_scheduler.settings import SERVICE


def main() -> None:
    """Runs the service until it is told to stop."""
    run(SERVICE, serve)


if __name__ == "__main__":
    main()
