"""`python -m evendial_agi`, or `evendial-agi`."""

from evendial_chassis.run import run

from evendial_agi.app import serve
from evendial_agi.served import SERVICE


def main() -> None:
    """Runs the service until it is told to stop."""
    run(SERVICE, serve)


if __name__ == "__main__":
    main()
