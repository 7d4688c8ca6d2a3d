"""What an owner may have and do at once, as an admin has limited it."""

from evendial_campaigns.core.commands import Facts
from evendial_campaigns.core.rejected import Rejected


def check_campaigns(facts: Facts) -> None:
    """Raises `Rejected` unless the owner may have one campaign more."""
    most = facts.limits.max_campaigns if facts.limits else None
    if most is not None and facts.campaigns >= most:
        raise Rejected(
            "limit_reached",
            f"The limit is {most} campaigns, and there are {facts.campaigns}; archive or delete one first.",
        )


def check_rate(facts: Facts, calls_per_minute: int) -> None:
    """Raises `Rejected` unless a campaign of this rate may dial beside the owner's others."""
    most = facts.limits.calls_per_minute if facts.limits else None
    if most is not None and facts.calls_per_minute + calls_per_minute > most:
        raise Rejected(
            "limit_reached",
            f"The limit is {most} calls per minute; the other active campaigns take {facts.calls_per_minute}"
            f" and this one would take {calls_per_minute}.",
        )
