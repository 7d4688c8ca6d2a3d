"""Who is not to be called."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import asyncpg
import msgspec
from litestar import Controller, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.exceptions import PermissionDeniedException
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.response import Stream
from litestar.status_codes import (
    HTTP_200_OK,
    HTTP_201_CREATED,
    HTTP_202_ACCEPTED,
    HTTP_204_NO_CONTENT,
)

from evendial_campaigns.api.one_number import e164_of
from evendial_campaigns.core.rejected import Rejected, invalid
from evendial_campaigns.core.suppression import check_expiry, check_label
from evendial_campaigns.page import Page, Window
from evendial_campaigns.people import Person
from evendial_campaigns.schemas.suppressions import SuppressionCreate, SuppressionFind
from evendial_campaigns.suppression_entries import SuppressionEntries, Wanted
from evendial_campaigns.suppression_store import Asked, Source, Suppression, Suppressions
from evendial_campaigns.suppression_teller import SuppressionTeller

NOT_YET = "not certain yet: ask again, or wait"
NUMBER_BODY_MAX_BYTES = 16_384
CSV = "text/csv"
AS_CSV = "one line a row, the first names the columns"

ListId = Annotated[UUID | None, QueryParameter(description="Only entries of this list.")]
SourceName = Annotated[
    str | None, QueryParameter(schema_extra={"enum": list(Source)}, description="Only entries from there.")
]
System = Annotated[bool | None, QueryParameter(description="Only what holds for everybody, or for one user.")]


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
        check_expiry(data.expires_at, datetime.now(UTC))
        check_label("note", data.note)
        owner_id = None if data.system else person.user_id
        asked = Asked(source=Source(data.source), note=data.note, expires_at=data.expires_at)
        entry = await suppressions.put_on(new_id, owner_id, e164_of(data.number), asked, person.user_id)
        effective = entry.effective or await suppression_teller.confirm(entry.suppression_id)
        status = HTTP_201_CREATED if effective else HTTP_202_ACCEPTED
        return Response(msgspec.structs.replace(entry, effective=effective), status_code=status)

    @get(operation_id="ListSuppressions")
    async def list(
        self,
        database: NamedDependency[asyncpg.Pool],
        person: NamedDependency[Person],
        page_window: NamedDependency[Window],
        list_id: ListId = None,
        source: SourceName = None,
        system: System = None,
    ) -> Page[Suppression]:
        """Your entries, those of lists too, oldest first; for an admin everybody's."""
        wanted = _wanted(person, list_id, source, system)
        return await SuppressionEntries(database).page(wanted, page_window)

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


@get(
    "/suppressions.csv",
    tags=["suppressions"],
    operation_id="ExportSuppressions",
    media_type=CSV,
    responses={HTTP_200_OK: ResponseSpec(str, description=AS_CSV, media_type=CSV)},
)
async def export_suppressions(
    database: NamedDependency[asyncpg.Pool],
    person: NamedDependency[Person],
    list_id: ListId = None,
    source: SourceName = None,
    system: System = None,
) -> Stream:
    """The entries as `GET /v1/suppressions` tells of them, all of them; no digits, for there are none."""
    rows = SuppressionEntries(database).csv(_wanted(person, list_id, source, system))
    headers = {"Content-Disposition": 'attachment; filename="suppressions.csv"', "Cache-Control": "no-store"}
    return Stream(rows, media_type=f"{CSV}; charset=utf-8", headers=headers)


def _wanted(person: Person, list_id: UUID | None, source: str | None, system: bool | None) -> Wanted:
    if source is not None and source not in set(Source):
        raise invalid("source", f"must be one of {', '.join(Source)}")
    return Wanted(
        owner_id=person.sees,
        list_id=list_id,
        source=None if source is None else Source(source),
        system=system,
    )
