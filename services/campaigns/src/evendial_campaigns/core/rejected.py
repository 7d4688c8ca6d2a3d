"""A no, with its reason."""

from collections.abc import Sequence


class Rejected(Exception):
    """A command that is refused.

    `slug` is stable and for programs, `detail` says in words what would be right. `field` names the input at
    fault; `missing` lists everything that is not there yet; `version` is the one that things are at.
    """

    def __init__(
        self,
        slug: str,
        detail: str,
        *,
        field: str | None = None,
        missing: tuple[str, ...] = (),
        version: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.slug = slug
        self.detail = detail
        self.field = field
        self.missing = missing
        self.version = version


def invalid(field: str, reason: str) -> Rejected:
    """One input that cannot be taken; `reason` reads on after its name."""
    return Rejected("invalid_field", reason, field=field)


def enumerated(words: Sequence[str]) -> str:
    """Of at least one: "a", "a and b", "a, b and c"."""
    *before, last = words
    return f"{', '.join(before)} and {last}" if before else last
