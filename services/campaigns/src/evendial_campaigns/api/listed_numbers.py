"""The numbers of a campaign, and what a person may do to them."""

import re
from typing import Annotated
from uuid import UUID

import asyncpg
import msgspec
from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.status_codes import HTTP_200_OK

from evendial_campaigns import campaign_store, number_list
from evendial_campaigns.api.dependencies import SEQ_MAX
from evendial_campaigns.api.imports import no_such_import
from evendial_campaigns.campaign_store import KeptCampaign
from evendial_campaigns.core.commands import Actor
from evendial_campaigns.core.numbering import DIGITS_MAX
from evendial_campaigns.core.progress import NumberState
from evendial_campaigns.core.rejected import Rejected, invalid
from evendial_campaigns.import_reports import ImportReports
from evendial_campaigns.list_acts import ListActs
from evendial_campaigns.number_adder import NewNumber, NumberAdder
from evendial_campaigns.number_list import Wanted
from evendial_campaigns.number_reasons import explained
from evendial_campaigns.page import Page, Window
from evendial_campaigns.people import Person
from evendial_campaigns.reason_reader import ReasonReader
from evendial_campaigns.schemas.imports import ImportState
from evendial_campaigns.schemas.numbers import NumberCreate, NumberView, RedialView, RemovalView

STATES = ", ".join(NumberState)

StateName = Annotated[str | None, QueryParameter(name="state", description=f"Only those {STATES}.")]
Digits = Annotated[
    str | None,
    QueryParameter(name="q", description="Only those with these digits in a row; + and spaces may be there."),
]
ImportId = Annotated[UUID | None, QueryParameter(name="import_id", description="Only those of one list.")]

_separators = re.compile(r"[ +().,/-]+").sub
_is_digits = re.compile(rf"[0-9]{{1,{DIGITS_MAX}}}").fullmatch


def provide_wanted_numbers(
    state_name: StateName = None, q: Digits = None, import_id: ImportId = None
) -> Wanted:
    """Which numbers are asked for, beginning with the first."""
    return Wanted(state=_state_of(state_name), digits=_digits_of(q), import_id=import_id)


