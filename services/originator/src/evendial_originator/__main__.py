"""`python -m evendial_originator`, or `evendial-originator`."""

from evendial_chassis.run import run

from evendial_originator.app import serve
from evendial_originator.ledger import SERVICE


def main() -> None:
    """Runs the service until it is told to stop."""
    run(SERVICE, serve)


if __name__ == "__main__":
    main()
