"""`python -m evendial_campaigns`, or `evendial-campaigns`."""

from evendial_chassis.run import run

from evendial_campaigns.app import serve
from evendial_campaigns.event_store import SERVICE


def main() -> None:
    """Runs the service until it is told to stop."""
    run(SERVICE, serve)


if __name__ == "__main__":
    main()
