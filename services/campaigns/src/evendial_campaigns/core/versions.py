"""Two who edit one thing at once: the second one learns that it has changed meanwhile (RFC 9110, 13.1.1)."""

from evendial_campaigns.core.rejected import Rejected

Expected = frozenset[int] | None
"""The versions at which an edit may be made; None: at any."""


def check_version(version: int, expected: Expected) -> None:
    """Raises `Rejected`, with the version that it is at, unless that is an expected one."""
    if expected is not None and version not in expected:
        raise Rejected(
            "version_mismatch",
            f"Somebody else has changed it meanwhile: it is at version {version}. Read it and decide again.",
            version=version,
        )
