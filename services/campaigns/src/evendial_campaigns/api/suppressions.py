"""Who is not to be called."""

from uuid import UUID

import asyncpg
from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.exceptions import PermissionDeniedException
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK

from evendial_campaigns.api.one_number import e164_of
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.page import Page, Window
from evendial_campaigns.people import Person
from evendial_campaigns.schemas.suppressions import SuppressionCreate, SuppressionFind
from evendial_campaigns.suppression_store import Source, Suppression, Suppressions

NUMBER_BODY_MAX_BYTES = 16_384


class SuppressionsController(Controller):
    """Numbers that no list takes. Kept as keyed hashes: an entry does not tell whom it is about."""

    path = "/suppressions"
    tags = ("suppressions",)
    request_max_body_size = NUMBER_BODY_MAX_BYTES

    @post(operation_id="CreateSuppression", opt={"problems": ("forbidden",)})
    async def create(
        self,
        data: JSONBody[SuppressionCreate],
        database: NamedDependency[asyncpg.Pool],
        suppressions: NamedDependency[Suppressions],
        person: NamedDependency[Person],
        new_id: NamedDependency[UUID],
    ) -> Suppression:
        """Refuses a number in every list that comes from now on; one that is refused already stays so.

        It does not take the number off lists that hold it.
        """
        if data.system and not person.is_admin:
            raise PermissionDeniedException("Only an admin may suppress a number for everybody.")
        owner_id = None if data.system else person.user_id
        return await suppressions.add(
            database, new_id, owner_id, e164_of(data.number), Source.API, person.user_id
        )

    @get(operation_id="ListSuppressions")
    async def list(
        self,
        suppressions: NamedDependency[Suppressions],
        person: NamedDependency[Person],
        page_window: NamedDependency[Window],
    ) -> Page[Suppression]:
        """Your entries; for an admin everybody's."""
        return await suppressions.page(person.sees, page_window)

    @post("/find", operation_id="FindSuppressions", status_code=HTTP_200_OK)
    async def find(
        self,
        data: JSONBody[SuppressionFind],
        suppressions: NamedDependency[Suppressions],
        person: NamedDependency[Person],
    ) -> Page[Suppression]:
        """What keeps you from calling a number: your own entry, one that holds for everybody, or nothing."""
        return Page(await suppressions.find(person.user_id, e164_of(data.number)), None)

    @delete("/{suppression_id:uuid}", operation_id="DeleteSuppression")
    async def delete(
        self,
        suppression_id: FromPath[UUID],
        suppressions: NamedDependency[Suppressions],
        person: NamedDependency[Person],
    ) -> None:
        """Lets lists take the number again."""
        if not await suppressions.delete(suppression_id, person.sees):
            raise Rejected("not_found", "There is no such entry.")
