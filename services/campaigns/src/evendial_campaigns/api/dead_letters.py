"""Messages that a service could not read or handle."""

import logging
from typing import Annotated

from evendial_chassis.dead_letters import DeadLetter, DeadLetters
from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.status_codes import HTTP_200_OK

from evendial_campaigns.api.dependencies import SEQ_MAX
from evendial_campaigns.auth import admin_only
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.page import Page, Window
from evendial_campaigns.people import Person
from evendial_campaigns.schemas.dead_letters import SentAgain

logger = logging.getLogger(__name__)

Durable = Annotated[
    str | None,
    QueryParameter(
        name="durable",
        pattern="^[a-z0-9][a-z0-9_-]{0,63}$",
        description="Only those of one consumer, such as `scheduler-events`.",
    ),
]


class DeadLettersController(Controller):
    """Messages put aside after several tries. They stay for 14 days."""

    path = "/dead-letters"
    tags = ("operations",)
    guards = (admin_only,)

    @get(operation_id="ListDeadLetters")
    async def list(
        self,
        dead_letters: NamedDependency[DeadLetters],
        page_window: NamedDependency[Window],
        durable: Durable = None,
    ) -> Page[DeadLetter]:
        """The oldest first, each with the reason and what it says; phone numbers in it are masked."""
        after, most = page_window.cursor or 0, page_window.limit
        found = await dead_letters.page(after, most + 1, durable)
        following = str(found[most - 1].seq) if len(found) > most else None
        return Page(found[:most], following)

    @post("/{seq:int}/retry", operation_id="RetryDeadLetter", status_code=HTTP_200_OK)
    async def retry(
        self, seq: FromPath[int], dead_letters: NamedDependency[DeadLetters], person: NamedDependency[Person]
    ) -> SentAgain:
        """Sends it once more to where it was sent first, say after a service was mended.

        Whoever handled it before hears it again under the same id. If it fails again it becomes another one.
        """
        if not await dead_letters.retry(_known(seq)):
            raise _none()
        _log("dead_letter_retried", seq, person)
        return SentAgain(seq=seq)

    @delete("/{seq:int}", operation_id="DeleteDeadLetter")
    async def delete(
        self, seq: FromPath[int], dead_letters: NamedDependency[DeadLetters], person: NamedDependency[Person]
    ) -> None:
        """Drops it for good: what it says is then never taken in."""
        if not await dead_letters.drop(_known(seq)):
            raise _none()
        _log("dead_letter_dropped", seq, person)


def _known(seq: int) -> int:
    if not 1 <= seq <= SEQ_MAX:
        raise _none()
    return seq


def _none() -> Rejected:
    return Rejected("not_found", "There is no such dead letter.")


def _log(action: str, seq: int, person: Person) -> None:
    logger.info("dead letter", extra={"action": action, "seq": seq, "user_id": person.user_id})
