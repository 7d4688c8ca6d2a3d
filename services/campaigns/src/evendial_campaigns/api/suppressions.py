"""Who is not to be called."""

from uuid import UUID

import msgspec
from litestar import Controller, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.exceptions import PermissionDeniedException
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody
from litestar.status_codes import (
    HTTP_200_OK,
    HTTP_201_CREATED,
    HTTP_202_ACCEPTED,
    HTTP_204_NO_CONTENT,
)

from evendial_campaigns.api.one_number import e164_of
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.page import Page, Window
from evendial_campaigns.people import Person
from evendial_campaigns.schemas.suppressions import SuppressionCreate, SuppressionFind
from evendial_campaigns.suppression_store import Source, Suppression, Suppressions
from evendial_campaigns.suppression_teller import SuppressionTeller

NOT_YET = "not certain yet: ask again, or wait"
NUMBER_BODY_MAX_BYTES = 16_384


class SuppressionsController(Controller):
    """Numbers that no list takes and nobody calls. Kept as keyed hashes: an entry does not tell who it is."""

    path = "/suppressions"
    tags = ("suppressions",)
    request_max_body_size = NUMBER_BODY_MAX_BYTES

    @post(
        operation_id="CreateSuppression",
        opt={"problems": ("forbidden",)},
        responses={HTTP_202_ACCEPTED: ResponseSpec(Suppression, description=NOT_YET)},
    )
    async def create(
        self,
        data: JSONBody[SuppressionCreate],
        suppressions: NamedDependency[Suppressions],
        suppression_teller: NamedDependency[SuppressionTeller],
        person: NamedDependency[Person],
        new_id: NamedDependency[UUID],
    ) -> Response[Suppression]:
        """Refuses a number in every list and in every call from now on; one that is refused already stays so.

        201 when it is certain that no call follows, else 202: it becomes `effective` by itself, and asking
        again is safe. It does not take the number off lists that hold it.
        """
        if data.system and not person.is_admin:
            raise PermissionDeniedException("Only an admin may suppress a number for everybody.")
        owner_id = None if data.system else person.user_id
        entry = await suppressions.put_on(new_id, owner_id, e164_of(data.number), Source.API, person.user_id)
        effective = entry.effective or await suppression_teller.confirm(entry.suppression_id)
        status = HTTP_201_CREATED if effective else HTTP_202_ACCEPTED
        return Response(msgspec.structs.replace(entry, effective=effective), status_code=status)

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

    @delete(
        "/{suppression_id:uuid}",
        operation_id="DeleteSuppression",
        responses={HTTP_202_ACCEPTED: ResponseSpec(None, description=NOT_YET)},
    )
    async def delete(
        self,
        suppression_id: FromPath[UUID],
        suppressions: NamedDependency[Suppressions],
        suppression_teller: NamedDependency[SuppressionTeller],
        person: NamedDependency[Person],
    ) -> Response[None]:
        """Lets lists take the number again, and numbers be called that it kept from that.

        204 when it is certain that nothing keeps them any more, else 202: then ask again, or wait.
        """
        if not await suppressions.delete(suppression_id, person.sees):
            raise Rejected("not_found", "There is no such entry.")
        certain = await suppression_teller.confirm(suppression_id)
        return Response(None, status_code=HTTP_204_NO_CONTENT if certain else HTTP_202_ACCEPTED)
