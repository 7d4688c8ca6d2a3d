"""Roles of people, and scopes of their keys."""

from collections.abc import Iterable
from enum import StrEnum

from evendial_campaigns.core.rejected import enumerated, invalid


class Role(StrEnum):
    """An admin sees and manages everyone's, a user their own."""

    ADMIN = "admin"
    USER = "user"


class Scope(StrEnum):
    """What a key may do: `read` looks only, `write` changes too, `admin` lets it do so as an admin."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_OF_ROLE = {
    Role.ADMIN: frozenset(Scope),
    Role.USER: frozenset({Scope.READ, Scope.WRITE}),
}


def scopes_of(role: Role) -> frozenset[Scope]:
    """All that somebody of a role may do."""
    return _OF_ROLE[role]


def granted(role: Role, scopes: Iterable[str]) -> frozenset[Scope]:
    """What a key with these scopes may do: never more than its owner."""
    return scopes_of(role) & {Scope(each) for each in scopes}


def acting_role(scopes: frozenset[Scope]) -> Role:
    """As whom a request acts: an admin's key without that scope is a user's."""
    return Role.ADMIN if Scope.ADMIN in scopes else Role.USER


def in_order(scopes: Iterable[Scope]) -> tuple[Scope, ...]:
    """From the least to the most."""
    return tuple(each for each in Scope if each in set(scopes))


def may(method: str, scopes: frozenset[Scope]) -> bool:
    """Whether scopes allow an HTTP method."""
    return method in SAFE_METHODS or Scope.WRITE in scopes


def check_scopes(wanted: frozenset[Scope], owner: Role, asking: frozenset[Scope]) -> None:
    """Raises `Rejected` unless the owner, and who asks for the key, may all that themselves."""
    if not wanted & {Scope.READ, Scope.WRITE}:
        raise invalid("scopes", "must hold read or write")
    allowed = scopes_of(owner) & asking
    if not wanted <= allowed:
        raise invalid("scopes", f"must not be more than {enumerated(in_order(allowed))} here")
