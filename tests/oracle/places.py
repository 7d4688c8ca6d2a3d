"""Where numbers are: some places of the world, the zones in which a phone may ring there, their digits."""

Zones = tuple[str, ...]

PLACES: dict[str, Zones] = {
    "1212555": ("America/New_York",),
    "1312555": ("America/Chicago",),
    "1303555": ("America/Denver",),
    "1213555": ("America/Los_Angeles",),
    "1808555": ("Pacific/Honolulu",),
    "1208555": ("America/Boise", "America/Los_Angeles"),
    "1709555": ("America/Halifax", "America/St_Johns"),
    "44207555": ("Europe/London",),
    "493012": ("Europe/Berlin",),
    "2022345": ("Africa/Cairo",),
    "91112345": ("Asia/Kolkata",),
    "9771412": ("Asia/Kathmandu",),
    "81901234": ("Asia/Tokyo",),
    "6129345": ("Australia/Sydney",),
    "6188123": ("Australia/Adelaide", "Australia/Perth"),
    "870312345": (),
}
"""By the first digits; four follow. Idaho, Newfoundland and South Australia share theirs with a neighbour;
nobody knows where a satellite phone is."""

TAIL = 4


def digits(place: str, number_id: int) -> str:
    """A number there."""
    return f"{place}{number_id % 10**TAIL:04d}"


def zones_of(e164: str) -> Zones:
    """All zones that it may be in; none: nobody knows."""
    return PLACES[e164[:-TAIL]]
