"""Lists of people who are not to be called: sent, looked at, taken back."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.exceptions import PermissionDeniedException
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream
from litestar.status_codes import HTTP_201_CREATED, HTTP_202_ACCEPTED

from evendial_campaigns.api.imports import CSV, Column, Delimiter, Header, delimiter_of, options_of
from evendial_campaigns.api.raw_body import ListBody, pieces
from evendial_campaigns.core.csv_format import CsvOptions
from evendial_campaigns.core.rejected import Rejected, invalid
from evendial_campaigns.core.rules import NAME_MAX
from evendial_campaigns.core.suppression import check_expiry, check_label
from evendial_campaigns.import_reports import ImportReports
from evendial_campaigns.page import Page, Window
from evendial_campaigns.people import Person
from evendial_campaigns.suppression_import import SuppressionImport
from evendial_campaigns.suppression_lists import ListState, NewList, SuppressionLists, SuppressionListView
from evendial_campaigns.suppression_store import Source

NOT_YET = "not all of it is certain yet"
SOURCES = (Source.IMPORT, Source.OPT_OUT)

Name = Annotated[str, QueryParameter(max_length=NAME_MAX, description="What you call it.")]
System = Annotated[bool, QueryParameter(description="For admins: it holds for everybody.")]
SourceName = Annotated[
    str, QueryParameter(schema_extra={"enum": list(SOURCES)}, description="`opt_out`: the people's own wish.")
]
Note = Annotated[str | None, QueryParameter(max_length=NAME_MAX, description="Where it is from, say.")]
ExpiresAt = Annotated[
    datetime | None, QueryParameter(description="With an offset: from then on they may be called again.")
]
Region = Annotated[
    str | None, QueryParameter(description="The country that numbers in national form belong to, such as DE.")
]


@post(
    "/suppression-lists",
    tags=["suppressions"],
    operation_id="ImportSuppressions",
    operation_class=ListBody,
    opt={
        "problems": (
            "forbidden",
            "import_interrupted",
            "unsupported_media_type",
            "too_slow",
            "unreadable_list",
            "idempotency_key_reused",
        )
    },
    responses={HTTP_202_ACCEPTED: ResponseSpec(SuppressionListView, description=NOT_YET)},
)
async def import_suppressions(
    request: Request[Person, Any, Any],
    person: NamedDependency[Person],
    suppression_import: NamedDependency[SuppressionImport],
    new_id: NamedDependency[UUID],
    name: Name,
    system: System = False,
    source: SourceName = Source.IMPORT,
    note: Note = None,
    expires_at: ExpiresAt = None,
    default_region: Region = None,
    delimiter: Delimiter = None,
    header: Header = None,
    number_column: Column = None,
) -> Response[SuppressionListView]:
    """Takes a list of numbers that are not to be called: text/plain, one a line, or text/csv with a column.

    What has come holds at once, also of a list that is cut off: send it again under the same Idempotency-Key
    to have it whole, or delete it. 201 when it is certain that nobody on it is called any more, else 202:
    `waiting` counts down by itself.
    """
    if system and not person.is_admin:
        raise PermissionDeniedException("Only an admin may suppress numbers for everybody.")
    options = CsvOptions(delimiter=delimiter_of(delimiter), header=header, number_column=number_column)
    new = _new(new_id, person, system, name, source, note, expires_at)
    read_as = options_of(request.content_type[0], options)
    made = await suppression_import.run(new, pieces(request), read_as, default_region)
    return Response(made, status_code=HTTP_201_CREATED if made.effective else HTTP_202_ACCEPTED)


class SuppressionListsController(Controller):
    """Lists of numbers that nobody calls; their entries are among the suppressions."""

    path = "/suppression-lists"
    tags = ("suppressions",)

    @get(operation_id="ListSuppressionLists")
    async def list(
        self,
        suppression_lists: NamedDependency[SuppressionLists],
        person: NamedDependency[Person],
        page_window: NamedDependency[Window],
    ) -> Page[SuppressionListView]:
        """Your lists, newest first; for an admin everybody's."""
        return await suppression_lists.page(person.sees, page_window)

    @get("/{list_id:uuid}", operation_id="GetSuppressionList")
    async def read(
        self,
        list_id: FromPath[UUID],
        suppression_lists: NamedDependency[SuppressionLists],
        person: NamedDependency[Person],
    ) -> SuppressionListView:
        """One list, and how far it is."""
        return await _found(suppression_lists, list_id, person)

    @get("/{list_id:uuid}/refused", operation_id="GetRefusedSuppressions", media_type=CSV)
    async def refused(
        self,
        list_id: FromPath[UUID],
        suppression_lists: NamedDependency[SuppressionLists],
        person: NamedDependency[Person],
        import_reports: NamedDependency[ImportReports],
    ) -> Stream:
        """The refused lines as CSV: line, reason and detail; 100,000 of them at most, and no text of them."""
        await _found(suppression_lists, list_id, person)
        return Stream(
            import_reports.refused_csv(list_id),
            media_type=f"{CSV}; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="refused-{list_id}.csv"'},
        )

    @delete(
        "/{list_id:uuid}",
        operation_id="DeleteSuppressionList",
        status_code=HTTP_202_ACCEPTED,
        opt={"problems": ("list_busy",)},
    )
    async def delete(
        self,
        list_id: FromPath[UUID],
        suppression_lists: NamedDependency[SuppressionLists],
        person: NamedDependency[Person],
    ) -> None:
        """Takes back a list with all that is left of its entries; it is gone (404) when that is done.

        A person who is on another list, or suppressed by an entry of their own, stays so.
        """
        found = await _found(suppression_lists, list_id, person)
        if not await suppression_lists.delete(list_id, person.sees) and found.state is ListState.RUNNING:
            raise Rejected("list_busy", "The list is coming in; delete it when that is over.")


def _new(
    list_id: UUID,
    person: Person,
    system: bool,
    name: str,
    source: str,
    note: str | None,
    expires_at: datetime | None,
) -> NewList:
    check_label("name", name)
    check_label("note", note)
    if source not in set(SOURCES):
        raise invalid("source", f"must be one of {', '.join(SOURCES)}")
    if expires_at is not None and expires_at.tzinfo is None:
        raise invalid("expires_at", "must have an offset, such as 2027-01-01T00:00:00Z")
    check_expiry(expires_at, datetime.now(UTC))
    return NewList(
        list_id=list_id,
        owner_id=None if system else person.user_id,
        name=name,
        source=Source(source),
        note=note,
        expires_at=expires_at,
        created_by=person.user_id,
    )


async def _found(lists: SuppressionLists, list_id: UUID, person: Person) -> SuppressionListView:
    found = await lists.find(list_id, person.sees)
    if found is None:
        raise Rejected("not_found", "There is no such list.")
    return found
