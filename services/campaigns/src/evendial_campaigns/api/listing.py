"""Which campaigns of the list are asked for."""

from enum import StrEnum
from typing import Annotated, TypeVar

from litestar.di import NamedDependency
from litestar.params import QueryParameter

from evendial_campaigns.api.dependencies import Limit
from evendial_campaigns.api.ownership import Owner
from evendial_campaigns.campaign_list import Archived, Sort, Wanted
from evendial_campaigns.core.campaign import Status
from evendial_campaigns.core.rejected import invalid
from evendial_campaigns.core.rules import NAME_MAX
from evendial_campaigns.keyset import CURSOR_MAX
from evendial_campaigns.people import Person

Named = TypeVar("Named", bound=StrEnum)

StatusName = Annotated[
    str | None,
    QueryParameter(schema_extra={"enum": list(Status)}, description="Only those in this status."),
]
ArchivedName = Annotated[
    str,
    QueryParameter(
        schema_extra={"enum": list(Archived)},
        description="Whether those that were put away are listed: not, alone, or too.",
    ),
]
Search = Annotated[
    str | None, QueryParameter(max_length=NAME_MAX, description="Only those whose name has this in it.")
]
SortName = Annotated[
    str,
    QueryParameter(schema_extra={"enum": list(Sort)}, description="A minus sign begins with the greatest."),
]
Cursor = Annotated[
    str | None, QueryParameter(max_length=CURSOR_MAX, description="`next` of the page before, same sort.")
]


def provide_wanted(
    person: NamedDependency[Person],
    status: StatusName = None,
    archived: ArchivedName = Archived.NO,
    q: Search = None,
    owner_id: Owner = None,
    sort: SortName = Sort.CREATED_DOWN,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Wanted:
    """What the query says."""
    if q is not None and "\0" in q:
        raise invalid("q", "must be text without control characters")
    return Wanted(
        sees=person.sees,
        owner_id=owner_id,
        status=None if status is None else _one_of(Status, "status", status),
        archived=_one_of(Archived, "archived", archived),
        name_has=q,
        sort=_one_of(Sort, "sort", sort),
        cursor=cursor,
        limit=limit,
    )


def _one_of(kind: type[Named], field: str, name: str) -> Named:
    if name not in set(kind):
        raise invalid(field, f"must be one of {', '.join(kind)}")
    return kind(name)
