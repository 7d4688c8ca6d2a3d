"""Versions as entity tags, and the conditions that are put on them (RFC 9110, 8.8.3 and 13.1)."""

import re

from evendial_campaigns.core.rejected import invalid
from evendial_campaigns.core.versions import Expected

_TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
_tags = re.compile(rf"[ \t]*{_TAG}(?:[ \t]*,[ \t]*{_TAG})*[ \t]*").fullmatch
_our_tag = re.compile(r'(W/)?"(0|[1-9][0-9]{0,17})"').finditer


def etag(version: int) -> str:
    """The tag of a version."""
    return f'"{version}"'


def expected_by(if_match: str | None) -> Expected:
    """The versions that an `If-Match` allows; a weak tag matches none. Raises `Rejected`."""
    if if_match is None or if_match.strip() == "*":
        return None
    return frozenset(version for version, weak in _versions("If-Match", if_match) if not weak)


def is_known(version: int, if_none_match: str | None) -> bool:
    """Whether who asks has this version already. Raises `Rejected`."""
    if if_none_match is None:
        return False
    if if_none_match.strip() == "*":
        return True
    return version in {version for version, _ in _versions("If-None-Match", if_none_match)}


def _versions(header: str, tags: str) -> list[tuple[int, bool]]:
    if not _tags(tags):
        raise invalid(header, 'must be * or entity tags, such as "3"')
    return [(int(tag[2]), tag[1] is not None) for tag in _our_tag(tags)]
