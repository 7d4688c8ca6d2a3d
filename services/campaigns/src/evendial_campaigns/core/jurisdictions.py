"""The laws on calling hours that campaigns may choose from, and what such a law must be."""

from collections.abc import Mapping
from itertools import pairwise

import msgspec
from evendial_contracts.windows import Jurisdiction

from evendial_campaigns.core.rejected import invalid


class Jurisdictions(msgspec.Struct, frozen=True):
    """All of them, by id."""

    by_id: Mapping[str, Jurisdiction]

    def named(self, id: str) -> Jurisdiction:
        """Raises `Rejected` when there is none of that id."""
        if id not in self.by_id:
            raise invalid("jurisdiction", f"must be one of {', '.join(sorted(self.by_id))}")
        return self.by_id[id]


def check(jurisdiction: Jurisdiction) -> None:
    """Raises `Rejected` for versions that cannot follow each other: on each day one of them holds at most."""
    names = [each.version for each in jurisdiction.versions]
    for number, each in enumerate(jurisdiction.versions):
        if names.count(each.version) > 1:
            raise invalid(f"versions[{number}].version", "must be another one for each version")
        if each.effective_until and each.effective_until < each.effective_from:
            raise invalid(f"versions[{number}].effective_until", "must not be before effective_from")
    for number, (before, after) in enumerate(pairwise(jurisdiction.versions), start=1):
        if before.effective_until is None or before.effective_until >= after.effective_from:
            raise invalid(
                f"versions[{number}].effective_from",
                "must be after the day until which the version before it is effective",
            )
