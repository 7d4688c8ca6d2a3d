"""API keys: one's own, and for an admin everybody's."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.status_codes import HTTP_200_OK

from evendial_campaigns.api.idempotency import SECRET
from evendial_campaigns.auth import Access
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.key_issue import KeyIssue
from evendial_campaigns.key_store import Keys, KeyView
from evendial_campaigns.page import Page, Window
from evendial_campaigns.people import Person
from evendial_campaigns.schemas.keys import KeyCreate, NewKey, Revoked

NOBODY = UUID(int=0)

OwnerId = Annotated[UUID | None, QueryParameter(name="user_id", description="Only that user's; for admins.")]


class ApiKeys(Controller):
    """What scripts sign in with."""

    path = "/api-keys"
    tags = ("api-keys",)

    @post(operation_id="CreateApiKey", opt={SECRET: True, "problems": ("already_done",)})
    async def create(
        self,
        data: JSONBody[KeyCreate],
        new_id: NamedDependency[UUID],
        access: NamedDependency[Access],
        key_issue: NamedDependency[KeyIssue],
    ) -> NewKey:
        """Makes a key and shows it this once; it never may more than its owner, or than who asks for it."""
        return await key_issue.issue(new_id, data, access)

    @get(operation_id="ListApiKeys")
    async def list(
        self,
        keys: NamedDependency[Keys],
        person: NamedDependency[Person],
        page_window: NamedDependency[Window],
        owner_id: OwnerId = None,
    ) -> Page[KeyView]:
        """Your keys; for an admin everybody's."""
        return await keys.page(_whose(person, owner_id), page_window)

    @delete(operation_id="RevokeApiKeys", status_code=HTTP_200_OK)
    async def revoke_all(
        self,
        access: NamedDependency[Access],
        key_issue: NamedDependency[KeyIssue],
        owner_id: OwnerId = None,
    ) -> Revoked:
        """Revokes all your keys at once, the one you ask with included, or those of `user_id`."""
        user_id = _whose(access.person, owner_id) or access.person.user_id
        return Revoked(revoked=await key_issue.revoke_all(user_id, access.doer))

    @delete("/{key_id:uuid}", operation_id="RevokeApiKey", opt={"problems": ("key_of_a_setting",)})
    async def revoke(
        self,
        key_id: FromPath[UUID],
        keys: NamedDependency[Keys],
        access: NamedDependency[Access],
        key_issue: NamedDependency[KeyIssue],
    ) -> None:
        """Revokes one key: the next request with it is a 401."""
        key = await keys.find(key_id, access.person.sees)
        if key is None:
            raise Rejected("not_found", "There is no such key.")
        await key_issue.revoke(key, access.doer)


def _whose(person: Person, asked_for: UUID | None) -> UUID | None:
    """Whose keys are meant; what a user asks of others finds what an unknown user would: nothing."""
    if asked_for is None or person.sees is None:
        return asked_for or person.sees
    return asked_for if person.sees == asked_for else NOBODY
