"""People who ask to be forgotten."""

from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_202_ACCEPTED

from evendial_campaigns.api.one_number import e164_of
from evendial_campaigns.api.suppressions import NUMBER_BODY_MAX_BYTES
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.erasure_store import Erasure, Erasures
from evendial_campaigns.page import Page, Window
from evendial_campaigns.people import Person
from evendial_campaigns.schemas.erasures import ErasureCreate


class ErasuresController(Controller):
    """Removes a number from everything that is kept, by an admin everybody's, by a user theirs."""

    path = "/erasures"
    tags = ("erasures",)
    request_max_body_size = NUMBER_BODY_MAX_BYTES

    @post(operation_id="CreateErasure", status_code=HTTP_202_ACCEPTED)
    async def create(
        self,
        data: JSONBody[ErasureCreate],
        erasures: NamedDependency[Erasures],
        person: NamedDependency[Person],
        new_id: NamedDependency[UUID],
    ) -> Erasure:
        """Suppresses the number at once and begins to remove it; ask for the erasure to see when it is done.

        A call that is in progress goes on. All that remains is the suppression, a keyed hash.
        """
        return await erasures.begin(new_id, person.sees, e164_of(data.number), person.user_id)

    @get(operation_id="ListErasures")
    async def list(
        self,
        erasures: NamedDependency[Erasures],
        person: NamedDependency[Person],
        page_window: NamedDependency[Window],
    ) -> Page[Erasure]:
        """Yours; for an admin everybody's. The newest comes first."""
        return await erasures.page(person.sees, page_window)

    @get("/{erasure_id:uuid}", operation_id="GetErasure")
    async def show(
        self, erasure_id: FromPath[UUID], erasures: NamedDependency[Erasures], person: NamedDependency[Person]
    ) -> Erasure:
        """How far it is: done when `done_at` is set; what was removed where, and what it waits for."""
        erasure = await erasures.find(erasure_id, person.sees)
        if erasure is None:
            raise Rejected("not_found", "There is no such erasure.")
        return erasure
