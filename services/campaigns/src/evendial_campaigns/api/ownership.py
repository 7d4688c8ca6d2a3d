"""Whose things a request is about: one's own, or, for an admin, those of any user."""

from typing import Annotated
from uuid import UUID

from litestar.di import NamedDependency
from litestar.params import QueryParameter

from evendial_campaigns.core.rejected import invalid
from evendial_campaigns.people import People, Person

Owner = Annotated[UUID | None, QueryParameter(description="For admins: only those of this user.")]


def provide_whose(person: NamedDependency[Person], owner_id: Owner = None) -> UUID | None:
    """The one owner whose things are listed; None: everybody's. Raises `Rejected`."""
    if owner_id is None:
        return person.sees
    if not person.is_admin and owner_id != person.user_id:
        raise invalid("owner_id", "must be yours: only an admin sees what is others'")
    return owner_id


async def check_owner(owner_id: UUID | None, person: Person, people: People) -> None:
    """Raises `Rejected` unless who asks may make something for that user, and there is one."""
    if owner_id is None or owner_id == person.user_id:
        return
    if not person.is_admin:
        raise invalid("owner_id", "must be yours: only an admin makes campaigns and prompts for others")
    if not await people.exists(owner_id):
        raise invalid("owner_id", "must be a user")
