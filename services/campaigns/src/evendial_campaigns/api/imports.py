"""Lists on their way into campaigns, and what became of them."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream

from evendial_campaigns.api.raw_body import ListBody, pieces
from evendial_campaigns.campaign_store import KeptCampaign
from evendial_campaigns.core.commands import Actor
from evendial_campaigns.core.csv_format import DELIMITERS, CsvOptions
from evendial_campaigns.core.rejected import Rejected, invalid
from evendial_campaigns.import_reports import ImportReports
from evendial_campaigns.number_import import NumberImport
from evendial_campaigns.page import Page, Window
from evendial_campaigns.people import Person
from evendial_campaigns.schemas.imports import ImportSummary, ImportView

CSV = "text/csv"

Delimiter = Annotated[
    str | None, QueryParameter(description="CSV: comma, semicolon, tab or pipe; found out if it is not said.")
]
Header = Annotated[
    bool | None,
    QueryParameter(description="CSV: whether the first line names the columns; found out likewise."),
]
Column = Annotated[
    str | None, QueryParameter(description="CSV: the column by its name or its position, counted from 1.")
]


@post(
    "/campaigns/{campaign_id:uuid}/numbers/import",
    tags=["numbers"],
    operation_id="ImportNumbers",
    operation_class=ListBody,
    opt={
        "problems": (
            "archived",
            "import_running",
            "list_busy",
            "import_interrupted",
            "unsupported_media_type",
            "too_slow",
            "unreadable_list",
            "idempotency_key_reused",
        )
    },
)
async def import_numbers(
    request: Request[Person, Any, Any],
    kept: NamedDependency[KeptCampaign],
    actor: NamedDependency[Actor],
    number_import: NamedDependency[NumberImport],
    new_id: NamedDependency[UUID],
    delimiter: Delimiter = None,
    header: Header = None,
    number_column: Column = None,
    reference_column: Column = None,
) -> ImportView:
    """Takes a list: text/plain with one number a line, or text/csv with a column of numbers.

    Either all of it is taken or, when it is cut off, nothing. In a CSV list one column may be each row's
    `reference` (which is in every event about its number), the others are kept as the row's variables.
    """
    options = CsvOptions(
        delimiter=delimiter_of(delimiter),
        header=header,
        number_column=number_column,
        reference_column=reference_column,
    )
    read_as = options_of(request.content_type[0], options)
    return await number_import.run(new_id, kept.campaign, actor, pieces(request), read_as)


@get("/campaigns/{campaign_id:uuid}/imports", tags=["numbers"], operation_id="ListImports")
async def list_imports(
    kept: NamedDependency[KeptCampaign],
    import_reports: NamedDependency[ImportReports],
    page_window: NamedDependency[Window],
) -> Page[ImportSummary]:
    """The imports of a campaign, newest first; of a running one how far it is."""
    return await import_reports.page(kept.campaign.campaign_id, page_window)


@get("/imports/{import_id:uuid}", tags=["numbers"], operation_id="GetImport")
async def get_import(
    import_id: FromPath[UUID],
    person: NamedDependency[Person],
    import_reports: NamedDependency[ImportReports],
) -> ImportView:
    """What became of a list, or how far it is."""
    report = await import_reports.find(import_id, person.sees)
    if report is None:
        raise no_such_import()
    return report


@get(
    "/imports/{import_id:uuid}/refused",
    tags=["numbers"],
    operation_id="GetRefusedLines",
    media_type=CSV,
)
async def get_refused(
    import_id: FromPath[UUID],
    person: NamedDependency[Person],
    import_reports: NamedDependency[ImportReports],
) -> Stream:
    """The refused lines as CSV: line, reason, detail and the beginning of its text; 100,000 of them at most.

    A text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    if await import_reports.summary(import_id, person.sees) is None:
        raise no_such_import()
    return Stream(
        import_reports.refused_csv(import_id),
        media_type=f"{CSV}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="refused-{import_id}.csv"'},
    )


def no_such_import() -> Rejected:
    """It is not there, or somebody else's."""
    return Rejected("not_found", "There is no such import.")


def options_of(content_type: str, options: CsvOptions) -> CsvOptions | None:
    """How a list of that type is read: None is one number a line. Raises `Rejected`."""
    match content_type:
        case MediaType.TEXT:
            _refuse_any(options)
            return None
        case "text/csv":
            return options
    raise Rejected(
        "unsupported_media_type",
        "Send the list as Content-Type: text/plain, one number a line, or as text/csv.",
    )


def delimiter_of(asked: str | None) -> str | None:
    """The character that the query names; raises `Rejected`."""
    if asked is None:
        return None
    delimiter = DELIMITERS.get(asked, asked)
    if delimiter not in DELIMITERS.values():
        raise invalid("delimiter", f"must be one of {', '.join(DELIMITERS)}")
    return delimiter


def _refuse_any(options: CsvOptions) -> None:
    for name in options.__struct_fields__:
        if getattr(options, name) is not None:
            raise invalid(name, "is for lists sent as text/csv")