class ListedNumbers(Controller):
    """The list of a campaign."""

    path = "/campaigns/{campaign_id:uuid}"
    tags = ("numbers",)

    @get("/numbers", operation_id="ListNumbers")
    async def list(
        self,
        kept: NamedDependency[KeptCampaign],
        database: NamedDependency[asyncpg.Pool],
        wanted_numbers: NamedDependency[Wanted],
        page_window: NamedDependency[Window],
        reason_reader: NamedDependency[ReasonReader],
    ) -> Page[NumberView]:
        """The numbers and where each stands, and why."""
        part = {"after": page_window.cursor or 0, "limit": page_window.limit}
        wanted = msgspec.structs.replace(wanted_numbers, **part)
        page = await number_list.numbers(database, kept.campaign.campaign_id, wanted)
        return Page(await explained(reason_reader, kept.campaign, page.items), page.next)

    @post(
        "/numbers",
        operation_id="AddNumber",
        opt={"problems": ("number_refused", "duplicate_number", "unreadable_list", "list_busy", "archived")},
    )
    async def add(
        self,
        data: JSONBody[NumberCreate],
        kept: NamedDependency[KeptCampaign],
        actor: NamedDependency[Actor],
        number_adder: NamedDependency[NumberAdder],
        database: NamedDependency[asyncpg.Pool],
        reason_reader: NamedDependency[ReasonReader],
        new_id: NamedDependency[UUID],
    ) -> NumberView:
        """Adds one number by the rules of an import; an active campaign calls it at once."""
        new = NewNumber(number=data.number, reference=data.reference, variables=data.variables)
        number_id = await number_adder.add(new_id, kept.campaign, actor, new)
        return await _number(database, reason_reader, kept, number_id)

    @get("/numbers/{number_id:int}", operation_id="GetNumber")
    async def read(
        self,
        kept: NamedDependency[KeptCampaign],
        database: NamedDependency[asyncpg.Pool],
        reason_reader: NamedDependency[ReasonReader],
        number_id: FromPath[int],
    ) -> NumberView:
        """One number."""
        return await _number(database, reason_reader, kept, _checked(number_id))

    @delete(
        "/numbers",
        operation_id="RemoveAllNumbers",
        status_code=HTTP_200_OK,
        opt={"problems": ("campaign_active", "list_busy", "import_running", "archived", "interrupted")},
    )
    async def remove_all(
        self,
        kept: NamedDependency[KeptCampaign],
        actor: NamedDependency[Actor],
        list_acts: NamedDependency[ListActs],
        new_id: NamedDependency[UUID],
    ) -> RemovalView:
        """Takes all numbers off the list but those in a call; the calls that were made stay."""
        done = await list_acts.remove_all(new_id, kept.campaign, actor)
        return RemovalView(removed=done.numbers, kept=done.kept)

    @delete(
        "/numbers/{number_id:int}",
        operation_id="RemoveNumber",
        opt={"problems": ("in_a_call", "list_busy", "archived")},
    )
    async def remove(
        self,
        kept: NamedDependency[KeptCampaign],
        actor: NamedDependency[Actor],
        list_acts: NamedDependency[ListActs],
        new_id: NamedDependency[UUID],
        number_id: FromPath[int],
    ) -> None:
        """Takes one number off the list, while the campaign dials too."""
        await list_acts.remove(new_id, kept.campaign, actor, _checked(number_id))

    @post(
        "/numbers/{number_id:int}/reactivate",
        operation_id="ReactivateNumber",
        status_code=HTTP_200_OK,
        opt={"problems": ("in_a_call", "still_to_call", "list_busy", "archived")},
    )
    async def reactivate(
        self,
        kept: NamedDependency[KeptCampaign],
        actor: NamedDependency[Actor],
        list_acts: NamedDependency[ListActs],
        database: NamedDependency[asyncpg.Pool],
        reason_reader: NamedDependency[ReasonReader],
        new_id: NamedDependency[UUID],
        number_id: FromPath[int],
    ) -> NumberView:
        """Has a number that is completed, failed or unknown called once more, with all its attempts."""
        await list_acts.reactivate(new_id, kept.campaign, actor, _checked(number_id))
        return await _number(database, reason_reader, kept, number_id)

    @post(
        "/redial-failed",
        operation_id="RedialFailed",
        status_code=HTTP_200_OK,
        opt={"problems": ("none_failed", "list_busy", "archived", "interrupted")},
    )
    async def redial_failed(
        self,
        kept: NamedDependency[KeptCampaign],
        actor: NamedDependency[Actor],
        list_acts: NamedDependency[ListActs],
        new_id: NamedDependency[UUID],
    ) -> RedialView:
        """Has all numbers that have failed called once more, never those whose outcome is unknown."""
        done = await list_acts.redial_failed(new_id, kept.campaign, actor)
        return RedialView(numbers=done.numbers)


@delete(
    "/imports/{import_id:uuid}",
    tags=["numbers"],
    operation_id="UndoImport",
    status_code=HTTP_200_OK,
    opt={"problems": ("campaign_active", "list_busy", "import_running", "archived", "interrupted")},
)
async def undo_import(
    import_id: FromPath[UUID],
    person: NamedDependency[Person],
    actor: NamedDependency[Actor],
    import_reports: NamedDependency[ImportReports],
    database: NamedDependency[asyncpg.Pool],
    list_acts: NamedDependency[ListActs],
    new_id: NamedDependency[UUID],
) -> RemovalView:
    """Takes those numbers off the list again that came with one import and were never called."""
    report = await import_reports.summary(import_id, person.sees)
    kept = await campaign_store.find(database, report.campaign_id, person.sees) if report else None
    if report is None or kept is None:
        raise no_such_import()
    if report.state is ImportState.CUT_OFF:
        return RemovalView(removed=0, kept=0)
    done = await list_acts.undo_import(new_id, kept.campaign, actor, import_id)
    return RemovalView(removed=done.numbers, kept=done.kept)


async def _number(
    database: asyncpg.Pool, reader: ReasonReader, kept: KeptCampaign, number_id: int
) -> NumberView:
    number = await number_list.number(database, kept.campaign.campaign_id, number_id)
    if number is None:
        raise Rejected("not_found", "There is no such number.")
    (view,) = await explained(reader, kept.campaign, [number])
    return view


def _checked(number_id: int) -> int:
    if not 0 < number_id <= SEQ_MAX:
        raise Rejected("not_found", "There is no such number.")
    return number_id


def _state_of(name: str | None) -> NumberState | None:
    if name is not None and name not in set(NumberState):
        raise invalid("state", f"must be one of {STATES}")
    return NumberState(name) if name else None


def _digits_of(q: str | None) -> str | None:
    if q is None:
        return None
    digits = _separators("", q)
    if not _is_digits(digits):
        raise invalid("q", f"must be 1 to {DIGITS_MAX} digits")
    return digits
