"""What may be changed about who signs in."""

from uuid import UUID

import msgspec

from evendial_campaigns.core.rejected import Rejected, invalid
from evendial_campaigns.core.roles import Role
from evendial_campaigns.core.rules import check_name


class UserChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be different; None stays. `password` is its hash."""

    name: str | None = None
    role: Role | None = None
    disabled: bool | None = None
    password: str | None = None


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A user as far as this matters."""

    user_id: UUID
    role: Role
    disabled: bool

    @property
    def manages(self) -> bool:
        """Whether they can act as an admin."""
        return self.role is Role.ADMIN and not self.disabled


def check_user_name(name: str) -> None:
    """Raises `Rejected` unless it can be told from others: nothing unseen in it, no blank around it."""
    check_name(name)
    if not name.isprintable() or name != name.strip():
        raise invalid("name", "must hold nothing that cannot be seen, and not begin or end with a blank")


def check_change(target: Standing, change: UserChange, by: UUID, other_admins: int) -> None:
    """Raises `Rejected` if nobody could manage the system any more, or somebody would lock themselves out.

    `other_admins` are those who can act as an admin, without the target.
    """
    if change.name is not None:
        check_user_name(change.name)
    if not target.manages or after(target, change).manages:
        return
    if target.user_id == by:
        raise Rejected("own_admin_role", "Another admin must do this: you would not be an admin any more.")
    if other_admins == 0:
        raise Rejected("last_admin", "There must be an admin: make another one first.")


def after(target: Standing, change: UserChange) -> Standing:
    """The user once it is changed."""
    return Standing(
        user_id=target.user_id,
        role=target.role if change.role is None else change.role,
        disabled=target.disabled if change.disabled is None else change.disabled,
    )
